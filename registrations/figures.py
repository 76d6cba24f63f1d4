"""Figures: numbers that say what they measure and how well they are known.

A figure has a measure and unit, the number as stated, an interval [low, high] in which the true value lies (high None =
no upper limit), the count of parts of which nothing is known, a split by grade, and the records it came from:

    exact n     [n, n]        at least n   [n, ∞)
    at most n   [0, n]        about n      [0, ∞), n stated
    unknown     [0, ∞), nothing stated

Sums need equal measures and add every part; «not recorded» is no figure at all and adds nothing; «unknown» is a figure
and is never 0. Numbers are whole. Pure: no Django.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any


class UnlikeMeasures(ValueError):
    """人 was to be added to 人次, or leaflets to consultations."""


class StocksDoNotAdd(ValueError):
    """Two stocks of one measure taken at different days were to be summed."""


class Bound(enum.StrEnum):
    EXACT = "exact"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ABOUT = "about"
    UNKNOWN = "unknown"


class Grade(enum.StrEnum):
    """How a number is known, from the best to the least."""

    SCANNED = "scanned"
    CONFIRMED = "confirmed"
    SELF = "self"
    TALLIED = "tallied"
    ESTIMATED = "estimated"
    REPORTED = "reported"


@dataclass(frozen=True, slots=True, order=True)
class RecordRef:
    """Where a part came from: the kind of row, its id, and a label a person understands."""

    kind: str
    id: int
    label: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its interval; the part of a figure that adds."""

    stated: int | None
    low: int
    high: int | None
    unknown_parts: int = 0

    def __post_init__(self) -> None:
        if self.low < 0 or (self.high is not None and self.high < self.low):
            raise ValueError(f"no such interval: [{self.low}, {self.high}]")

    def __add__(self, other: Amount) -> Amount:
        stated = None if self.stated is None and other.stated is None else (self.stated or 0) + (other.stated or 0)
        high = None if self.high is None or other.high is None else self.high + other.high
        return Amount(stated, self.low + other.low, high, self.unknown_parts + other.unknown_parts)

    def __sub__(self, other: Amount) -> Amount:
        """[max(0, a.low − b.high), max(0, a.high − b.low)]."""
        stated = None if self.stated is None or other.stated is None else max(0, self.stated - other.stated)
        low = 0 if other.high is None else max(0, self.low - other.high)
        high = None if self.high is None else max(0, self.high - other.low)
        return Amount(stated, low, high, self.unknown_parts + other.unknown_parts)

    @property
    def bound(self) -> Bound:
        """Read off the interval. Something stated beside parts of which nothing is known is «at least» by its low."""
        if self.stated is None:
            return Bound.UNKNOWN
        if self.low == self.stated:
            return Bound.EXACT if self.high == self.stated else Bound.AT_LEAST
        return Bound.AT_MOST if self.high == self.stated else Bound.ABOUT

    def as_json(self) -> dict[str, Any]:
        return {"number": self.stated, "bound": self.bound.value}


NOTHING = Amount(0, 0, 0)


def amount(number: int | None, bound: str) -> Amount:
    """An amount from a stated number and what it bounds. Raises ValueError where a bound needs a number."""
    match Bound(bound):
        case Bound.UNKNOWN:
            return Amount(None, 0, None, 1)
        case _ if number is None:
            raise ValueError(f"«{bound}» needs a number")
        case Bound.EXACT:
            return Amount(number, number, number)
        case Bound.AT_LEAST:
            return Amount(number, number, None)
        case Bound.AT_MOST:
            return Amount(number, 0, number)
        case Bound.ABOUT:
            return Amount(number, 0, None)


