"""Figures of any span, own indicators, targets, returns and told numbers over REST."""

from __future__ import annotations

import datetime
import hashlib
import json
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from registrations.operations import accounts
from tests import factories
from tests.events.api import asking

MAY = datetime.datetime(2025, 5, 20, 9, tzinfo=datetime.timezone(datetime.timedelta(hours=8)))
YEAR = {"start": "2025-01-01", "end": "2025-12-31"}


def lead(name: str) -> str:
    return f"{asking.V1}/organizations/tianmen/{name}"


@pytest.fixture
def held(coming: factories.World) -> factories.World:
    """In May 2025: a lecture of 40 people with 100 leaflets."""
    made = factories.activity(factories.campaign(coming.lead, year=2025), name="讲座")
    session = factories.session(made, MAY)
    factories.heads(session, 40)
    accounts.record_output(
        by="test", activity=made, measure="leaflets", number=100, sessions=[session], at=timezone.now()
    )
    return coming


def numbers(body: dict[str, Any]) -> dict[str, Any]:
    return {one["code"]: one["number"] for one in body["figures"]}


def sent(client: APIClient, address: str, status: int = 201, **body: Any) -> Any:
    answer = client.post(address, body, format="json")
    assert answer.status_code == status, answer.json()
    return answer.json()


def test_any_span_is_evaluated_by_any_catalogue(reader: APIClient, held: factories.World) -> None:
    month = {"start": "2025-05-01", "end": "2025-05-31", "catalogue": "monthly"}
    body = reader.get(lead("figures"), month).json()
    assert (body["start"], body["end"], body["as_of"]) == ("2025-05-01", "2025-05-31", "2025-05-31")
    assert numbers(body) == {"activities": 1, "sessions": 1, "attendance": 40, "leaflets": 100}
    june = reader.get(lead("figures"), month | {"start": "2025-06-01", "end": "2025-06-30"}).json()
    assert numbers(june) == {}


@pytest.mark.parametrize(
    ("asked", "code", "field"),
    [
        ({"start": "2025-01-01"}, "invalid", "end"),
        ({"start": "2025-02-01", "end": "2025-01-01"}, "period_reversed", "end"),
        (YEAR | {"catalogue": "nothing"}, "invalid", "catalogue"),
    ],
)
def test_a_span_that_cannot_be_meant_is_refused_by_its_field(
    reader: APIClient, held: factories.World, asked: dict[str, str], code: str, field: str
) -> None:
    asking.refusal(reader.get(lead("figures"), asked), 400, code, field)


@pytest.mark.parametrize("more", [1, 4])
def test_figures_of_a_span_take_the_same_queries_however_much_was_held(
    owner: APIClient, held: factories.World, django_assert_num_queries: Any, more: int
) -> None:
    for _number in range(more):
        session = factories.session(factories.activity(held.campaign), MAY)
        factories.heads(session, 5)
    with django_assert_num_queries(18):
        owner.get(lead("figures"), YEAR)


def test_an_own_indicator_stands_in_the_catalogue_and_counts(owner: APIClient, held: factories.World) -> None:
    body = {"section": "campaigns", "label": "线下讲座", "definition": "到现场听讲座"}
    rule = {"sum": "attendance", "where": {"form": ["lecture"], "mode": ["onsite"]}}
    made = sent(owner, lead("indicators"), rule=rule, **body)
    assert (made["code"], made["version"], made["rule"]) == ("own_1", 1, rule)
    [report, *_others] = owner.get(lead("catalogues")).json()
    assert [one["code"] for one in report["sections"][2]["indicators"]][-1] == "own_1"
    assert numbers(owner.get(lead("figures"), YEAR).json())["own_1"] == 40
    changed = owner.patch(f"{asking.V1}/indicators/{made['id']}", {"rule": {"count": "sessions"}}, format="json").json()
    assert changed["version"] == 2
    sent(owner, f"{asking.V1}/indicators/{made['id']}/retire", status=200)
    assert "own_1" not in numbers(owner.get(lead("figures"), YEAR).json())
    assert sent(owner, f"{asking.V1}/indicators/{made['id']}/bring-back", status=200)["retired_at"] is None


