"""Everything the figures of a span of days rest on, read in a fixed number of queries.

What counts (rules 2026.2): activities that are published, held or archived and whose leader is in scope; a session whose
local start lies in the span, on or before the cut-off; a course in the span it ends in, unless all its sessions were
called off; an activity without sessions and what an expert gave in the span they end in, once they have begun. What is
known to the month counts in a span that holds the whole month, what is known to the year in one that holds the year. What
another unit reported counts in the span its own ends in, if that is no longer: a year's number is no month's. Stocks
are those of the last day, or of the cut-off where that comes first. Only the lead organization's activity counts.

Morning and afternoon that are checked in apart are one session: of each person whichever half saw more of them counts, of
counts of heads whichever half was larger.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import Case, Max, Min, Q, Sum, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from events.models import Activity, DatePrecision, Organization, Region, Session
from events.models.activity import whole_period
from registrations.figures import Amount, Grade, RecordRef
from registrations.models import (
    Attendance,
    ExpertSupport,
    Headcount,
    Output,
    ReportedFigure,
    Statement,
    StockChange,
)
from registrations.reports.attendance import graded_together

COUNTED_STATES = ("published", "held", "archived")


@dataclass(slots=True)
class Entry:
    """One activity with what is recorded of it in the span. `sessions`: what counts as one each."""

    activity: Activity
    sessions: list[Session] = field(default_factory=list)
    halves: dict[int, Session] = field(default_factory=dict)
    """Afternoons that count with their mornings, by the morning's id."""
    called_off: bool = False
    """Whether some session of the span was called off."""
    whole: bool = False
    """Whether activity-level records (statements, outputs without sessions) belong to this span."""
    ended: bool = False
    statements: list[Statement] = field(default_factory=list)
    outputs: list[Output] = field(default_factory=list)
    supports: list[ExpertSupport] = field(default_factory=list)
    references: dict[int, RecordRef] = field(default_factory=dict)
    """By session, once written: a year's are asked for by every indicator."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody told apart by a key (`people` is 1), or a line without one: the most that ever came of it, of whom some
    may be counted elsewhere too. `grade` is the best one known."""

    matched: bool
    people: int
    grade: Grade


@dataclass(slots=True)
class Ledger:
    start: datetime.date
    end: datetime.date
    """The last day, inclusive."""
    scope: str
    as_of: datetime.date
    entries: list[Entry]
    checked_in: dict[int, dict[Grade, int]]
    headcounts: dict[int, dict[int, list[Headcount]]]
    """By session as it counts, then by half."""
    people: dict[int, dict[str, Person]]
    """Who came to an activity: by activity id, then by person key, or by line of a roster where there is no key."""
    reported: list[ReportedFigure]
    stock: list[StockChange]
    drawn: dict[int, Amount | None] = field(default_factory=dict)
    """People at an activity, once somebody has asked for them."""
    graded: dict[int, dict[Grade, Amount]] = field(default_factory=dict)

    def attendance(self, session: Session) -> dict[Grade, Amount]:
        """人次 of a session, both halves of the day included, by grade; empty where nothing is recorded."""
        if session.pk not in self.graded:
            self.graded[session.pk] = self._graded(session)
        return self.graded[session.pk]

    def _graded(self, session: Session) -> dict[Grade, Amount]:
        checked_in = self.checked_in.get(session.place, {})
        return graded_together(checked_in, self.headcounts.get(session.place, {}).values())


def scope_of(organization: Organization, scope: str) -> Q:
    """Activities in scope, on their own fields: own ⊆ tree ⊆ region."""
    own = Q(organization=organization) | Q(organization__reports_to=organization)
    if scope == "own":
        return own
    tree = own | Q(organization__path__startswith=organization.path)
    if scope == "tree":
        return tree
    places = _regions(organization)
    return tree | Q(region__in=places) | Q(sessions__region__in=places)


def _regions(organization: Organization) -> list[int]:
    place = organization.region_id
    below = Q(pk=place) | Q(parent=place) | Q(parent__parent=place)
    return list(Region.objects.filter(below).values_list("pk", flat=True))


def within(first: datetime.date, last: datetime.date, precision: str, start: datetime.date, end: datetime.date) -> bool:
    """Whether something that ends on `last`, known to a day, a month or a year, belongs to the span: all days on which it
    may have ended lie in it."""
    if precision == DatePrecision.DAY:
        return start <= last <= end
    month = last.month if precision == DatePrecision.MONTH else None
    earliest, latest = whole_period(last.year, month)
    return start <= earliest and latest <= end


