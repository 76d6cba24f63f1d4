"""A course (培训班) as it stands: its lessons, who was at which, how many hours each trainee has, and what is missing.

A trainee is one person on a confirmed sign-up for the whole course. Whoever came to one lesson by the door is counted in
its attendance and is no trainee.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from events.models import Activity, Session
from registrations.checkin import hours as rule
from registrations.checkin.hours import Mark, Seen
from registrations.models import (
    Attendance,
    Attendee,
    Certificate,
    Correction,
    Course,
    CourseResult,
    Lesson,
    ScanOutcome,
    Signup,
)


@dataclass(frozen=True, slots=True)
class Taught:
    """A session as a lesson."""

    session: Session
    hours: Decimal
    typed: bool
    topic: str = ""
    teacher: str = ""
    teacher_title: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One trainee at one lesson."""

    mark: Mark
    hours: Decimal


@dataclass(frozen=True, slots=True)
class Standing:
    """One trainee: `cells` in the order of the lessons, `hours` as of now. `result` is what was frozen and decided."""

    attendee: Attendee
    name: str
    unit: str
    cells: tuple[Cell, ...]
    hours: Decimal
    percent: int
    by_rule: bool
    result: CourseResult | None = None
    certificate: Certificate | None = None

    @property
    def completed(self) -> bool:
        """As it would be if the course were closed now, the decision standing above the rule."""
        decided = self.result.decided if self.result else None
        return self.by_rule if decided is None else decided

    @property
    def counted(self) -> Decimal:
        """The hours that hold: frozen ones, else those of now."""
        return self.hours if self.result is None or self.result.hours is None else self.result.hours


def of(activity: Activity) -> Course:
    """The course of an activity; one nobody has said anything about has the defaults, and is not written."""
    found = Course.objects.filter(activity=activity).select_related("opened_by", "closed_by", "reopened_by").first()
    course = found or Course(activity=activity)
    course.activity = activity
    return course


