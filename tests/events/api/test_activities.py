"""Activities over REST: listing, planning, changing, publishing."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from events.models import Activity
from tests import factories
from tests.events.api import asking

URL = f"{asking.V1}/activities"


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.fixture
def plan(coming: factories.World) -> factories.World:
    """Three public activities beside a draft; the world's own, 食品安全讲座, is open for sign-up."""
    town = factories.region(parent=factories.city())
    village = factories.region("429006104201", "汪场社区", "village", parent=town)
    base = factories.organization("base", parent=coming.lead, kind="base")
    weeks = factories.campaign(coming.lead, name="科技周", kind="st_week", year=2025)
    factories.activity(
        weeks, name="展板巡展", form="exhibition", signup_by="none", region=town, audiences=["farmers", "public"],
        starts_on=day("2025-05-20"), ends_on=day("2025-05-27"), state="held",
    )  # fmt: skip
    visit = factories.activity(
        weeks, name="基地参观", form="visit", organization=base, audiences=["youth"], signup_by="none"
    )
    at = datetime.datetime(2025, 6, 1, 1, tzinfo=datetime.UTC)
    factories.session(visit, at, region=village)
    factories.activity(weeks, name="未定讲座", state="draft")
    return coming


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, {"食品安全讲座", "展板巡展", "基地参观"}),
        ({"kind": "st_week"}, {"展板巡展", "基地参观"}),
        ({"form": "exhibition"}, {"展板巡展"}),
        ({"organization": "base"}, {"基地参观"}),
        ({"state": "held"}, {"展板巡展"}),
        ({"state": "draft"}, set()),
        ({"audience": "farmers"}, {"展板巡展"}),
        ({"audience": "youth"}, {"基地参观"}),
        ({"audience": "elderly"}, set()),
        ({"open": "true"}, {"食品安全讲座"}),
        ({"open": "false"}, {"展板巡展", "基地参观"}),
        ({"search": "参观"}, {"基地参观"}),
        ({"region": "429006104000"}, {"展板巡展", "基地参观"}),
        ({"region": "429006104201"}, {"基地参观"}),
        ({"region": "429006000000"}, {"展板巡展"}),
        ({"from": "2025-05-27", "until": "2025-12-31"}, {"展板巡展", "基地参观"}),
        ({"from": "2025-05-28", "until": "2025-12-31"}, {"基地参观"}),
        ({"until": "2025-05-20"}, {"展板巡展"}),
        ({"until": "2025-05-19"}, set()),
        ({"form": "visit", "organization": "tianmen"}, set()),
    ],
)
def test_activities_are_narrowed_by_each_filter(
    anybody: APIClient, plan: factories.World, asked: dict[str, Any], names: set[str]
) -> None:
    assert set(asking.results(anybody.get(URL, asked))) == names


def test_activities_are_narrowed_by_their_campaign(anybody: APIClient, plan: factories.World) -> None:
    assert asking.results(anybody.get(URL, {"campaign": plan.campaign.pk})) == ["食品安全讲座"]
    assert asking.results(anybody.get(URL, {"campaign": plan.campaign.pk + 1000})) == []


def test_activities_are_sorted_both_ways(anybody: APIClient, plan: factories.World) -> None:
    by_day = ["展板巡展", "基地参观", "食品安全讲座"]

    assert asking.results(anybody.get(URL, {"ordering": "starts_on"})) == by_day
    assert asking.results(anybody.get(URL, {"ordering": "-starts_on"})) == by_day[::-1]
    assert asking.results(anybody.get(URL, {"ordering": "name"})) == sorted(by_day)
    assert asking.results(anybody.get(URL, {"ordering": "-name"})) == sorted(by_day, reverse=True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("campaign", "first"),
        ("campaign", "0"),
        ("campaign", str(2**63)),
        ("kind", "party"),
        ("form", "dance"),
        ("region", "429"),
        ("region", "a\x00b"),
        ("state", "lost"),
        ("audience", "cats"),
        ("open", "1"),
        ("from", "2026-02-30"),
        ("until", "9999-12-31"),
        ("search", "很" * 101),
        ("organization", "x" * 41),
        ("ordering", "-id"),
    ],
)
def test_a_filter_that_cannot_be_read_is_refused_by_its_name(
    anybody: APIClient, db: None, name: str, value: str
) -> None:
    asking.refusal(anybody.get(URL, {name: value}), 400, "invalid", name)


