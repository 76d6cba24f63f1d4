"""Indicators that an organization adds to its catalogue, and why a figure changed so much."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from events.models import Organization, User


class OwnIndicator(models.Model):
    """An indicator of an organization's own in its work report. `rule` is data of `registrations.indicators.catalogue`;
    each change of what it counts is a new version. Retired, it stays for returns that quote it."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="own_indicators")
    section = models.CharField(max_length=40)
    code = models.SlugField(max_length=40)
    label = models.CharField(max_length=80)
    definition = models.CharField(max_length=300)
    source = models.CharField(max_length=200, blank=True, help_text=_("On what document it rests."))
    rule = models.JSONField()
    version = models.PositiveSmallIntegerField(default=1)
    made_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["section", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "code"], name="one_own_indicator_per_organization_and_code"
            ),
            models.CheckConstraint(name="own_indicator_is_defined", condition=~Q(label="") & ~Q(definition="")),
        ]

    def __str__(self) -> str:
        return self.label


class ChangeReason(models.Model):
    """Why a figure differs so much from the year before, in the office's own words. A later one takes its place."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="change_reasons")
    year = models.PositiveSmallIntegerField()
    scope = models.CharField(max_length=6)
    indicator = models.CharField(max_length=40)
    text = models.CharField(max_length=300)
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["year", "indicator"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "year", "scope", "indicator"], name="one_change_reason_per_year_and_indicator"
            ),
            models.CheckConstraint(name="change_reason_says_something", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return self.text
