"""How these tests sign up, and look at what came of it."""

from __future__ import annotations

import uuid
from typing import Any

from rest_framework.response import Response
from rest_framework.test import APIClient

from events.models import Session
from registrations.models import SeatPool
from tests.events.api import asking

URL, MINE, SESSIONS = f"{asking.V1}/signups", f"{asking.V1}/signups/mine", f"{asking.V1}/sessions"


def asked_for(session: Session, name: str = "刘桂英", **values: Any) -> dict[str, Any]:
    return {
        "activity": session.activity_id,
        "sessions": [session.pk],
        "kind": "person",
        "lines": [{"name": name}],
        "contact_phone": "13912345678",
        "consent": True,
    } | values


def place(client: APIClient, body: Any, key: str | None = None) -> Response:
    headers = {"idempotency-key": key if key is not None else uuid.uuid4().hex}
    return client.post(URL, body, headers=headers)


def opened(answer: Response) -> APIClient:
    """Whoever holds the key that an answer gave."""
    return asking.with_key("Manage", answer.json()["manage_key"])


def taken(session: Session) -> int:
    return SeatPool.objects.get(session=session).taken
