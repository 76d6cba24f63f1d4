"""The calendar of a sign-up that somebody subscribes to: its sessions, those called off among them, and how it stands.

Nothing in it is personal: a calendar is shown to colleagues and kept by whoever runs its server.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Count, Max, Q

from events.calendars.ical import Coming
from events.models import Activity, History, Session
from registrations.models import Signup

#: A client asks again after so long: a morning's change is known before the afternoon.
REFRESH = datetime.timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Feed:
    """`changed_at`: when anything that stands in it last changed."""

    sessions: list[Session]
    coming: Coming

    @property
    def changed_at(self) -> datetime.datetime:
        return max([self.coming.changed_at, *(one.changed_at for one in self.sessions)])


def of(signup: Signup) -> Feed:
    """A fixed number of queries. The sign-up comes with `activity__organization`."""
    sessions = _sessions(signup)
    own = Q(kind=signup._meta.label_lower, object_id=signup.pk)
    about = Q(kind=Activity._meta.label_lower, object_id=signup.activity_id)
    done = History.objects.filter(own | about).aggregate(many=Count("pk", filter=own), last=Max("at"))
    changed_at = done["last"] or signup.placed_at
    return Feed(sessions, Coming(_status(signup), done["many"], changed_at, REFRESH))


def _sessions(signup: Signup) -> list[Session]:
    chosen = Q(activity=signup.activity_id) if signup.covers_course else Q(chosen_by__signup=signup)
    found = list(Session.objects.filter(chosen).order_by("starts_at", "pk"))
    for session in found:
        session.activity = signup.activity
    return found


def _status(signup: Signup) -> str:
    if signup.state in Signup.ENDED:
        return "CANCELLED"
    return "CONFIRMED" if signup.state == Signup.State.CONFIRMED else "TENTATIVE"
