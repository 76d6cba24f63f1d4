"""From scans and corrections to attendance: reading the facts, folding them, writing what changed."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from events.access import Actor
from events.errors import Refusal
from events.models import Session
from events.models.compiled import Compiled, insert
from events.operations import history
from registrations.checkin.fold import CorrectionFact, Presence, ScanFact, fold
from registrations.checkin.verdicts import Code
from registrations.models import Attendance, Attendee, Correction, Scan, ScanOutcome, Signup
from registrations.operations import judging, roster


class MorePresentThanSignedUp(Refusal):
    code = "more_present_than_signed_up"
    sentence = _("This line is for %(size)s people. Count further people as walk-ins.")


class NotOfThisSession(Refusal):
    code = "not_of_this_session"
    sentence = _("This sign-up is for other sessions.")


@dataclass(frozen=True, slots=True)
class Place:
    """What is folded on its own: one sign-up at one session."""

    signup: int
    session: int


def _facts(places: Iterable[Place]) -> tuple[dict[Place, list[Scan]], dict[Place, list[Correction]]]:
    """The scans and corrections of many places in two queries."""
    wanted = set(places)
    signups, sessions = {place.signup for place in wanted}, {place.session for place in wanted}
    scans: dict[Place, list[Scan]] = defaultdict(list)
    rows = Scan.objects.filter(ticket__signup__in=signups, session__in=sessions).select_related(
        "ticket", "withdrawal", "outcome"
    )
    for scan in rows:
        if scan.ticket is not None and scan.session_id is not None:
            scans[Place(scan.ticket.signup_id, scan.session_id)].append(scan)
    corrections: dict[Place, list[Correction]] = defaultdict(list)
    for one in Correction.objects.filter(attendee__signup__in=signups, session__in=sessions).select_related("attendee"):
        corrections[Place(one.attendee.signup_id, one.session_id)].append(one)
    return scans, corrections


def _scan_fact(scan: Scan) -> ScanFact:
    return ScanFact(
        id=f"{scan.scan_id}:{scan.station_id}",
        at=scan.corrected_at,
        judged=Code(scan.judged),
        direction=scan.direction,
        arriving=scan.arriving,
        uncertain=scan.clock_uncertain,
        withdrawn=hasattr(scan, "withdrawal"),
    )


def _spread(presence: Presence | None, lines: list[Attendee], seen: dict[int, Presence]) -> dict[int, Presence]:
    """Give the people who came on the sign-up's own ticket to its lines in order, those with own scans left out."""
    if presence is None:
        return {}
    left, result = presence.present, {}
    for line in lines:
        if left and line.pk not in seen:
            here = min(line.size, left)
            left -= here
            result[line.pk] = Presence(here, presence.grade, presence.first_at, presence.left_at)
    return result


def _fold_place(
    scans: list[Scan], corrections: list[Correction], lines: list[Attendee]
) -> tuple[list[ScanOutcome], dict[int, Presence]]:
    """Outcomes of all scans of a sign-up at a session, and presence by attendee id."""
    by_ticket: dict[int, list[Scan]] = defaultdict(list)
    for scan in scans:
        by_ticket[scan.ticket_id or 0].append(scan)
    by_id = {f"{scan.scan_id}:{scan.station_id}": scan for scan in scans}
    outcomes: list[ScanOutcome] = []
    seen: dict[int, Presence] = {}
    own: Presence | None = None
    # Named attendees' tickets first, so that the sign-up's own ticket fills what is left.
    for ticket_scans in sorted(by_ticket.values(), key=lambda some: some[0].ticket.attendee_id is None):  # type: ignore[union-attr]  # only scans with a ticket come here
        attendee = ticket_scans[0].ticket.attendee_id  # type: ignore[union-attr]  # as above
        size = 1 if attendee else sum(line.size for line in lines if line.pk not in seen)
        results, presence = fold([_scan_fact(scan) for scan in ticket_scans], [], size=size)
        for name, result in results.items():
            first = by_id[result.duplicate_of] if result.duplicate_of else None
            outcomes.append(
                ScanOutcome(
                    scan=by_id[name],
                    session_id=by_id[name].session_id,
                    outcome=result.outcome.value,
                    counted=result.counted,
                    duplicate_of=first,
                )
            )
        if presence and attendee:
            seen[attendee] = presence
        elif presence:
            own = presence
    present = seen | _spread(own, lines, seen)
    for line in lines:
        said = [
            CorrectionFact(one.at, one.pk, one.present, one.grade) for one in corrections if one.attendee_id == line.pk
        ]
        if said:
            _none, word = fold([], said, size=line.size)
            scanned = present.pop(line.pk, None)
            if word:
                came_at = scanned.first_at if scanned else word.first_at
                present[line.pk] = Presence(word.present, word.grade, came_at, scanned.left_at if scanned else None)
    return outcomes, present


