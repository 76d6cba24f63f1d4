"""Courses: opening (开班), lessons, closing (结业), and named people's decisions about trainees."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from events.access import Actor
from events.errors import NotFound, Refusal
from events.models import Activity, Session
from events.operations import history
from registrations.checkin import hours as rule
from registrations.models import Attendee, Course, CourseResult, Lesson
from registrations.reports import courses


class NotACourse(Refusal):
    code = "not_a_course"
    sentence = _("This activity has no sign-up for a whole course.")


class NoLesson(Refusal):
    code = "course_without_lessons"
    sentence = _("A course needs at least one lesson. Plan its sessions first.")


class CourseNotOpen(Refusal):
    code = "course_not_open"
    sentence = _("This course has not been opened yet.")


class CourseClosed(Refusal):
    code = "course_closed"
    sentence = _("This course is closed. Open it again to change it; whoever looks later sees why.")


class CourseNotClosed(Refusal):
    code = "course_not_closed"
    sentence = _("This course is not closed yet.")


class CourseReasonMissing(Refusal):
    code = "course_reason_missing"
    status = 400
    sentence = _("Say why: whoever looks at this course later reads it.")


@dataclass(frozen=True, slots=True)
class LessonPlan:
    """What a lesson is to be. `hours` None: they follow from how long the session lasts."""

    session: Session
    hours: Decimal | None
    topic: str = ""
    teacher: str = ""
    teacher_title: str = ""


def locked(activity: Activity) -> Course:
    """The course's row, made where there is none, and locked until the transaction ends. Raises NotACourse."""
    if activity.signup_by != Activity.SignupBy.COURSE:
        raise NotACourse
    Activity.objects.select_for_update().get(pk=activity.pk)
    course, _made = Course.objects.select_for_update(of=("self",)).get_or_create(activity=activity)
    course.activity = activity
    return course


def _note(by: Actor, verb: str, course: Course, at: datetime.datetime, fields: Sequence[str] = ()) -> None:
    history.record(
        by=by, verb=verb, on=course, organization=course.activity.organization, at=at, fields=fields
    )  # fmt: skip


@transaction.atomic
def set_lessons(
    *,
    by: Actor,
    activity: Activity,
    lessons: Sequence[LessonPlan],
    at: datetime.datetime,
    period_number: int | None,
    required_share: int,
    unit_minutes: int,
) -> Course:
    """The course's number, its rule, and what each lesson teaches. Locks the course. Raises NotACourse, CourseClosed,
    NotFound (a session of another activity)."""
    course = locked(activity)
    if course.closed_at:
        raise CourseClosed
    given = {"period_number": period_number, "required_share": required_share, "unit_minutes": unit_minutes}
    changed = [name for name, value in given.items() if getattr(course, name) != value]
    for name in changed:
        setattr(course, name, given[name])
    course.save(update_fields=changed or ["period_number"])
    for one in lessons:
        if one.session.activity_id != activity.pk:
            raise NotFound
        values = {
            "hours": one.hours,
            "topic": one.topic,
            "teacher": one.teacher,
            "teacher_title": one.teacher_title,
        }
        Lesson.objects.update_or_create(session=one.session, defaults=values)
    _note(by, "set_lessons", course, at, [*changed, "lessons"])
    return course


@transaction.atomic
def open_course(*, by: Actor, activity: Activity, at: datetime.datetime) -> Course:
    """开班. Opening again changes nothing. Locks the course. Raises NotACourse, NoLesson, CourseClosed."""
    course = locked(activity)
    if course.closed_at:
        raise CourseClosed
    if course.opened_at:
        return course
    if not courses.timetable(course):
        raise NoLesson
    course.opened_at, course.opened_by = at, by.user
    course.save(update_fields=["opened_at", "opened_by"])
    _note(by, "open_course", course, at)
    return course


