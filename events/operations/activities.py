"""Activities: planning, changing, publishing."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.access import Actor
from events.errors import Refusal
from events.models import Activity, ActivityAudience, Campaign, Organization, Publication
from events.operations import history
from events.operations.campaigns import STEPS, CannotChangeState, refuse_reversed


class RetentionUnfounded(Refusal):
    code = "retention_unfounded"
    status = 400
    sentence = _("Say on what rule these days rest.")


def _refuse_unfounded(days: int | None, basis: str) -> None:
    if days is not None and not basis.strip():
        raise RetentionUnfounded(field="retention_basis")


@transaction.atomic
def plan(
    *,
    by: Actor | str,
    campaign: Campaign,
    organization: Organization,
    name: str,
    form: str,
    at: datetime.datetime,
    audiences: Iterable[str] = (),
    co_organizers: Iterable[Organization] = (),
    **values: Any,
) -> Activity:
    """A new activity. `values`: the model's other fields. Raises DatesReversed, RetentionUnfounded."""
    refuse_reversed(values.get("starts_on"), values.get("ends_on"))
    _refuse_unfounded(values.get("retention_days"), values.get("retention_basis", ""))
    if isinstance(by, Actor):
        values.setdefault("filled_in_by", by.user)
    made = Activity.objects.create(
        campaign=campaign, organization=organization, name=name, form=form, made_at=at, **values
    )
    made.co_organizers.set(co_organizers)
    ActivityAudience.objects.bulk_create(ActivityAudience(activity=made, group=group) for group in audiences)
    history.record(by=by, verb="plan", on=made, organization=organization, at=at)
    return made


@transaction.atomic
def change(*, by: Actor, activity: Activity, at: datetime.datetime, **values: Any) -> Activity:
    """Change what an activity says. Raises DatesReversed, RetentionUnfounded."""
    audiences, joined = values.pop("audiences", None), values.pop("co_organizers", None)
    for name, value in values.items():
        setattr(activity, name, value)
    refuse_reversed(activity.starts_on, activity.ends_on)
    _refuse_unfounded(activity.retention_days, activity.retention_basis)
    activity.save(update_fields=list(values) or None)
    if audiences is not None:
        activity.audience_rows.exclude(group__in=audiences).delete()
        held = set(activity.audience_rows.values_list("group", flat=True))
        ActivityAudience.objects.bulk_create(
            ActivityAudience(activity=activity, group=group) for group in audiences if group not in held
        )
    if joined is not None:
        activity.co_organizers.set(joined)
    history.record(by=by, verb="change", on=activity, organization=activity.organization, at=at, fields=values)
    return activity


@transaction.atomic
def move_to(*, by: Actor, activity: Activity, state: str, at: datetime.datetime) -> Activity:
    """Publish, end, archive … Raises CannotChangeState."""
    if state not in STEPS[activity.state]:
        raise CannotChangeState(was=str(activity.get_state_display()), wanted=str(Publication(state).label))
    activity.state = state
    activity.save(update_fields=["state"])
    history.record(by=by, verb=f"move_to_{state}", on=activity, organization=activity.organization, at=at)
    return activity


def follow_sessions(*, activity: Activity) -> None:
    """Keep an activity's dates with its sessions' local dates. Called by the session operations, in their transaction."""
    span = activity.sessions.standing().aggregate(first=Min("starts_at"), last=Max("ends_at"))
    if span["first"]:
        activity.starts_on = timezone.localdate(span["first"])
        # Half open: what ends at midnight ends on the day before.
        activity.ends_on = timezone.localdate(span["last"] - datetime.timedelta(microseconds=1))
        activity.date_precision = "day"
        activity.save(update_fields=["starts_on", "ends_on", "date_precision"])
