"""A list row by row as it was written, and what is wrong with each cell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from registrations.phones import mobile
from registrations.rosters.words import NUMERALS, cell_text, closed

#: People on one list, and rows that are read of one.
MOST_PEOPLE, MOST_ROWS = 500, 1_000
#: Characters of a name or a village.
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Row:
    """One line as it was written. `people` empty means one; `position` counts lines or rows of the source from 1."""

    name: str = ""
    village: str = ""
    phone: str = ""
    people: str = ""
    remark: str = ""
    position: int = 0

    @property
    def blank(self) -> bool:
        return not any((self.name, self.village, self.phone, self.people, self.remark))


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a cell. `row` is the index in the list that was checked, `position` the line of the source."""

    row: int
    position: int
    column: str
    code: str
    text: str

    @property
    def warning(self) -> bool:
        """A hint: the list may be taken as it is."""
        return self.code == "duplicate_name"


@dataclass(frozen=True, slots=True)
class Checked:
    """Rows with what is wrong with them, and how many people they are (unreadable numbers count as one)."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    people: int

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(one for one in self.problems if not one.warning)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(one for one in self.problems if one.warning)


def count(text: str) -> int | None:
    """How many people: «2», «２人», «两人», «2.0»; empty is one; None where it is no number of people."""
    plain = re.sub(r"[\s人位口名个]", "", unicodedata.normalize("NFKC", text))
    if not plain:
        return 1 if not text.strip() else None
    if plain in NUMERALS:
        return NUMERALS[plain]
    found = re.fullmatch(r"(\d{1,6})(?:\.0+)?", plain, re.ASCII)
    return int(found[1]) if found and int(found[1]) >= 1 else None


def typed(name: str, village: str = "", phone: str = "", people: str = "", *, position: int = 0) -> Row:
    """A row from four cells as somebody typed or corrected them on a page."""
    return Row(closed(cell_text(name)), cell_text(village), cell_text(phone), cell_text(people), position=position)


def check(rows: Iterable[Row], *, most_people: int | None = MOST_PEOPLE) -> Checked:
    """What is wrong with which cell: name_missing, name_too_long, village_too_long, phone_unreadable,
    people_unreadable, too_many (of one line, or where the whole list passes `most_people`), duplicate_name (a warning).
    """
    kept = tuple(rows)
    problems: list[Problem] = []
    total = 0
    seen: dict[tuple[str, str], int] = {}
    for index, row in enumerate(kept):

        def tell(column: str, code: str, text: str, index: int = index, row: Row = row) -> None:
            problems.append(Problem(index, row.position, column, code, text))

        if not row.name:
            tell("name", "name_missing", row.name)
        elif len(row.name) > LONGEST:
            tell("name", "name_too_long", row.name)
        elif seen.setdefault((row.name, row.village), index) != index:
            tell("name", "duplicate_name", row.name)
        if len(row.village) > LONGEST:
            tell("village", "village_too_long", row.village)
        if mobile(row.phone) is None:
            tell("phone", "phone_unreadable", row.phone)
        people = count(row.people)
        if people is None:
            tell("people", "people_unreadable", row.people)
        elif people > MOST_PEOPLE or (most_people is not None and total <= most_people < total + people):
            tell("people", "too_many", row.people)
        total += people or 1
    return Checked(kept, tuple(problems), total)


def shared_village(rows: Iterable[Row]) -> str:
    """The village all of these come from, its groups («江桥村3组») aside; empty where they come from several."""
    roots = {re.sub(r"(?<=[村区])[\d一二三四五六七八九十]+组$", "", row.village) for row in rows if row.village}
    return roots.pop() if len(roots) == 1 else ""
