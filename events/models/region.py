"""Places of the administrative division. Units are dated, because they are merged and renamed over the years."""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class RegionQuerySet(models.QuerySet["Region"]):
    def existing_on(self, day: datetime.date) -> RegionQuerySet:
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_until=None) | Q(valid_until__gt=day))

    def townships(self) -> RegionQuerySet:
        """Everything at township level: streets, towns, townships, farms and zones."""
        return self.exclude(kind__in=[Region.Kind.PROVINCE, Region.Kind.CITY, Region.Kind.VILLAGE])


class Region(models.Model):
    """A unit of the administrative division, by its statistical code (12 digits)."""

    class Kind(models.TextChoices):
        PROVINCE = "province", _("province")
        CITY = "city", _("city")
        STREET = "street", _("subdistrict")
        TOWN = "town", _("town")
        TOWNSHIP = "township", _("township")
        FARM_OR_ZONE = "farm_or_zone", _("farm or zone")
        VILLAGE = "village", _("village or community")

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)

    objects = RegionQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="region_ends_after_it_begins",
                condition=Q(valid_until=None) | Q(valid_from=None) | Q(valid_until__gt=models.F("valid_from")),
            )
        ]

    def __str__(self) -> str:
        return self.name