def test_a_draft_is_not_found_by_the_public_nor_by_another_organization(
    anybody: APIClient, owner: APIClient, stranger: APIClient, plan: factories.World
) -> None:
    draft = Activity.objects.get(name="未定讲座")

    asking.own_reach_only(URL, draft, "未定讲座", owner=owner, outside=(anybody, stranger))
    assert owner.get(f"{URL}/{draft.pk}").json()["state"] == "draft"


def test_a_published_activity_of_a_draft_campaign_is_not_public(anybody: APIClient, coming: factories.World) -> None:
    hidden = factories.activity(factories.campaign(coming.lead, state="draft"), name="早了")

    asking.refusal(anybody.get(f"{URL}/{hidden.pk}"), 404, "not_found")
    assert "早了" not in asking.results(anybody.get(URL))


@pytest.mark.parametrize("more", [0, 3])
def test_a_list_of_activities_takes_six_queries_however_long_it_is(
    owner: APIClient, coming: factories.World, django_assert_num_queries: Any, more: int
) -> None:
    base = factories.organization("base", parent=coming.lead)
    for number in range(more):
        factories.activity(coming.campaign, name=f"讲座{number}", audiences=["youth"], co_organizers=[base])

    # The token, its maker's roles, how many there are, the page, who joins in, for whom they are made.
    with django_assert_num_queries(6):
        assert len(asking.results(owner.get(URL))) == 1 + more


def new(coming: factories.World, **values: Any) -> dict[str, Any]:
    return {"campaign": coming.campaign.pk, "organization": "tianmen", "name": "急救培训", "form": "training"} | values


def test_an_activity_is_planned_whole(owner: APIClient, coming: factories.World) -> None:
    town = factories.region()
    factories.organization("base", parent=coming.lead)
    values = {
        "signup_by": "course", "mode": "onsite", "summary": "心肺复苏", "starts_on": "2027-03-01", "ends_on": "2027-03-05",
        "date_precision": "day", "place": "文化站", "region": town.code,
        "expected_people": 60, "contact_name": "程老师", "contact_phone": "0728-5220000", "co_organizers": ["base"],
    }  # fmt: skip
    groups = ["farmers", "elderly"]
    answer = owner.post(URL, new(coming, **values, audiences=groups, checks_out=True, calls_the_roll=True))

    assert answer.status_code == 201
    body = answer.json()
    assert {name: body[name] for name in values} == values
    assert set(body["audiences"]) == set(groups)
    assert (body["state"], body["region_name"], body["campaign_name"]) == ("draft", town.name, coming.campaign.name)
    made = Activity.objects.get(pk=body["id"])
    assert (made.checks_out, made.calls_the_roll, made.filled_in_by) == (True, True, coming.owner.user)
    assert owner.get(f"{URL}/{made.pk}").json() == body


def test_audiences_named_twice_count_once(owner: APIClient, coming: factories.World) -> None:
    answer = owner.post(URL, new(coming, audiences=["farmers", "farmers"]))

    assert answer.json()["audiences"] == ["farmers"]


@pytest.mark.parametrize("known", ["starts_on", "ends_on"])
def test_one_day_alone_is_a_span_of_one_day(owner: APIClient, coming: factories.World, known: str) -> None:
    answer = owner.post(URL, new(coming, **{known: "2027-03-01"}))

    assert answer.status_code == 201
    assert (answer.json()["starts_on"], answer.json()["ends_on"]) == ("2027-03-01", "2027-03-01")


