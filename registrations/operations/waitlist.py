"""The waiting list: who is next when seats become free.

First-fit in the order of the queue, within fairness: an entry that does not fit may be overtaken by at most its own size
in seats of the pools it waits for; after that, freed seats gather for it.
"""

from __future__ import annotations

import datetime

from django.db import transaction

from events.models import Activity
from events.operations import history
from registrations.models import SeatHold, Signup
from registrations.operations import pools, roster
from registrations.operations.pools import Wanted


@transaction.atomic
def promote(*, activity: Activity, at: datetime.datetime) -> list[Signup]:
    """Confirm those who now fit. Locks all pools of the activity – call with these locked, or none – and then each
    candidate's sign-up. Returns who was promoted.
    """
    promoted: list[Signup] = []
    if not Signup.objects.filter(activity=activity, state=Signup.State.WAITING).exists():
        return promoted
    pools.lock_all(activity=activity)
    waiting = list(
        Signup.objects.filter(activity=activity, state=Signup.State.WAITING)
        .order_by("queued_at", "pk")
        .select_related("region")
        .prefetch_related("chosen__session")
    )
    blocked: set[int] = set()
    for entry in waiting:
        sessions = [row.session for row in entry.chosen.all()]
        course = activity if entry.covers_course else None
        wanted = pools.locked(sessions=sessions, course=course, region=entry.region, at=at)
        if any(pool.pk in blocked for pool in wanted.pools):
            continue
        entry = Signup.objects.select_for_update().get(pk=entry.pk)
        if entry.state != Signup.State.WAITING:
            continue
        if seated := pools.seat(wanted=wanted, seats=entry.size, passing=True):
            pools.hold(signup=entry, pools=seated, seats=entry.size)
            entry.state = Signup.State.CONFIRMED
            entry.save(update_fields=["state"])
            pools.recount(pools=wanted.rows)
            roster.ticket_changed(signup=entry)
            history.record(by="system", verb="promote", on=entry, organization=activity.organization, at=at)
            promoted.append(entry)
        elif _overtaken(entry, wanted) >= entry.size:
            blocked.update(pool.pk for pool in wanted.pools)
    return promoted


def _overtaken(entry: Signup, wanted: Wanted) -> int:
    """Seats of its pools given, since this entry began to wait, to sign-ups that queued behind it."""
    later = SeatHold.objects.filter(
        pool__in=wanted.pools, signup__state=Signup.State.CONFIRMED, signup__queued_at__gt=entry.queued_at
    )
    passed = dict(later.values_list("signup", "seats"))
    return sum(passed.values())


def position(signup: Signup) -> int:
    """1 for whoever is next."""
    ahead = Signup.objects.filter(
        activity_id=signup.activity_id, state=Signup.State.WAITING, queued_at__lt=signup.queued_at
    )
    return ahead.count() + 1
