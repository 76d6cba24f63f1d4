"""The feed that stations read: a line for everything that changed, in the transaction that changed it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction

from events.models import Session
from events.operations.rows import Rows, insert, insert_all
from registrations.models import DatabaseEpoch, RosterChange, Signup, Ticket

_LINE = ("organization_id", "session_id", "kind", "object_id")


def sessions_of(signup: Signup) -> list[Session]:
    """The sessions a sign-up is good for in their order, each with its activity; called-off ones left out."""
    rows = Session.objects.standing()
    if signup.covers_course:
        found = list(rows.filter(activity_id=signup.activity_id))
    else:
        found = list(rows.filter(chosen_by__signup=signup))
    for session in found:
        session.activity = signup.activity
    return found


def ticket_changed(*, signup: Signup) -> None:
    """The sign-up's tickets, their size or state, are different."""
    tickets_new(tickets=Ticket.objects.filter(signup=signup), sessions={signup.pk: sessions_of(signup)})


def tickets_new(*, tickets: Iterable[Ticket], sessions: Mapping[int, Iterable[Session]]) -> None:
    """These tickets are news to the stations of the `sessions`, each with its activity, that their sign-ups are good for:
    one query."""
    kind = RosterChange.Kind.TICKET.value
    rows = [
        (session.activity.organization_id, session.pk, kind, ticket.pk)
        for ticket in tickets
        for session in sessions[ticket.signup_id]
    ]
    insert(RosterChange, _LINE, rows)


def session_changed(*, session: Session) -> None:
    RosterChange.objects.create(
        organization_id=session.activity.organization_id,
        session=session,
        kind=RosterChange.Kind.SESSION,
        object_id=session.pk,
    )


def outcome_lines(*, outcomes: Iterable[tuple[int, int | None]], organizations: Mapping[int, int]) -> Rows:
    """Lines that say what scans amount to, given as (scan, session). `organizations`: session id → the id of the
    organization that leads it."""
    kind = RosterChange.Kind.OUTCOME.value
    rows = [
        (organizations[session], session, kind, scan)
        for scan, session in outcomes
        if session and session in organizations
    ]
    return Rows(RosterChange, _LINE, rows)


def outcomes_changed(*, outcomes: Iterable[tuple[int, int | None]], organizations: Mapping[int, int]) -> None:
    """What scans amount to is news: one statement. Arguments as `outcome_lines` has them."""
    insert_all([outcome_lines(outcomes=outcomes, organizations=organizations)])


def presence_changed(*, places: Sequence[tuple[int, int]]) -> None:
    """Who is there of a sign-up at a session is different, given as (signup, session), though no scan's outcome is: a line
    of one of its tickets, so that the feed names every sign-up whose numbers changed. A fixed number of queries."""
    if not places:
        return
    signups, sessions = ({place[side] for place in places} for side in (0, 1))
    tickets = dict(Ticket.objects.filter(signup__in=signups).order_by("-pk").values_list("signup", "pk"))
    leading = dict(Session.objects.filter(pk__in=sessions).values_list("pk", "activity__organization"))
    kind = RosterChange.Kind.TICKET.value
    rows = [(leading[session], session, kind, tickets[signup]) for signup, session in places]
    insert(RosterChange, _LINE, rows)


@transaction.atomic
def epoch(*, at: datetime.datetime) -> uuid.UUID:
    """The life of this database, begun at its first use."""
    held = DatabaseEpoch.objects.first()
    if held is None:
        held = DatabaseEpoch.objects.create(epoch=uuid.uuid4(), begun_at=at)
    return held.epoch


@transaction.atomic
def begin_epoch(*, at: datetime.datetime) -> uuid.UUID:
    """After a restore from backup: every station fetches its whole roster again."""
    return DatabaseEpoch.objects.create(epoch=uuid.uuid4(), begun_at=at).epoch
