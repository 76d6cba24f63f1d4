"""The sign-in sheet, opened by the programs that offices open it with – or by others that read the same files."""

import io
import subprocess
import zipfile
from xml.etree import ElementTree

import openpyxl
import pytest

from registrations.models import Signup
from registrations.operations.signups import Line, Party
from registrations.reports import attendance, sign_in_sheets, word, workbooks
from tests import factories

HOSTILE = '#panic("x") *粗* =1+1 <a> "引" & \x07'
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def village(*names, **values):
    lines = tuple(Line(name, village="江桥村") for name in names)
    return Party("village", lines + values.pop("more", ()), "村书记", "19900000001", unit="江桥村", **values)


def sheet(world, now):
    rows = attendance.lines(world.session, list(Signup.objects.order_by("pk")))
    return sign_in_sheets.named(session=world.session, rows=rows, at=now)


def text(pdf):
    """What another program reads on each page."""
    read = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()
    return read.split("\f")[:-1]


def table(docx):
    """(is repeated on every page, height, texts) of each row, and the footer's text."""
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        assert package.testzip() is None
        body = ElementTree.fromstring(package.read("word/document.xml"))
        footer = "".join(ElementTree.fromstring(package.read("word/footer1.xml")).itertext())
        fields = [
            one.get(f"{W}instr")
            for one in ElementTree.fromstring(package.read("word/footer1.xml")).iter(f"{W}fldSimple")
        ]
    rows = []
    for row in body.iter(f"{W}tr"):
        cells = ["".join(cell.itertext()) for cell in row.iter(f"{W}tc")]
        rows.append((row.find(f".//{W}tblHeader") is not None, int(row.find(f".//{W}trHeight").get(f"{W}val")), cells))
    return rows, footer, fields


def test_a_line_says_name_unit_masked_phone_and_the_short_code_of_its_ticket(world, now):
    signup = factories.signup(world.session, village("刘忠", "何平"))
    factories.signup(world.session, factories.one("刘桂英", "19900000002"))
    factories.signup(world.session, factories.many(7))
    made = sheet(world, now)
    codes = {
        one.attendee.name if one.attendee else "": one.short_code for one in signup.tickets.select_related("attendee")
    }
    said = [(one.name, one.unit, one.phone, one.note, one.people) for one in made.lines if one.people]
    assert said == [
        ("刘忠", "江桥村", "", "", 1),
        ("何平", "江桥村", "", "", 1),
        ("刘桂英", "", "199****0002", "", 1),
        ("程老师", "佛子山镇中学七（2）班", "", "7人", 7),
    ]
    assert [one.code.replace(" ", "") for one in made.lines[:2]] == [codes["刘忠"], codes["何平"]]
    assert all(one.code for one in made.lines[:4])
    assert made.when.startswith("2026年11月24日")


@pytest.mark.parametrize("many, pages", [(0, 1), (20, 1), (21, 2), (45, 2), (200, 9)])
def test_a_page_has_25_lines_and_some_at_the_end_stay_blank(world, now, many, pages):
    if many:
        world.session.pools.update(capacity=None)
        factories.signup(world.session, village(*(f"村民{n}" for n in range(many))))
    made = sheet(world, now)
    assert len(made.lines) == 25 * pages
    assert sum(not one.name for one in made.lines) >= sign_in_sheets.SPARE
    assert len(text(sign_in_sheets.pdf(made))) == pages


def test_each_page_of_the_pdf_has_its_title_its_heads_its_totals_and_its_number(world, now):
    factories.signup(world.session, village(*(f"村民{n}" for n in range(30))))
    first, second = text(sign_in_sheets.pdf(sheet(world, now)))
    said = ["".join(page.split()) for page in (first, second)]
    for page in said:
        assert page.startswith("签到表")
        assert world.activity.name in page
        assert all(head in page for head in sign_in_sheets.HEADS)
        assert "实到" in page
    assert "应到25人" in said[0]
    assert "应到5人" in said[1]
    assert "第1页共2页" in said[0]
    assert "第2页共2页" in said[1]
    assert "村民29" in said[1]
    assert "村民29" not in said[0]


def test_word_repeats_title_and_heads_and_has_room_for_25_rows_a_page_and_no_26th(world, now):
    factories.signup(world.session, village("刘忠", HOSTILE))
    rows, footer, fields = table(word.docx(sheet(world, now)))
    heads = [row for row in rows if row[0]]
    lines = [row for row in rows if not row[0]]
    assert heads[-1][2] == list(sign_in_sheets.HEADS)
    assert heads[0][2] == ["签　到　表"]
    assert len(lines) == 25
    assert lines[0][2][:3] == ["1", "刘忠", "江桥村"]
    assert lines[1][2][1] == HOSTILE.replace("\x07", "")
    page = 16838 - 800 - 1200
    needed = sum(height for _head, height, _cells in rows) + 20
    assert needed <= page < needed + word.ROW
    assert "本页　应到" in footer
    assert [one.strip() for one in fields] == ["PAGE", "NUMPAGES"]


def test_word_names_the_fonts_of_official_documents(world, now):
    with zipfile.ZipFile(io.BytesIO(word.docx(sheet(world, now)))) as package:
        body = package.read("word/document.xml").decode()
    assert all(font in body for font in ("方正小标宋简体", "黑体", "仿宋_GB2312"))


def test_excel_breaks_after_25_rows_and_prints_the_heads_on_every_page(world, now):
    factories.signup(world.session, village(*(f"村民{n}" for n in range(29)), HOSTILE.replace("\x07", "")))
    page = openpyxl.load_workbook(io.BytesIO(workbooks.sign_in_sheet(sheet(world, now)))).active
    assert page.title == "签到表"
    assert [page.cell(4, at).value for at in range(1, 8)] == list(sign_in_sheets.HEADS)
    assert [page.cell(5, at).value for at in (1, 2, 3)] == [1, "村民0", "江桥村"]
    assert page.print_title_rows == "$1:$4"
    assert [one.id for one in page.row_breaks.brk] == [29]
    assert page.max_row == 4 + 50
    assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)
    assert "实到" in page.oddFooter.left.text


def test_a_blank_sheet_has_as_many_pages_as_were_asked_for(world, now):
    made = sign_in_sheets.blank(session=world.session, pages=3, at=now)
    pages = text(sign_in_sheets.pdf(made))
    assert len(pages) == 3
    assert all(world.activity.name in page for page in pages)
    assert len(sign_in_sheets.blank(session=world.session, pages=10**6, at=now).pages) == sign_in_sheets.MOST_PAGES


@pytest.mark.parametrize("name", ["李" * 60, HOSTILE.replace("\x07", ""), "W" * 60])
def test_long_names_and_names_like_markup_make_no_page_longer(world, now, name):
    factories.signup(world.session, village(name, "张三"))
    assert len(text(sign_in_sheets.pdf(sheet(world, now)))) == 1


@pytest.mark.parametrize("many", [1, 9])
def test_a_sheet_costs_the_same_queries_however_many(world, now, many, django_assert_num_queries):
    for n in range(many):
        factories.signup(world.session, village(f"甲{n}", f"乙{n}"))
    signups = list(Signup.objects.all())
    with django_assert_num_queries(4):
        rows = attendance.lines(world.session, signups)
        sign_in_sheets.named(session=world.session, rows=rows, at=now)
