"""The OpenAPI description: valid, whole, and said in words."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.urls import URLPattern, get_resolver
from rest_framework.test import APIClient

from events.api.urls import urlpatterns as of_events
from registrations.api.urls import urlpatterns as of_registrations
from tests.events.api import asking

METHODS = ("get", "post", "patch", "put", "delete")


@functools.cache
def schema() -> dict[str, Any]:
    out = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    found: dict[str, Any] = yaml.safe_load(out.getvalue())
    return found


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in schema()["paths"].items():
        for method in METHODS:
            if method in item:
                yield f"{method.upper()} {path}", item[method]


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    """A schema with what it refers to laid underneath; its own words stand above those of the reference."""
    found: dict[str, Any] = {}
    for part in node.get("allOf", []):
        found |= resolved(part)
    if "$ref" in node:
        name = node["$ref"].removeprefix("#/components/schemas/")
        found |= resolved(schema()["components"]["schemas"][name])
    return found | {key: value for key, value in node.items() if key not in {"$ref", "allOf"}}


def properties(name: str, node: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every property of a schema, those of objects inside it too."""
    for key, value in node.get("properties", {}).items():
        yield f"{name}.{key}", value
        yield from properties(f"{name}.{key}", value)
    for inside in ("items", "additionalProperties"):
        if isinstance(node.get(inside), dict):
            yield from properties(f"{name}[]", node[inside])


def properties_of_components() -> Iterator[tuple[str, dict[str, Any]]]:
    for component, node in schema()["components"]["schemas"].items():
        yield from properties(component, node)


def test_the_description_is_valid_and_made_without_a_warning() -> None:
    assert schema()["openapi"].startswith("3.")
    assert schema()["info"]["title"]


def test_every_operation_has_a_summary_a_description_and_an_id_of_its_own() -> None:
    ids = [operation["operationId"] for _name, operation in operations()]

    assert len(ids) == len(set(ids))
    for name, operation in operations():
        assert operation.get("summary"), name
        assert len(operation.get("description", "")) > 15, name
        assert operation.get("tags"), name


def test_every_parameter_says_what_it_is() -> None:
    silent = [
        f"{name}: {parameter['name']}"
        for name, operation in operations()
        for parameter in operation.get("parameters", [])
        if not resolved(parameter).get("description") and not resolved(parameter["schema"]).get("description")
    ]

    assert silent == []


def test_every_property_of_every_component_says_what_it_is() -> None:
    silent = [name for name, value in properties_of_components() if not resolved(value).get("description")]

    assert silent == []


def test_the_words_about_a_property_are_more_than_a_list_of_its_values() -> None:
    listed = [name for name, value in properties_of_components() if value.get("description", "").startswith("* `")]

    assert listed == []


def test_every_operation_says_how_it_refuses() -> None:
    error = "#/components/schemas/Error"
    for name, operation in operations():
        refusals = {code: answer for code, answer in operation["responses"].items() if code >= "400"}
        assert refusals, name
        for code, answer in refusals.items():
            assert answer["content"]["application/json"]["schema"] == {"$ref": error}, f"{name} {code}"
            assert answer["description"], f"{name} {code}"
    assert set(schema()["components"]["schemas"]["Error"]["required"]) == {"code", "message", "facts", "fields"}


def test_every_operation_says_how_it_answers() -> None:
    for name, operation in operations():
        answers = [answer for code, answer in operation["responses"].items() if code < "300"]
        assert answers, name
        assert all(answer["content"] for answer in answers), name


def test_whatever_takes_a_body_may_answer_that_a_row_it_names_is_not_found() -> None:
    takes_rows = {"POST /api/v1/signups", "POST /api/v1/sessions", "POST /api/v1/activities", "POST /api/v1/stations"}
    for name, operation in operations():
        if name in takes_rows or "/mine" in name:
            assert "404" in operation["responses"], name


def addresses() -> Iterator[tuple[str, URLPattern]]:
    for pattern in [*of_events, *of_registrations]:
        yield re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", f"/api/v1/{pattern.pattern}"), pattern


def test_every_address_of_the_api_and_each_of_its_methods_is_described() -> None:
    described = {(path.count("{"), re.sub(r"{\w+}", "{}", path)): item for path, item in schema()["paths"].items()}
    reached = 0
    for address, pattern in addresses():
        if pattern.name in {"api_schema", "api_docs"}:
            continue
        item = described[(address.count("{"), re.sub(r"{\w+}", "{}", address))]
        methods = set(pattern.callback.actions)  # type: ignore[union-attr]  # a view set's
        assert {method for method in METHODS if method in item} == methods - {"head"}, address
        reached += 1
    assert reached == len(described)


def test_no_address_of_the_api_is_served_beside_the_described_ones() -> None:
    served = [pattern for pattern in get_resolver().url_patterns if str(pattern.pattern) == "api/v1/"]

    assert [pattern.urlconf_module.__name__ for pattern in served] == ["events.api.urls", "registrations.api.urls"]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_description_is_public(anybody: APIClient, db: None, language: str) -> None:
    answer = anybody.get(f"{asking.V1}/schema/?format=json", headers={"accept-language": language})

    assert answer.status_code == 200
    assert set(answer.json()["paths"]) == set(schema()["paths"])


def test_the_page_for_trying_it_out_loads_nothing_from_elsewhere(anybody: APIClient, db: None) -> None:
    answer = anybody.get(f"{asking.V1}/docs/")

    assert answer.status_code == 200
    assert "http://" not in re.sub(r"http://testserver", "", answer.content.decode())
    assert "https://" not in answer.content.decode()
    assert "default-src 'self'" in answer["Content-Security-Policy"]
