"""Booking what a session needs."""

from __future__ import annotations

import datetime

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from events.access import Actor
from events.errors import Refusal
from events.models import Booking, Resource, Session
from events.operations import history


class ResourceTaken(Refusal):
    code = "resource_taken"
    sentence = _("“%(resource)s” is taken at that time.")


class ResourceRetired(Refusal):
    code = "resource_retired"
    sentence = _("“%(resource)s” is no longer in use.")


@transaction.atomic
def book(
    *,
    by: Actor | str,
    resource: Resource,
    session: Session,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    at: datetime.datetime,
    quantity: int = 1,
) -> Booking:
    """Take a resource from set-up to tear-down. Locks the resource. Raises ResourceTaken, ResourceRetired."""
    resource = Resource.objects.select_for_update().get(pk=resource.pk)
    if resource.retired_on and resource.retired_on <= starts_at.date():
        raise ResourceRetired(resource=resource.name)
    overlapping = resource.bookings.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)
    taken = overlapping.aggregate(sum=Sum("quantity"))["sum"] or 0
    if taken + quantity > resource.quantity:
        raise ResourceTaken(field="resource", resource=resource.name)
    try:
        with transaction.atomic():
            made = Booking.objects.create(
                resource=resource,
                session=session,
                starts_at=starts_at,
                ends_at=ends_at,
                quantity=quantity,
                exclusive=resource.quantity == 1,
            )
    except IntegrityError as error:
        raise ResourceTaken(field="resource", resource=resource.name) from error
    history.record(by=by, verb="book", on=made, organization=session.activity.organization, at=at)
    return made
