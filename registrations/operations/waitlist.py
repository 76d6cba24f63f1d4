"""The waiting list: who is next when seats become free.

First-fit in the order of the queue, within fairness: an entry that does not fit may be overtaken by at most its own size
in seats of the pools it waits for, even of those who gave them back since; after that, freed seats gather for it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Count

from events.models import Activity
from events.operations import history
from registrations.models import Message, MovedUp, SeatPool, Signup, SignupTerms
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
    left = _Left(rows)
    moved: list[MovedUp] = []
    touched: set[int] = set()
    queue = waiting.select_related("activity__organization").order_by("queued_at", "pk").prefetch_related("chosen")
    for entry in queue.iterator(chunk_size=CHUNK):
        if left.nothing():
            break
        course = activity.pk if entry.covers_course else None
        mine = pools.owned(rows, sessions={one.session_id for one in entry.chosen.all()}, course=course)
        wanted = pools.wanted(mine, region=entry.region_id)
        seated = pools.seat(wanted=wanted, seats=entry.size, passing=True) if left.may_pass(entry, wanted) else None
        if seated is None:
            left.stays(entry, wanted)
            continue
        left.passes(entry, seated)
        entry.state = _state_from_queue(terms, entry)
        until = _expiry(entry, terms.offer_hours, at) if entry.state == Signup.State.OFFERED else None
        pools.hold(signup=entry, pools=seated, seats=entry.size, until=until)
        entry.save(update_fields=["state"])
        roster.ticket_changed(signup=entry)
        history.record(by="system", verb="promote", on=entry, organization=activity.organization, at=at)
        outbox.tell(signup=entry, about=_TOLD[entry.state], at=at, occasion="moved up")
        moved += [MovedUp(signup=entry, pool=pool, seats=entry.size, queued_at=_since(entry)) for pool in seated]
        promoted.append(entry)
        touched |= {pool.pk for pool in mine}
    MovedUp.objects.bulk_create(moved)
    pools.recount(pools=[pool for pool in rows if pool.pk in touched])
    return promoted


def _since(entry: Signup) -> datetime.datetime:
    assert entry.queued_at is not None  # who waits has queued
    return entry.queued_at


class _Left:
    """By how many seats those who stay may still be overtaken: the least of those who wait for the same pools."""

    def __init__(self, rows: Sequence[SeatPool]) -> None:
        self._rows = rows
        self._seats: dict[frozenset[int], int] = {}
        self._passed: list[tuple[int, int, int, datetime.datetime]] | None = None

    def nothing(self) -> bool:
        """Whether nobody behind can move up: no pool has seats for them."""
        gathered = {pk for some, seats in self._seats.items() if seats <= 0 for pk in some}
        return all(pool.free == 0 or pool.pk in gathered for pool in self._rows)

    def may_pass(self, entry: Signup, wanted: Wanted) -> bool:
        mine = {pool.pk for pool in wanted.pools}
        return all(entry.size <= seats for some, seats in self._seats.items() if some & mine)

    def passes(self, entry: Signup, seated: Iterable[SeatPool]) -> None:
        taken = {pool.pk for pool in seated}
        for some in self._seats:
            if some & taken:
                self._seats[some] -= entry.size

    def stays(self, entry: Signup, wanted: Wanted) -> None:
        ever = (
            any(pool.capacity is None or pool.capacity >= entry.size for pool in some) for some in wanted.alternatives
        )
        if not all(ever):
            return  # for more than there will be free: seats that gather for it would gather for nobody
        mine = frozenset(pool.pk for pool in wanted.pools)
        seats = max(0, entry.size - self._overtaken(entry, mine))
        self._seats[mine] = min(seats, self._seats.get(mine, seats))

    def _overtaken(self, entry: Signup, mine: frozenset[int]) -> int:
        """Seats of its pools that were given to sign-ups that queued behind it."""
        since = _since(entry)
        if self._passed is None:  # who comes behind in the queue was passed by fewer still
            rows = MovedUp.objects.filter(pool__in=self._rows, queued_at__gte=since)
            self._passed = list(rows.values_list("signup", "pool", "seats", "queued_at"))
        behind = (since, entry.pk)
        passed = {one: seats for one, pool, seats, at in self._passed if pool in mine and (at, one) > behind}
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
