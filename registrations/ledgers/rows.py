"""Rows of a ledger as entries: each cell read, with what is wrong with it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from registrations import phrases
from registrations.figures import Bound
from registrations.ledgers import words
from registrations.ledgers.columns import NUMBERS, REQUIRED
from registrations.ledgers.days import NotADay, Span, span

_TOTALS = ("合计", "总计", "小计", "共计")
#: Characters that fit, by field.
LENGTHS = {
    "name": 160, "place": 120, "partners": 500, "experts": 500, "summary": 4000, "remark": 300, "number": 30,
    "filled_in_by": 60,
}  # fmt: skip
MOST = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Problem:
    """`code`: missing, too_long, no_number, too_large, no_day, another_year, no_region, no_organization, no_form or
    twice; `text` is what stands in the cell, or for twice the other row."""

    row: int
    field: str
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """A number in the words of its cell; `number` is None where the cell says that nobody knows."""

    number: int | None
    bound: str
    phrase: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One activity. `row` is its row in the table; `region` and `lead` are keys the caller knows them by."""

    row: int
    name: str
    days: Span
    form: str
    place: str
    region: int | None
    lead: int | None
    numbers: Mapping[str, Said]
    times: Said | None
    expected: int | None
    texts: Mapping[str, str]
    key: str


@dataclass(frozen=True, slots=True)
class Known:
    """What a ledger may name: `region` and `lead` find a place and an organization by name, or None. `form` is that of
    rows that name none; `year` that of days that name none."""

    year: int
    region: Callable[[str], int | None]
    lead: Callable[[str], int | None]
    form: str = ""


@dataclass(slots=True)
class Checked:
    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    """Rows that are activities, right or wrong; blank rows, totals and remarks below the table are none."""

    @property
    def wrong(self) -> list[int]:
        return sorted({one.row for one in self.problems})


class _Wrong(Exception):
    def __init__(self, code: str, text: str = "") -> None:
        super().__init__(code)
        self.code, self.text = code, text


def check(rows: Mapping[int, Mapping[str, str]], known: Known) -> Checked:
    """`rows`: cells by field, by the row's place in the table. Every problem of every cell is found at once."""
    found = Checked()
    seen: dict[str, int] = {}
    for row, cells in rows.items():
        cells = {name: text.strip() if name in LENGTHS else words.plain(text) for name, text in cells.items()}
        if _no_activity(cells):
            continue
        found.rows.append(row)
        entry, problems = _entry(row, cells, known)
        if entry is not None and entry.key in seen:
            problems.append(Problem(row, "name", "twice", str(seen[entry.key])))
        found.problems += problems
        if entry is not None and not problems:
            seen[entry.key] = row
            found.entries.append(entry)
    return found


def _no_activity(cells: Mapping[str, str]) -> bool:
    filled = [text for text in cells.values() if not words.blank(text)]
    return (
        not filled
        or any(text.replace(" ", "").startswith(_TOTALS) for text in filled[:2])
        or (len(filled) == 1 and not cells.get("name"))
    )


def _entry(row: int, cells: Mapping[str, str], known: Known) -> tuple[Entry | None, list[Problem]]:
    problems: list[Problem] = []

    def read(name: str, how: Callable[[str], object], default: object = None) -> object:
        text = cells.get(name, "")
        if words.blank(text):
            if name in REQUIRED:
                problems.append(Problem(row, name, "missing", ""))
            return default
        try:
            return how(text)
        except _Wrong as wrong:
            problems.append(Problem(row, name, wrong.code, wrong.text or text))
            return default

    texts = {name: str(read(name, _short(name), "")) for name in LENGTHS if name in cells}
    days = read("date", lambda text: _days(text, known.year))
    numbers = {measure: read(name, _number) for name, measure in NUMBERS.items()}
    times = read("times", _number)
    expected = read("expected", _number)
    region = read("region", lambda text: _known(known.region(text), "no_region"))
    lead = read("lead", lambda text: _known(known.lead(text), "no_organization"))
    form = read("form", _form) or words.form(texts.get("name", "")) or known.form
    if not form and not any(one.field == "form" for one in problems):
        problems.append(Problem(row, "form", "no_form", cells.get("form", "")))
    if problems or not isinstance(days, Span):
        return None, problems
    entry = Entry(
        row=row,
        name=texts["name"],
        days=days,
        form=str(form),
        place=texts.get("place", ""),
        region=region if isinstance(region, int) else None,
        lead=lead if isinstance(lead, int) else None,
        numbers={measure: said for measure, said in numbers.items() if isinstance(said, Said)},
        times=times if isinstance(times, Said) else None,
        expected=expected.number if isinstance(expected, Said) else None,
        texts=texts,
        key=_key(texts, days),
    )
    return entry, problems


def _key(texts: Mapping[str, str], days: Span) -> str:
    """What the same activity is told by in the next file: its own number, else its name, days and place."""
    name, place = words.plain(texts["name"]), words.plain(texts.get("place", ""))
    basis = texts.get("number") or f"{name}|{days.first}|{days.last}|{place}"
    return f"ledger:{days.last.year}:{hashlib.sha256(basis.encode()).hexdigest()[:24]}"


def _short(name: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(text) > LENGTHS[name]:
            raise _Wrong("too_long", str(LENGTHS[name]))
        return text

    return read


def _days(text: str, year: int) -> Span:
    try:
        found = span(text, year)
    except NotADay as error:
        raise _Wrong("no_day") from error
    if not 1949 <= found.first.year <= 2100:
        raise _Wrong("no_day")
    return found


def _number(text: str) -> Said:
    if words.unknown(text):
        return Said(None, Bound.UNKNOWN.value, text)
    try:
        number, bound, _unit = phrases.read(text)
    except phrases.NotANumber as error:
        raise _Wrong("no_number") from error
    if number > MOST:
        raise _Wrong("too_large")
    return Said(number, bound.value, text)


def _form(text: str) -> str:
    if found := words.form(text):
        return found
    raise _Wrong("no_form")


def _known(found: int | None, code: str) -> int:
    if found is None:
        raise _Wrong(code)
    return found
