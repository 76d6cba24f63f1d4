"""What reports cost: the same literal number of queries at two sizes."""

from __future__ import annotations

import datetime

import pytest

from events.models import Session
from registrations.models import Signup
from registrations.operations import accounts
from registrations.reports import attendance, missing, provenance, seats
from tests import factories
from tests.registrations.reports.counting import come, report, station

SIZES = [1, 4]


@pytest.fixture(params=SIZES)
def year(request, world):
    """A year of so many activities, each with people who came, a headcount, an output and a statement."""
    phone = station(world)
    for number in range(request.param):
        made = factories.activity(world.campaign, form="training", signup_by="course", name=f"培训班{number}")
        session = factories.session(made, world.session.starts_at + datetime.timedelta(days=1 + number))
        for one in range(request.param):
            come(phone, session, factories.signup(session, factories.one(f"学员{one}", f"1990000000{one}")))
        factories.heads(session, 30, basis="besides")
        accounts.record_output(
            by="test", activity=made, sessions=[session], measure="leaflets", number=5, at=session.ends_at
        )
        accounts.state(
            by="test", activity=made, measure="techniques", number=2, bound="exact", phrase="2项", at=session.ends_at
        )
        accounts.report(
            by="test", recipient=world.lead, region=world.lead.region, reporter_name="农业局",
            period=(datetime.date(2026, 1, 1), datetime.date(2026, 12, 31)), measure="attendance", number=50,
            bound="exact", subject="training_citywide", phrase="50人次", at=session.ends_at,
        ).overlaps.add(made)  # fmt: skip
        accounts.change_stock(
            by="test", organization=world.lead, measure="terminals", change=1, on=datetime.date(2026, 3, 1),
            at=session.ends_at,
        )  # fmt: skip
    return request.param


@pytest.mark.parametrize("scope, queries", [("own", 12), ("tree", 12), ("region", 15)])
def test_a_year_end_costs_the_same_queries_however_much_was_recorded(
    world, year, django_assert_num_queries, scope, queries
):
    with django_assert_num_queries(queries):
        made = report(world.lead, scope=scope)
        made.as_json()
        made.as_markdown()
    assert made.line("learners").figure.number == year
    assert made.line("courses").figure.number == year


def test_totals_of_sessions_cost_six_queries(world, year, django_assert_num_queries):
    sessions = list(Session.objects.select_related("activity"))
    with django_assert_num_queries(6):
        found = attendance.totals(sessions)
    assert len(found) == year + 1


def test_the_lines_of_a_session_cost_three_queries(world, year, django_assert_num_queries):
    session = Session.objects.last()
    signups = list(Signup.objects.for_session(session).select_related("activity"))
    with django_assert_num_queries(3):
        rows = attendance.lines(session, signups)
    assert len(rows) == year


def test_seats_of_sessions_cost_three_queries(world, year, django_assert_num_queries):
    rows = seats.with_seats(Session.objects.select_related("activity"))
    with django_assert_num_queries(3):
        assert [seats.of(session).capacity for session in rows] == [40] + [None] * year


def test_finding_what_is_missing_costs_six_queries(world, year, django_assert_num_queries):
    assert world.owner.reach
    with django_assert_num_queries(6):
        missing.find(world.owner, world.session.starts_at + datetime.timedelta(days=30))


def test_hiding_what_is_beyond_reach_costs_one_query_a_kind_of_record(world, year, django_assert_num_queries):
    figures = report(world.lead, scope="region").as_json()
    kinds = {record["kind"] for figure in figures["figures"] for record in figure["records"]}
    assert world.owner.reach
    with django_assert_num_queries(len(kinds)):
        provenance.within_reach(world.owner, figures)
    assert kinds == {"activity", "session", "output", "statement", "reported", "stock"}
