"""Campaigns over REST: listing, planning, changing, publishing."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from events.models import Campaign, History
from tests import factories
from tests.events.api import asking

URL = f"{asking.V1}/campaigns"
NEW = {"organization": "tianmen", "name": "科技活动周", "kind": "st_week", "year": 2027}


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.fixture
def plan(coming: factories.World) -> factories.World:
    """Three public campaigns beside a draft; the world's own, 全国科普月, is open for sign-up and has no dates."""
    factories.campaign(
        coming.lead, name="科技活动周", kind="st_week", year=2025, theme="科学素质", starts_on=day("2025-05-20"),
        ends_on=day("2025-05-27"), state="held",
    )  # fmt: skip
    base = factories.organization("base", parent=coming.lead, kind="base")
    schools = factories.campaign(
        base, name="科普进校园", kind="school_visits", year=2026, starts_on=day("2026-09-01"), ends_on=day("2026-12-31")
    )
    factories.activity(schools, audiences=["minors"])
    factories.activity(schools, state="draft", audiences=["elderly"])
    factories.campaign(coming.lead, name="草案", kind="routine", state="draft", year=2026)
    return coming


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, {"全国科普月", "科技活动周", "科普进校园"}),
        ({"kind": "st_week"}, {"科技活动周"}),
        ({"organization": "base"}, {"科普进校园"}),
        ({"organization": "nobody"}, set()),
        ({"year": 2026}, {"全国科普月", "科普进校园"}),
        ({"state": "held"}, {"科技活动周"}),
        ({"state": "draft"}, set()),
        ({"audience": "minors"}, {"科普进校园"}),
        ({"audience": "elderly"}, set()),
        ({"open": "true"}, {"全国科普月"}),
        ({"open": "false"}, {"科技活动周", "科普进校园"}),
        ({"search": "科学素质"}, {"科技活动周"}),
        ({"search": "进校"}, {"科普进校园"}),
        ({"from": "2025-05-27"}, {"科技活动周", "科普进校园"}),
        ({"from": "2025-05-28"}, {"科普进校园"}),
        ({"until": "2025-05-20"}, {"科技活动周"}),
        ({"until": "2025-05-19"}, set()),
        ({"from": "2026-10-01", "until": "2026-10-31"}, {"科普进校园"}),
        ({"kind": "st_week", "year": 2026}, set()),
    ],
)
def test_campaigns_are_narrowed_by_each_filter(
    anybody: APIClient, plan: factories.World, asked: dict[str, Any], names: set[str]
) -> None:
    assert set(asking.results(anybody.get(URL, asked))) == names


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("starts_on", ["科技活动周", "科普进校园"]),
        ("-starts_on", ["科普进校园", "科技活动周"]),
        ("year", ["科技活动周", "科普进校园"]),
        ("-year", ["科普进校园", "科技活动周"]),
        ("year,-name", ["科技活动周", "科普进校园"]),
    ],
)
def test_campaigns_are_sorted_both_ways(
    anybody: APIClient, plan: factories.World, asked: str, names: list[str]
) -> None:
    found = asking.results(anybody.get(URL, {"ordering": asked, "from": "2025-01-01"}))

    assert found == names


def test_campaigns_are_sorted_by_name_both_ways(anybody: APIClient, plan: factories.World) -> None:
    forward = asking.results(anybody.get(URL, {"ordering": "name"}))

    assert forward == sorted(forward)
    assert asking.results(anybody.get(URL, {"ordering": "-name"})) == forward[::-1]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kind", "party"),
        ("year", "last"),
        ("year", "1066"),
        ("year", "9" * 30),
        ("state", "lost"),
        ("audience", "cats"),
        ("open", "yes"),
        ("from", "2026-13-01"),
        ("from", "20.5.2026"),
        ("until", "0001-01-01"),
        ("until", "soon"),
        ("search", "很" * 101),
        ("search", "a\x00b"),
        ("organization", "a\x00b"),
        ("ordering", "secret"),
    ],
)
def test_a_filter_that_cannot_be_read_is_refused_by_its_name(
    anybody: APIClient, db: None, name: str, value: str
) -> None:
    asking.refusal(anybody.get(URL, {name: value}), 400, "invalid", name)


def test_several_filters_that_cannot_be_read_are_all_named(anybody: APIClient, db: None) -> None:
    asking.refusal(anybody.get(URL, {"kind": "party", "open": "yes"}), 400, "invalid", "kind", "open")


def test_a_draft_is_seen_within_its_own_reach_only(
    anybody: APIClient, owner: APIClient, stranger: APIClient, plan: factories.World
) -> None:
    draft = Campaign.objects.get(state="draft")

    asking.own_reach_only(URL, draft, "草案", owner=owner, outside=(anybody, stranger))


def test_an_owner_sees_the_drafts_of_the_organizations_below_and_not_the_other_way_round(
    owner: APIClient, coming: factories.World
) -> None:
    base = factories.organization("base", parent=coming.lead)
    factories.campaign(base, name="基地草案", state="draft")
    factories.campaign(coming.lead, name="市级草案", state="draft")
    below = asking.program(factories.actor(base), base)

    assert {"基地草案", "市级草案"} <= set(asking.results(owner.get(URL)))
    assert "基地草案" in asking.results(below.get(URL))
    assert "市级草案" not in asking.results(below.get(URL))


