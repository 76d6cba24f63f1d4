"""The activity record (活动记录表) of an activity or of one of its sessions: written, handed in, reviewed, printed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
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
from events.models import Activity, Session
from frontend import pages
from frontend.console.evidence import FilesForm, LinkForm
from frontend.forms import Form
from frontend.pages import Request, page
from registrations import access as ours
from registrations.models import ActivityRecord, Evidence
from registrations.operations import activity_records
from registrations.operations.activity_records import FIELDS, Written
from registrations.reports import record_paper
from registrations.reports import records as reading


class RecordForm(Form):
    expected = forms.IntegerField(
        required=False, min_value=0, max_value=10_000_000, label=_("People who were expected")
    )
    experts = forms.CharField(
        required=False,
        max_length=500,
        label=_("Experts"),
        help_text=_("By name, with unit and title: Li Ming (agricultural technology station, senior agronomist)"),
    )
    partners = forms.CharField(required=False, max_length=500, label=_("Units that joined in"))
    summary = forms.CharField(
        required=False,
        max_length=5000,
        label=_("How it went"),
        help_text=_("What was done, who came, what it brought. It stands on the printed record."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    paper_place = forms.CharField(
        required=False,
        max_length=80,
        label=_("Where the paper original lies"),
        help_text=_("For example: file box 12."),
    )

    def written(self) -> Written:
        return Written(**{name: self.cleaned_data[name] for name in FIELDS})


def address(activity: int, session: int | None) -> str:
    if session is None:
        return reverse("activity_record", args=[activity])
    return reverse("session_record", args=[session])


@page(Act.SEE_FIGURES)
def of_activity(request: Request, pk: int) -> HttpResponse:
    return _record(request, access.activity(request.actor, Act.SEE_FIGURES, pk=pk), None)


@page(Act.SEE_FIGURES)
def of_session(request: Request, pk: int) -> HttpResponse:
    session = access.session(request.actor, Act.SEE_FIGURES, pk=pk)
    return _record(request, session.activity, session)


def _record(request: Request, activity: Activity, session: Session | None) -> HttpResponse:
    can = pages.abilities(request.actor, activity.organization.path)
    form = None
    if request.method == "POST":
        access.activity(request.actor, Act.RECORD, pk=activity.pk)
        form = RecordForm(request.POST)
        if form.is_valid() and _written(request, activity, session, form):
            return redirect(address(activity.pk, session.pk if session else None))
    sheet = reading.read(activity, session, request.actor)
    if form is None:
        form = RecordForm(initial=_initial(sheet))
    withdrawn = Evidence.objects.filter(activity=activity).exclude(withdrawn_at=None)
    context: dict[str, Any] = {
        "section": "ledger",
        "sheet": sheet,
        "record": sheet.record,
        "activity": activity,
        "session": session,
        "form": form,
        "can": can,
        "open": can["record"] and (sheet.record is None or sheet.record.state != ActivityRecord.State.REVIEWED),
        "own": sheet.record is not None and sheet.record.filled_in_by == request.actor.user,
        "files_form": FilesForm(),
        "link_form": LinkForm(),
        "withdrawn": withdrawn.filter(sessions=session) if session else withdrawn,
        "sessions": [] if session else list(activity.sessions.standing().order_by("starts_at")[:100]),
    }
    return render(request, "console/record.html", context, status=400 if form.errors else 200)


def _initial(sheet: reading.Sheet) -> dict[str, Any]:
    """What is written; on a new record what the plan says already."""
    if sheet.record is not None:
        return {name: getattr(sheet.record, name) for name in FIELDS} | {"expected": sheet.expected}
    joined = "、".join(one.name for one in sheet.activity.co_organizers.all())
    return {"expected": sheet.expected, "summary": sheet.activity.summary, "partners": joined}


def _written(request: Request, activity: Activity, session: Session | None, form: RecordForm) -> bool:
    do = activity_records.hand_in if "hand_in" in request.POST else activity_records.save
    try:
        made = do(by=request.actor, activity=activity, session=session, written=form.written(), at=timezone.now())
    except Refusal as refusal:
        form.refuse(refusal)
        return False
    if made.state == ActivityRecord.State.FILLED_IN:
        messages.success(request, gettext("Filled in. Now a colleague reviews it."))
    else:
        messages.success(request, gettext("Saved as a draft."))
    return True


@page(Act.RECORD)
@require_POST
def review(request: Request, pk: int) -> HttpResponse:
    record = ours.activity_record(request.actor, Act.RECORD, pk=pk)
    try:
        activity_records.review(by=request.actor, record=record, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, gettext("Reviewed."))
    return redirect(address(record.activity_id, record.session_id))


@page(Act.RECORD)
@require_POST
def reopen(request: Request, pk: int) -> HttpResponse:
    record = ours.activity_record(request.actor, Act.RECORD, pk=pk)
    try:
        activity_records.reopen(
            by=request.actor, record=record, reason=request.POST.get("reason", "")[:200], at=timezone.now()
        )
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, gettext("The record can be changed again; it has to be reviewed afterwards."))
    return redirect(address(record.activity_id, record.session_id))


@page(Act.SEE_FIGURES)
def activity_paper(request: Request, pk: int) -> HttpResponse:
    activity = access.activity(request.actor, Act.SEE_FIGURES, pk=pk)
    return _paper(request, activity, None)


@page(Act.SEE_FIGURES)
def session_paper(request: Request, pk: int) -> HttpResponse:
    session = access.session(request.actor, Act.SEE_FIGURES, pk=pk)
    return _paper(request, session.activity, session)


def _paper(request: Request, activity: Activity, session: Session | None) -> HttpResponse:
    sheet = reading.read(activity, session, request.actor)
    made = record_paper.document(sheet, at=timezone.now())
    return pages.paper(made.pdf(), f"kepu-record-{activity.pk}" + (f"-{session.pk}" if session else ""))
