"""A spot check can be drawn again by anybody, and shows no whole name by itself."""

from __future__ import annotations

import datetime

import pytest

from registrations.reports import spot_check
from tests import factories
from tests.registrations.reports.counting import come, station

DAY = datetime.timedelta(days=1)
YEAR = (datetime.date(2026, 1, 1), datetime.date(2026, 12, 31))


@pytest.fixture
def after(now):
    return now + 5 * DAY


def draw(world, after, many=3, seed="2026", **values):
    given = {"organization": world.lead, "start": YEAR[0], "end": YEAR[1]} | values
    return spot_check.draw(many=many, seed=seed, at=after, **given)


def held(world, count):
    return [factories.session(world.activity, world.session.starts_at - (1 + day) * DAY) for day in range(count)]


def test_the_same_seed_draws_the_same_sessions_again_and_another_one_others(world, after):
    held(world, 20)
    first = draw(world, after)
    assert (len(first.sessions), first.pool) == (3, 21)
    assert draw(world, after + DAY).sessions == first.sessions
    assert {draw(world, after, seed=str(seed)).sessions for seed in range(5)} > {first.sessions} - {first.sessions}
    assert len({draw(world, after, seed=str(seed)).sessions for seed in range(5)}) > 1


def test_one_more_session_changes_at_most_one_of_those_drawn(world, after):
    held(world, 20)
    before = set(draw(world, after, many=8).sessions)
    factories.session(world.activity, world.session.starts_at - 40 * DAY)
    assert len(before - set(draw(world, after, many=8).sessions)) <= 1


def test_only_what_was_held_in_the_span_by_the_organization_and_those_below_is_drawn(world, after, now):
    below = factories.organization("wangchang", parent=world.lead)
    elsewhere = factories.organization("elsewhere")
    mine = factories.session(factories.activity(world.campaign, organization=below), now)
    factories.session(factories.activity(world.campaign, organization=elsewhere), now)
    factories.session(world.activity, after + DAY)
    factories.session(world.activity, now.replace(year=2025))
    assert set(draw(world, after, many=50).sessions) == {world.session, mine}


def test_people_to_call_are_named_ones_who_came_at_most_five_a_session(world, after):
    phone = station(world)
    for number in range(7):
        signup = factories.signup(world.session, factories.one(f"学员{number}", f"1390000000{number}"))
        come(phone, world.session, signup)
    factories.signup(world.session, factories.one("未到者", "13911111111"))
    come(phone, world.session, factories.signup(world.session, factories.many(12)), arriving=12)
    called = spot_check.people([world.session], "2026")[world.session.pk]
    assert len(called) == spot_check.CALLS
    assert all(row.attendee.name.startswith("学员") for row in called)
    assert [row.pk for row in spot_check.people([world.session], "2026")[world.session.pk]] == [
        row.pk for row in called
    ]


def test_the_papers_are_masked_unless_the_whole_was_asked_for(world, after):
    come(station(world), world.session, factories.signup(world.session, factories.one("刘桂英", "13912345678")))
    factories.heads(world.session, 40, counted_by="张义工")
    found = draw(world, after)
    called = spot_check.people(found.sessions, found.seed)
    masked = spot_check.pack(found, called, whole=False, at=after)
    [session] = masked.data["sessions"]
    assert session["calls"] == [["刘**", "139****5678", ""]]
    assert session["people"] == [["扫码签到", "1人次"], ["现场清点", "39人次"]]
    assert session["heads"] == ["张义工清点40人"]
    whole = spot_check.pack(found, called, whole=True, at=after)
    assert whole.data["sessions"][0]["calls"] == [["刘桂英", "13912345678", ""]]
    assert masked.pdf().startswith(b"%PDF")


def test_drawing_costs_the_same_queries_however_many(world, after, django_assert_num_queries):
    held(world, 12)
    for many in (2, 10):
        with django_assert_num_queries(2):
            found = draw(world, after, many=many)
        with django_assert_num_queries(1):
            called = spot_check.people(found.sessions, found.seed)
        with django_assert_num_queries(9):
            spot_check.pack(found, called, whole=False, at=after)
