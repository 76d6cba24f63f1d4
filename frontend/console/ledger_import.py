"""Last year's ledger comes in (导入活动台账): the file, its columns, a look through, all of it or nothing, and back again."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events.access import Act, Actor
from events.errors import Refusal
from events.models import Campaign, Publication
from events.models import Form as StatisticalForm
from frontend import pages
from frontend.forms import Form, OrganizationField
from frontend.pages import Request, page
from registrations import access as ours
from registrations import ledgers
from registrations.ledgers import Checked, Problem
from registrations.models import LedgerImport
from registrations.operations import ledger_imports, ledger_undo

#: Rows with something to put right, and rows as they were read, that are shown at a time; imports that are listed.
PROBLEMS, FIRST, LATEST = 50, 15, 10
_CELL = re.compile(r"cell_(\d{1,5})_([a-z_]{2,20})")

LABELS: dict[str, Promise] = {
    "number": _("Own number"),
    "name": _("Name"),
    "date": _("When"),
    "place": _("Where"),
    "region": _("Township"),
    "lead": _("Lead organization"),
    "partners": _("Units that joined in"),
    "form": _("Statistical form"),
    "expected": _("Expected"),
    "people": _("Actually came"),
    "leaflets": _("Leaflets"),
    "consultations": _("Consultations"),
    "free_clinics": _("Free clinics"),
    "panels": _("Panels"),
    "media": _("Media pieces"),
    "times": _("How many times"),
    "experts": _("Experts"),
    "summary": _("How it went"),
    "filled_in_by": _("Filled in by"),
    "remark": _("Remark"),
}
SENTENCES: dict[str, Promise] = {
    "missing": _("This must not be empty."),
    "too_long": _("At most %(text)s characters."),
    "no_number": _("No number can be read from this. Write for example 46, 500余, 近千 or 3.6万."),
    "too_large": _("This is more than can be."),
    "no_day": _("No date can be read from this. Write for example 2018-09-17, 9月17日, 9月 or 2018年."),
    "no_region": _("No township of this name. Empty the cell if it is not known."),
    "no_organization": _(
        "No organization of this name is yours. What others led belongs under the units that joined in; then empty this."
    ),
    "no_form": _("Say what it was: 讲座, 培训, 展览, 竞赛, 咨询, 宣传 …"),
    "twice": _("The same activity as in row %(text)s."),
}


class UploadForm(Form):
    file = forms.FileField(
        label=_("Ledger"),
        help_text=_("Excel, WPS or CSV, at most 2 MB: one row an activity, headings above."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.et"}),
    )
    organization = OrganizationField(label=_("Whose ledger"))
    year = forms.IntegerField(
        min_value=1949, max_value=2100, label=_("Year"), help_text=_("Of dates that name none: 9月17日.")
    )
    campaign = forms.ModelChoiceField(
        Campaign.objects.none(),
        required=False,
        label=_("Campaign"),
        help_text=_("Left empty, it goes to the routine work of the year."),
    )
    form = forms.ChoiceField(
        choices=[("", _("– as the ledger says –")), *StatisticalForm.choices],
        required=False,
        label=_("Statistical form of rows that name none"),
    )

    def __init__(self, *args: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*args, **more)
        led = pages.organizations(actor, Act.RECORD)
        self.fields["organization"].queryset = led  # type: ignore[attr-defined]  # a ModelChoiceField
        if first := led.first():
            self.fields["organization"].initial = first.code
        mine = Campaign.objects.filter(actor.where(Act.PLAN, "organization__path"))
        self.fields["campaign"].queryset = (  # type: ignore[attr-defined]  # as above
            mine.exclude(state__in=[Publication.ARCHIVED, Publication.CALLED_OFF]).order_by("-year", "-starts_on")
        )


@page(Act.RECORD)
def upload(request: Request) -> HttpResponse:
    """Choose a file; and the imports there have been."""
    initial = {"year": timezone.localdate().year - 1}
    form = UploadForm(request.POST or None, request.FILES or None, actor=request.actor, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            made = ledger_imports.draft(by=request.actor, upload=given.pop("file"), at=timezone.now(), **given)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            known = all(field in made.columns for field in ledgers.REQUIRED)
            return redirect("ledger_import" if known else "ledger_columns", pk=made.pk)
    earlier = LedgerImport.objects.filter(request.actor.where(Act.RECORD, "organization__path"))
    context = {
        "section": "ledger",
        "form": form,
        "earlier": earlier.defer("cells").select_related("organization", "by")[:LATEST],
    }
    return render(request, "console/ledger_upload.html", context, status=400 if form.errors else 200)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the sheet: its heading, what stands in it, and what it was taken for."""

    at: int
    heading: str
    samples: str
    field: str


def _columns(ledger: LedgerImport) -> list[Column]:
    head = ledger.cells[ledger.head]
    below = ledger.cells[ledger.head + 1 : ledger.head + 60]
    width = max((len(row) for row in [head, *below]), default=0)
    taken = {at: field for field, at in ledger.columns.items()}
    found = []
    for at in range(width):
        texts = [row[at] for row in below if at < len(row) and row[at]]
        heading = head[at] if at < len(head) else ""
        if heading or texts:
            found.append(Column(at, heading, " / ".join(text[:24] for text in texts[:3]), taken.get(at, "")))
    return found


