"""Sessions: listing, scheduling, moving, calling off; who signed up and who came."""

from __future__ import annotations

import datetime
from typing import Any

import django_filters
from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events import access
from events.access import Act
from events.errors import Refusal
from events.models import Activity, Region, Session
from events.models import Form as StatisticalForm
from frontend import pages
from frontend.forms import DateInput, DateTimeInput, Form, RegionField, TimeInput, audience_choices
from frontend.pages import Request, page
from registrations.models import SeatPool, Signup
from registrations.operations import halves, pools, rules, session_changes
from registrations.reports import attendance, seats
from registrations.reports import cards as printed

PER_PAGE = 30
SIGNUPS_PER_PAGE = 100


class SessionFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="named", label=_("Search"))
    form = django_filters.ChoiceFilter(field_name="activity__form", choices=StatisticalForm.choices, label=_("Form"))
    region = django_filters.ModelChoiceFilter(
        queryset=Region.objects.townships(), to_field_name="code", method="placed", label=_("Place")
    )
    audience = django_filters.ChoiceFilter(
        field_name="activity__audience_rows__group", choices=audience_choices, distinct=True, label=_("For whom")
    )
    since = django_filters.DateFilter(
        field_name="starts_at", lookup_expr="date__gte", label=_("From"), widget=DateInput()
    )
    until = django_filters.DateFilter(
        field_name="starts_at", lookup_expr="date__lte", label=_("To"), widget=DateInput()
    )
    o = django_filters.OrderingFilter(
        fields=[("starts_at", "starts"), ("activity__name", "name"), ("venue", "venue")], label=_("Order")
    )

    class Meta:
        model = Session
        fields: list[str] = []

    def named(self, rows: QuerySet[Session], name: str, value: str) -> QuerySet[Session]:
        return rows.filter(Q(activity__name__icontains=value) | Q(name__icontains=value) | Q(venue__icontains=value))

    def placed(self, rows: Any, name: str, value: Region) -> Any:
        return rows.in_region(value)


class SessionForm(Form):
    name = forms.CharField(
        required=False, max_length=120, label=_("Title of this session"), help_text=_("For a course: lesson 1 …")
    )
    day = forms.DateField(label=_("Day"), widget=DateInput())
    starts = forms.TimeField(label=_("From"), widget=TimeInput())
    ends = forms.TimeField(label=_("To"), widget=TimeInput())
    venue = forms.CharField(max_length=120, label=_("Venue"))
    address = forms.CharField(required=False, max_length=200, label=_("Address"))
    region = RegionField(required=False, label=_("Township or subdistrict"))
    online_url = forms.URLField(required=False, label=_("Address online"), assume_scheme="https")
    capacity = forms.IntegerField(
        required=False, min_value=1, max_value=100_000, label=_("Seats"), help_text=_("Empty: without limit.")
    )
    signup_opens_at = forms.DateTimeField(required=False, label=_("Sign-up opens"), widget=DateTimeInput())
    signup_closes_at = forms.DateTimeField(
        required=False,
        label=_("Sign-up closes"),
        widget=DateTimeInput(),
        help_text=_("Empty: when the session begins."),
    )

    def values(self) -> dict[str, Any]:
        """What the operations take: starts_at and ends_at instead of day and hours."""
        given = dict(self.cleaned_data)
        zone = timezone.get_current_timezone()
        day, starts, ends = given.pop("day"), given.pop("starts"), given.pop("ends")
        given["starts_at"] = datetime.datetime.combine(day, starts, zone)
        given["ends_at"] = datetime.datetime.combine(day, ends, zone)
        return given


