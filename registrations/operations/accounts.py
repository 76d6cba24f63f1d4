"""What it amounted to, beyond who was checked in: every number entered by a person goes through here."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from events.access import Actor
from events.errors import Refusal
from events.models import Activity, Organization, Region, Session
from events.operations import history
from events.operations.campaigns import DatesReversed
from registrations.indicators import measures
from registrations.models import (
    Bound,
    Evidence,
    Headcount,
    Output,
    ReportedFigure,
    Statement,
    StockChange,
    Target,
)
from registrations.operations import evidence
from registrations.operations.files import LARGEST_FILE_MB, FileUnfit

__all__ = ["LARGEST_FILE_MB", "FileUnfit"]


class UnknownMeasure(Refusal):
    code = "unknown_measure"
    status = 400
    sentence = _("“%(measure)s” is not a measure we know.")


class NumberMissing(Refusal):
    code = "number_missing"
    status = 400
    sentence = _("Give a number, or say that it is not known.")


class AlreadyStated(Refusal):
    code = "already_stated"
    sentence = _("A document already states this measure for this activity. Withdraw that statement first.")


class AlreadyCounted(Refusal):
    code = "already_counted"
    sentence = _("There is a headcount for this group already. Withdraw it first.")


class SessionElsewhere(Refusal):
    code = "session_elsewhere"
    status = 400
    sentence = _("These sessions belong to another activity.")


class NothingChanged(Refusal):
    code = "nothing_changed"
    status = 400
    sentence = _("A change of a stock is not zero.")


def _refuse_measure(measure: str) -> None:
    if measure not in measures.all_measures():
        raise UnknownMeasure(field="measure", measure=measure)


def _refuse_number(number: int | None, bound: str) -> None:
    if (number is None) != (bound == Bound.UNKNOWN):
        raise NumberMissing(field="number")


def _user(by: Actor | str) -> Any:
    return by.user if isinstance(by, Actor) else None


@transaction.atomic
def count_heads(
    *,
    by: Actor | str,
    session: Session,
    people: int,
    basis: str,
    method: str,
    counted_by: str,
    counted_at: datetime.datetime,
    at: datetime.datetime,
    audience_group: str = "",
    bound: str = Bound.EXACT,
    how: str = "",
) -> Headcount:
    """People at a session, counted or estimated by a named person. Raises AlreadyCounted."""
    standing = Headcount.objects.filter(
        session=session, audience_group=audience_group, basis=basis, record=None, withdrawn_at=None
    )
    if standing.exists():
        raise AlreadyCounted
    made = Headcount.objects.create(
        session=session,
        audience_group=audience_group,
        people=people,
        basis=basis,
        method=method,
        bound=bound,
        counted_by=counted_by,
        how=how,
        counted_at=counted_at,
        entered_by=_user(by),
        entered_at=at,
    )
    history.record(by=by, verb="count", on=made, organization=session.activity.organization, at=at)
    return made


@transaction.atomic
def record_output(
    *,
    by: Actor | str,
    activity: Activity,
    measure: str,
    number: int,
    at: datetime.datetime,
    sessions: Iterable[Session] = (),
    bound: str = Bound.EXACT,
    note: str = "",
) -> Output:
    """Leaflets, consultations …, of an activity or of some of its sessions jointly. Raises UnknownMeasure,
    SessionElsewhere."""
    _refuse_measure(measure)
    jointly = list(sessions)
    if any(session.activity_id != activity.pk for session in jointly):
        raise SessionElsewhere(field="sessions")
    made = Output.objects.create(
        activity=activity,
        measure=measure,
        number=number,
        bound=bound,
        note=note,
        entered_by=_user(by),
        entered_at=at,
    )
    made.sessions.set(jointly)
    history.record(by=by, verb="record", on=made, organization=activity.organization, at=at)
    return made


@transaction.atomic
def state(
    *,
    by: Actor | str,
    activity: Activity,
    measure: str,
    number: int | None,
    bound: str,
    phrase: str,
    at: datetime.datetime,
    effect: str = Statement.Effect.REPLACES,
    document: Evidence | None = None,
) -> Statement:
    """What a document says of an activity. Raises UnknownMeasure, NumberMissing, AlreadyStated."""
    _refuse_measure(measure)
    _refuse_number(number, bound)
    replacing = Statement.objects.filter(
        activity=activity, measure=measure, effect=Statement.Effect.REPLACES, withdrawn_at=None
    )
    if effect == Statement.Effect.REPLACES and replacing.exists():
        raise AlreadyStated(field="measure")
    made = Statement.objects.create(
        activity=activity,
        measure=measure,
        number=number,
        bound=bound,
        effect=effect,
        phrase=phrase,
        document=document,
        by=_user(by),
        at=at,
    )
    history.record(by=by, verb="state", on=made, organization=activity.organization, at=at)
    return made


@transaction.atomic
def withdraw(*, by: Actor, row: Headcount | Output | Statement, at: datetime.datetime) -> None:
    """Take an entry back; it stays on record and counts no more. Withdrawing twice changes nothing."""
    if row.withdrawn_at is None:
        row.withdrawn_at = at
        row.save(update_fields=["withdrawn_at"])
        activity = row.session.activity if isinstance(row, Headcount) else row.activity
        history.record(by=by, verb="withdraw", on=row, organization=activity.organization, at=at)


@transaction.atomic
def report(
    *,
    by: Actor | str,
    recipient: Organization,
    region: Region,
    reporter_name: str,
    period: tuple[datetime.date, datetime.date],
    measure: str,
    number: int | None,
    bound: str,
    phrase: str,
    at: datetime.datetime,
    **values: Any,
) -> ReportedFigure:
    """A figure another unit handed in. `values`: reporter, subject, basis, document, external_id.

    Raises UnknownMeasure, NumberMissing, DatesReversed."""
    _refuse_measure(measure)
    _refuse_number(number, bound)
    if period[1] < period[0]:
        raise DatesReversed(field="period_end")
    made = ReportedFigure.objects.create(
        recipient=recipient,
        region=region,
        reporter_name=reporter_name,
        period_start=period[0],
        period_end=period[1],
        measure=measure,
        number=number,
        bound=bound,
        phrase=phrase,
        by=_user(by),
        at=at,
        **values,
    )
    history.record(by=by, verb="report", on=made, organization=recipient, at=at)
    return made


@transaction.atomic
def change_stock(
    *,
    by: Actor | str,
    organization: Organization,
    measure: str,
    change: int,
    on: datetime.date,
    at: datetime.datetime,
    **values: Any,
) -> StockChange:
    """Put things into service (positive) or withdraw them. `values`: the model's other fields. Raises UnknownMeasure,
    NothingChanged."""
    _refuse_measure(measure)
    if change == 0:
        raise NothingChanged(field="change")
    made = StockChange.objects.create(
        organization=organization, measure=measure, change=change, on=on, by=_user(by), at=at, **values
    )
    history.record(by=by, verb="change_stock", on=made, organization=organization, at=at)
    return made


@transaction.atomic
def set_target(
    *,
    by: Actor | str,
    organization: Organization,
    year: int,
    label: str,
    kind: str,
    at: datetime.datetime,
    **values: Any,
) -> Target:
    """What a plan promises for a year. `values`: the model's other fields."""
    made = Target.objects.create(organization=organization, year=year, label=label, kind=kind, **values)
    history.record(by=by, verb="set_target", on=made, organization=organization, at=at)
    return made


def add_evidence(
    *, by: Actor | str, organization: Organization, kind: str, at: datetime.datetime, **values: Any
) -> Evidence:
    """A photo, sheet, document or link: see `evidence.add`. Raises FileUnfit."""
    return evidence.add(by=by, organization=organization, kind=kind, at=at, **values)
