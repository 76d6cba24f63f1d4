"""Campaigns, activities, sessions and bookings as the plan has them."""

import datetime

import pytest
from django.utils import timezone

from events.models import Booking, History, Publication, Resource, Session
from events.operations import activities, bookings, campaigns, organizations, resources, sessions
from registrations.operations import session_changes
from tests import factories

HOUR = datetime.timedelta(hours=1)


def test_an_organization_knows_its_place_in_the_tree(db):
    lead = factories.organization("tianmen")
    township = factories.organization("wangchang", parent=lead)
    village = factories.organization("jiangqiao", parent=township)
    assert village.path == f"/{lead.pk}/{township.pk}/{village.pk}/"
    with pytest.raises(organizations.CodeTaken):
        factories.organization("wangchang")


def test_a_campaign_goes_from_draft_to_published_to_held_to_archived(world, now):
    made = factories.campaign(world.lead, state="draft")
    for state in ("published", "held", "archived"):
        campaigns.move_to(by=world.owner, campaign=made, state=state, at=now)
        assert made.state == state
    with pytest.raises(campaigns.CannotChangeState):
        campaigns.move_to(by=world.owner, campaign=made, state="draft", at=now)


@pytest.mark.parametrize("state", ["draft", "called_off", "held", "archived"])
def test_only_what_is_published_can_be_called_off(world, now, state):
    made = factories.activity(world.campaign, state=state)
    with pytest.raises(campaigns.CannotChangeState):
        activities.move_to(by=world.owner, activity=made, state=Publication.CALLED_OFF, at=now)


def test_an_end_before_the_start_is_refused_beside_its_field(world, now):
    days = {"starts_on": datetime.date(2026, 9, 20), "ends_on": datetime.date(2026, 9, 1)}
    with pytest.raises(campaigns.DatesReversed) as refused:
        factories.campaign(world.lead, **days)
    assert refused.value.field == "ends_on"
    with pytest.raises(campaigns.DatesReversed):
        factories.activity(world.campaign, **days)


def test_an_activity_has_the_days_of_its_sessions(world, now):
    lecture = factories.activity(world.campaign)
    factories.session(lecture, now)
    factories.session(lecture, now + datetime.timedelta(days=9))
    lecture.refresh_from_db()
    assert (lecture.starts_on, lecture.ends_on) == (now.date(), now.date() + datetime.timedelta(days=9))


def test_what_ends_at_midnight_ends_on_the_day_before(world, now):
    night = factories.activity(world.campaign)
    factories.session(night, now.replace(hour=20), hours=4)
    night.refresh_from_db()
    assert night.ends_on == now.date()


def test_a_session_counts_in_the_year_of_its_local_start(world):
    late = timezone.make_aware(datetime.datetime(2026, 12, 31, 23, 30))
    assert factories.session(world.activity, late).local_year == 2026
    assert factories.session(world.activity, late + HOUR).local_year == 2027


def test_a_session_ends_after_it_starts(world, now):
    with pytest.raises(sessions.TimesReversed):
        factories.session(world.activity, now, hours=0)
    with pytest.raises(sessions.SignupTimesReversed):
        factories.session(world.activity, now, signup_opens_at=now, signup_closes_at=now - HOUR)


def test_moving_a_session_is_a_new_revision_for_calendars_and_an_unchanged_one_is_none(world, now):
    before = world.session.sequence
    session_changes.move(by=world.owner, session=world.session, at=now, venue=world.session.venue)
    assert world.session.sequence == before
    session_changes.move(by=world.owner, session=world.session, at=now, venue="实验小学礼堂")
    assert world.session.sequence == before + 1
    assert History.objects.filter(verb="change", kind="events.session").latest("pk").fields == ["venue"]


def test_a_session_is_called_off_once_and_says_why(world, now):
    session_changes.call_off(by=world.owner, session=world.session, reason="暴雨", at=now)
    assert Session.objects.get(pk=world.session.pk).called_off_reason == "暴雨"
    with pytest.raises(sessions.AlreadyCalledOff):
        session_changes.call_off(by=world.owner, session=world.session, reason="又一次", at=now)
    with pytest.raises(sessions.AlreadyCalledOff):
        session_changes.move(by=world.owner, session=world.session, at=now, venue="别处")


def book(world, resource, session, now, quantity=1):
    return bookings.book(
        by=world.owner,
        resource=resource,
        session=session,
        starts_at=session.starts_at - HOUR,
        ends_at=session.ends_at + HOUR,
        quantity=quantity,
        at=now,
    )


@pytest.fixture
def van(world, now):
    return resources.add(by=world.owner, organization=world.lead, kind=Resource.Kind.VEHICLE, name="科普大篷车", at=now)


def test_the_van_is_not_booked_twice_at_once_set_up_included(world, van, now):
    book(world, van, world.session, now)
    # The lecture itself begins when the other has ended; setting up does not.
    later = factories.session(world.activity, world.session.ends_at + HOUR)
    with pytest.raises(bookings.ResourceTaken):
        book(world, van, later, now)
    book(world, van, factories.session(world.activity, world.session.ends_at + 2 * HOUR), now)
    assert Booking.objects.count() == 2


def test_of_three_terminals_two_and_one_may_be_booked_at_once_but_no_fourth(world, now):
    three = resources.add(
        by=world.owner, organization=world.lead, kind=Resource.Kind.EQUIPMENT, name="科普e站", quantity=3, at=now
    )
    book(world, three, world.session, now, quantity=2)
    at_once = factories.session(world.activity, now)
    book(world, three, at_once, now)
    with pytest.raises(bookings.ResourceTaken):
        book(world, three, factories.session(world.activity, now), now)


def test_what_is_out_of_use_is_not_booked(world, van, now):
    van.retired_on = now.date()
    van.save()
    with pytest.raises(bookings.ResourceRetired):
        book(world, van, world.session, now)


def test_calling_off_a_session_frees_what_it_had_booked(world, van, now):
    book(world, van, world.session, now)
    session_changes.call_off(by=world.owner, session=world.session, reason="暴雨", at=now)
    assert not Booking.objects.exists()


def test_sessions_open_for_signup_are_those_in_their_window(world, now):
    before = now - datetime.timedelta(days=1)
    assert list(Session.objects.open_at(before)) == [world.session]
    assert not Session.objects.open_at(now).exists()
    session_changes.move(by=world.owner, session=world.session, at=before, signup_opens_at=before + HOUR)
    assert not Session.objects.open_at(before).exists()
    assert Session.objects.open_at(before + HOUR).exists()