@transaction.atomic
def close(*, by: Actor, activity: Activity, at: datetime.datetime) -> Course:
    """结业: everybody's hours are frozen, and what the rule says of them; what named people decided stays. Closing again
    changes nothing. Locks the course. Raises NotACourse, CourseNotOpen, NoLesson."""
    course = locked(activity)
    if course.closed_at:
        return course
    if course.opened_at is None:
        raise CourseNotOpen
    if not courses.timetable(course):
        raise NoLesson
    _freeze(course)
    course.closed_at, course.closed_by = at, by.user
    course.save(update_fields=["closed_at", "closed_by"])
    _note(by, "close_course", course, at)
    return course


def _freeze(course: Course, only: Sequence[courses.Standing] | None = None) -> None:
    """Write the hours of now as those that hold, of all trainees or of some. In a transaction that holds the course."""
    lessons = courses.timetable(course)
    rows = courses.board(course, lessons, courses.trainees(course.activity)) if only is None else only
    needed = rule.required(courses.whole(lessons), course.required_share)
    fresh: list[CourseResult] = []
    held: list[CourseResult] = []
    for row in rows:
        result = row.result or CourseResult(course=course, attendee=row.attendee)
        (held if row.result else fresh).append(result)
        result.hours, result.required, result.by_rule = row.hours, needed, row.by_rule
    CourseResult.objects.bulk_create(fresh)
    CourseResult.objects.bulk_update(held, ["hours", "required", "by_rule"], batch_size=200)


@transaction.atomic
def reopen(*, by: Actor, activity: Activity, reason: str, at: datetime.datetime) -> Course:
    """Open a closed course again: its results follow the scans until it is closed again; certificates stay valid. Locks
    the course. Raises NotACourse, CourseNotClosed, CourseReasonMissing."""
    course = locked(activity)
    if course.closed_at is None:
        raise CourseNotClosed
    if not reason.strip():
        raise CourseReasonMissing(field="reason")
    course.closed_at = course.closed_by = None
    course.reopened_at, course.reopened_by, course.reopen_reason = at, by.user, reason.strip()[:200]
    course.save()
    CourseResult.objects.filter(course=course).update(hours=None, required=None, by_rule=None)
    _note(by, "reopen_course", course, at)
    return course


@transaction.atomic
def take_over(*, by: Actor, activity: Activity, at: datetime.datetime) -> int:
    """What scans, corrections and sign-ups changed since the course was closed holds from now on; how many trainees that
    concerns. Locks the course. Raises NotACourse, CourseNotClosed."""
    course = locked(activity)
    if course.closed_at is None:
        raise CourseNotClosed
    changed = [one.standing for one in courses.changed_since(course)]
    if changed:
        _freeze(course, changed)
        _note(by, "take_over_hours", course, at)
    return len(changed)


@transaction.atomic
def decide(
    *,
    by: Actor,
    activity: Activity,
    attendee: Attendee,
    completed: bool | None,
    reason: str,
    at: datetime.datetime,
    mark: str = "",
) -> CourseResult:
    """A named person's word on one trainee, whatever the hours: completed or not, with the reason; None leaves it to the
    rule again. `mark` is that of an exam, as it is written. Locks the course. Raises NotACourse, NotFound (no trainee of
    this course), CourseReasonMissing."""
    course = locked(activity)
    if not courses.trainees(activity).filter(pk=attendee.pk).exists():
        raise NotFound
    result = CourseResult.objects.filter(attendee=attendee).first() or CourseResult(course=course, attendee=attendee)
    if completed is not None and not reason.strip():
        raise CourseReasonMissing(field="reason")
    before = (result.decided, result.reason)
    result.mark = mark.strip()[:20]
    result.decided, result.reason = completed, reason.strip()[:200] if completed is not None else ""
    if (result.decided, result.reason) != before:
        named = completed is not None
        result.decided_at, result.decided_by = (at, by.user) if named else (None, None)
    if result.hours is None and course.closed_at:
        (row,) = courses.board(course, lessons := courses.timetable(course), [attendee])
        result.hours, result.by_rule = row.hours, row.by_rule
        result.required = rule.required(courses.whole(lessons), course.required_share)
    result.save()
    history.record(
        by=by,
        verb="decide_result",
        on=result,
        organization=activity.organization,
        at=at,
        fields=["decided", "mark"],
    )
    return result
