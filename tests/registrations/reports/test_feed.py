"""The calendar that somebody subscribes to follows what happens, and says nothing about who it is."""

import datetime

import icalendar
import pytest
from django.utils import timezone

from events.calendars import ical
from registrations.models import Signup
from registrations.operations import approvals, session_changes, signups
from registrations.reports import feed
from tests import factories


@pytest.fixture
def before(now):
    return now - datetime.timedelta(days=2)


@pytest.fixture
def after():
    """Later than the rows of the world were made, which is by the real clock."""
    return timezone.now().replace(microsecond=0) + datetime.timedelta(days=1)


def book(signup):
    found = feed.of(Signup.objects.select_related("activity__organization").get(pk=signup.pk))
    written = ical.write(found.sessions, base_url="https://kepu.example", coming=found.coming)
    return icalendar.Calendar.from_ical(written)


def entries(signup):
    return list(book(signup).walk("VEVENT"))


def test_it_says_how_often_to_look_again(world, before):
    signup = factories.signup(world.session, factories.one(), before)
    calendar = book(signup)
    assert calendar["REFRESH-INTERVAL"].dt == datetime.timedelta(hours=4)
    assert calendar["REFRESH-INTERVAL"].params["VALUE"] == "DURATION"
    assert calendar["X-PUBLISHED-TTL"] == "PT4H"


def test_a_moved_session_moves_and_a_called_off_one_is_cancelled_each_with_a_higher_sequence(world, now, before, after):
    signup = factories.signup(world.session, factories.one(), before)
    [first] = entries(signup)
    later = now + datetime.timedelta(hours=5)
    ends = later + datetime.timedelta(hours=1)
    session_changes.move(by=world.owner, session=world.session, starts_at=later, ends_at=ends, at=before)
    [moved] = entries(signup)
    world.session.refresh_from_db()
    session_changes.call_off(by=world.owner, session=world.session, reason="暴雨", at=after)
    [called_off] = entries(signup)
    assert [one["STATUS"] for one in (first, moved, called_off)] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert moved["DTSTART"].dt == later
    assert first["SEQUENCE"] < moved["SEQUENCE"] < called_off["SEQUENCE"]
    assert first["UID"] == moved["UID"] == called_off["UID"]
    assert called_off["LAST-MODIFIED"].dt == after


def test_a_cancelled_sign_ups_entries_are_cancelled(world, before, after):
    signup = factories.signup(world.session, factories.one(), before)
    [stood] = entries(signup)
    signups.cancel(by="participant", signup=signup, at=after)
    [gone] = entries(signup)
    assert (gone["STATUS"], gone["LAST-MODIFIED"].dt) == ("CANCELLED", after)
    assert gone["SEQUENCE"] > stood["SEQUENCE"]


def test_whoever_is_not_in_yet_comes_perhaps(world, now, before):
    factories.terms(world.activity, approval=True)
    signup = factories.signup(world.session, factories.one(), before)
    [asked] = entries(signup)
    approvals.approve(by=world.owner, signup=signup, at=now)
    [sure] = entries(signup)
    assert (asked["STATUS"], sure["STATUS"]) == ("TENTATIVE", "CONFIRMED")
    assert sure["SEQUENCE"] > asked["SEQUENCE"]


@pytest.mark.parametrize("lessons", [1, 9])
def test_all_lessons_of_a_course_cost_the_same_queries(world, now, before, after, lessons, django_assert_num_queries):
    course = factories.activity(world.campaign, signup_by="course")
    held = [factories.session(course, now + datetime.timedelta(days=day)) for day in range(lessons)]
    signup = factories.place(course, held, factories.one(), before).signup
    session_changes.call_off(by=world.owner, session=held[0], reason="暴雨", at=after)
    signup = Signup.objects.select_related("activity__organization").get(pk=signup.pk)
    with django_assert_num_queries(2):
        found = feed.of(signup)
    assert len(found.sessions) == lessons
    assert found.changed_at == after


def test_nothing_in_it_is_personal(world, before):
    party = factories.one("刘桂英", "19900000001", note="坐前排", unit="江桥村")
    signup = factories.signup(world.session, party, before)
    text = book(signup).to_ical().decode()
    for secret in ("刘桂英", "1990000", "坐前排", "江桥村"):
        assert secret not in text
