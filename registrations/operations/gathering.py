"""What a batch of scans is judged by, gathered in few queries, with its sign-ups locked."""

from __future__ import annotations

import datetime
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, Value

from events.models import Session
from events.models.compiled import Compiled
from registrations.checkin.verdicts import Code, Reading
from registrations.models import (
    Attendance,
    Attendee,
    Correction,
    Scan,
    ScanDecision,
    Signup,
    SignupSession,
    StationMove,
    Ticket,
)
from registrations.operations import tickets
from registrations.operations.placement import Place
from registrations.tickets import shortcode, token


@dataclass(frozen=True, slots=True)
class Held:
    """A ticket on our list, with what judging it needs. `attendee` is None for the ticket of a whole sign-up."""

    pk: int
    signup: int
    attendee: int | None
    state: str
    activity: int
    path: str
    """Of the organization that leads the activity."""
    name: str
    """Of whose ticket it is: masked wherever it is shown."""


@dataclass(frozen=True, slots=True)
class SignupNow:
    """A sign-up as it stands while its row is locked."""

    state: str
    size: int
    contact_name: str
    unit: str
    covers_course: bool


@dataclass(frozen=True, slots=True)
class Gate:
    """A session as a check-in point needs it."""

    pk: int
    opens_at: datetime.datetime
    closes_at: datetime.datetime
    activity: int
    checks_out: bool
    organization: int
    path: str
    moved: bool
    """Whether scans were ever moved from or to it."""
    window: Mapping[str, str]
    """Its hours of check-in, as the facts of a scan keep them."""


@dataclass(frozen=True, slots=True)
class Read:
    """What a scanned text turned out to be."""

    reading: Reading
    ticket: Held | None = None


@dataclass(frozen=True, slots=True)
class Passed:
    """A scan that was let through."""

    scan_id: uuid.UUID
    station: int
    station_name: str
    judged: str
    admitted: int
    at: datetime.datetime


PASSED = frozenset({Code.ADMIT, Code.RE_ENTERED, Code.LEFT})


@dataclass(slots=True)
class Bench:
    """Everything a batch is judged by."""

    tickets: Mapping[str, Read]
    signups: Mapping[int, SignupNow]
    sessions: Mapping[int, Gate]
    valid_for: Mapping[int, tuple[int, ...]]
    lines: Mapping[int, Sequence[tuple[int, int]]]
    """Sign-up → its standing lines in their order, as (attendee, size)."""
    known: frozenset[Place]
    """At which places something is known already, so that a scan there is one of several facts."""
    passed: dict[tuple[int, int], list[Passed]] = field(default_factory=lambda: defaultdict(list))
    """(ticket, session) → scans that were let through so far, in their order."""

    def name_of(self, ticket: Held) -> str:
        return ticket.name or ("" if ticket.attendee else self.signups[ticket.signup].contact_name)


_COLUMNS = (
    "pk", "signup_id", "attendee_id", "state", "signup__activity_id", "signup__activity__organization__path",
    "attendee__name",
)  # fmt: skip
_SIGNED = ("code", "valid_days", "last_valid_day", "key_id", "signature")
_by_code = Compiled(lambda codes: Ticket.objects.filter(code__any=codes).order_by().values_list(*_COLUMNS, *_SIGNED))
_by_short_code = Compiled(
    lambda codes: Ticket.objects.filter(short_code__any=codes).order_by().values_list(*_COLUMNS, "short_code")
)
_signups = Compiled(
    lambda pks: (
        Signup.objects.select_for_update()
        .filter(pk__any=pks)
        .order_by("pk")
        .values_list("pk", "state", "size", "contact_name", "unit", "covers_course")
    )
)


def _facts(rows: Any, kind: str, signup: str, *values: str) -> Any:
    """Rows as (kind, sign-up, up to three values), so that several tables are read at once."""
    more = {f"v{n}": F(values[n]) if n < len(values) else Value(0) for n in range(3)}
    return rows.order_by().annotate(what=Value(kind), whose=F(signup), **more).values_list("what", "whose", *more)


#: What stands beside the sign-ups while they are locked: the sessions they chose, their lines, and at which of the sessions
#: something is known of them.
_beside = Compiled(
    lambda signups, sessions: _facts(
        SignupSession.objects.filter(signup__any=signups), "chosen", "signup_id", "session_id"
    ).union(
        _facts(Attendee.objects.filter(signup__any=signups).standing(), "line", "signup_id", "position", "pk", "size"),
        _facts(
            Scan.objects.filter(ticket__signup__any=signups, session__any=sessions),
            "known", "ticket__signup_id", "session_id",
        ),
        _facts(
            Correction.objects.filter(attendee__signup__any=signups, session__any=sessions),
            "known", "attendee__signup_id", "session_id",
        ),
        _facts(
            Attendance.objects.filter(attendee__signup__any=signups, session__any=sessions),
            "known", "attendee__signup_id", "session_id",
        ),
        _facts(
            ScanDecision.objects.filter(signup__any=signups, session__any=sessions), "known", "signup_id", "session_id"
        ),
        all=True,
    )
)  # fmt: skip
_lessons = Compiled(lambda pks: Session.objects.filter(activity__any=pks).order_by().values_list("activity_id", "pk"))
_WINDOW = ("starts_at", "ends_at", "check_in_opens_at", "check_in_closes_at")
_gates = Compiled(
    lambda pks: (
        Session.objects.filter(pk__any=pks)
        .order_by()
        .values_list(
            "pk",
            *_WINDOW,
            "activity_id",
            "activity__checks_out",
            "activity__organization_id",
            "activity__organization__path",
            Exists(StationMove.objects.filter(Q(session=OuterRef("pk")) | Q(to_session=OuterRef("pk")))),
        )
    )
)
_earlier = Compiled(
    lambda tickets, sessions: (
        Scan.objects.filter(ticket__any=tickets, session__any=sessions, judged__any=sorted(PASSED), withdrawal=None)
        .in_fold_order()
        .values_list(
            "ticket_id", "session_id", "scan_id", "station_id", "station__name", "judged", "facts", "corrected_at"
        )
    )
)


