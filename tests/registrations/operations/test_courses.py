"""Courses from opening to closing."""

import datetime
from decimal import Decimal

import pytest

from events.errors import NotFound
from events.models import History
from registrations.models import Attendance, Course, CourseResult
from registrations.operations import attendance, courses, records
from registrations.reports import courses as listed
from tests import factories
from tests.courses import DAY, held, line
from tests.registrations.operations.handing_in import code_of


@pytest.fixture
def course(world, now):
    return held(world, now)


def board(course):
    found = listed.of(course.activity)
    lessons = listed.timetable(found)
    return {row.name: row for row in listed.board(found, lessons, listed.trainees(course.activity))}


def marks(course, name="刘桂英"):
    return [cell.mark.value for cell in board(course)[name].cells]


def test_hours_follow_presence_and_a_relative_counts_as_attendance_only(course):
    own, relative = course.trainee("刘桂英"), course.trainee("鲁大山")
    course.come(own, 0, 1)
    course.come(relative, 0)
    course.come(relative, 1, substitute=True)
    attendance.mark_leave(
        by=course.by, attendee=line(relative), session=course.lessons[2], at=course.ended, reason="农忙"
    )
    rows = board(course)
    assert [cell.mark.value for cell in rows["鲁大山"].cells] == ["present", "substitute", "leave"]
    assert [cell.mark.value for cell in rows["刘桂英"].cells] == ["present", "present", "absent"]
    assert (rows["刘桂英"].hours, rows["鲁大山"].hours) == (4, 2)
    assert Attendance.objects.count() == 4


@pytest.mark.parametrize("order", [(False, True), (True, False)])
def test_a_trainee_who_comes_besides_the_relative_has_the_hours_whoever_was_scanned_first(course, order):
    signup = course.trainee()
    for minute, relative in enumerate(order):
        at = course.lessons[0].starts_at + datetime.timedelta(minutes=minute)
        sent = factories.scan(
            course.lessons[0], code_of(signup), at, minute + 1, **({"substitute": True} if relative else {})
        )
        records.receive(station=course.station, records=[sent], sent_at=at, at=at)
    assert marks(course)[0] == "present"


def test_a_named_persons_word_that_they_were_there_gives_the_hours(course):
    signup = course.trainee()
    course.come(signup, 0, substitute=True)
    attendance.correct(
        by=course.by, attendee=line(signup), session=course.lessons[0], present=1, reason="纸质签到", at=course.ended
    )
    assert marks(course)[0] == "present"


def test_typed_hours_stand_before_those_of_the_length(course):
    course.plan("4", None, "0.5")
    found = listed.of(course.activity)
    assert [one.hours for one in listed.timetable(found)] == [4, 2, 0.5]
    course.come(course.trainee(), 0, 1)
    assert board(course)["刘桂英"].by_rule  # 6 of 6.5


def test_closing_freezes_and_late_scans_are_shown_until_they_are_taken_over(course):
    signup = course.trainee()
    course.come(signup, 0, 1)
    course.plan()
    course.close()
    result = CourseResult.objects.get()
    assert (result.hours, result.required, result.completed) == (4, Decimal("4.8"), False)
    found = listed.of(course.activity)
    assert listed.changed_since(found) == []
    course.come(signup, 2)
    (changed,) = listed.changed_since(found)
    assert (changed.before, changed.standing.hours) == (4, 6)
    assert not CourseResult.objects.get().completed
    assert courses.take_over(by=course.by, activity=course.activity, at=course.ended) == 1
    assert CourseResult.objects.get().completed
    assert listed.changed_since(found) == []
    assert courses.take_over(by=course.by, activity=course.activity, at=course.ended) == 0


def test_a_late_sign_up_is_shown_as_changed_too(course):
    course.trainee()
    course.close()
    course.trainee("鲁大山")
    assert [one.before for one in listed.changed_since(listed.of(course.activity))] == [None]


