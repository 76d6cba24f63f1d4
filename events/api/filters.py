"""What lists are narrowed by. A value that cannot be read is refused with its parameter's name, never ignored."""

from __future__ import annotations

import datetime
from typing import Any

import django_filters as df
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from events.api.fields import FIRST_YEAR, GROUPS, LAST_YEAR, OUT_OF_RANGE, year_fits
from events.models import Activity, Campaign, Form, Organization, Publication, Region, Resource, Session

FLAGS = [("true", "true"), ("false", "false")]


def _refuse_far_years(day: datetime.date) -> None:
    if not year_fits(day):
        raise ValidationError(OUT_OF_RANGE % {"first": FIRST_YEAR, "last": LAST_YEAR})


@extend_schema_field(OpenApiTypes.INT)
class Number(df.Filter):
    """A row's number."""

    field_class = forms.IntegerField


def number(text: str, field_name: str, least: int = 1, most: int = 2**63 - 1) -> df.Filter:
    found = Number(field_name=field_name, min_value=least, max_value=most, help_text=text)
    return extend_schema_field({"type": "integer", "minimum": least, "maximum": most, "description": text})(found)


def day(text: str, method: str) -> df.Filter:
    return df.DateFilter(
        method=method, input_formats=["%Y-%m-%d"], validators=[_refuse_far_years], help_text=text, label=text
    )


def flag(text: str, method: str) -> df.Filter:
    """true or false; anything else is refused."""
    found = df.ChoiceFilter(method=method, choices=FLAGS, help_text=text)
    return extend_schema_field({"type": "boolean", "description": text})(found)


def words(text: str, method: str) -> df.Filter:
    return df.CharFilter(method=method, max_length=100, help_text=text)


def local_start(value: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(value, datetime.time()))


class Ordering(df.OrderingFilter):
    """The number of a row decides between equals, so that no row is on two pages or on none."""

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        ordered = super().filter(qs, value)
        return ordered.order_by(*ordered.query.order_by, "pk") if value else ordered


class ByPlace:
    """Places: a city or town includes what lies directly below it."""

    place: str

    def in_region(self, rows: QuerySet[Any], name: str, value: Region) -> QuerySet[Any]:
        return rows.filter(Q(**{self.place: value}) | Q(**{f"{self.place}__parent": value}))


def region() -> df.Filter:
    text = "Code of a region; a city or town includes what lies directly below it."
    found = df.ModelChoiceFilter(
        queryset=Region.objects.all(), to_field_name="code", method="in_region", help_text=text
    )
    return extend_schema_field({"type": "string", "description": text})(found)


def organization(field_name: str) -> df.Filter:
    return df.CharFilter(field_name=field_name, max_length=40, help_text="Code of the organization that leads it.")


class RegionFilter(df.FilterSet):
    kind = df.ChoiceFilter(choices=Region.Kind.choices, help_text="What kind of unit it is.")
    parent = df.CharFilter(field_name="parent__code", max_length=12, help_text="Code of the region it belongs to.")
    search = words("Part of the name.", "named")

    class Meta:
        model = Region
        fields: list[str] = []

    def named(self, rows: QuerySet[Region], name: str, value: str) -> QuerySet[Region]:
        return rows.filter(name__icontains=value)


class OrganizationFilter(ByPlace, df.FilterSet):
    place = "region"
    kind = df.ChoiceFilter(choices=Organization.Kind.choices, help_text="What kind of body it is.")
    region = region()
    search = words("Part of the name.", "named")

    class Meta:
        model = Organization
        fields: list[str] = []

    def named(self, rows: QuerySet[Organization], name: str, value: str) -> QuerySet[Organization]:
        return rows.filter(Q(name__icontains=value) | Q(short_name__icontains=value))


class Dated(df.FilterSet):
    """`from` and `until`, which are no names that a class body takes."""

    @classmethod
    def get_filters(cls) -> dict[str, df.Filter]:
        span = {
            "from": day("First day of interest: what ends earlier is left out.", "ends_from"),
            "until": day("Last day of interest, inclusive: what begins later is left out.", "starts_until"),
        }
        for name, one in span.items():
            one.field_name = one.field_name or name
        return super().get_filters() | span

    def ends_from(self, rows: QuerySet[Any], name: str, value: datetime.date) -> QuerySet[Any]:
        return rows.filter(Q(ends_on__gte=value) | Q(ends_on=None, starts_on__gte=value))

    def starts_until(self, rows: QuerySet[Any], name: str, value: datetime.date) -> QuerySet[Any]:
        return rows.filter(Q(starts_on__lte=value) | Q(starts_on=None, ends_on__lte=value))