class DayForm(SessionForm):
    """A new session; or both halves of a day, which begin and end it with a break between them."""

    in_halves = forms.BooleanField(
        required=False,
        label=_("Check in morning and afternoon apart"),
        help_text=_("Two check-ins, one sign-up: the day counts as one session, and everybody who came once."),
    )
    break_from = forms.TimeField(required=False, label=_("The morning ends"), initial="12:00", widget=TimeInput())
    break_until = forms.TimeField(required=False, label=_("The afternoon starts"), initial="14:00", widget=TimeInput())

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name in ("break_from", "break_until"):
            self.fields[name].widget.attrs |= {"data-shown-if": "in_halves", "data-shown-if-answer": "on"}
        self.order_fields(["name", "day", "starts", "ends", "in_halves", "break_from", "break_until"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name in ("break_from", "break_until"):
            if given.get("in_halves") and name not in self.errors and given.get(name) is None:
                self.add_error(name, _("Say when, for check-in is apart."))
        return given

    def values(self) -> dict[str, Any]:
        day, given = self.cleaned_data["day"], super().values()
        in_halves, *hours = (given.pop(name) for name in ("in_halves", "break_from", "break_until"))
        if in_halves:
            zone = timezone.get_current_timezone()
            given["break_from"], given["break_until"] = (datetime.datetime.combine(day, one, zone) for one in hours)
        return given


@page(Act.SEE_PLAN)
def listing(request: Request) -> HttpResponse:
    rows = Session.objects.filter(request.actor.where(Act.SEE_PLAN, "activity__organization__path")).select_related(
        "activity__campaign", "activity__organization", "region"
    )
    found = SessionFilter(request.GET, queryset=seats.with_seats(rows.order_by("-starts_at", "-pk")))
    sheet = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    totals = attendance.totals(sheet)
    context = {
        "section": "sessions",
        "filter": found,
        "page": sheet,
        "sessions": [(one, seats.of(one), totals[one.pk]) for one in sheet],
    }
    return render(request, "console/sessions.html", context)


@page(Act.SEE_PLAN)
def detail(request: Request, pk: int) -> HttpResponse:
    """Who signed up and who came; what was counted; the check-in points."""
    found = access.session(request.actor, pk=pk)
    can = pages.abilities(request.actor, found.activity.organization.path)
    listed = seats.with_seats(Session.objects.filter(pk=pk).select_related("activity")).get()
    context: dict[str, Any] = {
        "section": "sessions",
        "session": found,
        "activity": found.activity,
        "seats": seats.of(listed),
        "totals": attendance.totals([found])[pk],
        "can": can,
        "over": found.ends_at <= timezone.now(),
    }
    if can["see_signups"]:
        context |= roster(request, found)
    if can["see_figures"]:
        context["batches"] = printed.of(found)
        context["headcounts"] = found.headcounts.filter(withdrawn_at=None).select_related("entered_by")
        context["outputs"] = found.outputs.filter(withdrawn_at=None)
    if can["run_stations"]:
        context["stations"] = found.stations.filter(revoked_at=None)
    return render(request, "console/session.html", context)


def roster(request: Request, session: Session) -> dict[str, Any]:
    """Sign-ups of a session with their lines, searched by name or unit, paged."""
    words = request.GET.get("q", "").strip()
    rows = Signup.objects.for_session(session).select_related("region").distinct().order_by("placed_at", "pk")
    if words:
        rows = rows.filter(
            Q(contact_name__icontains=words) | Q(unit__icontains=words) | Q(attendees__name__icontains=words)
        )
    state = request.GET.get("state", "")
    if state in Signup.State.values:
        rows = rows.filter(state=state)
    elif request.GET.get("all") != "1":
        rows = rows.standing()
    sheet = Paginator(rows, SIGNUPS_PER_PAGE).get_page(request.GET.get("page"))
    waiting = Signup.objects.for_session(session).filter(state=Signup.State.PENDING)
    return {
        "page": sheet,
        "rows": attendance.lines(session, list(sheet)),
        "words": words,
        "state": state,
        "states": Signup.asking_states(),
        "pending": waiting.values("pk").distinct().count(),
        "terms": rules.terms_of(session.activity),
    }


@page(Act.PLAN)
def schedule(request: Request, activity: int) -> HttpResponse:
    found = access.activity(request.actor, Act.PLAN, pk=activity)
    initial: dict[str, Any] = {"starts": "09:00", "ends": "11:00", "venue": found.place}
    initial["region"] = found.region.code if found.region else None
    form = DayForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.values()
        schedule = halves.schedule if "break_from" in values else session_changes.schedule
        try:
            made = schedule(by=request.actor, activity=found, at=timezone.now(), **values)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, gettext("The session has been scheduled."))
            return redirect("console_session", pk=made.pk)
    context = {"section": "campaigns", "form": form, "activity": found}
    return render(request, "console/session_form.html", context)


@page(Act.PLAN)
def move(request: Request, pk: int) -> HttpResponse:
    found = access.session(request.actor, Act.PLAN, pk=pk)
    pool = pool_of(found)
    start, end = timezone.localtime(found.starts_at), timezone.localtime(found.ends_at)
    plain = ("name", "venue", "address", "online_url", "signup_opens_at", "signup_closes_at")
    initial: dict[str, Any] = {name: getattr(found, name) for name in plain}
    initial |= {"day": start.date(), "starts": start.time(), "ends": end.time()}
    initial["region"] = found.region.code if found.region else None
    initial["capacity"] = pools.total(pool=pool) if pool else None
    form = SessionForm(request.POST or None, initial=initial)
    if pool is None:
        del form.fields["capacity"]
    if request.method == "POST" and form.is_valid():
        values = form.values()
        capacity = values.pop("capacity", None)
        try:
            session_changes.rearrange(
                by=request.actor, session=found, pool=pool, capacity=capacity, at=timezone.now(), **values
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, gettext("Saved. Tickets stay valid, and check-in points are told."))
            return redirect("console_session", pk=pk)
    context = {"section": "sessions", "form": form, "activity": found.activity, "session": found}
    return render(request, "console/session_form.html", context)


def pool_of(session: Session) -> SeatPool | None:
    """The common pool of a session, or of its whole course; None where there is no sign-up."""
    by_course = session.activity.signup_by == Activity.SignupBy.COURSE
    rows = SeatPool.objects.common()
    return (rows.filter(activity=session.activity) if by_course else rows.filter(session=session)).first()


class CallOffForm(Form):
    reason = forms.CharField(max_length=200, label=_("Why"), help_text=_("The public sees this sentence."))


@page(Act.PLAN)
def call_off(request: Request, pk: int) -> HttpResponse:
    found = access.session(request.actor, Act.PLAN, pk=pk)
    form = CallOffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            session_changes.call_off(by=request.actor, session=found, at=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, gettext("The session has been called off."))
            return redirect("console_session", pk=pk)
    standing = Signup.objects.standing().for_session(found)
    context = {"section": "sessions", "form": form, "session": found, "signups": standing.count()}
    return render(request, "console/call_off.html", context)