@dataclass(frozen=True, slots=True)
class Figure:
    """A typed value. `grades` split it without rest: their amounts add up to the whole. `as_of` (an ISO date) marks a
    stock, which never adds to a stock of another day."""

    measure: str
    unit: str
    grades: Mapping[Grade, Amount]
    records: tuple[RecordRef, ...] = ()
    as_of: str | None = None

    @property
    def whole(self) -> Amount:
        total = NOTHING if self.grades else Amount(None, 0, None, 0)
        parts = list(self.grades.values())
        if parts:
            total = parts[0]
            for part in parts[1:]:
                total = total + part
        return total

    @property
    def number(self) -> int | None:
        return self.whole.stated

    @property
    def bound(self) -> Bound:
        return self.whole.bound

    @property
    def unknown_parts(self) -> int:
        return self.whole.unknown_parts

    def refuse_unlike(self, other: Figure) -> None:
        """Raises UnlikeMeasures, StocksDoNotAdd."""
        if (self.measure, self.unit) != (other.measure, other.unit):
            raise UnlikeMeasures(f"{self.measure} ({self.unit}) + {other.measure} ({other.unit})")
        if self.as_of != other.as_of:
            raise StocksDoNotAdd(f"{self.measure}: {self.as_of} + {other.as_of}")

    def __add__(self, other: Figure) -> Figure:
        self.refuse_unlike(other)
        grades = dict(self.grades)
        for grade, part in other.grades.items():
            grades[grade] = grades[grade] + part if grade in grades else part
        return Figure(self.measure, self.unit, _ordered(grades), self.records + other.records, self.as_of)

    def as_json(self) -> dict[str, Any]:
        """{"measure", "number", "low", "high", "unit", "bound", "grades", "records"}; a missing upper limit is null."""
        whole = self.whole
        return {
            "measure": self.measure,
            "number": whole.stated,
            "low": whole.low,
            "high": whole.high,
            "unit": self.unit,
            "bound": whole.bound.value,
            "grades": {grade.value: part.as_json() for grade, part in self.grades.items()},
            "records": [{"kind": ref.kind, "id": ref.id, "label": ref.label} for ref in self.records],
        }


def _ordered(grades: Mapping[Grade, Amount]) -> Mapping[Grade, Amount]:
    return MappingProxyType({grade: grades[grade] for grade in Grade if grade in grades})


def figure(
    measure: str,
    unit: str,
    part: Amount,
    grade: Grade | str,
    records: Iterable[RecordRef] = (),
    as_of: str | None = None,
) -> Figure:
    """A figure of one grade."""
    return Figure(measure, unit, _ordered({Grade(grade): part}), tuple(records), as_of)


def total(figures: Iterable[Figure]) -> Figure | None:
    """The sum, or None where there is nothing to add: nothing recorded is not zero. The same as adding one after the
    other, without copying the records each time: a year has ten thousand."""
    first: Figure | None = None
    grades: dict[Grade, Amount] = {}
    records: list[RecordRef] = []
    for one in figures:
        if first is None:
            first = one
        first.refuse_unlike(one)
        for grade, part in one.grades.items():
            grades[grade] = grades[grade] + part if grade in grades else part
        records += one.records
    return None if first is None else Figure(first.measure, first.unit, _ordered(grades), tuple(records), first.as_of)


def attendance(
    checked_in: Mapping[Grade, int], everyone: Iterable[tuple[Amount, Grade]], besides: Iterable[tuple[Amount, Grade]]
) -> dict[Grade, Amount]:
    """人次 of one session, by grade.

    Those checked in, plus max(0, everyone − checked in) of a count of everybody, or plus those counted besides. A count
    of everybody that is smaller than what was checked in takes nothing away: a scan is better known than a count.
    """
    parts: dict[Grade, Amount] = {}

    def add(grade: Grade, part: Amount) -> None:
        parts[grade] = parts[grade] + part if grade in parts else part

    for grade, people in checked_in.items():
        add(grade, Amount(people, people, people))
    seen = sum(checked_in.values())
    rest = sorted(everyone, key=lambda one: list(Grade).index(one[1]))
    if rest:
        whole, grade = rest[0]
        for part, other in rest[1:]:
            whole, grade = whole + part, other
        add(grade, whole - Amount(seen, seen, seen))
    for part, grade in besides:
        add(grade, part)
    return dict(_ordered(parts))
