"""Judging scans at receipt: asking the verdict table about what was gathered."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass
from typing import Any

from registrations.checkin.verdicts import Code, Facts, Verdict, decide
from registrations.models import Signup, Ticket
from registrations.operations.gathering import PASSED, Bench, Gate, Held, Passed


@dataclass(slots=True)
class Presence:
    """Who of a ticket is in at a session, as the let-through scans so far have it."""

    arrived: int = 0
    inside: bool = False
    first: Passed | None = None


def _presence(bench: Bench, ticket: Held, session: Gate) -> Presence:
    here = Presence()
    for passed in bench.passed.get((ticket.pk, session.pk), ()):
        here.inside = passed.judged != Code.LEFT
        if here.inside:
            here.arrived += passed.admitted
            here.first = here.first or passed
    return here


def take_back(*, bench: Bench, scan: uuid.UUID, station: int) -> None:
    """A withdrawal came in: what follows in the same batch is judged as if that scan had not been."""
    for rows in bench.passed.values():
        rows[:] = [row for row in rows if (row.scan_id, row.station) != (scan, station)]


@dataclass(frozen=True, slots=True)
class Asked:
    """A scan to be judged."""

    scan_id: uuid.UUID
    station: int
    station_name: str
    text: str
    direction: str
    arriving: int
    at: datetime.datetime


def judge(*, bench: Bench, asked: Asked, session: Gate, ticket: Held | None) -> tuple[Verdict, dict[str, Any]]:
    """The verdict on a scan, and the facts it rested on (kept with it: a rebuild folds, it never judges again). `ticket`
    as the code names it, None where it is not one of this point's."""
    read = bench.tickets[asked.text]
    here = _presence(bench, ticket, session) if ticket else Presence()
    now = bench.signups[read.ticket.signup] if read.ticket else None
    state = "valid"
    if read.ticket and now:
        state = "revoked" if read.ticket.state == Ticket.State.REVOKED else now.state
        state = "valid" if state in Signup.LET_IN else state
    size = 1 if now is None or (read.ticket and read.ticket.attendee) else now.size
    facts = Facts(
        reading=read.reading,
        session=session.pk,
        opens_at=session.opens_at,
        closes_at=session.closes_at,
        at=asked.at,
        state=state,
        sessions=bench.valid_for.get(read.ticket.signup, ()) if read.ticket else (),
        size=size,
        arrived=here.arrived,
        inside=here.inside,
        direction=asked.direction,
        arriving=asked.arriving,
        checks_out=session.checks_out,
    )
    verdict = decide(facts)
    if ticket and verdict.code in PASSED:
        passed = Passed(asked.scan_id, asked.station, asked.station_name, verdict.code, verdict.admitted, asked.at)
        bench.passed[ticket.pk, session.pk].append(passed)
    kept = {
        "reading": facts.reading.value,
        "state": state,
        "size": size,
        "arrived": facts.arrived,
        "admitted": verdict.admitted,
        "awaiting": verdict.awaiting,
        **session.window,
        "right_sessions": list(verdict.right_sessions),
    }
    if verdict.code is Code.DUPLICATE and here.first is not None:
        kept |= {"first_at": here.first.at.isoformat(), "first_station": here.first.station_name}
    return verdict, kept