def test_an_indicator_that_adds_unlike_measures_is_refused(owner: APIClient, held: factories.World) -> None:
    body = {"section": "campaigns", "label": "x", "definition": "x", "rule": {"sum": ["attendance", "persons"]}}
    said = asking.refusal(owner.post(lead("indicators"), body, format="json"), 400, "unlike_measures", "measure")
    assert "参与人次（人次）" in said["message"]


def test_a_target_is_promised_adjusted_and_removed(owner: APIClient, held: factories.World) -> None:
    made = sent(owner, lead("targets"), year=2025, label="科普活动", kind="number", initial="10", indicator="sessions")
    address = f"{asking.V1}/targets/{made['id']}"
    changed = owner.patch(address, {"adjusted": "9"}, format="json").json()
    assert (changed["initial"], changed["adjusted"]) == ("10.00", "9.00")
    asking.refusal(owner.patch(address, {"kind": "open"}, format="json"), 400, "adjusted_without_number", "adjusted")
    assert [one["id"] for one in owner.get(lead("targets")).json()["results"]] == [made["id"]]
    assert owner.delete(address).json()["label"] == "科普活动"
    assert owner.get(lead("targets")).json()["results"] == []


def test_a_reason_is_given_for_an_indicator_there_is(owner: APIClient, held: factories.World) -> None:
    body = {"year": 2025, "scope": "own", "text": "新增乡镇活动"}
    sent(owner, lead("change-reasons"), indicator="sessions", **body)
    asking.refusal(owner.post(lead("change-reasons"), body | {"indicator": "x"}, format="json"), 404, "not_found")
    assert [one["text"] for one in owner.get(lead("change-reasons")).json()["results"]] == ["新增乡镇活动"]


def test_a_return_is_closed_restated_and_opened_again(owner: APIClient, held: factories.World) -> None:
    made = sent(
        owner, lead("returns"), catalogue="work_report", scope="own", as_of="2025-12-31", recipient="省科协", **YEAR
    )
    address = f"{asking.V1}/returns/{made['id']}"
    asking.refusal(owner.get(f"{address}/sealed"), 409, "not_closed")
    closed = sent(owner, f"{address}/close", status=200)
    content = owner.get(f"{address}/sealed").json()
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == closed["sha256"]
    assert len(closed["files"]) == 3
    factories.heads(factories.session(factories.activity(held.campaign), MAY), 5)
    proposed = {one["indicator"]: one for one in owner.get(f"{address}/restatements").json()}
    assert (proposed["attendance"]["old"]["number"], proposed["attendance"]["new"]["number"]) == (40, 45)
    assert proposed["attendance"]["accepted_at"] is None
    row = sent(owner, f"{address}/restatements", indicator="attendance", reason="补报")
    assert row["reason"] == "补报"
    asking.refusal(
        owner.post(f"{address}/restatements", {"indicator": "leaflets", "reason": "x"}, format="json"),
        409,
        "nothing_to_restate",
    )
    assert sent(owner, f"{address}/reopen", status=200, reason="退回")["state"] == "open"


def test_only_an_owner_closes(held: factories.World) -> None:
    organizer = asking.program(factories.actor(held.lead, "organizer"), held.lead, "organizer")
    made = sent(
        organizer, lead("returns"), catalogue="work_report", scope="own", as_of="2025-12-31", recipient="省科协", **YEAR
    )
    assert organizer.post(f"{asking.V1}/returns/{made['id']}/close").status_code == 403


def test_told_numbers_say_then_and_now_and_who_holds_them(owner: APIClient, held: factories.World) -> None:
    made = sent(owner, lead("quotes"), scope="own", as_of="2025-12-31", codes=["attendance"], **YEAR)
    assert "活动参与人次40人次" in made["text"]
    address = f"{asking.V1}/quotes/{made['reference']}"
    sent(owner, f"{address}/holders", name="市政府办", how="wechat", told_at="2026-01-05T17:00+08:00")
    factories.heads(factories.session(factories.activity(held.campaign), MAY), 5)
    body = owner.get(address).json()
    assert body["figures"] == [
        {"code": "attendance", "label": "活动参与人次", "written": "40人次", "now": "45人次", "changed": True}
    ]
    [holder] = body["holders"]
    assert "由40人次更正为45人次" in holder["note"]
    after = sent(owner, f"{asking.V1}/quote-holders/{holder['id']}/correct", status=200)
    assert after["holders"][0]["note"] == ""
