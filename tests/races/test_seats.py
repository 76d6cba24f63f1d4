import datetime
from functools import partial

import pytest

from registrations.models import SeatHold, SeatPool, Signup
from registrations.operations import signups, waitlist
from registrations.operations.signups import SessionFull
from tests import factories

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db, now):
    return factories.world(now, capacity=5)


def consistent(session):
    pool = SeatPool.objects.get(session=session)
    held = sum(SeatHold.objects.filter(pool=pool).values_list("seats", flat=True))
    confirmed = sum(Signup.objects.filter(state="confirmed").values_list("size", flat=True))
    waiting = Signup.objects.filter(state="waiting").count()
    return pool.taken == held == confirmed <= pool.capacity and pool.waiting == waiting


def test_the_last_seat_goes_to_exactly_one_of_two_simultaneous_signups(world, now, at_once):
    before = now - datetime.timedelta(days=1)
    factories.signup(world.session, factories.many(4), before)
    results = at_once(
        [
            partial(factories.place, world.activity, [world.session], factories.one(name), before, when_full="refuse")
            for name in ("刘桂英", "胡国庆")
        ]
    )
    assert sorted(type(one).__name__ for one in results) == ["Placed", "SessionFull"]
    assert consistent(world.session)


def test_twenty_at_once_for_five_seats_promise_five(world, now, at_once):
    before = now - datetime.timedelta(days=1)
    results = at_once(
        [
            partial(factories.place, world.activity, [world.session], factories.one(f"学员{n}"), before)
            for n in range(20)
        ]
    )
    states = sorted(one.signup.state for one in results)
    assert states == ["confirmed"] * 5 + ["waiting"] * 15
    assert consistent(world.session)


def test_the_same_request_sent_eight_times_at_once_is_one_signup(world, now, at_once):
    before = now - datetime.timedelta(days=1)
    results = at_once(
        [
            partial(
                factories.place, world.activity, [world.session], factories.one(), before, idempotency_key="the same"
            )
            for _ in range(8)
        ]
    )
    assert {one.signup.pk for one in results} == {Signup.objects.get().pk}
    assert len({one.manage_key for one in results}) == 1
    assert sorted(one.repeated for one in results) == [False] + [True] * 7
    assert consistent(world.session)


def test_cancelling_and_signing_up_at_once_neither_loses_nor_invents_seats(world, now, at_once):
    before = now - datetime.timedelta(days=1)
    placed = [factories.signup(world.session, factories.one(f"先{n}"), before) for n in range(5)]
    leave = [partial(signups.cancel, by="participant", signup=one, at=before) for one in placed]
    come = [
        partial(factories.place, world.activity, [world.session], factories.one(f"后{n}"), before) for n in range(7)
    ]
    results = at_once([*leave, *come])
    assert not [one for one in results if isinstance(one, Exception)]
    assert consistent(world.session)
    assert SeatPool.objects.get(session=world.session).taken == 5


def test_packages_of_sessions_in_opposite_order_do_not_lock_each_other_out(world, now, at_once):
    before = now - datetime.timedelta(days=1)
    second = factories.session(world.activity, now + datetime.timedelta(days=1), capacity=100)
    both = [world.session, second]
    results = at_once(
        [
            partial(
                factories.place, world.activity, both[:: 1 if n % 2 else -1], factories.one(f"学员{n}"), before,
                when_full="refuse",
            )
            for n in range(12)
        ]
    )  # fmt: skip
    assert sum(isinstance(one, SessionFull) for one in results) == 7
    assert sum(isinstance(one, signups.Placed) for one in results) == 5
    assert [pool.taken for pool in SeatPool.objects.order_by("pk")] == [5, 5]


def wait_for(world, before, *parties):
    return [factories.signup(world.session, party, before) for party in parties]


def test_cancelling_and_promoting_at_once_seats_each_who_waits_once(world, now, at_once):
    before = now - datetime.timedelta(days=1)
    placed = wait_for(world, before, *(factories.one(f"先{n}") for n in range(5)))
    waiting = wait_for(world, before, *(factories.one(f"候补{n}") for n in range(5)))
    leave = [partial(signups.cancel, by="participant", signup=one, at=before) for one in placed]
    move_up = [partial(waitlist.promote, activity=world.activity, at=before) for _ in range(4)]
    give_up = [partial(signups.cancel, by="participant", signup=waiting[2], at=before)]
    results = at_once([*leave, *move_up, *give_up])
    assert not [one for one in results if isinstance(one, Exception)]
    states = [Signup.objects.get(pk=one.pk).state for one in waiting]
    assert states == ["confirmed", "confirmed", "cancelled", "confirmed", "confirmed"]
    assert consistent(world.session)


@pytest.mark.parametrize("first", ["group", "pair"])
def test_a_group_of_40_and_a_pair_that_wait_for_freed_seats_both_get_them(transactional_db, now, at_once, first):
    world, before = factories.world(now, capacity=42), now - datetime.timedelta(days=1)
    placed = wait_for(world, before, *(factories.one(f"先{n}") for n in range(42)))
    both = {"group": factories.many(40), "pair": factories.many(2, kind="family")}
    waiting = wait_for(world, before, *(both[name] for name in (first, *(both.keys() - {first}))))
    leave = [partial(signups.cancel, by="participant", signup=one, at=before) for one in placed]
    results = at_once(leave)
    assert not [one for one in results if isinstance(one, Exception)]
    assert {Signup.objects.get(pk=one.pk).state for one in waiting} == {"confirmed"}
    assert consistent(world.session)


def test_pairs_that_keep_coming_pass_a_waiting_group_by_its_own_size_at_most(transactional_db, now, at_once):
    world, before = factories.world(now, capacity=40), now - datetime.timedelta(days=1)
    placed = wait_for(world, before, *(factories.one(f"先{n}") for n in range(40)))
    (group,) = wait_for(world, before, factories.many(40))
    pairs = wait_for(world, before, *(factories.many(2, unit=f"{n}", kind="family") for n in range(30)))
    leave = [partial(signups.cancel, by="participant", signup=one, at=before) for one in placed]
    for some in (leave[:10], leave[10:20], leave[20:]):
        assert not [one for one in at_once(some) if isinstance(one, Exception)]
    passed = Signup.objects.filter(pk__in=[one.pk for one in pairs], state="confirmed")
    assert 2 * passed.count() <= group.size  # then freed seats gather for it
    leave = [partial(signups.cancel, by="participant", signup=one, at=before) for one in passed]
    assert not [one for one in at_once(leave) if isinstance(one, Exception)]
    group.refresh_from_db()
    assert group.state == "confirmed"
    assert consistent(world.session)
