"""Every list comes in pages."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from tests import factories
from tests.events.api import asking

URL = f"{asking.V1}/campaigns"


@pytest.fixture
def five(coming: factories.World) -> factories.World:
    for number in range(4):
        factories.campaign(coming.lead, name=f"活动{number}")
    return coming


def test_pages_follow_each_other_without_a_row_twice_or_never(anybody: APIClient, five: factories.World) -> None:
    address: str | None = f"{URL}?page_size=2&ordering=year"
    seen: list[int] = []
    pages = []
    while address:
        body = anybody.get(address).json()
        pages.append((body["page"], body["size"], body["total"], len(body["results"])))
        seen += [row["id"] for row in body["results"]]
        address = body["next"]

    assert pages == [(1, 2, 5, 2), (2, 2, 5, 2), (3, 2, 5, 1)]
    assert len(set(seen)) == 5
    assert body["previous"].startswith("http://testserver/api/v1/campaigns?")
    assert anybody.get(body["previous"]).json()["page"] == 2


def test_one_page_has_neither_next_nor_previous(anybody: APIClient, five: factories.World) -> None:
    body = anybody.get(URL).json()

    assert (body["page"], body["size"], body["total"], body["next"], body["previous"]) == (1, 50, 5, None, None)


def test_an_empty_list_is_one_empty_page(anybody: APIClient, db: None) -> None:
    assert anybody.get(URL).json() == {
        "page": 1, "size": 50, "total": 0, "next": None, "previous": None, "results": [],
    }  # fmt: skip


def test_a_page_holds_at_most_two_hundred_rows(anybody: APIClient, db: None) -> None:
    assert anybody.get(URL, {"page_size": 200}).json()["size"] == 200
    asking.refusal(anybody.get(URL, {"page_size": 201}), 400, "invalid", "page_size")


@pytest.mark.parametrize("name", ["page", "page_size"])
@pytest.mark.parametrize("value", ["0", "-1", "1.5", "first", "", " 1", "١", "9" * 30, "1000001", "1\x00"])
def test_a_page_that_cannot_be_read_is_refused_by_its_name(anybody: APIClient, db: None, name: str, value: str) -> None:
    asking.refusal(anybody.get(URL, {name: value}), 400, "invalid", name)


def test_a_page_past_the_end_is_not_found(anybody: APIClient, five: factories.World) -> None:
    assert anybody.get(URL, {"page": 3, "page_size": 2}).status_code == 200
    asking.refusal(anybody.get(URL, {"page": 4, "page_size": 2}), 404, "not_found")
    asking.refusal(anybody.get(URL, {"page": 1_000_000}), 404, "not_found")


def test_the_filter_goes_along_from_page_to_page(anybody: APIClient, five: factories.World) -> None:
    first = anybody.get(URL, {"search": "活动", "page_size": 3}).json()

    assert (first["total"], anybody.get(first["next"]).json()["total"]) == (4, 4)
