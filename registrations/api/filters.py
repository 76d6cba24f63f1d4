"""What lists of sessions and sign-ups are narrowed by."""

from __future__ import annotations

import datetime
from typing import Any

import django_filters as df
from django.db.models import Q, QuerySet
from django.utils import timezone

from events.api.fields import GROUPS
from events.api.filters import (
    ByPlace,
    Dated,
    Ordering,
    flag,
    local_start,
    number,
    organization,
    region,
    words,
)
from events.models import Activity, Campaign, Form, Session
from registrations.models import Signup


class SessionFilter(ByPlace, Dated):
    place = "region"
    activity = number("Number of the activity.", "activity")
    campaign = number("Number of the campaign.", "activity__campaign")
    organization = organization("activity__organization__code")
    kind = df.ChoiceFilter(
        field_name="activity__campaign__kind",
        choices=Campaign.Kind.choices,
        help_text="What kind of campaign it belongs to.",
    )
    form = df.ChoiceFilter(
        field_name="activity__form", choices=Form.choices, help_text="Statistical form of the activity."
    )
    region = region()
    state = df.ChoiceFilter(choices=Session.State.choices, help_text="Scheduled or called off.")
    audience = df.ChoiceFilter(choices=GROUPS, method="made_for", help_text="Made for this audience group.")
    open = flag("Whether one can sign up for it now.", "open_now")
    search = words("Part of its name or the activity's.", "named")
    ordering = Ordering(
        fields=(("starts_at", "starts_at"), ("activity__name", "name")),
        help_text="By what to sort; with a minus sign the other way round.",
    )

    class Meta:
        model = Session
        fields: list[str] = []

    def ends_from(self, rows: QuerySet[Any], name: str, value: datetime.date) -> QuerySet[Any]:
        return rows.filter(ends_at__gt=local_start(value))

    def starts_until(self, rows: QuerySet[Any], name: str, value: datetime.date) -> QuerySet[Any]:
        return rows.filter(starts_at__lt=local_start(value + datetime.timedelta(days=1)))

    def made_for(self, rows: QuerySet[Session], name: str, value: str) -> QuerySet[Session]:
        return rows.filter(activity__in=Activity.objects.for_audience(value))

    def open_now(self, rows: QuerySet[Session], name: str, value: str) -> QuerySet[Session]:
        now = Session.objects.open_at(timezone.now()).values("pk")
        return rows.filter(pk__in=now) if value == "true" else rows.exclude(pk__in=now)

    def named(self, rows: QuerySet[Session], name: str, value: str) -> QuerySet[Session]:
        return rows.filter(Q(name__icontains=value) | Q(activity__name__icontains=value))


class SignupFilter(df.FilterSet):
    state = df.ChoiceFilter(choices=Signup.asking_states(), help_text="How the sign-up stands.")
    kind = df.ChoiceFilter(choices=Signup.Kind.choices, help_text="Who signs up.")

    class Meta:
        model = Signup
        fields: list[str] = []
