"""Campaigns: planning, changing, publishing."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from events.access import Actor
from events.errors import Refusal
from events.models import Campaign, Organization, Publication
from events.operations import history


class DatesReversed(Refusal):
    code = "dates_reversed"
    status = 400
    sentence = _("The end lies before the start.")


class CannotChangeState(Refusal):
    code = "cannot_change_state"
    sentence = _("From “%(was)s” it cannot become “%(wanted)s”.")


#: draft → published → held → archived; called off from published; back to draft while nothing has begun.
STEPS: dict[str, frozenset[str]] = {
    Publication.DRAFT: frozenset({Publication.PUBLISHED, Publication.HELD}),
    Publication.PUBLISHED: frozenset({Publication.HELD, Publication.CALLED_OFF, Publication.DRAFT}),
    Publication.HELD: frozenset({Publication.ARCHIVED, Publication.PUBLISHED}),
    Publication.CALLED_OFF: frozenset({Publication.ARCHIVED}),
    Publication.ARCHIVED: frozenset({Publication.HELD}),
}


def refuse_reversed(starts_on: datetime.date | None, ends_on: datetime.date | None) -> None:
    if starts_on and ends_on and ends_on < starts_on:
        raise DatesReversed(field="ends_on")


@transaction.atomic
def plan(
    *,
    by: Actor | str,
    organization: Organization,
    name: str,
    kind: str,
    year: int,
    at: datetime.datetime,
    co_organizers: Iterable[Organization] = (),
    **values: Any,
) -> Campaign:
    """A new campaign. `values`: theme, starts_on, ends_on, description, state, external_id. Raises DatesReversed."""
    refuse_reversed(values.get("starts_on"), values.get("ends_on"))
    made = Campaign.objects.create(organization=organization, name=name, kind=kind, year=year, made_at=at, **values)
    made.co_organizers.set(co_organizers)
    history.record(by=by, verb="plan", on=made, organization=organization, at=at)
    return made


@transaction.atomic
def change(*, by: Actor, campaign: Campaign, at: datetime.datetime, **values: Any) -> Campaign:
    """Change what a campaign says. Raises DatesReversed."""
    joined = values.pop("co_organizers", None)
    for name, value in values.items():
        setattr(campaign, name, value)
    refuse_reversed(campaign.starts_on, campaign.ends_on)
    campaign.save(update_fields=list(values) or None)
    if joined is not None:
        campaign.co_organizers.set(joined)
    history.record(by=by, verb="change", on=campaign, organization=campaign.organization, at=at, fields=values)
    return campaign


@transaction.atomic
def move_to(*, by: Actor, campaign: Campaign, state: str, at: datetime.datetime) -> Campaign:
    """Publish, end, archive … Raises CannotChangeState."""
    if state not in STEPS[campaign.state]:
        raise CannotChangeState(was=str(campaign.get_state_display()), wanted=str(Publication(state).label))
    campaign.state = state
    campaign.save(update_fields=["state"])
    history.record(by=by, verb=f"move_to_{state}", on=campaign, organization=campaign.organization, at=at)
    return campaign
