"""A course of the living year that is over: lessons, trainees, leave, a decision, certificates under the office's numbers."""

from __future__ import annotations

import datetime

from django.utils import timezone

from events.access import Actor
from events.models import Activity, Organization, Session
from events.operations import activities
from registrations.demo.record import SYSTEM, region
from registrations.models import Attendee
from registrations.operations import attendance, certificates, courses, session_changes, signups
from registrations.operations.courses import LessonPlan
from registrations.operations.signups import CONSENT_VERSION, Line, Party

KEY = "living-mushrooms"
PATTERN = "天科协培〔{year}〕第{n:04}号"
_DAYS = (-17, -12, -6)
_LESSONS = [
    ("平菇菌袋制作", "鲁高工", "市农业技术推广中心"),
    ("出菇期温湿度管理", "鲁高工", "市农业技术推广中心"),
    ("采收与病虫害防治", "万农艺师", "市农村函授大学"),
]
#: Invented people: who was at which lesson; «L» asked for leave.
_TRAINEES = [
    ("万春生", "+++"), ("夏荷花", "+++"), ("江水平", "++L"), ("刘长发", "+++"), ("梅秋菊", "+-+"),
    ("何大田", "+++"), ("彭小英", "+++"), ("胡金山", "L+-"), ("周桂枝", "+++"), ("程有福", "+++"),
]  # fmt: skip


def load(lead: Organization, by: Actor, at: datetime.datetime) -> None:
    """Once. It stands in the campaign of the course that is still to come."""
    sibling = Activity.objects.get(organization=lead, external_id="living-winter-greenhouse")
    if Activity.objects.filter(organization=lead, external_id=KEY).exists():
        return
    activity = activities.plan(
        by=SYSTEM,
        campaign=sibling.campaign,
        organization=lead,
        name="食用菌栽培实用技术培训班",
        form="training",
        signup_by="course",
        summary="三次课，边讲边做。学员来自汪场镇江桥村，培训后有九户准备试种平菇。",
        audiences=["farmers"],
        contact_name="科普部",
        contact_phone="0728-5220000",
        state="published",
        external_id=KEY,
        at=at,
    )
    lessons = [_lesson(activity, days, at) for days in _DAYS]
    _trainees(activity, lessons, by, at)
    plans = [LessonPlan(session, None, *words) for session, words in zip(lessons, _LESSONS, strict=True)]
    given = {"by": by, "activity": activity, "at": at}
    courses.set_lessons(lessons=plans, period_number=3, required_share=80, unit_minutes=45, **given)  # type: ignore[arg-type]  # of mixed values
    courses.open_course(**given)  # type: ignore[arg-type]  # as above
    decided = Attendee.objects.get(signup__activity=activity, name="江水平")
    courses.decide(attendee=decided, completed=True, reason="补课一次，现场考核合格", mark="85", **given)  # type: ignore[arg-type]  # as above
    courses.close(**given)  # type: ignore[arg-type]  # as above
    certificates.set_numbering(by=by, organization=lead, pattern=PATTERN, at=at)
    certificates.issue(**given)  # type: ignore[arg-type]  # as above


def _lesson(activity: Activity, days: int, at: datetime.datetime) -> Session:
    day = timezone.localdate(at) + datetime.timedelta(days=days)
    start = timezone.make_aware(datetime.datetime.combine(day, datetime.time(9)))
    return session_changes.schedule(
        by=SYSTEM,
        activity=activity,
        starts_at=start,
        ends_at=start + datetime.timedelta(hours=3),
        venue="汪场镇农业服务中心",
        region=region("429006104000"),
        capacity=40 if days == _DAYS[0] else None,
        at=at,
    )


def _trainees(activity: Activity, lessons: list[Session], by: Actor, at: datetime.datetime) -> None:
    early = lessons[0].starts_at - datetime.timedelta(days=3)
    for number, (name, came) in enumerate(_TRAINEES):
        placed = signups.place(
            by=SYSTEM,
            activity=activity,
            sessions=lessons,
            party=Party("person", (Line(name, village="江桥村"),), name, unit="汪场镇江桥村"),
            idempotency_key=f"course-{number}",
            consent=CONSENT_VERSION,
            at=early,
        )
        line = placed.signup.attendees.get()
        for session, how in zip(lessons, came, strict=True):
            if how == "+":
                attendance.correct(by=by, attendee=line, session=session, present=1, reason="纸质签到表", at=at)
            elif how == "L":
                attendance.mark_leave(by=by, attendee=line, session=session, reason="农忙请假", at=at)
