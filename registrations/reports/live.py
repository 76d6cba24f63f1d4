"""A session while it runs: who is in, who is not yet, at which gate, of which group, and when they came.

The number of queries is the same however many signed up, and so is the time: only what changed is read again.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Greatest

from events.models import Session
from events.models.compiled import Compiled
from registrations.models import Attendance, Attendee, Correction, Signup, Station
from registrations.reports import watched

#: Widths of the bars in minutes, the first that needs no more than `BARS` of them.
WIDTHS = (5, 15, 30, 60, 180, 720)
BARS = 36


@dataclass(frozen=True, slots=True)
class Group:
    """People of one audience group (empty: not stated)."""

    code: str
    people: int
    came: int


@dataclass(frozen=True, slots=True)
class Gate:
    """What one check-in point let in."""

    name: str
    people: int
    last_at: datetime.datetime
    """The minute of the last."""


@dataclass(frozen=True, slots=True)
class Bar:
    """People who came within [since, until)."""

    since: datetime.datetime
    until: datetime.datetime
    people: int


@dataclass(frozen=True, slots=True)
class Counts:
    """`people` signed up; of them `came` and `missing`, and `leave` asked for leave. `others` came without having signed
    up for this session. `inside` is None where nobody is scanned out."""

    people: int
    came: int
    others: int
    missing: int
    lines: int
    leave: int
    inside: int | None
    groups: list[Group]
    gates: list[Gate]
    bars: list[Bar]
    width: int

    @property
    def present(self) -> int:
        return self.came + self.others

    @property
    def share(self) -> int:
        """How many of those signed up are in, in percent; none is said to be all before they are."""
        return self.came * 100 // self.people if self.people else 0

    @property
    def ticked(self) -> int:
        """Came by another road than a gate: ticked off on a list."""
        return max(0, self.present - sum(gate.people for gate in self.gates))


def counts(session: Session) -> Counts:
    """The state of a session with its activity. What each sign-up adds is kept (`watched`): three queries where nothing
    changed, seven where something did, however many signed up."""
    numbers = watched.numbers(session)
    groups = _groups(numbers.lines)
    lacking = [(line.size - line.present, many) for line, many in numbers.lines if line.size > line.present]
    arrivals = _arrivals(numbers.lines)
    away = [size for (size,) in _on_leave(sessions=[session.pk])]
    came = sum(group.came for group in groups)
    present = sum(people for _at, people, _inside in arrivals)
    bars, width = _bars([(at, people) for at, people, _inside in arrivals])
    return Counts(
        people=sum(group.people for group in groups),
        came=came,
        others=max(0, present - came),
        missing=max(0, sum(people * many for people, many in lacking) - sum(away)),
        lines=max(0, sum(many for _people, many in lacking) - len(away)),
        leave=sum(away),
        inside=sum(inside for _at, _people, inside in arrivals) if session.activity.checks_out else None,
        groups=groups,
        gates=_gates(numbers.lets),
        bars=bars,
        width=width,
    )


def _at(session: Session) -> FilteredRelation:
    return FilteredRelation("attendances", condition=Q(attendances__session=session))


_LACKING = Greatest(F("size") - Coalesce(F("here__present"), Value(0)), Value(0))


def _groups(lines: Iterable[tuple[watched.Part, int]]) -> list[Group]:
    """Signed up and come by group, the largest first."""
    people: dict[str, int] = defaultdict(int)
    came: dict[str, int] = defaultdict(int)
    for line, many in lines:
        if line.group is not None:
            people[line.group] += line.size * many
            came[line.group] += line.present * many
    groups = [Group(code, number, came[code]) for code, number in people.items()]
    return sorted(groups, key=lambda one: (-one.people, one.code))


def _arrivals(lines: Iterable[tuple[watched.Part, int]]) -> list[tuple[datetime.datetime, int, int]]:
    """(minute, people who came in it, how many of them are still in), in the order of time."""
    people: dict[int, int] = defaultdict(int)
    inside: dict[int, int] = defaultdict(int)
    for line, many in lines:
        if line.present:
            people[line.minute] += line.present * many
            inside[line.minute] += line.inside * many
    return [(_time(minute, 1), people[minute], inside[minute]) for minute in sorted(people)]


def _gates(lets: Iterable[tuple[watched.Let, int]]) -> list[Gate]:
    people: dict[int, int] = defaultdict(int)
    last: dict[int, int] = defaultdict(int)
    for let, many in lets:
        people[let.station] += let.people * many
        last[let.station] = max(last[let.station], let.minute)
    names = dict(_names(stations=people))
    order = sorted(people, key=lambda one: (-people[one], one))
    return [Gate(names[one], people[one], _time(last[one], 1)) for one in order]


_names = Compiled(lambda stations: Station.objects.filter(pk__any=stations).order_by().values_list("pk", "name"))
_on_leave = Compiled(lambda sessions: _asked_for_leave(sessions).order_by().values_list("size"))


def on_leave(session: Session) -> QuerySet[Attendee]:
    """Lines of which the latest word is leave and nobody is here."""
    return _asked_for_leave([session.pk])


def _asked_for_leave(sessions: Any) -> QuerySet[Attendee]:
    said = Correction.objects.filter(attendee=OuterRef("pk"), session__any=sessions)
    asked = Correction.objects.filter(session__any=sessions, kind=Correction.Kind.LEAVE).values("attendee")
    return (
        Attendee.objects.standing()
        .filter(pk__in=asked, signup__state=Signup.State.CONFIRMED)
        .annotate(latest=said.order_by("-at", "-pk").values("kind")[:1])
        .filter(~Exists(Attendance.objects.filter(attendee=OuterRef("pk"), session__any=sessions)), latest="leave")
    )


def missing(session: Session, words: str = "") -> QuerySet[Attendee]:
    """Lines of which somebody is not here yet (`lacking` people) and that have not asked for leave, by unit and name."""
    rows = watched.expected(session).annotate(here=_at(session), lacking=_LACKING)
    rows = rows.filter(lacking__gt=0).exclude(pk__in=on_leave(session).values("pk"))
    if words:
        named = Q(name__icontains=words) | Q(signup__contact_name__icontains=words)
        rows = rows.filter(named | Q(signup__unit__icontains=words))
    return rows.select_related("signup").order_by("signup__unit", "signup__placed_at", "signup", "position")


def _bars(arrivals: Iterable[tuple[datetime.datetime, int]]) -> tuple[list[Bar], int]:
    """Arrivals by bars of equal width, without gaps, and that width in minutes."""
    by_minute = [(at, people) for at, people in arrivals]
    if not by_minute:
        return [], WIDTHS[0]
    first, last = by_minute[0][0], by_minute[-1][0]
    width = next((one for one in WIDTHS if _slot(last, one) - _slot(first, one) < BARS), WIDTHS[-1])
    found: dict[int, int] = {}
    for at, people in by_minute:
        found[_slot(at, width)] = found.get(_slot(at, width), 0) + people
    begin = _slot(last, width) - BARS + 1
    slots = range(max(_slot(first, width), begin), _slot(last, width) + 1)
    return [Bar(_time(one, width), _time(one + 1, width), found.get(one, 0)) for one in slots], width


def _slot(at: datetime.datetime, width: int) -> int:
    return int(at.timestamp()) // (width * 60)


def _time(slot: int, width: int) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(slot * width * 60, datetime.UTC)
