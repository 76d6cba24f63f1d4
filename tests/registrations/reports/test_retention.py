import datetime

import pytest
from django.db.models import Q

from registrations.operations import privacy
from registrations.reports import retention
from tests import factories

#: The lecture of `world` is on 2026-11-24: its names are due on the 181st day after.
LAST, DUE = datetime.date(2027, 5, 23), datetime.date(2027, 5, 24)


@pytest.fixture
def signup(world):
    return factories.signup(world.session, factories.many(38))


def test_a_sign_up_is_due_on_the_day_after_its_180_days_and_not_sooner(world, signup):
    assert retention.preview(on=LAST).due == ()
    (one,) = retention.preview(on=DUE).due
    assert (one.activity, one.signups, one.people, one.due_on) == (world.activity, 1, 38, DUE)
    assert one.rule.days == 180
    assert not one.own_rule


def test_what_is_not_due_stands_among_what_comes_next(world, signup):
    assert [one.activity for one in retention.preview(on=LAST).coming] == [world.activity]


def test_the_kind_of_campaign_has_its_own_rule(world, now):
    campaign = factories.campaign(world.lead, kind="rural_training", name="农技培训")
    course = factories.activity(campaign, form="training", signup_by="course")
    lesson = factories.session(course, now)
    factories.signup(lesson, factories.one())
    assert retention.preview(on=datetime.date(2029, 11, 23)).due == ()
    assert retention.preview(on=datetime.date(2029, 11, 24)).due[0].rule.days == 1095


def test_an_activity_may_state_its_own_days_and_their_basis(world, signup):
    world.activity.retention_days, world.activity.retention_basis = 30, "活动通知第六条"
    world.activity.save()
    (one,) = retention.preview(on=datetime.date(2026, 12, 25)).due
    assert (one.rule.days, one.rule.zh, one.own_rule) == (30, "活动通知第六条", True)


@pytest.mark.parametrize("hold, held", [(DUE, 0), (DUE + datetime.timedelta(days=1), 1)])
def test_a_legal_hold_keeps_back_until_its_day(world, signup, hold, held):
    world.activity.legal_hold_until = hold
    world.activity.save()
    preview = retention.preview(on=DUE)
    assert (len(preview.held), len(preview.due)) == (held, 1 - held)
    assert preview.signups == 1 - held


def test_cancelled_sign_ups_are_due_too_and_erased_ones_no_more(world, now, signup):
    from registrations.operations import signups

    signups.cancel(by="participant", signup=signup, at=now - datetime.timedelta(days=1))
    assert retention.preview(on=DUE).signups == 1
    privacy.erase(by="system", signup=signup, at=now)
    assert retention.preview(on=DUE).signups == 0


def test_where_nobody_knows_the_day_the_year_of_the_campaign_counts(world, signup):
    world.activity.starts_on = world.activity.ends_on = None
    world.activity.save()
    assert retention.last_day_of(world.activity) == datetime.date(2026, 12, 31)


def test_others_activities_are_not_seen(world, signup):
    assert retention.preview(on=DUE, within=Q(organization__path="elsewhere")).due == ()


@pytest.mark.parametrize("activities", [1, 3])
def test_a_preview_takes_two_queries_however_many_activities(world, now, activities, django_assert_num_queries):
    for n in range(activities):
        lecture = factories.activity(world.campaign, name=f"讲座{n}")
        factories.signup(factories.session(lecture, now + datetime.timedelta(days=n)), factories.one(f"刘{n}"))
    with django_assert_num_queries(2):
        preview = retention.preview(on=datetime.date(2028, 1, 1))
    assert len(preview.due) == activities
