"""Sessions as the plan has them. Moving or calling off one with its sign-ups stands in `registrations`."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.access import Actor
from events.errors import Refusal
from events.models import Activity, Session
from events.operations import activities, history


class TimesReversed(Refusal):
    code = "times_reversed"
    status = 400
    sentence = _("The session ends before it starts.")


class SignupTimesReversed(Refusal):
    code = "signup_times_reversed"
    status = 400
    sentence = _("Sign-up closes before it opens.")


class AlreadyCalledOff(Refusal):
    code = "already_called_off"
    sentence = _("This session has been called off.")


#: A change of these is a new revision for calendars (RFC 5545 SEQUENCE).
REVISED_BY = frozenset({"starts_at", "ends_at", "venue", "address", "online_url", "state", "name"})


def _refuse_reversed(session: Session) -> None:
    if session.ends_at <= session.starts_at:
        raise TimesReversed(field="ends_at")
    opens, closes = session.signup_opens_at, session.signup_closes_at
    if opens and closes and closes <= opens:
        raise SignupTimesReversed(field="signup_closes_at")


@transaction.atomic
def schedule(
    *,
    by: Actor | str,
    activity: Activity,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    venue: str,
    at: datetime.datetime,
    **values: Any,
) -> Session:
    """A new session of an activity. `values`: the model's other fields. Raises TimesReversed, SignupTimesReversed."""
    made = Session(
        activity=activity,
        starts_at=starts_at,
        ends_at=ends_at,
        local_year=timezone.localtime(starts_at).year,
        venue=venue,
        changed_at=at,
        **values,
    )
    _refuse_reversed(made)
    made.save()
    activities.follow_sessions(activity=activity)
    history.record(by=by, verb="schedule", on=made, organization=activity.organization, at=at)
    return made


@transaction.atomic
def change(*, by: Actor, session: Session, at: datetime.datetime, **values: Any) -> Session:
    """Change a session. Raises AlreadyCalledOff, TimesReversed, SignupTimesReversed."""
    if session.state == Session.State.CALLED_OFF:
        raise AlreadyCalledOff
    changed = {name for name, value in values.items() if getattr(session, name) != value}
    for name in changed:
        setattr(session, name, values[name])
    _refuse_reversed(session)
    if changed:
        session.local_year = timezone.localtime(session.starts_at).year
        session.sequence += bool(changed & REVISED_BY)
        session.changed_at = at
        session.save()
        activities.follow_sessions(activity=session.activity)
        organization = session.activity.organization
        history.record(by=by, verb="change", on=session, organization=organization, at=at, fields=changed)
    return session


@transaction.atomic
def call_off(*, by: Actor, session: Session, reason: str, at: datetime.datetime) -> Session:
    """Call a session off, saying why. Raises AlreadyCalledOff."""
    if session.state == Session.State.CALLED_OFF:
        raise AlreadyCalledOff
    session.state, session.called_off_reason = Session.State.CALLED_OFF, reason
    session.sequence += 1
    session.changed_at = at
    session.save()
    session.bookings.all().delete()
    activities.follow_sessions(activity=session.activity)
    history.record(by=by, verb="call_off", on=session, organization=session.activity.organization, at=at)
    return session
