"""Codes to hand out on the spot (现场发码): cards without names, by audience group, for people without phones."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from events import access
from events.access import Act
from events.errors import Refusal
from events.models import Session
from frontend import pages
from frontend.forms import Form, audience_choices
from frontend.pages import Request, page
from registrations import access as ours
from registrations.models import Signup
from registrations.operations import cards
from registrations.reports import cards as printed


class CardsForm(Form):
    group = forms.ChoiceField(choices=audience_choices, label=_("Audience group"))
    many = forms.IntegerField(
        min_value=1,
        max_value=cards.MOST,
        initial=60,
        label=_("How many codes"),
        help_text=_("Ten to a page. Print a few more than you expect: unused ones count nobody."),
    )
    key = forms.CharField(max_length=64, widget=forms.HiddenInput())


@page(Act.KEEP_SIGNUPS)
def listing(request: Request, pk: int) -> HttpResponse:
    """The batches of a session, and the form for a further one."""
    session = access.session(request.actor, Act.KEEP_SIGNUPS, pk=pk)
    form = CardsForm(request.POST or None, initial={"key": uuid.uuid4().hex})
    if request.method == "POST" and form.is_valid():
        try:
            cards.print_batch(by=request.actor, session=session, at=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, gettext("The codes are ready to print. Check-in points know them already."))
            return redirect("cards", pk=pk)
    context = {"section": "sessions", "session": session, "form": form, "batches": printed.of(session)}
    return render(request, "console/cards.html", context, status=400 if form.errors else 200)


def _session_of(batch: Signup) -> Session:
    rows = Session.objects.select_related("activity__organization", "region")
    return rows.get(chosen_by__signup=batch)


@page(Act.KEEP_SIGNUPS)
def sheet(request: Request, pk: int) -> HttpResponse:
    """The cards of a batch to print."""
    batch = ours.cards(request.actor, pk=pk)
    made = printed.document(batch=batch, session=_session_of(batch), at=timezone.now())
    return pages.paper(made.pdf(), f"kepu-cards-{pk}")


@page(Act.KEEP_SIGNUPS)
@require_POST
def end(request: Request, pk: int) -> HttpResponse:
    batch = ours.cards(request.actor, pk=pk)
    cards.end_batch(by=request.actor, batch=batch, at=timezone.now())
    messages.success(request, gettext("The codes of this batch let nobody in any more. Who came by one stays counted."))
    return redirect("cards", pk=_session_of(batch).pk)
