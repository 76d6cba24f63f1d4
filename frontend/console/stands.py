"""Stands of an activity (展位填报): planning them, printing their codes, accepting what they hand in."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from events import access
from events.access import Act
from events.errors import NotFound, Refusal
from events.models import Activity, Session
from frontend import pages
from frontend.forms import Form
from frontend.pages import Request, page
from registrations import access as ours
from registrations.models import Stand, StandReport
from registrations.operations import stands
from registrations.operations.stands import Place
from registrations.reports import stands as listed

_LENGTHS = {"name": 60, "unit": 120, "place": 60}
#: What stands between name, unit and place: a tab, as tables are pasted, or a comma.
_BETWEEN = re.compile(r"\t|[,，、;；|｜]")


class PlacesField(forms.CharField):
    """Stands a line each, as they are pasted from a table: name, unit, place."""

    widget = forms.Textarea(attrs={"rows": 6})

    def clean(self, value: Any) -> list[Place]:
        found = []
        for number, line in enumerate(super().clean(value).splitlines(), start=1):
            cells = [cell.strip() for cell in _BETWEEN.split(line)]
            if not any(cells):
                continue
            given = dict(zip(_LENGTHS, cells, strict=False))
            long = [cell for name, cell in given.items() if len(cell) > _LENGTHS[name]]
            if not cells[0] or len(cells) > len(_LENGTHS) or long:
                sentence = gettext("Line %(n)s cannot be read. Write name, unit, place, with commas between.")
                raise forms.ValidationError(sentence % {"n": number})
            found.append(Place(**given))
        return found


class AddForm(Form):
    places = PlacesField(
        max_length=20_000,
        label=_("Stands, one a line"),
        help_text=_("Name, unit, place – pasted from a table or with commas between: food safety, market office, A3"),
    )
    session = forms.ModelChoiceField(Session.objects.none(), required=False, label=_("Session"))

    def __init__(self, *args: Any, activity: Activity, **more: Any) -> None:
        super().__init__(*args, **more)
        held = activity.sessions.standing().select_related("activity")
        self.fields["session"].queryset = held  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["session"].label_from_instance = _label  # type: ignore[attr-defined]  # as above
        self.fields["session"].empty_label = _("the whole activity")  # type: ignore[attr-defined]  # as above


def _label(session: Session) -> str:
    return f"{timezone.localtime(session.starts_at):%m-%d %H:%M} {session.venue}"


def _chosen(request: Request, activity: Activity) -> Session | None:
    """The session whose stands alone are looked at, if one is named. Raises NotFound."""
    asked = request.GET.get("session", "")
    if not asked:
        return None
    found = activity.sessions.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 19 else None
    if found is None:
        raise NotFound
    return found


@page(Act.RECORD)
def listing(request: Request, pk: int) -> HttpResponse:
    """All stands of the day: who has handed in, who has not; and the form for further ones."""
    activity = access.activity(request.actor, Act.RECORD, pk=pk)
    session = _chosen(request, activity)
    form = AddForm(request.POST or None, activity=activity, initial={"session": session})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = stands.add(
                by=request.actor,
                activity=activity,
                session=given["session"],
                places=given["places"],
                at=timezone.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            words = ngettext("%(n)s stand has been added.", "%(n)s stands have been added.", len(made))
            messages.success(request, words % {"n": len(made)})
            return redirect(request.get_full_path())
    board = listed.board(activity, session)
    context = {
        "section": "campaigns",
        "activity": activity,
        "session": session,
        "board": board,
        "measures": listed.MEASURES,
        "form": form,
        "with_sessions": form.fields["session"].queryset.exists(),  # type: ignore[attr-defined]  # as above
    }
    return render(request, "console/stands.html", context, status=400 if form.errors else 200)


def _paper(request: Request) -> str:
    return "a5" if request.GET.get("paper") == "a5" else "a4"


@page(Act.RECORD)
def sheets(request: Request, pk: int) -> HttpResponse:
    """The codes of all stands, a page each."""
    activity = access.activity(request.actor, Act.RECORD, pk=pk)
    rows = listed.board(activity, _chosen(request, activity)).rows
    made = listed.document(
        stands=[row.stand for row in rows], activity=activity, paper=_paper(request), at=timezone.now()
    )
    return pages.paper(made.pdf(), f"kepu-stands-{pk}")


@page(Act.RECORD)
def sheet(request: Request, pk: int) -> HttpResponse:
    """The code of one stand."""
    stand = ours.stand(request.actor, pk=pk)
    made = listed.document(stands=[stand], activity=stand.activity, paper=_paper(request), at=timezone.now())
    return pages.paper(made.pdf(), f"kepu-stand-{pk}")


class StandForm(Form):
    name = forms.CharField(max_length=60, label=_("Name of the stand"))
    unit = forms.CharField(required=False, max_length=120, label=_("Unit"))
    place = forms.CharField(required=False, max_length=60, label=_("Place"), help_text=_("For example: A3."))


@page(Act.RECORD)
def change(request: Request, pk: int) -> HttpResponse:
    stand = ours.stand(request.actor, pk=pk)
    form = StandForm(request.POST or None, initial={"name": stand.name, "unit": stand.unit, "place": stand.place})
    if request.method == "POST" and form.is_valid():
        try:
            stands.change(by=request.actor, stand=stand, place=Place(**form.cleaned_data), at=timezone.now())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, gettext("Saved."))
            return _board(stand)
    context = {"section": "campaigns", "stand": stand, "activity": stand.activity, "form": form}
    return render(request, "console/stand_form.html", context, status=400 if form.errors else 200)


def _board(stand: Stand) -> HttpResponse:
    return redirect("stands", pk=stand.activity_id)


@page(Act.RECORD)
@require_POST
def remove(request: Request, pk: int) -> HttpResponse:
    stand = ours.stand(request.actor, pk=pk)
    try:
        stands.remove(by=request.actor, stand=stand, at=timezone.now())
        messages.success(request, gettext("The stand has been removed; its code opens nothing any more."))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return _board(stand)


@page(Act.RECORD)
@require_POST
def replace_code(request: Request, pk: int) -> HttpResponse:
    stand = ours.stand(request.actor, pk=pk)
    stands.replace_code(by=request.actor, stand=stand, at=timezone.now())
    messages.success(request, gettext("The stand has a new code. Print it again; the old one opens nothing any more."))
    return redirect("change_stand", pk=pk)


class AnswerForm(Form):
    answer = forms.CharField(
        max_length=200, label=_("What is to be corrected"), help_text=_("The stand reads this sentence.")
    )


@page(Act.RECORD)
def report(request: Request, pk: int) -> HttpResponse:
    """What a stand handed in: to be accepted, or sent back with a word why."""
    found = ours.stand_report(request.actor, pk=pk)
    return _report(request, found, AnswerForm())


def _report(request: Request, found: StandReport, form: AnswerForm, status: int = 200) -> HttpResponse:
    context = {
        "section": "campaigns",
        "report": found,
        "stand": found.stand,
        "activity": found.stand.activity,
        "numbers": listed.Row(found.stand, found),
        "measures": zip(listed.MEASURES, listed.Row(found.stand, found).numbers, strict=True),
        "form": form,
        "latest": found.stand.reports.filter(replaced_at=None).exclude(pk=found.pk).first(),
    }
    return render(request, "console/stand_report.html", context, status=status)


@page(Act.RECORD)
@require_POST
def decide(request: Request, pk: int) -> HttpResponse:
    """Accept (接收), send back (退回修改), or take the acceptance back."""
    found = ours.stand_report(request.actor, pk=pk)
    now, deed = timezone.now(), request.POST.get("deed", "")
    form = AnswerForm(request.POST)
    try:
        if deed == "accept":
            stands.accept(by=request.actor, report=found, at=now)
            messages.success(request, gettext("Accepted: the numbers count from now on."))
        elif deed == "take_back":
            stands.take_back(by=request.actor, report=found, at=now)
            messages.success(request, gettext("Taken back: the numbers count no more."))
        elif deed == "send_back":
            if not form.is_valid():
                return _report(request, found, form, status=400)
            stands.send_back(by=request.actor, report=found, at=now, **form.cleaned_data)
            messages.success(request, gettext("Sent back. Whoever opens the stand's code reads why."))
        else:
            raise NotFound
    except (stands.ReportReplaced, stands.StandHasCounted, stands.ReportNotAccepted) as refusal:
        messages.error(request, refusal.message)
        return redirect("stand_report", pk=pk)
    session = found.stand.session_id
    query = f"?session={session}" if session and request.POST.get("session") else ""
    return redirect(reverse("stands", args=[found.stand.activity_id]) + query)


@page(Act.RECORD)
def photo(request: Request, pk: int) -> FileResponse:
    found = ours.stand_report(request.actor, pk=pk)
    if not found.photo:
        raise NotFound
    return FileResponse(found.photo.open("rb"), content_type=found.photo_type)
