"""The rows an actor is shown: what is public, and what lies within the actor's own reach, drafts included.

A row outside is answered exactly like one that does not exist.
"""

from __future__ import annotations

from typing import TypeVar

from django.db import models
from django.db.models import Q, QuerySet

from events.access import Act, Actor
from events.errors import NotFound
from events.models import PUBLIC_STATES, Activity, Campaign, Organization, Session

M = TypeVar("M", bound=models.Model)


def campaigns(actor: Actor) -> QuerySet[Campaign]:
    return Campaign.objects.filter(Q(state__in=PUBLIC_STATES) | actor.where(Act.SEE_PLAN, "organization__path"))


def activities(actor: Actor) -> QuerySet[Activity]:
    public = Q(state__in=PUBLIC_STATES, campaign__state__in=PUBLIC_STATES)
    return Activity.objects.filter(public | actor.where(Act.SEE_PLAN, "organization__path"))


def sessions(actor: Actor) -> QuerySet[Session]:
    public = Q(activity__state__in=PUBLIC_STATES, activity__campaign__state__in=PUBLIC_STATES)
    return Session.objects.filter(public | actor.where(Act.SEE_PLAN, "activity__organization__path"))


def organizations(actor: Actor) -> QuerySet[Organization]:
    """Those within reach, and those that lead something public."""
    leading = Q(pk__in=Activity.objects.public().values("organization"))
    return Organization.objects.filter(leading | actor.where(Act.SEE_PLAN, "path"))


def one(rows: QuerySet[M], **lookup: object) -> M:
    """Raises NotFound."""
    found = rows.filter(**lookup).first()
    if found is None:
        raise NotFound
    return found
