"""One activity record with everything it shows: what is written, and what the rows beside it say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from events.access import Act, Actor
from events.models import Activity, Session
from registrations.figures import Amount, Grade, amount
from registrations.indicators import measures
from registrations.models import ActivityRecord, Evidence, ExpertSupport, Output, RecordReopening, Statement
from registrations.reports import attendance

PHOTOS = 2


@dataclass(frozen=True, slots=True)
class Number:
    """A measure as the record quotes it: what was counted, or what a document states in its place."""

    measure: str
    part: Amount
    grade: Grade
    note: str = ""


@dataclass(frozen=True, slots=True)
class Twin:
    """Another piece of evidence that is the same picture, and where it is used."""

    pk: int
    activity: int | None
    used_at: str


@dataclass(slots=True)
class Sheet:
    """A record as page and paper show it. `actual` is empty where nobody recorded how many came."""

    activity: Activity
    session: Session | None
    record: ActivityRecord | None
    expected: int | None
    actual: dict[Grade, Amount]
    numbers: list[Number]
    photos: list[Evidence]
    others: list[Evidence]
    twins: dict[int, list[Twin]]
    supports: list[ExpertSupport]
    reopenings: list[RecordReopening]
    changed_since: bool
    """Whether numbers or evidence were added or taken back after the record was reviewed."""

    @property
    def whole(self) -> Amount | None:
        result: Amount | None = None
        for part in self.actual.values():
            result = part if result is None else result + part
        return result

    @property
    def photos_missing(self) -> int:
        return max(0, PHOTOS - len(self.photos))


def read(activity: Activity, session: Session | None, actor: Actor) -> Sheet:
    """In a fixed number of queries. Of twins of its photos only those within the actor's reach are named."""
    record = (
        ActivityRecord.objects.filter(activity=activity, session=session)
        .select_related("filled_in_by", "reviewed_by")
        .first()
    )
    sessions = [session] if session else list(activity.sessions.standing())
    totals = attendance.totals(sessions)
    statements = list(Statement.objects.filter(activity=activity, withdrawn_at=None)) if session is None else []
    outputs = _outputs(activity, session)
    evidence = _evidence(activity, session)
    signed_up = max((one.people for one in totals.values()), default=0)
    said = record.expected if record else None
    return Sheet(
        activity=activity,
        session=session,
        record=record,
        expected=said if said is not None else signed_up or activity.expected_people,
        actual=_actual(totals.values(), statements),
        numbers=_numbers(outputs, statements),
        photos=[one for one in evidence if one.kind == Evidence.Kind.PHOTO],
        others=[one for one in evidence if one.kind != Evidence.Kind.PHOTO],
        twins=twins(evidence, actor),
        supports=list(activity.supports.filter(withdrawn_at=None)) if session is None else [],
        reopenings=list(record.reopenings.select_related("by")) if record else [],
        changed_since=_changed_since(record, outputs, evidence, activity, session),
    )


def _outputs(activity: Activity, session: Session | None) -> list[Output]:
    rows = Output.objects.filter(activity=activity, withdrawn_at=None)
    return list(rows.filter(sessions=session) if session else rows)


def _evidence(activity: Activity, session: Session | None) -> list[Evidence]:
    rows = Evidence.objects.standing().filter(activity=activity)
    return list((rows.filter(sessions=session) if session else rows).select_related("added_by"))


def _actual(totals: Iterable[attendance.Totals], statements: Sequence[Statement]) -> dict[Grade, Amount]:
    """人次 by grade; a statement that takes its place wins, as it does at the year's end."""
    said = [one for one in statements if one.measure == "attendance"]
    replacing = [one for one in said if one.effect == Statement.Effect.REPLACES]
    result: dict[Grade, Amount] = {}
    if not replacing:
        for one in totals:
            for grade, part in one.grades.items():
                result[grade] = result[grade] + part if grade in result else part
    for statement in replacing or said:
        part = amount(statement.number, statement.bound)
        result[Grade.REPORTED] = result[Grade.REPORTED] + part if Grade.REPORTED in result else part
    return result


def _numbers(outputs: Sequence[Output], statements: Sequence[Statement]) -> list[Number]:
    """Outputs of a measure added up by grade, or what is stated in their place; in the order of the measures."""
    found: list[Number] = []
    for measure in measures.all_measures():
        if measure == "attendance":
            continue
        said = [one for one in statements if one.measure == measure]
        replaced = any(one.effect == Statement.Effect.REPLACES for one in said)
        parts: dict[Grade, Amount] = {}
        for one in outputs:
            if one.measure == measure and not replaced:
                part = amount(one.number, one.bound)
                parts[Grade(one.grade)] = parts[Grade(one.grade)] + part if Grade(one.grade) in parts else part
        found += [Number(measure, part, grade) for grade, part in parts.items()]
        found += [Number(measure, amount(one.number, one.bound), Grade.REPORTED, one.phrase) for one in said]
    return found


def twins(evidence: Sequence[Evidence], actor: Actor) -> dict[int, list[Twin]]:
    """Where the same pictures are used besides, by the number of the evidence, within the actor's reach; two queries."""
    pairs = Evidence.alike.through.objects.filter(from_evidence__in=[one.pk for one in evidence])
    ids = list(pairs.values_list("from_evidence", "to_evidence"))
    reach = actor.where(Act.SEE_FIGURES, "organization__path")
    wanted = Evidence.objects.standing().filter(reach, pk__in=[other for _mine, other in ids])
    others = {one.pk: one for one in wanted.select_related("activity")}
    found: dict[int, list[Twin]] = {}
    for mine, other in ids:
        if other in others:
            one = others[other]
            where = one.activity.name if one.activity else one.title
            found.setdefault(mine, []).append(Twin(one.pk, one.activity_id, where))
    return found


def _changed_since(
    record: ActivityRecord | None,
    outputs: Sequence[Output],
    evidence: Sequence[Evidence],
    activity: Activity,
    session: Session | None,
) -> bool:
    if record is None or record.reviewed_at is None:
        return False
    at = record.reviewed_at
    if any(one.entered_at > at for one in outputs) or any(one.added_at > at for one in evidence):
        return True
    taken_back = Q(withdrawn_at__gt=at, activity=activity) & (Q(sessions=session) if session else Q())
    return Output.objects.filter(taken_back).exists() or Evidence.objects.filter(taken_back).exists()