def test_a_named_decision_stands_above_the_rule_and_survives_closing_again(course):
    signup = course.trainee()
    course.come(signup, 0)
    given = {"by": course.by, "activity": course.activity, "attendee": line(signup), "at": course.ended}
    courses.decide(**given, completed=True, reason="考核合格", mark="92")
    course.close()
    result = CourseResult.objects.get()
    assert (result.by_rule, result.completed, result.mark) == (False, True, "92")
    courses.reopen(by=course.by, activity=course.activity, reason="补登一课", at=course.ended)
    assert (CourseResult.objects.get().hours, Course.objects.get().state) == (None, "running")
    course.come(signup, 1)
    courses.close(by=course.by, activity=course.activity, at=course.ended)
    result = CourseResult.objects.get()
    assert (result.hours, result.completed, result.reason) == (4, True, "考核合格")
    courses.decide(**given, completed=None, reason="")
    result.refresh_from_db()
    assert (result.completed, result.decided_by, result.mark) == (False, None, "")


def test_what_a_course_refuses(course, world):
    by, activity, at = course.by, course.activity, course.ended
    signup = course.trainee()
    with pytest.raises(courses.CourseNotOpen):
        courses.close(by=by, activity=activity, at=at)
    with pytest.raises(courses.NotACourse):
        courses.open_course(by=by, activity=world.activity, at=at)
    with pytest.raises(courses.CourseReasonMissing):
        courses.decide(by=by, activity=activity, attendee=line(signup), completed=True, reason=" ", at=at)
    stranger = line(factories.signup(world.session, factories.one("外人")))
    with pytest.raises(NotFound):
        courses.decide(by=by, activity=activity, attendee=stranger, completed=True, reason="x", at=at)
    empty = factories.activity(world.campaign, form="training", signup_by="course")
    with pytest.raises(courses.NoLesson):
        courses.open_course(by=by, activity=empty, at=at)
    course.close()
    with pytest.raises(courses.CourseClosed):
        course.plan()
    with pytest.raises(courses.CourseReasonMissing):
        courses.reopen(by=by, activity=activity, reason="", at=at)


def test_opening_and_closing_twice_change_nothing_and_history_says_who(course):
    course.trainee()
    course.close()
    before = list(CourseResult.objects.values())
    course_row = Course.objects.values().get()
    courses.close(by=course.by, activity=course.activity, at=course.ended + DAY)
    assert (list(CourseResult.objects.values()), Course.objects.values().get()) == (before, course_row)
    verbs = History.objects.filter(kind="registrations.course").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["open_course", "close_course"]


def test_what_is_missing_is_named(course, world):
    course.trainee()
    factories.place(course.activity, course.lessons, factories.many(7), course.lessons[0].starts_at - DAY)
    found = listed.of(course.activity)
    codes = [gap.code for gap in listed.gaps(found, listed.timetable(found), over_by=course.ended)]
    assert codes == ["nameless", "no_period_number", "no_teacher", "no_teacher", "no_teacher"]
    course.plan()
    courses.open_course(by=course.by, activity=course.activity, at=course.ended)
    course.come(course.trainee("鲁大山"), 0)
    found = listed.of(course.activity)
    gaps = listed.gaps(found, listed.timetable(found), over_by=course.lessons[1].ends_at)
    assert [(gap.code, gap.people) for gap in gaps] == [("nameless", 7), ("nobody_checked_in", 0), ("not_over", 0)]


@pytest.mark.parametrize("many", [1, 12])
def test_the_table_costs_five_queries_however_many_trainees(course, many, django_assert_num_queries):
    for n in range(many):
        course.come(course.trainee(f"学员{n}"), 0)
    found = listed.of(course.activity)
    lessons = listed.timetable(found)
    people = list(listed.trainees(course.activity))
    with django_assert_num_queries(5):
        assert len(listed.board(found, lessons, people)) == many
