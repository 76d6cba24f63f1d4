"""The waiting list: who is next when seats become free.

First-fit in the order of the queue, within fairness: an entry that does not fit may be overtaken by at most its own size
in seats of the pools it waits for; after that, freed seats gather for it.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import transaction

from events.models import Activity
from events.operations import history
from registrations.models import SeatHold, Signup
from registrations.operations import pools, roster
from registrations.operations.pools import Wanted

#: Entries of a queue that are read at a time.
CHUNK = 200


@transaction.atomic
def promote(*, activity: Activity, at: datetime.datetime) -> list[Signup]:
    """Confirm those who now fit; what is due flows back first. Locks all pools of the activity – call with these locked,
    or none – and then the sign-ups that move up. Returns who was promoted.

    What it asks of the database depends on how many move up, not on how many wait.
    """
    promoted: list[Signup] = []
    waiting = Signup.objects.filter(activity=activity, state=Signup.State.WAITING)
    if not waiting.exists():
        return promoted
    rows = pools.lock_all(activity=activity)
    pools.flow_back(rows=rows, at=at)
    blocked: set[int] = set()
    touched: set[int] = set()
    later: list[_Passing] | None = None
    queue = waiting.order_by("queued_at", "pk").prefetch_related("chosen")
    for entry in queue.iterator(chunk_size=CHUNK):
        if all(pool.free == 0 or pool.pk in blocked for pool in rows):
            break
        course = activity.pk if entry.covers_course else None
        mine = pools.owned(rows, sessions={one.session_id for one in entry.chosen.all()}, course=course)
        wanted = pools.wanted(mine, region=entry.region_id)
        if any(pool.pk in blocked for pool in wanted.pools):
            continue
        if seated := pools.seat(wanted=wanted, seats=entry.size, passing=True):
            pools.hold(signup=entry, pools=seated, seats=entry.size)
            entry.state = Signup.State.CONFIRMED
            entry.save(update_fields=["state"])
            roster.ticket_changed(signup=entry)
            history.record(by="system", verb="promote", on=entry, organization=activity.organization, at=at)
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
    held = SeatHold.objects.filter(signup__activity=activity, signup__state=Signup.State.CONFIRMED)
    rows = held.filter(signup__queued_at__isnull=False).values_list("signup", "pool", "seats", "signup__queued_at")
    return [_Passing(signup, pool, seats, queued_at) for signup, pool, seats, queued_at in rows if queued_at]


def _overtaken(entry: Signup, wanted: Wanted, passing: list[_Passing]) -> int:
    """Seats of its pools given, since this entry began to wait, to sign-ups that queued behind it."""
    assert entry.queued_at is not None  # who waits has queued
    mine = {pool.pk for pool in wanted.pools}
    passed = {one.signup: one.seats for one in passing if one.pool in mine and one.queued_at > entry.queued_at}
    return sum(passed.values())


def position(signup: Signup) -> int:
    """1 for whoever is next."""
    ahead = Signup.objects.filter(
        activity_id=signup.activity_id, state=Signup.State.WAITING, queued_at__lt=signup.queued_at
    )
    return ahead.count() + 1
