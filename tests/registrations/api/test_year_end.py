"""The year end over REST: scopes, cut-off, and where a number comes from as far as the reader may know."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from events.models import Organization
from registrations.operations import accounts
from tests import factories
from tests.events.api import asking

MAY = datetime.datetime(2025, 5, 20, 9, tzinfo=datetime.timezone(datetime.timedelta(hours=8)))


def address(code: str = "tianmen", year: int = 2025) -> str:
    return f"{asking.V1}/organizations/{code}/year-end/{year}"


@pytest.fixture
def year(coming: factories.World) -> factories.World:
    """In 2025 the association handed out 100 leaflets, a base that reports through it 10, a township below it 1,000, a
    partner in the same city 10,000; another unit reported 7 notice boards."""
    lead = coming.lead
    base = factories.organization("base", parent=lead, reports=True, kind="base")
    town = factories.organization("town", parent=lead, kind="township")
    partner = factories.organization("partner", kind="partner")
    for organization, number in ((lead, 100), (base, 10), (town, 1000), (partner, 10_000)):
        held(organization, number)
    accounts.report(
        by="test", recipient=lead, region=factories.city(), reporter_name="汪场镇", measure="notice_boards", number=7,
        bound="exact", phrase="7个", subject="notice_boards", at=timezone.now(),
        period=(datetime.date(2025, 1, 1), datetime.date(2025, 12, 31)),
    )  # fmt: skip
    return coming


def held(organization: Organization, leaflets: int) -> None:
    campaign = factories.campaign(organization, year=2025)
    show = factories.activity(campaign, name=f"{organization.code}展览", form="exhibition", region=factories.city())
    session = factories.session(show, MAY, name="机密场次")
    accounts.record_output(
        by="test", activity=show, measure="leaflets", number=leaflets, sessions=[session], at=timezone.now()
    )


def figure(body: dict[str, Any], code: str) -> dict[str, Any]:
    (found,) = [one for one in body["figures"] if one["code"] == code]
    return dict(found)


@pytest.mark.parametrize(("scope", "leaflets"), [("own", 110), ("tree", 1110), ("region", 11_110)])
def test_each_scope_holds_the_one_before(reader: APIClient, year: factories.World, scope: str, leaflets: int) -> None:
    body = reader.get(address(), {"scope": scope}).json()

    assert (body["year"], body["organization"], body["scope"], body["as_of"]) == (2025, "tianmen", scope, "2025-12-31")
    assert body["catalogue"]["code"] == "work_report"
    assert body["rules"]
    found = figure(body, "leaflets")
    assert (found["number"], found["low"], found["high"], found["bound"], found["unit"]) == (
        leaflets, leaflets, leaflets, "exact", "份",
    )  # fmt: skip
    assert found["grades"] == {"tallied": {"number": leaflets, "bound": "exact"}}
    assert found["label"] == {"zh": "发放科普宣传资料", "en": "Leaflets handed out"}


def test_what_others_reported_counts_in_the_region_only(reader: APIClient, year: factories.World) -> None:
    codes = {one["code"] for one in reader.get(address(), {"scope": "tree"}).json()["figures"]}
    assert "notice_boards" not in codes

    found = figure(reader.get(address(), {"scope": "region"}).json(), "notice_boards")
    assert (found["number"], found["grades"]) == (7, {"reported": {"number": 7, "bound": "exact"}})


def test_own_is_the_scope_where_none_is_asked_for(reader: APIClient, year: factories.World) -> None:
    assert reader.get(address()).json() == reader.get(address(), {"scope": "own"}).json()


def test_what_happened_after_the_cut_off_is_left_out(reader: APIClient, year: factories.World) -> None:
    assert figure(reader.get(address(), {"as_of": "2025-05-20"}).json(), "leaflets")["number"] == 110
    earlier = reader.get(address(), {"as_of": "2025-05-19"}).json()
    assert (earlier["as_of"], [one["code"] for one in earlier["figures"] if one["code"] == "leaflets"]) == (
        "2025-05-19", [],
    )  # fmt: skip


def test_what_nobody_recorded_is_left_out_and_not_written_as_zero(reader: APIClient, year: factories.World) -> None:
    assert reader.get(address(year=2024)).json()["figures"] == []


def test_a_running_year_is_cut_off_today(reader: APIClient, coming: factories.World) -> None:
    today = timezone.localdate()

    assert reader.get(address(year=today.year)).json()["as_of"] == today.isoformat()


def test_labels_of_records_beyond_reach_are_cut_to_organization_and_activity(
    reader: APIClient, year: factories.World
) -> None:
    body = reader.get(address(), {"scope": "region"}).json()
    labels = [record["label"] for one in body["figures"] for record in one["records"]]

    assert any("partner科协：partner展览" in label for label in labels)
    assert not any("partner展览" in label and label != "partner科协：partner展览" for label in labels)
    assert all(set(record) == {"kind", "id", "label"} for one in body["figures"] for record in one["records"])


def test_a_township_reads_its_own_year_and_not_that_of_the_association(year: factories.World) -> None:
    town = Organization.objects.get(code="town")
    client = asking.program(factories.actor(town, "reader"), town)

    assert figure(client.get(address("town")).json(), "leaflets")["number"] == 1000
    asking.refusal(client.get(address()), 404, "not_found")


def test_only_who_reads_figures_reads_the_year_end(
    anybody: APIClient, stranger: APIClient, coming: factories.World
) -> None:
    volunteer = asking.program(factories.actor(coming.lead, "volunteer"), coming.lead)

    asking.refusal(anybody.get(address()), 401, "not_signed_in")
    asking.refusal(volunteer.get(address()), 403, "not_allowed")
    asking.refusal(stranger.get(address()), 404, "not_found")


@pytest.mark.parametrize(
    ("asked", "number", "field"),
    [
        ({"scope": "world"}, 2025, "scope"),
        ({"as_of": "soon"}, 2025, "as_of"),
        ({"as_of": "2025-02-30"}, 2025, "as_of"),
        ({"as_of": "9999-12-31"}, 2025, "as_of"),
        ({}, 1948, "year"),
        ({}, 2101, "year"),
        ({}, 10**20, "year"),
    ],
)
def test_a_question_that_cannot_be_read_is_refused_by_its_field(
    owner: APIClient, coming: factories.World, asked: dict[str, str], number: int, field: str
) -> None:
    asking.refusal(owner.get(address(year=number), asked), 400, "invalid", field)


@pytest.mark.parametrize("more", [1, 4])
def test_a_year_end_takes_the_same_queries_however_much_was_held(
    owner: APIClient, coming: factories.World, django_assert_num_queries: Any, more: int
) -> None:
    for number in range(more):
        held(coming.lead, number + 1)

    # The token, its maker's roles, the organization and whether it is seen; the ledger; who came of each entry.
    with django_assert_num_queries(19):
        assert figure(owner.get(address()).json(), "leaflets")["number"] == more * (more + 1) // 2
