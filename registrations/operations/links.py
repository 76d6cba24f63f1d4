"""The link that opens a sign-up: made anew when it got into wrong hands, or when somebody else takes the sign-up over."""

from __future__ import annotations

import datetime

from django.db import transaction

from events.access import Actor
from events.operations import history
from registrations.access import manage_key, secret_hash
from registrations.models import Signup
from registrations.operations import signups


def renew(*, signup: Signup) -> str:
    """The next key of a locked sign-up, which the caller saves: the one before opens nothing any more, nor does the
    calendar that went with it, nor a link for handing it on that is still out."""
    signup.key_generation += 1
    key = manage_key(signup)
    signup.manage_key_hash, signup.transfer_key_hash = secret_hash(key), None
    return key


@transaction.atomic
def replace(*, by: Actor, signup: Signup, at: datetime.datetime) -> Signup:
    """A new link in the place of the present one. Raises SignupErased."""
    rows = Signup.objects.select_related("activity__campaign", "activity__organization", "region")
    signup = rows.select_for_update(of=("self",)).get(pk=signup.pk)
    if signup.erased_at:
        raise signups.SignupErased
    renew(signup=signup)
    signup.save(update_fields=["key_generation", "manage_key_hash", "transfer_key_hash"])
    history.record(by=by, verb="replace_link", on=signup, organization=signup.activity.organization, at=at)
    return signup
