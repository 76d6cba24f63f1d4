from __future__ import annotations

import datetime

from registrations.figures import Grade, amount
from registrations.models import ScanOutcome, Signup
from registrations.operations import attendance, signups
from registrations.operations.signups import Line, Party
from registrations.reports import attendance as report
from tests import factories
from tests.registrations.reports.counting import come, send, station

FAMILY = Party("family", (Line("肖文"), Line("肖建国"), Line("王秀兰")), "肖文")


def totals(session):
    return report.totals([session])[session.pk]


def test_a_session_nobody_asked_for_has_no_totals_and_no_number(world):
    nothing = totals(world.session)
    assert (nothing.signups, nothing.people, nothing.waiting, nothing.checked_in, nothing.awaiting) == (0, 0, 0, 0, 0)
    assert nothing.grades == {}
    assert nothing.whole is None


def test_totals_tell_who_asked_who_came_and_who_did_not(world):
    phone = station(world)
    signup = factories.signup(world.session, factories.many(30))
    factories.signup(world.session, factories.one())
    factories.signup(world.session, factories.many(20))  # more than what is left of forty seats
    come(phone, world.session, signup, arriving=25)
    found = totals(world.session)
    assert (found.signups, found.people, found.waiting) == (2, 31, 1)
    assert (found.checked_in, found.no_show) == (25, 6)
    assert found.grades == {Grade.SCANNED: amount(25, "exact")}
    assert found.whole == amount(25, "exact")


def test_a_cancelled_signup_asks_for_nothing(world, now):
    signup = factories.signup(world.session, factories.many(30))
    signups.cancel(by="test", signup=signup, at=now - datetime.timedelta(hours=20))
    assert (totals(world.session).signups, totals(world.session).people) == (0, 0)


def test_more_walk_ins_than_no_shows_are_no_negative_no_show(world, now):
    signup = factories.signup(world.session, factories.one())
    attendance.correct(
        by=world.owner, attendee=signup.attendees.get(), session=world.session, present=1, reason="名单", at=now
    )
    assert totals(world.session).no_show == 0


def test_scans_that_wait_for_a_decision_are_told(world):
    phone = station(world)
    answer = send(phone, world.session, code="14SC0PJ6")
    assert answer["let_through"] is False
    assert totals(world.session).awaiting == ScanOutcome.objects.filter(outcome="awaiting").count() == 0


def test_every_session_of_a_course_has_the_courses_signups(world, now):
    course = factories.activity(world.campaign, form="training", signup_by="course")
    lessons = [factories.session(course, now + datetime.timedelta(days=day)) for day in (1, 2)]
    signup = factories.place(course, lessons, factories.many(12), now).signup
    come(station(world), lessons[0], signup, arriving=12)
    found = report.totals(lessons)
    assert [(found[one.pk].people, found[one.pk].checked_in) for one in lessons] == [(12, 12), (12, 0)]


def test_each_line_of_a_roster_has_its_presence(world):
    signup = factories.signup(world.session, FAMILY)
    come(station(world), world.session, signup, arriving=2)
    [row] = report.lines(world.session, [signup])
    assert [line.attendee.name for line in row.lines] == ["肖文", "肖建国", "王秀兰"]
    assert [(line.present, line.missing, line.grade) for line in row.lines] == [
        (1, 0, "scanned"),
        (1, 0, "scanned"),
        (0, 1, ""),
    ]
    assert row.present == 2
    assert row.lines[0].first_at == world.session.starts_at + datetime.timedelta(minutes=5)
    assert row.lines[0].left_at is row.lines[2].first_at is None


def test_lines_keep_the_order_in_which_the_signups_were_given(world):
    made = [factories.signup(world.session, factories.one(name)) for name in ("甲", "乙", "丙")]
    backwards = list(reversed(made))
    assert [row.signup for row in report.lines(world.session, backwards)] == backwards
    assert Signup.objects.count() == 3


def test_a_headcount_stands_beside_the_scans(world):
    come(station(world), world.session, factories.signup(world.session, factories.one()))
    factories.heads(world.session, 57, by=world.owner, method="estimated", bound="about")
    found = totals(world.session)
    assert found.checked_in == 1
    assert (found.whole.stated, found.whole.bound) == (57, "about")


def heads(session, people, minutes=0, group="", phone=None):
    """A count of everybody, sent by a phone: several may count."""
    sent = {"kind": "headcount", "people": people, "basis": "everyone", "audience_group": group, "minutes": minutes}
    return send(phone, session, **sent)


def test_two_counts_of_everybody_are_two_looks_at_the_same_people(world):
    """The later one stands; they never add."""
    east, west = station(world), station(world)
    heads(world.session, 120, phone=east)
    heads(world.session, 150, minutes=30, phone=west)
    assert totals(world.session).whole == amount(150, "exact")


def test_groups_counted_apart_add_and_stand_beside_a_count_of_the_whole_only_where_they_saw_more(world):
    phone = station(world)
    heads(world.session, 100, phone=phone)
    heads(world.session, 60, group="elderly", phone=phone)
    assert totals(world.session).whole == amount(100, "exact")
    heads(world.session, 55, group="youth", phone=phone)
    assert totals(world.session).whole == amount(115, "exact")
