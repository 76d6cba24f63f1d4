"""The waiting list: who is next when seats become free.

First-fit in the order of the queue, within fairness: an entry that does not fit may be overtaken by at most its own size
in seats; after that, freed seats gather for it.
"""

from __future__ import annotations

import datetime

from django.db import transaction

from events.models import Activity
from events.operations import history
from registrations.models import Signup
from registrations.operations import pools, roster


@transaction.atomic
def promote(*, activity: Activity, at: datetime.datetime) -> list[Signup]:
    """Confirm those who now fit. Call with the pools of the sign-up that freed seats locked, or none; locks the pools of
    each candidate in id order, then its sign-up. Returns who was promoted.
    """
    promoted: list[Signup] = []
    waiting = list(
        Signup.objects.filter(activity=activity, state=Signup.State.WAITING)
        .order_by("queued_at", "pk")
        .prefetch_related("chosen__session")
    )
    blocked: set[int] = set()
    for entry in waiting:
        sessions = [row.session for row in entry.chosen.all()]
        wanted = pools.locked(sessions=sessions, course=activity if entry.covers_course else None)
        if any(pool.pk in blocked for pool in wanted):
            continue
        entry = Signup.objects.select_for_update().get(pk=entry.pk)
        if entry.state != Signup.State.WAITING:
            continue
        if pools.take(pools=wanted, seats=entry.size):
            pools.hold(signup=entry, pools=wanted, seats=entry.size)
            pools.count_waiting(pools=wanted, change=-1)
            entry.state = Signup.State.CONFIRMED
            entry.save(update_fields=["state"])
            roster.ticket_changed(signup=entry)
            history.record(by="system", verb="promote", on=entry, organization=activity.organization, at=at)
            promoted.append(entry)
        elif _overtaken(entry) >= entry.size:
            blocked.update(pool.pk for pool in wanted)
    return promoted


def _overtaken(entry: Signup) -> int:
    """Seats given, since this entry began to wait, to sign-ups that queued behind it."""
    later = Signup.objects.filter(
        activity_id=entry.activity_id, state=Signup.State.CONFIRMED, queued_at__gt=entry.queued_at
    )
    return sum(later.values_list("size", flat=True))


def position(signup: Signup) -> int:
    """1 for whoever is next."""
    ahead = Signup.objects.filter(
        activity_id=signup.activity_id, state=Signup.State.WAITING, queued_at__lt=signup.queued_at
    )
    return ahead.count() + 1
