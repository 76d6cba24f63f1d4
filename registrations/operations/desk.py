"""What a named person decides about scans: one by one, many of a kind at once, or a span of a station's scans."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from events.access import Actor
from events.errors import Refusal
from events.models import Session
from events.operations import history
from registrations.checkin.fold import AWAITING
from registrations.models import Scan, ScanDecision, ScanOutcome, Signup, Station, StationMove, Ticket
from registrations.operations import attendance, placement
from registrations.operations.placement import Place

MOST = 500


class TooManyAtOnce(Refusal):
    code = "too_many_at_once"
    status = 400
    sentence = _("At most %(most)s scans can be decided at once.")


class ReasonMissing(Refusal):
    code = "decision_reason_missing"
    status = 400
    sentence = _("Say why: whoever looks at the figures later reads it.")


class TicketNotOnTheList(Refusal):
    code = "ticket_not_on_the_list"
    sentence = _("This ticket is on no list of yours, so it cannot be counted. Count these people as heads instead.")


class ScanTakenBack(Refusal):
    code = "scan_taken_back"
    sentence = _("The volunteer has taken this scan back.")


class SpanIsEmpty(Refusal):
    code = "span_is_empty"
    status = 400
    sentence = _("The span must end after it begins, and lead to another session.")


class NothingInTheSpan(Refusal):
    code = "nothing_in_the_span"
    sentence = _("This check-in point made no scan for this session in that span.")


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants of one scan. A count names where and, unless the scan has it, the ticket that was read."""

    scan: Scan
    kind: str
    session: Session | None = None
    ticket: Ticket | None = None
    extra: int = 0


@transaction.atomic
def decide(*, by: Actor, wishes: Sequence[Wish], reason: str, at: datetime.datetime) -> list[ScanDecision]:
    """Decide about up to 500 scans, or take decisions back (`reopen`); attendance is folded again.

    Locks the sign-ups in id order, then the outcomes. Scans are not touched. Raises TooManyAtOnce, ReasonMissing,
    TicketNotOnTheList, ScanTakenBack.
    """
    assert by.user is not None
    if len(wishes) > MOST:
        raise TooManyAtOnce(most=MOST)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    known = _tickets_before(wishes)
    rows: list[ScanDecision] = []
    for wish in wishes:
        ticket = wish.scan.ticket or known.get(wish.scan.pk) or wish.ticket
        counts = wish.kind == ScanDecision.Kind.COUNT
        if counts and (ticket is None or wish.session is None):
            raise TicketNotOnTheList
        if counts and hasattr(wish.scan, "withdrawal"):
            raise ScanTakenBack
        rows.append(
            ScanDecision(
                scan=wish.scan,
                kind=wish.kind,
                session=wish.session if counts else None,
                ticket=ticket if counts else None,
                signup_id=ticket.signup_id if ticket else None,
                extra=wish.extra if counts else 0,
                at=at,
                by=by.user,
                reason=reason.strip()[:200],
            )
        )
    _lock(Signup.objects.filter(pk__in={row.signup_id for row in rows if row.signup_id}))
    _lock(ScanOutcome.objects.filter(pk__in=[wish.scan.pk for wish in wishes]))
    before = _places([wish.scan for wish in wishes])
    ScanDecision.objects.bulk_create(rows)
    settle(scans=[wish.scan for wish in wishes], before=before)
    request = history.request_id()
    history.record_all(
        history.line(
            by=by,
            verb=f"desk_{row.kind}",
            on=row.scan,
            organization=row.scan.station.organization,
            at=at,
            request_id=request,
        )
        for row in rows
    )
    return rows


def _tickets_before(wishes: Sequence[Wish]) -> dict[int, Ticket]:
    """The tickets under which scans were counted before, by scan id: taking a decision back concerns them too."""
    held = ScanDecision.objects.filter(scan__in=[wish.scan.pk for wish in wishes], ticket__isnull=False)
    return {one.scan_id: one.ticket for one in held.select_related("ticket") if one.ticket}


def _lock(rows: QuerySet[Signup] | QuerySet[ScanOutcome]) -> None:
    list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))


def _places(scans: Iterable[Scan]) -> set[Place]:
    """Where scans count as it is written now, and where they were sent."""
    chosen = [scan.pk for scan in scans]
    places: set[Place] = set()
    rows = ScanOutcome.objects.filter(pk__in=chosen).select_related("scan__ticket", "decision__ticket")
    for row in rows:
        ticket = row.decision.ticket if row.decision and row.decision.ticket else row.scan.ticket
        if ticket is not None:
            places |= {Place(ticket.signup_id, pk) for pk in (row.session_id, row.scan.session_id) if pk}
    return places


