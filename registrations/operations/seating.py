"""What several operations do with a sign-up that holds seats or waits: lock it, end it, let its offer lapse."""

from __future__ import annotations

import datetime
from collections.abc import Collection

from events.access import Actor
from events.models import Activity
from events.operations import history
from registrations.models import Message, SeatHold, SeatPool, Signup
from registrations.operations import outbox, pools, roster


def locked(signup: Signup, at: datetime.datetime) -> tuple[list[SeatPool], Signup]:
    """All pools of its activity in id order – what it gives back may go to anybody –, then the sign-up itself. The pools
    are those of what it chose. What is due flows back and lapses first. Call inside a transaction."""
    rows = pools.lock_all(activity=signup.activity)
    pools.flow_back(rows=rows, at=at)
    if lapse(activity=signup.activity, at=at):
        rows = pools.lock_all(activity=signup.activity)
    course = signup.activity_id if signup.covers_course else None
    mine = pools.owned(rows, sessions=set(signup.chosen.values_list("session", flat=True)), course=course)
    found = Signup.objects.select_related("activity__organization", "activity__terms", "activity__region")
    return mine, found.select_for_update(of=("self",)).get(pk=signup.pk)


def end(
    *,
    by: Actor | str,
    signup: Signup,
    state: Signup.State,
    verb: str,
    pools_of_it: Collection[SeatPool],
    at: datetime.datetime,
) -> None:
    """The end of a locked sign-up: its seats go back to its locked pools. Who waits is moved up by the caller."""
    pools.release(signup=signup)
    signup.state, signup.cancelled_at = state, at
    signup.save(update_fields=["state", "cancelled_at", "refusal_reason"])
    pools.recount(pools=pools_of_it)
    roster.ticket_changed(signup=signup)
    history.record(by=by, verb=verb, on=signup, organization=signup.activity.organization, at=at)


def lapse(*, activity: Activity, at: datetime.datetime) -> list[Signup]:
    """Let offers go whose hours are over; their seats are free then, for whom the caller moves up. All pools of the
    activity are locked by the caller; those it holds are not brought up to date. One query where nothing is due."""
    over = SeatHold.objects.filter(signup__activity=activity, offer_expires_at__lte=at)
    found = Signup.objects.filter(pk__in=over.values("signup"), state=Signup.State.OFFERED)
    rows = list(found.select_related("activity__organization").order_by("pk").select_for_update(of=("self",)))
    for signup in rows:
        end(by="system", signup=signup, state=Signup.State.LAPSED, verb="lapse_offer", pools_of_it=(), at=at)
        outbox.tell(signup=signup, about=Message.About.LAPSED, at=at)
    return rows
