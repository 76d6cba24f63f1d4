"""Sessions together with their seats and sign-ups."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction

from events.access import Actor
from events.models import Activity, Session
from events.operations import sessions
from registrations.models import Message, SeatPool, Signup
from registrations.operations import outbox, pools, roster


@transaction.atomic
def schedule(
    *,
    by: Actor | str,
    activity: Activity,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    venue: str,
    at: datetime.datetime,
    capacity: int | None = None,
    **values: Any,
) -> Session:
    """A session with its seats: its own pool, or – for a course – the course's one pool. Raises TimesReversed …"""
    made = sessions.schedule(
        by=by, activity=activity, starts_at=starts_at, ends_at=ends_at, venue=venue, at=at, **values
    )
    if activity.signup_by == Activity.SignupBy.SESSION:
        pools.open_for(by=by, session=made, capacity=capacity, at=at)
    elif activity.signup_by == Activity.SignupBy.COURSE and not SeatPool.objects.filter(activity=activity).exists():
        pools.open_for(by=by, course=activity, capacity=capacity, at=at)
    roster.session_changed(session=made)
    _retell(made)
    return made


@transaction.atomic
def move(*, by: Actor, session: Session, at: datetime.datetime, **values: Any) -> Session:
    """Change a session; its sign-ups come along, and the stations are told. Raises AlreadyCalledOff, TimesReversed …"""
    before = _where_and_when(session)
    moved = sessions.change(by=by, session=session, at=at, **values)
    for one in filter(None, (moved, moved.counterpart)):
        roster.session_changed(session=one)
        _retell(one)
    if _where_and_when(moved) != before:
        _tell(moved, Message.About.MOVED, at)
    return moved


def _where_and_when(session: Session) -> tuple[Any, ...]:
    """What people have to know of it."""
    return session.starts_at, session.ends_at, session.venue, session.address, session.online_url


def _tell(session: Session, about: str, at: datetime.datetime) -> None:
    """Queue a message to everybody who is to come; another for each further change."""
    coming = Signup.objects.standing().for_session(session).exclude(contact_email="").distinct()
    people = coming.select_related("activity__organization").order_by("pk")
    outbox.tell_all(signups=people, about=about, at=at, session=session, occasion=str(session.sequence))


@transaction.atomic
def rearrange(
    *, by: Actor, session: Session, pool: SeatPool | None, capacity: int | None, at: datetime.datetime, **values: Any
) -> Session:
    """Change a session and its seats in one act: both or neither. Raises what `move` and `pools.set_capacity` raise."""
    moved = move(by=by, session=session, at=at, **values)
    if pool is not None:
        set_capacity(by=by, pool=pool, capacity=capacity, at=at)
    return moved


@transaction.atomic
def set_capacity(*, by: Actor, pool: SeatPool, capacity: int | None, at: datetime.datetime) -> None:
    """So many seats, in both halves of a day that has two. Raises what `pools.set_capacity` raises."""
    other = pool.session.counterpart if pool.session else None
    further = SeatPool.objects.common().filter(session=other).first() if other else None
    for one in filter(None, (pool, further)):
        if pools.total(pool=one) != capacity:
            pools.set_capacity(by=by, pool=one, capacity=capacity, at=at)


@transaction.atomic
def call_off(*, by: Actor, session: Session, reason: str, at: datetime.datetime) -> Session:
    """Call a session off; of a day with two halves this half alone. Its sign-ups stay as they were, so that people can be
    told. Raises AlreadyCalledOff."""
    called = sessions.call_off(by=by, session=session, reason=reason, at=at)
    roster.session_changed(session=called)
    _tell(called, Message.About.CALLED_OFF, at)
    return called


def _retell(session: Session) -> None:
    """Tickets that are good for this session travel to its stations, those of a course to a new lesson's too."""
    asked = Signup.objects.for_session(session).select_related("activity")
    for signup in [*asked, *Signup.objects.cards().filter(chosen__session=session).select_related("activity")]:
        roster.ticket_changed(signup=signup)
