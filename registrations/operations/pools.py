"""Seat pools: opening them, keeping some for a township, and taking and giving back seats under the database's own guard.

A session, or a whole course, has a common pool; beside it some seats may be kept for people of a township until a day
(配额). A party sits in one pool of each session it chose: its township's where that has room, else the common one. After
its day what is left of a kept pool flows back to the common pool, at the first write that comes along; what that pool
releases later goes there too.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.access import Actor
from events.errors import Refusal
from events.models import Activity, Region, Session
from events.operations import history
from registrations.models import SeatHold, SeatPool, Signup


class CapacityBelowTaken(Refusal):
    code = "capacity_below_taken"
    sentence = _("%(taken)s seats are promised already, so there cannot be only %(capacity)s.")


class QuotaNeedsSeats(Refusal):
    """Seats are kept out of a number of them: of seats without limit nothing can be kept, nor more than are free."""

    code = "quota_needs_seats"
    sentence = _("Only %(free)s seats are free to be kept for a township.")


class SeatsAreKept(Refusal):
    code = "seats_are_kept"
    sentence = _("Seats are kept for townships here. Take that back before you lift the limit.")


class FlowBackPast(Refusal):
    code = "flow_back_past"
    status = 400
    sentence = _("The day on which seats flow back lies in the past.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where a sign-up may sit: for each session (or the course) its township's pool first, where one is kept, then the
    common one."""

    alternatives: tuple[tuple[SeatPool, ...], ...]

    @property
    def pools(self) -> list[SeatPool]:
        return [pool for some in self.alternatives for pool in some]

    @property
    def free(self) -> int:
        """The largest party that would fit now, as far as seats go; 0 where nothing is limited."""
        limited = [
            max(pool.free or 0 for pool in some)
            for some in self.alternatives
            if all(pool.free is not None for pool in some)
        ]
        return min(limited, default=0)

    @property
    def queue(self) -> bool:
        """Whether for some session everybody who comes now has to queue."""
        return any(all(pool.waiting for pool in some) for some in self.alternatives)


def owner_of(pool: SeatPool) -> Activity:
    """The activity whose seats these are."""
    found = pool.session.activity if pool.session is not None else pool.activity
    assert found is not None  # pool_belongs_to_a_session_or_a_course
    return found


def total(*, pool: SeatPool) -> int | None:
    """Seats of the session or course in all, those kept for townships included; None without limit."""
    held = SeatPool.objects.beside(pool).values_list("capacity", flat=True)
    return None if None in held else sum(one for one in held if one is not None)


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
    history.record(by=by, verb="open", on=pool, organization=owner_of(pool).organization, at=at)
    return pool


@transaction.atomic
def set_capacity(*, by: Actor, pool: SeatPool, capacity: int | None, at: datetime.datetime) -> SeatPool:
    """Change how many seats there are in all, those kept for townships included; freed ones go to those who wait.

    `pool` is the common one. Locks the pools. Raises CapacityBelowTaken, SeatsAreKept.
    """
    activity = owner_of(pool)
    beside = _beside(lock_all(activity=activity), pool)
    pool = next(one for one in beside if one.pk == pool.pk)
    kept = [one for one in beside if one.pk != pool.pk]
    if capacity is None and any(one.capacity and one.flowed_back_at is None for one in kept):
        raise SeatsAreKept(field="capacity")
    if capacity is not None:
        promised = pool.taken + sum(one.capacity or 0 for one in kept)
        if capacity < promised:
            raise CapacityBelowTaken(field="capacity", taken=promised, capacity=capacity)
        capacity -= sum(one.capacity or 0 for one in kept)
    pool.capacity = capacity
    pool.save(update_fields=["capacity"])
    history.record(by=by, verb="set_capacity", on=pool, organization=activity.organization, at=at, fields=["capacity"])
    _promote(activity, at)
    pool.refresh_from_db()
    return pool


@transaction.atomic
def keep(
    *,
    by: Actor,
    pool: SeatPool,
    region: Region,
    capacity: int,
    flows_back_on: datetime.date | None,
    at: datetime.datetime,
) -> SeatPool:
    """Keep `capacity` seats for people of a township until a day (None: for good); 0 ends it. The number of seats in all
    stays what it was: they come out of the common pool, and go back there.

    `pool` is the common one. Locks the pools. Raises QuotaNeedsSeats, CapacityBelowTaken, FlowBackPast.
    """
    if flows_back_on is not None and flows_back_on <= timezone.localdate(at):
        raise FlowBackPast(field="flows_back_on")
    activity = owner_of(pool)
    beside = _beside(lock_all(activity=activity), pool)
    common = next(one for one in beside if one.pk == pool.pk)
    kept = next((one for one in beside if one.region_id == region.pk), None)
    more = capacity - ((kept.capacity or 0) if kept else 0)
    if common.capacity is None or (more > 0 and more > common.capacity - common.taken):
        raise QuotaNeedsSeats(field="capacity", free=common.free or 0)
    if kept is not None and capacity < kept.taken:
        raise CapacityBelowTaken(field="capacity", taken=kept.taken, capacity=capacity)
    if kept is None:
        kept = SeatPool(session=pool.session, activity=pool.activity, region=region)
    kept.capacity, kept.flows_back_on, kept.flowed_back_at = capacity, flows_back_on, None
    kept.save()
    SeatPool.objects.filter(pk=common.pk).update(capacity=F("capacity") - more)
    history.record(by=by, verb="keep_seats", on=kept, organization=activity.organization, at=at, fields=["capacity"])
    recount(pools=[common, kept])
    _promote(activity, at)
    kept.refresh_from_db()
    return kept


