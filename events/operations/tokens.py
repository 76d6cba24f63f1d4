"""Keys for programs."""

from __future__ import annotations

import datetime
import secrets

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from events.access import Actor
from events.errors import Refusal
from events.models import ApiToken, Organization
from events.operations import history
from events.operations.people import digest

LONGEST = datetime.timedelta(days=400)


class TokenLastsTooLong(Refusal):
    code = "token_lasts_too_long"
    status = 400
    sentence = _("A token ends within %(days)s days, and not in the past.")


@transaction.atomic
def make(
    *,
    by: Actor,
    organization: Organization,
    role: str,
    name: str,
    expires_at: datetime.datetime,
    at: datetime.datetime,
) -> tuple[ApiToken, str]:
    """A token and its key, which is shown once: «kepu_» and 43 characters. Raises TokenLastsTooLong."""
    assert by.user is not None
    if not at < expires_at <= at + LONGEST:
        raise TokenLastsTooLong(field="expires_at", days=LONGEST.days)
    key = "kepu_" + secrets.token_urlsafe(32)
    made = ApiToken.objects.create(
        user=by.user,
        organization=organization,
        role=role,
        name=name,
        prefix=key[:12],
        key_hash=digest(key),
        made_at=at,
        expires_at=expires_at,
    )
    history.record(by=by, verb="make_token", on=made, organization=organization, at=at)
    return made, key


@transaction.atomic
def revoke(*, by: Actor, token: ApiToken, at: datetime.datetime) -> None:
    """End a token now; ending an ended one changes nothing."""
    if token.revoked_at is None:
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
        history.record(by=by, verb="revoke_token", on=token, organization=token.organization, at=at)


@transaction.atomic
def note_use(*, token: ApiToken, at: datetime.datetime) -> None:
    """Remember the day of last use: one write a day, so that reading stays cheap."""
    ApiToken.objects.filter(pk=token.pk).exclude(last_used_on=at.date()).update(last_used_on=at.date())
