"""Who signed up and who came: of one session, or of many."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Q, Sum

from events.models import Session
from registrations.figures import Amount, Grade, amount, attendance
from registrations.models import Attendance, Attendee, Correction, Headcount, ScanOutcome, Signup

#: People in one answer of a page; what exceeds it is reached by searching and paging.
MOST = 500


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a roster at a session, and what is known of its presence."""

    attendee: Attendee
    present: int
    grade: str
    first_at: datetime.datetime | None
    left_at: datetime.datetime | None
    leave: bool = False
    """They have asked for leave, and nobody of them is here."""

    @property
    def missing(self) -> int:
        return max(0, self.attendee.size - self.present)


@dataclass(slots=True)
class Row:
    """One sign-up with its lines."""

    signup: Signup
    lines: list[Line] = field(default_factory=list)

    @property
    def present(self) -> int:
        return sum(line.present for line in self.lines)


@dataclass(frozen=True, slots=True)
class Totals:
    """Of one session: seats asked for, people who came by grade, scans that wait for a decision, people on leave."""

    signups: int
    people: int
    waiting: int
    checked_in: int
    grades: dict[Grade, Amount]
    awaiting: int
    leave: int = 0

    @property
    def whole(self) -> Amount | None:
        """人次 in all; None where nothing is recorded."""
        result: Amount | None = None
        for part in self.grades.values():
            result = part if result is None else result + part
        return result

    @property
    def no_show(self) -> int:
        return max(0, self.people - self.checked_in - self.leave)


def lines(session: Session, signups: Sequence[Signup]) -> list[Row]:
    """The rosters of these sign-ups at a session, in three queries however many."""
    rows = {signup.pk: Row(signup) for signup in signups}
    came = {row.attendee_id: row for row in Attendance.objects.filter(session=session, attendee__signup__in=rows)}
    said: dict[int, str] = {}
    corrections = Correction.objects.filter(session=session, attendee__signup__in=rows).order_by("at", "pk")
    for pk, kind in corrections.values_list("attendee", "kind"):
        said[pk] = kind
    for attendee in Attendee.objects.filter(signup__in=rows).standing().order_by("signup", "position"):
        here = came.get(attendee.pk)
        rows[attendee.signup_id].lines.append(
            Line(
                attendee,
                here.present if here else 0,
                here.grade if here else "",
                here.first_at if here else None,
                here.left_at if here else None,
                here is None and said.get(attendee.pk) == Correction.Kind.LEAVE,
            )
        )
    return list(rows.values())


def totals(sessions: Iterable[Session]) -> dict[int, Totals]:
    """Totals by session id, in six queries however many sessions."""
    wanted = list(sessions)
    ids = [session.pk for session in wanted]
    chosen = _asked_for(Q(chosen__session__in=ids), "chosen__session")
    by_course = _asked_for(Q(covers_course=True, activity__in={one.activity_id for one in wanted}), "activity")
    came: dict[int, dict[Grade, int]] = defaultdict(dict)
    grouped = Attendance.objects.filter(session__in=ids).values("session", "grade").annotate(people=Sum("present"))
    for row in grouped.order_by():
        came[row["session"]][Grade(row["grade"])] = row["people"]
    heads: dict[int, list[Headcount]] = defaultdict(list)
    for head in Headcount.objects.filter(session__in=ids, withdrawn_at=None):
        heads[head.session_id].append(head)
    pending = ScanOutcome.objects.filter(session__in=ids, scan__withdrawal=None).exclude(why="").values("session")
    leave = on_leave(ids)
    awaiting = {row["session"]: row["n"] for row in pending.annotate(n=Count("pk")).order_by()}
    result = {}
    for session in wanted:
        # Of a course's lesson both: those of the whole course, and who signed up at its door.
        chose, course = chosen.get(session.pk, _NOBODY), by_course.get(session.activity_id, _NOBODY)
        result[session.pk] = Totals(
            chose[0] + course[0],
            chose[1] + course[1],
            chose[2] + course[2],
            checked_in=sum(came[session.pk].values()),
            grades=graded(came[session.pk], heads[session.pk]),
            awaiting=awaiting.get(session.pk, 0),
            leave=leave.get(session.pk, 0),
        )
    return result


