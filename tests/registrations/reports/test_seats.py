from __future__ import annotations

import pytest

from events.models import Session
from registrations.reports import seats
from registrations.reports.seats import Seats
from tests import factories


def of(session) -> Seats | None:
    return seats.of(seats.with_seats(Session.objects.select_related("activity")).get(pk=session.pk))


@pytest.mark.parametrize(
    "held, free, full, percent",
    [
        (Seats(40, 0, 0, 40), 40, False, 0),
        (Seats(40, 39, 0, 1), 1, False, 98),
        (Seats(40, 40, 0, 0), 0, True, 100),
        (Seats(40, 30, 2, 10), 10, True, 75),
        (Seats(None, 7, 0, None), None, False, 0),
        (Seats(0, 0, 0, 0), 0, True, 0),
    ],
)
def test_seats_are_full_where_none_is_left_or_others_wait(held, free, full, percent):
    assert (held.free, held.full, held.percent) == (free, full, percent)


def test_a_sessions_seats_are_those_of_its_own_pool(world):
    assert of(world.session) == Seats(40, 0, 0, 40)
    factories.signup(world.session, factories.many(30))
    factories.signup(world.session, factories.many(20))
    assert of(world.session) == Seats(40, 30, 1, 10)


def test_every_session_of_a_course_shows_the_courses_seats(world, now):
    course = factories.activity(world.campaign, form="training", signup_by="course")
    lessons = [factories.session(course, now, capacity=20), factories.session(course, now)]
    assert [of(lesson) for lesson in lessons] == [Seats(20, 0, 0, 20)] * 2


def test_without_signup_there_are_no_seats(world, now):
    open_day = factories.activity(world.campaign, signup_by="none")
    assert of(factories.session(open_day, now)) is None


def test_seats_without_limit_are_never_full(world, now):
    assert of(factories.session(world.activity, now)) == Seats(None, 0, 0, None)
