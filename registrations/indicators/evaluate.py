"""What an indicator yields from a ledger: a figure with its grades and records, or None where nothing is recorded."""

from __future__ import annotations

from collections.abc import Iterator

from registrations.figures import Amount, Figure, Grade, RecordRef, amount, figure, total
from registrations.indicators import measures
from registrations.indicators.catalogue import Indicator, Reported, Stock, Sum
from registrations.models import ReportedFigure, Statement
from registrations.reports.ledger import Entry, Ledger, persons, reference


def evaluate(indicator: Indicator, ledger: Ledger) -> Figure | None:
    """The figure of an indicator. Total over the closed union of rules."""
    match indicator.rule:
        case Sum(measure, _where, reported):
            parts = [
                part
                for entry in ledger.entries
                if fits(indicator.rule, entry)
                for part in of_activity(measure, entry, ledger)
            ]
            parts += [
                part for one in ledger.reported if one.subject in reported for part in _reported(one, measure, ledger)
            ]
            return total(parts)
        case Reported(measure, subject):
            return total(
                part for one in ledger.reported if one.subject == subject for part in _reported(one, measure, ledger)
            )
        case Stock(measure):
            return _stock(measure, ledger)


def fits(rule: Sum, entry: Entry) -> bool:
    activity = entry.activity
    values = {
        "form": activity.form,
        "mode": activity.mode,
        "organization_kind": activity.organization.kind,
        "campaign_kind": activity.campaign.kind,
    }
    return all(values[name] in allowed for name, allowed in rule.where.items())


def _figure(measure: str, part: Amount, grade: Grade | str, record: RecordRef, as_of: str | None = None) -> Figure:
    return figure(measure, measures.get(measure).unit, part, grade, [record], as_of)


def _stated(statement: Statement, entry: Entry) -> Figure:
    record = RecordRef("statement", statement.pk, f"{entry.activity.name}：{statement.phrase}")
    return _figure(statement.measure, amount(statement.number, statement.bound), Grade.REPORTED, record)


def of_activity(measure: str, entry: Entry, ledger: Ledger) -> Iterator[Figure]:
    """A replacing statement of the measure, else what is derived; and whatever is stated to be added."""
    mine = [one for one in entry.statements if one.measure == measure]
    replacing = [one for one in mine if one.effect == Statement.Effect.REPLACES]
    if replacing:
        yield from (_stated(one, entry) for one in replacing)
    else:
        yield from _derived(measure, entry, ledger)
    yield from (_stated(one, entry) for one in mine if one.effect == Statement.Effect.ADDS)


def _derived(measure: str, entry: Entry, ledger: Ledger) -> Iterator[Figure]:
    activity = entry.activity
    for output in entry.outputs:
        if output.measure == measure:
            record = RecordRef("output", output.pk, activity.name)
            yield _figure(measure, amount(output.number, output.bound), output.grade, record)
    match measure:
        case "attendance":
            for session in entry.sessions:
                unit = measures.get(measure).unit
                for grade, part in ledger.attendance(session).items():
                    yield figure(measure, unit, part, grade, [reference(session, entry)])
        case "sessions":
            yield from (_one(measure, reference(session, entry)) for session in entry.sessions)
        case "courses" if activity.form == "training" and activity.signup_by == "course" and entry.ended:
            yield _one(measure, RecordRef("activity", activity.pk, activity.name))
        case "trainings" if activity.form == "training" and activity.signup_by != "course":
            yield from (_one(measure, reference(session, entry)) for session in entry.sessions)
        case "lectures" if activity.form == "lecture":
            yield from (_one(measure, reference(session, entry)) for session in entry.sessions)
        case "visits" if activity.form == "visit":
            yield from (_one(measure, reference(session, entry)) for session in entry.sessions)
        case "exhibitions" if activity.form == "exhibition" and entry.sessions:
            yield _one(measure, RecordRef("activity", activity.pk, activity.name))
        case "learners" if activity.form == "training" and activity.signup_by == "course" and entry.ended:
            yield from _persons(measure, entry)
        case "persons":
            yield from _persons(measure, entry)
        case "supports":
            for support in entry.supports:
                yield _one(measure, RecordRef("support", support.pk, support.what))
        case _:
            return


def _one(measure: str, record: RecordRef) -> Figure:
    """One thing that a row of ours stands for: known as well as its own record."""
    return _figure(measure, amount(1, "exact"), Grade.CONFIRMED, record)


def _persons(measure: str, entry: Entry) -> Iterator[Figure]:
    """人数: distinct keys; «about» where some could not be matched."""
    found = persons(entry)
    if found.matched or found.unmatched:
        bound = "about" if found.unmatched else "exact"
        record = RecordRef("activity", entry.activity.pk, entry.activity.name)
        yield _figure(measure, amount(found.matched + found.unmatched, bound), Grade.SCANNED, record)


def _reported(one: ReportedFigure, measure: str, ledger: Ledger) -> Iterator[Figure]:
    """What another unit reported, minus the joint activities that are in the ledger already."""
    if one.measure != measure:
        return
    part = amount(one.number, one.bound)
    inside = {activity.pk for activity in one.overlaps.all()}
    for entry in ledger.entries:
        if entry.activity.pk in inside:
            joint = total(of_activity(measure, entry, ledger))
            part = part - joint.whole if joint else part
    yield _figure(measure, part, Grade.REPORTED, RecordRef("reported", one.pk, f"{one.reporter_name}：{one.phrase}"))


def _stock(measure: str, ledger: Ledger) -> Figure | None:
    """Installed minus withdrawn, at the cut-off."""
    rows = [row for row in ledger.stock if row.measure == measure]
    if not rows:
        return None
    day = ledger.as_of.isoformat()
    number = max(0, sum(row.change for row in rows))
    exact = all(row.bound == "exact" for row in rows)
    records = tuple(RecordRef("stock", row.pk, row.phrase or row.place) for row in rows)
    unit = measures.get(measure).unit
    return figure(measure, unit, amount(number, "exact" if exact else "at_least"), Grade.CONFIRMED, records, day)
