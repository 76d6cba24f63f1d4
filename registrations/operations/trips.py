"""Runs of the science van (出车记录), and stocks of things in service: added, put right, taken back."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from events.access import Actor
from events.errors import Refusal
from events.models import Organization
from events.operations import history
from registrations.models import StockChange, Trip


class OdometerBackwards(Refusal):
    code = "odometer_backwards"
    status = 400
    sentence = _("The odometer shows less at the end than at the start.")


class DistanceMissing(Refusal):
    code = "distance_missing"
    status = 400
    sentence = _("Give the kilometres, or the odometer at both ends.")


class DistanceDiffers(Refusal):
    code = "distance_differs"
    status = 400
    sentence = _("The odometer says %(km)s km. Correct one of the three numbers.")


_ODOMETER = frozenset({"odometer_start", "odometer_end"})


def _distance(values: dict[str, Any]) -> int:
    """Kilometres driven. Raises OdometerBackwards, DistanceMissing, DistanceDiffers."""
    start, end, km = values.get("odometer_start"), values.get("odometer_end"), values.get("km")
    if start is not None and end is not None:
        if end < start:
            raise OdometerBackwards(field="odometer_end")
        if km is not None and km != end - start:
            raise DistanceDiffers(field="km", km=end - start)
        return int(end - start)
    if km is None:
        raise DistanceMissing(field="km")
    return int(km)


@transaction.atomic
def add(*, by: Actor, organization: Organization, on: datetime.date, at: datetime.datetime, **values: Any) -> Trip:
    """A run. `values`: the model's other fields; the name of a vehicle that is a resource is kept beside it. Raises
    OdometerBackwards, DistanceMissing, DistanceDiffers."""
    values["km"] = _distance(values)
    if values.get("vehicle") is not None:
        values["vehicle_name"] = values["vehicle"].name
    made = Trip.objects.create(organization=organization, on=on, by=by.user, at=at, **values)
    history.record(by=by, verb="record", on=made, organization=organization, at=at)
    return made


@transaction.atomic
def change(*, by: Actor, trip: Trip, at: datetime.datetime, **values: Any) -> Trip:
    """Put a run right; kilometres that are not given follow from an odometer that is. Raises OdometerBackwards,
    DistanceMissing, DistanceDiffers."""
    odometer = {name: values.get(name, getattr(trip, name)) for name in _ODOMETER}
    said = None if None not in odometer.values() and values.keys() & _ODOMETER else trip.km
    values["km"] = _distance({**odometer, "km": values.get("km", said)})
    if values.get("vehicle") is not None:
        values["vehicle_name"] = values["vehicle"].name
    for name, value in values.items():
        setattr(trip, name, value)
    trip.save()
    history.record(by=by, verb="change", on=trip, organization=trip.organization, at=at, fields=values)
    return trip


@transaction.atomic
def withdraw(*, by: Actor, row: Trip | StockChange, at: datetime.datetime) -> None:
    """Take it back: it stays on record and counts no more. Twice changes nothing."""
    if row.withdrawn_at is None:
        row.withdrawn_at = at
        row.save(update_fields=["withdrawn_at"])
        history.record(by=by, verb="withdraw", on=row, organization=row.organization, at=at)


@transaction.atomic
def put_back(*, by: Actor, row: Trip | StockChange, at: datetime.datetime) -> None:
    """What was taken back counts again."""
    if row.withdrawn_at is not None:
        row.withdrawn_at = None
        row.save(update_fields=["withdrawn_at"])
        history.record(by=by, verb="put_back", on=row, organization=row.organization, at=at)
