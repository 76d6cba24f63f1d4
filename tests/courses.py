"""A course of three lessons that tests stand on, and how its trainees come."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from events.access import Actor
from events.models import Activity, Session
from registrations.models import Attendee, Signup, Station
from registrations.operations import courses, records, tickets
from registrations.operations.courses import LessonPlan
from registrations.operations.signups import ticket_of
from tests import factories

DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Held:
    """`ended`: an hour after its last lesson."""

    by: Actor
    activity: Activity
    lessons: list[Session]
    station: Station
    ended: datetime.datetime

    def trainee(self, name: str = "刘桂英", **values: object) -> Signup:
        early = self.lessons[0].starts_at - 5 * DAY
        return factories.place(self.activity, self.lessons, factories.one(name, **values), early).signup

    def come(self, signup: Signup, *places: int, **values: object) -> None:
        """Scanned in at these lessons, counted from 0."""
        for place in places:
            at = self.lessons[place].starts_at
            sent = factories.scan(self.lessons[place], tickets.address(ticket_of(signup)), at, **values)
            records.receive(station=self.station, records=[sent], sent_at=at, at=at)

    def plan(self, *hours: str | None, **values: int) -> None:
        """Hours of each lesson as typed; none: those of its length. Rule and number unless said otherwise."""
        typed = hours or (None,) * len(self.lessons)
        lessons = [
            LessonPlan(one, Decimal(text) if text else None, "黄瓜栽培", "鲁老师", "高级农艺师")
            for one, text in zip(self.lessons, typed, strict=True)
        ]
        given = {"period_number": 3, "required_share": 80, "unit_minutes": 45} | values
        courses.set_lessons(by=self.by, activity=self.activity, lessons=lessons, at=self.ended, **given)

    def close(self) -> None:
        courses.open_course(by=self.by, activity=self.activity, at=self.ended)
        courses.close(by=self.by, activity=self.activity, at=self.ended)


def line(signup: Signup) -> Attendee:
    """The one person of a sign-up."""
    return signup.attendees.select_related("signup").get()


def held(world: factories.World, first: datetime.datetime, *, lessons: int = 3, **values: object) -> Held:
    """A course whose lessons of 90 minutes (2 hours of 45) are a day apart, the first of them `first`."""
    given: dict[str, object] = {"name": "设施蔬菜栽培技术培训班"} | values
    activity = factories.activity(world.campaign, form="training", signup_by="course", **given)
    days = [first + place * DAY for place in range(lessons)]
    sessions = [factories.session(activity, day, hours=1.5, capacity=60 if day == first else None) for day in days]
    station, _key = factories.station(world.owner, world.lead, at=first - DAY)
    return Held(world.owner, activity, sessions, station, sessions[-1].ends_at + datetime.timedelta(hours=1))
