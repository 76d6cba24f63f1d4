"""From scans and corrections to attendance: reading the facts, folding them, writing what changed."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from events.access import Actor
from events.errors import Refusal
from events.models import Session
from events.operations import history
from registrations.checkin import desk
from registrations.checkin.fold import CorrectionFact, Presence, ScanResult, fold
from registrations.models import Attendance, Attendee, Correction, Scan, ScanOutcome, Signup
from registrations.operations import placement, roster
from registrations.operations.placement import Place as Place
from registrations.operations.placement import Placed


class MorePresentThanSignedUp(Refusal):
    code = "more_present_than_signed_up"
    sentence = _("This line is for %(size)s people. Count further people as walk-ins.")


class NotOfThisSession(Refusal):
    code = "not_of_this_session"
    sentence = _("This sign-up is for other sessions.")


def _said(places: Iterable[Place]) -> dict[Place, list[Correction]]:
    """The corrections of many places in one query."""
    wanted = set(places)
    signups, sessions = {place.signup for place in wanted}, {place.session for place in wanted}
    corrections: dict[Place, list[Correction]] = defaultdict(list)
    for one in Correction.objects.filter(attendee__signup__in=signups, session__in=sessions).select_related("attendee"):
        corrections[Place(one.attendee.signup_id, one.session_id)].append(one)
    return corrections


def _spread(presence: Presence | None, lines: list[Attendee], seen: dict[int, Presence]) -> dict[int, Presence]:
    """Give the people who came on the sign-up's own ticket to its lines in order, those with own scans left out. People
    beyond its size, who were decided to count, go with the last line."""
    if presence is None or not lines:
        return {}
    left, result = presence.present, {}
    for line in lines:
        if left and line.pk not in seen:
            here = min(line.size, left)
            left -= here
            result[line.pk] = Presence(here, presence.grade, presence.first_at, presence.left_at)
    if left:
        last = result or seen
        pk = [line.pk for line in lines if line.pk in last][-1]
        result[pk] = replace(last[pk], present=last[pk].present + left)
    return result


def _seen(outcome: ScanOutcome, judged: str = "") -> desk.Seen:
    scan, first = outcome.scan, outcome.duplicate_of
    return desk.Seen(
        judged=judged or scan.judged,
        outcome=outcome.outcome,
        counted=outcome.counted,
        arriving=scan.arriving,
        direction=scan.direction,
        uncertain=scan.clock_uncertain,
        elsewhere=first is not None and first.station_id != scan.station_id,
    )


def _outcome(placed: Placed, result: ScanResult, first: Scan | None) -> ScanOutcome:
    made = ScanOutcome(
        scan=placed.scan,
        session_id=placed.place.session,
        outcome=result.outcome.value,
        counted=result.counted,
        duplicate_of=first,
        decision=placed.decision,
    )
    if placed.decision is None:
        made.why = desk.why(_seen(made, placed.judged)) or ""
    return made


def _word(one: Correction) -> CorrectionFact:
    return CorrectionFact(one.at, one.pk, None if one.kind in Correction.LEFT_TO_SCANS else one.present, one.grade)


def _moment(one: CorrectionFact) -> tuple[datetime.datetime, int]:
    return one.at, one.id


def _fold_place(
    scans: list[Placed], corrections: list[Correction], lines: list[Attendee]
) -> tuple[list[ScanOutcome], dict[int, Presence]]:
    """Outcomes of all scans of a sign-up at a session, and presence by attendee id."""
    by_ticket: dict[int, list[Placed]] = defaultdict(list)
    for scan in scans:
        by_ticket[scan.ticket.pk].append(scan)
    by_name = {scan.name: scan for scan in scans}
    outcomes: list[ScanOutcome] = []
    seen: dict[int, Presence] = {}
    own: Presence | None = None
    # Named attendees' tickets first, so that the sign-up's own ticket fills what is left.
    for ticket_scans in sorted(by_ticket.values(), key=lambda some: some[0].ticket.attendee_id is None):
        attendee = ticket_scans[0].ticket.attendee_id
        size = 1 if attendee else sum(line.size for line in lines if line.pk not in seen)
        results, presence = fold([scan.fact() for scan in ticket_scans], [], size=size)
        for name, result in results.items():
            first = by_name[result.duplicate_of].scan if result.duplicate_of else None
            outcomes.append(_outcome(by_name[name], result, first))
        if presence and attendee:
            seen[attendee] = presence
        elif presence:
            own = presence
    present = seen | _spread(own, lines, seen)
    for line in lines:
        said = max((_word(one) for one in corrections if one.attendee_id == line.pk), key=_moment, default=None)
        if said is not None and said.present is not None:
            _none, word = fold([], [said], size=line.size)
            scanned = present.pop(line.pk, None)
            if word:
                came_at = scanned.first_at if scanned else word.first_at
                present[line.pk] = Presence(word.present, word.grade, came_at, scanned.left_at if scanned else None)
    return outcomes, present


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
    scans = placement.gather(wanted)
    # What was decided or moved may have taken scans to further sessions, which are folded along.
    wanted = sorted(scans, key=lambda place: (place.signup, place.session))
    corrections = _said(wanted)
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
    if made or changed or gone:
        # What a named person said stands in the outcome of no scan.
        roster.presence_changed(places=[(one.signup, one.session) for one in wanted if corrections[one]])


_WRITTEN = ("session_id", "outcome", "counted", "duplicate_of_id", "decision_id", "why")


def write_outcomes(outcomes: list[ScanOutcome]) -> None:
    """Insert or change outcomes that differ from what is written, and tell the stations – those of the session where a
    scan counted before too. In a transaction."""
    for one in outcomes:
        if one.scan.ticket_id is None and one.decision is None:
            one.why = desk.why(_seen(one)) or ""
    held = ScanOutcome.objects.in_bulk([one.scan_id for one in outcomes])
    fresh = [one for one in outcomes if one.scan_id not in held]
    differ = [
        one
        for one in outcomes
        if one.scan_id in held and any(getattr(one, name) != getattr(held[one.scan_id], name) for name in _WRITTEN)
    ]
    ScanOutcome.objects.bulk_create(fresh)
    ScanOutcome.objects.bulk_update(differ, ["session", "outcome", "counted", "duplicate_of", "decision", "why"])
    left = [held[one.scan_id] for one in differ if held[one.scan_id].session_id != one.session_id]
    sessions = {one.session_id for one in fresh + differ + left if one.session_id}
    leading = dict(Session.objects.filter(pk__in=sessions).values_list("pk", "activity__organization"))
    changed = [(one.scan_id, one.session_id) for one in fresh + differ + left]
    roster.outcomes_changed(outcomes=changed, organizations=leading)


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
    if present > attendee.size:
        raise MorePresentThanSignedUp(field="present", size=attendee.size)
    kind = Correction.Kind.PRESENT if present else Correction.Kind.ABSENT
    return _say(by, attendee, session, kind, reason, at, present, grade)


@transaction.atomic
def mark_leave(*, by: Actor, attendee: Attendee, session: Session, reason: str, at: datetime.datetime) -> Correction:
    """Somebody has asked for leave: they are missing with an excuse, apart from those who did not come. It counts nobody
    and hides nobody: whoever comes all the same is counted by the scan. Raises NotOfThisSession."""
    return _say(by, attendee, session, Correction.Kind.LEAVE, reason, at)


@transaction.atomic
def take_leave_back(
    *, by: Actor, attendee: Attendee, session: Session, reason: str, at: datetime.datetime
) -> Correction:
    """The leave was an error, or is over: the line stands as the scans have it. Raises NotOfThisSession."""
    return _say(by, attendee, session, Correction.Kind.BACK, reason, at)


_VERBS: dict[str, str] = {Correction.Kind.LEAVE: "mark_leave", Correction.Kind.BACK: "take_leave_back"}


def _say(
    by: Actor,
    attendee: Attendee,
    session: Session,
    kind: str,
    reason: str,
    at: datetime.datetime,
    present: int = 0,
    grade: str = Attendance.Grade.CONFIRMED,
) -> Correction:
    """Write a named person's word down, and fold again."""
    assert by.user is not None
    if not Signup.objects.for_session(session).filter(pk=attendee.signup_id).exists():
        raise NotOfThisSession
    made = Correction.objects.create(
        attendee=attendee,
        session=session,
        kind=kind,
        present=present,
        at=at,
        by=by.user,
        reason=reason,
        grade=grade,
    )
    refold(places=[Place(attendee.signup_id, session.pk)])
    history.record(by=by, verb=_VERBS.get(kind, "correct"), on=made, organization=session.activity.organization, at=at)
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