def timetable(course: Course) -> list[Taught]:
    """The lessons that take place, in their order: one query."""
    rows = (
        Session.objects.filter(activity=course.activity).standing().select_related("lesson").order_by("starts_at", "pk")
    )
    found = []
    for session in rows:
        session.activity = course.activity
        lesson: Lesson | None = getattr(session, "lesson", None)
        typed = lesson.hours if lesson else None
        minutes = int((session.ends_at - session.starts_at).total_seconds() // 60)
        hours = rule.of_duration(minutes, course.unit_minutes) if typed is None else typed
        words = (lesson.topic, lesson.teacher, lesson.teacher_title) if lesson else (session.name, "", "")
        found.append(Taught(session, hours, typed is not None, words[0] or session.name, *words[1:]))
    return found


def whole(lessons: Iterable[Taught]) -> Decimal:
    return rule.total(one.hours for one in lessons)


def lines(activity: Activity) -> QuerySet[Attendee]:
    """Everybody on the course's roster, unnamed ones too."""
    rows = Attendee.objects.standing().filter(
        signup__activity=activity, signup__covers_course=True, signup__state=Signup.State.CONFIRMED
    )
    return rows.select_related("signup").order_by("signup__placed_at", "signup", "position")


def trainees(activity: Activity) -> QuerySet[Attendee]:
    """Those who are one person each: of others nobody can say who they are."""
    return lines(activity).filter(size=1)


def name_of(attendee: Attendee) -> str:
    """Empty where it is not known, or was erased."""
    alone = attendee.signup.size == 1
    return attendee.name or (attendee.signup.contact_name if alone else "")


def board(course: Course, lessons: Sequence[Taught], attendees: Iterable[Attendee]) -> list[Standing]:
    """How these trainees stand: five queries however many. Each comes with its sign-up."""
    people = list(attendees)
    ids = [one.pk for one in people]
    seen = _seen([one.session.pk for one in lessons], people)
    results = {
        row.attendee_id: row for row in CourseResult.objects.filter(attendee__in=ids).select_related("decided_by")
    }
    held = Certificate.objects.filter(attendee__in=ids, state=Certificate.State.ISSUED)
    certificates = {row.attendee_id: row for row in held}
    all_hours = whole(lessons)
    rows = []
    for one in people:
        marks = [rule.mark(seen.get((one.pk, lesson.session.pk), _NOTHING)) for lesson in lessons]
        cells = tuple(Cell(how, lesson.hours) for how, lesson in zip(marks, lessons, strict=True))
        hours = rule.earned((cell.hours, cell.mark) for cell in cells)
        rows.append(
            Standing(
                attendee=one,
                name=name_of(one),
                unit=one.village or one.signup.unit,
                cells=cells,
                hours=hours,
                percent=rule.percent(hours, all_hours),
                by_rule=rule.completes(hours, all_hours, course.required_share),
                result=results.get(one.pk),
                certificate=certificates.get(one.pk),
            )
        )
    return rows


_NOTHING = Seen()


def _seen(sessions: list[int], people: list[Attendee]) -> dict[tuple[int, int], Seen]:
    """By (attendee, session), from three queries."""
    ids = [one.pk for one in people]
    came = Attendance.objects.filter(session__in=sessions, attendee__in=ids)
    present = {(row[0], row[1]): row[2] for row in came.values_list("attendee", "session", "grade")}
    said = Correction.objects.filter(session__in=sessions, attendee__in=ids).order_by("at", "pk")
    words = {(row[0], row[1]): row[2] for row in said.values_list("attendee", "session", "kind")}
    own, relatives = _scans(sessions, people)
    found = {}
    for key in present.keys() | words.keys():
        found[key] = Seen(
            present=key in present,
            confirmed=present.get(key) not in {None, Attendance.Grade.SCANNED},
            own=own.get(key, 0),
            substitute=relatives.get(key, 0),
            leave=words.get(key) == Correction.Kind.LEAVE,
        )
    return found


def _scans(
    sessions: list[int], people: list[Attendee]
) -> tuple[dict[tuple[int, int], int], dict[tuple[int, int], int]]:
    """How often each was scanned in at a lesson, and how often a relative was, by (attendee, session). Scans of a sign-up's
    own ticket are those of its lines that have no scans of their own."""
    signups = {one.signup_id for one in people}
    rows = ScanOutcome.objects.filter(
        Q(scan__ticket__signup__in=signups) | Q(decision__signup__in=signups),
        session__in=sessions,
        outcome__in=[ScanOutcome.Outcome.COUNTED, ScanOutcome.Outcome.DUPLICATE],
        scan__direction="entry",
    ).values_list(
        "session",
        "scan__ticket__signup",
        "scan__ticket__attendee",
        "decision__ticket__signup",
        "decision__ticket__attendee",
        "scan__facts",
    )
    counted: dict[tuple[int, int | None, int], list[int]] = defaultdict(lambda: [0, 0])
    for session, signup, attendee, decided, decided_attendee, facts in rows:
        place = (decided, decided_attendee, session) if decided else (signup, attendee, session)
        counted[place][bool(facts.get("substitute"))] += 1
    own: dict[tuple[int, int], int] = {}
    relatives: dict[tuple[int, int], int] = {}
    for one in people:
        for session in sessions:
            there = counted.get((one.signup_id, one.pk, session)) or counted.get((one.signup_id, None, session))
            if there:
                own[one.pk, session], relatives[one.pk, session] = there
    return own, relatives


@dataclass(frozen=True, slots=True)
class Changed:
    """A trainee whose hours are no longer those that were frozen. `before` is None: not on the list then."""

    standing: Standing
    before: Decimal | None


def changed_since(course: Course) -> list[Changed]:
    """Whom late scans and corrections concern, once a course is closed: late sign-ups too."""
    if course.closed_at is None:
        return []
    rows = board(course, timetable(course), trainees(course.activity))
    return [
        Changed(row, row.result.hours if row.result else None)
        for row in rows
        if row.result is None or (row.result.hours, row.result.by_rule) != (row.hours, row.by_rule)
    ]


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is not there and perhaps should be. It warns and blocks nothing."""

    code: str
    people: int = 0
    session: Session | None = None


def gaps(course: Course, lessons: Sequence[Taught], *, over_by: datetime.datetime) -> list[Gap]:
    """What is missing before a course opens or closes, in three queries. `over_by`: the moment of asking."""
    found: list[Gap] = []
    roster = lines(course.activity).order_by()
    people = list(roster.values_list("size", "name", "signup__size", "signup__contact_name", "erased_at"))
    if not lessons:
        found.append(Gap("no_lesson"))
    if not people:
        found.append(Gap("no_trainee"))
    nameless = sum(
        size for size, name, of_signup, contact, erased in people
        if not name and erased is None and not (of_signup == 1 and contact)
    )  # fmt: skip
    if nameless:
        found.append(Gap("nameless", people=nameless))
    if course.period_number is None:
        found.append(Gap("no_period_number"))
    found += [Gap("no_teacher", session=one.session) for one in lessons if not one.teacher]
    if course.opened_at is None:
        return found
    ids = [one.session.pk for one in lessons]
    came = dict(Attendance.objects.filter(session__in=ids).values_list("session").annotate(n=Sum("present")).order_by())
    pending = ScanOutcome.objects.filter(session__in=ids, scan__withdrawal=None).exclude(why="")
    undecided = set(pending.values_list("session", flat=True))
    for one in lessons:
        if one.session.ends_at > over_by:
            found.append(Gap("not_over", session=one.session))
        elif not came.get(one.session.pk):
            found.append(Gap("nobody_checked_in", session=one.session))
        if one.session.pk in undecided:
            found.append(Gap("undecided", session=one.session))
    return found