def _promote(activity: Activity, at: datetime.datetime) -> None:
    from registrations.operations import waitlist  # they call each other: seats free people, people take seats

    waitlist.promote(activity=activity, at=at)


def lock_all(*, activity: Activity) -> list[SeatPool]:
    """Lock every pool of an activity by ascending id: first, wherever seats may go from one sign-up to another. Two that
    each hold one pool and want the other's would wait for ever."""
    return list(SeatPool.objects.of_activity(activity).in_lock_order())


def lock_some(*, sessions: Iterable[Session], course: Activity | None) -> list[SeatPool]:
    """Lock, by ascending id, only the pools of what newcomers chose: those kept for other townships too, for what is due
    there is theirs. Each comes with its session."""
    owners = Q(session__in={one.pk for one in sessions})
    rows = SeatPool.objects.filter(owners | Q(activity=course) if course else owners).select_related("session")
    return list(rows.order_by("pk").select_for_update(of=("self",)))


def due(rows: Iterable[SeatPool], at: datetime.datetime) -> list[SeatPool]:
    """Those of these kept pools whose day has come, and that have not flowed back yet."""
    today = timezone.localdate(at)
    return [one for one in rows if one.flows_back_on and one.flows_back_on <= today and one.flowed_back_at is None]


def _beside(rows: Iterable[SeatPool], pool: SeatPool) -> list[SeatPool]:
    """Those of the same session or course."""
    return [one for one in rows if (one.session_id, one.activity_id) == (pool.session_id, pool.activity_id)]


def owned(rows: Iterable[SeatPool], *, sessions: Collection[int], course: int | None) -> list[SeatPool]:
    """Those of some sessions, or of a course."""
    return [one for one in rows if (one.activity_id == course if course else one.session_id in sessions)]


def wanted(rows: Iterable[SeatPool], *, region: int | None) -> Wanted:
    """Where somebody from a township may sit among the pools of what they chose."""
    by_owner: dict[tuple[int | None, int | None], list[SeatPool]] = {}
    for pool in rows:
        if pool.flowed_back_at is None and pool.region_id in {None, region}:
            by_owner.setdefault((pool.session_id, pool.activity_id), []).append(pool)
    return Wanted(tuple(tuple(sorted(some, key=lambda one: one.region_id is None)) for some in by_owner.values()))


def flow_back(*, rows: Sequence[SeatPool], at: datetime.datetime) -> list[SeatPool]:
    """Move what is left of kept pools whose day has come to the common ones; which they were. The rows are all pools of
    an activity, locked, and are brought up to date."""
    flowing = due(rows, at)
    for kept in flowing:
        left = (kept.capacity or 0) - kept.taken
        common = next(one for one in _beside(rows, kept) if one.region_id is None)
        SeatPool.objects.filter(pk=kept.pk).update(capacity=F("taken"), flowed_back_at=at, waiting=0)
        kept.capacity, kept.flowed_back_at, kept.waiting = kept.taken, at, 0
        if common.capacity is not None:
            SeatPool.objects.filter(pk=common.pk).update(capacity=F("capacity") + left)
            common.capacity += left
        history.record(by="system", verb="flow_back", on=kept, organization=owner_of(kept).organization, at=at)
    return flowing


def take(*, pools: Sequence[SeatPool], seats: int) -> bool:
    """Take seats in every pool, or in none. The pools are locked by the caller and brought up to date; the condition and
    the check constraint stand behind the lock."""
    taken: list[SeatPool] = []
    for pool in pools:
        room = Q(capacity=None) | Q(capacity__gte=F("taken") + seats)
        fits = pool.free is None or pool.free >= seats
        if not fits or not SeatPool.objects.filter(room, pk=pool.pk).update(taken=F("taken") + seats):
            _put_back(taken, seats)
            return False
        pool.taken += seats
        taken.append(pool)
    return True


def _put_back(pools: Sequence[SeatPool], seats: int) -> None:
    """Undo `take`."""
    SeatPool.objects.filter(pk__in=[one.pk for one in pools]).update(taken=F("taken") - seats)
    for pool in pools:
        pool.taken -= seats


