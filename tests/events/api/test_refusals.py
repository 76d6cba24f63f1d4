"""What cannot be read or done is told in one shape, in the reader's language, and leaves nothing behind."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from events.api import refusals
from events.errors import Refusal
from tests import factories
from tests.events.api import asking

CAMPAIGNS = f"{asking.V1}/campaigns"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
NEW: dict[str, Any] = {"organization": "tianmen", "name": "科技周", "kind": "st_week", "year": 2027}


def whole(**values: Any) -> dict[str, Any]:
    return NEW | values


BAD = [
    pytest.param(whole(starts_on="2027-02-30"), ["starts_on"], id="a day that does not exist"),
    pytest.param(whole(starts_on="30.5.2027"), ["starts_on"], id="a day written otherwise"),
    pytest.param(whole(starts_on="0001-01-01"), ["starts_on"], id="a day of another age"),
    pytest.param(whole(starts_on=20270530), ["starts_on"], id="a day as a number"),
    pytest.param(whole(starts_on=["2027-05-30"]), ["starts_on"], id="a day in a list"),
    pytest.param(whole(year="soon"), ["year"], id="a year in words"),
    pytest.param(whole(year=1066), ["year"], id="a year of another age"),
    pytest.param(whole(year=10**30), ["year"], id="a number beyond the database"),
    pytest.param(whole(year=2027.5), ["year"], id="half a year"),
    pytest.param(whole(year=None), ["year"], id="no year"),
    pytest.param(whole(year={}), ["year"], id="a year as an object"),
    pytest.param(whole(name=""), ["name"], id="an empty name"),
    pytest.param(whole(name="   "), ["name"], id="a blank name"),
    pytest.param(whole(name="长" * 121), ["name"], id="a name that is too long"),
    pytest.param(whole(name="科\x00普"), ["name"], id="a NUL in text"),
    pytest.param(whole(name=["科普"]), ["name"], id="a name in a list"),
    pytest.param(whole(name={"zh": "科普"}), ["name"], id="a name as an object"),
    pytest.param(whole(name=None), ["name"], id="no name"),
    pytest.param(whole(description="长" * 10_001), ["description"], id="a description that is too long"),
    pytest.param(whole(kind="party"), ["kind"], id="an unknown kind"),
    pytest.param(whole(kind=["st_week"]), ["kind"], id="a kind in a list"),
    pytest.param(whole(co_organizers="base"), ["co_organizers"], id="a text where a list belongs"),
    pytest.param(whole(co_organizers=[{}]), ["co_organizers.0"], id="an object where a code belongs"),
    pytest.param(whole(co_organizers=["base"] * 51), ["co_organizers"], id="a list that is too long"),
    pytest.param(whole(state="published"), ["state"], id="a field that is not offered"),
    pytest.param(whole(**{"名字": 1, "": 2}), ["名字", "body"], id="fields nobody knows"),
    pytest.param({}, ["organization", "name", "kind", "year"], id="nothing"),
    pytest.param([], ["body"], id="an empty list"),
    pytest.param([NEW], ["body"], id="a list"),
    pytest.param("text", ["body"], id="a text"),
    pytest.param(7, ["body"], id="a number"),
    pytest.param(None, ["body"], id="null"),
    pytest.param(True, ["body"], id="true"),
]


@pytest.mark.parametrize(("body", "fields"), BAD)
def test_a_body_of_the_wrong_shape_is_refused_by_its_fields_and_nothing_is_written(
    owner: APIClient, body: Any, fields: list[str]
) -> None:
    before = asking.rows_of_all_tables()
    answer = owner.post(CAMPAIGNS, json.dumps(body), content_type="application/json")

    asking.refusal(answer, 400, "invalid", *fields)
    assert asking.rows_of_all_tables() == before


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "{'name': 1}",
        '{"name": "科普",}',
        '{"year": NaN}',
        '{"year": Infinity}',
        '{"year": -Infinity}',
        '{"year": ' + "9" * 5000 + "}",
        "[" * 100_000,
        "[" * 50_000 + "]" * 50_000,
        '{"a":' * 20_000 + "1" + "}" * 20_000,
        b"\xff\xfe{}",
        b'{"name": "\xe7\xa7"}',
    ],
    ids=["cut off", "single quotes", "a comma too many", "NaN", "infinity", "minus infinity", "5,000 digits",
         "deep and cut off", "deep lists", "deep objects", "not UTF-8", "half a character"],
)  # fmt: skip
def test_what_is_not_readable_json_is_malformed_and_nothing_is_written(owner: APIClient, text: Any) -> None:
    before = asking.rows_of_all_tables()

    asking.refusal(owner.post(CAMPAIGNS, text, content_type="application/json"), 400, "malformed")
    assert asking.rows_of_all_tables() == before


def test_no_body_at_all_is_an_empty_one(owner: APIClient) -> None:
    answer = owner.post(CAMPAIGNS, "", content_type="application/json")

    asking.refusal(answer, 400, "invalid", *NEW)


def test_a_number_too_large_for_a_computer_is_of_the_wrong_shape(owner: APIClient) -> None:
    answer = owner.post(CAMPAIGNS, json.dumps(NEW).replace("2027", "1e999"), content_type="application/json")

    asking.refusal(answer, 400, "invalid", "year")


def test_half_a_surrogate_pair_is_no_text(owner: APIClient) -> None:
    answer = owner.post(CAMPAIGNS, json.dumps(NEW).replace('"\\u79d1', '"\\ud800'), content_type="application/json")

    asking.refusal(answer, 400, "invalid", "name")


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"])
def test_only_json_is_taken(owner: APIClient, kind: str) -> None:
    before = asking.rows_of_all_tables()

    asking.refusal(owner.post(CAMPAIGNS, b"name=x", content_type=kind), 415, "unsupported_media_type")
    assert asking.rows_of_all_tables() == before


def test_only_json_is_given(anybody: APIClient, db: None) -> None:
    answer = anybody.get(CAMPAIGNS, headers={"accept": "text/html"})

    asking.refusal(answer, 406, "not_acceptable")


def test_a_body_of_ten_megabytes_is_too_large(owner: APIClient) -> None:
    before = asking.rows_of_all_tables()
    body = asking.refusal(
        owner.post(CAMPAIGNS, json.dumps(whole(description="长" * 3_500_000)), content_type="application/json"),
        413,
        "too_large",
    )

    assert body["facts"]["limit"] == 2_500_000
    assert asking.rows_of_all_tables() == before


@pytest.mark.parametrize(
    ("method", "address", "allowed"),
    [
        ("put", "campaigns", {"GET", "HEAD", "POST"}),
        ("delete", "campaigns", {"GET", "HEAD", "POST"}),
        ("post", "campaigns/1", {"GET", "HEAD", "PATCH"}),
        ("get", "campaigns/1/state", {"POST"}),
        ("options", "campaigns", {"GET", "HEAD", "POST"}),
        ("patch", "regions", {"GET", "HEAD"}),
    ],
)
def test_a_method_that_is_not_offered_is_refused_with_those_that_are(
    anybody: APIClient, db: None, method: str, address: str, allowed: set[str]
) -> None:
    answer = getattr(anybody, method)(f"{asking.V1}/{address}")
    body = asking.refusal(answer, 405, "method_not_allowed")

    assert body["facts"] == {"method": method.upper()}
    assert set(answer["Allow"].split(", ")) >= allowed - {"HEAD"}


@pytest.mark.parametrize(
    "address", ["nothing", "campaigns/first", "campaigns/" + "9" * 5000, "campaigns/", "campaigns/-1"]
)
def test_an_address_that_does_not_exist_is_not_found_in_the_same_shape(
    anybody: APIClient, db: None, address: str
) -> None:
    asking.refusal(anybody.get(f"{asking.V1}/{address}"), 404, "not_found")


@pytest.mark.parametrize("number", [0, 2**31, 2**63 - 1, 2**63, 10**30])
def test_a_row_beyond_the_database_is_not_found(anybody: APIClient, db: None, number: int) -> None:
    for name in ("campaigns", "activities"):
        asking.refusal(anybody.get(f"{asking.V1}/{name}/{number}"), 404, "not_found")


@pytest.mark.parametrize(
    ("language", "chinese"),
    [(None, True), ("zh-hans", True), ("zh-CN,zh;q=0.9,en;q=0.8", True), ("fr", True), ("en", False), ("en-US", False)],
)
def test_a_refusal_speaks_chinese_unless_english_is_asked_for(
    anybody: APIClient, db: None, language: str | None, chinese: bool
) -> None:
    headers = {"accept-language": language} if language else {}
    not_there = asking.refusal(anybody.get(f"{CAMPAIGNS}/0", headers=headers), 404, "not_found")
    unreadable = asking.refusal(
        anybody.get(CAMPAIGNS, {"year": "x", "page": "y"}, headers=headers), 400, "invalid", "year"
    )
    reversed_year = asking.refusal(
        anybody.get(CAMPAIGNS, {"from": "1066-01-01"}, headers=headers), 400, "invalid", "from"
    )

    texts = [
        not_there["message"],
        unreadable["message"],
        *unreadable["fields"]["year"],
        *reversed_year["fields"]["from"],
    ]
    assert [bool(CHINESE.search(text)) for text in texts] == [chinese] * len(texts)


def test_the_sentence_about_a_field_speaks_the_readers_language(owner: APIClient) -> None:
    sent = {"name": "长" * 121, "kind": "party", "year": "x", "starts_on": "x", "organization": "a b", "lost": 1}
    for language, chinese in (("zh-hans", True), ("en", False)):
        for name, value in sent.items():
            answer = owner.post(CAMPAIGNS, whole(**{name: value}), headers={"accept-language": language})
            texts = asking.refusal(answer, 400, "invalid", name)["fields"][name]
            assert all(bool(CHINESE.search(text)) is chinese for text in texts), (name, texts)


def test_a_body_that_is_too_large_is_told_in_the_readers_language(anybody: APIClient, db: None) -> None:
    anybody.get(CAMPAIGNS, headers={"accept-language": "zh-hans"})
    for language, chinese in (("zh-hans", True), ("en", False), ("zh-hans", True)):
        answer = anybody.post(
            CAMPAIGNS, b" " * 2_500_001, content_type="application/json", headers={"accept-language": language}
        )
        assert bool(CHINESE.search(answer.json()["message"])) is chinese, language


def every_refusal(of: type[Refusal] = Refusal) -> list[type[Refusal]]:
    return [of, *(found for below in of.__subclasses__() for found in every_refusal(below))]


def test_every_refusal_has_a_code_of_its_own() -> None:
    codes = [one.code for one in every_refusal()]

    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"[a-z][a-z_]+", code) for code in codes)
    assert all(400 <= one.status < 500 or one.code == "server_fault" for one in every_refusal())


def test_a_fault_of_ours_is_told_with_the_number_of_the_request_and_in_the_same_shape(
    coming: factories.World, settings: Any
) -> None:
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"EXCEPTION_HANDLER": "tests.events.api.test_refusals.broken"}
    answer = Client(raise_request_exception=False).get(f"{CAMPAIGNS}/0")

    body = asking.refusal(answer, 500, "server_fault")  # type: ignore[arg-type]  # of Django's client
    assert body["facts"] == {"request_id": answer["X-Request-Id"]}


def broken(exc: Exception, context: dict[str, Any]) -> None:
    """An exception handler with a bug in it."""
    raise ZeroDivisionError


def test_sentences_inside_lists_are_named_with_dots() -> None:
    detail = {"lines": [{}, {"size": ["zu klein"]}], "non_field_errors": ["so nicht"], "when": "wann?"}

    assert refusals.flat(detail) == {"lines.1.size": ["zu klein"], "body": ["so nicht"], "when": ["wann?"]}
