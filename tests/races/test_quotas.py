import datetime
from functools import partial

import pytest

from registrations.models import SeatHold, SeatPool, Signup
from registrations.operations import pools, signups
from tests import factories

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

DAY = datetime.timedelta(days=1)


@pytest.fixture
def world(transactional_db, now):
    return factories.world(now, capacity=20)


def consistent():
    for pool in SeatPool.objects.all():
        held = sum(SeatHold.objects.filter(pool=pool).values_list("seats", flat=True))
        assert pool.taken == held <= pool.capacity


def test_seats_flow_back_once_though_many_write_at_the_moment_their_day_has_come(world, now, at_once):
    town = factories.region()
    common = SeatPool.objects.get()
    early, late = now - 10 * DAY, now - 2 * DAY
    pools.keep(by=world.owner, pool=common, region=town, capacity=8, flows_back_on=(now - 3 * DAY).date(), at=early)
    factories.signup(world.session, factories.many(3, region=town), early)
    results = at_once(
        [
            partial(
                factories.place,
                world.activity,
                [world.session],
                factories.one(f"学员{n}", region=town if n % 2 else None),
                late,
            )
            for n in range(12)
        ]
        + [partial(pools.flow_back_due, at=late) for _ in range(2)]
    )
    assert not [one for one in results if isinstance(one, Exception)]
    common.refresh_from_db()
    assert (common.capacity, common.taken) == (17, 12)
    assert sum(SeatPool.objects.values_list("capacity", flat=True)) == 20
    consistent()


def test_cancelling_packages_that_hold_each_others_seats_ends(world, now, at_once):
    """Each gives back what the other's queue waits for: locks are taken in one order, so nobody waits for ever."""
    early = now - 10 * DAY
    second = factories.session(world.activity, now + DAY, capacity=20)
    first = [factories.signup(world.session, factories.many(5, unit=f"a{n}"), early) for n in range(4)]
    other = [factories.signup(second, factories.many(5, unit=f"b{n}"), early) for n in range(4)]
    for n in range(4):
        sessions = [world.session, second][:: 1 if n % 2 else -1]
        factories.place(world.activity, sessions, factories.many(5, unit=f"w{n}"), early)
    leave = [
        partial(signups.cancel, by="participant", signup=one, at=early)
        for pair in zip(first, reversed(other), strict=True)
        for one in pair
    ]
    results = at_once(leave)
    assert not [one for one in results if isinstance(one, Exception)]
    assert Signup.objects.filter(state="confirmed").count() == 4
    assert not Signup.objects.filter(state="waiting").exists()
    consistent()
