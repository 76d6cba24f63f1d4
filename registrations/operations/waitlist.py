"""The waiting list: who is next when seats become free.

First-fit in the order of the queue, within fairness: an entry that does not fit may be overtaken by at most its own size
in seats of the pools it waits for; after that, freed seats gather for it.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count

from events.models import Activity
from events.operations import history
from registrations.models import Message, SeatHold, Signup, SignupTerms
from registrations.operations import outbox, pools, roster, rules
from registrations.operations.pools import Wanted

#: Entries of a queue that are read at a time.
CHUNK = 200


def state_at_once(terms: SignupTerms) -> Signup.State:
    """How somebody stands who found seats at once."""
    return Signup.State.PENDING if terms.approval else Signup.State.CONFIRMED


def _state_from_queue(terms: SignupTerms, entry: Signup) -> Signup.State:
    """How somebody stands who moves up: approval comes first, then the question whether they still come."""
    if terms.approval and not entry.approved_at:
        return Signup.State.PENDING
    return Signup.State.OFFERED if terms.offer_hours else Signup.State.CONFIRMED


def _expiry(entry: Signup, hours: int | None, at: datetime.datetime) -> datetime.datetime | None:
    """When an offer made now lapses: after so many hours, at the latest when it begins; None where nobody can be reached
    and the office asks."""
    if not hours or not outbox.reaches(entry):
        return None
    return min([at + datetime.timedelta(hours=hours), *(one.starts_at for one in roster.sessions_of(entry))])


_TOLD = {
    Signup.State.PENDING: Message.About.PENDING,
    Signup.State.OFFERED: Message.About.OFFERED,
    Signup.State.CONFIRMED: Message.About.PROMOTED,
}


@transaction.atomic
def bring_up_to_date(*, activity: Activity, at: datetime.datetime) -> None:
    """Let flow back what is due, and move up who waits. Locks all pools of the activity."""
    pools.flow_back(rows=pools.lock_all(activity=activity), at=at)
    promote(activity=activity, at=at)


@transaction.atomic
def promote(*, activity: Activity, at: datetime.datetime) -> list[Signup]:
    """Give seats to those who now fit – confirmed, offered or awaiting approval, as the terms say –; what is due flows back
    first. Locks all pools of the activity – call with these locked, or none. Returns who moved up.

    What it asks of the database depends on how many move up, not on how many wait.
    """
    promoted: list[Signup] = []
    waiting = Signup.objects.filter(activity=activity, state=Signup.State.WAITING)
    if not waiting.exists():
        return promoted
    rows, terms = pools.lock_all(activity=activity), rules.terms_of(activity)
    pools.flow_back(rows=rows, at=at)
    blocked: set[int] = set()
    touched: set[int] = set()
    later: list[_Passing] | None = None
    queue = waiting.select_related("activity__organization").order_by("queued_at", "pk").prefetch_related("chosen")
    for entry in queue.iterator(chunk_size=CHUNK):
        if all(pool.free == 0 or pool.pk in blocked for pool in rows):
            break
        course = activity.pk if entry.covers_course else None
        mine = pools.owned(rows, sessions={one.session_id for one in entry.chosen.all()}, course=course)
        wanted = pools.wanted(mine, region=entry.region_id)
        if any(pool.pk in blocked for pool in wanted.pools):
            continue
        if seated := pools.seat(wanted=wanted, seats=entry.size, passing=True):
            entry.state = _state_from_queue(terms, entry)
            until = _expiry(entry, terms.offer_hours, at) if entry.state == Signup.State.OFFERED else None
            pools.hold(signup=entry, pools=seated, seats=entry.size, until=until)
            entry.save(update_fields=["state"])
            roster.ticket_changed(signup=entry)
            history.record(by="system", verb="promote", on=entry, organization=activity.organization, at=at)
            outbox.tell(signup=entry, about=_TOLD[entry.state], at=at, occasion="moved up")
            promoted.append(entry)
            touched |= {pool.pk for pool in mine}
            continue
        later = _passing(activity) if later is None else later
        if _overtaken(entry, wanted, later) >= entry.size:
            blocked |= {pool.pk for pool in wanted.pools}
    pools.recount(pools=[pool for pool in rows if pool.pk in touched])
    return promoted


@dataclass(frozen=True, slots=True)
class _Passing:
    """Seats that a sign-up out of the queue was given in a pool."""

    signup: int
    pool: int
    seats: int
    queued_at: datetime.datetime


def _passing(activity: Activity) -> list[_Passing]:
    held = SeatHold.objects.filter(signup__activity=activity)
    rows = held.filter(signup__queued_at__isnull=False).values_list("signup", "pool", "seats", "signup__queued_at")
    return [_Passing(signup, pool, seats, queued_at) for signup, pool, seats, queued_at in rows if queued_at]


def _overtaken(entry: Signup, wanted: Wanted, passing: list[_Passing]) -> int:
    """Seats of its pools given, since this entry began to wait, to sign-ups that queued behind it."""
    assert entry.queued_at is not None  # who waits has queued
    mine = {pool.pk for pool in wanted.pools}
    passed = {one.signup: one.seats for one in passing if one.pool in mine and one.queued_at > entry.queued_at}
    return sum(passed.values())


def position(signup: Signup) -> int:
    """1 for whoever is next; of several sessions the place on the longest of their lists."""
    ahead = Signup.objects.filter(
        activity_id=signup.activity_id, state=Signup.State.WAITING, queued_at__lt=signup.queued_at
    )
    if signup.covers_course:
        return ahead.count() + 1
    lists = ahead.filter(chosen__session__in=signup.chosen.values("session")).order_by().values("chosen__session")
    return max(lists.annotate(number=Count("pk")).values_list("number", flat=True), default=0) + 1
