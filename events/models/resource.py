"""What a session needs – rooms, experts, the van, equipment – and when it is taken."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from events.models.fields import EncryptedTextField
from events.models.organization import Organization
from events.models.region import Region
from events.models.session import Session


class Resource(models.Model):
    """`quantity` 1 is a unit resource: never booked twice at once, which PostgreSQL itself excludes."""

    class Kind(models.TextChoices):
        VENUE = "venue", _("venue")
        EXPERT = "expert", _("expert")
        VEHICLE = "vehicle", _("vehicle")
        EQUIPMENT = "equipment", _("equipment")

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="resources")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=120)
    quantity = models.PositiveIntegerField(default=1)
    region = models.ForeignKey(Region, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=200, blank=True)
    capacity = models.PositiveIntegerField(null=True, blank=True)
    field = models.CharField(max_length=80, blank=True, help_text=_("An expert's field."))
    affiliation = models.CharField(max_length=120, blank=True)
    contact_phone = EncryptedTextField(blank=True)
    note = models.CharField(max_length=200, blank=True)
    retired_on = models.DateField(null=True, blank=True)
    external_id = models.CharField(max_length=60, null=True, blank=True)

    class Meta:
        ordering = ["kind", "name"]
        constraints = [
            models.CheckConstraint(name="resource_exists_at_least_once", condition=Q(quantity__gte=1)),
            models.UniqueConstraint(
                fields=["organization", "external_id"], name="one_resource_per_organization_and_external_id"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Booking(models.Model):
    """A resource taken for a session from set-up to tear-down. `exclusive` repeats `resource.quantity == 1`, because an
    exclusion constraint sees one table only. The constraint `no_resource_is_booked_twice_at_once` stands in the
    migration, on PostgreSQL."""

    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="bookings")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="bookings")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    quantity = models.PositiveIntegerField(default=1)
    exclusive = models.BooleanField(default=True)

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(name="booking_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(name="booking_takes_at_least_one", condition=Q(quantity__gte=1)),
            models.CheckConstraint(
                name="exclusive_booking_takes_exactly_one", condition=Q(exclusive=False) | Q(quantity=1)
            ),
            models.UniqueConstraint(fields=["resource", "session"], name="resource_booked_once_per_session"),
        ]

    def __str__(self) -> str:
        return f"{self.resource}"


class VisitRequest(models.Model):
    """A school or village asks for a visit; accepting it makes the session, bookings and group sign-up."""

    class State(models.TextChoices):
        ASKED = "asked", _("asked")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="visit_requests")
    asker = models.CharField(max_length=120)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    topic = models.CharField(max_length=120)
    people = models.PositiveIntegerField()
    preferred_dates = models.JSONField(default=list, help_text="ISO dates, most wanted first")
    contact_name = models.CharField(max_length=60)
    contact_phone = EncryptedTextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    session = models.ForeignKey(Session, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(name="visit_is_for_somebody", condition=Q(people__gte=1)),
            models.CheckConstraint(
                name="accepted_visit_has_its_session", condition=~Q(state="accepted") | Q(session__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.topic
