"""How many seats are left: what lists of sessions show beside each of them, in a fixed number of queries however many."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Case, Prefetch, QuerySet, When
from django.utils import timezone

from events.models import Activity, Session
from registrations.models import SeatPool


@dataclass(frozen=True, slots=True)
class Kept:
    """Seats that only people of a township may have, until `until`."""

    region: str
    free: int
    until: datetime.date | None


@dataclass(frozen=True, slots=True)
class Seats:
    """`capacity` and `free` None mean without limit. `free` is what anybody may have; `kept` is free for people of a
    township alone."""

    capacity: int | None
    taken: int
    waiting: int
    free: int | None
    kept: tuple[Kept, ...] = ()

    @property
    def full(self) -> bool:
        """Nobody more gets in at once: no seat left for anybody, or others wait for the next."""
        return self.free == 0 or self.waiting > 0

    @property
    def percent(self) -> int:
        return 0 if not self.capacity else min(100, round(100 * self.taken / self.capacity))


Rows = TypeVar("Rows", bound=QuerySet[Session])


def with_seats(rows: Rows) -> Rows:
    """Sessions with their pools at hand for `of`."""
    pools = SeatPool.objects.select_related("region").order_by("pk")
    return rows.prefetch_related(
        Prefetch("pools", pools, to_attr="all_pools"), Prefetch("activity__pools", pools, to_attr="course_pools")
    )


def elsewhere(
    activity: Activity, *, besides: Collection[int], at: datetime.datetime, most: int = 4
) -> list[tuple[Session, Seats]]:
    """Sessions one can sign up for at once in the place of some: of the same activity, else of the same campaign, the
    next first. A fixed number of queries."""
    rows = Session.objects.open_at(at).filter(activity__campaign=activity.campaign_id).exclude(pk__in=besides)
    same = Case(When(activity=activity.pk, then=0), default=1)
    coming = with_seats(rows.entries().select_related("activity", "region")).order_by(same, "starts_at", "pk")[
        : most * 8
    ]
    found = [(session, held) for session in coming if (held := of(session, at)) and not held.full]
    return found[:most]


def of(session: Session, at: datetime.datetime | None = None) -> Seats | None:
    """The seats of a session from `with_seats`; None where there is no sign-up.

    What a township's pool has left after its day is anybody's, though no write has moved it yet.
    """
    if session.activity.signup_by == Activity.SignupBy.NONE:
        return None
    by_course = session.activity.signup_by == Activity.SignupBy.COURSE
    pools: list[SeatPool] = (
        getattr(session.activity, "course_pools", []) if by_course else getattr(session, "all_pools", [])
    )
    common = next((one for one in pools if one.region_id is None and not one.group), None)
    if common is None:
        return None
    today = timezone.localdate(at)
    kept = [one for one in pools if one is not common and one.flowed_back_at is None]
    due = [one for one in kept if one.flows_back_on and one.flows_back_on <= today]
    still = [one for one in kept if one not in due]
    free = None if common.capacity is None else common.capacity - common.taken + sum(one.free or 0 for one in due)
    return Seats(
        capacity=None if common.capacity is None else sum(one.capacity or 0 for one in pools),
        taken=sum(one.taken for one in pools),
        waiting=common.waiting,
        free=free,
        kept=tuple(Kept(one.region.name, one.free, one.flows_back_on) for one in still if one.region and one.free),
    )
