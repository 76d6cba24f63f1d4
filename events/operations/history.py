"""Writing down what was done: called by every operation that has no trail of its own."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

import structlog
from django.db import models

from events.access import Actor
from events.models import History, Organization


def record(
    *,
    by: Actor | str,
    verb: str,
    on: models.Model,
    organization: Organization | None,
    at: datetime.datetime,
    fields: Iterable[str] = (),
) -> None:
    """One line of history. `by` is an actor, or who else did it: "participant", "station:7", "system".

    `fields` are names, never values: history outlives the people it is about.
    """
    user = by.user if isinstance(by, Actor) else None
    if isinstance(by, Actor):
        name = f"token:{by.token.pk}" if by.token else f"user:{user.pk}" if user else "participant"
    else:
        name = by
    History.objects.create(
        at=at,
        user=user,
        by=name,
        verb=verb,
        kind=on._meta.label_lower,
        object_id=on.pk,
        organization=organization,
        fields=sorted(fields),
        request_id=str(structlog.contextvars.get_contextvars().get("request_id", "")),
    )
