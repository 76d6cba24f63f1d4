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


def issue(
    *,
    signup: Signup,
    at: datetime.datetime,
    attendee: Attendee | None = None,
    sessions: Sequence[Session] | None = None,
) -> Ticket:
    """A ticket of a sign-up or of one named attendee, good on the days of its sessions (read where they are not given).
    Call inside a transaction."""
    made = _new(signup, [attendee], sessions, at)
    made[0].save()
    return made[0]


def issue_each(
    *, signup: Signup, attendees: Sequence[Attendee], at: datetime.datetime, sessions: Sequence[Session] | None = None
) -> list[Ticket]:
    """A ticket for each of these named attendees, in three queries however many. Call inside a transaction."""
    return Ticket.objects.bulk_create(_new(signup, attendees, sessions, at)) if attendees else []


def _new(
    signup: Signup,
    attendees: Sequence[Attendee | None],
    given: Sequence[Session] | None,
    at: datetime.datetime,
) -> list[Ticket]:
    sessions = roster.sessions_of(signup) if given is None else given
    days = [timezone.localdate(session.starts_at) for session in sessions]
    days += [timezone.localdate(session.ends_at) for session in sessions]
    first = min(days, default=timezone.localdate(at))
    last = max(days, default=timezone.localdate(at)) + GRACE
    return [
        Ticket(
            signup=signup,
            attendee=attendee,
            code=secrets.randbits(56),
            short_code=code,
            valid_days=min(255, (last - first).days + 1),
            last_valid_day=last,
            issued_at=at,
        )
        for attendee, code in zip(attendees, _short_codes(len(attendees)), strict=True)
    ]


def _short_codes(many: int) -> list[str]:
    """Short codes nobody has yet: they are few enough for a list of five hundred to meet one that is taken."""
    codes: set[str] = set()
    while len(codes) < many:
        codes |= {shortcode.make(secrets.randbits(35)) for _one in range(many - len(codes))}
        codes -= set(Ticket.objects.filter(short_code__in=codes).values_list("short_code", flat=True))
    return list(codes)


def text(ticket: Ticket) -> str:
    """The token: the same each time, for Ed25519 is deterministic."""
    key_id, seed = settings.KEPU_TICKET_KEYS[0]
    return token.sign(
        token.Token(
            key_id=key_id,
            activity=ticket.signup.activity_id,
            ticket=ticket.code,
            days_valid=ticket.valid_days,
            last_valid_day=ticket.last_valid_day,
        ),
        seed,
    )


def address(ticket: Ticket) -> str:
    """What the QR code carries."""
    return token.address(settings.KEPU_BASE_URL, text(ticket))


def public_keys() -> dict[int, bytes]:
    """Key id → public key, for whoever verifies."""
    return {key_id: token.public_key(seed) for key_id, seed in settings.KEPU_TICKET_KEYS}
