"""Import a roster: a long list of names for one session, looked through and then imported whole or not at all."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
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

from events import access
from events.access import Act
from events.errors import NotAllowed, NotFound, Refusal
from events.models import Activity, Region
from frontend.forms import Form
from frontend.pages import Request, page
from frontend.participant.lists import COLUMNS, SENTENCES
from frontend.participant.parties import LISTED
from registrations import access as ours
from registrations import rosters
from registrations.models import RosterImport
from registrations.operations import imports
from registrations.operations import rosters as reading
from registrations.rosters import Problem, Row

#: Rows shown of a list: the first ones, those with something to put right at a time, and villages or units.
FIRST, PROBLEMS, UNITS = 20, 50, 30
_CELL = re.compile(r"row_(\d{1,4})_(name|village|phone|people)")


class RosterForm(Form):
    kind = forms.ChoiceField(choices=[(one.value, one.label) for one in LISTED], label=_("Who comes?"))
    text = forms.CharField(
        required=False,
        max_length=reading.LONGEST_MESSAGE * imports.MOST_ROWS // rosters.MOST_ROWS,
        label=_("Paste the list"),
        help_text=_(
            "The whole message out of WeChat, as it is, or one name to a line; village, phone and how many may stand"
            " behind the name."
        ),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    file = forms.FileField(
        required=False,
        label=_("Or choose a file"),
        help_text=_("Excel, WPS or CSV, at most 2 MB and 5,000 rows: one person to a row."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.txt,.et"}),
    )
    contact_name = forms.CharField(max_length=60, label=_("Contact"))
    contact_phone = forms.CharField(
        required=False,
        max_length=30,
        label=_("Mobile phone"),
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel"}),
    )
    unit = forms.CharField(
        required=False, max_length=120, label=_("Village or unit"), help_text=_("For rows that name none.")
    )
    region = forms.ModelChoiceField(
        Region.objects.townships(), required=False, to_field_name="code", label=_("Township or subdistrict")
    )
    when_full = forms.ChoiceField(
        choices=[("refuse", _("import nobody")), ("wait", _("put on the waiting list whom they do not suffice for"))],
        label=_("If the seats do not suffice"),
    )

    def clean(self) -> dict[str, Any]:
        """With the `rows` that were read."""
        given = super().clean() or {}
        if self.errors:
            return given
        if not given.get("text", "").strip() and not given.get("file"):
            self.add_error("text", gettext("Paste the list or choose a file."))
            return given
        try:
            upload = given.get("file")
            rows = reading.from_file(upload.read(reading.LARGEST_FILE + 1), most=imports.MOST_ROWS) if upload else []
            rows += reading.from_message(given["text"], most=imports.MOST_ROWS) if given["text"].strip() else []
            if len(rows) > imports.MOST_ROWS:
                raise reading.ListTooLong(field="text", most=imports.MOST_ROWS)
        except Refusal as refusal:
            self.refuse(refusal)
        else:
            given["rows"] = rows
        return given


@page(Act.KEEP_SIGNUPS)
def read(request: Request, pk: int) -> HttpResponse:
    """Paste a list or choose a file."""
    session = access.session(request.actor, Act.KEEP_SIGNUPS, pk=pk)
    if session.activity.signup_by == Activity.SignupBy.NONE:
        raise NotFound
    form = RosterForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if name not in {"text", "file"}}
        try:
            made = imports.draft(by=request.actor, session=session, at=timezone.now(), **given)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return redirect("roster_import", pk=made.pk)
    return render(request, "console/import.html", {"section": "sessions", "session": session, "form": form})


@dataclass(frozen=True, slots=True)
class Cell:
    column: str
    label: Promise
    value: str
    problem: Problem | None

    @property
    def sentence(self) -> Promise | str:
        return SENTENCES[self.problem.code] if self.problem else ""


def _cells(index: int, row: Row, found: dict[tuple[int, str], Problem]) -> list[Cell]:
    return [Cell(name, label, getattr(row, name), found.get((index, name))) for name, label in COLUMNS.items()]


def _preview(roster: RosterImport) -> dict[str, Any]:
    """The rows with something to put right, the first ones, and how many there are of each village or unit."""
    checked = imports.checked(imports.rows_of(roster))
    wrong: defaultdict[int, dict[tuple[int, str], Problem]] = defaultdict(dict)
    for one in checked.errors:
        wrong[one.row][one.row, one.column] = one
    units = Counter(row.village or roster.unit for row in checked.rows)
    return {
        "checked": checked,
        "columns": COLUMNS,
        "wrong": [
            (index, checked.rows[index].position, _cells(index, checked.rows[index], wrong[index]))
            for index in sorted(wrong)[:PROBLEMS]
        ],
        "rows_wrong": len(wrong),
        "first": checked.rows[:FIRST],
        "units": units.most_common(UNITS),
        "more_units": max(0, len(units) - UNITS),
        "twice": checked.warnings[:UNITS],
    }


def _cells_of(request: Request) -> dict[int, dict[str, str]]:
    """What was put right: by the row's index and the column."""
    given: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for name, value in request.POST.items():
        if found := _CELL.fullmatch(name):
            given[int(found[1])][found[2]] = str(value)
    return dict(given)


@page(Act.KEEP_SIGNUPS)
def look(request: Request, pk: int) -> HttpResponse:
    """Look a list through, import it, see how far it is and what it became."""
    roster = ours.roster_import(request.actor, pk=pk)
    mine = roster.by == request.actor.user
    if request.method == "POST" and not mine:
        raise NotAllowed
    refused = _work(request, roster) if request.method == "POST" else None
    if request.method == "POST" and refused is None:
        if request.POST.get("step") == "discard":
            messages.success(request, gettext("The list has been thrown away; nobody was signed up."))
            return redirect("console_session", pk=roster.session_id)
        return redirect("roster_import", pk=pk)
    open_to_change = roster.state in {RosterImport.State.DRAFT, RosterImport.State.FAILED}
    context = {
        "section": "sessions",
        "roster": roster,
        "session": roster.session,
        "refused": refused,
        "mine": mine,
        "under_way": roster.state in {RosterImport.State.QUEUED, RosterImport.State.RUNNING},
        **(_preview(roster) if open_to_change and mine else {}),
    }
    template = "console/parts/import_progress.html" if request.htmx else "console/import_look.html"
    return render(request, template, context, status=refused.status if refused else 200)


def _work(request: Request, roster: RosterImport) -> Refusal | None:
    """What the pressed button asks for; why not, where it cannot be."""
    now, step = timezone.now(), request.POST.get("step")
    try:
        if step == "discard":
            imports.discard(by=request.actor, roster=roster, at=now)
            return None
        if cells := _cells_of(request):
            imports.correct(roster=roster, cells=cells, at=now)
        if step == "import":
            imports.begin(by=request.actor, roster=roster, at=now)
    except Refusal as refusal:
        roster.refresh_from_db()
        return refusal
    return None
