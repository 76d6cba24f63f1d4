"""Rooms, experts, vehicles and equipment."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction

from events.access import Actor
from events.models import Organization, Resource
from events.operations import history


@transaction.atomic
def add(
    *, by: Actor | str, organization: Organization, kind: str, name: str, at: datetime.datetime, **values: Any
) -> Resource:
    """Something a session may need. `values`: the model's other fields."""
    made = Resource.objects.create(organization=organization, kind=kind, name=name, **values)
    history.record(by=by, verb="add", on=made, organization=organization, at=at)
    return made
