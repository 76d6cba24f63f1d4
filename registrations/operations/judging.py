"""Judging scans at receipt: gathering the facts of a batch in few queries, and asking the verdict table."""

from __future__ import annotations

import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from events.models import Session
from registrations.checkin.verdicts import Code, Facts, Reading, Verdict, decide
from registrations.models import Scan, Ticket
from registrations.operations import tickets
from registrations.tickets import shortcode, token


@dataclass(frozen=True, slots=True)
class Read:
    """What a scanned text turned out to be."""

    reading: Reading
    ticket: Ticket | None = None


@dataclass(slots=True)
class Presence:
    """Who of a ticket is in at a session, as the let-through scans so far have it."""

    arrived: int = 0
    inside: bool = False
    first: Scan | None = None


_PASSED = frozenset({Code.ADMIT, Code.RE_ENTERED, Code.LEFT})


@dataclass(slots=True)
class Bench:
    """Everything a batch is judged by."""

    tickets: Mapping[str, Read]
    sessions: Mapping[int, Session]
    valid_for: Mapping[int, tuple[int, ...]]
    passed: dict[tuple[int, int], list[tuple[Scan, int]]] = field(default_factory=lambda: defaultdict(list))
    """(ticket, session) → scans that were let through so far, each with how many it admitted, in their order."""


def read_codes(texts: Iterable[str]) -> dict[str, Read]:
    """Tickets by what was scanned: a token (looked up first, verified only where unknown) or a short code."""
    rows = Ticket.objects.select_related("signup__activity__organization", "attendee")
    signed: dict[str, token.Signed] = {}
    short: dict[str, str] = {}
    found: dict[str, Read] = {}
    for text in set(texts):
        try:
            signed[text] = token.read(text)
        except token.TokenError:
            try:
                short[text] = shortcode.read(text)
            except shortcode.BadShortCode:
                found[text] = Read(Reading.UNREADABLE)
    by_code = {row.code: row for row in rows.filter(code__in=[one.token.ticket for one in signed.values()])}
    keys = tickets.public_keys()
    for text, one in signed.items():
        row = by_code.get(one.token.ticket)
        if row and row.signup.activity_id == one.token.activity and tickets.text(row) == token.extract(text):
            found[text] = Read(Reading.KNOWN, row)
            continue
        try:
            token.verify(one, keys)
        except token.Forged:
            found[text] = Read(Reading.FORGED)
            continue
        # Signed by us under another key or validity: the ticket itself may still be known.
        known = row is not None and row.signup.activity_id == one.token.activity
        found[text] = Read(Reading.KNOWN, row) if known else Read(Reading.SIGNED)
    by_short = {row.short_code: row for row in rows.filter(short_code__in=short.values())}
    for text, code in short.items():
        row = by_short.get(code)
        found[text] = Read(Reading.KNOWN, row) if row else Read(Reading.UNREADABLE)
    return found


def prepare(*, texts: Iterable[str], sessions: Iterable[int]) -> Bench:
    """Read tickets, sessions and earlier scans of a batch: a fixed number of queries, whatever its length."""
    read = read_codes(texts)
    signups = {one.ticket.signup_id: one.ticket.signup for one in read.values() if one.ticket}
    chosen: dict[int, list[int]] = defaultdict(list)
    for signup, session in Session.objects.filter(chosen_by__signup__in=signups).values_list("chosen_by__signup", "pk"):
        chosen[signup].append(session)
    courses = {signup.activity_id for signup in signups.values() if signup.covers_course}
    of_course: dict[int, list[int]] = defaultdict(list)
    for activity, session in Session.objects.filter(activity__in=courses).values_list("activity", "pk"):
        of_course[activity].append(session)
    valid_for = {
        pk: tuple(sorted(of_course[signup.activity_id] if signup.covers_course else chosen[pk]))
        for pk, signup in signups.items()
    }
    bench = Bench(
        tickets=read,
        sessions={
            row.pk: row for row in Session.objects.filter(pk__in=set(sessions)).select_related("activity__organization")
        },
        valid_for=valid_for,
    )
    held = {one.ticket.pk for one in read.values() if one.ticket}
    earlier = Scan.objects.filter(ticket__in=held, session__in=bench.sessions, withdrawal=None).in_fold_order()
    for scan in earlier.select_related("station"):
        _count(bench, scan, scan.facts.get("admitted", 0))
    return bench


def _count(bench: Bench, scan: Scan, admitted: int) -> None:
    if scan.ticket_id is not None and scan.session_id is not None and scan.judged in _PASSED:
        bench.passed[scan.ticket_id, scan.session_id].append((scan, admitted))


def _presence(bench: Bench, ticket: Ticket, session: Session) -> Presence:
    here = Presence()
    for scan, admitted in bench.passed[ticket.pk, session.pk]:
        here.inside = scan.judged != Code.LEFT
        if here.inside:
            here.arrived += admitted
            here.first = here.first or scan
    return here


def take_back(*, bench: Bench, scan: uuid.UUID, station: int) -> None:
    """A withdrawal came in: what follows in the same batch is judged as if that scan had not been."""
    for rows in bench.passed.values():
        rows[:] = [row for row in rows if (row[0].scan_id, row[0].station_id) != (scan, station)]


def judge(
    *, bench: Bench, scan: Scan, text: str, session: Session, at: datetime.datetime
) -> tuple[Verdict, dict[str, Any]]:
    """The verdict on a scan, and the facts it rested on (kept with it: a rebuild folds, it never judges again)."""
    read = bench.tickets[text]
    ticket = read.ticket
    here = _presence(bench, ticket, session) if ticket else Presence()
    opens, closes = session.check_in_window
    state = "valid"
    if ticket:
        state = "revoked" if ticket.state == Ticket.State.REVOKED else ticket.signup.state
        state = "valid" if state in {"confirmed", "printed"} else state
    facts = Facts(
        reading=read.reading,
        session=session.pk,
        opens_at=opens,
        closes_at=closes,
        at=at,
        state=state,
        sessions=bench.valid_for.get(ticket.signup_id, ()) if ticket else (),
        size=(1 if ticket.attendee_id else ticket.signup.size) if ticket else 1,
        arrived=here.arrived,
        inside=here.inside,
        direction=scan.direction,
        arriving=scan.arriving,
        checks_out=session.activity.checks_out,
    )
    verdict = decide(facts)
    scan.judged = verdict.code
    _count(bench, scan, verdict.admitted)
    kept = {
        "reading": facts.reading.value,
        "state": state,
        "size": facts.size,
        "arrived": facts.arrived,
        "admitted": verdict.admitted,
        "awaiting": verdict.awaiting,
        "opens_at": opens.isoformat(),
        "closes_at": closes.isoformat(),
        "right_sessions": list(verdict.right_sessions),
    }
    if verdict.code is Code.DUPLICATE and here.first is not None:
        kept |= {"first_at": here.first.corrected_at.isoformat(), "first_station": here.first.station.name}
    return verdict, kept
