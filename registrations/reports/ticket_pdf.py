"""A ticket as a document of A5: to print out, or to keep where pictures get lost.

Chinese throughout, as documents are. The name is masked, for files travel as pictures do.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from events.models import Session
from registrations import masks
from registrations.models import Ticket
from registrations.operations import tickets
from registrations.reports import notices, qr
from registrations.reports.typesetting import Document


def document(*, ticket: Ticket, sessions: Sequence[Session], at: datetime.datetime) -> Document:
    """One page; a long course goes on to further ones, and the code stands on the first. The ticket comes with
    `signup__activity__organization`."""
    signup = ticket.signup
    activity = signup.activity
    lead = activity.organization
    phone = activity.contact_phone or lead.contact_phone
    who = activity.contact_name if activity.contact_phone else lead.contact_name
    data = {
        "title": activity.name,
        "sessions": [[notices.when(one, at), notices.where(one), notices.title(one)] for one in sessions],
        "who": " · ".join(word for word in (masks.name(signup.contact_name), signup.unit) if word),
        "people": signup.size,
        "host": lead.name,
        "contact": f"{who} {phone}".strip() if phone else "",
        "code": qr.svg(tickets.address(ticket)),
        "short_code": f"{ticket.short_code[:4]} {ticket.short_code[4:]}",
    }
    return Document("ticket.typ", data)
