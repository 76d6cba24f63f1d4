"""Issuing tickets, and writing out what their codes say."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Sequence

from django.conf import settings
from django.utils import timezone

from events.models import Session
from registrations.models import Attendee, Signup, Ticket
from registrations.operations import roster
from registrations.tickets import shortcode, token

#: After the last session, for sessions moved by a little and clocks that are off.
GRACE = datetime.timedelta(days=1)


#: A sign-up, one of its named attendees or None for all of it, and the sessions it is good for.
Wanted = tuple[Signup, Attendee | None, Sequence[Session]]


def issue(*, signup: Signup, at: datetime.datetime, attendee: Attendee | None = None) -> Ticket:
    """A ticket of a sign-up or of one named attendee, good on the days of its sessions. Call inside a transaction."""
    return issue_all(wanted=[(signup, attendee, roster.sessions_of(signup))], at=at)[0]


def issue_all(*, wanted: Sequence[Wanted], at: datetime.datetime) -> list[Ticket]:
    """A ticket for each of these, good on the days of its sessions: two queries. Call inside a transaction."""
    made = []
    for (signup, attendee, sessions), code in zip(wanted, _short_codes(len(wanted)), strict=True):
        first, last = _days(sessions, at)
        ticket = Ticket(
            signup=signup,
            attendee=attendee,
            code=secrets.randbits(56),
            short_code=code,
            valid_days=min(255, (last - first).days + 1),
            last_valid_day=last,
            issued_at=at,
        )
        signed = _signed(ticket)
        ticket.key_id, ticket.signature = signed.token.key_id, signed.signature
        made.append(ticket)
    return Ticket.objects.bulk_create(made) if made else []


def _days(sessions: Sequence[Session], at: datetime.datetime) -> tuple[datetime.date, datetime.date]:
    """The first and the last day on which a ticket is good."""
    days = [timezone.localdate(moment) for session in sessions for moment in (session.starts_at, session.ends_at)]
    days = days or [timezone.localdate(at)]
    return min(days), max(days) + GRACE


def _short_codes(many: int) -> list[str]:
    """Short codes nobody has yet: they are few enough for a list of five hundred to meet one that is taken."""
    codes: set[str] = set()
    while len(codes) < many:
        codes |= {shortcode.make(secrets.randbits(35)) for _one in range(many - len(codes))}
        codes -= set(Ticket.objects.filter(short_code__in=codes).values_list("short_code", flat=True))
    return list(codes)


def _signed(ticket: Ticket) -> token.Signed:
    """By the present key: the same each time, for Ed25519 is deterministic."""
    key_id, seed = settings.KEPU_TICKET_KEYS[0]
    said = _said(ticket, key_id)
    return token.Signed(said, token.signature(said, seed))


def _said(ticket: Ticket, key_id: int) -> token.Token:
    return token.Token(
        key_id=key_id,
        activity=ticket.signup.activity_id,
        ticket=ticket.code,
        days_valid=ticket.valid_days,
        last_valid_day=ticket.last_valid_day,
    )


def text(ticket: Ticket) -> str:
    """The token, as it was signed when the ticket was issued, as long as that key is still one of ours."""
    if ticket.signature is not None and ticket.key_id in dict(settings.KEPU_TICKET_KEYS):
        return token.spell(token.Signed(_said(ticket, ticket.key_id), bytes(ticket.signature)))
    return token.spell(_signed(ticket))


def address(ticket: Ticket) -> str:
    """What the QR code carries."""
    return token.address(settings.KEPU_BASE_URL, text(ticket))


def public_keys() -> dict[int, bytes]:
    """Key id → public key, for whoever verifies."""
    return {key_id: token.public_key(seed) for key_id, seed in settings.KEPU_TICKET_KEYS}
