from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from registrations.reports import workbooks
from tests.registrations.reports.counting import report

DANGEROUS = ["=1+1", "+86 139", "-5", "@SUM(A1)", "{=1+1}", "{=SUM(A1:A2)}", "=cmd|' /C calc'!A0", "\t=1", "\r=1"]


def opened(made: bytes):
    return openpyxl.load_workbook(io.BytesIO(made))


@pytest.mark.parametrize("text", [*DANGEROUS[:-1], "http://example.org/", "刘**", "007"])
def test_a_cell_of_text_stays_text_in_a_workbook(text):
    sheet = opened(workbooks.table("表", [text], [[text]])).active
    for cell in (sheet["A1"], sheet["A2"]):
        assert cell.data_type == "s"
        assert cell.value == text
        assert cell.hyperlink is None


def test_numbers_stay_numbers_and_nothing_stays_empty():
    sheet = opened(workbooks.table("表", ["a", "b", "c"], [[12, "", None]], note="说明")).active
    assert (sheet["A2"].value, sheet["B2"].value, sheet["C2"].value) == (12, None, None)
    assert sheet["A4"].value == "说明"


@pytest.mark.parametrize(
    "title", ["2026/11/24 [东方社区]", "a:b*c?d\\e", "'引号'", "很长的名字" * 20, "", "[]", "天门市科协2018年工作总结"]
)
def test_any_title_makes_a_sheet_that_opens(title):
    sheet = opened(workbooks.table(title, ["a"], [])).active
    assert 1 <= len(sheet.title) <= 31


def test_the_heading_stays_in_view():
    assert opened(workbooks.table("表", ["a"], [["b"]])).active.freeze_panes == "A2"


def parsed(rows, head=("名",)):
    text = "".join(workbooks.csv_lines(head, rows))
    assert text.startswith("\ufeff")
    assert text.encode().startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@pytest.mark.parametrize("text", [text for text in DANGEROUS if not text.startswith("{")])
def test_a_cell_that_begins_like_a_formula_gets_a_quote_in_csv(text):
    assert parsed([[text]], head=[text]) == [[f"'{text}"], [f"'{text}"]]


def test_other_cells_stand_in_csv_as_they_are():
    assert parsed([["刘**", 12, -3, "", "1=1", "a,b", 'say "x"', "two\nlines", None]]) == [
        ["名"],
        ["刘**", "12", "-3", "", "1=1", "a,b", 'say "x"', "two\nlines", ""],
    ]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"])), min_size=1), max_size=4)
)
def test_no_cell_of_a_csv_can_run_and_none_is_lost(rows):
    lines = parsed(rows)[1:]
    assert len(lines) == len(rows)
    for wrote, read in zip(rows, lines, strict=True):
        assert [one[:1] in set("=+-@") for one in read] == [False] * len(wrote)
        assert [one.removeprefix("'") for one in read] == [one.removeprefix("'") for one in wrote]


@pytest.mark.parametrize("language, title", [("zh-hans", "科普活动场次"), ("en", "Sessions held")])
def test_the_year_ends_workbook_speaks_the_readers_language(world, language, title):
    with translation.override(language):
        sheet = opened(workbooks.year_end(report(world.lead))).active
    rows = {row[1]: row for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert rows[title][2] == 1
    assert "东方社区活动室" in rows[title][5]
