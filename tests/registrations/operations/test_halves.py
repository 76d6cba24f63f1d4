"""A day whose morning and afternoon are checked in apart: signed up for together, counted as one."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from events.models import Session
from events.operations import sessions
from registrations.figures import Grade
from registrations.models import Attendance, SeatPool
from registrations.operations import attendance, halves, rules, session_changes
from registrations.reports import changes, ledger, sign_in_sheets
from tests import factories

HOUR = datetime.timedelta(hours=1)


def day_of(world, now, activity=None, **values):
    """Nine to five with a break from twelve to two, in two halves."""
    given = {"capacity": 30, "venue": "农技中心", "name": "第一讲"} | values
    morning = halves.schedule(
        by=world.owner,
        activity=activity or world.activity,
        starts_at=now,
        ends_at=now + 8 * HOUR,
        break_from=now + 3 * HOUR,
        break_until=now + 5 * HOUR,
        at=now - 20 * 24 * HOUR,
        **given,
    )
    return morning, morning.other_half


def tick(world, session, signup, present, **values):
    line = signup.attendees.get()
    attendance.correct(
        by=world.owner, attendee=line, session=session, present=present, reason="纸质签到", at=session.ends_at, **values
    )


def book(world, now):
    day = now.date() + datetime.timedelta(days=2)
    start, end = datetime.date(day.year, 1, 1), datetime.date(day.year, 12, 31)
    return ledger.read(organization=world.lead, start=start, end=end, scope="own", as_of=day)


@pytest.fixture
def training(world):
    return factories.activity(world.campaign, form="training", name="大棚技术培训")


def test_a_day_in_halves_is_two_sessions_with_seats_each_and_one_check_in_after_the_other(world, now):
    morning, afternoon = day_of(world, now)
    assert (morning.ends_at, afternoon.starts_at) == (now + 3 * HOUR, now + 5 * HOUR)
    assert [morning.half, afternoon.half, afternoon.half_of] == ["morning", "afternoon", morning]
    assert morning.check_in_window[1] == afternoon.check_in_window[0] == now + 4 * HOUR
    assert afternoon.signup_closes_at == now
    assert (
        list(SeatPool.objects.filter(session__in=[morning, afternoon]).values_list("capacity", flat=True)) == [30] * 2
    )


@pytest.mark.parametrize(("begins", "ends"), [(0, 2), (3, 8), (5, 4)])
def test_a_break_lies_within_the_day(world, now, begins, ends):
    with pytest.raises(halves.BreakUnfit):
        halves.schedule(
            by=world.owner, activity=world.activity, starts_at=now, ends_at=now + 8 * HOUR, venue="农技中心",
            break_from=now + begins * HOUR, break_until=now + ends * HOUR, at=now,
        )  # fmt: skip
    assert Session.objects.count() == 1


@pytest.mark.parametrize("chosen", [0, 1])
def test_whoever_signs_up_for_a_half_has_a_seat_in_both(world, now, chosen):
    pair = day_of(world, now)
    made = factories.signup(pair[chosen], factories.one(), now - 24 * HOUR)
    assert set(made.chosen.values_list("session", flat=True)) == {one.pk for one in pair}
    assert [one.taken for one in SeatPool.objects.filter(session__in=pair)] == [1, 1]


def test_at_the_door_of_the_afternoon_one_signs_up_for_the_afternoon(world, now):
    _morning, afternoon = day_of(world, now)
    made = factories.signup(afternoon, factories.one(), now + 5 * HOUR, source="walk_in")
    assert list(made.chosen.values_list("session", flat=True)) == [afternoon.pk]


def test_where_everybody_may_come_once_a_day_in_halves_is_once(world, now):
    morning, _afternoon = day_of(world, now)
    factories.terms(world.activity, one_session_each=True)
    made = factories.signup(morning, factories.one(phone="13900001234"), now - 24 * HOUR)
    assert made.chosen.count() == 2
    with pytest.raises(rules.OneSessionEach):
        factories.signup(world.session, factories.one(phone="13900001234"), now - 24 * HOUR)


def test_a_half_that_was_called_off_is_not_signed_up_for(world, now):
    morning, afternoon = day_of(world, now)
    session_changes.call_off(by=world.owner, session=afternoon, reason="停电", at=now)
    assert Session.objects.get(pk=morning.pk).state == Session.State.SCHEDULED
    made = factories.signup(Session.objects.get(pk=morning.pk), factories.one(), now - 24 * HOUR)
    assert list(made.chosen.values_list("session", flat=True)) == [morning.pk]


def test_moving_a_half_to_another_day_and_place_takes_the_other_along_but_hours_are_its_own(world, now):
    morning, afternoon = day_of(world, now)
    session_changes.move(
        by=world.owner, session=morning, at=now, starts_at=now + 25 * HOUR, ends_at=now + 27 * HOUR, venue="镇礼堂"
    )
    other = Session.objects.get(pk=afternoon.pk)
    assert (other.starts_at, other.ends_at, other.venue) == (now + 29 * HOUR, now + 32 * HOUR, "镇礼堂")
    assert other.signup_closes_at == now + 25 * HOUR
    assert other.sequence == 1


def test_the_morning_never_reaches_into_the_afternoon(world, now):
    morning, afternoon = day_of(world, now)
    with pytest.raises(sessions.HalvesApart):
        session_changes.move(by=world.owner, session=morning, at=now, ends_at=now + 6 * HOUR)
    with pytest.raises(sessions.HalvesApart):
        session_changes.move(by=world.owner, session=afternoon, at=now, ends_at=now + 25 * HOUR, starts_at=now - HOUR)


def test_seats_are_those_of_both_halves(world, now):
    morning, afternoon = day_of(world, now)
    pool = SeatPool.objects.get(session=morning)
    session_changes.rearrange(by=world.owner, session=morning, pool=pool, capacity=50, at=now)
    assert SeatPool.objects.get(session=afternoon).capacity == 50


def test_a_day_in_halves_counts_once_and_everybody_by_the_half_that_saw_more_of_them(world, now, training):
    morning, afternoon = day_of(world, now, training)
    first = factories.signup(morning, factories.many(20), now - 24 * HOUR)
    second = factories.signup(morning, factories.many(10, "江桥村"), now - 24 * HOUR)
    tick(world, morning, first, 18)
    tick(world, afternoon, first, 12)
    tick(world, afternoon, second, 9)
    read = book(world, now)

    entry = next(one for one in read.entries if one.activity == training)
    assert [one.pk for one in entry.sessions] == [morning.pk]
    assert read.attendance(entry.sessions[0])[Grade.CONFIRMED].stated == 18 + 9


def test_of_somebody_scanned_once_and_ticked_off_once_the_better_grade_stands(world, now, training):
    morning, afternoon = day_of(world, now, training)
    signup = factories.signup(morning, factories.many(5), now - 24 * HOUR)
    tick(world, morning, signup, 4)
    tick(world, afternoon, signup, 5)
    Attendance.objects.filter(session=morning).update(grade="scanned")
    assert {grade: part.stated for grade, part in book(world, now).attendance(morning).items()} == {Grade.SCANNED: 5}


def test_counts_of_heads_of_both_halves_are_looks_at_the_same_people(world, now, training):
    morning, afternoon = day_of(world, now, training)
    factories.heads(morning, 120)
    factories.heads(afternoon, 80)
    assert book(world, now).attendance(morning)[Grade.TALLIED].stated == 120
    factories.heads(morning, 7, basis="besides")
    factories.heads(afternoon, 4, basis="besides")
    factories.heads(afternoon, 5, basis="besides", audience_group="farmers")
    assert book(world, now).attendance(morning)[Grade.TALLIED].stated == 120 + 9


def test_an_afternoon_whose_morning_was_called_off_counts_by_itself(world, now, training):
    morning, afternoon = day_of(world, now, training)
    signup = factories.signup(morning, factories.many(5), now - 24 * HOUR)
    session_changes.call_off(by=world.owner, session=morning, reason="停电", at=now)
    tick(world, afternoon, signup, 5)
    read = book(world, now)
    entry = next(one for one in read.entries if one.activity == training)
    assert [one.pk for one in entry.sessions] == [afternoon.pk]
    assert read.attendance(afternoon)[Grade.CONFIRMED].stated == 5
    assert list(Session.objects.entries().filter(activity=training)) == [morning, afternoon]


@pytest.mark.parametrize("days", [1, 3])
def test_the_ledger_asks_the_same_for_days_in_halves_however_many(world, now, training, days):
    for number in range(days):
        morning, _afternoon = day_of(world, now + number * 24 * HOUR, training)
        tick(world, morning, factories.signup(morning, factories.many(5), now - 24 * HOUR), 5)
    with CaptureQueriesContext(connection) as asked:
        book(world, now)
    assert len(asked) == 11


def test_phones_and_sheets_say_which_half_it_is(world, now, settled):
    morning, afternoon = day_of(world, now)
    made, _key = factories.station(world.owner, world.lead, at=now)
    told = {row["id"]: row["name"] for row in changes.page(station=made, since="", at=now).sessions}
    assert told[afternoon.pk].startswith("第一讲 · ")
    assert told[morning.pk] != told[afternoon.pk]
    sheet = sign_in_sheets.blank(session=Session.objects.get(pk=afternoon.pk), pages=1, at=now)
    with translation.override("zh-hans"):
        assert sheet.title == f"食品安全讲座 · 第一讲 · {Session.Half.AFTERNOON.label}"
