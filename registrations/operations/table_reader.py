"""Run by itself, as a process of its own: a spreadsheet comes in on standard input, its cells go out as JSON.

Spreadsheets come from anybody. A file of a few kilobytes may claim a cell in the last row and column and so ask for all
memory there is; here that ends this process and none other. `registrations.operations.rosters` starts it.
"""

from __future__ import annotations

import datetime
import io
import json
import resource
import sys

import python_calamine

#: Bytes of memory and seconds of computing.
MEMORY, SECONDS = 768 * 1024**2, 5
#: Columns that are passed on. Rows: as many as are asked for; the caller sees by the last that the table is too long.
COLUMNS = 60


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))  # telephone numbers are numbers to a spreadsheet
    if isinstance(cell, datetime.datetime):
        return f"{cell:%Y-%m-%d}"
    return str(cell)


def _rows(sheet: python_calamine.CalamineSheet, most: int) -> list[list[str]]:
    """Down to the last row with anything in it; the first of the list is the sheet's first."""
    if sheet.start is None:
        return []
    rows: list[list[str]] = [[] for _blank in range(min(sheet.start[0], most))]
    filled = 0
    for row in sheet.iter_rows():
        texts = [_text(cell) for cell in row[:COLUMNS]]
        if len(rows) < most:
            rows.append(texts)
        if any(texts):
            filled = len(rows)
            rows[-1] = texts
            if filled == most:
                break
    return rows[:filled]


def main() -> int:
    """0 with the cells on standard output, 1 for what is no table."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        rows: list[list[str]] = []
        for name in book.sheet_names:
            if rows := _rows(book.get_sheet_by_name(name), int(sys.argv[1])):
                break
    except Exception:
        # Whatever is wrong inside: this is no table that can be read, and the caller says so.
        return 1
    sys.stdout.write(json.dumps(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