def find(*, wanted: Wanted, seats: int, passing: bool) -> list[SeatPool] | None:
    """One pool of each session with so many free seats, the kept one first; None where there is none. Nothing is taken.

    A newcomer does not pass those who wait for a pool; whoever is `passing` comes from that queue.
    """
    chosen: list[SeatPool] = []
    for some in wanted.alternatives:
        having = (one for one in some if (passing or not one.waiting) and (one.free is None or one.free >= seats))
        if (found := next(having, None)) is None:
            return None
        chosen.append(found)
    return chosen


def seat(*, wanted: Wanted, seats: int, passing: bool) -> list[SeatPool] | None:
    """Take seats in the pools that `find` finds; None (and nothing taken) where it finds none."""
    chosen = find(wanted=wanted, seats=seats, passing=passing)
    return chosen if chosen is not None and take(pools=chosen, seats=seats) else None


def settle(*, taken: Mapping[int, int], waiting: Mapping[int, int]) -> None:
    """Write down what newcomers took of locked pools, and how many more wait for them, by the pool's number: what `take`
    and `recount` would write, for all newcomers at once and without counting."""
    for pk in sorted(taken.keys() | waiting.keys()):
        seats, more = taken.get(pk, 0), waiting.get(pk, 0)
        room = Q(capacity=None) | Q(capacity__gte=F("taken") + seats)
        changed = {"taken": F("taken") + seats} if seats else {}
        changed |= {"waiting": F("waiting") + more} if more else {}
        if not SeatPool.objects.filter(room, pk=pk).update(**changed):
            raise RuntimeError(f"Seats of pool {pk} were given away twice.")  # nothing of it is kept


def hold(*, signup: Signup, pools: Sequence[SeatPool], seats: int, until: datetime.datetime | None = None) -> None:
    """Write down what `seat` took for a sign-up; an offer only `until` then."""
    SeatHold.objects.bulk_create(
        SeatHold(signup=signup, pool=pool, seats=seats, offer_expires_at=until) for pool in pools
    )


def release(*, signup: Signup) -> None:
    """Give back everything a sign-up holds; what a pool that has flowed back releases goes to the common pool. The pools
    are locked by the caller."""
    for held in signup.holds.select_related("pool"):
        _give_back(held.pool, held.seats)
    signup.holds.all().delete()


def _give_back(pool: SeatPool, seats: int) -> None:
    if pool.flowed_back_at is None:
        SeatPool.objects.filter(pk=pool.pk).update(taken=F("taken") - seats)
        return
    SeatPool.objects.filter(pk=pool.pk).update(taken=F("taken") - seats, capacity=F("capacity") - seats)
    common = SeatPool.objects.beside(pool).common().filter(capacity__isnull=False)
    common.update(capacity=F("capacity") + seats)


def resize(*, signup: Signup, seats: int) -> bool:
    """Change what a sign-up holds in each of its pools to `seats`; False (and nothing changed) where there is no room."""
    was = signup.size
    held = [one.pool for one in signup.holds.select_related("pool")]
    if seats > was and not take(pools=held, seats=seats - was):
        return False
    if seats < was:
        for pool in held:
            _give_back(pool, was - seats)
    signup.holds.update(seats=seats)
    return True


def recount(*, pools: Collection[SeatPool]) -> None:
    """Keep how many sign-ups wait for each pool: while anybody waits, newcomers queue. The pools are locked by the caller.

    For the common pool all wait who chose its session; for a kept one those of its township. A fixed number of queries
    for any number of pools, and one for each whose number has changed.
    """
    waiting = Signup.objects.filter(state=Signup.State.WAITING)
    numbers: Counter[tuple[int | None, ...]] = Counter()
    by_session = waiting.filter(chosen__session__in={one.session_id for one in pools if one.session_id})
    for session, region, number in _counted(by_session, "chosen__session"):
        numbers.update({(session, None): number, (session, None, region): number})
    by_course = waiting.filter(covers_course=True, activity__in={one.activity_id for one in pools if one.activity_id})
    for course, region, number in _counted(by_course, "activity"):
        numbers.update({(None, course): number, (None, course, region): number})
    for pool in pools:
        township = () if pool.region_id is None else (pool.region_id,)
        number = 0 if pool.flowed_back_at else numbers[(pool.session_id, pool.activity_id, *township)]
        if number != pool.waiting:
            SeatPool.objects.filter(pk=pool.pk).update(waiting=number)
            pool.waiting = number


def _counted(rows: QuerySet[Signup], owner: str) -> Iterable[tuple[int, int | None, int]]:
    return rows.order_by().values_list(owner, "region").annotate(Count("pk", distinct=True))


@transaction.atomic
def flow_back_due(*, at: datetime.datetime) -> int:
    """Let everything flow back whose day has come, and move up who waits. Writes do the same when they come along; this
    only makes it sooner. Returns how many pools flowed back."""
    due = SeatPool.objects.due(timezone.localdate(at)).select_related("session__activity", "activity")
    count = 0
    for activity in sorted({owner_of(pool) for pool in due}, key=lambda one: one.pk):
        count += len(flow_back(rows=lock_all(activity=activity), at=at))
        _promote(activity, at)
    return count