def read(
    *, organization: Organization, start: datetime.date, end: datetime.date, scope: str, as_of: datetime.date
) -> Ledger:
    """The ledger of an organization from `start` to `end`, both inclusive, in eleven queries (fourteen for a region, one
    more where a day has two halves) however much there is."""
    last_day = min(end, as_of)
    overlaps = Q(starts_on__lte=end, ends_on__gte=start)
    activities = list(
        Activity.objects.filter(scope_of(organization, scope), overlaps, state__in=COUNTED_STATES)
        .select_related("organization", "campaign", "region")
        .prefetch_related("audience_rows")
        .distinct()
    )
    entries = {activity.pk: Entry(activity) for activity in activities}
    sessions = Session.objects.filter(
        activity__in=entries,
        starts_at__gte=_midnight(start),
        starts_at__lt=_midnight(last_day + datetime.timedelta(days=1)),
    ).select_related("region")
    for session in sessions:
        if session.state == Session.State.CALLED_OFF:
            entries[session.activity_id].called_off = True
        else:
            entries[session.activity_id].sessions.append(session)
    for entry in entries.values():
        _pair(entry)
        first, last = entry.activity.starts_on, entry.activity.ends_on
        if first is None or last is None:
            continue
        inside = within(first, last, entry.activity.date_precision, start, end)
        entry.ended = inside and last <= as_of
        entry.whole = inside and first <= as_of
    _fill(entries, start, end, as_of)
    held = [session for entry in entries.values() for session in (*entry.sessions, *entry.halves.values())]
    stock = StockChange.objects.filter(_leads(organization, scope), on__lte=last_day, withdrawn_at=None)
    reported = ReportedFigure.objects.none()
    if scope == "region":
        reported = ReportedFigure.objects.filter(
            recipient__path__startswith=organization.path,
            period_end__range=(start, end),
            period_start__lte=as_of,
        )
    length = end - start
    return Ledger(
        start=start,
        end=end,
        scope=scope,
        as_of=last_day,
        entries=list(entries.values()),
        checked_in=_checked_in(held),
        headcounts=_headcounts(held),
        people=_people(held),
        reported=[one for one in reported.prefetch_related("overlaps") if one.period_end - one.period_start <= length],
        stock=list(stock),
    )


def _pair(entry: Entry) -> None:
    """An afternoon counts with its morning; where that was called off, by itself."""
    standing = {session.pk for session in entry.sessions}
    entry.halves = {one.half_of_id: one for one in entry.sessions if one.half_of_id in standing and one.half_of_id}
    entry.sessions = [one for one in entry.sessions if one.half_of_id not in standing]


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


def _leads(organization: Organization, scope: str) -> Q:
    """Rows of the organizations in scope: own ⊆ tree ⊆ region, wherever in the tree those stand that report here."""
    own = Q(organization__in=Organization.objects.own_of(organization))
    return own if scope == "own" else own | Q(organization__path__startswith=organization.path)


def _fill(entries: dict[int, Entry], start: datetime.date, end: datetime.date, as_of: datetime.date) -> None:
    for statement in Statement.objects.filter(activity__in=entries, withdrawn_at=None):
        if entries[statement.activity_id].whole:
            entries[statement.activity_id].statements.append(statement)
    for output in Output.objects.filter(activity__in=entries, withdrawn_at=None).prefetch_related("sessions"):
        entry = entries[output.activity_id]
        jointly = {session.pk for session in output.sessions.all()}
        here = {session.pk for session in (*entry.sessions, *entry.halves.values())}
        if jointly & here or (not jointly and entry.whole):
            entry.outputs.append(output)
    supports = ExpertSupport.objects.filter(
        activity__in=entries, ends_on__range=(start, end), starts_on__lte=as_of, withdrawn_at=None
    )
    for support in supports:
        inside = within(support.starts_on, support.ends_on, support.date_precision, start, end)
        if support.activity_id is not None and inside:
            entries[support.activity_id].supports.append(support)


def _checked_in(sessions: Sequence[Session]) -> dict[int, dict[Grade, int]]:
    result: dict[int, dict[Grade, int]] = defaultdict(dict)
    whole = [one.pk for one in sessions if not one.half]
    rows = Attendance.objects.filter(session__in=whole).values("session", "grade").annotate(people=Sum("present"))
    for row in rows.order_by():
        result[row["session"]][Grade(row["grade"])] = row["people"]
    for place, grade, people in _of_halves([one.pk for one in sessions if one.half]):
        result[place][grade] = result[place].get(grade, 0) + people
    return result


def _of_halves(sessions: Sequence[int]) -> Iterator[tuple[int, Grade, int]]:
    """(session as it counts, best grade, people) of each line that came to some half: one row each, one query."""
    rank = Case(*(When(grade=grade.value, then=place) for place, grade in enumerate(Grade)))
    rows = Attendance.objects.filter(session__in=sessions).annotate(place=Coalesce("session__half_of", "session"))
    lines = rows.values("place", "attendee").annotate(most=Max("present"), best=Min(rank)).order_by()
    for place, _line, most, best in lines.values_list("place", "attendee", "most", "best"):
        yield place, list(Grade)[best], most


def _headcounts(sessions: Sequence[Session]) -> dict[int, dict[int, list[Headcount]]]:
    places = {one.pk: one.place for one in sessions}
    result: dict[int, dict[int, list[Headcount]]] = defaultdict(lambda: defaultdict(list))
    for row in Headcount.objects.filter(session__in=places, withdrawn_at=None):
        result[places[row.session_id]][row.session_id].append(row)
    return result


def _people(sessions: Sequence[Session]) -> dict[int, dict[str, Person]]:
    rows = Attendance.objects.filter(session__in=[one.pk for one in sessions])
    grouped = rows.values_list("session__activity", "attendee", "attendee__person_key", "grade")
    result: dict[int, dict[str, Person]] = defaultdict(dict)
    for activity, line, key, grade, most in grouped.annotate(most=Max("present")).order_by():
        here, who = result[activity], key or f"line {line}"
        earlier = here.get(who)
        best = min((Grade(grade), earlier.grade) if earlier else (Grade(grade),), key=list(Grade).index)
        here[who] = Person(bool(key), 1 if key else max(most, earlier.people if earlier else 0), best)
    return result


def reference(session: Session, entry: Entry) -> RecordRef:
    if session.pk not in entry.references:
        label = f"{entry.activity.name} {timezone.localdate(session.starts_at).isoformat()} {session.venue}"
        entry.references[session.pk] = RecordRef("session", session.pk, label)
    return entry.references[session.pk]
