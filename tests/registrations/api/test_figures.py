"""What people enter beyond who was checked in, over REST: headcounts, outputs, statements, figures handed in."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from events.models import History
from registrations.models import Headcount
from tests import factories
from tests.events.api import asking

NOW = "2026-11-24T10:00:00+08:00"
HEADS = {"people": 40, "basis": "everyone", "method": "counted", "counted_by": "程老师", "counted_at": NOW}
LEAFLETS = {"measure": "leaflets", "number": 200}
STATED = {"measure": "attendance", "number": 500, "bound": "at_least", "phrase": "4期，500多人"}


def addresses(world: factories.World) -> dict[str, tuple[str, dict[str, Any]]]:
    """Where each kind is entered, and one of it that fits."""
    return {
        "headcounts": (f"{asking.V1}/sessions/{world.session.pk}/headcounts", HEADS),
        "outputs": (f"{asking.V1}/activities/{world.activity.pk}/outputs", LEAFLETS),
        "statements": (f"{asking.V1}/activities/{world.activity.pk}/statements", STATED),
        "reported": (f"{asking.V1}/organizations/tianmen/reported-figures", REPORTED),
    }


REPORTED = {
    "reporter_name": "汪场镇科协", "region": "429006000000", "period_start": "2026-01-01", "period_end": "2026-06-30",
    "measure": "notice_boards", "number": 12, "bound": "exact", "phrase": "新建科普宣传栏12个",
}  # fmt: skip
KINDS = ["headcounts", "outputs", "statements", "reported"]
WITHDRAWABLE = KINDS[:3]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_entered_is_listed_as_it_was_answered(owner: APIClient, coming: factories.World, kind: str) -> None:
    address, body = addresses(coming)[kind]
    answer = owner.post(address, body)

    assert answer.status_code == 201, answer.json()
    assert {name: answer.json()[name] for name in body} == body
    assert owner.get(address).json()["results"] == [answer.json()]
    assert History.objects.filter(user=coming.owner.user).count() >= 1


@pytest.mark.parametrize("kind", WITHDRAWABLE)
def test_what_is_taken_back_stays_on_record_and_can_be_entered_anew(
    owner: APIClient, coming: factories.World, kind: str
) -> None:
    address, body = addresses(coming)[kind]
    made = owner.post(address, body).json()
    assert made["withdrawn_at"] is None
    back = owner.post(f"{asking.V1}/{kind}/{made['id']}/withdraw")

    assert back.status_code == 200
    assert back.json()["withdrawn_at"]
    assert owner.post(f"{asking.V1}/{kind}/{made['id']}/withdraw").json() == back.json()
    assert owner.post(address, body).status_code == 201
    assert [bool(row["withdrawn_at"]) for row in owner.get(address).json()["results"]] == [True, False]


@pytest.mark.parametrize("kind", WITHDRAWABLE)
def test_only_who_records_takes_something_back_and_anothers_looks_like_none(
    anybody: APIClient, owner: APIClient, reader: APIClient, stranger: APIClient, coming: factories.World, kind: str
) -> None:
    address, body = addresses(coming)[kind]
    number = owner.post(address, body).json()["id"]
    before = asking.rows_of_all_tables()

    for client, status, code in (
        (anybody, 401, "not_signed_in"),
        (reader, 403, "not_allowed"),
        (stranger, 404, "not_found"),
    ):
        asking.refusal(client.post(f"{asking.V1}/{kind}/{number}/withdraw"), status, code)
    asking.refusal(owner.post(f"{asking.V1}/{kind}/{number + 1000}/withdraw"), 404, "not_found")
    assert asking.rows_of_all_tables() == before


@pytest.mark.parametrize("kind", KINDS)
def test_only_who_records_enters_and_only_who_reads_figures_lists(
    anybody: APIClient, owner: APIClient, reader: APIClient, stranger: APIClient, coming: factories.World, kind: str
) -> None:
    address, body = addresses(coming)[kind]
    volunteer = asking.program(factories.actor(coming.lead, "volunteer"), coming.lead)
    before = asking.rows_of_all_tables()

    assert reader.get(address).json()["total"] == 0
    asking.refusal(reader.post(address, body), 403, "not_allowed")
    for client, status, code in (
        (anybody, 401, "not_signed_in"),
        (volunteer, 403, "not_allowed"),
        (stranger, 404, "not_found"),
    ):
        asking.refusal(client.get(address), status, code)
        asking.refusal(client.post(address, body), status, code)
    assert asking.rows_of_all_tables() == before


QUERIES = {"headcounts": 6, "outputs": 7, "statements": 6, "reported": 6}
"""The token, its maker's roles, what it belongs to, whether its figures are seen, how many, the page; of outputs also
their sessions."""


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [1, 4])
def test_a_list_takes_the_same_queries_however_long_it_is(
    owner: APIClient, coming: factories.World, django_assert_num_queries: Any, kind: str, size: int
) -> None:
    address, body = addresses(coming)[kind]
    groups = ["", "youth", "farmers", "elderly"]
    measures = ["attendance", "leaflets", "schools", "media"]
    for number in range(size):
        own = {
            "headcounts": {"audience_group": groups[number]},
            "outputs": {"sessions": [coming.session.pk]},
            "statements": {"measure": measures[number]},
            "reported": {},
        }[kind]
        assert owner.post(address, body | own).status_code == 201

    with django_assert_num_queries(QUERIES[kind]):
        assert len(asking.results(owner.get(address), "id")) == size
    asking.refusal(owner.get(address, {"page": 2}), 404, "not_found")
    asking.refusal(owner.get(address, {"page_size": 0}), 400, "invalid", "page_size")


@pytest.mark.parametrize(
    ("kind", "values", "code", "fields"),
    [
        ("headcounts", {"people": -1}, "invalid", ["people"]),
        ("headcounts", {"people": 2**31}, "invalid", ["people"]),
        ("headcounts", {"people": "forty"}, "invalid", ["people"]),
        ("headcounts", {"basis": "some"}, "invalid", ["basis"]),
        ("headcounts", {"method": "guessed"}, "invalid", ["method"]),
        ("headcounts", {"bound": "unknown"}, "invalid", ["bound"]),
        ("headcounts", {"counted_by": ""}, "invalid", ["counted_by"]),
        ("headcounts", {"counted_by": "\x00"}, "invalid", ["counted_by"]),
        ("headcounts", {"counted_at": "noon"}, "invalid", ["counted_at"]),
        ("headcounts", {"counted_at": "0001-01-01T00:00"}, "invalid", ["counted_at"]),
        ("headcounts", {"audience_group": "cats"}, "invalid", ["audience_group"]),
        ("headcounts", {"how": "长" * 201}, "invalid", ["how"]),
        ("outputs", {"measure": "joy"}, "unknown_measure", ["measure"]),
        ("outputs", {"measure": "x" * 25}, "invalid", ["measure"]),
        ("outputs", {"measure": ["leaflets"]}, "invalid", ["measure"]),
        ("outputs", {"number": None}, "invalid", ["number"]),
        ("outputs", {"number": 1.5}, "invalid", ["number"]),
        ("outputs", {"number": 10**12}, "invalid", ["number"]),
        ("outputs", {"bound": "unknown"}, "invalid", ["bound"]),
        ("outputs", {"sessions": [2**63 - 1]}, "session_elsewhere", ["sessions"]),
        ("outputs", {"sessions": [0]}, "invalid", ["sessions.0"]),
        ("outputs", {"note": "长" * 201}, "invalid", ["note"]),
        ("statements", {"measure": "joy"}, "unknown_measure", ["measure"]),
        ("statements", {"number": None}, "number_missing", ["number"]),
        ("statements", {"bound": "unknown"}, "number_missing", ["number"]),
        ("statements", {"bound": "exactly"}, "invalid", ["bound"]),
        ("statements", {"effect": "doubles"}, "invalid", ["effect"]),
        ("statements", {"phrase": ""}, "invalid", ["phrase"]),
        ("statements", {"phrase": "长" * 301}, "invalid", ["phrase"]),
        ("statements", {"document": 1}, "invalid", ["document"]),
        ("reported", {"measure": "joy"}, "unknown_measure", ["measure"]),
        ("reported", {"number": None}, "number_missing", ["number"]),
        ("reported", {"region": "nowhere"}, "invalid", ["region"]),
        ("reported", {"region": None}, "invalid", ["region"]),
        ("reported", {"period_start": "2026-02-30"}, "invalid", ["period_start"]),
        ("reported", {"period_end": "2025-12-31"}, "dates_reversed", ["period_end"]),
        ("reported", {"subject": "长" * 41}, "invalid", ["subject"]),
    ],
)
def test_what_cannot_be_entered_is_refused_by_its_field_and_nothing_is_written(
    owner: APIClient, coming: factories.World, kind: str, values: dict[str, Any], code: str, fields: list[str]
) -> None:
    address, body = addresses(coming)[kind]
    before = asking.rows_of_all_tables()

    asking.refusal(owner.post(address, body | values), 400, code, *fields)
    assert asking.rows_of_all_tables() == before


def test_a_group_is_counted_once_on_each_basis(owner: APIClient, coming: factories.World) -> None:
    address, body = addresses(coming)["headcounts"]
    owner.post(address, body)

    asking.refusal(owner.post(address, body | {"people": 41}), 409, "already_counted")
    assert owner.post(address, body | {"basis": "besides"}).status_code == 201
    assert owner.post(address, body | {"audience_group": "elderly"}).status_code == 201
    assert owner.post(address, body | {"audience_group": "youth", "bound": "about", "method": "estimated"}).json()[
        "bound"
    ] == "about"  # fmt: skip
    assert Headcount.objects.count() == 4


def test_an_output_is_of_the_activity_or_of_several_of_its_sessions_jointly(
    owner: APIClient, coming: factories.World
) -> None:
    second = factories.session(coming.activity, asking.soon(8))
    elsewhere = factories.session(factories.activity(coming.campaign), asking.soon())
    address, body = addresses(coming)["outputs"]

    assert owner.post(address, body).json()["sessions"] == []
    both = [coming.session.pk, second.pk]
    assert set(owner.post(address, body | {"sessions": both}).json()["sessions"]) == set(both)
    asking.refusal(
        owner.post(address, body | {"sessions": [*both, elsewhere.pk]}), 400, "session_elsewhere", "sessions"
    )


def test_one_statement_replaces_a_measure_and_others_are_added(owner: APIClient, coming: factories.World) -> None:
    address, body = addresses(coming)["statements"]
    owner.post(address, body)

    asking.refusal(owner.post(address, body), 409, "already_stated", "measure")
    assert owner.post(address, body | {"effect": "adds"}).status_code == 201
    unknown = owner.post(address, body | {"measure": "leaflets", "bound": "unknown", "number": None})
    assert (unknown.status_code, unknown.json()["number"]) == (201, None)


def test_a_session_without_a_plan_behind_it_has_no_figures(owner: APIClient, coming: factories.World) -> None:
    for what in ("sessions/0/headcounts", "activities/0/outputs", "activities/0/statements"):
        asking.refusal(owner.get(f"{asking.V1}/{what}"), 404, "not_found")
    asking.refusal(owner.get(f"{asking.V1}/organizations/nobody/reported-figures"), 404, "not_found")


def test_figures_entered_today_carry_todays_time(owner: APIClient, coming: factories.World) -> None:
    address, body = addresses(coming)["outputs"]

    assert owner.post(address, body).json()["entered_at"][:10] == timezone.localdate().isoformat()
