"""Whose names and phones are due to go on a day, activity by activity, and on what rule that rests."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from events.models import Activity
from registrations import retention
from registrations.models import Signup
from registrations.retention import Rule


@dataclass(frozen=True, slots=True)
class Due:
    """An activity whose sign-ups still hold names. `held_until`: a legal hold under which nothing is erased that day."""

    activity: Activity
    last_day: datetime.date
    rule: Rule
    own_rule: bool
    signups: int
    people: int
    held_until: datetime.date | None

    @property
    def due_on(self) -> datetime.date:
        return self.rule.due_on(self.last_day)

    def held_on(self, day: datetime.date) -> bool:
        """Whether a legal hold forbids erasing that day."""
        return self.held_until is not None and self.held_until > day


@dataclass(frozen=True, slots=True)
class Preview:
    """What is due on a day, what a hold keeps back, and what comes next."""

    on: datetime.date
    version: str
    due: tuple[Due, ...]
    held: tuple[Due, ...]
    coming: tuple[Due, ...]

    @property
    def signups(self) -> int:
        return sum(one.signups for one in self.due)

    @property
    def people(self) -> int:
        return sum(one.people for one in self.due)


def rule_of(activity: Activity) -> Rule:
    """What the activity states itself, else the rule of its campaign's kind."""
    if activity.retention_days is not None:
        basis = activity.retention_basis
        return Rule(days=activity.retention_days, zh=basis, en=basis)
    return retention.rules().of(activity.campaign.kind)


def last_day_of(activity: Activity) -> datetime.date:
    """From it the days are counted; where nobody knows when an activity was, the end of its campaign or year."""
    return activity.ends_on or activity.campaign.ends_on or datetime.date(activity.campaign.year, 12, 31)


def _unerased(within: Q) -> Iterator[Due]:
    rows = Signup.objects.filter(erased_at=None)
    counted = {
        row["activity"]: (row["n"], row["people"])
        for row in rows.values("activity").annotate(n=Count("pk"), people=Sum("size")).order_by()
    }
    activities = Activity.objects.filter(within, pk__in=counted).select_related("campaign", "organization")
    for activity in activities:
        number, people = counted[activity.pk]
        yield Due(
            activity=activity,
            last_day=last_day_of(activity),
            rule=rule_of(activity),
            own_rule=activity.retention_days is not None,
            signups=number,
            people=people,
            held_until=activity.legal_hold_until,
        )


def preview(*, on: datetime.date, within: Q | None = None) -> Preview:
    """In two queries. `within`: a condition on activities, e.g. those of one's organizations."""
    rows = sorted(_unerased(within or Q()), key=lambda one: (one.due_on, one.activity.pk))
    over = [one for one in rows if one.due_on <= on]
    return Preview(
        on=on,
        version=retention.rules().version,
        due=tuple(one for one in over if not one.held_on(on)),
        held=tuple(one for one in over if one.held_on(on)),
        coming=tuple(one for one in rows if one.due_on > on),
    )
