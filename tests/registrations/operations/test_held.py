"""补录: entering what was held already, and planning one lecture, each in one act."""

import datetime

import pytest

from events.models import Activity, Campaign, DatePrecision, Session
from registrations.models import Evidence, Headcount, Output, SeatPool, Statement
from registrations.operations import held
from registrations.operations.accounts import FileUnfit
from registrations.operations.held import Count, Held, Planned
from tests import factories
from tests.registrations.operations.test_accounts import photo


def talk(now, **values):
    given = {
        "name": "东方社区食品安全讲座",
        "form": "lecture",
        "day": now.date() - datetime.timedelta(days=3),
        "precision": DatePrecision.DAY,
        "place": "东方社区",
        "region": None,
        "campaign": None,
    }
    return Held(**(given | values))


def record(world, now, what, photos=()):
    return held.record(by=world.owner, organization=world.lead, held=what, photos=photos, at=now)


def test_one_page_makes_campaign_activity_and_session(world, now):
    made = record(
        world,
        now,
        talk(
            now,
            people=Count(57, "exact", "57"),
            outputs=(("leaflets", Count(600, "at_least", "600余")),),
            audiences=("residents",),
        ),
        [photo(), photo("二.jpg")],
    )
    assert (made.state, made.campaign.kind, made.audiences) == ("held", Campaign.Kind.ROUTINE, ["residents"])
    session = made.sessions.get()
    assert session.venue == "东方社区"
    head = Headcount.objects.get()
    assert (head.session, head.people, head.basis, head.counted_by) == (session, 57, "everyone", str(world.owner.user))
    output = Output.objects.get()
    assert (output.number, output.bound, output.sessions.get()) == (600, "at_least", session)
    assert Evidence.objects.filter(activity=made, sessions=session).count() == 2
    assert made.entered_afterwards


def test_the_routine_work_of_a_year_is_one_shelf(world, now):
    first, second = record(world, now, talk(now)), record(world, now, talk(now, name="又一场"))
    assert first.campaign == second.campaign


def test_of_a_month_or_a_year_there_is_no_session_and_people_are_stated_in_their_words(world, now):
    made = record(world, now, talk(now, precision=DatePrecision.YEAR, people=Count(1000, "at_most", "近千人")))
    assert (made.starts_on, made.ends_on) == (datetime.date(2026, 1, 1), datetime.date(2026, 12, 31))
    assert not made.sessions.exists()
    said = Statement.objects.get()
    assert (said.measure, said.number, said.bound, said.phrase) == ("attendance", 1000, "at_most", "近千人")
    assert not Headcount.objects.exists()


def test_what_is_known_from_a_document_is_a_statement_even_with_a_day(world, now):
    record(world, now, talk(now, people=Count(900, "at_least", "900多"), counted="stated"))
    assert Statement.objects.get().number == 900
    assert not Headcount.objects.exists()


def test_not_recorded_is_not_zero(world, now):
    record(world, now, talk(now))
    assert not Headcount.objects.exists()
    assert not Statement.objects.exists()
    assert not Output.objects.exists()


def test_what_lies_ahead_was_not_held(world, now):
    with pytest.raises(held.NotHeldYet):
        record(world, now, talk(now, day=now.date() + datetime.timedelta(days=1)))
    record(world, now, talk(now, day=now.date()))


def test_one_bad_photo_writes_nothing_at_all(world, now):
    from django.core.files.uploadedfile import SimpleUploadedFile

    before = Activity.objects.count()
    bad = SimpleUploadedFile("x.jpg", b"no picture", content_type="image/jpeg")
    with pytest.raises(FileUnfit):
        record(world, now, talk(now), [photo(), bad])
    assert Activity.objects.count() == before
    assert not Evidence.objects.exists()


def test_planning_one_lecture_takes_one_page_too(world, now):
    planned = Planned(
        name="冬季健康讲座",
        form="lecture",
        starts_at=now + datetime.timedelta(days=5),
        ends_at=now + datetime.timedelta(days=5, hours=2),
        venue="竟陵街道文化中心",
        region=None,
        campaign=None,
        signup_by="session",
        capacity=80,
        state="published",
    )
    session = held.plan(by=world.owner, organization=world.lead, planned=planned, at=now)
    assert session.activity.state == "published"
    assert SeatPool.objects.get(session=session).capacity == 80
    assert session in Session.objects.open_at(now)
    assert factories.signup(session, factories.one()).state == "confirmed"
