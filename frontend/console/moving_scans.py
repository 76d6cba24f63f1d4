"""The volunteer had the wrong session chosen: a span of a check-in point's scans moved to another session, and back."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Case, When
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from events import access
from events.access import Act, Actor
from events.errors import Refusal
from events.models import Session
from frontend.console.stations import session_label
from frontend.forms import DateTimeInput, Form
from frontend.pages import Request, page
from registrations import access as ours
from registrations.models import Station
from registrations.operations import desk as deciding
from registrations.reports import desk

#: Whoever chose the wrong session chose one of about the same days.
NEAR = datetime.timedelta(days=3)


class MoveForm(Form):
    station = forms.ModelChoiceField(Station.objects.none(), label=_("Check-in point"))
    since = forms.DateTimeField(label=_("Scanned from"), widget=DateTimeInput())
    until = forms.DateTimeField(label=_("Scanned before"), widget=DateTimeInput())
    to_session = forms.ModelChoiceField(Session.objects.none(), label=_("Count them at"))
    reason = forms.CharField(max_length=200, label=_("Why"))

    def __init__(self, *args: Any, actor: Actor, session: Session, **more: Any) -> None:
        super().__init__(*args, **more)
        near = Session.objects.filter(
            actor.where(Act.RECORD, "activity__organization__path"),
            state=Session.State.SCHEDULED,
            starts_at__gt=session.starts_at - NEAR,
            starts_at__lt=session.starts_at + NEAR,
        ).exclude(pk=session.pk)
        scanned = Station.objects.filter(scans__session=session).distinct().order_by("name", "pk")
        self.fields["station"].queryset = scanned  # type: ignore[attr-defined]  # a ModelChoiceField
        # Most likely it was the session before or after of the same activity.
        same = Case(When(activity=session.activity_id, then=0), default=1)
        self.fields["to_session"].queryset = near.select_related("activity").order_by(same, "starts_at")  # type: ignore[attr-defined]  # as above
        self.fields["to_session"].label_from_instance = session_label  # type: ignore[attr-defined]  # as above


@page(Act.RECORD)
def move(request: Request, pk: int) -> HttpResponse:
    """Asked first, shown what it would do, and moved when that is what was meant."""
    session = access.session(request.actor, Act.RECORD, pk=pk)
    opens, closes = session.check_in_window
    initial = {
        "since": opens,
        "until": closes,
        "reason": gettext("Another session was chosen on the phone"),
    }
    form = MoveForm(request.POST or None, actor=request.actor, session=session, initial=initial)
    shown: desk.Preview | None = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        span = {name: given[name] for name in ("station", "since", "until")}
        shown = desk.preview(deciding.in_span(session=session, **span), given["to_session"])
        if "move" in request.POST or not shown.scans:
            try:
                deciding.move_span(by=request.actor, session=session, at=timezone.now(), **given)
            except Refusal as refusal:
                form.refuse(refusal)
                shown = None
            else:
                messages.success(request, gettext("The scans count at the other session. You can undo it below."))
                return redirect("session_desk", pk=pk)
    context = {
        "section": "sessions",
        "session": session,
        "form": form,
        "preview": shown,
        "to": form.cleaned_data.get("to_session") if shown else None,
        "empty": not form.fields["station"].queryset.exists(),  # type: ignore[attr-defined]  # a ModelChoiceField
        "moves": desk.moves(session),
    }
    return render(request, "console/move_scans.html", context)


@page(Act.RECORD)
@require_POST
def take_back(request: Request, pk: int) -> HttpResponse:
    found = ours.station_move(request.actor, pk=pk)
    deciding.undo_move(by=request.actor, move=found, at=timezone.now())
    messages.success(request, gettext("Undone. The scans count where they were made."))
    return redirect("session_desk", pk=found.session_id)