@page(Act.RECORD)
def columns(request: Request, pk: int) -> HttpResponse:
    """Which row holds the headings, and which column what. It is remembered for the next ledger."""
    ledger = ours.ledger_import(request.actor, pk=pk)
    if ledger.state != LedgerImport.State.DRAFT:
        return redirect("ledger_import", pk=pk)
    refused = None
    if request.method == "POST":
        head = request.POST.get("head", "")
        place = min(int(head) - 1 if head.isdecimal() and len(head) < 6 else 0, len(ledger.cells) - 1)
        if "again" in request.POST:
            ledger.head, ledger.columns = max(0, place), ledgers.guess(ledger.cells[max(0, place)])
        else:
            try:
                ledger_imports.choose_columns(
                    ledger=ledger, head=max(0, place), columns=_chosen(request), form=ledger.form
                )
                return redirect("ledger_import", pk=pk)
            except Refusal as refusal:
                refused = refusal
                ledger.columns = _chosen(request)
    context = {
        "section": "ledger",
        "ledger": ledger,
        "columns": _columns(ledger),
        "labels": LABELS,
        "refused": refused,
        "rows": [(number, " | ".join(text for text in row if text)[:80]) for number, row in
                 enumerate(ledger.cells[:12], start=1)],
    }  # fmt: skip
    return render(request, "console/ledger_columns.html", context, status=refused.status if refused else 200)


def _chosen(request: Request) -> dict[str, int]:
    chosen: dict[str, int] = {}
    for name, value in request.POST.items():
        at = name.removeprefix("column_")
        if at != name and at.isdecimal() and len(at) < 4 and value in ledgers.FIELDS:
            chosen.setdefault(str(value), int(at))
    return chosen


@dataclass(frozen=True, slots=True)
class Cell:
    row: int
    field: str
    label: Promise
    value: str
    problem: Problem | None

    @property
    def sentence(self) -> str:
        return str(SENTENCES[self.problem.code]) % {"text": self.problem.text} if self.problem else ""


def _preview(ledger: LedgerImport, checked: Checked) -> dict[str, Any]:
    rows = ledger_imports.rows(ledger)
    fields = [name for name in LABELS if name in ledger.columns or name == "form"]
    wrong: defaultdict[int, dict[str, Problem]] = defaultdict(dict)
    for one in checked.problems:
        wrong[one.row].setdefault(one.field, one)
    return {
        "checked": checked,
        "labels": [LABELS[name] for name in fields],
        "wrong": [
            (row, [Cell(row, name, LABELS[name], rows[row].get(name, ""), wrong[row].get(name)) for name in fields])
            for row in sorted(wrong)[:PROBLEMS]
        ],
        "rows_wrong": len(wrong),
        "cells_wrong": len(checked.problems),
        "first": checked.entries[:FIRST],
        "forms": dict(StatisticalForm.choices),
    }


@page(Act.RECORD)
def look(request: Request, pk: int) -> HttpResponse:
    """Look it through, put cells right, import it, and undo that."""
    ledger = ours.ledger_import(request.actor, pk=pk)
    refused = None
    if request.method == "POST":
        try:
            _work(request, ledger)
        except Refusal as refusal:
            refused = refusal
            ledger = ours.ledger_import(request.actor, pk=pk)
        else:
            return (
                redirect("import_ledger") if request.POST.get("step") == "discard" else redirect("ledger_import", pk=pk)
            )
    context: dict[str, Any] = {"section": "ledger", "ledger": ledger, "refused": refused}
    if ledger.state == LedgerImport.State.DRAFT:
        if any(field not in ledger.columns for field in ledgers.REQUIRED):
            return redirect("ledger_columns", pk=pk)
        context |= _preview(ledger, ledger_imports.checked(ledger, request.actor))
    else:
        context["activities"] = ledger.activities.select_related("organization").order_by("starts_on", "pk")[:100]
    return render(request, "console/ledger_look.html", context, status=refused.status if refused else 200)


def _work(request: Request, ledger: LedgerImport) -> None:
    now, step = timezone.now(), request.POST.get("step")
    if step == "discard":
        ledger_imports.discard(by=request.actor, ledger=ledger, at=now)
        messages.success(request, gettext("The table has been thrown away; nothing was imported."))
        return
    if step == "undo":
        ledger_undo.undo(by=request.actor, ledger=ledger, at=now)
        messages.success(request, gettext("Undone: what this import had added is gone."))
        return
    cells: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for name, value in request.POST.items():
        if (found := _CELL.fullmatch(name)) and found[2] in LABELS:
            cells[int(found[1])][found[2]] = str(value)[:5000]
    if cells:
        ledger = ledger_imports.correct(ledger=ledger, cells=cells)
    if step == "import":
        ledger_imports.run(by=request.actor, ledger=ledger, at=now)
