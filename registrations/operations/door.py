"""People without a sign-up who came and gave their names: a sign-up at the door, with the scan that says they are in."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from events.errors import Refusal
from events.models import Session
from registrations import phones
from registrations.models import Scan, Signup
from registrations.operations import signups
from registrations.operations.lines import Line
from registrations.operations.parties import Party
from registrations.operations.placement import Place
from registrations.reports.consent import now as notice_of


def register(
    *,
    station: int,
    record: int,
    record_id: uuid.UUID,
    session: int,
    payload: Mapping[str, Any],
    corrected_at: datetime.datetime,
    uncertain: bool,
) -> Place | None:
    """The place to be folded; None where the activity's terms keep them from signing up, so that they are but counted.
    Call inside a transaction; `record` is the row of the walk-in record, whose id is the scan's."""
    held = Session.objects.select_related("activity__organization", "activity__campaign").get(pk=session)
    name, people = payload["name"].strip(), int(payload["people"])
    group = payload.get("audience_group", "")
    named = Line(name, village=payload.get("village", ""), audience_group=group)
    rest = (Line(size=people - 1, audience_group=group),) if people > 1 else ()
    kind = Signup.Kind.FAMILY if rest else Signup.Kind.PERSON
    party = Party(kind, (named, *rest), name, phones.mobile(payload.get("phone", "")) or "")
    try:
        with transaction.atomic():
            placed = signups.place(
                by=f"station:{station}",
                activity=held.activity,
                sessions=[held],
                party=party,
                idempotency_key=f"{station}-{record_id.hex}",
                consent=notice_of(held.activity, kind=kind, language="zh"),
                source=Signup.Source.WALK_IN,
                # They stood there when the record was made; a wrong clock must not send them away.
                at=min(max(corrected_at, held.check_in_window[0]), held.ends_at),
            )
    except Refusal:
        return None
    Scan.objects.create(
        record_id=record,
        scan_id=record_id,
        station_id=station,
        session=held,
        ticket=signups.ticket_of(placed.signup),
        arriving=people,
        corrected_at=corrected_at,
        clock_uncertain=uncertain,
        judged="admit",
        facts={"admitted": people, "size": people, "arrived": 0, "awaiting": 0, "state": "valid", "at_the_door": True},
    )
    return Place(placed.signup.pk, session)
