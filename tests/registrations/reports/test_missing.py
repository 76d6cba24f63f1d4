from __future__ import annotations

import datetime

import pytest

from registrations.models import Evidence
from registrations.operations import accounts, session_changes
from registrations.reports import missing
from tests import factories
from tests.registrations.reports.counting import come, station

DAY = datetime.timedelta(days=1)


@pytest.fixture
def after(world):
    """Two days after the session."""
    return world.session.starts_at + 2 * DAY


def find(world, at):
    return missing.find(world.owner, at)


def photo(world, number):
    return accounts.add_evidence(
        by="test", organization=world.lead, activity=world.activity, kind=Evidence.Kind.PHOTO, title=f"照片{number}",
        at=world.session.ends_at,
    )  # fmt: skip


def test_a_session_that_is_over_without_a_number_is_missing_one(world, after):
    assert find(world, world.session.ends_at - DAY).without_people == []
    found = find(world, after)
    assert (found.without_people, found.without_people_count) == ([world.session], 1)


def test_a_scan_a_headcount_or_a_statement_of_attendance_is_enough(world, after):
    counted = factories.heads(world.session, 3)
    assert find(world, after).without_people == []
    accounts.withdraw(by=world.owner, row=counted, at=after)
    assert find(world, after).without_people == [world.session]
    said = accounts.state(
        by="test", activity=world.activity, measure="attendance", number=None, bound="unknown", phrase="不详", at=after
    )
    assert find(world, after).without_people == []
    accounts.withdraw(by=world.owner, row=said, at=after)
    come(station(world), world.session, factories.signup(world.session, factories.one()))
    assert find(world, after).without_people == []


def test_a_session_called_off_or_long_ago_is_not_asked_for(world, after):
    assert find(world, after + missing.BACK).without_people == []
    session_changes.call_off(by=world.owner, session=world.session, reason="大雪", at=after)
    assert find(world, after).without_people == []


def test_an_activity_needs_two_photos(world, after):
    factories.heads(world.session, 3)
    for number in range(2):
        assert find(world, after).without_photos == [world.activity]
        photo(world, number)
    assert find(world, after).without_photos == []
    assert find(world, after).nothing


def test_drafts_that_begin_soon_are_still_to_be_published(world, now):
    draft = factories.activity(world.campaign, state="draft")
    factories.session(draft, now + 10 * DAY)
    assert find(world, now).still_draft == [draft]
    assert find(world, now - 5 * DAY).still_draft == []


def test_many_are_counted_in_full_and_shown_the_newest_first(world, now):
    for number in range(1, 12):
        factories.session(world.activity, now - number * DAY)
    found = find(world, now + DAY)
    assert found.without_people_count == 12
    assert len(found.without_people) == missing.SHOWN
    starts = [session.starts_at for session in found.without_people]
    assert starts == sorted(starts, reverse=True)
    assert not found.nothing


def test_another_organizations_gaps_are_none_of_ones_business(world, after):
    elsewhere = factories.actor(factories.organization("elsewhere"))
    assert missing.find(elsewhere, after).nothing
    reader = factories.actor(world.lead, "reader")
    assert missing.find(reader, after).nothing
