"""Paper of a session: the sign-in sheet and the slips. Names on them are whole, so a purpose is asked and written down."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from events import access
from events.access import Act
from events.models import Activity, Session
from frontend import pages
from frontend.console import presence
from frontend.console.presence import WholeForm
from frontend.pages import Request, page
from registrations.models import Signup
from registrations.reports import attendance, slips


def _printed(
    request: Request, pk: int, what: str, make: Callable[[Session, list[Signup]], slips.Document]
) -> HttpResponse:
    session = access.session(request.actor, Act.SEE_PEOPLE_WHOLE, pk=pk)
    form = WholeForm(request.POST)
    if not form.is_valid():
        return render(request, "console/whole.html", {"section": "sessions", "session": session, "form": form})
    confirmed = Signup.objects.for_session(session).filter(state=Signup.State.CONFIRMED).distinct()
    rows = list(confirmed.select_related("activity__organization").order_by("placed_at", "pk"))
    presence.note(request, session, form, what=what, people=sum(row.size for row in rows))
    return pages.paper(make(session, rows).pdf(), f"kepu-{what}-{pk}")


@page(Act.SEE_PEOPLE_WHOLE)
@require_POST
def sign_in_sheet(request: Request, pk: int) -> HttpResponse:
    """The sheet that is signed at the door."""

    def make(session: Session, rows: list[Signup]) -> slips.Document:
        return slips.sign_in_sheet(session=session, rows=attendance.lines(session, rows), at=timezone.now())

    return _printed(request, pk, "sign-in-sheet", make)


@page(Act.SEE_PEOPLE_WHOLE)
@require_POST
def session_slips(request: Request, pk: int) -> HttpResponse:
    """Slips of everybody who has a seat, eight a page; those of a course name its lessons."""

    def make(session: Session, rows: list[Signup]) -> slips.Document:
        lessons = [session]
        if session.activity.signup_by == Activity.SignupBy.COURSE:
            lessons = list(session.activity.sessions.standing().select_related("activity__organization"))
        return slips.slips(signups=rows, sessions=lessons, at=timezone.now())

    return _printed(request, pk, "slips", make)
