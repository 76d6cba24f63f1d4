"""A paper sign-in sheet comes back (录入纸质签到表): counted by its total, or ticked off name by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from events import access
from events.access import Act
from events.errors import Refusal
from events.models import Session
from frontend import pages
from frontend.console import papers, presence
from frontend.console.entering import NumberInWords, PhotosField
from frontend.console.presence import WholeForm
from frontend.console.telling import IN_VIEW
from frontend.forms import Form, audience_choices
from frontend.pages import Request, page
from registrations.models import Evidence, Headcount
from registrations.operations import attendance as marking
from registrations.operations import sheets
from registrations.operations.held import Count
from registrations.reports import attendance

#: Lines on one page of names.
PER_PAGE = 500


class CountForm(Form):
    """A sheet by its numbers: the total, optionally by audience group."""

    total = NumberInWords(label=_("People who signed, in all"), help_text=_("46, 500多, 近千"))
    basis = forms.ChoiceField(
        choices=Headcount.Basis.choices, label=_("Whom does this count?"), widget=forms.RadioSelect
    )
    counted_by = forms.CharField(max_length=60, label=_("Who counted"))
    how = forms.CharField(required=False, max_length=200, label=_("Note"))
    paper_place = forms.CharField(
        required=False,
        max_length=80,
        label=_("Where the paper lies"),
        help_text=_("For example: file box 12."),
    )
    photos = PhotosField(required=False, label=_("Photos or scans of the sheet"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["total"].asked_for = True  # type: ignore[attr-defined]  # read by the field's template
        self.groups = audience_choices()
        for code, label in self.groups:
            self.fields[f"group_{code}"] = NumberInWords(label=label)
        self.dress(self.fields.values())

    def group_fields(self) -> list[forms.BoundField]:
        return [self[f"group_{code}"] for code, _label in self.groups]

    def stated(self) -> dict[str, Count]:
        found = {code: self.cleaned_data.get(f"group_{code}") for code, _label in self.groups}
        return {code: count for code, count in found.items() if count is not None}


def _keep(request: Request, session: Session, form: Form) -> bool:
    """The photos of a valid or half-valid form are kept at once: a number that has to be typed again does not lose them.
    Whether nothing was wrong with them."""
    given = form.cleaned_data
    try:
        kept = sheets.keep(
            by=request.actor,
            session=session,
            photos=given.get("photos") or [],
            paper_place=given.get("paper_place", ""),
            at=timezone.now(),
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return False
    if kept:
        words = ngettext("%(n)s photo of the sheet is kept.", "%(n)s photos of the sheet are kept.", len(kept))
        messages.success(request, words % {"n": len(kept)})
    return True


def _context(request: Request, session: Session) -> dict[str, Any]:
    return {
        "section": "sessions",
        "session": session,
        "sheets": session.evidence.filter(kind=Evidence.Kind.SHEET, withdrawn_at=None),
        "can": pages.abilities(request.actor, session.activity.organization.path),
    }


@page(Act.RECORD)
def count(request: Request, pk: int) -> HttpResponse:
    """Photos of the sheet and its total: a headcount with its evidence."""
    session = access.session(request.actor, Act.RECORD, pk=pk)
    totals = attendance.totals([session])[pk]
    initial = {"counted_by": str(request.actor.user)}
    if not totals.checked_in:  # then both mean the same
        initial["basis"] = Headcount.Basis.EVERYONE
    form = CountForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST":
        fine = form.is_valid()
        if _keep(request, session, form) and fine and _count(request, session, form):
            messages.success(request, gettext("Saved."))
            return redirect("console_session", pk=pk)
    context = _context(request, session) | {
        "form": form,
        "totals": totals,
        "headcounts": session.headcounts.filter(withdrawn_at=None),
        "names": len(papers.confirmed(session)),
    }
    return render(request, "console/paper_count.html", context, status=400 if form.errors else 200)


def _count(request: Request, session: Session, form: CountForm) -> bool:
    given = form.cleaned_data
    try:
        sheets.count(
            by=request.actor,
            session=session,
            total=given["total"],
            groups=form.stated(),
            basis=given["basis"],
            counted_by=given["counted_by"],
            how=given["how"],
            at=timezone.now(),
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return False
    return True


class PhotosForm(Form):
    photos = PhotosField(required=False, label=_("Photos or scans of the sheet"))
    paper_place = forms.CharField(required=False, max_length=80, label=_("Where the paper lies"))


@dataclass(slots=True)
class Row:
    """A line of the sheet: `shown` is what the page knew, `value` what stands in its field."""

    number: int
    line: attendance.Line
    who: str
    unit: str
    shown: int
    value: str
    error: str = ""

    @property
    def one(self) -> bool:
        return self.line.attendee.size == 1

    @property
    def ticked(self) -> bool:
        return self.value not in {"", "0"}


def _rows(session: Session) -> Iterator[Row]:
    """In the order and with the numbers of the printed sheet."""
    number = 0
    for row in attendance.lines(session, papers.confirmed(session)):
        for line in row.lines:
            number += 1
            one = line.attendee
            name = one.name or (row.signup.contact_name if len(row.lines) == 1 else "")
            value = str(line.present) if line.present else ""
            yield Row(number, line, name, one.village or row.signup.unit, line.present, value)


def _as_typed(request: Request, rows: Page[Row]) -> dict[int, int]:
    """Put what was sent into the rows, and read off what differs from what the page showed: only that is said, so that
    what somebody else ticked meanwhile stays."""
    shown = dict(part.split(":") for part in request.POST.get("was", "").split(",") if part.count(":") == 1)
    here = set(request.POST.getlist("here"))
    said: dict[int, int] = {}
    for row in rows:
        pk = str(row.line.attendee.pk)
        if not shown.get(pk, "").isdigit():
            continue  # it was not on the page
        row.shown = int(shown[pk])
        if row.one:
            row.value = "1" if pk in here else ""
        else:
            row.value = request.POST.get(f"n{pk}", "").strip()
        if row.value and not (row.value.isdecimal() and int(row.value[:9]) <= row.line.attendee.size):
            row.error = gettext("Give a number of at most %(size)s.") % {"size": row.line.attendee.size}
        elif int(row.value or 0) != row.shown:
            said[row.line.attendee.pk] = int(row.value or 0)
    return said


@page(Act.RECORD)
def tick(request: Request, pk: int) -> HttpResponse:
    """All names on one page, saved at once. Masked until somebody says what the whole names are for."""
    session = access.session(request.actor, Act.RECORD, pk=pk)
    rows = Paginator(list(_rows(session)), PER_PAGE).get_page(request.GET.get("page"))
    form = PhotosForm(request.POST or None, request.FILES or None)
    purpose = WholeForm(initial={"purpose": gettext("Enter a paper sign-in sheet")})
    status = 200
    if request.method == "POST":
        said = _as_typed(request, rows)
        if {"show", "hide"} & request.POST.keys():
            purpose = _look(request, session)
        else:
            fine = form.is_valid() and not any(row.error for row in rows)
            if _keep(request, session, form) and fine:
                return _tick(request, session, said)
            status = 400
    elif request.GET.get("tick") in {"all", "none"}:
        for row in rows:
            row.value = str(row.line.attendee.size) if request.GET["tick"] == "all" else ""
    context = _context(request, session) | {
        "form": form,
        "rows": rows,
        "page": rows,
        "was": ",".join(f"{row.line.attendee.pk}:{row.shown}" for row in rows),
        "ticked": sum(int(row.value) for row in rows if row.value.isdecimal() and not row.error),
        "people": sum(row.line.attendee.size for row in rows),
        "whole": _in_view(request, session),
        "purpose": purpose,
        "wrong": status == 400 and any(row.error for row in rows),
    }
    return render(request, "console/tick_off.html", context, status=status)


def _tick(request: Request, session: Session, said: dict[int, int]) -> HttpResponse:
    done = marking.correct_all(
        by=request.actor,
        session=session,
        present=said,
        reason=gettext("Ticked off by the signed paper sheet"),
        at=timezone.now(),
    )
    words = ngettext("Saved: %(n)s line changed.", "Saved: %(n)s lines changed.", done.changed)
    messages.success(request, words % {"n": done.changed})
    if done.gone:
        words = ngettext(
            "%(n)s line has left the roster meanwhile and was not saved.",
            "%(n)s lines have left the roster meanwhile and were not saved.",
            done.gone,
        )
        messages.warning(request, words % {"n": done.gone})
    return redirect(request.get_full_path() if request.GET.get("page") else request.path)


def _in_view(request: Request, session: Session) -> bool:
    """Whether whole names may stand on the page: their purpose was stated a short while ago."""
    until = request.session.get(f"whole_ticks_{session.pk}", 0)
    may = request.actor.may(Act.SEE_PEOPLE_WHOLE, session.activity.organization.path)
    return may and timezone.now().timestamp() < until


def _look(request: Request, session: Session) -> WholeForm:
    """Whole names come into view, or leave it. What is ticked already stays as it is on the page."""
    access.session(request.actor, Act.SEE_PEOPLE_WHOLE, pk=session.pk)
    form = WholeForm(request.POST)
    if "hide" in request.POST:
        request.session.pop(f"whole_ticks_{session.pk}", None)
    elif form.is_valid():
        people = sum(signup.size for signup in papers.confirmed(session))
        presence.note(request, session, form, what="tick-off", people=people)
        request.session[f"whole_ticks_{session.pk}"] = (timezone.now() + IN_VIEW).timestamp()
    return form
