"""Every scan of a session: what a figure rests on in the end."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from events import access
from events.access import Act
from frontend.pages import Request, page
from registrations.reports import scans

PER_PAGE = 100


@page(Act.SEE_SIGNUPS)
def of_session(request: Request, pk: int) -> HttpResponse:
    """Names are masked as everywhere; the whole ones have their own page with a purpose."""
    session = access.session(request.actor, Act.SEE_SIGNUPS, pk=pk)
    sheet = Paginator(scans.of_session(session), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "console/scans.html", {"section": "sessions", "session": session, "page": sheet})
