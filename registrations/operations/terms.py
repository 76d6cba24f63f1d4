"""Setting the terms of an activity's sign-up."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from events.access import Actor
from events.errors import Refusal
from events.models import Activity
from events.operations import history
from registrations.grades import GRADES
from registrations.models import SignupTerms
from registrations.operations import waitlist

FIELDS = (
    "approval",
    "changes_need_approval",
    "offer_hours",
    "one_session_each",
    "min_age",
    "max_age",
    "grades",
    "residents_first_until",
    "reminder_hours",
)


class AgesReversed(Refusal):
    code = "ages_reversed"
    status = 400
    sentence = _("The lower age lies above the upper one.")


class GradesUnknown(Refusal):
    code = "grades_unknown"
    status = 400
    sentence = _("Choose school grades from the list.")


class NoTownship(Refusal):
    code = "no_township"
    sentence = _("Say first in which township the activity is: its residents are to come first.")


@transaction.atomic
def set_terms(*, by: Actor, activity: Activity, at: datetime.datetime, **values: Any) -> SignupTerms:
    """Change terms (`FIELDS`; those not given stay). They hold for sign-ups from now on; whoever waits for approval that
    is no longer asked for still waits for it. Raises AgesReversed, GradesUnknown, NoTownship."""
    terms, _made = SignupTerms.objects.select_for_update().get_or_create(activity=activity)
    changed = [name for name in FIELDS if name in values and getattr(terms, name) != values[name]]
    for name in changed:
        setattr(terms, name, values[name])
    if terms.min_age is not None and terms.max_age is not None and terms.min_age > terms.max_age:
        raise AgesReversed(field="max_age")
    if not set(terms.grades) <= GRADES.keys():
        raise GradesUnknown(field="grades")
    if terms.residents_first_until and activity.region_id is None:
        raise NoTownship(field="residents_first_until")
    if changed:
        terms.save(update_fields=changed)
        history.record(by=by, verb="set_terms", on=activity, organization=activity.organization, at=at, fields=changed)
        waitlist.promote(activity=activity, at=at)
    return terms