@dataclass(frozen=True, slots=True)
class MadeScan:
    """A scan that was just written."""

    pk: int
    name: str
    """By which scans of one instant are ordered, as `_scan_fact` has it."""
    station: int
    session: int | None
    ticket: judging.Held | None
    judged: str
    awaits: bool
    direction: str
    arriving: int
    at: datetime.datetime
    uncertain: bool

    @property
    def place(self) -> Place | None:
        return Place(self.ticket.signup, self.session) if self.ticket and self.session else None


@dataclass(frozen=True, slots=True)
class Visits:
    """At which places something is known already, so that a scan there is one of several facts."""

    places: frozenset[Place]
    tickets_seen: tuple[int, ...]


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
_OUTCOME = ("scan_id", "session_id", "outcome", "counted")
_ATTENDANCE = ("attendee_id", "session_id", "present", "grade", "first_at", "left_at")


def visits(*, bench: judging.Bench) -> Visits:
    """What is known of a batch's sign-ups at its sessions before its scans are written; the sign-ups are locked."""
    places = frozenset(Place(*row) for row in _known(signups=bench.signups, sessions=bench.sessions))
    seen = {place.signup for place in places}
    tickets = {one.ticket.pk for one in bench.tickets.values() if one.ticket and one.ticket.signup in seen}
    return Visits(places, tuple(tickets))


def follow(*, made: Sequence[MadeScan], visits: Visits, bench: judging.Bench, besides: Iterable[Place]) -> None:
    """What scans that were just written amount to, and what else these places need folding for (`besides`).

    A scan that is all there is at its place – nearly every one – is folded from what is at hand; the other places are
    folded from what is written.
    """
    several = set(besides) | visits.places
    once: dict[Place, MadeScan] = {}
    for one in made:
        if one.place is not None:
            if one.place in once:
                several.add(one.place)
            once[one.place] = one
    alone = [one for place, one in once.items() if place not in several]
    lines: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for signup, pk, size in _lines(signups={one.ticket.signup for one in alone if one.ticket}):
        lines[signup].append((pk, size))
    outcomes: list[tuple[int, int | None, str, int]] = []
    present: list[tuple[int, int, int, str, datetime.datetime, datetime.datetime | None]] = []
    for one in alone:
        outcome, came = _fold_alone(one, lines[one.ticket.signup if one.ticket else 0])
        outcomes.append(outcome)
        present += came
    for one in made:
        if one.place is None:
            loose = ScanOutcome.Outcome.AWAITING if one.awaits else ScanOutcome.Outcome.REFUSED
            outcomes.append((one.pk, one.session, loose.value, 0))
    insert(Attendance, _ATTENDANCE, present)
    insert(ScanOutcome, _OUTCOME, outcomes)
    leading = {pk: gate.organization for pk, gate in bench.sessions.items()}
    roster.outcomes_new(outcomes=[(scan, session) for scan, session, *_rest in outcomes], organizations=leading)
    if places := several.intersection(once) | set(besides):
        refold(places=places)


def _fold_alone(
    one: MadeScan, lines: Sequence[tuple[int, int]]
) -> tuple[
    tuple[int, int | None, str, int], list[tuple[int, int, int, str, datetime.datetime, datetime.datetime | None]]
]:
    """The outcome of the only scan of a sign-up at a session, and who was there by it."""
    assert one.ticket is not None
    assert one.session is not None
    own = one.ticket.attendee
    fact = ScanFact(one.name, one.at, Code(one.judged), one.direction, one.arriving, one.uncertain)
    results, presence = fold([fact], [], size=1 if own else sum(size for _pk, size in lines))
    result, came, left = results[one.name], [], presence.present if presence else 0
    for pk, size in lines:
        here = min(size, left) if own in {None, pk} else 0
        if presence and here:
            left -= here
            came.append((pk, one.session, here, presence.grade, presence.first_at, presence.left_at))
    return (one.pk, one.session, result.outcome.value, result.counted), came


@transaction.atomic
def refold(*, places: Iterable[Place]) -> None:
    """Fold again for these places, and write only what differs. The sign-ups are locked here, in id order.

    Folding again changes nothing: the result depends on scans and corrections alone.
    """
    wanted = sorted(set(places), key=lambda place: (place.signup, place.session))
    if not wanted:
        return
    signups = {place.signup for place in wanted}
    list(Signup.objects.select_for_update().filter(pk__in=signups).order_by("pk").values_list("pk", flat=True))
    scans, corrections = _facts(wanted)
    lines: dict[int, list[Attendee]] = defaultdict(list)
    for line in Attendee.objects.filter(signup__in=signups).standing().order_by("signup", "position"):
        lines[line.signup_id].append(line)
    held = {
        (row.attendee_id, row.session_id): row
        for row in Attendance.objects.filter(attendee__signup__in=signups, session__in={p.session for p in wanted})
    }
    outcomes: list[ScanOutcome] = []
    made: list[Attendance] = []
    changed: list[Attendance] = []
    gone: list[int] = []
    for place in wanted:
        results, present = _fold_place(scans[place], corrections[place], lines[place.signup])
        outcomes += results
        for line in lines[place.signup]:
            row, fact = held.get((line.pk, place.session)), present.get(line.pk)
            if fact is None:
                gone += [row.pk] if row else []
                continue
            values = {"present": fact.present, "grade": fact.grade, "first_at": fact.first_at, "left_at": fact.left_at}
            if row is None:
                made.append(Attendance(attendee=line, session_id=place.session, **values))
            elif any(getattr(row, name) != value for name, value in values.items()):
                for name, value in values.items():
                    setattr(row, name, value)
                changed.append(row)
    Attendance.objects.filter(pk__in=gone).delete()
    Attendance.objects.bulk_create(made)
    Attendance.objects.bulk_update(changed, ["present", "grade", "first_at", "left_at"])
    write_outcomes(outcomes)


