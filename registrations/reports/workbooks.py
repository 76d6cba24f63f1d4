"""Reports as files that Excel opens: streamed, and with nothing in a cell that could run as a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

import xlsxwriter
from django.utils.translation import get_language
from django.utils.translation import gettext as _

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
