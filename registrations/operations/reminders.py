"""Reminders: so many hours before a session begins, as its activity's terms say."""

from __future__ import annotations

import datetime

from events.models import Session
from registrations import channels
from registrations.models import Message, Signup, SignupTerms
from registrations.operations import outbox


def queue_due(*, at: datetime.datetime) -> int:
    """Queue a reminder to everybody who is in for a session whose time has come: how many. Once for each start: of a
    session that is moved people are reminded anew. For the worker's beat."""
    if not channels.available():
        return 0
    count = 0
    for terms in SignupTerms.objects.exclude(reminder_hours=None).filter(activity__state="published"):
        hours = datetime.timedelta(hours=terms.reminder_hours or 0)
        coming = Session.objects.filter(activity=terms.activity_id, state=Session.State.SCHEDULED)
        for session in coming.filter(starts_at__gt=at, starts_at__lte=at + hours).order_by("starts_at"):
            count += _queue(session, at)
    return count


def _queue(session: Session, at: datetime.datetime) -> int:
    occasion = f"{session.starts_at:%Y%m%dT%H%M}"
    told = Message.objects.filter(session=session, about=Message.About.REMINDER, key__endswith=f":{occasion}")
    people = Signup.objects.for_session(session).filter(state=Signup.State.CONFIRMED).exclude(contact_email="")
    rows = people.exclude(pk__in=told.values("signup")).select_related("activity__organization").distinct()
    return outbox.tell_all(
        signups=list(rows.order_by("pk")),
        about=Message.About.REMINDER,
        at=at,
        session=session,
        occasion=occasion,
    )
