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
    line(by=by, verb=verb, on=on, organization=organization, at=at, fields=fields, request_id=request_id()).save()


def request_id() -> str:
    """Of the request that is being answered; empty outside of one."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def record_all(lines: Iterable[History]) -> None:
    """Many lines in one query."""
    History.objects.bulk_create(lines)


def line(
    *,
    by: Actor | str,
    verb: str,
    on: models.Model,
    organization: Organization | None,
    at: datetime.datetime,
    request_id: str,
    fields: Iterable[str] = (),
) -> History:
    """A line to be written with others by `record_all`, on behalf of the request of that id."""
    user = by.user if isinstance(by, Actor) else None
    if isinstance(by, Actor):
        name = f"token:{by.token.pk}" if by.token else f"user:{user.pk}" if user else "participant"
    else:
        name = by
    return History(
        at=at,
        user=user,
        by=name,
        verb=verb,
        kind=on._meta.label_lower,
        object_id=on.pk,
        organization=organization,
        fields=sorted(fields),
        request_id=request_id,
    )
