"""How many seats are left: what lists of sessions show beside each of them, in two further queries however many."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from events.models import Activity, Session
from registrations.models import SeatPool


@dataclass(frozen=True, slots=True)
class Seats:
    """`capacity` and `free` None mean without limit."""

    capacity: int | None
    taken: int
    waiting: int

    @property
    def free(self) -> int | None:
        return None if self.capacity is None else self.capacity - self.taken

    @property
    def full(self) -> bool:
        """Nobody more gets in at once: no seat left, or others wait for the next."""
        return self.free == 0 or self.waiting > 0

    @property
    def percent(self) -> int:
        return 0 if not self.capacity else min(100, round(100 * self.taken / self.capacity))


def with_seats(rows: QuerySet[Session]) -> QuerySet[Session]:
    """Sessions with their common pools at hand for `of`."""
    common = SeatPool.objects.common()
    return rows.prefetch_related(
        Prefetch("pools", common, to_attr="common_pools"), Prefetch("activity__pools", common, to_attr="course_pools")
    )


def of(session: Session) -> Seats | None:
    """The seats of a session from `with_seats`; None where there is no sign-up."""
    if session.activity.signup_by == Activity.SignupBy.NONE:
        return None
    by_course = session.activity.signup_by == Activity.SignupBy.COURSE
    held = getattr(session.activity, "course_pools", []) if by_course else getattr(session, "common_pools", [])
    pools: list[SeatPool] = held
    return Seats(pools[0].capacity, pools[0].taken, pools[0].waiting) if pools else None
