"""The first page of the console: what is next, and what is missing."""

from __future__ import annotations

import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from events.access import Act
from events.models import Session
from frontend.pages import Request, page
from registrations.reports import attendance, missing, seats

AHEAD = datetime.timedelta(days=30)
SHOWN = 12


@page(Act.SEE_PLAN)
def overview(request: Request) -> HttpResponse:
    now = timezone.now()
    coming = (
        Session.objects.filter(
            request.actor.where(Act.SEE_PLAN, "activity__organization__path"),
            ends_at__gt=now,
            starts_at__lt=now + AHEAD,
        )
        .exclude(activity__state="archived")
        .select_related("activity__campaign", "activity__organization", "region")
        .order_by("starts_at")
    )
    next_ones = list(seats.with_seats(coming[:SHOWN]))
    totals = attendance.totals(next_ones)
    context = {
        "section": "overview",
        "sessions": [(session, seats.of(session), totals[session.pk]) for session in next_ones],
        "more": coming.count() - len(next_ones),
        "missing": missing.find(request.actor, now),
        "year": timezone.localdate().year,
    }
    return render(request, "console/overview.html", context)
