"""Seats kept for townships (乡镇名额): how many, until when, and what is left of them."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events import access
from events.access import Act
from events.errors import NotFound, Refusal
from events.models import Region
from frontend.console.sessions import pool_of
from frontend.forms import DateInput, Form
from frontend.pages import Request, page
from registrations.models import SeatPool
from registrations.operations import pools


class KeepForm(Form):
    region = forms.ModelChoiceField(
        Region.objects.townships(), to_field_name="code", label=_("Township or subdistrict")
    )
    capacity = forms.IntegerField(
        min_value=0, max_value=100_000, label=_("Seats kept for it"), help_text=_("0 gives them back to everybody.")
    )
    flows_back_on = forms.DateField(
        required=False,
        label=_("For everybody from"),
        widget=DateInput(),
        help_text=_("On this day what is left goes to everybody. Empty: never."),
    )


@page(Act.PLAN)
def quotas(request: Request, pk: int) -> HttpResponse:
    session = access.session(request.actor, Act.PLAN, pk=pk)
    common = pool_of(session)
    if common is None:
        raise NotFound
    # Three days before is what most notices say; the organizer changes it.
    day = timezone.localdate(session.starts_at) - datetime.timedelta(days=3)
    initial: dict[str, Any] = {"flows_back_on": day if day > timezone.localdate() else None}
    form = KeepForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            pools.keep(by=request.actor, pool=common, at=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, gettext("Saved."))
            return redirect("quotas", pk=pk)
    kept = SeatPool.objects.beside(common).exclude(pk=common.pk).select_related("region").order_by("region__code")
    context = {
        "section": "sessions",
        "session": session,
        "form": form,
        "common": common,
        "total": pools.total(pool=common),
        "kept": kept,
        "course": common.session_id is None,
    }
    return render(request, "console/quotas.html", context)
