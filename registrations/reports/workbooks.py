"""Reports as files that Excel opens: streamed, and with nothing in a cell that could run as a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

import xlsxwriter
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from registrations.reports.sign_in_sheets import HEADS, PER_PAGE, Sheet
from registrations.reports.yearend import YearEnd

#: What Excel allows in no sheet's name.
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[object]], note: str = "") -> bytes:
    """One sheet with a heading row that stays in view. Text is written as text: «=1+1» stays what it is."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(_FORBIDDEN.sub(" ", title)[:31].strip("' ") or None)
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "vcenter"})
    sheet.write_row(0, 0, head, bold)
    widths = [len(one) for one in head]
    last = 0
    for last, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            sheet.write(last, column, value)
            widths[column] = min(40, max(widths[column], len(str(value))))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width * 1.8 + 2)
    if note:
        sheet.write(last + 2, 0, note)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    book.close()
    return out.getvalue()


def sign_in_sheet(sheet: Sheet) -> bytes:
    """A sign-in sheet to change and to print: A4, 25 rows a page, its heads on each."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet("签到表")
    look = {"font_name": "仿宋", "font_size": 11, "valign": "vcenter", "shrink": True}
    ruled = look | {"border": 1}
    title = book.add_format(look | {"font_name": "方正小标宋简体", "font_size": 22, "align": "center"})
    fact = book.add_format(look)
    head = book.add_format(ruled | {"font_name": "黑体", "align": "center", "bg_color": "#EDEDED"})
    left, middle = book.add_format(ruled), book.add_format(ruled | {"align": "center"})
    page.set_column_pixels(0, 0, 44)
    for column, pixels in enumerate((112, 160, 112, 88, 140, 60), start=1):
        page.set_column_pixels(column, column, pixels)
    page.merge_range(0, 0, 0, 6, "签　到　表", title)
    page.set_row(0, 36)
    for row, pair in enumerate((sheet.facts[:2], sheet.facts[2:]), start=1):
        for (first, last), (label, words) in zip(((0, 3), (4, 6)), pair, strict=True):
            page.merge_range(row, first, row, last, f"{label}：{words}", fact)
        page.set_row(row, 19)
    page.write_row(3, 0, HEADS, head)
    page.set_row(3, 22)
    for number, line in enumerate(sheet.lines, start=1):
        page.set_row(3 + number, 24.5)
        for column, words in enumerate(line.cells(number)):
            value = number if column == 0 else words
            page.write(3 + number, column, value, middle if column in (0, 4) else left)
    page.freeze_panes(4, 0)
    page.repeat_rows(0, 3)
    page.print_area(0, 0, 3 + len(sheet.lines), 6)
    page.set_paper(9)
    page.set_margins(left=0.5, right=0.5, top=0.5, bottom=0.75)
    page.center_horizontally()
    page.set_h_pagebreaks([4 + PER_PAGE * count for count in range(1, len(sheet.pages))])
    page.set_footer("&L本页　应到______人　实到______人　　经办人签字____________&R第 &P 页　共 &N 页")
    book.close()
    return out.getvalue()


def csv_lines(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """CSV with a byte order mark, so that Excel reads Chinese; a cell that begins like a formula gets a quote."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield "\ufeff"
    for row in [head, *rows]:
        writer.writerow(
            [f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@\t\r" and cell else cell for cell in row]
        )
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def year_end(report: YearEnd) -> bytes:
    """Figures and the records they rest on."""
    language = "zh" if (get_language() or "zh").startswith("zh") else "en"
    rows = [
        [
            part.section.label[language],
            line.indicator.label[language],
            line.figure.number if line.figure and line.figure.number is not None else "",
            line.figure.unit if line.figure else line.indicator.measure.unit,
            (line.zh if language == "zh" else line.en) if line.figure else "–",
            "；".join(ref.label for ref in line.figure.records[:20]) if line.figure else "",
        ]
        for part in report.parts
        for line in part.lines
    ]
    head = [_("Section"), _("Figure"), _("Number"), _("Unit"), _("As reported"), _("Records")]
    return table(_("Year end %(year)s") % {"year": report.year}, head, rows)
