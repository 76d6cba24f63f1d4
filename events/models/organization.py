"""Organizations form a tree: the city association, township bodies, societies, bases, partners, schools."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from events.models.region import Region


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def in_tree_of(self, organization: Organization) -> OrganizationQuerySet:
        """The organization and everything below it."""
        return self.filter(path__startswith=organization.path)

    def own_of(self, organization: Organization) -> OrganizationQuerySet:
        """The organization, and what reports through it (a chain of reporting is followed by the operation that
        keeps `reports_to`, so one comparison suffices here)."""
        return self.filter(Q(pk=organization.pk) | Q(reports_to=organization))


class Organization(models.Model):
    """A body that leads activities or reports figures.

    `path` is the chain of ids from the root, "/1/7/"; the operation that places an organization keeps it. `reports_to`
    is set where the activities of a base or society are counted as its parent's own ("reports through").
    """

    class Kind(models.TextChoices):
        ASSOCIATION = "association", _("association for science and technology")
        TOWNSHIP = "township", _("township association")
        SOCIETY = "society", _("learned society")
        BASE = "base", _("science base")
        PARTNER = "partner", _("partner")
        SCHOOL = "school", _("school")
        DEPARTMENT = "department", _("government department")

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    reports_to = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="reported_by")
    path = models.CharField(max_length=120, db_index=True, default="", editable=False)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="organizations")
    contact_name = models.CharField(max_length=60, blank=True)
    contact_phone = models.CharField(max_length=40, blank=True, help_text=_("An office number that may be published."))
    privacy_officer = models.CharField(max_length=60, blank=True)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(
                name="organization_is_not_its_own_parent", condition=Q(parent=None) | ~Q(parent=models.F("id"))
            ),
            models.CheckConstraint(
                name="organization_does_not_report_to_itself",
                condition=Q(reports_to=None) | ~Q(reports_to=models.F("id")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The short name where there is one."""
        return self.short_name or self.name
