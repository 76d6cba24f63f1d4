"""Regions, organizations and resources over REST."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from events.models import Region, Resource
from events.operations import resources
from tests import factories
from tests.events.api import asking

REGIONS, ORGANIZATIONS, RESOURCES = (f"{asking.V1}/{name}" for name in ("regions", "organizations", "resources"))


@pytest.fixture
def places(db: None) -> None:
    town = factories.region(parent=factories.city())
    factories.region("429006104201", "汪场社区", "village", parent=town)


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, ["天门市", "汪场镇", "汪场社区"]),
        ({"kind": "town"}, ["汪场镇"]),
        ({"parent": "429006000000"}, ["汪场镇"]),
        ({"parent": "000000000000"}, []),
        ({"search": "汪场"}, ["汪场镇", "汪场社区"]),
        ({"search": "汪场", "kind": "village"}, ["汪场社区"]),
    ],
)
def test_regions_are_public_and_narrowed_by_each_filter(
    anybody: APIClient, places: None, asked: dict[str, Any], names: list[str]
) -> None:
    assert asking.results(anybody.get(REGIONS, asked)) == names


@pytest.mark.parametrize(("name", "value"), [("kind", "galaxy"), ("parent", "4" * 13), ("search", "a\x00b")])
def test_a_filter_of_regions_that_cannot_be_read_is_refused_by_its_name(
    anybody: APIClient, db: None, name: str, value: str
) -> None:
    asking.refusal(anybody.get(REGIONS, {name: value}), 400, "invalid", name)


@pytest.mark.parametrize("more", [0, 3])
def test_a_list_of_regions_takes_two_queries_however_long_it_is(
    anybody: APIClient, db: None, django_assert_num_queries: Any, more: int
) -> None:
    for number in range(more):
        factories.region(f"42900610400{number}", f"镇{number}", parent=factories.city())
    Region.objects.get_or_create(code="420000000000", name="湖北省", kind="province")

    # How many there are, the page.
    with django_assert_num_queries(2):
        assert len(asking.results(anybody.get(REGIONS))) == 1 + more + bool(more)


@pytest.fixture
def tree(coming: factories.World, places: None) -> factories.World:
    """Below the association a base in a town."""
    factories.organization("base", parent=coming.lead, kind="base", where=Region.objects.get(code="429006104000"))
    return coming


def test_organizations_are_public_where_they_lead_something_public(
    anybody: APIClient, owner: APIClient, stranger: APIClient, coming: factories.World
) -> None:
    factories.organization("base", parent=coming.lead)

    assert asking.results(anybody.get(ORGANIZATIONS), "code") == ["tianmen"]
    assert asking.results(owner.get(ORGANIZATIONS), "code") == ["tianmen", "base"]
    assert set(asking.results(stranger.get(ORGANIZATIONS), "code")) == {"tianmen", "elsewhere"}
    asking.refusal(anybody.get(f"{ORGANIZATIONS}/base"), 404, "not_found")
    asking.refusal(stranger.get(f"{ORGANIZATIONS}/base"), 404, "not_found")
    assert owner.get(f"{ORGANIZATIONS}/base").json()["parent"] == "tianmen"


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ({}, {"tianmen", "base"}),
        ({"kind": "base"}, {"base"}),
        ({"region": "429006104000"}, {"base"}),
        ({"region": "429006000000"}, {"tianmen", "base"}),
        ({"search": "base"}, {"base"}),
    ],
)
def test_organizations_are_narrowed_by_each_filter(
    owner: APIClient, tree: factories.World, asked: dict[str, Any], codes: set[str]
) -> None:
    assert set(asking.results(owner.get(ORGANIZATIONS, asked), "code")) == codes


@pytest.mark.parametrize(("name", "value"), [("kind", "club"), ("region", "nowhere"), ("search", "长" * 101)])
def test_a_filter_of_organizations_that_cannot_be_read_is_refused_by_its_name(
    anybody: APIClient, db: None, name: str, value: str
) -> None:
    asking.refusal(anybody.get(ORGANIZATIONS, {name: value}), 400, "invalid", name)


@pytest.mark.parametrize("more", [0, 3])
def test_a_list_of_organizations_takes_four_queries_however_long_it_is(
    owner: APIClient, coming: factories.World, django_assert_num_queries: Any, more: int
) -> None:
    for _number in range(more):
        factories.organization(parent=coming.lead)

    # The token, its maker's roles, how many there are, the page.
    with django_assert_num_queries(4):
        assert len(asking.results(owner.get(ORGANIZATIONS))) == 1 + more


@pytest.fixture
def equipment(tree: factories.World) -> factories.World:
    base = tree.lead.children.get(code="base")
    at = asking.soon(0)
    town = Region.objects.get(code="429006104000")
    for organization, kind, name, values in [
        (tree.lead, "venue", "报告厅", {"region": town, "capacity": 200}),
        (tree.lead, "expert", "李教授", {"field": "水稻栽培", "contact_phone": "13912345678"}),
        (base, "vehicle", "流动科技馆", {}),
    ]:
        resources.add(by="test", organization=organization, kind=kind, name=name, at=at, **values)
    return tree


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, ["李教授", "流动科技馆", "报告厅"]),
        ({"kind": "venue"}, ["报告厅"]),
        ({"organization": "base"}, ["流动科技馆"]),
        ({"region": "429006104000"}, ["报告厅"]),
        ({"region": "429006000000"}, ["报告厅"]),
        ({"search": "水稻"}, ["李教授"]),
        ({"search": "科技馆"}, ["流动科技馆"]),
    ],
)
def test_resources_are_narrowed_by_each_filter(
    owner: APIClient, equipment: factories.World, asked: dict[str, Any], names: list[str]
) -> None:
    assert asking.results(owner.get(RESOURCES, asked)) == names


@pytest.mark.parametrize(("name", "value"), [("kind", "ship"), ("region", "nowhere"), ("search", "a\x00")])
def test_a_filter_of_resources_that_cannot_be_read_is_refused_by_its_name(
    owner: APIClient, name: str, value: str
) -> None:
    asking.refusal(owner.get(RESOURCES, {name: value}), 400, "invalid", name)


@pytest.mark.parametrize("more", [1, 3])
def test_a_list_of_resources_takes_four_queries_however_long_it_is(
    owner: APIClient, coming: factories.World, django_assert_num_queries: Any, more: int
) -> None:
    for number in range(more):
        resources.add(by="test", organization=coming.lead, kind="venue", name=f"{number}号厅", at=asking.soon(0))

    # The token, its maker's roles, how many there are, the page.
    with django_assert_num_queries(4):
        assert len(asking.results(owner.get(RESOURCES))) == more


def test_resources_are_for_ones_own_reach_only(
    anybody: APIClient, stranger: APIClient, equipment: factories.World
) -> None:
    asking.refusal(anybody.get(RESOURCES), 401, "not_signed_in")
    assert asking.results(stranger.get(RESOURCES)) == []


def test_an_experts_phone_is_taken_and_never_given_out(owner: APIClient, coming: factories.World) -> None:
    town = factories.region()
    sent = {
        "organization": "tianmen", "kind": "expert", "name": "王教授", "quantity": 1, "region": town.code,
        "address": "农科院", "field": "黄桃", "affiliation": "湖北省农科院", "note": "周末有空",
    }  # fmt: skip
    answer = owner.post(RESOURCES, sent | {"contact_phone": "13912345678"})

    assert answer.status_code == 201
    body = answer.json()
    assert body == sent | {"id": body["id"], "capacity": None, "retired_on": None}
    assert Resource.objects.get(pk=body["id"]).contact_phone == "13912345678"
    assert "13912345678" not in owner.get(RESOURCES).content.decode()


def test_only_who_plans_adds_resources(coming: factories.World, stranger: APIClient) -> None:
    reader = asking.program(factories.actor(coming.lead, "reader"), coming.lead)
    sent = {"organization": "tianmen", "kind": "venue", "name": "报告厅"}
    before = asking.rows_of_all_tables()

    asking.refusal(reader.post(RESOURCES, sent), 403, "not_allowed")
    asking.refusal(stranger.post(RESOURCES, sent), 404, "not_found")
    asking.refusal(stranger.post(RESOURCES, sent | {"quantity": 0}), 400, "invalid", "quantity")

    assert asking.rows_of_all_tables() == before