def on_leave(sessions: Iterable[int]) -> dict[int, int]:
    """People by session of whose line the latest word is leave, and of whom nobody is here; one query."""
    same = {"attendee": OuterRef("attendee"), "session": OuterRef("session")}
    later = Correction.objects.filter(Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk")), **same)
    asked = Correction.objects.filter(
        ~Exists(later),
        ~Exists(Attendance.objects.filter(**same)),
        session__in=list(sessions),
        kind=Correction.Kind.LEAVE,
        attendee__removed_at=None,
        attendee__signup__state=Signup.State.CONFIRMED,
    )
    return dict(asked.order_by().values_list("session").annotate(n=Sum("attendee__size")))


_NOBODY = (0, 0, 0)


def _asked_for(condition: Q, by: str) -> dict[int, tuple[int, int, int]]:
    """(confirmed sign-ups, their people, waiting sign-ups) by session or activity."""
    confirmed, waiting = Q(state=Signup.State.CONFIRMED), Q(state=Signup.State.WAITING)
    grouped = Signup.objects.filter(condition).values(by)
    counted = grouped.annotate(
        n=Count("pk", filter=confirmed), people=Sum("size", filter=confirmed), queue=Count("pk", filter=waiting)
    )
    return {row[by]: (row["n"], row["people"] or 0, row["queue"]) for row in counted.order_by()}


def graded(checked_in: dict[Grade, int], headcounts: Iterable[Headcount]) -> dict[Grade, Amount]:
    """人次 of a session by grade, from who was checked in and what was counted.

    Two counts of everybody are two looks at the same people: they never add (see `standing_counts`). Counts of people
    besides those checked in are of different people, and do.
    """
    return graded_together(checked_in, [headcounts])


def graded_together(checked_in: dict[Grade, int], halves: Iterable[Iterable[Headcount]]) -> dict[Grade, Amount]:
    """人次 of a day whose halves were counted apart: counts of both are looks at the same people, so of each basis the
    larger half's stand. One half alone is a session as `graded` takes it."""
    rows = [list(half) for half in halves]
    everyone = [standing_counts(_on(half, Headcount.Basis.EVERYONE)) for half in rows]
    besides = [_latest_of_parts(_on(half, Headcount.Basis.BESIDES)) for half in rows]
    larger = [max(counts, key=_people, default=[]) for counts in (everyone, besides)]
    return attendance(checked_in, *([_counted(one) for one in counts] for counts in larger))


def _on(rows: Iterable[Headcount], basis: str) -> list[Headcount]:
    return [one for one in rows if one.basis == basis]


def _counted(one: Headcount) -> tuple[Amount, Grade]:
    grade = Grade.TALLIED if one.method == Headcount.Method.COUNTED else Grade.ESTIMATED
    return amount(one.people, one.bound), grade


def standing_counts(everyone: Iterable[Headcount]) -> list[Headcount]:
    """Of several counts of everybody present those that stand: of each audience group the latest – counted at several
    entrances or hours, of each of these parts the latest –; and where the whole was counted as well as its parts or
    groups, whichever saw more people."""
    latest: defaultdict[str, dict[str, Headcount]] = defaultdict(dict)
    for one in sorted(everyone, key=lambda row: (row.counted_at, row.pk)):
        latest[one.audience_group][one.part] = one
    groups = {group: _whole_or_parts(parts) for group, parts in latest.items()}
    whole = groups.pop("", [])
    of_groups = [one for some in groups.values() for one in some]
    return max(of_groups, whole, key=_people) if of_groups else whole


def _people(rows: Iterable[Headcount]) -> int:
    return sum(one.people for one in rows)


def _whole_or_parts(parts: dict[str, Headcount]) -> list[Headcount]:
    whole = [parts[""]] if "" in parts else []
    return max(whole, [one for part, one in parts.items() if part], key=_people)


def _latest_of_parts(besides: Iterable[Headcount]) -> list[Headcount]:
    """Counts of people besides those checked in add, but the same part of the same group counted again replaces."""
    rows = sorted(besides, key=lambda row: (row.counted_at, row.pk))
    again = {(one.audience_group, one.part): one.pk for one in rows if one.part}
    return [one for one in rows if not one.part or again[one.audience_group, one.part] == one.pk]
