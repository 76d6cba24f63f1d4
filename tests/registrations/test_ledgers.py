"""Ledgers as offices keep them."""

import datetime

import pytest

from registrations import ledgers
from registrations.ledgers import Known

DAY, MONTH, YEAR = "day", "month", "year"


@pytest.mark.parametrize(
    "text, first, last, precision",
    [
        ("2018-09-17", "2018-09-17", "2018-09-17", DAY),
        ("9月17日", "2018-09-17", "2018-09-17", DAY),
        ("2018年9月17日（周一）上午", "2018-09-17", "2018-09-17", DAY),
        ("9月17-20日", "2018-09-17", "2018-09-20", DAY),
        ("9月28日至10月3日", "2018-09-28", "2018-10-03", DAY),
        ("12月28日-1月3日", "2018-12-28", "2019-01-03", DAY),
        ("9.17", "2018-09-17", "2018-09-17", DAY),
        ("43360", "2018-09-17", "2018-09-17", DAY),
        ("20180917", "2018-09-17", "2018-09-17", DAY),
        ("9月", "2018-09-01", "2018-09-30", MONTH),
        ("2018年9月中旬", "2018-09-01", "2018-09-30", MONTH),
        ("2018.9", "2018-09-01", "2018-09-30", MONTH),
        ("3-5月", "2018-03-01", "2018-05-31", MONTH),
        ("上半年", "2018-01-01", "2018-06-30", MONTH),
        ("第三季度", "2018-07-01", "2018-09-30", MONTH),
        ("2018年", "2018-01-01", "2018-12-31", YEAR),
        ("全年", "2018-01-01", "2018-12-31", YEAR),
    ],
)
def test_days_are_read_as_exactly_as_they_are_written(text, first, last, precision):
    found = ledgers.span(text, 2018)
    assert (found.first.isoformat(), found.last.isoformat(), found.precision) == (first, last, precision)


@pytest.mark.parametrize("text", ["", "待定", "13月1日", "2月30日", "9月17日、18日", "17日", "九月"])
def test_what_names_no_day_is_told(text):
    with pytest.raises(ledgers.NotADay):
        ledgers.span(text, 2018)


HEAD = ["序号", "活动名称", "活动时间", "地点", "乡镇", "主办单位", "协办单位", "活动形式", "参加人数（人次）", "发放资料(份)",
        "咨询人次", "主讲专家", "备注"]  # fmt: skip


def test_columns_are_told_by_their_headings_and_what_was_chosen_before_wins():
    cells = [["天门市科协2018年活动台账"], [], HEAD, ["1", "讲座"]]
    assert ledgers.head_row(cells) == 2
    found = ledgers.guess(HEAD)
    assert {field: HEAD[at] for field, at in found.items()} == {
        "name": "活动名称", "date": "活动时间", "place": "地点", "region": "乡镇", "lead": "主办单位", "partners": "协办单位",
        "form": "活动形式", "people": "参加人数（人次）", "leaflets": "发放资料(份)", "consultations": "咨询人次",
        "experts": "主讲专家", "remark": "备注",
    }  # fmt: skip
    assert ledgers.guess(["甲", "活动时间", "备注"], {"甲": "name", "备注": "summary"}) == {
        "name": 0, "summary": 2, "date": 1,
    }  # fmt: skip


def check(*rows, form=""):
    known = Known(2018, region={"汪场镇": 7}.get, lead={"市科协": 1}.get, form=form)
    return ledgers.check(dict(enumerate(rows, start=2)), known)


def row(**cells):
    return {"name": "食品安全讲座", "date": "9月17日", "place": "东方社区"} | cells


def test_numbers_are_bounds_in_the_words_of_their_cells():
    texts = {"people": "近千人", "leaflets": "3.6万", "consultations": "约200", "panels": "一百多", "media": "未统计"}
    (entry,) = check(row(**texts)).entries
    assert {measure: (said.number, said.bound) for measure, said in entry.numbers.items()} == {
        "attendance": (1000, "at_most"),
        "leaflets": (36_000, "exact"),
        "consultations": (200, "about"),
        "panels": (100, "at_least"),
        "media": (None, "unknown"),
    }
    assert entry.numbers["attendance"].phrase == "近千人"


def test_an_empty_cell_or_a_dash_is_nothing_and_never_zero():
    (entry,) = check(row(people="-", leaflets="", panels="无", consultations="0")).entries
    assert {measure: said.number for measure, said in entry.numbers.items()} == {"consultations": 0}


def test_every_wrong_cell_is_told_at_once():
    found = check(
        row(people="很多人", region="汪场", date="待定"),
        row(name=""),
        row(name="座谈", lead="市农业局", place="江桥村"),
    )
    assert [(one.row, one.field, one.code) for one in found.problems] == [
        (2, "date", "no_day"), (2, "people", "no_number"), (2, "region", "no_region"),
        (3, "name", "missing"), (3, "form", "no_form"),
        (4, "lead", "no_organization"), (4, "form", "no_form"),
    ]  # fmt: skip
    assert not found.entries


def test_totals_blank_rows_and_signatures_below_the_table_are_no_activities():
    found = check(
        row(),
        {"name": "", "date": ""},
        {"name": "合计", "date": "", "people": "500"},
        {"name": "", "date": "填表人：张三"},
    )
    assert found.rows == [2]
    assert not found.problems


def test_the_same_activity_twice_in_one_ledger_is_told_and_its_key_lasts():
    found = check(row(), row(people="50"))
    assert [(one.row, one.code, one.text) for one in found.problems] == [(3, "twice", "2")]
    assert check(row(people="46")).entries[0].key == check(row(people="50")).entries[0].key
    assert check(row(number="A-7")).entries[0].key == check(row(number="A-7", name="改名讲座")).entries[0].key


def test_the_form_comes_from_its_cell_else_from_the_name_else_from_the_choice():
    assert [check(row(**cells), form="popularization").entries[0].form for cells in (
        {"form": "科普展览"}, {}, {"name": "科技活动周"},
    )] == ["exhibition", "lecture", "popularization"]  # fmt: skip
    assert check(row()).entries[0].days.first == datetime.date(2018, 9, 17)
