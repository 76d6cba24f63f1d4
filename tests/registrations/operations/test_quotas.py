"""Seats kept for a township until a day, and how they flow back."""

import datetime

import pytest
from django.core.management import call_command
from django.utils import timezone

from events.models import History
from registrations.models import SeatHold, SeatPool, Signup
from registrations.operations import pools, signups
from registrations.reports import seats
from tests import factories

DAY = datetime.timedelta(days=1)


@pytest.fixture
def town(db):
    return factories.region("429006104000", "汪场镇")


@pytest.fixture
def other(db):
    return factories.region("429006107000", "岳口镇")


@pytest.fixture
def early(now):
    """Ten days ahead: the seats kept flow back three days before the session."""
    return now - 10 * DAY


@pytest.fixture
def flows(now):
    return (now - 3 * DAY).date()


def common(world):
    return SeatPool.objects.common().get(session=world.session)


def kept(region):
    return SeatPool.objects.get(region=region)


def keep(world, region, capacity, early, flows):
    return pools.keep(
        by=world.owner, pool=common(world), region=region, capacity=capacity, flows_back_on=flows, at=early
    )


def place(world, size, at, region=None, **values):
    return factories.place(world.activity, [world.session], factories.many(size, region=region), at, **values).signup


def shown(world, at):
    rows = seats.with_seats(world.session.__class__.objects.select_related("activity"))
    return seats.of(rows.get(pk=world.session.pk), at)


def consistent():
    for pool in SeatPool.objects.all():
        held = sum(SeatHold.objects.filter(pool=pool).values_list("seats", flat=True))
        assert pool.taken == held <= (pool.capacity if pool.capacity is not None else held)


def test_keeping_seats_takes_them_out_of_the_common_ones_and_the_sum_stays(world, town, early, flows):
    keep(world, town, 10, early, flows)
    assert (common(world).capacity, kept(town).capacity, pools.total(pool=common(world))) == (30, 10, 40)
    keep(world, town, 4, early, flows)
    assert (common(world).capacity, kept(town).capacity) == (36, 4)
    keep(world, town, 0, early, flows)
    assert common(world).capacity == 40
    assert History.objects.filter(verb="keep_seats").count() == 3


def test_people_of_the_township_sit_in_its_seats_first_then_in_the_common_ones(world, town, other, early, flows):
    keep(world, town, 10, early, flows)
    place(world, 8, early, town)
    assert (kept(town).taken, common(world).taken) == (8, 0)
    place(world, 5, early, town)
    assert (kept(town).taken, common(world).taken) == (8, 5)
    place(world, 3, early, other)
    place(world, 4, early)
    assert (kept(town).taken, common(world).taken) == (8, 12)
    consistent()


def test_nobody_else_gets_a_kept_seat_before_its_day(world, town, other, early, flows):
    keep(world, town, 10, early, flows)
    place(world, 30, early, other)
    with pytest.raises(signups.SessionFull):
        place(world, 1, early, other, when_full="refuse")
    assert place(world, 10, early, town).state == "confirmed"


def test_a_queue_for_the_common_seats_holds_up_nobody_of_the_township(world, town, other, early, flows):
    keep(world, town, 10, early, flows)
    place(world, 30, early, other)
    assert place(world, 5, early, other).state == "waiting"
    assert place(world, 5, early, town).state == "confirmed"


def test_what_is_left_flows_back_at_the_first_write_after_its_day_and_moves_up_who_waits(
    world, town, other, early, flows, now
):
    keep(world, town, 10, early, flows)
    place(world, 4, early, town)
    place(world, 30, early, other)
    waiting = place(world, 6, early, other)
    assert waiting.state == "waiting"
    late = place(world, 1, now - 3 * DAY, other)
    waiting.refresh_from_db()
    assert (waiting.state, late.state) == ("confirmed", "waiting")
    assert (common(world).capacity, common(world).taken) == (36, 36)
    assert (kept(town).capacity, kept(town).taken) == (4, 4)
    assert kept(town).flowed_back_at == now - 3 * DAY
    consistent()


def test_what_a_pool_releases_after_its_day_goes_to_the_common_one(world, town, early, flows, now):
    keep(world, town, 10, early, flows)
    first = place(world, 6, early, town)
    place(world, 30, early)
    waiting = place(world, 8, early)
    late = now - 2 * DAY
    signups.cancel(by="participant", signup=first, at=late)
    waiting.refresh_from_db()
    assert waiting.state == "confirmed"
    assert (kept(town).capacity, kept(town).taken) == (0, 0)
    assert (common(world).capacity, common(world).taken) == (40, 38)
    consistent()


def test_a_party_that_shrinks_after_the_day_gives_to_the_common_seats_too(world, town, early, flows, now):
    keep(world, town, 10, early, flows)
    signup = place(world, 10, early, town)
    signups.change(by="participant", signup=signup, party=factories.many(7, region=town), at=now - 2 * DAY)
    assert (kept(town).capacity, common(world).capacity) == (7, 33)
    consistent()


def test_the_page_counts_what_will_flow_back_as_soon_as_the_day_has_come(world, town, early, flows, now):
    keep(world, town, 10, early, flows)
    before = shown(world, early)
    assert (before.capacity, before.free) == (40, 30)
    assert [(one.region, one.free, one.until) for one in before.kept] == [("汪场镇", 10, flows)]
    after = shown(world, now - 2 * DAY)
    assert (after.capacity, after.free, after.kept) == (40, 40, ())


