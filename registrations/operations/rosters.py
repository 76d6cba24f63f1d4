"""Files with lists of names, as people send them: xlsx, xls, ods, or csv as Excel and WPS write it.

What a list says is read by `registrations.rosters`; this opens files, and refuses what is no table.
"""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from events.errors import Refusal, TooLarge
from registrations import rosters
from registrations.rosters import Row

#: Bytes of a file, and characters of a pasted message.
LARGEST_FILE, LONGEST_MESSAGE = 2_000_000, 100_000
#: Rows of a table that are no people: its heading, its totals.
HEADS = 10
_READER = Path(__file__).with_name("table_reader.py")
_ZIP, _COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class NoTable(Refusal):
    code = "no_table"
    status = 400
    sentence = _("This file is no table that we can read. Send an Excel, WPS or CSV file with one person to a row.")


class NobodyListed(Refusal):
    code = "nobody_listed"
    status = 400
    sentence = _("No name was found in this. One person to a line or row, please.")


class ListTooLong(Refusal):
    code = "list_too_long"
    status = 400
    sentence = _("A list has at most %(most)s rows. Split it into several sign-ups.")


def from_message(text: str, *, most: int = rosters.MOST_ROWS) -> list[Row]:
    """The rows of a pasted message, at most so many. Raises NobodyListed, ListTooLong."""
    if len(text) > LONGEST_MESSAGE * most // rosters.MOST_ROWS:
        raise ListTooLong(field="text", most=most)
    return _kept(rosters.message(text), "text", most)


def cells(data: bytes, *, most: int) -> list[list[str]]:
    """A file's first table as texts, at most so many rows and a few for headings. Raises TooLarge, NoTable, ListTooLong."""
    if len(data) > LARGEST_FILE:
        refusal = TooLarge(limit=LARGEST_FILE)
        refusal.field = "file"
        raise refusal
    found = _spreadsheet(data, most) if data.startswith((_ZIP, _COMPOUND)) else _csv(data)
    if len(found) > most + HEADS:
        raise ListTooLong(field="file", most=most)
    return [list(row) for row in found]


def from_file(data: bytes, *, most: int = rosters.MOST_ROWS) -> list[Row]:
    """The rows of a file, at most so many, its kind told by what is inside and not by its name.

    Raises TooLarge, NoTable, NobodyListed, ListTooLong.
    """
    return _kept(rosters.table(cells(data, most=most)), "file", most)


def _kept(rows: list[Row], field: str, most: int) -> list[Row]:
    if not rows:
        raise NobodyListed(field=field)
    if len(rows) > most:
        raise ListTooLong(field=field, most=most)
    return rows


def _spreadsheet(data: bytes, most: int) -> list[list[str]]:
    """The first sheet with anything in it, read by a process of its own (see `table_reader`)."""
    try:
        done = subprocess.run(  # noqa: S603  # our own interpreter and our own file
            [sys.executable, "-I", str(_READER), str(most + HEADS + 1)],
            input=data,
            capture_output=True,
            check=False,
            timeout=15,
        )
    except subprocess.TimeoutExpired as error:
        raise NoTable(field="file") from error
    if done.returncode:
        raise NoTable(field="file")
    cells: list[list[str]] = json.loads(done.stdout)
    while cells and not any(cells[-1]):
        cells.pop()
    return cells


def _csv(data: bytes) -> Sequence[Sequence[str]]:
    """UTF-8 with or without its mark, UTF-16 with it («Unicode text»), else GB 18030, as Excel writes it here."""
    encodings = ["utf-16"] if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeError:
            continue
        if any(char < " " and char not in "\t\r\n\x0b\x0c\x1f" for char in text):
            break
        head = text[:4_000]
        separator = max(",\t;", key=head.count)
        try:
            return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
        except csv.Error:
            break
    raise NoTable(field="file")
