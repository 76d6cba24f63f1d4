"""Sessions as iCalendar (RFC 5545): UID and SEQUENCE are kept with the session, so that a later file replaces the
entry instead of adding a second one; one that was called off says so. A calendar that somebody subscribes to says beside
how often to look again (RFC 7986), and how it stands with whoever comes."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from icalendar import Calendar, Event, vDuration

from events.models import Session


@dataclass(frozen=True, slots=True)
class Coming:
    """How it stands with whoever subscribes: `status` «CONFIRMED», «TENTATIVE» or «CANCELLED»; `revision` grows with each
    change of it, which was last at `changed_at`; `refresh`: how long until a client looks again."""

    status: str
    revision: int
    changed_at: datetime.datetime
    refresh: datetime.timedelta


def write(sessions: Iterable[Session], *, base_url: str, name: str = "", coming: Coming | None = None) -> bytes:
    """A calendar of sessions, times in UTC. The sessions come with `activity__organization`."""
    book = Calendar()
    book.add("prodid", "-//Kepu//Kepu 1.0//ZH")
    book.add("version", "2.0")
    book.add("calscale", "GREGORIAN")
    book.add("method", "PUBLISH")
    if name:
        book.add("x-wr-calname", name)
    if coming is not None:
        book.add("refresh-interval", coming.refresh, parameters={"VALUE": "DURATION"})
        book.add("x-published-ttl", vDuration(coming.refresh).to_ical().decode())
    for session in sessions:
        entry = Event()
        entry.add("uid", f"{session.uid}@kepu")
        entry.add("sequence", session.sequence + (coming.revision if coming else 0))
        changed_at = max(session.changed_at, coming.changed_at) if coming else session.changed_at
        entry.add("dtstamp", changed_at)
        entry.add("last-modified", changed_at)
        entry.add("dtstart", session.starts_at.astimezone(datetime.UTC))
        entry.add("dtend", session.ends_at.astimezone(datetime.UTC))
        title = session.activity.name if not session.name else f"{session.activity.name}（{session.name}）"
        entry.add("summary", title)
        entry.add("location", " ".join(part for part in (session.venue, session.address) if part))
        address = f"{base_url}/sessions/{session.pk}/"
        entry.add("url", address)
        words = [session.activity.summary, session.called_off_reason, session.online_url, address]
        entry.add("description", "\n".join(word for word in words if word))
        standing = coming.status if coming else "CONFIRMED"
        entry.add("status", "CANCELLED" if session.state == Session.State.CALLED_OFF else standing)
        book.add_component(entry)
    return book.to_ical()
