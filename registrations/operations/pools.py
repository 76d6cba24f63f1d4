"""Seat pools: opening them, and taking and giving back seats under the database's own guard."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from events.access import Actor
from events.errors import Refusal
from events.models import Activity, Session
from events.operations import history
from registrations.models import SeatHold, SeatPool, Signup


class CapacityBelowTaken(Refusal):
    code = "capacity_below_taken"
    sentence = _("%(taken)s seats are promised already, so there cannot be only %(capacity)s.")


@transaction.atomic
def open_for(
    *,
    by: Actor | str,
    at: datetime.datetime,
    capacity: int | None,
    session: Session | None = None,
    course: Activity | None = None,
) -> SeatPool:
    """The common pool of a session or a course; `capacity` None is unlimited."""
    pool = SeatPool.objects.create(session=session, activity=course, capacity=capacity)
    activity = session.activity if session else course
    history.record(by=by, verb="open", on=pool, organization=activity.organization if activity else None, at=at)
    return pool


@transaction.atomic
def set_capacity(*, by: Actor, pool: SeatPool, capacity: int | None, at: datetime.datetime) -> SeatPool:
    """Change how many seats there are; freed ones go to those who wait. Locks the pool. Raises CapacityBelowTaken."""
    from registrations.operations import waitlist  # they call each other: seats free people, people take seats

    pool = SeatPool.objects.select_for_update().get(pk=pool.pk)
    if capacity is not None and capacity < pool.taken:
        raise CapacityBelowTaken(field="capacity", taken=pool.taken, capacity=capacity)
    pool.capacity = capacity
    pool.save(update_fields=["capacity"])
    activity = pool.session.activity if pool.session else pool.activity
    organization = activity.organization if activity else None
    history.record(by=by, verb="set_capacity", on=pool, organization=organization, at=at, fields=["capacity"])
    if activity:
        waitlist.promote(activity=activity, at=at)
    pool.refresh_from_db()
    return pool


def locked(*, sessions: Iterable[Session], course: Activity | None) -> list[SeatPool]:
    """The common pools a sign-up needs, locked in id order. Call inside a transaction."""
    wanted = Q(activity=course) if course else Q(session__in=list(sessions))
    return list(SeatPool.objects.common().filter(wanted).in_lock_order())


def take(*, pools: Sequence[SeatPool], seats: int) -> bool:
    """Take seats in every pool, or in none. The pools are locked by the caller; the condition and the check constraint
    stand behind the lock."""
    taken: list[int] = []
    for pool in pools:
        room = Q(capacity=None) | Q(capacity__gte=F("taken") + seats)
        if not SeatPool.objects.filter(room, pk=pool.pk).update(taken=F("taken") + seats):
            SeatPool.objects.filter(pk__in=taken).update(taken=F("taken") - seats)
            return False
        taken.append(pool.pk)
    return True


def hold(*, signup: Signup, pools: Sequence[SeatPool], seats: int) -> None:
    """Write down what `take` took for a sign-up."""
    SeatHold.objects.bulk_create(SeatHold(signup=signup, pool=pool, seats=seats) for pool in pools)


def release(*, signup: Signup) -> None:
    """Give back everything a sign-up holds. The pools are locked by the caller."""
    for held in signup.holds.all():
        SeatPool.objects.filter(pk=held.pool_id).update(taken=F("taken") - held.seats)
    signup.holds.all().delete()


def resize(*, signup: Signup, pools: Sequence[SeatPool], seats: int) -> bool:
    """Change what a sign-up holds in each of its pools to `seats`; False (and nothing changed) where there is no room."""
    was = signup.size
    if seats > was and not take(pools=pools, seats=seats - was):
        return False
    if seats < was:
        SeatPool.objects.filter(pk__in=[pool.pk for pool in pools]).update(taken=F("taken") - (was - seats))
    signup.holds.update(seats=seats)
    return True


def count_waiting(*, pools: Sequence[SeatPool], change: int) -> None:
    """Keep how many sign-ups wait for a pool: while anybody waits, newcomers queue."""
    SeatPool.objects.filter(pk__in=[pool.pk for pool in pools]).update(waiting=F("waiting") + change)
