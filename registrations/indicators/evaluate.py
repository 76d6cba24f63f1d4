"""What an indicator yields from a ledger: a figure with its grades and records, or None where nothing is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from registrations.figures import NOTHING, Amount, Bound, Figure, Grade, RecordRef, amount, figure, total
from registrations.indicators import measures
from registrations.indicators.catalogue import Indicator, Reported, Stock, Sum
from registrations.models import ReportedFigure, Statement
from registrations.reports.ledger import Entry, Ledger, reference

#: Grades of people nobody has the names of.
_COUNTED = frozenset({Grade.TALLIED, Grade.ESTIMATED})


def evaluate(indicator: Indicator, ledger: Ledger) -> Figure | None:
    """The figure of an indicator. Total over the closed union of rules."""
    match indicator.rule:
        case Sum(measure, _where, reported):
            seen: set[str] = set()
            parts = [
                part
                for entry in ledger.entries
                if fits(indicator.rule, entry, ledger)
                for part in of_activity(measure, entry, ledger, seen)
            ]
            parts += [
                part for one in ledger.reported if one.subject in reported for part in _reported(one, measure, ledger)
            ]
            found = total(parts)
            return replace(found, unit=indicator.measure.unit) if found else None
        case Reported(measure, subject):
            return total(
                part for one in ledger.reported if one.subject == subject for part in _reported(one, measure, ledger)
            )
        case Stock(measure):
            return _stock(measure, ledger)


#: Kinds of campaign that mark what happens in them; other marks would be further data.
TAGS = ("st_week", "science_day", "science_month")


def fits(rule: Sum, entry: Entry, ledger: Ledger) -> bool:
    """Whether the activity is one of those the rule speaks of."""
    activity = entry.activity
    values = {
        "form": {activity.form},
        "mode": {activity.mode},
        "organization_kind": {activity.organization.kind},
        "campaign_kind": {activity.campaign.kind},
        "tag": {activity.campaign.kind} & set(TAGS),
        "audience_group": set(activity.audiences) if "audience_group" in rule.where else set(),
    }
    fitting = all(values[name] & set(allowed) for name, allowed in rule.where.items())
    return fitting and (not rule.at_least or _drew(entry, ledger, rule.at_least))


def _drew(entry: Entry, ledger: Ledger, fewest: int) -> bool:
    """Whether so many people came to one activity, all its sessions together: surely, or «about» so many."""
    key = entry.activity.pk
    if key not in ledger.drawn:
        found = total(of_activity("attendance", entry, ledger, set()))
        ledger.drawn[key] = found.whole if found else None
    drawn = ledger.drawn[key]
    if drawn is None:
        return False
    return drawn.low >= fewest or (drawn.bound == Bound.ABOUT and (drawn.stated or 0) >= fewest)


def _figure(measure: str, part: Amount, grade: Grade | str, record: RecordRef, as_of: str | None = None) -> Figure:
    return figure(measure, measures.get(measure).unit, part, grade, [record], as_of)


def _stated(statement: Statement, entry: Entry) -> Figure:
    record = RecordRef("statement", statement.pk, f"{entry.activity.name}：{statement.phrase}")
    return _figure(statement.measure, amount(statement.number, statement.bound), Grade.REPORTED, record)


def of_activity(measure: str, entry: Entry, ledger: Ledger, seen: set[str]) -> Iterator[Figure]:
    """A replacing statement of the measure, else what is derived; and whatever is stated to be added.

    `seen` are the person keys that stand in this sum already; new ones are added to it: people count once in a sum.
    """
    mine = [one for one in entry.statements if one.measure == measure]
    replacing = [one for one in mine if one.effect == Statement.Effect.REPLACES]
    if replacing:
        yield from (_stated(one, entry) for one in replacing)
    else:
        yield from _derived(measure, entry, ledger, seen)
    yield from (_stated(one, entry) for one in mine if one.effect == Statement.Effect.ADDS)


def _derived(measure: str, entry: Entry, ledger: Ledger, seen: set[str]) -> Iterator[Figure]:
    activity = entry.activity
    for output in entry.outputs:
        if output.measure == measure:
            record = RecordRef("output", output.pk, activity.name)
            yield _figure(measure, amount(output.number, output.bound), output.grade, record)
    match measure:
        case "attendance":
            for session in entry.sessions:
                if parts := ledger.attendance(session):
                    yield Figure(measure, measures.get(measure).unit, parts, (reference(session, entry),))
        case "sessions":
            yield from (_one(measure, reference(session, entry)) for session in entry.sessions)
        case "activities" if _was_held(entry):
            yield _one(measure, RecordRef("activity", activity.pk, activity.name))
        case "occasions":
            yield from _occasions(entry, ledger)
        case "courses" if _is_ended_course(entry):
            yield _one(measure, RecordRef("activity", activity.pk, activity.name))
        case "trainings" if activity.form == "training" and activity.signup_by != "course":
            yield from (_one(measure, reference(session, entry)) for session in entry.sessions)
        case "lectures" if activity.form == "lecture":
            yield from (_one(measure, reference(session, entry)) for session in entry.sessions)
        case "visits" if activity.form == "visit":
            yield from (_one(measure, reference(session, entry)) for session in entry.sessions)
        case "exhibitions" if activity.form == "exhibition" and entry.sessions:
            yield _one(measure, RecordRef("activity", activity.pk, activity.name))
        case "learners" if _is_ended_course(entry):
            yield from _persons(measure, entry, ledger, seen)
        case "persons":
            yield from _persons(measure, entry, ledger, seen)
        case "supports":
            for support in entry.supports:
                yield _one(measure, RecordRef("support", support.pk, support.what))
        case _:
            return


def _one(measure: str, record: RecordRef) -> Figure:
    """One thing that a row of ours stands for: known as well as its own record."""
    return _figure(measure, amount(1, "exact"), Grade.CONFIRMED, record)


def _was_held(entry: Entry) -> bool:
    """An activity that belongs to this span, unless all its sessions were called off."""
    return entry.whole and (bool(entry.sessions) or not entry.called_off)


def _is_ended_course(entry: Entry) -> bool:
    """A course that was held to its end: not one whose sessions were all called off."""
    activity = entry.activity
    held = bool(entry.sessions) or not entry.called_off
    return activity.form == "training" and activity.signup_by == "course" and entry.ended and held


#: By which measures an activity of a form is held: the first that has something recorded, else it is held once.
_HELD_BY = {
    "lecture": ("lectures",),
    "training": ("courses", "trainings"),
    "visit": ("visits",),
    "exhibition": ("exhibitions",),
}


def _occasions(entry: Entry, ledger: Ledger) -> Iterator[Figure]:
    """举办次数, as the national survey counts them: each lecture, course, group training or visit once, of another form
    each activity once. Said in one unit by definition, of one measure an activity; nothing unlike is added."""
    for measure in (*_HELD_BY.get(entry.activity.form, ()), "activities"):
        if found := total(of_activity(measure, entry, ledger, set())):
            yield replace(found, measure="occasions", unit=measures.get("occasions").unit)
            return


def _persons(measure: str, entry: Entry, ledger: Ledger, seen: set[str]) -> Iterator[Figure]:
    """人数: distinct keys, by grade; «about» where some could not be matched, «at least» where more people were counted
    than were checked in."""
    here = ledger.people.get(entry.activity.pk, {})
    fresh = {who for who in here if who not in seen}
    seen |= fresh
    counted = (ledger.attendance(session) for session in entry.sessions)
    left_out = any(part.stated for parts in counted for grade, part in parts.items() if grade in _COUNTED)
    parts: dict[Grade, Amount] = {}
    for who, one in sorted(here.items(), key=lambda item: list(Grade).index(item[1].grade)):
        part = amount(one.people, "exact" if one.matched else "about") if who in fresh else NOTHING
        parts[one.grade] = parts.get(one.grade, NOTHING) + part
    if left_out:
        parts = {grade: part + Amount(0, 0, None) for grade, part in parts.items()}
    if parts:
        record = RecordRef("activity", entry.activity.pk, entry.activity.name)
        yield Figure(measure, measures.get(measure).unit, parts, (record,))


def _reported(one: ReportedFigure, measure: str, ledger: Ledger) -> Iterator[Figure]:
    """What another unit reported, minus the joint activities that are in the ledger already."""
    if one.measure != measure:
        return
    part = amount(one.number, one.bound)
    inside = {activity.pk for activity in one.overlaps.all()}
    for entry in ledger.entries:
        if entry.activity.pk in inside:
            joint = total(of_activity(measure, entry, ledger, set()))
            part = part - joint.whole if joint else part
    yield _figure(measure, part, Grade.REPORTED, RecordRef("reported", one.pk, f"{one.reporter_name}：{one.phrase}"))


def _stock(measure: str, ledger: Ledger) -> Figure | None:
    """Installed minus withdrawn, at the cut-off."""
    rows = [row for row in ledger.stock if row.measure == measure]
    if not rows:
        return None
    day = ledger.as_of.isoformat()
    installed = sum((amount(row.change, row.bound) for row in rows if row.change > 0), NOTHING)
    withdrawn = sum((amount(-row.change, row.bound) for row in rows if row.change < 0), NOTHING)
    records = tuple(RecordRef("stock", row.pk, row.phrase or row.place) for row in rows)
    unit = measures.get(measure).unit
    return figure(measure, unit, installed - withdrawn, Grade.CONFIRMED, records, day)
