"""Van trips (出车记录) and science terminals (科普e站): what was driven in a year, and what stands where on a day."""

from __future__ import annotations

import contextlib
import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from events.access import Act, Actor
from events.errors import Refusal
from events.models import DatePrecision, Resource, Session, whole_period
from frontend import pages
from frontend.console.ledger import chosen_year
from frontend.console.supports import years_of
from frontend.forms import DateInput, Form, OrganizationField, RegionField
from frontend.pages import Request, page
from registrations import access as ours
from registrations.models import StockChange, Trip
from registrations.operations import accounts, trips
from registrations.reports import attendance, stocks

PER_PAGE = 50
#: Sessions one can choose for a trip.
SESSIONS = 200


class TripForm(Form):
    organization = OrganizationField(label=_("Whose van"))
    on = forms.DateField(label=_("Day"), widget=DateInput())
    vehicle = forms.ModelChoiceField(Resource.objects.none(), required=False, label=_("Vehicle"))
    vehicle_name = forms.CharField(required=False, max_length=60, label=_("or its name"))
    driver = forms.CharField(max_length=60, label=_("Driver"))
    origin = forms.CharField(required=False, max_length=120, label=_("From where"))
    destination = forms.CharField(max_length=120, label=_("Where to"))
    region = RegionField(required=False, label=_("Township or subdistrict"))
    odometer_start = forms.IntegerField(
        required=False, min_value=0, max_value=9_999_999, label=_("Odometer at the start (km)")
    )
    odometer_end = forms.IntegerField(
        required=False, min_value=0, max_value=9_999_999, label=_("Odometer at the end (km)")
    )
    km = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=100_000,
        label=_("Kilometres"),
        help_text=_("Follow from the odometer where both ends are known."),
    )
    exhibits = forms.CharField(required=False, max_length=300, label=_("Exhibits on board"))
    session = forms.ModelChoiceField(
        Session.objects.none(),
        required=False,
        label=_("Session it drove to"),
        help_text=_("People reached are what that session counts; nobody types them twice."),
    )
    note = forms.CharField(required=False, max_length=300, label=_("Note"))

    def __init__(self, *args: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*args, **more)
        led = pages.organizations(actor, Act.RECORD)
        self.fields["organization"].queryset = led  # type: ignore[attr-defined]  # a ModelChoiceField
        if (first := led.first()) and "organization" not in self.initial:
            self.initial["organization"] = first.code
        vans = Resource.objects.filter(actor.where(Act.RECORD, "organization__path"), kind=Resource.Kind.VEHICLE)
        self.fields["vehicle"].queryset = vans.filter(retired_on=None)  # type: ignore[attr-defined]  # as above
        held = Session.objects.standing().filter(actor.where(Act.RECORD, "activity__organization__path"))
        chosen = held.select_related("activity").order_by("-starts_at")
        latest = list(chosen.values_list("pk", flat=True)[:SESSIONS])
        mine = self.initial.get("session")
        self.fields["session"].queryset = chosen.filter(pk__in=[*latest, *([mine] if mine else [])])  # type: ignore[attr-defined]  # as above
        self.fields["session"].label_from_instance = _label  # type: ignore[attr-defined]  # as above

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("vehicle") and not given.get("vehicle_name"):
            self.add_error("vehicle", gettext("Choose the vehicle or write its name."))
        return given


def _label(session: Session) -> str:
    return f"{timezone.localtime(session.starts_at):%Y-%m-%d} {session.activity.name} · {session.venue}"


