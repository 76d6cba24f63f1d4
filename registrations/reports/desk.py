"""The desk: scans that a named person should look at, why, and what is proposed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, F, Q, QuerySet

from events.access import Act, Actor
from events.models import Session
from registrations import access
from registrations.checkin.desk import Choice, Matter, Why, choices
from registrations.models import (
    Attendance,
    Scan,
    ScanDecision,
    ScanOutcome,
    Signup,
    StationMove,
    Ticket,
)
from registrations.operations import gathering, placement


@dataclass(frozen=True, slots=True)
class Item:
    """One scan at the desk. `read` is the ticket it is of, `ticket` the same where the viewer may see whose it is; `known`:
    it is on a list of the viewer's. `session`: where it counts or was made for, if the point serves it."""

    outcome: ScanOutcome
    read: Ticket | None
    ticket: Ticket | None
    known: bool
    session: Session | None
    choices: list[Choice] = field(default_factory=list)
    sessions: dict[int, Session] = field(default_factory=dict)

    @property
    def proposal(self) -> Choice:
        return self.choices[0]

    @property
    def beyond(self) -> int:
        """How many people are more than what counts."""
        return max(0, self.outcome.scan.arriving - self.outcome.counted)

    @property
    def decision(self) -> ScanDecision | None:
        return self.outcome.decision


def rows(actor: Actor, session: Session | None = None) -> QuerySet[ScanOutcome]:
    """What is at the desk within reach; of one session: what was made for it or counts at it."""
    return _within(actor, session).exclude(why="").filter(scan__withdrawal=None)


def decided(actor: Actor, session: Session | None = None) -> QuerySet[ScanOutcome]:
    """What was decided, the latest first."""
    return _within(actor, session).filter(decision__isnull=False).order_by("-decision__at", "-decision")


def _within(actor: Actor, session: Session | None) -> QuerySet[ScanOutcome]:
    found = ScanOutcome.objects.filter(access.at_the_desk(actor))
    if session is not None:
        found = found.filter(Q(session=session) | Q(scan__session=session))
    return found


def counts(waiting: QuerySet[ScanOutcome]) -> dict[Why, int]:
    """How many wait, by reason, in the order of urgency; one query."""
    grouped = waiting.order_by().values_list("why").annotate(n=Count("pk"))
    found = dict(grouped)
    return {why: found[why.value] for why in Why if why.value in found}


def with_related(found: QuerySet[ScanOutcome]) -> QuerySet[ScanOutcome]:
    """What a page of items reads of each outcome, joined."""
    return found.select_related(
        "scan__station__organization",
        "scan__record",
        "scan__withdrawal",
        "scan__session__activity__organization",
        "scan__ticket__signup__activity__organization",
        "scan__ticket__attendee",
        "session__activity",
        "duplicate_of__station",
        "decision__by",
        "decision__session__activity",
        "decision__ticket",
    )


def items(actor: Actor, outcomes: Sequence[ScanOutcome]) -> list[Item]:
    """These outcomes with whose they are and what can be decided: a fixed number of queries, however many."""
    tickets = _tickets(outcomes)
    sessions = _sessions(tickets.values())
    by_id = {one.pk: one for some in sessions.values() for one in some}
    came = _came({ticket.signup_id for ticket in tickets.values()}, by_id)
    result = []
    for outcome in outcomes:
        scan, ticket = outcome.scan, tickets.get(outcome.pk)
        path = ticket.signup.activity.organization.path if ticket else ""
        good = sessions.get(ticket.signup_id, []) if ticket else []
        matter = Matter(
            # Of what is decided nothing is asked any more; what would be is shown nowhere.
            why=Why(outcome.why or Why.CLOCK_UNCERTAIN),
            known=ticket is not None and actor.may(Act.RECORD, path),
            here=(outcome.session_id or scan.session_id or 0),
            sessions=[one.pk for one in good],
            came=came.get(ticket.signup_id, set()) if ticket else set(),
            judged=scan.judged,
            stands=ticket is not None and stands(ticket),
        )
        named = ticket is not None and actor.may(Act.SEE_SIGNUPS, path)
        result.append(
            Item(
                outcome=outcome,
                read=ticket,
                ticket=ticket if named else None,
                known=matter.known,
                session=outcome.session or scan.session,
                choices=choices(matter),
                sessions=by_id,
            )
        )
    return result