def write_outcomes(outcomes: list[ScanOutcome]) -> None:
    """Insert or change outcomes that differ from what is written, and tell the stations. In a transaction."""
    held = ScanOutcome.objects.in_bulk([one.scan_id for one in outcomes])
    fresh = [one for one in outcomes if one.scan_id not in held]
    differ = [
        one
        for one in outcomes
        if one.scan_id in held
        and (one.outcome, one.counted, one.duplicate_of_id)
        != (held[one.scan_id].outcome, held[one.scan_id].counted, held[one.scan_id].duplicate_of_id)
    ]
    ScanOutcome.objects.bulk_create(fresh)
    ScanOutcome.objects.bulk_update(differ, ["outcome", "counted", "duplicate_of"])
    sessions = {one.session_id for one in fresh + differ if one.session_id}
    leading = dict(Session.objects.filter(pk__in=sessions).values_list("pk", "activity__organization"))
    roster.outcomes_changed(outcomes=fresh + differ, organizations=leading)


@transaction.atomic
def correct(
    *,
    by: Actor,
    attendee: Attendee,
    session: Session,
    present: int,
    reason: str,
    at: datetime.datetime,
    grade: str = Attendance.Grade.CONFIRMED,
) -> Correction:
    """A named person says how many of a line were present (0: nobody), from a roster or paper.

    Raises MorePresentThanSignedUp, NotOfThisSession.
    """
    assert by.user is not None
    if present > attendee.size:
        raise MorePresentThanSignedUp(field="present", size=attendee.size)
    if not Signup.objects.for_session(session).filter(pk=attendee.signup_id).exists():
        raise NotOfThisSession
    made = Correction.objects.create(
        attendee=attendee,
        session=session,
        kind=Correction.Kind.PRESENT if present else Correction.Kind.ABSENT,
        present=present,
        at=at,
        by=by.user,
        reason=reason,
        grade=grade,
    )
    refold(places=[Place(attendee.signup_id, session.pk)])
    history.record(by=by, verb="correct", on=made, organization=session.activity.organization, at=at)
    return made


@dataclass(frozen=True, slots=True)
class Ticked:
    """What `correct_all` did: lines whose presence it changed, and lines that have left the roster meanwhile."""

    changed: int
    gone: int


@transaction.atomic
def correct_all(
    *, by: Actor, session: Session, present: Mapping[int, int], reason: str, at: datetime.datetime
) -> Ticked:
    """A named person says of many lines (by id) how many of each were present, from a roster or paper: a fixed number of
    queries. What is known already is not said again, so the same list twice is the same as once; a line that has left
    the roster meanwhile keeps nobody else from being ticked off. Locks the sign-ups.

    Raises MorePresentThanSignedUp, NotOfThisSession.
    """
    assert by.user is not None
    of_session = Signup.objects.for_session(session).values("pk")
    concerned = Attendee.objects.filter(pk__in=present).values("signup")
    list(Signup.objects.select_for_update().filter(pk__in=concerned).order_by("pk").values_list("pk", flat=True))
    lines = list(Attendee.objects.filter(pk__in=present).annotate(here=Q(signup__in=of_session)).order_by("pk"))
    if not all(line.here for line in lines):  # type: ignore[attr-defined]  # annotated above
        raise NotOfThisSession
    standing = [line for line in lines if line.removed_at is None]
    for line in standing:
        if present[line.pk] > line.size:
            raise MorePresentThanSignedUp(field="present", size=line.size)
    held = Attendance.objects.filter(session=session, attendee__in=present)
    came = dict(held.values_list("attendee", "present"))
    changed = [line for line in standing if came.get(line.pk, 0) != present[line.pk]]
    made = Correction.objects.bulk_create(
        Correction(
            attendee=line,
            session=session,
            kind=Correction.Kind.PRESENT if present[line.pk] else Correction.Kind.ABSENT,
            present=present[line.pk],
            at=at,
            by=by.user,
            reason=reason,
        )
        for line in changed
    )
    refold(places=[Place(line.signup_id, session.pk) for line in changed])
    lead, request = session.activity.organization, history.request_id()
    history.record_all(
        history.line(by=by, verb="correct", on=one, organization=lead, at=at, request_id=request) for one in made
    )
    return Ticked(changed=len(changed), gone=len(present) - len(standing))
