"""What a plan promises for a year: numbers, milestones, or as yet neither; adjusted and reached."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from events.access import Actor
from events.errors import Refusal
from events.models import Organization
from events.operations import history
from registrations.models import Target


class TargetNumberMissing(Refusal):
    code = "target_number_missing"
    status = 400
    sentence = _("Give the number, or say that there is none yet.")


class TargetDayMissing(Refusal):
    code = "target_day_missing"
    status = 400
    sentence = _("Give the day by which the milestone is due.")


class AdjustedWithoutNumber(Refusal):
    code = "adjusted_without_number"
    status = 400
    sentence = _("Only a number is adjusted.")


def _shaped(kind: str, values: dict[str, Any]) -> dict[str, Any]:
    """What a target of this kind says, and nothing else. Raises TargetNumberMissing, TargetDayMissing,
    AdjustedWithoutNumber."""
    if kind == Target.Kind.NUMBER and values.get("initial") is None:
        raise TargetNumberMissing(field="initial")
    if kind == Target.Kind.MILESTONE and values.get("due_on") is None:
        raise TargetDayMissing(field="due_on")
    if kind != Target.Kind.NUMBER and values.get("adjusted") is not None:
        raise AdjustedWithoutNumber(field="adjusted")
    if kind != Target.Kind.NUMBER:
        values["initial"] = None
    if kind == Target.Kind.OPEN:
        values["due_on"] = None
    if kind != Target.Kind.MILESTONE:
        values["reached_on"] = None
    return values


@transaction.atomic
def promise(
    *, by: Actor, organization: Organization, year: int, label: str, kind: str, at: datetime.datetime, **values: Any
) -> Target:
    """A new target, the last of its year. `values`: the model's other fields. Raises what `_shaped` does."""
    values = _shaped(kind, values)
    position = Target.objects.filter(organization=organization, year=year).count() + 1
    made = Target.objects.create(
        organization=organization, year=year, label=label, kind=kind, position=position, **values
    )
    history.record(by=by, verb="set_target", on=made, organization=organization, at=at)
    return made


@transaction.atomic
def change(*, by: Actor, target: Target, at: datetime.datetime, **values: Any) -> Target:
    """Change a target: adjust it, say what was reached. Raises what `promise` does."""
    found = Target.objects.select_for_update(of=("self",)).select_related("organization").get(pk=target.pk)
    kind = values.get("kind", found.kind)
    whole = {name: getattr(found, name) for name in ("initial", "adjusted", "due_on", "reached_on")}
    values = values | _shaped(kind, whole | {name: value for name, value in values.items() if name in whole})
    changed = [name for name, value in values.items() if getattr(found, name) != value]
    if changed:
        for name in changed:
            setattr(found, name, values[name])
        found.save()
        history.record(by=by, verb="change", on=found, organization=found.organization, at=at, fields=changed)
    return found


@transaction.atomic
def remove(*, by: Actor, target: Target, at: datetime.datetime) -> None:
    """A target that was entered by mistake; history keeps that there was one."""
    history.record(by=by, verb="remove_target", on=target, organization=target.organization, at=at)
    target.delete()


def number(value: Decimal | None) -> int | float | None:
    """As JSON has it: whole where it is whole."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
