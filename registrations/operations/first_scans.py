"""Scans that are all there is of a sign-up at a session – nearly every one – are folded from what is at hand; all others
from what is written (`attendance.refold`). Both ways end the same: the fold is one."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from events.models.compiled import Compiled
from events.operations.rows import insert
from registrations.checkin import desk
from registrations.checkin.fold import AWAITING, Outcome, ScanFact, ScanResult, fold
from registrations.checkin.verdicts import Code
from registrations.models import Attendance, Attendee, Correction, Scan, ScanDecision, ScanOutcome
from registrations.operations import attendance, judging, roster
from registrations.operations.placement import Place


@dataclass(frozen=True, slots=True)
class MadeScan:
    """A scan that was just written."""

    pk: int
    name: str
    """By which scans of one instant are ordered, as `placement` has it."""
    station: int
    session: int | None
    ticket: judging.Held | None
    judged: str
    direction: str
    arriving: int
    at: datetime.datetime
    uncertain: bool

    @property
    def place(self) -> Place | None:
        return Place(self.ticket.signup, self.session) if self.ticket and self.session else None


@dataclass(frozen=True, slots=True)
class Visits:
    """At which places something is known already, so that a scan there is one of several facts; `moved`: sessions from
    which or to which scans were moved."""

    places: frozenset[Place]
    tickets_seen: tuple[int, ...]
    moved: frozenset[int]


_known = Compiled(
    lambda signups, sessions: (
        Scan.objects.filter(ticket__signup__any=signups, session__any=sessions)
        .order_by()
        .values_list("ticket__signup_id", "session_id")
        .union(
            Correction.objects.filter(attendee__signup__any=signups, session__any=sessions)
            .order_by()
            .values_list("attendee__signup_id", "session_id"),
            Attendance.objects.filter(attendee__signup__any=signups, session__any=sessions)
            .order_by()
            .values_list("attendee__signup_id", "session_id"),
            ScanDecision.objects.filter(signup__any=signups, session__any=sessions)
            .order_by()
            .values_list("signup_id", "session_id"),
        )
    )
)
_lines = Compiled(
    lambda signups: (
        Attendee.objects.filter(signup__any=signups)
        .standing()
        .order_by("signup", "position")
        .values_list("signup_id", "pk", "size")
    )
)
_OUTCOME = ("scan_id", "session_id", "outcome", "counted", "why")
_Outcome = tuple[int, int | None, str, int, str]
_Came = tuple[int, int, int, str, datetime.datetime, datetime.datetime | None]
_ATTENDANCE = ("attendee_id", "session_id", "present", "grade", "first_at", "left_at")


def visits(*, bench: judging.Bench) -> Visits:
    """What is known of a batch's sign-ups at its sessions before its scans are written; the sign-ups are locked."""
    places = frozenset(Place(*row) for row in _known(signups=bench.signups, sessions=bench.sessions))
    seen = {place.signup for place in places}
    tickets = {one.ticket.pk for one in bench.tickets.values() if one.ticket and one.ticket.signup in seen}
    return Visits(places, tuple(tickets), frozenset(pk for pk, gate in bench.sessions.items() if gate.moved))


def follow(*, made: Sequence[MadeScan], visits: Visits, bench: judging.Bench, besides: Iterable[Place]) -> None:
    """What scans that were just written amount to, and what else these places need folding for (`besides`).

    A scan that is all there is at its place – nearly every one – is folded from what is at hand; the other places are
    folded from what is written.
    """
    several = set(besides) | visits.places
    once: dict[Place, MadeScan] = {}
    for one in made:
        if one.place is not None:
            if one.place in once or one.session in visits.moved:
                several.add(one.place)
            once[one.place] = one
    alone = [one for place, one in once.items() if place not in several]
    lines: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for signup, pk, size in _lines(signups={one.ticket.signup for one in alone if one.ticket}):
        lines[signup].append((pk, size))
    outcomes: list[_Outcome] = []
    present: list[_Came] = []
    for one in alone:
        outcome, came = _fold_alone(one, lines[one.ticket.signup if one.ticket else 0])
        outcomes.append(outcome)
        present += came
    for one in made:
        if one.place is None:
            loose = Outcome.AWAITING if one.judged in AWAITING else Outcome.REFUSED
            outcomes.append(_outcome(one, ScanResult(loose)))
    insert(Attendance, _ATTENDANCE, present)
    insert(ScanOutcome, _OUTCOME, outcomes)
    leading = {pk: gate.organization for pk, gate in bench.sessions.items()}
    roster.outcomes_changed(outcomes=[(scan, session) for scan, session, *_rest in outcomes], organizations=leading)
    if places := several.intersection(once) | set(besides):
        attendance.refold(places=places)


def _fold_alone(one: MadeScan, lines: Sequence[tuple[int, int]]) -> tuple[_Outcome, list[_Came]]:
    """The outcome of the only scan of a sign-up at a session, and who was there by it."""
    assert one.ticket is not None
    assert one.session is not None
    own = one.ticket.attendee
    fact = ScanFact(one.name, one.at, Code(one.judged), one.direction, one.arriving, one.uncertain)
    results, presence = fold([fact], [], size=1 if own else sum(size for _pk, size in lines))
    came: list[_Came] = []
    left = presence.present if presence else 0
    for pk, size in lines:
        here = min(size, left) if own in {None, pk} else 0
        if presence and here:
            left -= here
            came.append((pk, one.session, here, presence.grade, presence.first_at, presence.left_at))
    return _outcome(one, results[one.name]), came


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
