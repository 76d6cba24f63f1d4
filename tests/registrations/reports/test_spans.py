"""Any span of days: what belongs to it, and what is known too coarsely for it."""

from __future__ import annotations

import datetime
import io
import json

import pytest
from django.core.management import CommandError, call_command

from registrations.models import ExpertSupport
from registrations.operations import accounts
from registrations.reports import yearend
from registrations.reports.ledger import within
from tests import factories

DAY = datetime.date


def number(organization, code, start, end, *, as_of=None, scope="own", catalogue="work_report"):
    made = yearend.evaluate_span(
        organization=organization, start=start, end=end, scope=scope, as_of=as_of or end, catalogue=catalogue
    )
    line = made.line(code)
    assert line is not None
    return None if line.figure is None else line.figure.number


@pytest.mark.parametrize(
    "last, precision, start, end, inside",
    [
        (DAY(2026, 3, 31), "day", DAY(2026, 3, 31), DAY(2026, 3, 31), True),
        (DAY(2026, 3, 31), "day", DAY(2026, 4, 1), DAY(2026, 4, 30), False),
        (DAY(2026, 3, 31), "month", DAY(2026, 3, 1), DAY(2026, 3, 31), True),
        (DAY(2026, 3, 31), "month", DAY(2026, 3, 2), DAY(2026, 12, 31), False),
        (DAY(2026, 3, 31), "month", DAY(2026, 1, 1), DAY(2026, 3, 30), False),
        (DAY(2026, 12, 31), "year", DAY(2026, 1, 1), DAY(2026, 12, 31), True),
        (DAY(2026, 12, 31), "year", DAY(2026, 12, 1), DAY(2026, 12, 31), False),
        (DAY(2026, 12, 31), "year", DAY(2025, 7, 1), DAY(2027, 6, 30), True),
    ],
)
def test_what_is_known_to_a_month_or_a_year_belongs_to_spans_that_hold_all_of_it(last, precision, start, end, inside):
    assert within(last, last, precision, start, end) is inside


def test_a_session_counts_on_the_local_day_it_begins(world):
    """Nine in the morning, and half past midnight: still the day before in UTC."""
    midnight = world.session.starts_at.replace(hour=0, minute=30) + datetime.timedelta(days=1)
    factories.session(world.activity, midnight)
    day = DAY(2026, 11, 24)
    assert number(world.lead, "sessions", day, day) == 1
    assert number(world.lead, "sessions", day + datetime.timedelta(days=1), day + datetime.timedelta(days=1)) == 1
    assert number(world.lead, "sessions", DAY(2026, 11, 1), DAY(2026, 11, 30)) == 2
    assert number(world.lead, "sessions", DAY(2026, 11, 1), DAY(2026, 11, 30), as_of=day) == 1
    assert number(world.lead, "sessions", DAY(2026, 12, 1), DAY(2026, 12, 31)) is None


def test_the_months_of_a_year_add_up_to_what_is_known_to_the_day(world):
    for month in (2, 2, 7, 12):
        made = factories.activity(world.campaign, form="consultation", signup_by="none")
        session = factories.session(made, world.session.starts_at.replace(month=month, day=5))
        factories.heads(session, 10 * month)
        accounts.record_output(by="test", activity=made, measure="leaflets", number=month, at=session.ends_at)
    for code in ("sessions", "attendance", "leaflets"):
        months = [
            number(world.lead, code, *yearend.whole_period(2026, month), catalogue="monthly") or 0
            for month in range(1, 13)
        ]
        assert sum(months) == number(world.lead, code, *yearend.year_span(2026), catalogue="monthly") > 0


def test_what_is_known_to_the_month_is_in_no_week_of_it(world, now):
    made = factories.activity(
        world.campaign, form="consultation", signup_by="none", state="held",
        starts_on=DAY(2026, 3, 1), ends_on=DAY(2026, 3, 31), date_precision="month",
    )  # fmt: skip
    accounts.record_output(by="test", activity=made, measure="consultations", number=200, at=now)
    ExpertSupport.objects.create(
        organization=world.lead, activity=made, expert="王", beneficiary="村", what="防治", at=now,
        starts_on=DAY(2026, 3, 1), ends_on=DAY(2026, 3, 31), date_precision="month",
    )  # fmt: skip
    assert number(world.lead, "consultations", DAY(2026, 3, 1), DAY(2026, 3, 31)) == 200
    assert number(world.lead, "consultations", DAY(2026, 3, 25), DAY(2026, 4, 30)) is None


def test_a_years_reported_number_is_no_months(world):
    accounts.report(
        by="test", recipient=world.lead, region=world.lead.region, reporter_name="农业局", measure="attendance",
        period=yearend.year_span(2026), number=4700, bound="at_least", subject="training_citywide", phrase="4700余人次",
        at=world.session.starts_at,
    )  # fmt: skip
    span = (DAY(2026, 12, 1), DAY(2026, 12, 31))
    assert number(world.lead, "training_citywide", *span, scope="region") is None
    assert number(world.lead, "training_citywide", *yearend.year_span(2026), scope="region") == 4700


def test_a_stock_is_that_of_the_spans_last_day_also_when_it_is_asked_for_later(world):
    for change, month in ((7, 1), (-2, 9)):
        accounts.change_stock(
            by="test", organization=world.lead, measure="terminals", change=change, on=DAY(2026, month, 1),
            at=world.session.starts_at,
        )  # fmt: skip
    march = (DAY(2026, 3, 1), DAY(2026, 3, 31))
    assert number(world.lead, "terminals", *march, as_of=DAY(2026, 12, 31), catalogue="monthly") == 7
    assert number(world.lead, "terminals", *yearend.year_span(2026), catalogue="monthly") == 5


def test_the_command_takes_a_span_and_another_catalogue(world):
    factories.heads(world.session, 30)
    out = io.StringIO()
    span = ("--from", "2026-11-01", "--to", "2026-11-30", "--catalogue", "national_survey")
    call_command("yearend", "2026", *span, "--as-of", "2026-11-30", stdout=out)
    report = json.loads(out.getvalue())
    assert (report["start"], report["end"], report["catalogue"]["code"]) == (
        "2026-11-01", "2026-11-30", "national_survey",
    )  # fmt: skip
    found = {one["code"]: (one["number"], one["unit"]) for one in report["figures"]}
    assert found["lectures_times"] == (1, "次")
    assert found["lectures_people_onsite"] == (30, "人次")
    assert "lectures_people_online" not in found
    with pytest.raises(CommandError, match="before"):
        call_command("yearend", "2026", "--from", "2026-11-30", "--to", "2026-11-01")
