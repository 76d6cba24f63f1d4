"""The activity ledger (活动台账) of a year: a line an activity, and what is still missing of it."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from events.access import Act, Actor
from events.models import Activity, Session
from registrations.figures import Amount, Grade, amount
from registrations.models import ActivityRecord, Attendance, Evidence, Headcount, Output, Statement
from registrations.reports import attendance
from registrations.reports.records import PHOTOS

STATES = ("published", "held", "archived")
#: What of the outputs has a column of its own.
MEASURES = ("leaflets", "consultations", "panels")
#: Records that are not only begun.
_FILLED = [ActivityRecord.State.FILLED_IN, ActivityRecord.State.REVIEWED]


def _number_of(rows: QuerySet[Evidence]) -> Coalesce:
    counted = rows.filter(activity=OuterRef("pk"), withdrawn_at=None).order_by().values("activity")
    return Coalesce(Subquery(counted.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), Value(0))


def activities(actor: Actor, *, year: int, at: datetime.datetime) -> QuerySet[Activity]:
    """Those of a year within reach, with `photos`, `documents`, `lacks_record`, `lacks_photos` and `lacks_people`. An
    activity belongs to the year it ends in; one without dates to its campaign's. What lies ahead lacks nothing yet."""
    uncounted = Session.objects.filter(
        ~Exists(Attendance.objects.filter(session=OuterRef("pk"))),
        ~Exists(Headcount.objects.filter(session=OuterRef("pk"), withdrawn_at=None)),
        activity=OuterRef("pk"),
        state=Session.State.SCHEDULED,
        ends_at__lt=at,
    )
    stated = Statement.objects.filter(activity=OuterRef("pk"), measure="attendance", withdrawn_at=None)
    filled = ActivityRecord.objects.filter(activity=OuterRef("pk"), state__in=_FILLED)
    over = Q(starts_on=None) | Q(ends_on__lt=at.date())
    in_year = Q(ends_on__year=year) | Q(ends_on=None, campaign__year=year)
    rows = Activity.objects.filter(actor.where(Act.SEE_FIGURES, "organization__path"), in_year, state__in=STATES)
    return (
        rows.annotate(
            photos=_number_of(Evidence.objects.filter(kind=Evidence.Kind.PHOTO)),
            documents=_number_of(Evidence.objects.exclude(kind=Evidence.Kind.PHOTO)),
            lacks_record=~Exists(filled) & over,
            lacks_people=Exists(uncounted) & ~Exists(stated),
        )
        .annotate(lacks_photos=Q(photos__lt=PHOTOS) & over)
        .select_related("organization", "campaign", "region")
        .order_by(F("starts_on").asc(nulls_last=True), "pk")
    )


@dataclass(frozen=True, slots=True)
class Line:
    """`people` is None where nothing says how many came; `numbers` by measure, only what is known."""

    activity: Activity
    record: ActivityRecord | None
    expected: int | None
    people: Amount | None
    grades: tuple[Grade, ...]
    numbers: dict[str, Amount]
    links: tuple[str, ...]
    photos: int
    documents: int
    lacks: tuple[str, ...]

    @property
    def by_measure(self) -> list[tuple[str, Amount | None]]:
        return [(measure, self.numbers.get(measure)) for measure in MEASURES]


def lines(rows: Sequence[Activity]) -> list[Line]:
    """In eleven queries however many."""
    ids = [one.pk for one in rows]
    sessions: dict[int, list[Session]] = defaultdict(list)
    for session in Session.objects.filter(activity__in=ids, state=Session.State.SCHEDULED):
        sessions[session.activity_id].append(session)
    totals = attendance.totals(one for some in sessions.values() for one in some)
    statements: dict[int, list[Statement]] = defaultdict(list)
    for statement in Statement.objects.filter(activity__in=ids, withdrawn_at=None):
        statements[statement.activity_id].append(statement)
    outputs: dict[int, list[Output]] = defaultdict(list)
    for output in Output.objects.filter(activity__in=ids, withdrawn_at=None, measure__in=MEASURES):
        outputs[output.activity_id].append(output)
    records: dict[int, ActivityRecord] = {}
    for record in ActivityRecord.objects.filter(activity__in=ids).select_related("filled_in_by", "reviewed_by"):
        if record.session_id is None or record.activity_id not in records:
            records[record.activity_id] = record
    links: dict[int, list[str]] = defaultdict(list)
    of_kind = Evidence.objects.standing().filter(activity__in=ids, kind=Evidence.Kind.LINK)
    for activity, url in of_kind.values_list("activity", "url"):
        links[activity or 0].append(url)
    made = []
    for one in rows:
        held = [totals[session.pk] for session in sessions[one.pk]]
        said = statements[one.pk]
        found = records.get(one.pk)
        parts = _people(held, said)
        signed_up = max((each.people for each in held), default=0)
        expected = found.expected if found and found.expected is not None else None
        made.append(
            Line(
                activity=one,
                record=found,
                expected=expected if expected is not None else signed_up or one.expected_people,
                people=_added(list(parts.values())),
                grades=tuple(parts),
                numbers=_numbers(outputs[one.pk], said),
                links=tuple(links[one.pk]),
                photos=one.photos,  # type: ignore[attr-defined]  # annotated by `activities`
                documents=one.documents,  # type: ignore[attr-defined]  # as above
                lacks=tuple(what for what in ("record", "photos", "people") if getattr(one, f"lacks_{what}")),
            )
        )
    return made


def _added(parts: Sequence[Amount]) -> Amount | None:
    result: Amount | None = None
    for part in parts:
        result = part if result is None else result + part
    return result


def _people(held: Sequence[attendance.Totals], said: Sequence[Statement]) -> dict[Grade, Amount]:
    """人次 by grade; what a document states in the place of counts stands in their place."""
    mine = [one for one in said if one.measure == "attendance"]
    parts: dict[Grade, list[Amount]] = defaultdict(list)
    if not any(one.effect == Statement.Effect.REPLACES for one in mine):
        for each in held:
            for grade, part in each.grades.items():
                parts[grade].append(part)
    for one in mine:
        parts[Grade.REPORTED].append(amount(one.number, one.bound))
    return {grade: whole for grade, some in parts.items() if (whole := _added(some)) is not None}


def _numbers(outputs: Sequence[Output], said: Sequence[Statement]) -> dict[str, Amount]:
    found: dict[str, Amount] = {}
    for measure in MEASURES:
        stated = [one for one in said if one.measure == measure]
        parts = [amount(one.number, one.bound) for one in stated]
        if not any(one.effect == Statement.Effect.REPLACES for one in stated):
            parts += [amount(one.number, one.bound) for one in outputs if one.measure == measure]
        if (whole := _added(parts)) is not None:
            found[measure] = whole
    return found


def years(actor: Actor) -> list[int]:
    rows = Activity.objects.filter(actor.where(Act.SEE_FIGURES, "organization__path")).exclude(ends_on=None)
    return sorted(rows.order_by().values_list("ends_on__year", flat=True).distinct(), reverse=True)