@pytest.mark.parametrize("known", ["starts_on", "ends_on"])
def test_one_day_given_later_to_an_activity_without_days_is_a_span_of_one_day(
    owner: APIClient, coming: factories.World, known: str
) -> None:
    bare = factories.activity(coming.campaign)
    answer = owner.patch(f"{URL}/{bare.pk}", {known: "2027-03-01"})

    assert answer.status_code == 200
    assert (answer.json()["starts_on"], answer.json()["ends_on"]) == ("2027-03-01", "2027-03-01")


@pytest.mark.parametrize("forgotten", ["starts_on", "ends_on"])
def test_one_day_taken_away_takes_the_other_along(owner: APIClient, coming: factories.World, forgotten: str) -> None:
    dated = factories.activity(coming.campaign, starts_on=day("2027-03-01"), ends_on=day("2027-03-02"))
    answer = owner.patch(f"{URL}/{dated.pk}", {forgotten: None})

    assert answer.status_code == 200
    assert (answer.json()["starts_on"], answer.json()["ends_on"]) == (None, None)


def test_one_end_of_a_span_is_changed_alone(owner: APIClient, coming: factories.World) -> None:
    dated = factories.activity(coming.campaign, starts_on=day("2027-03-01"), ends_on=day("2027-03-02"))
    address = f"{URL}/{dated.pk}"

    assert owner.patch(address, {"ends_on": "2027-03-05"}).json()["starts_on"] == "2027-03-01"
    asking.refusal(owner.patch(address, {"starts_on": "2027-03-06"}), 400, "dates_reversed", "ends_on")


def test_what_is_not_sent_of_an_activity_stays(owner: APIClient, coming: factories.World) -> None:
    lecture = factories.activity(coming.campaign, summary="原来的", audiences=["youth", "farmers"])
    answer = owner.patch(f"{URL}/{lecture.pk}", {"name": "新名字", "audiences": ["farmers", "elderly"]})

    assert (answer.json()["name"], answer.json()["summary"]) == ("新名字", "原来的")
    assert set(answer.json()["audiences"]) == {"farmers", "elderly"}
    assert owner.patch(f"{URL}/{lecture.pk}", {}).json()["name"] == "新名字"


def test_an_activity_moves_along_its_states_and_nowhere_else(owner: APIClient, coming: factories.World) -> None:
    address = f"{URL}/{coming.activity.pk}/state"

    assert owner.post(address, {"state": "called_off"}).json()["state"] == "called_off"
    asking.refusal(owner.post(address, {"state": "published"}), 409, "cannot_change_state")


def test_an_activity_of_ones_own_may_join_a_public_campaign_of_another(
    stranger: APIClient, coming: factories.World
) -> None:
    hidden = factories.campaign(coming.lead, state="draft")

    assert stranger.post(URL, new(coming, organization="elsewhere")).status_code == 201
    asking.refusal(stranger.post(URL, new(coming, organization="elsewhere", campaign=hidden.pk)), 404, "not_found")
    asking.refusal(stranger.post(URL, new(coming)), 404, "not_found")


def test_another_organizations_activity_looks_like_none_to_whoever_would_change_it(
    stranger: APIClient, anybody: APIClient, coming: factories.World
) -> None:
    before = asking.rows_of_all_tables()
    address = f"{URL}/{coming.activity.pk}"

    for client, status, code in ((stranger, 404, "not_found"), (anybody, 401, "not_signed_in")):
        asking.refusal(client.patch(address, {"name": "x"}), status, code)
        asking.refusal(client.post(f"{address}/state", {"state": "held"}), status, code)

    assert asking.rows_of_all_tables() == before
    coming.activity.refresh_from_db()
    assert (coming.activity.name, coming.activity.state) == ("食品安全讲座", "published")