def test_a_task_only_makes_it_sooner(world, town, early, flows, now):
    keep(world, town, 10, early, flows)
    assert pools.flow_back_due(at=now - 4 * DAY) == 0
    assert pools.flow_back_due(at=now - 3 * DAY) == 1
    assert pools.flow_back_due(at=now - 3 * DAY) == 0
    assert common(world).capacity == 40


def test_the_daily_command_opens_what_is_due_and_says_how_much(world, town, early, flows, capsys):
    keep(world, town, 10, early, flows)
    SeatPool.objects.filter(region=town).update(flows_back_on=timezone.localdate())
    call_command("flow_back")
    assert "1 quotas flowed back." in capsys.readouterr().out
    assert common(world).capacity == 40
    call_command("flow_back")
    assert "0 quotas flowed back." in capsys.readouterr().out


def test_seats_kept_for_good_never_flow_back(world, town, early, now):
    keep(world, town, 10, early, None)
    assert pools.flow_back_due(at=now) == 0


def test_no_more_is_kept_than_is_free_nor_less_than_is_promised(world, town, other, early, flows):
    place(world, 35, early)
    with pytest.raises(pools.QuotaNeedsSeats) as refused:
        keep(world, town, 6, early, flows)
    assert refused.value.facts == {"free": 5}
    keep(world, town, 5, early, flows)
    place(world, 3, early, town)
    with pytest.raises(pools.CapacityBelowTaken):
        keep(world, town, 2, early, flows)
    with pytest.raises(pools.FlowBackPast):
        keep(world, other, 0, early, early.date())


def test_of_seats_without_limit_none_is_kept_and_the_limit_stays_while_some_are(world, town, early, flows, now):
    free = factories.session(world.activity, now)
    pool = SeatPool.objects.get(session=free)
    with pytest.raises(pools.QuotaNeedsSeats):
        pools.keep(by=world.owner, pool=pool, region=town, capacity=5, flows_back_on=flows, at=early)
    keep(world, town, 10, early, flows)
    with pytest.raises(pools.SeatsAreKept):
        pools.set_capacity(by=world.owner, pool=common(world), capacity=None, at=early)


def test_more_seats_in_all_go_to_the_common_ones_and_never_below_what_is_promised_and_kept(world, town, early, flows):
    keep(world, town, 10, early, flows)
    place(world, 20, early)
    pools.set_capacity(by=world.owner, pool=common(world), capacity=60, at=early)
    assert (common(world).capacity, kept(town).capacity) == (50, 10)
    with pytest.raises(pools.CapacityBelowTaken):
        pools.set_capacity(by=world.owner, pool=common(world), capacity=29, at=early)
    pools.set_capacity(by=world.owner, pool=common(world), capacity=30, at=early)
    assert common(world).capacity == 20


def test_keeping_seats_for_those_who_wait_moves_them_up(world, town, other, early, flows):
    place(world, 30, early, other)
    waiting = place(world, 12, early, town)
    small = place(world, 8, early, town)
    assert (waiting.state, small.state) == ("waiting", "waiting")
    keep(world, town, 10, early, flows)
    states = list(Signup.objects.filter(region=town).order_by("pk").values_list("state", flat=True))
    assert states == ["waiting", "confirmed"]
    consistent()


def test_who_moves_to_another_township_waits_in_its_queue(world, town, other, early, flows):
    keep(world, town, 10, early, flows)
    place(world, 30, early, other)
    waiting = place(world, 12, early, town)
    assert kept(town).waiting == 1
    signups.change(by="participant", signup=waiting, party=factories.many(12, region=other), at=early)
    assert (kept(town).waiting, common(world).waiting) == (0, 1)


def test_a_course_keeps_seats_too(world, town, early, flows, now):
    course = factories.activity(world.campaign, form="training", signup_by="course")
    lessons = [factories.session(course, now + n * 7 * DAY, capacity=20) for n in range(2)]
    pool = SeatPool.objects.get(activity=course, region=None)
    pools.keep(by=world.owner, pool=pool, region=town, capacity=12, flows_back_on=flows, at=early)
    placed = factories.place(course, lessons, factories.many(12, region=town), early)
    assert placed.signup.state == "confirmed"
    assert [(one.capacity, one.taken) for one in SeatPool.objects.filter(activity=course).order_by("pk")] == [
        (8, 0),
        (12, 12),
    ]


def test_what_has_flowed_back_is_kept_no_longer_so_the_limit_may_be_lifted(world, town, early, flows, now):
    keep(world, town, 10, early, flows)
    place(world, 4, early, town)
    late = now - 2 * DAY
    assert pools.flow_back_due(at=late) == 1
    pools.set_capacity(by=world.owner, pool=common(world), capacity=None, at=late)
    assert pools.total(pool=common(world)) is None
    consistent()


def test_people_move_with_the_township_of_their_sign_up(world, town, other, early):
    signup = place(world, 3, early, town)
    moved = factories.many(3, region=other)
    signups.change(by="participant", signup=signup, party=moved, at=early)
    assert {line.region for line in signup.attendees.standing()} == {other}