class CampaignFilter(Dated):
    organization = organization("organization__code")
    kind = df.ChoiceFilter(choices=Campaign.Kind.choices, help_text="What kind of campaign it is.")
    year = number("The year it belongs to.", "year", FIRST_YEAR, LAST_YEAR)
    state = df.ChoiceFilter(choices=Publication.choices, help_text="How far it has come.")
    audience = df.ChoiceFilter(choices=GROUPS, method="made_for", help_text="Made for this audience group.")
    open = flag("Whether one can sign up now for something of it.", "open_now")
    search = words("Part of the name or theme.", "named")
    ordering = Ordering(
        fields=["starts_on", "name", "year"], help_text="By what to sort; with a minus sign the other way round."
    )

    class Meta:
        model = Campaign
        fields: list[str] = []

    def made_for(self, rows: QuerySet[Campaign], name: str, value: str) -> QuerySet[Campaign]:
        return rows.filter(Exists(Activity.objects.public().for_audience(value).filter(campaign=OuterRef("pk"))))

    def open_now(self, rows: QuerySet[Campaign], name: str, value: str) -> QuerySet[Campaign]:
        here = Exists(Session.objects.open_at(timezone.now()).filter(activity__campaign=OuterRef("pk")))
        return rows.filter(here if value == "true" else ~here)

    def named(self, rows: QuerySet[Campaign], name: str, value: str) -> QuerySet[Campaign]:
        return rows.filter(Q(name__icontains=value) | Q(theme__icontains=value))


class ActivityFilter(ByPlace, Dated):
    place = "region"
    campaign = number("Number of the campaign.", "campaign")
    organization = organization("organization__code")
    kind = df.ChoiceFilter(
        field_name="campaign__kind", choices=Campaign.Kind.choices, help_text="What kind of campaign it belongs to."
    )
    form = df.ChoiceFilter(choices=Form.choices, help_text="Its statistical form.")
    region = region()
    state = df.ChoiceFilter(choices=Publication.choices, help_text="How far it has come.")
    audience = df.ChoiceFilter(choices=GROUPS, method="made_for", help_text="Made for this audience group.")
    open = flag("Whether one can sign up now for one of its sessions.", "open_now")
    search = words("Part of the name.", "named")
    ordering = Ordering(
        fields=["starts_on", "name"], help_text="By what to sort; with a minus sign the other way round."
    )

    class Meta:
        model = Activity
        fields: list[str] = []

    def in_region(self, rows: QuerySet[Activity], name: str, value: Region) -> QuerySet[Activity]:
        """By its own place, or that of one of its sessions."""
        held = Session.objects.in_region(value).filter(activity=OuterRef("pk"))
        return rows.filter(Q(region=value) | Q(region__parent=value) | Exists(held))

    def made_for(self, rows: Any, name: str, value: str) -> QuerySet[Activity]:
        found: QuerySet[Activity] = rows.for_audience(value)
        return found

    def open_now(self, rows: QuerySet[Activity], name: str, value: str) -> QuerySet[Activity]:
        here = Exists(Session.objects.open_at(timezone.now()).filter(activity=OuterRef("pk")))
        return rows.filter(here if value == "true" else ~here)

    def named(self, rows: QuerySet[Activity], name: str, value: str) -> QuerySet[Activity]:
        return rows.filter(name__icontains=value)


class ResourceFilter(ByPlace, df.FilterSet):
    place = "region"
    organization = organization("organization__code")
    kind = df.ChoiceFilter(choices=Resource.Kind.choices, help_text="Venue, expert, vehicle or equipment.")
    region = region()
    search = words("Part of the name or field.", "named")

    class Meta:
        model = Resource
        fields: list[str] = []

    def named(self, rows: QuerySet[Resource], name: str, value: str) -> QuerySet[Resource]:
        return rows.filter(Q(name__icontains=value) | Q(field__icontains=value))
