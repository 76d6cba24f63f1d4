"""Sessions that somebody looks on at: what each sign-up and each scan adds to their numbers, kept in this process and read
again only where something changed.

To count 20,000 people anew takes a database tens of milliseconds, and nearly all of them are as they were a moment ago.
Whatever changes who is expected or present writes a line of the feed (`RosterChange`) in its own transaction. A reading
keeps its mark (`marks`), and the next one asks for the lines that were not to be seen then. What they name is read as it is
now and takes the place of what was kept: to read a line twice changes nothing, and none is missed.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import connection
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When

from events.models import Activity, Session
from events.models.compiled import Compiled
from registrations.models import (
    Attendance,
    Attendee,
    RosterChange,
    Scan,
    ScanDecision,
    ScanOutcome,
    Signup,
    SignupSession,
    Ticket,
)
from registrations.reports import condensed, marks

#: How many sessions a process keeps, and after how many lines it begins anew.
MOST, AT_ONCE = 8, 1_000


class Part(NamedTuple):
    """A line of a sign-up at the session: `group` is None where it is not expected there; `minute` since 1970, 0 where
    nobody of it is here."""

    group: str | None
    size: int
    present: int
    minute: int
    inside: int


class Let(NamedTuple):
    """People that a scan lets count: at which check-in point, and in which minute."""

    station: int
    people: int
    minute: int


Value = TypeVar("Value")


@dataclass(slots=True)
class Tally(Generic[Value]):
    """What each of many things adds, and how many of them add the same: few values for many things."""

    of: dict[int, Value] = field(default_factory=dict)
    many: Counter[Value] = field(default_factory=Counter)

    def put(self, number: int, value: Value | None) -> None:
        """From now on this thing adds that, or nothing."""
        before = self.of.pop(number, None)
        if before is not None:
            self.many[before] -= 1
            if not self.many[before]:
                del self.many[before]
        if value is not None:
            self.of[number] = value
            self.many[value] += 1


@dataclass(slots=True)
class Watched:
    """One session as its sign-ups and scans have it."""

    mark: marks.Mark
    signups: Tally[tuple[Part, ...]] = field(default_factory=Tally)
    scans: Tally[Let] = field(default_factory=Tally)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Lines of sign-ups and scans that let people in, each kind with how many are the same."""

    lines: list[tuple[Part, int]]
    lets: list[tuple[Let, int]]


class _Shelf:
    """What this process keeps, each session with the lock under which it is read."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[int, tuple[threading.Lock, list[Watched]]] = OrderedDict()

    def place(self, session: int) -> tuple[threading.Lock, list[Watched]]:
        with self._lock:
            found = self._kept.setdefault(session, (threading.Lock(), []))
            self._kept.move_to_end(session)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
            return found

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()


_shelf = _Shelf()
#: Nothing is kept any more: for tests, each of which has a database of its own.
forget = _shelf.clear


def numbers(session: Session) -> Numbers:
    """A session's lines and scans as they are now: one query where nothing changed, four more where something did."""
    if connection.in_atomic_block:
        return _added_up(_whole(session))  # it may have written what nobody else may ever see
    lock, kept = _shelf.place(session.pk)
    with lock:
        # One that was called off stands in no line of the sign-ups that end with it.
        if session.state != Session.State.SCHEDULED or not kept or not _follow(kept[0], session):
            kept[:] = [_whole(session)]
        return _added_up(kept[0])


def _added_up(found: Watched) -> Numbers:
    lines = [(part, many) for parts, many in found.signups.many.items() for part in parts]
    return Numbers(lines, list(found.scans.many.items()))


def expected(session: Session) -> QuerySet[Attendee]:
    """The lines of those whose sign-up for a session is confirmed."""
    rows = Attendee.objects.standing()
    if session.activity.signup_by == Activity.SignupBy.COURSE:
        confirmed = Signup.objects.for_session(session).filter(state=Signup.State.CONFIRMED)
        return rows.filter(signup__in=confirmed.values("pk"))
    # Those who are not confirmed are few and quickly found by an index: the table of sign-ups need not be joined at all.
    others = [state for state in Signup.State if state is not Signup.State.CONFIRMED]
    aside = Signup.objects.filter(activity=session.activity_id, state__in=others).order_by()
    chosen = SignupSession.objects.filter(session=session).exclude(signup__in=aside.values("pk"))
    return rows.filter(signup__in=chosen.values("signup"))


def _lines(rows: QuerySet[Attendee]) -> QuerySet[Attendee, tuple[Any, ...]]:
    listed = condensed.pairs_alike("signup_id", "pk")
    return (
        rows.order_by()
        .values("audience_group", "size")
        .annotate(listed=listed)
        .values_list("audience_group", "size", "listed")
    )


def _present(rows: QuerySet[Attendance]) -> QuerySet[Attendance, tuple[Any, ...]]:
    gone = Case(When(left_at=None, then=0), default=1)
    rows = rows.annotate(minute=condensed.Minute("first_at"), gone=gone)
    listed = condensed.pairs_alike("attendee__signup_id", "attendee_id")
    grouped = rows.values("present", "minute", "gone").annotate(listed=listed)
    return grouped.values_list("present", "minute", "gone", "listed")


