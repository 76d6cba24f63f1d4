"""What a year costs: 1,000 activities, 10,000 sessions and 200,000 attendances below one association, evaluated."""

from __future__ import annotations

import datetime
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from events.models import Activity
    from tests.bench.site import Site

ACTIVITIES, SESSIONS, PEOPLE = 1_000, 10, 20
YEAR = 2025
AT_ONCE = 5_000


def _sessions(activities: list[Activity]) -> list[Any]:
    from django.utils import timezone

    from events.models import Session

    zone = timezone.get_current_timezone()
    made = []
    for place, activity in enumerate(activities):
        for number in range(SESSIONS):
            day = datetime.date(YEAR, 1, 1) + datetime.timedelta(days=(place * 7 + number * 31) % 365)
            starts = datetime.datetime.combine(day, datetime.time(9), zone)
            made.append(
                Session(
                    activity=activity, starts_at=starts, ends_at=starts + datetime.timedelta(hours=2), local_year=YEAR,
                    venue="礼堂", changed_at=starts,
                )
            )  # fmt: skip
    return Session.objects.bulk_create(made, batch_size=AT_ONCE)


def _fill(site: Site, activities: int) -> None:
    """Rows as they would be, written in bulk: here it is reading that is measured."""
    from events.models import Activity
    from registrations.models import Attendance, Attendee, Signup
    from tests import factories

    world = site.world
    first, last = datetime.date(YEAR, 1, 1), datetime.date(YEAR, 12, 31)
    towns = [factories.organization(f"town{number}", parent=world.lead, kind="township") for number in range(26)]
    forms = ["lecture", "training", "exhibition", "visit"]
    made = Activity.objects.bulk_create(
        Activity(
            campaign=world.campaign, organization=towns[number % 26], name=f"活动{number}", form=forms[number % 4],
            starts_on=first, ends_on=last, state="held", made_at=site.later,
        )
        for number in range(activities)
    )  # fmt: skip
    sessions = _sessions(made)
    signups = Signup.objects.bulk_create(
        (
            Signup(
                activity=activity, kind="group", size=PEOPLE, manage_key_hash=f"bench{activity.pk}", placed_at=site.later,
                idempotency_key=f"bench{activity.pk}", request_digest="",
            )
            for activity in made
        ),
        batch_size=AT_ONCE,
    )  # fmt: skip
    lines = Attendee.objects.bulk_create(
        (
            Attendee(signup=signup, position=place, name=f"学员{place}", person_key=f"{signup.pk}-{place}")
            for signup in signups
            for place in range(1, PEOPLE + 1)
        ),
        batch_size=AT_ONCE,
    )
    by_activity = {signup.activity_id: lines[n * PEOPLE : (n + 1) * PEOPLE] for n, signup in enumerate(signups)}
    rows = (
        Attendance(attendee=line, session=session, present=1, grade="scanned", first_at=session.starts_at)
        for session in sessions
        for line in by_activity[session.activity_id]
    )
    Attendance.objects.bulk_create(rows, batch_size=AT_ONCE)


def show(site: Site, *, quick: bool) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from registrations.indicators import catalogue
    from registrations.reports import charts, comparison, yearend

    activities = 100 if quick else ACTIVITIES
    _fill(site, activities)
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    start, end = yearend.year_span(YEAR)
    took: dict[str, list[float]] = {code: [] for code in catalogue.CODES}
    for _turn in range(3):
        for code, times in took.items():
            with CaptureQueriesContext(connection) as seen:
                began = time.monotonic()
                report = yearend.evaluate_span(
                    organization=site.world.lead, start=start, end=end, scope="tree", as_of=end, catalogue=code
                )
                times.append(time.monotonic() - began)
    counted = report.line("attendance")
    people = counted.figure.number if counted and counted.figure else 0
    print(
        f"figures of {activities:,} activities, {activities * SESSIONS:,} sessions, {people:,} attendances (tree,"
        f" {len(seen)} queries): " + ", ".join(f"{code} {min(times):.2f} s" for code, times in took.items()),
        flush=True,
    )
    began = time.monotonic()
    comparison.of(report)
    charts.of(report.ledger)
    print(f"last year beside it and the charts: {time.monotonic() - began:.2f} s", flush=True)
