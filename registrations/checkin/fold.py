"""From scans and named people's corrections to outcomes and presence: one fold.

Ordered by (corrected time, id), so that any order of arrival ends in the same attendance. `arriving` numbers add up to
the ticket's size; what is more waits for a decision. It folds what was judged at receipt and never judges again, except
that an «admit» later found to come after others becomes a duplicate, and one judged a duplicate that turns out to be
the first is counted: two phones offline cannot know of each other. What a named person decided about a scan at the desk
takes the place of what it was judged; what a volunteer took back stays taken back.
"""

from __future__ import annotations

import datetime
import enum
from collections.abc import Iterable
from dataclasses import dataclass

from registrations.checkin.verdicts import Code


class Decided(enum.StrEnum):
    """A named person's word on one scan."""

    COUNT = "count"
    REFUSE = "refuse"


class Outcome(enum.StrEnum):
    COUNTED = "counted"
    DUPLICATE = "duplicate"
    REFUSED = "refused"
    AWAITING = "awaiting"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class ScanFact:
    """One scan as it was judged at receipt. `id` orders scans of one instant (any comparable text). `decided` takes the
    place of that judgement; `extra` are the people beyond the ticket's size who were decided to count with it."""

    id: str
    at: datetime.datetime
    judged: Code
    direction: str = "entry"
    arriving: int = 1
    uncertain: bool = False
    withdrawn: bool = False
    decided: Decided | None = None
    extra: int = 0


@dataclass(frozen=True, slots=True)
class CorrectionFact:
    """A named person says how many of the line were present (0: none). The latest stands, whatever the scans say. One that
    says nothing about presence (None: leave was asked for, or is taken back) leaves it to the scans."""

    at: datetime.datetime
    id: int
    present: int | None
    grade: str = "confirmed"


@dataclass(frozen=True, slots=True)
class ScanResult:
    outcome: Outcome
    counted: int = 0
    duplicate_of: str | None = None


@dataclass(frozen=True, slots=True)
class Presence:
    present: int
    grade: str
    first_at: datetime.datetime
    left_at: datetime.datetime | None


#: Judged thus, a scan takes part in the count; the rest were refused at receipt, and stay refused.
_COUNTS = frozenset({Code.ADMIT, Code.DUPLICATE, Code.RE_ENTERED, Code.LEFT})
#: Judged thus, a scan waits for a named person's decision (the last two are no verdicts: see docs/protocols.md).
AWAITING = frozenset({Code.UNVERIFIED, "unknown_session", "station_ended"})


def fold(
    scans: Iterable[ScanFact], corrections: Iterable[CorrectionFact], *, size: int
) -> tuple[dict[str, ScanResult], Presence | None]:
    """Outcomes by scan id, and the presence of one ticket's `size` people at one session (None: nobody came)."""
    results: dict[str, ScanResult] = {}
    arrived = beyond = 0
    first: ScanFact | None = None
    left_at: datetime.datetime | None = None
    inside = False
    for scan in sorted(scans, key=lambda one: (one.at, one.id)):
        extra = min(scan.extra, scan.arriving) if scan.decided is Decided.COUNT else 0
        if (apart := _apart(scan)) is not None:
            results[scan.id] = ScanResult(apart)
        elif scan.direction == "exit":
            if inside:
                inside, left_at = False, scan.at
                results[scan.id] = ScanResult(Outcome.COUNTED)
            else:
                results[scan.id] = ScanResult(Outcome.REFUSED)
        elif first is not None and not inside:
            # They went out: whoever enters now comes back, as the verdict table has it, and is counted already.
            inside, left_at = True, None
            beyond += extra
            results[scan.id] = ScanResult(Outcome.COUNTED, extra)
        elif first is not None and arrived >= size and not extra:
            results[scan.id] = ScanResult(Outcome.DUPLICATE, duplicate_of=first.id)
        elif not (fitting := min(scan.arriving, max(0, size - arrived))) and not extra:
            # Nobody is left on the ticket itself: all of its people carry tickets of their own.
            results[scan.id] = ScanResult(Outcome.REFUSED if scan.decided else Outcome.AWAITING)
        else:
            # More than the ticket's size: what fits counts, the rest waits at the desk under the same scan.
            extra = min(extra, scan.arriving - fitting)
            arrived += fitting
            beyond += extra
            first = first or scan
            inside, left_at = True, None
            results[scan.id] = ScanResult(Outcome.COUNTED, fitting + extra)
    said = max(corrections, key=lambda one: (one.at, one.id), default=None)
    if said is not None and said.present is not None:
        if not said.present:
            return results, None
        came = first.at if first else said.at
        return results, Presence(said.present, said.grade, came, left_at)
    if first is None:
        return results, None
    return results, Presence(arrived + beyond, "scanned", first.at, left_at)


def _apart(scan: ScanFact) -> Outcome | None:
    """What becomes of a scan that takes no part in the count; None: it takes part."""
    if scan.withdrawn:
        return Outcome.WITHDRAWN
    if scan.decided is Decided.REFUSE:
        return Outcome.REFUSED
    if scan.decided is Decided.COUNT or scan.judged in _COUNTS:
        return None
    return Outcome.AWAITING if scan.judged in AWAITING else Outcome.REFUSED
