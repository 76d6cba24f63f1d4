"""The scans of a session, one by one, with what each amounted to."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from events.models import Session
from registrations.models import Scan


def of_session(session: Session) -> QuerySet[Scan]:
    """Made for the session or counting at it, in the order of their corrected time; withdrawn ones are marked."""
    rows = Scan.objects.filter(Q(session=session) | Q(outcome__session=session))
    return rows.select_related("station", "outcome__session", "ticket__signup", "ticket__attendee", "session").order_by(
        "corrected_at", "scan_id"
    )