@transaction.atomic
def settle(*, scans: Iterable[Scan], before: Collection[Place] = ()) -> None:
    """Fold again wherever these scans counted `before`, count now or were sent for; and write the outcome of those that
    belong to nobody's place. The result follows from rows alone."""
    rows = Scan.objects.filter(pk__in=[scan.pk for scan in scans]).select_related("ticket", "withdrawal", "outcome")
    decisions: dict[int, list[ScanDecision]] = {scan.pk: [] for scan in rows}
    for one in ScanDecision.objects.filter(scan__in=decisions).select_related("ticket"):
        decisions[one.scan_id].append(one)
    places = set(before)
    loose: list[ScanOutcome] = []
    for scan in rows:
        decision = placement.standing(decisions[scan.pk])
        ticket = (decision.ticket if decision else None) or scan.ticket
        session = (decision.session_id if decision else None) or scan.session_id
        if ticket is not None and session is not None:
            places.add(Place(ticket.signup_id, session))
        else:
            loose.append(_loose(scan, decision))
    attendance.refold(places=places)
    attendance.write_outcomes(loose)


def _loose(scan: Scan, decision: ScanDecision | None) -> ScanOutcome:
    if hasattr(scan, "withdrawal"):
        outcome = ScanOutcome.Outcome.WITHDRAWN
    elif decision is None and scan.judged in AWAITING:
        outcome = ScanOutcome.Outcome.AWAITING
    else:
        outcome = ScanOutcome.Outcome.REFUSED
    return ScanOutcome(scan=scan, session_id=scan.session_id, outcome=outcome, decision=decision)


def in_span(
    *, station: Station, session: Session, since: datetime.datetime, until: datetime.datetime
) -> QuerySet[Scan]:
    """The scans that a move of this span would take along."""
    return Scan.objects.filter(station=station, session=session, corrected_at__gte=since, corrected_at__lt=until)


@transaction.atomic
def move_span(
    *,
    by: Actor,
    station: Station,
    session: Session,
    to_session: Session,
    since: datetime.datetime,
    until: datetime.datetime,
    reason: str,
    at: datetime.datetime,
) -> StationMove:
    """The scans that a station made for `session` within [since, until) count at `to_session`, those that come in later
    too. What was decided one by one stays decided. Locks the station, as whoever hands its records in does, so that no
    scan slips through between the two. Raises SpanIsEmpty, NothingInTheSpan, ReasonMissing."""
    assert by.user is not None
    if not reason.strip():
        raise ReasonMissing(field="reason")
    if until <= since or session.pk == to_session.pk:
        raise SpanIsEmpty(field="until" if until <= since else "to_session")
    Station.objects.select_for_update(of=("self",)).get(pk=station.pk)
    if not in_span(station=station, session=session, since=since, until=until).exists():
        raise NothingInTheSpan
    made = StationMove.objects.create(
        station=station,
        session=session,
        to_session=to_session,
        since=since,
        until=until,
        at=at,
        by=by.user,
        reason=reason.strip()[:200],
    )
    _refold_span(made)
    history.record(by=by, verb="move_scans", on=made, organization=station.organization, at=at)
    return made


@transaction.atomic
def undo_move(*, by: Actor, move: StationMove, at: datetime.datetime) -> StationMove:
    """The scans count again where they were sent. Undoing again changes nothing."""
    assert by.user is not None
    Station.objects.select_for_update(of=("self",)).get(pk=move.station_id)
    move = StationMove.objects.select_for_update(of=("self",)).select_related("station__organization").get(pk=move.pk)
    if move.undone_at is None:
        move.undone_at, move.undone_by = at, by.user
        move.save(update_fields=["undone_at", "undone_by"])
        _refold_span(move)
        history.record(by=by, verb="undo_move_scans", on=move, organization=move.station.organization, at=at)
    return move


def _refold_span(move: StationMove) -> None:
    moved = Scan.objects.filter(
        station=move.station_id,
        session=move.session_id,
        corrected_at__gte=move.since,
        corrected_at__lt=move.until,
        ticket__isnull=False,
    )
    signups = set(moved.values_list("ticket__signup", flat=True))
    # Where they were sent, where they go now, and where an earlier move of the same span had taken them.
    earlier = StationMove.objects.filter(station=move.station_id, session=move.session_id)
    sessions = {move.session_id, *earlier.values_list("to_session", flat=True)}
    attendance.refold(places=[Place(signup, session) for signup in signups if signup for session in sessions])
