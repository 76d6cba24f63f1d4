"""Erasing people without changing a figure, and logging who saw them whole."""

from __future__ import annotations

import datetime
import secrets

from django.db import models, transaction

from events.access import Actor
from events.models import Organization
from events.operations import history
from registrations.models import Attendee, DataAccess, Signup


@transaction.atomic
def erase(*, by: Actor | str, signup: Signup, at: datetime.datetime) -> Signup:
    """Names, phones and notes go; sizes, groups, townships and attendance stay.

    A random person key takes the place of each, here and in that person's other sign-ups, so that they stay one person
    in every count. Erasing twice changes nothing.
    """
    signup = Signup.objects.select_for_update().get(pk=signup.pk)
    if signup.erased_at:
        return signup
    signup.contact_name = signup.contact_phone = signup.contact_phone_hash = signup.note = signup.guardian_name = ""
    signup.erased_at = at
    signup.save()
    for key in set(signup.attendees.exclude(person_key="").values_list("person_key", flat=True)):
        Attendee.objects.filter(person_key=key).update(person_key=secrets.token_hex(32))
    signup.attendees.update(name="", phone="", id_number="", erased_at=at)
    history.record(by=by, verb="erase", on=signup, organization=signup.activity.organization, at=at)
    return signup


@transaction.atomic
def note_access(
    *,
    by: Actor,
    organization: Organization,
    what: str,
    purpose: str,
    on: models.Model,
    people: int,
    at: datetime.datetime,
) -> DataAccess:
    """Write down that somebody saw or took personal data whole, and what for."""
    assert by.user is not None
    return DataAccess.objects.create(
        at=at,
        user=by.user,
        organization=organization,
        what=what,
        purpose=purpose,
        kind=on._meta.label_lower,
        object_id=on.pk,
        people=people,
    )
