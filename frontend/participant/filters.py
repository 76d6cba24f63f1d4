"""What the public list of sessions can be narrowed by."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.models import Campaign, Form, Region, Session
from frontend.forms import DateInput, audience_choices


class SessionFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="named", label=_("Search"))
    region = django_filters.ModelChoiceFilter(
        queryset=Region.objects.townships(), to_field_name="code", method="placed", label=_("Place")
    )
    form = django_filters.ChoiceFilter(field_name="activity__form", choices=Form.choices, label=_("Form"))
    kind = django_filters.ChoiceFilter(
        field_name="activity__campaign__kind", choices=Campaign.Kind.choices, label=_("Kind of campaign")
    )
    audience = django_filters.ChoiceFilter(choices=audience_choices, method="made_for", label=_("For whom"))
    day = django_filters.DateFilter(method="on_or_after", label=_("From day"), widget=DateInput())
    open = django_filters.BooleanFilter(
        method="open_now", label=_("Only open for sign-up"), widget=forms.CheckboxInput()
    )

    class Meta:
        model = Session
        fields: list[str] = []

    def named(self, rows: QuerySet[Session], name: str, value: str) -> QuerySet[Session]:
        words = Q()
        for word in value.split():
            words &= (
                Q(activity__name__icontains=word)
                | Q(name__icontains=word)
                | Q(venue__icontains=word)
                | Q(activity__campaign__name__icontains=word)
            )
        return rows.filter(words)

    def placed(self, rows: Any, name: str, value: Region) -> Any:
        return rows.in_region(value)

    def made_for(self, rows: QuerySet[Session], name: str, value: str) -> QuerySet[Session]:
        return rows.filter(activity__audience_rows__group=value).distinct()

    def on_or_after(self, rows: QuerySet[Session], name: str, value: Any) -> QuerySet[Session]:
        return rows.filter(starts_at__date__gte=value)

    def open_now(self, rows: Any, name: str, value: bool) -> Any:
        return rows.open_at(timezone.now()) if value else rows
