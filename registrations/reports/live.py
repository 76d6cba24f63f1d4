"""A session while it runs: who is in, who is not yet, at which gate, of which group, and when they came.

Everything is added up by the database; the number of queries is the same however many signed up.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import (
    Exists,
    F,
    FilteredRelation,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, Greatest, Trunc

from events.models import Activity, Session
from registrations.models import Attendance, Attendee, Correction, ScanOutcome, Signup, SignupSession

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
    last_at: datetime.datetime | None


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
    """The state of a session with its activity: four queries, however many signed up."""
    groups, missing = _expected(session)
    arrivals = _arrivals(session)
    leave = on_leave(session).aggregate(n=Sum("size"))["n"] or 0
    came = sum(group.came for group in groups)
    present = sum(people for _at, people, _inside in arrivals)
    bars, width = _bars([(at, people) for at, people, _inside in arrivals])
    return Counts(
        people=sum(group.people for group in groups),
        came=came,
        others=max(0, present - came),
        missing=max(0, missing - leave),
        leave=leave,
        inside=sum(inside for _at, _people, inside in arrivals) if session.activity.checks_out else None,
        groups=groups,
        gates=_gates(session),
        bars=bars,
        width=width,
    )


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


def _at(session: Session) -> FilteredRelation:
    return FilteredRelation("attendances", condition=Q(attendances__session=session))


_LACKING = Greatest(F("size") - Coalesce(F("here__present"), Value(0)), Value(0))


def _expected(session: Session) -> tuple[list[Group], int]:
    """Signed up and come by group, the largest first, and how many are not here in all."""
    rows = expected(session).annotate(here=_at(session)).order_by().values("audience_group")
    rows = rows.annotate(people=Sum("size"), came=Sum("here__present"), lacking=Sum(_LACKING))
    found = [(Group(row["audience_group"], row["people"], row["came"] or 0), row["lacking"]) for row in rows]
    groups = sorted((group for group, _lacking in found), key=lambda one: (-one.people, one.code))
    return groups, sum(lacking for _group, lacking in found)


def _arrivals(session: Session) -> list[tuple[datetime.datetime, int, int]]:
    """(minute, people who came in it, how many of them are still in), in the order of time."""
    rows = Attendance.objects.filter(session=session).annotate(minute=Trunc("first_at", "minute", tzinfo=datetime.UTC))
    grouped = rows.values("minute").annotate(people=Sum("present"), inside=Sum("present", filter=Q(left_at=None)))
    return [(row["minute"], row["people"], row["inside"] or 0) for row in grouped.order_by("minute")]


def _gates(session: Session) -> list[Gate]:
    rows = ScanOutcome.objects.filter(session=session, outcome=ScanOutcome.Outcome.COUNTED, counted__gte=1)
    grouped = rows.values("scan__station", "scan__station__name").annotate(
        people=Sum("counted"), last=Max("scan__corrected_at")
    )
    return [Gate(row["scan__station__name"], row["people"], row["last"]) for row in grouped.order_by("-people")]


def on_leave(session: Session) -> QuerySet[Attendee]:
    """Lines of which the latest word is leave and nobody is here."""
    said = Correction.objects.filter(attendee=OuterRef("pk"), session=session)
    asked = Correction.objects.filter(session=session, kind=Correction.Kind.LEAVE).values("attendee")
    return (
        Attendee.objects.standing()
        .filter(pk__in=asked, signup__state=Signup.State.CONFIRMED)
        .annotate(latest=said.order_by("-at", "-pk").values("kind")[:1])
        .filter(~Exists(Attendance.objects.filter(attendee=OuterRef("pk"), session=session)), latest="leave")
    )


def missing(session: Session, words: str = "") -> QuerySet[Attendee]:
    """Lines of which somebody is not here yet (`lacking` people) and that have not asked for leave, by unit and name."""
    rows = expected(session).annotate(here=_at(session), lacking=_LACKING)
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
