"""Expert support (专家服务记录): one row is one item of support; rows entered together can be taken back together.

What came of it – 375人脱贫 – is never computed: it is a statement of the activity, in the words of its source.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from events.access import Actor
from events.models import Activity, DatePrecision, Form, Organization, Publication, Region, whole_period
from events.operations import activities, history
from events.operations.campaigns import DatesReversed, refuse_reversed
from registrations.models import ExpertSupport
from registrations.operations import held

__all__ = ["DatesReversed", "Support", "add_many", "change", "of_year", "put_back", "withdraw"]


#: How the activities are told again that hold the supports of a year.
_SHELF = "supports:"


@dataclass(frozen=True, slots=True)
class Support:
    """One item: who helped whom with what, in which days."""

    expert: str
    beneficiary: str
    what: str
    starts_on: datetime.date
    ends_on: datetime.date
    precision: str = DatePrecision.DAY
    project: str = ""
    region: Region | None = None


def of_year(*, by: Actor | str, organization: Organization, year: int, at: datetime.datetime) -> Activity:
    """The year's expert support, on which supports hang that belong to no other activity; made at the first of them."""
    key = f"{_SHELF}{year}"
    found = Activity.objects.filter(organization=organization, external_id=key).first()
    first, last = whole_period(year)
    return found or activities.plan(
        by=by,
        campaign=held.routine(by, organization, year, at),
        organization=organization,
        name=f"{year}年专家服务",
        form=Form.EXPERT_SUPPORT,
        starts_on=first,
        ends_on=last,
        date_precision=DatePrecision.YEAR,
        state=Publication.HELD,
        external_id=key,
        at=at,
    )


@transaction.atomic
def add_many(
    *,
    by: Actor,
    organization: Organization,
    supports: Sequence[Support],
    at: datetime.datetime,
    activity: Activity | None = None,
) -> list[ExpertSupport]:
    """All of them or none, as one batch. Without an activity each goes to its year's expert support. Locks the
    organization. Raises DatesReversed."""
    Organization.objects.select_for_update().get(pk=organization.pk)
    batch = uuid.uuid4()
    years: dict[int, Activity] = {}
    rows = []
    for one in supports:
        refuse_reversed(one.starts_on, one.ends_on)
        year = one.ends_on.year
        if activity is None and year not in years:
            years[year] = of_year(by=by, organization=organization, year=year, at=at)
        rows.append(
            ExpertSupport(
                organization=organization,
                activity=activity or years[year],
                expert=one.expert,
                beneficiary=one.beneficiary,
                project=one.project,
                what=one.what,
                starts_on=one.starts_on,
                ends_on=one.ends_on,
                date_precision=one.precision,
                region=one.region,
                batch=batch,
                by=by.user,
                at=at,
            )
        )
    made = ExpertSupport.objects.bulk_create(rows)
    request = history.request_id()
    history.record_all(
        history.line(by=by, verb="record", on=one, organization=organization, at=at, request_id=request) for one in made
    )
    return made


@transaction.atomic
def change(*, by: Actor, row: ExpertSupport, support: Support, at: datetime.datetime) -> ExpertSupport:
    """Put a row right. One that hangs on its year's expert support goes with the year. Locks the organization. Raises
    DatesReversed."""
    refuse_reversed(support.starts_on, support.ends_on)
    Organization.objects.select_for_update().get(pk=row.organization_id)
    if row.activity is not None and (row.activity.external_id or "").startswith(_SHELF):
        row.activity = of_year(by=by, organization=row.organization, year=support.ends_on.year, at=at)
    for name in ("expert", "beneficiary", "project", "what", "starts_on", "ends_on", "region"):
        setattr(row, name, getattr(support, name))
    row.date_precision = support.precision
    row.save()
    history.record(by=by, verb="change", on=row, organization=row.organization, at=at)
    return row


@transaction.atomic
def withdraw(*, by: Actor, rows: Sequence[ExpertSupport], at: datetime.datetime) -> int:
    """Take rows back – one, or a batch: they stay on record and count no more. How many did until now."""
    return _set(by, rows, at, "withdraw", at)


@transaction.atomic
def put_back(*, by: Actor, rows: Sequence[ExpertSupport], at: datetime.datetime) -> int:
    """What was taken back counts again."""
    return _set(by, rows, None, "put_back", at)


def _set(
    by: Actor, rows: Sequence[ExpertSupport], when: datetime.datetime | None, verb: str, at: datetime.datetime
) -> int:
    changed = [one for one in rows if (one.withdrawn_at is None) != (when is None)]
    for one in changed:
        one.withdrawn_at = when
    ExpertSupport.objects.bulk_update(changed, ["withdrawn_at"])
    request = history.request_id()
    history.record_all(
        history.line(by=by, verb=verb, on=one, organization=one.organization, at=at, request_id=request)
        for one in changed
    )
    return len(changed)