def _held(row: Sequence[Any]) -> Held:
    pk, signup, attendee, state, activity, path, name = row[: len(_COLUMNS)]
    return Held(pk, signup, attendee, state, activity, path, name or "")


def read_codes(texts: Iterable[str]) -> dict[str, Read]:
    """Tickets by what was scanned: a token (compared with the one that was issued, verified only where it is another) or
    a short code."""
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
    by_code = {row[len(_COLUMNS)]: row for row in _by_code(codes=[one.token.ticket for one in signed.values()])}
    ours = {number for number, _key in settings.KEPU_TICKET_KEYS}
    for text, one in signed.items():
        found[text] = _recognized(one, by_code.get(one.token.ticket), ours)
    by_short = {row[-1]: row for row in _by_short_code(codes=short.values())}
    for text, code in short.items():
        row = by_short.get(code)
        found[text] = Read(Reading.KNOWN, _held(row)) if row else Read(Reading.UNREADABLE)
    return found


def _recognized(one: token.Signed, row: Sequence[Any] | None, ours: Collection[int]) -> Read:
    """`ours`: the ids of the keys with which tickets are signed here."""
    known = _held(row) if row and row[4] == one.token.activity else None
    if row and known:
        _code, days, last, key_id, signature = row[len(_COLUMNS) :]
        issued = (days, last, key_id, bytes(signature)) if signature is not None else None
        said = one.token
        if key_id in ours and issued == (said.days_valid, said.last_valid_day, said.key_id, one.signature):
            return Read(Reading.KNOWN, known)
    try:
        token.verify(one, tickets.public_keys())
    except token.Forged:
        return Read(Reading.FORGED)
    # Signed by us under another key or validity: the ticket itself may still be known.
    return Read(Reading.KNOWN, known) if known else Read(Reading.SIGNED)


def prepare(*, texts: Iterable[str], sessions: Iterable[int]) -> Bench:
    """Read tickets and sessions of a batch, and lock their sign-ups: a fixed number of queries, whatever its length.
    Call inside a transaction."""
    read = read_codes(texts)
    known = [one.ticket for one in read.values() if one.ticket]
    signups = {row[0]: SignupNow(*row[1:]) for row in _signups(pks={one.signup for one in known})}
    found = gates(sessions)
    chosen: dict[int, list[int]] = defaultdict(list)
    lines: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    places = set()
    for kind, signup, *values in _beside(signups=signups, sessions=found):
        match kind:
            case "chosen":
                chosen[signup].append(values[0])
            case "line":
                lines[signup].append((values[0], values[1], values[2]))
            case _:
                places.add(Place(signup, values[0]))
    whole = {one.signup: one.activity for one in known if signups[one.signup].covers_course}
    lessons: dict[int, list[int]] = defaultdict(list)
    for activity, session in _lessons(pks=set(whole.values())):
        lessons[activity].append(session)
    bench = Bench(
        tickets=read,
        signups=signups,
        sessions=found,
        valid_for={pk: tuple(sorted(lessons[whole[pk]] if pk in whole else chosen[pk])) for pk in signups},
        lines={pk: [(line, size) for _position, line, size in sorted(some)] for pk, some in lines.items()},
        known=frozenset(places),
    )
    seen = {place.signup for place in places}
    _look_back(bench, [one.pk for one in known if one.signup in seen])
    return bench


def gates(sessions: Iterable[int]) -> dict[int, Gate]:
    """Sessions by their numbers, as a check-in point needs them."""
    found = {}
    for pk, *moments, activity, checks_out, organization, path, moved in _gates(pks=set(sessions)):
        opens, closes = Session(**dict(zip(_WINDOW, moments, strict=True))).check_in_window
        window = {"opens_at": opens.isoformat(), "closes_at": closes.isoformat()}
        found[pk] = Gate(pk, opens, closes, activity, checks_out, organization, path, moved, window)
    return found


def _look_back(bench: Bench, tickets: Iterable[int]) -> None:
    """Read the earlier scans of these tickets at the bench's sessions: judging rests on them."""
    for ticket, session, scan, station, name, judged, facts, at in _earlier(tickets=tickets, sessions=bench.sessions):
        bench.passed[ticket, session].append(Passed(scan, station, name, judged, facts.get("admitted", 0), at))
