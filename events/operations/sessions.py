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


class HalvesApart(Refusal):
    code = "halves_apart"
    status = 400
    sentence = _("The morning ends before the afternoon starts, both on one day.")


#: Both halves of a day have these in common.
COMMON = frozenset({"name", "venue", "address", "online_url", "region", "signup_opens_at", "signup_closes_at"})
#: So long before the afternoon starts people are checked in to it, and to the morning no more.
BEFORE_AFTERNOON = datetime.timedelta(hours=1)

#: A change of these is a new revision for calendars (RFC 5545 SEQUENCE).
REVISED_BY = frozenset({"starts_at", "ends_at", "venue", "address", "online_url", "state", "name"})


def _refuse_reversed(session: Session) -> None:
    if session.ends_at <= session.starts_at:
        raise TimesReversed(field="ends_at")
    opens, closes = session.signup_opens_at, session.signup_closes_at
    if opens and closes and closes <= opens:
        raise SignupTimesReversed(field="signup_closes_at")


def _join(session: Session, other: Session) -> None:
    """Sign-up for the afternoon is sign-up for the morning. Raises HalvesApart."""
    morning, afternoon = (session, other) if session.half == Session.Half.MORNING else (other, session)
    days = {timezone.localdate(moment) for moment in (morning.starts_at, morning.ends_at, afternoon.starts_at)}
    if len(days) != 1 or morning.activity_id != afternoon.activity_id or afternoon.starts_at < morning.ends_at:
        raise HalvesApart(field="starts_at")
    afternoon.signup_opens_at = morning.signup_opens_at
    afternoon.signup_closes_at = morning.signup_closes_at or morning.starts_at


def _hand_over(session: Session, other: Session) -> None:
    """From which moment on people are checked in to the afternoon, and to the morning no more."""
    morning, afternoon = (session, other) if session.half == Session.Half.MORNING else (other, session)
    passes = max(morning.ends_at, afternoon.starts_at - BEFORE_AFTERNOON)
    morning.check_in_closes_at = afternoon.check_in_opens_at = passes


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
def join(*, morning: Session, afternoon: Session) -> None:
    """Two sessions of a day become its halves, as `schedule` has just made them. Raises HalvesApart."""
    morning.half, afternoon.half, afternoon.half_of = Session.Half.MORNING, Session.Half.AFTERNOON, morning
    _join(morning, afternoon)
    _hand_over(morning, afternoon)
    morning.save()
    afternoon.save()


@transaction.atomic
def change(*, by: Actor, session: Session, at: datetime.datetime, **values: Any) -> Session:
    """Change a session. Of a half day the other half's title, place, sign-up and day follow; its hours stay.

    Raises AlreadyCalledOff, TimesReversed, SignupTimesReversed, HalvesApart.
    """
    if session.state == Session.State.CALLED_OFF:
        raise AlreadyCalledOff
    other = session.counterpart
    if other is not None and other.state == Session.State.CALLED_OFF:
        other = None
    before, further = _as_it_was(session), _as_it_was(other) if other else {}
    day = timezone.localdate(session.starts_at)
    for name, value in values.items():
        setattr(session, name, value)
    _refuse_reversed(session)
    if other is not None:
        _follow(other, values, timezone.localdate(session.starts_at) - day)
        _join(session, other)
        if (session.starts_at, session.ends_at) != (before["starts_at"], before["ends_at"]):
            _hand_over(session, other)
        _refuse_reversed(other)
        _keep(by, other, further, at)
    _keep(by, session, before, at)
    return session


def _as_it_was(session: Session) -> dict[str, Any]:
    return {field.attname: getattr(session, field.attname) for field in Session._meta.concrete_fields}


def _follow(other: Session, values: dict[str, Any], days: datetime.timedelta) -> None:
    for name in COMMON & values.keys():
        setattr(other, name, values[name])
    other.starts_at += days
    other.ends_at += days


def _keep(by: Actor, session: Session, before: dict[str, Any], at: datetime.datetime) -> None:
    fields = {field.attname: field.name for field in Session._meta.concrete_fields}
    changed = {fields[attname] for attname, value in before.items() if getattr(session, attname) != value}
    if not changed:
        return
    session.local_year = timezone.localtime(session.starts_at).year
    session.sequence += bool(changed & REVISED_BY)
    session.changed_at = at
    session.save()
    activities.follow_sessions(activity=session.activity)
    history.record(by=by, verb="change", on=session, organization=session.activity.organization, at=at, fields=changed)


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
