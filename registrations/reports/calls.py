"""The call list of a session: whose contact is to be told of a matter, by village, and who has been told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Q

from events.models import Session
from registrations.models import Attendee, Message, Signup, Told
from registrations.models.signup import SignupQuerySet


@dataclass(frozen=True, slots=True)
class Call:
    """One sign-up: `place` is the village of its lines, else its unit, else its township; empty where none is known.
    `written`: a message about this matter has left by another channel."""

    signup: Signup
    place: str
    told: Told | None
    written: bool = False


def listed(session: Session, about: str) -> SignupQuerySet:
    """The sign-ups whose contacts are to be told.

    Reminded are those who have seats; that seats became free concerns those who have moved up from the waiting list; that
    a session is moved or called off concerns those who wait as well. Whoever was erased cannot be reached any more.
    """
    rows = Signup.objects.for_session(session).standing().filter(erased_at=None).distinct()
    if about == Told.About.MOVED_UP:
        up = [Signup.State.CONFIRMED, Signup.State.OFFERED]
        return rows.filter(state__in=up, queued_at__isnull=False)
    return rows.filter(state=Signup.State.CONFIRMED) if about == Told.About.REMINDER else rows


#: Which messages speak of a matter.
_WRITTEN: dict[str, tuple[str, ...]] = {
    Told.About.REMINDER: (Message.About.REMINDER,),
    Told.About.MOVED: (Message.About.MOVED,),
    Told.About.MOVED_UP: (Message.About.PROMOTED, Message.About.OFFERED),
    Told.About.CALLED_OFF: (Message.About.CALLED_OFF,),
}


def of(session: Session, about: str) -> list[Call]:
    """Everybody to be told, by place and then in the order they signed up, in four queries however many."""
    rows = listed(session, about).select_related("region").order_by("placed_at", "pk")
    return _with_marks(session, about, list(rows))


def counts(session: Session, about: str) -> tuple[int, int]:
    """(told, all) of the list, in two queries."""
    rows = listed(session, about)
    marks = Told.objects.filter(session=session, about=about, withdrawn_at=None, signup__in=rows.values("pk"))
    return marks.count(), rows.count()


def one(session: Session, about: str, signup: Signup) -> Call:
    """The call of one sign-up."""
    return _with_marks(session, about, [signup])[0]


def _with_marks(session: Session, about: str, signups: Sequence[Signup]) -> list[Call]:
    ids = [signup.pk for signup in signups]
    villages: dict[int, str] = {}
    lines = Attendee.objects.standing().filter(signup__in=ids).exclude(village="").order_by("signup", "position")
    for signup, village in lines.values_list("signup", "village"):
        villages.setdefault(signup, village)
    marks = Told.objects.filter(session=session, about=about, withdrawn_at=None, signup__in=ids).select_related("by")
    told = {mark.signup_id: mark for mark in marks}
    left = Message.objects.filter(signup__in=ids, state=Message.State.SENT, about__in=_WRITTEN[about])
    written = set(left.filter(Q(session=session) | Q(session=None)).values_list("signup", flat=True))
    calls = [
        Call(
            signup,
            villages.get(signup.pk) or signup.unit or str(signup.region or ""),
            told.get(signup.pk),
            signup.pk in written,
        )
        for signup in signups
    ]
    return sorted(calls, key=lambda call: (call.place == "", call.place))


def by_place(calls: Sequence[Call]) -> list[tuple[str, list[Call]]]:
    """Calls in their groups, in the order of the list."""
    return [(place, list(some)) for place, some in groupby(calls, key=lambda call: call.place)]