@pytest.mark.parametrize("more", [0, 3])
def test_a_list_of_campaigns_takes_four_queries_however_long_it_is(
    owner: APIClient, coming: factories.World, django_assert_num_queries: Any, more: int
) -> None:
    for number in range(more):
        factories.campaign(coming.lead, name=f"活动{number}")

    # The token, its maker's roles, how many there are, the page.
    with django_assert_num_queries(4):
        assert len(asking.results(owner.get(URL))) == 1 + more


def test_a_campaign_begins_as_a_draft_with_its_makers_name_in_the_history(
    owner: APIClient, coming: factories.World
) -> None:
    base = factories.organization("base", parent=coming.lead)
    answer = owner.post(URL, NEW | {"starts_on": "2027-05-20", "ends_on": "2027-05-27", "co_organizers": ["base"]})

    assert answer.status_code == 201
    assert answer.json() == {
        "id": answer.json()["id"],
        "name": "科技活动周",
        "kind": "st_week",
        "theme": "",
        "year": 2027,
        "organization": "tianmen",
        "organization_name": coming.lead.name,
        "starts_on": "2027-05-20",
        "ends_on": "2027-05-27",
        "description": "",
        "state": "draft",
    }
    made = Campaign.objects.get(pk=answer.json()["id"])
    assert list(made.co_organizers.all()) == [base]
    assert History.objects.get(kind="events.campaign", object_id=made.pk).user == coming.owner.user


def test_what_is_not_sent_of_a_campaign_stays(owner: APIClient, coming: factories.World) -> None:
    base = factories.organization("base", parent=coming.lead)
    address = f"{URL}/{coming.campaign.pk}"

    assert owner.patch(address, {"theme": "科技改变生活", "co_organizers": ["base"]}).json()["theme"] == "科技改变生活"
    changed = owner.patch(address, {"starts_on": "2026-09-01"}).json()

    assert (changed["name"], changed["theme"], changed["starts_on"], changed["ends_on"]) == (
        "全国科普月", "科技改变生活", "2026-09-01", None,
    )  # fmt: skip
    assert list(coming.campaign.co_organizers.all()) == [base]
    assert owner.patch(address, {"co_organizers": []}).status_code == 200
    assert not coming.campaign.co_organizers.exists()


def test_a_campaign_cannot_end_before_it_starts(owner: APIClient, coming: factories.World) -> None:
    reversed_days = {"starts_on": "2027-05-20", "ends_on": "2027-05-19"}

    asking.refusal(owner.post(URL, NEW | reversed_days), 400, "dates_reversed", "ends_on")
    asking.refusal(owner.patch(f"{URL}/{coming.campaign.pk}", reversed_days), 400, "dates_reversed", "ends_on")


def test_organizations_beyond_reach_cannot_be_named_as_joining_in(owner: APIClient, coming: factories.World) -> None:
    factories.organization("hidden")

    for code in ("hidden", "nobody"):
        asking.refusal(owner.post(URL, NEW | {"co_organizers": [code]}), 400, "invalid", "co_organizers")


def test_a_campaign_moves_along_its_states_and_nowhere_else(owner: APIClient, coming: factories.World) -> None:
    address = f"{URL}/{coming.campaign.pk}/state"

    assert owner.post(address, {"state": "held"}).json()["state"] == "held"
    body = asking.refusal(owner.post(address, {"state": "draft"}), 409, "cannot_change_state")
    assert set(body["facts"]) == {"was", "wanted"}
    asking.refusal(owner.post(address, {"state": "lost"}), 400, "invalid", "state")
    asking.refusal(owner.post(address, {}), 400, "invalid", "state")


@pytest.mark.parametrize("role", ["reader", "volunteer"])
def test_who_only_reads_plans_nothing(coming: factories.World, role: str) -> None:
    reader = asking.program(factories.actor(coming.lead, role), coming.lead)
    before = asking.rows_of_all_tables()

    asking.refusal(reader.post(URL, NEW), 403, "not_allowed")
    asking.refusal(reader.patch(f"{URL}/{coming.campaign.pk}", {"theme": "x"}), 403, "not_allowed")
    asking.refusal(reader.post(f"{URL}/{coming.campaign.pk}/state", {"state": "held"}), 403, "not_allowed")

    assert asking.rows_of_all_tables() == before


def test_another_organizations_campaign_looks_like_none_to_whoever_would_change_it(
    stranger: APIClient, anybody: APIClient, coming: factories.World
) -> None:
    before = asking.rows_of_all_tables()
    address = f"{URL}/{coming.campaign.pk}"

    asking.refusal(stranger.post(URL, NEW), 404, "not_found")
    asking.refusal(stranger.patch(address, {"theme": "x"}), 404, "not_found")
    asking.refusal(stranger.post(f"{address}/state", {"state": "held"}), 404, "not_found")
    asking.refusal(anybody.post(URL, NEW), 401, "not_signed_in")
    asking.refusal(anybody.patch(address, {"theme": "x"}), 401, "not_signed_in")

    assert asking.rows_of_all_tables() == before