def _lets(rows: QuerySet[ScanOutcome]) -> QuerySet[ScanOutcome, tuple[Any, ...]]:
    """Of those that count anybody."""
    rows = rows.filter(outcome=ScanOutcome.Outcome.COUNTED, counted__gte=1)
    rows = rows.annotate(minute=condensed.Minute("scan__corrected_at"))
    grouped = rows.values("scan__station_id", "counted", "minute").annotate(listed=condensed.alike("pk"))
    return grouped.values_list("scan__station_id", "counted", "minute", "listed")


_some_chosen = Compiled(
    lambda signups, sessions: _lines(
        Attendee.objects.standing().filter(
            signup__any=signups, signup__state=Signup.State.CONFIRMED, signup__chosen__session__any=sessions
        )
    )
)
_some_of_course = Compiled(
    lambda signups, sessions, activities: _lines(
        Attendee.objects.standing().filter(
            Q(signup__activity__any=activities, signup__covers_course=True)
            | Exists(SignupSession.objects.filter(signup=OuterRef("signup"), session__any=sessions)),
            signup__any=signups,
            signup__state=Signup.State.CONFIRMED,
        )
    )
)
_some_present = Compiled(
    lambda signups, sessions: _present(Attendance.objects.filter(session__any=sessions, attendee__signup__any=signups))
)
_some_lets = Compiled(lambda scans, sessions: _lets(ScanOutcome.objects.filter(session__any=sessions, pk__any=scans)))
#: Whose these tickets and scans are, whatever was decided about the scans.
_concerned = Compiled(
    lambda tickets, scans: (
        Ticket.objects.filter(pk__any=tickets)
        .order_by()
        .values_list("signup_id")
        .union(
            Scan.objects.filter(pk__any=scans, ticket__isnull=False).order_by().values_list("ticket__signup_id"),
            ScanDecision.objects.filter(scan__any=scans, signup__isnull=False).order_by().values_list("signup_id"),
        )
    )
)


def _whole(session: Session) -> Watched:
    """Everything, read anew; the mark before it, so that what is written meanwhile is read again."""
    found = Watched(marks.now())
    parts = _parts(_lines(expected(session)), _present(Attendance.objects.filter(session=session)))
    for signup, mine in parts.items():
        found.signups.put(signup, mine)
    for scan, let in _by_scan(_lets(ScanOutcome.objects.filter(session=session))).items():
        found.scans.put(scan, let)
    return found


def _follow(kept: Watched, session: Session) -> bool:
    """Read again what changed since. False: it has to be read as a whole."""
    mark, lines = marks.since(kept.mark, session, most=AT_ONCE + 1)
    kinds = {kind for kind, _number in lines}
    if mark.epoch != kept.mark.epoch or len(lines) > AT_ONCE or RosterChange.Kind.SESSION in kinds:
        return False
    if lines:
        tickets = {number for kind, number in lines if kind == RosterChange.Kind.TICKET}
        scans = {number for kind, number in lines if kind == RosterChange.Kind.OUTCOME}
        signups = [row[0] for row in _concerned(tickets=tickets or {0}, scans=scans or {0})]
        if session.activity.signup_by == Activity.SignupBy.COURSE:
            lines_now = _some_of_course(signups=signups, sessions=[session.pk], activities=[session.activity_id])
        else:
            lines_now = _some_chosen(signups=signups, sessions=[session.pk])
        parts = _parts(lines_now, _some_present(signups=signups, sessions=[session.pk]))
        lets = _by_scan(_some_lets(scans=scans, sessions=[session.pk]))
        for signup in signups:
            kept.signups.put(signup, parts.get(signup))
        for scan in scans:
            kept.scans.put(scan, lets.get(scan))
    kept.mark = mark
    return True


def _parts(lines: Iterable[Sequence[Any]], present: Iterable[Sequence[Any]]) -> dict[int, tuple[Part, ...]]:
    """What each sign-up adds, by its lines and by who is there."""
    here: dict[int, tuple[int, tuple[int, int, int]]] = {}
    for people, minute, gone, listed in present:
        shared = (people, minute, 0 if gone else people)
        for signup, line in condensed.pairs(listed):
            here[line] = signup, shared
    nobody = (0, (0, 0, 0))
    found: dict[int, tuple[Part, ...]] = {}
    for group, size, listed in lines:
        alike: dict[tuple[int, int, int], tuple[Part, ...]] = {}
        for signup, line in condensed.pairs(listed):
            _signup, one = here.pop(line, nobody)
            part = alike.get(one) or alike.setdefault(one, (Part(group, size, *one),))
            found[signup] = found[signup] + part if signup in found else part
    for signup, one in here.values():
        found[signup] = (*found.get(signup, ()), Part(None, 0, *one))
    return found


def _by_scan(rows: Iterable[Sequence[Any]]) -> dict[int, Let]:
    found: dict[int, Let] = {}
    for station, people, minute, listed in rows:
        found |= dict.fromkeys(condensed.numbers(listed), Let(station, people, minute))
    return found
