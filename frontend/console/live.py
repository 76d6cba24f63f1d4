"""A session while it runs: a page to put up at the entrance, that keeps itself up to date."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from events import access
from events.access import Act
from events.models import Session
from frontend import pages
from frontend.pages import Request, page
from registrations.reports import live

PER_PAGE = 50
WIDE, HIGH = 24, 100


@dataclass(frozen=True, slots=True)
class Drawn:
    """A bar as it is drawn: whole units of the picture, from the left and from the top."""

    bar: live.Bar
    left: int
    top: int
    height: int


@page(Act.SEE_SIGNUPS)
def board(request: Request, pk: int) -> HttpResponse:
    """Asked by htmx it answers with the panel alone."""
    session = access.session(request.actor, Act.SEE_SIGNUPS, pk=pk)
    counts = live.counts(session)
    words = request.GET.get("q", "").strip()
    missing = Paginator(live.missing(session, words), PER_PAGE)
    if not words:
        missing.count = counts.lines  # known already: not to be counted again
    most = max((bar.people for bar in counts.bars), default=0)
    leave = live.on_leave(session).select_related("signup").order_by("signup__unit", "pk")[:PER_PAGE]
    context = {
        "section": "sessions",
        "session": session,
        "counts": counts,
        "bars": drawn(counts.bars, most),
        "peak": max(counts.bars, key=lambda bar: bar.people, default=None),
        "most": most,
        "picture_width": max(1, len(counts.bars)) * WIDE,
        "page": missing.get_page(request.GET.get("page")),
        "leave": leave if counts.leave else (),
        "words": words,
        "at": timezone.now(),
        "can": pages.abilities(request.actor, session.activity.organization.path),
        "running": is_running(session),
    }
    return render(request, "console/parts/live_panel.html" if request.htmx else "console/live.html", context)


def is_running(session: Session) -> bool:
    """Whether anything can still change by itself: within check-in, and not called off."""
    opens, closes = session.check_in_window
    return session.state == Session.State.SCHEDULED and opens <= timezone.now() < closes


def drawn(bars: list[live.Bar], most: int) -> list[Drawn]:
    """The highest bar fills the picture; a bar of anybody at all is seen."""
    result = []
    for place, bar in enumerate(bars):
        height = max(2, bar.people * HIGH // most) if bar.people else 0
        result.append(Drawn(bar, place * WIDE + 2, HIGH - height, height))
    return result
