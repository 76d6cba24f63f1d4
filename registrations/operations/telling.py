"""Who was told of what by telephone: marks of the call list."""

from __future__ import annotations

import datetime

from django.db import transaction

from events.access import Actor
from events.models import Session
from events.operations import history
from registrations.models import Signup, Told
from registrations.operations.attendance import NotOfThisSession


@transaction.atomic
def mark(*, by: Actor, signup: Signup, session: Session, about: str, at: datetime.datetime) -> Told:
    """The contact of a sign-up was told. The first mark stands: marking again changes nothing.

    Locks the sign-up, so that two who call at the same time write one mark. Raises NotOfThisSession.
    """
    assert by.user is not None
    Signup.objects.select_for_update().get(pk=signup.pk)
    if not Signup.objects.for_session(session).filter(pk=signup.pk).exists():
        raise NotOfThisSession
    standing = Told.objects.filter(signup=signup, session=session, about=about, withdrawn_at=None).first()
    if standing is not None:
        return standing
    made = Told.objects.create(signup=signup, session=session, about=about, by=by.user, at=at)
    history.record(by=by, verb="tell", on=made, organization=session.activity.organization, at=at)
    return made


@transaction.atomic
def take_back(*, by: Actor, told: Told, at: datetime.datetime) -> Told:
    """Take a mark back; it stays on record. Taking it back again changes nothing."""
    told = (
        Told.objects.select_for_update(of=("self",)).select_related("session__activity__organization").get(pk=told.pk)
    )
    if told.withdrawn_at is None:
        told.withdrawn_at = at
        told.save(update_fields=["withdrawn_at"])
        organization = told.session.activity.organization
        history.record(by=by, verb="withdraw", on=told, organization=organization, at=at)
    return told
