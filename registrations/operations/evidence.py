"""Evidence that comes by way of another row of ours, and leaves with it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models.fields.files import FieldFile

from events.access import Actor
from events.models import Organization, Session
from events.operations import history
from registrations.models import Evidence
from registrations.operations import files


@transaction.atomic
def keep_stored(
    *,
    by: Actor,
    organization: Organization,
    kind: str,
    at: datetime.datetime,
    stored: FieldFile,
    media_type: str,
    sessions: Iterable[Session] = (),
    **values: Any,
) -> Evidence:
    """A file that another row of ours holds already, and that was checked when it came, as evidence too. It lies on disk
    once."""
    digest = files.sha256(stored)
    made = Evidence.objects.create(
        organization=organization,
        kind=kind,
        file=stored.name,
        media_type=media_type,
        size=stored.size,
        sha256=digest,
        added_by=by.user,
        added_at=at,
        **values,
    )
    made.sessions.set(sessions)
    history.record(by=by, verb="add_evidence", on=made, organization=organization, at=at)
    return made


@transaction.atomic
def take_out(*, by: Actor, evidence: Evidence, at: datetime.datetime) -> None:
    """Evidence that was added by mistake; the file stays with whatever else holds it."""
    history.record(by=by, verb="remove_evidence", on=evidence, organization=evidence.organization, at=at)
    evidence.delete()
