"""What the public sees: sessions, activities and campaigns, and their calendar files."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count, Min, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from events import access
from events.access import Act
from events.calendars import ical
from events.errors import NotFound
from events.models import Activity, Campaign, Session
from events.models.session import SessionQuerySet
from frontend.pages import Request, page
from frontend.participant import mine, sharing
from frontend.participant.filters import SessionFilter
from registrations import retention
from registrations.operations import rules
from registrations.reports import seats
from registrations.reports import sharing as shared_links

PER_PAGE = 20


def _listed() -> SessionQuerySet:
    rows = Session.objects.public().select_related(
        "activity__campaign", "activity__organization", "activity__region", "activity__terms", "region", "other_half"
    )
    return seats.with_seats(rows)


def _with_seats(sessions: list[Session]) -> list[tuple[Session, seats.Seats | None]]:
    return [(session, seats.of(session)) for session in sessions]


@page(Act.SEE_PUBLIC)
def home(request: Request) -> HttpResponse:
    """Sessions that are still to come, the next first."""
    now = timezone.now()
    still = Q(ends_at__gt=now) | Q(other_half__ends_at__gt=now)
    coming = _listed().entries().filter(still).order_by("starts_at", "pk")
    found = SessionFilter(request.GET, queryset=coming)
    sheet = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    narrowed = any(request.GET.get(name) for name in found.filters)
    running = (
        Campaign.objects.public()
        .filter(state="published", ends_on__gte=timezone.localdate())
        .exclude(kind=Campaign.Kind.ROUTINE)
        .order_by("starts_on")[:6]
    )
    context = {
        "filter": found,
        "page": sheet,
        "sessions": _with_seats(list(sheet)),
        "narrowed": narrowed,
        "campaigns": running,
    }
    return render(request, "participant/home.html", context)


@page(Act.SEE_PUBLIC)
def campaigns(request: Request) -> HttpResponse:
    """All campaigns, this year's first."""
    rows = (
        Campaign.objects.public()
        .exclude(kind=Campaign.Kind.ROUTINE)
        .select_related("organization")
        .annotate(held=Count("activities", filter=Q(activities__state__in=["published", "held"])))
        .order_by("-year", "-starts_on", "-pk")
    )
    sheet = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "participant/campaigns.html", {"page": sheet})


@page(Act.SEE_PUBLIC)
def campaign(request: Request, pk: int) -> HttpResponse:
    found = Campaign.objects.public().select_related("organization").filter(pk=pk).first()
    if found is None:
        raise NotFound
    sessions = _listed().entries().filter(activity__campaign=found).order_by("starts_at", "pk")
    sheet = Paginator(sessions, 2 * PER_PAGE).get_page(request.GET.get("page"))
    without = (
        Activity.objects.public()
        .filter(campaign=found)
        .annotate(first=Min("sessions__starts_at"))
        .filter(first=None)
        .order_by("starts_on")
    )
    shared = shared_links.of_campaign(found, sheet.paginator.count, at=timezone.now())
    context = {
        "campaign": found,
        "page": sheet,
        "sessions": _with_seats(list(sheet)),
        "without": without,
        "shared": sharing.head(shared, "campaign", pk),
    }
    return render(request, "participant/campaign.html", context)


@page(Act.SEE_PUBLIC)
def session(request: Request, pk: int) -> HttpResponse:
    """One session: what, when, where, for whom, and how to come."""
    now = timezone.now()
    found = _listed().filter(pk=pk).first()
    if found is None:
        raise NotFound
    # Whoever comes at noon finds the afternoon from the morning's page.
    told = Session.objects.entries().filter(activity=found.activity).values("pk")
    others = _listed().filter(Q(pk__in=told) | Q(half_of=pk)).exclude(pk=pk).order_by("starts_at")
    context = {
        "session": found,
        "activity": found.activity,
        "seats": seats.of(found),
        "open": Session.objects.open_at(now).filter(pk=pk).exists(),
        "over": found.ends_at <= now,
        "not_yet": bool(found.signup_opens_at and found.signup_opens_at > now),
        "at_the_door": rules.at_the_door(found, now),
        "several": _several(found.activity, now),
        **_terms(found.activity, now),
        "others": _with_seats(list(others[:12])),
        "mine": mine.of_session(request, found),
        "shared": sharing.head(shared_links.of_session(found, seats.of(found), at=now), "session", pk),
    }
    return render(request, "participant/session.html", context)


@page(Act.SEE_PUBLIC)
def activity(request: Request, pk: int) -> HttpResponse:
    """An activity with its sessions: a course, or a series."""
    found = Activity.objects.public().select_related("campaign", "organization", "region").filter(pk=pk).first()
    if found is None:
        raise NotFound
    rows = list(_listed().entries().filter(activity=found).order_by("starts_at"))
    now = timezone.now()
    open_now = Session.objects.open_at(now).filter(activity=found).exists()
    following = shared_links.following(rows, at=now)
    shared = shared_links.of_activity(found, following, seats.of(following) if following else None, at=now)
    context = {
        "activity": found,
        "sessions": _with_seats(rows),
        "seats": seats.of(rows[0]) if rows else None,
        "open": open_now and found.signup_by == Activity.SignupBy.COURSE,
        "several": _several(found, now),
        **_terms(found, now),
        "shared": sharing.head(shared, "activity", pk),
    }
    return render(request, "participant/activity.html", context)


def _terms(activity: Activity, at: datetime.datetime) -> dict[str, Any]:
    terms = rules.terms_of(activity)
    first = bool(activity.region and terms.residents_first_until and terms.residents_first_until > at)
    return {"terms": terms, "residents_first": first}


def _several(activity: Activity, at: datetime.datetime) -> bool:
    """Whether several of its sessions may be taken as one package."""
    if activity.signup_by != Activity.SignupBy.SESSION or rules.terms_of(activity).one_session_each:
        return False
    return Session.objects.open_at(at).entries().filter(activity=activity)[:2].count() == 2


def _calendar(sessions: list[Session], name: str) -> HttpResponse:
    response = HttpResponse(
        ical.write(sessions, base_url=settings.KEPU_BASE_URL, name=name), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="kepu.ics"'
    return response


@page(Act.SEE_PUBLIC)
def session_calendar(request: Request, pk: int) -> HttpResponse:
    found = access.public_session(pk=pk)
    return _calendar([found], "")


@page(Act.SEE_PUBLIC)
def campaign_calendar(request: Request, pk: int) -> HttpResponse:
    found = Campaign.objects.public().filter(pk=pk).first()
    if found is None:
        raise NotFound
    sessions = Session.objects.public().filter(activity__campaign=found).select_related("activity__organization")
    return _calendar(list(sessions), found.name)


@page(Act.SEE_PUBLIC)
def privacy(request: Request) -> HttpResponse:
    rules = retention.rules()
    context = {"days": rules.default.days, "course_years": rules.of("rural_training").days // 365}
    return render(request, "participant/privacy.html", context)
