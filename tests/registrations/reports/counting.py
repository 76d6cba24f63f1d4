"""Words for tests of figures: who came, and what the year amounts to."""

from __future__ import annotations

import datetime
import itertools
from typing import Any

from events.models import Organization, Session
from registrations.figures import Figure
from registrations.models import Signup, Station
from registrations.operations import records, tickets
from registrations.operations.signups import ticket_of
from registrations.reports import yearend
from registrations.reports.yearend import YearEnd
from tests import factories

_numbers = itertools.count(1)
LAST_DAY = datetime.date(2026, 12, 31)


def report(organization: Organization, *, scope: str = "own", year: int = 2026, as_of: Any = None) -> YearEnd:
    return yearend.evaluate_year(
        organization=organization, year=year, scope=scope, as_of=as_of or datetime.date(year, 12, 31)
    )


def figure(organization: Organization, code: str, **values: Any) -> Figure | None:
    line = report(organization, **values).line(code)
    assert line is not None
    return line.figure


def number(organization: Organization, code: str, **values: Any) -> tuple[int | None, str] | None:
    """(what is stated, its bound), or None where nothing is recorded."""
    found = figure(organization, code, **values)
    return None if found is None else (found.number, found.bound.value)


def station(world: factories.World) -> Station:
    """A check-in point of the whole association."""
    return factories.station(world.owner, world.lead, at=world.session.starts_at - datetime.timedelta(hours=2))[0]


def come(at_station: Station, session: Session, signup: Signup, *, arriving: int = 1, minutes: int = 5) -> None:
    """Somebody of a sign-up is scanned at a session."""
    send(at_station, session, code=tickets.text(ticket_of(signup)), arriving=arriving, minutes=minutes)


def send(at_station: Station, session: Session, *, minutes: int = 5, **values: Any) -> dict[str, Any]:
    """A record from a phone, some minutes after the session began; its answer."""
    at = session.starts_at + datetime.timedelta(minutes=minutes)
    record = factories.scan(session, "", at, sequence=next(_numbers)) | values
    [answer] = records.receive(station=at_station, records=[record], sent_at=at, at=at)
    assert answer["status"] == "stored"
    return answer
