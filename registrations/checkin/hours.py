"""From presence at lessons to hours, and from hours to completion.

Whoever was in at a lesson has its hours, all of them; a relative in the trainee's place is attendance (人次) and no hours;
leave is shown and counts nothing. A named person's word («was there») stands above what scans say.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_HALF = Decimal("0.5")


class Mark(enum.StrEnum):
    """How one trainee stands at one lesson."""

    PRESENT = "present"
    SUBSTITUTE = "substitute"
    LEAVE = "leave"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of one trainee at one lesson. `present`: somebody is counted; `confirmed`: by a named person's word;
    `own` and `substitute`: scans of themselves and of a relative, in whatever order they came."""

    present: bool = False
    confirmed: bool = False
    own: int = 0
    substitute: int = 0
    leave: bool = False


def mark(seen: Seen) -> Mark:
    """One word for it. Presence that nobody scanned (a roster, a paper list) is the trainee's own."""
    if seen.present:
        relative = seen.substitute > 0 and seen.own == 0 and not seen.confirmed
        return Mark.SUBSTITUTE if relative else Mark.PRESENT
    return Mark.LEAVE if seen.leave else Mark.ABSENT


def of_duration(minutes: int, unit: int) -> Decimal:
    """Hours of `unit` minutes that a lesson of so many minutes has, to the nearest half, at least a half."""
    halves = (Decimal(minutes) * 2 / unit).quantize(Decimal(1), ROUND_HALF_UP)
    return max(_HALF, halves * _HALF)


def total(lessons: Iterable[Decimal]) -> Decimal:
    return sum(lessons, Decimal(0))


def earned(lessons: Iterable[tuple[Decimal, Mark]]) -> Decimal:
    """The hours of the lessons at which the trainee themselves was."""
    return sum((hours for hours, how in lessons if how is Mark.PRESENT), Decimal(0))


def required(whole: Decimal, share: int) -> Decimal:
    """Hours to be reached: `share` percent of all, not rounded."""
    return whole * share / 100


def completes(hours: Decimal, whole: Decimal, share: int) -> bool:
    """Whether the rule is met. A course without hours is completed by nobody."""
    return whole > 0 and hours >= required(whole, share)


def percent(hours: Decimal, whole: Decimal) -> int:
    """Rounded down, so that nobody reads «80 %» who has less."""
    return int(hours * 100 // whole) if whole else 0
