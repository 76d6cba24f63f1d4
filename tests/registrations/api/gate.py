"""A paired phone at a running lecture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from rest_framework.response import Response
from rest_framework.test import APIClient

from registrations.models import Signup, Station
from registrations.operations import signups, tickets
from tests import factories
from tests.events.api import asking

RECORDS, CHANGES = f"{asking.V1}/station/records", f"{asking.V1}/station/changes"


@dataclass(frozen=True)
class Gate:
    """A paired phone at a running lecture, with somebody's ticket in front of it."""

    world: factories.World
    station: Station
    phone: APIClient
    signup: Signup

    @property
    def short_code(self) -> str:
        return str(self.signup.tickets.get().short_code)

    @property
    def address(self) -> str:
        return tickets.address(signups.ticket_of(self.signup))

    def record(self, kind: str, sequence: int = 1, **values: Any) -> dict[str, Any]:
        return factories.record(kind, timezone.now(), sequence) | {"session": self.world.session.pk} | values

    def scan(self, code: str = "", sequence: int = 1, **values: Any) -> dict[str, Any]:
        return self.record("scan", sequence, **{"code": code or self.short_code} | values)

    def send(self, *records: Any, **values: Any) -> Response:
        return self.phone.post(RECORDS, {"records": list(records), "sent_at": timezone.now().isoformat()} | values)

    def answers(self, *records: Any, **values: Any) -> list[dict[str, Any]]:
        answer = self.send(*records, **values)
        assert answer.status_code == 200, answer.json()
        return list(answer.json()["answers"])
