"""Asking the API: callers, addresses, and what every refusal looks like."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.utils import timezone
from rest_framework.response import Response
from rest_framework.test import APIClient

from events.access import Actor
from events.models import Organization
from events.operations import tokens

V1 = "/api/v1"
HOUR = datetime.timedelta(hours=1)


def soon(days: int = 7) -> datetime.datetime:
    """Nine o'clock in Tianmen, some days from now: the endpoints read the real clock."""
    day = timezone.localtime() + datetime.timedelta(days=days)
    return day.replace(hour=9, minute=0, second=0, microsecond=0)


def program(actor: Actor, organization: Organization, role: str = "owner", **headers: str) -> APIClient:
    """A program with a token of this actor, used before today: its first use of a day is written down."""
    at = timezone.now()
    token, key = tokens.make(
        by=actor,
        organization=organization,
        role=role,
        name="test",
        expires_at=at + datetime.timedelta(days=1),
        at=at,
    )
    tokens.note_use(token=token, at=at)
    return with_key("Bearer", key, **headers)


def with_key(scheme: str, key: str, **headers: str) -> APIClient:
    return APIClient(headers={"authorization": f"{scheme} {key}", **headers})


def results(response: Response, name: str = "name") -> list[Any]:
    """One column of a page of a list."""
    assert response.status_code == 200, response.json()
    return [row[name] for row in response.json()["results"]]


def own_reach_only(
    url: str, row: Model, shown: str, *, owner: APIClient, outside: Sequence[APIClient], column: str = "name"
) -> None:
    """A draft, known by what stands in `column`, is listed and read by its organization and not found by anybody else."""
    for client in outside:
        assert shown not in results(client.get(url), column)
        refusal(client.get(f"{url}/{row.pk}"), 404, "not_found")
    assert shown in results(owner.get(url), column)
    assert owner.get(f"{url}/{row.pk}").json()[column] == shown


def refusal(response: Response, status: int, code: str, *fields: str) -> dict[str, Any]:
    """The body of a refusal: exactly the four keys of every error, this code, and sentences for exactly these fields."""
    body: dict[str, Any] = response.json()
    assert response.status_code == status, body
    assert set(body) == {"code", "message", "facts", "fields"}, body
    assert body["code"] == code, body
    assert set(body["fields"]) == set(fields), body
    assert body["message"]
    assert isinstance(body["facts"], dict)
    assert all(isinstance(text, str) and text for texts in body["fields"].values() for text in texts), body
    return body


def rows_of_all_tables() -> dict[str, int]:
    """How many rows every table has: two of these are equal where nothing was written."""
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}
