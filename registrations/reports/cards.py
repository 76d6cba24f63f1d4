"""Cards with codes to hand out on the spot: what was printed, how many came by it, and the sheet to cut up.

Chinese throughout, as documents are. No card has a name: whose it is, nobody knows.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Count, Q

from events import audiences
from events.models import Session
from registrations.models import Signup, Ticket
from registrations.operations import tickets
from registrations.reports import notices, qr
from registrations.reports.typesetting import Document


@dataclass(frozen=True, slots=True)
class Batch:
    """`came`: people whose card was scanned at the session."""

    cards: Signup
    came: int

    @property
    def ended(self) -> bool:
        return self.cards.cancelled_at is not None


def of(session: Session) -> list[Batch]:
    """The batches of a session, the latest first: one query."""
    rows = Signup.objects.cards().filter(chosen__session=session).order_by("-placed_at", "-pk")
    here = Count("attendees__attendances", filter=Q(attendees__attendances__session=session))
    return [Batch(row, row.came) for row in rows.annotate(came=here)]


def document(*, batch: Signup, session: Session, at: datetime.datetime) -> Document:
    """Ten cards a page of A4: two queries. The session comes with its activity and organization."""
    held = list(Ticket.objects.filter(signup=batch, state=Ticket.State.VALID).select_related("attendee").order_by("pk"))
    for ticket in held:
        ticket.signup = batch
    data = {
        "title": session.activity.name,
        "when": notices.when(session, at),
        "where": notices.where(session),
        "host": session.activity.organization.name,
        "group": audiences.label(batch.audience_group, "zh"),
        "batch": batch.pk,
        "cards": [
            {
                "number": ticket.attendee.position if ticket.attendee else 0,
                "code": qr.svg(tickets.address(ticket)),
                "short_code": f"{ticket.short_code[:4]} {ticket.short_code[4:]}",
            }
            for ticket in held
        ],
    }
    return Document("cards.typ", data)