@page(Act.SEE_FIGURES)
def listing(request: Request) -> HttpResponse:
    year = chosen_year(request)
    within = Trip.objects.filter(request.actor.where(Act.SEE_FIGURES, "organization__path"))
    standing = within.standing().filter(on__year=year)
    rows = within.filter(on__year=year) if request.GET.get("withdrawn") == "1" else standing
    related = ("organization", "region", "session__activity", "by")
    sheet = Paginator(rows.select_related(*related).order_by("-on", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    totals = attendance.totals([one.session for one in sheet if one.session])
    context = {
        "section": "ledger",
        "year": year,
        "years": years_of(within, year, "on"),
        "page": sheet,
        "trips": [(one, totals.get(one.session_id or 0)) for one in sheet],
        "sums": standing.aggregate(km=Sum("km"), trips=Count("pk"), townships=Count("region", distinct=True)),
        "may_record": request.actor.may_anywhere(Act.RECORD),
    }
    return render(request, "console/trips.html", context)


FIELDS = (
    "on", "vehicle", "vehicle_name", "driver", "origin", "destination", "region", "odometer_start", "odometer_end", "km",
    "exhibits", "session", "note",
)  # fmt: skip


@page(Act.RECORD)
def add(request: Request) -> HttpResponse:
    form = TripForm(request.POST or None, actor=request.actor, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            made = trips.add(by=request.actor, at=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, gettext("The trip has been entered."))
            return redirect(f"{reverse('trips')}?year={made.on.year}")
    context = {"section": "ledger", "form": form, "trip": None}
    return render(request, "console/trip_form.html", context, status=400 if form.errors else 200)


@page(Act.RECORD)
def change(request: Request, pk: int) -> HttpResponse:
    trip = ours.trip(request.actor, Act.RECORD, pk=pk)
    initial = {name: getattr(trip, name) for name in FIELDS}
    initial |= {
        "organization": trip.organization.code,
        "region": trip.region.code if trip.region else None,
        "session": trip.session_id,
        "vehicle": trip.vehicle_id,
    }
    form = TripForm(request.POST or None, actor=request.actor, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            trips.change(by=request.actor, trip=trip, at=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, gettext("Saved."))
            return redirect(f"{reverse('trips')}?year={trip.on.year}")
    context = {"section": "ledger", "form": form, "trip": trip}
    return render(request, "console/trip_form.html", context, status=400 if form.errors else 200)


def _turn(request: Request, row: Trip | StockChange) -> None:
    """Take a row back, or put it back, as the pressed button says."""
    if request.POST.get("deed") == "put_back":
        trips.put_back(by=request.actor, row=row, at=timezone.now())
        messages.success(request, gettext("It counts again."))
    else:
        trips.withdraw(by=request.actor, row=row, at=timezone.now())
        messages.success(request, gettext("Taken back. It stays on record and counts no more."))


@page(Act.RECORD)
@require_POST
def withdraw(request: Request, pk: int) -> HttpResponse:
    trip = ours.trip(request.actor, Act.RECORD, pk=pk)
    _turn(request, trip)
    return redirect(f"{reverse('trips')}?year={trip.on.year}&withdrawn=1")


class StockForm(Form):
    organization = OrganizationField(label=_("Whose"))
    deed = forms.ChoiceField(
        choices=[("install", _("put into service")), ("withdraw", _("taken out of service"))], label=_("What happened")
    )
    number = forms.IntegerField(min_value=1, max_value=100_000, label=_("How many pieces"))
    place = forms.CharField(max_length=160, label=_("Where"))
    on = forms.DateField(label=_("When"), widget=DateInput())
    precision = forms.ChoiceField(
        choices=[
            (DatePrecision.DAY, _("this day")),
            (DatePrecision.MONTH, _("some day of that month")),
            (DatePrecision.YEAR, _("some time of that year")),
        ],
        label=_("How exactly is the date known?"),
    )
    phrase = forms.CharField(
        required=False, max_length=300, label=_("Source"), help_text=_("What a document says of it.")
    )

    def __init__(self, *args: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*args, **more)
        led = pages.organizations(actor, Act.RECORD)
        self.fields["organization"].queryset = led  # type: ignore[attr-defined]  # a ModelChoiceField
        if first := led.first():
            self.initial.setdefault("organization", first.code)

    def change(self) -> dict[str, Any]:
        """What the operation takes. Of a month or a year its last day is meant: earlier nobody can be sure of it."""
        given = self.cleaned_data
        day = given["on"]
        if given["precision"] != DatePrecision.DAY:
            month = day.month if given["precision"] == DatePrecision.MONTH else None
            day = whole_period(day.year, month)[1]
        sign = 1 if given["deed"] == "install" else -1
        return {
            "organization": given["organization"],
            "change": sign * given["number"],
            "on": day,
            "date_precision": given["precision"],
            "place": given["place"],
            "phrase": given["phrase"],
        }


@page(Act.SEE_FIGURES)
def stock(request: Request) -> HttpResponse:
    """What stands where on a chosen day; and the form for a change."""
    day = timezone.localdate()
    with contextlib.suppress(ValueError):
        day = datetime.date.fromisoformat(request.GET.get("day", ""))
    may_record = request.actor.may_anywhere(Act.RECORD)
    form = None
    if may_record:
        form = StockForm(request.POST or None, actor=request.actor, initial={"on": day, "deed": "install", "number": 1})
    if form and request.method == "POST" and form.is_valid():
        try:
            accounts.change_stock(by=request.actor, measure=stocks.TERMINALS, at=timezone.now(), **form.change())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, gettext("Saved."))
            return redirect("stocks")
    context = {
        "section": "ledger",
        "day": day,
        "board": stocks.read(request.actor, day),
        "form": form,
        "may_record": may_record,
        "measure": stocks.TERMINALS,
    }
    return render(request, "console/stocks.html", context, status=400 if form and form.errors else 200)


@page(Act.RECORD)
@require_POST
def withdraw_stock(request: Request, pk: int) -> HttpResponse:
    row = ours.stock_change(request.actor, Act.RECORD, pk=pk)
    _turn(request, row)
    return redirect("stocks")
