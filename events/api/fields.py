"""What bodies and answers of the API are made of, beyond what the framework has."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from events import audiences
from events.models import Organization, Region

#: What lies outside is a slip of the pen, and near the ends of the calendar no time zone can be computed.
FIRST_YEAR, LAST_YEAR = 1949, 2100

OUT_OF_RANGE = _("The year must lie between %(first)s and %(last)s.")


def year_fits(value: datetime.date) -> bool:
    return FIRST_YEAR <= value.year <= LAST_YEAR


class Day(serializers.DateField):
    """A day of the calendar, `YYYY-MM-DD`."""

    def to_internal_value(self, value: Any) -> datetime.date:
        day = super().to_internal_value(value)
        if not year_fits(day):
            raise serializers.ValidationError(OUT_OF_RANGE % {"first": FIRST_YEAR, "last": LAST_YEAR})
        return day


class Moment(serializers.DateTimeField):
    """A moment in ISO 8601; without an offset it is the site's local time."""

    def to_internal_value(self, value: Any) -> datetime.datetime:
        text = str(value)
        if text[:4].isdigit() and not FIRST_YEAR <= int(text[:4]) <= LAST_YEAR:
            raise serializers.ValidationError(OUT_OF_RANGE % {"first": FIRST_YEAR, "last": LAST_YEAR})
        moment = super().to_internal_value(value)
        return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


class Body(serializers.Serializer):
    """What is sent to us. A name we do not know is a mistake, and told – not something to pass over in silence."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := [str(name) for name in data if name not in self.fields]):
            raise serializers.ValidationError({name: [_("There is no such field here.")] for name in unknown})
        return super().to_internal_value(data)


#: Audience groups by their codes.
GROUPS = [(code, audiences.label(code, "en")) for code in sorted(audiences.codes())]


class Group(serializers.ChoiceField):
    """An audience group by its code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=GROUPS, **kwargs)


def organization_code(text: str, **kwargs: Any) -> serializers.SlugRelatedField[Organization]:
    """Reads an organization as its code."""
    return serializers.SlugRelatedField(slug_field="code", read_only=True, help_text=text, **kwargs)


class ByCode(serializers.SlugRelatedField):
    """A row named by its code. What no database can hold as text names none."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, str) and "\x00" in data:
            self.fail("does_not_exist", slug_name=self.slug_field, value=data.replace("\x00", ""))
        return super().to_internal_value(data)


def region_code(text: str, **kwargs: Any) -> serializers.SlugRelatedField[Region]:
    """Reads and takes a region as its code. Regions are public, so a wrong code may be told as such."""
    if not kwargs.get("read_only"):
        kwargs.setdefault("queryset", Region.objects.all())
    return ByCode(slug_field="code", help_text=text, **kwargs)


class RowNumber(serializers.IntegerField):
    """The number of a row, as far as the database can hold one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=2**63 - 1, **kwargs)
