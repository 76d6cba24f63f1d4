"""Scans that are all there is of a sign-up at a session – nearly every one – are folded from what is at hand; all others
from what is written (`attendance.refold`). Both ways end the same: the fold is one. Pure of queries."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from events.operations.rows import Rows
from registrations.checkin import desk
from registrations.checkin.fold import AWAITING, Outcome, ScanFact, ScanResult, fold
from registrations.checkin.verdicts import Code
from registrations.models import Attendance, ScanOutcome
from registrations.operations import gathering, roster
from registrations.operations.placement import Place


@dataclass(frozen=True, slots=True)
class MadeScan:
    """A scan with the number under which it is written."""

    pk: int
    scan: uuid.UUID
    station: int
    session: int | None
    ticket: gathering.Held | None
    judged: str
    direction: str
    arriving: int
    at: datetime.datetime
    uncertain: bool

    @property
    def name(self) -> str:
        """By which scans of one instant are ordered, as `placement` has it."""
        return f"{self.scan}:{self.station}"

    @property
    def place(self) -> Place | None:
        return Place(self.ticket.signup, self.session) if self.ticket and self.session else None


_OUTCOME = ("scan_id", "session_id", "outcome", "counted", "why")
_Outcome = tuple[int, int | None, str, int, str]
_Came = tuple[int, int, int, str, datetime.datetime, datetime.datetime | None]
_ATTENDANCE = ("attendee_id", "session_id", "present", "grade", "first_at", "left_at")


@dataclass(frozen=True, slots=True)
class Folded:
    """What scans amount to: rows to be written, and the places that have to be folded from what is written."""

    tables: tuple[Rows, ...]
    several: frozenset[Place]


def folded(*, made: Sequence[MadeScan], bench: gathering.Bench, besides: Iterable[Place]) -> Folded:
    """What scans that are about to be written amount to. One that is all there is at its place – nearly every one – is folded
    from what is at hand. `besides`: places at which something else has changed."""
    several = set(besides) | bench.known
    once: dict[Place, MadeScan] = {}
    for one in made:
        if one.place is not None:
            if one.place in once or bench.sessions[one.place.session].moved:
                several.add(one.place)
            once[one.place] = one
    outcomes: list[_Outcome] = []
    present: list[_Came] = []
    for place, one in once.items():
        if place not in several:
            outcome, came = _fold_alone(one, bench.lines.get(place.signup, ()))
            outcomes.append(outcome)
            present += came
    for one in made:
        if one.place is None:
            loose = Outcome.AWAITING if one.judged in AWAITING else Outcome.REFUSED
            outcomes.append(_outcome(one, ScanResult(loose)))
    leading = {pk: gate.organization for pk, gate in bench.sessions.items()}
    news = roster.outcome_lines(outcomes=[(one[0], one[1]) for one in outcomes], organizations=leading)
    tables = Rows(Attendance, _ATTENDANCE, present), Rows(ScanOutcome, _OUTCOME, outcomes), news
    return Folded(tables, frozenset(several.intersection(once)))


def _fold_alone(one: MadeScan, lines: Sequence[tuple[int, int]]) -> tuple[_Outcome, list[_Came]]:
    """The outcome of the only scan of a sign-up at a session, and who was there by it."""
    assert one.ticket is not None
    assert one.session is not None
    own = one.ticket.attendee
    name = one.name
    fact = ScanFact(name, one.at, Code(one.judged), one.direction, one.arriving, one.uncertain)
    results, presence = fold([fact], [], size=1 if own else sum(size for _pk, size in lines))
    came: list[_Came] = []
    left = presence.present if presence else 0
    for pk, size in lines:
        here = min(size, left) if own in {None, pk} else 0
        if presence and here:
            left -= here
            came.append((pk, one.session, here, presence.grade, presence.first_at, presence.left_at))
    return _outcome(one, results[name]), came


def _outcome(one: MadeScan, result: ScanResult) -> _Outcome:
    seen = desk.Seen(
        judged=one.judged,
        outcome=result.outcome.value,
        counted=result.counted,
        arriving=one.arriving,
        direction=one.direction,
        uncertain=one.uncertain,
    )
    return one.pk, one.session, result.outcome.value, result.counted, desk.why(seen) or ""
