"""An activity: its sessions, what it amounted to, and what a document says of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from events import access
from events.access import Act
from events.errors import NotFound, Refusal
from events.models import Activity, DatePrecision, Publication
from events.models import Form as StatisticalForm
from events.operations import activities
from frontend import pages
from frontend.console.entering import NumberInWords, PhotosField
from frontend.forms import DateInput, Form, RegionField, audience_choices
from frontend.language import chinese
from frontend.pages import Request, page
from registrations import access as ours
from registrations.indicators import measures
from registrations.models import Bound, Evidence, Statement
from registrations.operations import accounts
from registrations.reports import attendance, seats

PER_PAGE = 40


def measure_choices() -> list[tuple[str, str]]:
    return [(one.code, one.zh if chinese() else one.en) for one in measures.all_measures().values() if not one.stock]


class ActivityForm(Form):
    name = forms.CharField(max_length=160, label=_("Name"))
    form = forms.ChoiceField(
        choices=StatisticalForm.choices,
        label=_("Statistical form"),
        help_text=_("An activity is counted under exactly one."),
    )
    signup_by = forms.ChoiceField(choices=Activity.SignupBy.choices, label=_("Sign-up"))
    mode = forms.ChoiceField(choices=Activity.Mode.choices, label=_("On site or online"))
    place = forms.CharField(required=False, max_length=120, label=_("Where"))
    region = RegionField(required=False, label=_("Township or subdistrict"))
    starts_on = forms.DateField(
        required=False,
        label=_("First day"),
        widget=DateInput(),
        help_text=_("Follows the sessions as soon as there are any."),
    )
    ends_on = forms.DateField(required=False, label=_("Last day"), widget=DateInput())
    date_precision = forms.ChoiceField(choices=DatePrecision.choices, label=_("How exactly is the date known?"))
    expected_people = forms.IntegerField(required=False, min_value=0, label=_("Expected people"))
    audiences = forms.MultipleChoiceField(
        choices=audience_choices, required=False, label=_("For whom"), widget=forms.CheckboxSelectMultiple
    )
    summary = forms.CharField(
        required=False, max_length=5000, label=_("Summary"), widget=forms.Textarea(attrs={"rows": 4})
    )
    contact_name = forms.CharField(required=False, max_length=60, label=_("Contact"))
    contact_phone = forms.CharField(required=False, max_length=40, label=_("Phone for questions (public)"))
    checks_out = forms.BooleanField(required=False, label=_("Scan people out as well as in"))
    calls_the_roll = forms.BooleanField(required=False, label=_("Check-in points may show whole names"))
    retention_days = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=30_000,
        label=_("Days until names and phones are erased"),
        help_text=_("Counted from the last day. Empty: the rule of this kind of campaign (see “Personal data”)."),
    )
    retention_basis = forms.CharField(
        required=False,
        max_length=200,
        label=_("Basis of these days"),
        help_text=_("The rule or file they rest on; required if days are given."),
    )
    legal_hold_until = forms.DateField(
        required=False,
        label=_("Legal hold until"),
        widget=DateInput(),
        help_text=_("Nothing is erased before this day: an inspection, a dispute, a course file."),
    )


FIELDS = tuple(name for name in ActivityForm.base_fields if name != "audiences")


@page(Act.SEE_PLAN)
def detail(request: Request, pk: int) -> HttpResponse:
    found = access.activity(request.actor, pk=pk)
    rows = found.sessions.select_related("activity", "region").order_by("starts_at")
    sheet = Paginator(seats.with_seats(rows), PER_PAGE).get_page(request.GET.get("page"))
    totals = attendance.totals(sheet)
    can = pages.abilities(request.actor, found.organization.path)
    context: dict[str, Any] = {
        "section": "campaigns",
        "activity": found,
        "page": sheet,
        "sessions": [(one, seats.of(one), totals[one.pk]) for one in sheet],
        "steps": [Publication(state) for state in sorted(activities.STEPS[found.state])],
        "can": can,
    }
    if can["see_figures"]:
        context |= {
            "statements": found.statements.filter(withdrawn_at=None).select_related("document", "by"),
            "outputs": found.outputs.filter(withdrawn_at=None)
            .select_related("entered_by")
            .prefetch_related("sessions"),
            "evidence": found.evidence.standing(),
            "supports": found.supports.filter(withdrawn_at=None)[:PER_PAGE],
            "statement_form": StatementForm(),
            "output_form": OutputForm(),
            "photo_form": PhotoForm(),
        }
    return render(request, "console/activity.html", context)


@page(Act.PLAN)
def plan(request: Request, campaign: int) -> HttpResponse:
    found = access.campaign(request.actor, Act.PLAN, pk=campaign)
    initial = {"signup_by": "session", "date_precision": "day", "mode": "onsite"}
    form = ActivityForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = activities.plan(
                by=request.actor,
                campaign=found,
                organization=found.organization,
                at=timezone.now(),
                **form.cleaned_data,
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, gettext("“%(name)s” has been planned as a draft.") % {"name": made.name})
            return redirect("console_activity", pk=made.pk)
    context = {"section": "campaigns", "form": form, "campaign": found}
    return render(request, "console/activity_form.html", context)


@page(Act.PLAN)
def change(request: Request, pk: int) -> HttpResponse:
    found = access.activity(request.actor, Act.PLAN, pk=pk)
    initial = {name: getattr(found, name) for name in FIELDS} | {"audiences": found.audiences}
    initial["region"] = found.region.code if found.region else None
    form = ActivityForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            activities.change(by=request.actor, activity=found, at=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, gettext("Saved."))
            return redirect("console_activity", pk=pk)
    context = {"section": "campaigns", "form": form, "activity": found, "campaign": found.campaign}
    return render(request, "console/activity_form.html", context)


@page(Act.PLAN)
@require_POST
def move(request: Request, pk: int) -> HttpResponse:
    found = access.activity(request.actor, Act.PLAN, pk=pk)
    try:
        activities.move_to(by=request.actor, activity=found, state=request.POST.get("state", ""), at=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("console_activity", pk=pk)


class StatementForm(Form):
    measure = forms.ChoiceField(choices=measure_choices, label=_("What"))
    number = NumberInWords(label=_("Number"), help_text=_("As the document has it: 500多. Empty: it names none."))
    phrase = forms.CharField(max_length=300, label=_("The document's own words"))
    effect = forms.ChoiceField(choices=Statement.Effect.choices, label=_("Its effect"))


@page(Act.RECORD)
@require_POST
def state(request: Request, pk: int) -> HttpResponse:
    found = access.activity(request.actor, Act.RECORD, pk=pk)
    form = StatementForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        count = given["number"]
        try:
            accounts.state(
                by=request.actor,
                activity=found,
                measure=given["measure"],
                number=count.number if count else None,
                bound=count.bound if count else Bound.UNKNOWN,
                phrase=given["phrase"],
                effect=given["effect"],
                at=timezone.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
    _tell(request, form)
    return redirect("console_activity", pk=pk)


class OutputForm(Form):
    measure = forms.ChoiceField(choices=measure_choices, label=_("What"))
    number = NumberInWords(label=_("Number"))
    note = forms.CharField(required=False, max_length=200, label=_("Note"))


@page(Act.RECORD)
@require_POST
def record_output(request: Request, pk: int) -> HttpResponse:
    found = access.activity(request.actor, Act.RECORD, pk=pk)
    form = OutputForm(request.POST)
    if form.is_valid() and form.cleaned_data["number"] is None:
        form.add_error("number", gettext("Give a number."))
    if form.is_valid():
        given = form.cleaned_data
        try:
            accounts.record_output(
                by=request.actor,
                activity=found,
                measure=given["measure"],
                number=given["number"].number,
                bound=given["number"].bound,
                note=given["note"],
                at=timezone.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
    _tell(request, form)
    return redirect("console_activity", pk=pk)


class PhotoForm(Form):
    photos = PhotosField(label=_("Photos"))


@page(Act.RECORD)
@require_POST
def add_photos(request: Request, pk: int) -> HttpResponse:
    found = access.activity(request.actor, Act.RECORD, pk=pk)
    form = PhotoForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            for photo in form.cleaned_data["photos"]:
                accounts.add_evidence(
                    by=request.actor,
                    organization=found.organization,
                    kind=Evidence.Kind.PHOTO,
                    activity=found,
                    file=photo,
                    at=timezone.now(),
                )
        except Refusal as refusal:
            form.refuse(refusal)
    _tell(request, form)
    return redirect("console_activity", pk=pk)


@page(Act.RECORD)
@require_POST
def withdraw(request: Request, kind: str, pk: int) -> HttpResponse:
    """Take a statement, output or headcount back: it stays on record and counts no more."""
    if kind == "statement":
        statement = ours.statement(request.actor, pk=pk)
        accounts.withdraw(by=request.actor, row=statement, at=timezone.now())
        target = redirect("console_activity", pk=statement.activity_id)
    elif kind == "output":
        output = ours.output(request.actor, pk=pk)
        accounts.withdraw(by=request.actor, row=output, at=timezone.now())
        target = redirect("console_activity", pk=output.activity_id)
    elif kind == "headcount":
        headcount = ours.headcount(request.actor, pk=pk)
        accounts.withdraw(by=request.actor, row=headcount, at=timezone.now())
        target = redirect("console_session", pk=headcount.session_id)
    else:
        raise NotFound
    messages.success(request, gettext("Taken back. It stays on record and counts no more."))
    return target


@page(Act.SEE_FIGURES)
def evidence_file(request: Request, pk: int) -> HttpResponse | FileResponse:
    """A photo or document, to whoever sees the organization's figures."""
    found = ours.evidence(request.actor, pk=pk)
    if not found.file:
        raise NotFound
    kind = found.media_type or "application/octet-stream"
    shown = kind.startswith("image/")
    return FileResponse(
        found.file.open("rb"), content_type=kind, as_attachment=not shown, filename=found.title or f"{found.pk}"
    )


def _tell(request: Request, form: Form) -> None:
    """What went wrong with a small form on a larger page, or that it is saved."""
    if form.errors:
        for name, errors in form.errors.items():
            label = str(form.fields[name].label) + "：" if name in form.fields else ""
            messages.error(request, label + " ".join(str(error) for error in errors))
    else:
        messages.success(request, gettext("Saved."))
