"""Check-in points: making one, pairing a phone with it, ending it."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, F, Q, Value, When
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from events import access
from events.access import Act
from events.errors import Refusal
from events.models import Organization, Session
from frontend import pages
from frontend.forms import DateTimeInput, Form, OrganizationField
from frontend.pages import Request, page
from registrations import access as ours
from registrations.models import Station
from registrations.operations import stations
from registrations.reports import qr

PER_PAGE = 30
#: A phone that works asks for changes every few seconds; one that has been silent for so long is told apart.
SILENT = datetime.timedelta(minutes=10)


class StationForm(Form):
    name = forms.CharField(max_length=60, label=_("Name"), help_text=_("For example: east gate."))
    organization = OrganizationField(label=_("Organization"))
    session = forms.ModelChoiceField(
        Session.objects.none(),
        required=False,
        label=_("Session"),
        help_text=_("Left empty, it serves all sessions of the organization."),
    )
    expires_at = forms.DateTimeField(label=_("Works until"), widget=DateTimeInput())

    def __init__(self, *args: Any, actor: access.Actor, at: datetime.datetime, **more: Any) -> None:
        super().__init__(*args, **more)
        led = pages.organizations(actor, Act.RUN_STATIONS)
        self.fields["organization"].queryset = led  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["session"].queryset = (  # type: ignore[attr-defined]  # as above
            Session.objects.filter(
                actor.where(Act.RUN_STATIONS, "activity__organization__path"),
                state=Session.State.SCHEDULED,
                ends_at__gt=at - datetime.timedelta(days=2),
            )
            .select_related("activity")
            .order_by("starts_at")
        )
        self.fields["session"].label_from_instance = session_label  # type: ignore[attr-defined]  # as above
        if led:
            self.fields["organization"].initial = led[0].code


def session_label(session: Session) -> str:
    return f"{timezone.localtime(session.starts_at):%m-%d %H:%M} {session.activity.name} · {session.venue}"


@page(Act.RUN_STATIONS)
def listing(request: Request) -> HttpResponse:
    """Those in use first; `?session=` names a session: those that serve it, by itself or with its organization."""
    now = timezone.now()
    rows = Station.objects.filter(request.actor.where(Act.RUN_STATIONS, "organization__path"))
    asked, session = request.GET.get("session", ""), None
    if asked.isdecimal() and len(asked) < 19:
        session = access.session(request.actor, Act.RUN_STATIONS, pk=int(asked))
        rows = rows.filter(serving(session))
    in_use = Q(revoked_at=None, expires_at__gt=now)
    if request.GET.get("state") == "in_use":
        rows = rows.filter(in_use)
    ordered = rows.annotate(over=Case(When(in_use, then=False), default=True)).order_by("over", "-made_at", "-pk")
    context = {
        "section": "stations",
        "page": Paginator(ordered.select_related("organization", "session__activity", "made_by"), PER_PAGE).get_page(
            request.GET.get("page")
        ),
        "now": now,
        "silent_since": now - SILENT,
        "session": session,
        "state": request.GET.get("state", ""),
    }
    return render(request, "console/stations.html", context)


def serving(session: Session) -> Q:
    """Stations of a session: its own, and those of all sessions of an organization that it is below."""
    below = Value(session.activity.organization.path)
    above = Organization.objects.annotate(below=below).filter(below__startswith=F("path"))
    return Q(session=session) | Q(session=None, organization__in=above.values("pk"))


@page(Act.RUN_STATIONS)
def make(request: Request) -> HttpResponse:
    now = timezone.now()
    initial: dict[str, Any] = {"session": request.GET.get("session"), "expires_at": now + datetime.timedelta(days=1)}
    asked = request.GET.get("session", "")
    if asked.isdigit():
        session = access.session(request.actor, Act.RUN_STATIONS, pk=int(asked))
        initial |= {"organization": session.activity.organization.code, "name": session.venue[:60]}
        initial["expires_at"] = max(session.ends_at, now) + datetime.timedelta(days=2)
    form = StationForm(request.POST or None, actor=request.actor, at=now, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            station, code = stations.make(by=request.actor, at=now, **form.cleaned_data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _pairing(request, station, code)
    return render(request, "console/station_form.html", {"section": "stations", "form": form})


def _pairing(request: Request, station: Station, code: str) -> HttpResponse:
    """The code is shown once, here: as a QR code of the scanner's address, and as six digits to type."""
    address = f"{settings.KEPU_BASE_URL}{reverse('scan')}#p={code}"
    context = {
        "section": "stations",
        "station": station,
        "code": code,
        "address": address,
        "picture": qr.data_uri(address),
        "lasts": int(stations.PAIRING_LASTS.total_seconds() // 60),
    }
    response = render(request, "console/pairing.html", context)
    response["Cache-Control"] = "no-store"
    return response


@page(Act.RUN_STATIONS)
@require_POST
def new_code(request: Request, pk: int) -> HttpResponse:
    station = ours.station(request.actor, pk=pk)
    try:
        code = stations.new_code(by=request.actor, station=station, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("stations")
    return _pairing(request, station, code)


@page(Act.RUN_STATIONS)
def paired(request: Request, pk: int) -> HttpResponse:
    """Asked every few seconds while the code is shown: has the phone arrived, and with which number?"""
    station = ours.station(request.actor, pk=pk)
    return render(request, "console/parts/paired.html", {"station": station, "waiting": not station.paired_at})


@page(Act.RUN_STATIONS)
@require_POST
def revoke(request: Request, pk: int) -> HttpResponse:
    station = ours.station(request.actor, pk=pk)
    stations.revoke(by=request.actor, station=station, at=timezone.now())
    messages.success(
        request, gettext("“%(name)s” is shown nobody any more. What it has is still taken in.") % {"name": station.name}
    )
    return redirect("stations")
