"""The link to a sign-up, for people whom no message reaches: the office pastes it, or shows its code on a screen."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from events.access import Act
from frontend.console.presence import WholeForm
from frontend.pages import Request, page
from registrations import access
from registrations.operations import links, privacy, roster
from registrations.reports import qr, sent_link


@page(Act.KEEP_SIGNUPS)
def link(request: Request, pk: int) -> HttpResponse:
    """Whoever has the link sees and changes the sign-up, so what it is for is asked and written down."""
    found, now = access.signup(request.actor, Act.KEEP_SIGNUPS, pk=pk), timezone.now()
    form, sessions = WholeForm(request.POST or None), roster.sessions_of(found)
    context = {"section": "sessions", "signup": found, "sessions": sessions, "form": form, "replaced": False}
    if not found.erased_at and request.method == "POST" and form.is_valid():
        if "replace" in request.POST:
            found = links.replace(by=request.actor, signup=found, at=now)
            context["replaced"] = True
        privacy.note_access(
            by=request.actor,
            organization=found.activity.organization,
            what="link",
            purpose=form.cleaned_data["purpose"],
            on=found,
            people=found.size,
            at=now,
        )
        address = access.manage_link(found)
        context |= {
            "link": address,
            "picture": qr.data_uri(address),
            "text": sent_link.text(found, sessions, address, at=now),
        }
    response = render(request, "console/link.html", context)
    response["Cache-Control"] = "no-store"
    return response
