"""Sessions as iCalendar (RFC 5545): UID and SEQUENCE are kept with the session, so that a later file replaces the
entry instead of adding a second one; one that was called off says so."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from icalendar import Calendar, Event

from events.models import Session


def write(sessions: Iterable[Session], *, base_url: str, name: str = "") -> bytes:
    """A calendar of sessions, times in UTC. The sessions come with `activity__organization`."""
    book = Calendar()
    book.add("prodid", "-//Kepu//Kepu 1.0//ZH")
    book.add("version", "2.0")
    book.add("calscale", "GREGORIAN")
    book.add("method", "PUBLISH")
    if name:
        book.add("x-wr-calname", name)
    for session in sessions:
        entry = Event()
        entry.add("uid", f"{session.uid}@kepu")
        entry.add("sequence", session.sequence)
        entry.add("dtstamp", session.changed_at)
        entry.add("last-modified", session.changed_at)
        entry.add("dtstart", session.starts_at.astimezone(datetime.UTC))
        entry.add("dtend", session.ends_at.astimezone(datetime.UTC))
        title = session.activity.name if not session.name else f"{session.activity.name}（{session.name}）"
        entry.add("summary", title)
        entry.add("location", " ".join(part for part in (session.venue, session.address) if part))
        address = f"{base_url}/sessions/{session.pk}/"
        entry.add("url", address)
        words = [session.activity.summary, session.called_off_reason, session.online_url, address]
        entry.add("description", "\n".join(word for word in words if word))
        entry.add("status", "CANCELLED" if session.state == Session.State.CALLED_OFF else "CONFIRMED")
        book.add_component(entry)
    return book.to_ical()