def stands(ticket: Ticket) -> bool:
    """Whether somebody with this ticket is let in."""
    return ticket.state == Ticket.State.VALID and ticket.signup.state in Signup.LET_IN


def _tickets(outcomes: Iterable[ScanOutcome]) -> dict[int, Ticket]:
    """Whose ticket was scanned: the one kept with the scan, or – where none was known then – the one that its code names
    today, if it is one of the point's own organization's tree."""
    found: dict[int, Ticket] = {}
    unread: dict[int, str] = {}
    for one in outcomes:
        if one.scan.ticket is not None:
            found[one.pk] = one.scan.ticket
        else:
            unread[one.pk] = str(one.scan.record.payload.get("code", ""))
    read = gathering.read_codes(unread.values()) if unread else {}
    path = {one.pk: one.scan.station.organization.path for one in outcomes}
    held = {pk: read[code].ticket for pk, code in unread.items()}
    ours = {pk: one.pk for pk, one in held.items() if one is not None and one.path.startswith(path[pk])}
    if ours:
        rows = Ticket.objects.select_related("signup__activity__organization", "attendee").in_bulk(set(ours.values()))
        found |= {pk: rows[ticket] for pk, ticket in ours.items()}
    return found


def _sessions(tickets: Iterable[Ticket]) -> dict[int, list[Session]]:
    """The sessions each sign-up is good for, in their order; called-off ones left out."""
    signups = {ticket.signup_id: ticket.signup for ticket in tickets}
    courses = {signup.activity_id for signup in signups.values() if signup.covers_course}
    standing = Session.objects.exclude(state=Session.State.CALLED_OFF).select_related("activity").order_by("starts_at")
    chosen: dict[int, list[Session]] = defaultdict(list)
    picked = standing.filter(chosen_by__signup__in=signups).annotate(of=F("chosen_by__signup"))
    for one in picked:
        chosen[one.of].append(one)
    of_course: dict[int, list[Session]] = defaultdict(list)
    for session in standing.filter(activity__in=courses):
        of_course[session.activity_id].append(session)
    return {pk: of_course[signup.activity_id] if signup.covers_course else chosen[pk] for pk, signup in signups.items()}


def _came(signups: set[int], sessions: Iterable[int]) -> dict[int, set[int]]:
    """Sessions at which somebody of a sign-up is in already."""
    found: dict[int, set[int]] = defaultdict(set)
    held = Attendance.objects.filter(attendee__signup__in=signups, session__in=list(sessions))
    for signup, session in held.values_list("attendee__signup", "session"):
        found[signup].add(session)
    return found


@dataclass(frozen=True, slots=True)
class Preview:
    """What moving a span would do: `scans` in it, of which `counting` would count there, `foreign` are of tickets for
    other sessions, and the rest were refused for their tickets and stay so. `people`: whose, as far as tickets are known,
    at most `SHOWN`."""

    scans: int
    counting: int
    foreign: int
    people: list[Ticket]

    @property
    def staying(self) -> int:
        return self.scans - self.counting - self.foreign


SHOWN = 60


def preview(spanned: QuerySet[Scan], to_session: Session) -> Preview:
    """What moving these scans to that session would do; four queries."""
    judged = placement.BY_SESSION | placement.COUNTS
    movable = spanned.filter(ticket__isnull=False, judged__in=judged, withdrawal=None)
    there = Signup.objects.for_session(to_session).values("pk")
    people = Ticket.objects.filter(scans__in=spanned).distinct().select_related("signup", "attendee").order_by("pk")
    return Preview(
        scans=spanned.count(),
        counting=movable.filter(ticket__signup__in=there).count(),
        foreign=movable.exclude(ticket__signup__in=there).count(),
        people=list(people[:SHOWN]),
    )


def moves(session: Session) -> QuerySet[StationMove]:
    """Spans that were moved away from a session or to it, the latest first."""
    found = StationMove.objects.filter(Q(session=session) | Q(to_session=session))
    related = ("station", "session__activity", "to_session__activity", "by", "undone_by")
    return found.select_related(*related).order_by("-at", "-pk")
