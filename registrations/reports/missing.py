"""What an organizer should look at: sessions that are over without a number, activities without photos, and the like."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from events.access import Act, Actor
from events.models import Activity, Session
from registrations.models import Attendance, Evidence, Headcount, Statement
from registrations.reports import desk

#: How far back one looks: longer ago nobody remembers how many came.
BACK = datetime.timedelta(days=120)
AHEAD = datetime.timedelta(days=14)
PHOTOS = 2
SHOWN = 8
STANDING_PHOTO = Q(evidence__kind=Evidence.Kind.PHOTO, evidence__withdrawn_at=None)


@dataclass(frozen=True, slots=True)
class Missing:
    """Rows that lack something, the newest first, and how many there are in all."""

    without_people: list[Session]
    without_people_count: int
    without_photos: list[Activity]
    without_photos_count: int
    still_draft: list[Activity]
    awaiting: int

    @property
    def nothing(self) -> bool:
        return not (self.without_people or self.without_photos or self.still_draft or self.awaiting)


def without_people(actor: Actor, at: datetime.datetime) -> QuerySet[Session]:
    """Sessions that are over and of which nothing says how many came."""
    stated = Statement.objects.filter(activity=OuterRef("activity"), measure="attendance", withdrawn_at=None)
    return (
        Session.objects.filter(
            actor.where(Act.RECORD, "activity__organization__path"),
            ~Exists(Attendance.objects.filter(session=OuterRef("pk"))),
            ~Exists(Headcount.objects.filter(session=OuterRef("pk"), withdrawn_at=None)),
            ~Exists(stated),
            state=Session.State.SCHEDULED,
            activity__state__in=["published", "held"],
            ends_at__lt=at,
            ends_at__gt=at - BACK,
        )
        .select_related("activity__organization", "region")
        .order_by("-starts_at")
    )


def without_photos(actor: Actor, at: datetime.datetime) -> QuerySet[Activity]:
    """Activities that are over and have fewer photos than an activity record asks for."""
    day = at.date()
    return (
        Activity.objects.filter(
            actor.where(Act.RECORD, "organization__path"),
            state__in=["published", "held"],
            ends_on__lt=day,
            ends_on__gt=day - BACK,
        )
        .annotate(photos=Count("evidence", filter=STANDING_PHOTO))
        .filter(photos__lt=PHOTOS)
        .order_by("-ends_on", "-pk")
    )


def find(actor: Actor, at: datetime.datetime) -> Missing:
    people, photos = without_people(actor, at), without_photos(actor, at)
    drafts = Activity.objects.filter(
        actor.where(Act.PLAN, "organization__path"), state="draft", starts_on__lte=(at + AHEAD).date()
    ).order_by("starts_on")
    return Missing(
        without_people=list(people[:SHOWN]),
        without_people_count=people.count(),
        without_photos=list(photos[:SHOWN]),
        without_photos_count=photos.count(),
        still_draft=list(drafts[:SHOWN]),
        awaiting=desk.rows(actor).count(),
    )
