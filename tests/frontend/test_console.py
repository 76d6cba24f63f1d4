"""The console's lists: history, what a volunteer sees, and what pages cost."""

import datetime

import pytest
from django.utils import timezone

from events.models import History, Role
from events.operations import people
from tests import factories
from tests.frontend.conftest import signed_in


def test_history_reads_as_sentences(world, owner, now):
    people.invite(by=world.owner, organization=world.lead, role=Role.READER, name="李", at=now)
    page = owner.get("/console/history/").content.decode()
    assert f"邀请：邀请 {History.objects.get(verb='invite').object_id}" in page
    assert "events." not in page


def test_a_volunteer_sees_the_plan_and_nobodys_name(world):
    factories.signup(world.session, factories.one())
    volunteer = signed_in(factories.user(world.lead, Role.VOLUNTEER))
    page = volunteer.get(f"/console/sessions/{world.session.pk}/").content.decode()
    assert "食品安全讲座" in page
    assert "刘" not in page


@pytest.mark.parametrize(
    "address, queries",
    [
        ("/console/", 19),
        ("/console/sessions/", 14),
        ("/console/campaigns/", 5),
        ("/console/people/", 7),
        ("/console/organizations/", 5),
        ("/console/stations/", 5),
        ("/console/history/", 5),
        ("/console/tokens/", 6),
    ],
)
@pytest.mark.parametrize("rows", [1, 6])
def test_list_pages_cost_the_same_queries_whatever_their_length(
    world, owner, now, address, queries, rows, django_assert_num_queries
):
    for n in range(rows):
        campaign = factories.campaign(world.lead, name=f"活动{n}")
        lecture = factories.activity(campaign)
        session = factories.session(lecture, timezone.now() + datetime.timedelta(days=n + 1))
        factories.signup(session, factories.one(f"学员{n}"), timezone.now())
        factories.station(world.owner, world.lead, session)
        factories.user(world.lead, Role.READER)
        factories.organization(parent=world.lead)
    with django_assert_num_queries(queries):
        owner.get(address)


@pytest.mark.parametrize("size", [1, 12])
def test_a_session_page_costs_the_same_queries_whatever_its_roster(world, owner, size, django_assert_num_queries):
    for n in range(size):
        factories.signup(world.session, factories.one(f"学员{n}"))
    with django_assert_num_queries(24):
        owner.get(f"/console/sessions/{world.session.pk}/")
