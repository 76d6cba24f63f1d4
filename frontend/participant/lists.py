"""A list of names at once: pasted from a 接龙 message, uploaded or typed; looked through cell by cell; then all or nothing.

The rows travel in the form, so that nothing is written before somebody has seen it, nothing typed is lost, and no script
is needed. The same page replaces the list of a sign-up until sign-up closes.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from events import access, rushes
from events.access import Act
from events.errors import NotFound, Refusal
from events.models import Activity, Session
from frontend import pages
from frontend.pages import Request, page
from frontend.participant import mine, questions, signing_up
from frontend.participant.parties import LISTED, PartyForm, guardian_of, lines_of
from frontend.participant.signing_up import SignupForm
from registrations import rosters
from registrations.models import Attendee, Signup
from registrations.operations import lines as listed
from registrations.operations import roster, signups
from registrations.operations import rosters as reading
from registrations.operations.signups import LARGEST_PARTY, Line, Party, SessionFull
from registrations.reports import slips
from registrations.rosters import Checked, Problem, Row

#: Empty rows under a list, to type further names into.
EMPTY = 3
COLUMNS = {"name": _("Full name"), "village": _("Village or unit"), "phone": _("Mobile phone"), "people": _("How many")}
SENTENCES: dict[str, Promise] = {
    "name_missing": _("The name is missing."),
    "name_too_long": _("A name has at most 60 characters."),
    "village_too_long": _("At most 60 characters."),
    "phone_unreadable": _("This is no mobile number (11 digits). It may be left empty."),
    "people_unreadable": _("Give a number, or nothing for one person."),
    "too_many": _("A list is for at most 500 people. Split it into several sign-ups."),
    "duplicate_name": _("This name stands here twice. Leave it if these are two people."),
}


class ListForm(PartyForm):
    """Who sends the list; its rows stand beside this form."""

    others = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=LARGEST_PARTY,
        label=_("Further people whose names are not known"),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, kind: str, activity: Activity, **more: Any) -> None:
        super().__init__(*args, kind=kind, activity=activity, **more)
        del self.fields["people"], self.fields["names"]


class NewListForm(ListForm, SignupForm):
    """The same with what a first sign-up needs."""


@dataclass(slots=True)
class Draft:
    """A list on its way: what it says, and what was wrong with the message or file it was read from."""

    rows: list[Row]
    text: str = ""
    unread: dict[str, str] = field(default_factory=dict)
    remarks: str = ""
    fresh: bool = False

    @property
    def checked(self) -> Checked:
        return rosters.check(self.rows)


def _uploaded(request: Request, upload: UploadedFile, at: datetime.datetime) -> list[Row]:
    """Raises TooManyRequests besides what reading raises: staff may always, others some dozens of times."""
    if request.actor.user is None:
        rushes.let_pass(rushes.LIST_FILES, rushes.address(request), at=at)
    return reading.from_file(upload.read(reading.LARGEST_FILE + 1))


def _draft(request: Request, at: datetime.datetime) -> Draft:
    """The rows of the form; a message or file that came along takes their place."""
    columns = [request.POST.getlist(f"row_{name}")[: rosters.MOST_ROWS] for name in COLUMNS]
    rows = [rosters.typed(*cells) for cells in zip_longest(*columns, fillvalue="")]
    draft = Draft([row for row in rows if not row.blank], text=request.POST.get("text", ""))
    upload = request.FILES.get("file")
    if not draft.text.strip() and not upload:
        if request.POST.get("step") == "read" and not draft.rows:
            draft.unread["text"] = str(_("Paste the list or choose a file."))
        return draft
    try:
        read = _uploaded(request, upload, at) if upload else []
        read += reading.from_message(draft.text) if draft.text.strip() else []
    except Refusal as refusal:
        draft.unread[refusal.field or "file"] = refusal.message
        return draft
    remarks = "；".join(f"{row.name}：{row.remark}" for row in read if row.remark)
    return Draft(read[: rosters.MOST_ROWS], remarks=remarks, fresh=True)


def _initial(given: QueryDict, draft: Draft) -> dict[str, Any]:
    """What was typed so far; remarks of a list just read go into the note, and the village all share is the unit."""
    values: dict[str, Any] = {name: value for name, value in given.items() if name != "csrfmiddlewaretoken"}
    if draft.fresh:
        note = "；".join(part for part in (values.get("note", ""), draft.remarks) if part)
        values |= {"note": note[:300], "others": ""}
        values["unit"] = values.get("unit") or rosters.shared_village(draft.rows)
    return values


def _party(form: ListForm, rows: list[Row]) -> Party:
    given = form.cleaned_data
    unit = given.get("unit", "")
    at_home = unit[: rosters.LONGEST] if form.kind == Signup.Kind.VILLAGE else ""
    lines = listed.of_rows(rows, at_home=at_home)
    if given["others"]:
        lines.append(Line(size=given["others"], village=at_home))
    return Party(
        kind=form.kind.value,
        lines=tuple(lines),
        contact_name=given["contact_name"],
        contact_phone=given["contact_phone"],
        unit=unit,
        region=given.get("region"),
        note=given["note"],
        contact_email=given.get("contact_email", ""),
        answers=questions.given(form),
        **guardian_of(form),
    )


def rows_of(lines: list[Attendee]) -> tuple[list[Row], int]:
    """A roster as rows, those who come along beside their person; and the unnamed rest at its end."""
    rows: list[Row] = []
    others = 0
    for place, line in enumerate(lines):
        last = place == len(lines) - 1
        if line.name:
            rows.append(rosters.typed(line.name, line.village, line.phone))
        elif rows and not last and not rows[-1].people:
            rows[-1] = rosters.typed(rows[-1].name, rows[-1].village, rows[-1].phone, str(line.size + 1))
        else:
            others += line.size
    return rows, others


@dataclass(frozen=True, slots=True)
class Cell:
    column: str
    label: Promise
    value: str
    problem: Problem | None

    @property
    def sentence(self) -> Promise | str:
        return SENTENCES[self.problem.code] if self.problem else ""


def _cells(checked: Checked) -> list[list[Cell]]:
    """The rows as the page shows them, with some empty ones to type into."""
    found = {(one.row, one.column): one for one in checked.problems}
    spare = [Row()] * min(EMPTY, rosters.MOST_ROWS - len(checked.rows))
    return [
        [Cell(name, label, getattr(row, name), found.get((index, name))) for name, label in COLUMNS.items()]
        for index, row in enumerate([*checked.rows, *spare])
    ]


def _work(
    request: Request,
    *,
    activity: Activity,
    sessions: list[Session],
    kind: str,
    make: type[ListForm],
    begin: dict[str, Any],
    rows: list[Row],
    confirm: Callable[[Any, list[Row], datetime.datetime], HttpResponse],
    context: dict[str, Any],
) -> HttpResponse:
    """Read, look through, confirm: one form, and which button was pressed."""
    now = timezone.now()
    draft = _draft(request, now) if request.method == "POST" else Draft(rows)
    checked = draft.checked
    form = make(
        kind=kind,
        activity=activity,
        initial=begin if request.method != "POST" else begin | _initial(request.POST, draft),
    )
    refused: Refusal | None = None
    step = request.POST.get("step", "")
    if step == "confirm" and not draft.fresh and not draft.unread:
        form = make(request.POST, request.FILES or None, kind=kind, activity=activity)
        if form.is_valid() and not checked.errors:
            try:
                return confirm(form, list(checked.rows), now)
            except Refusal as refusal:
                refused = None if form.takes(refusal) else refusal
    full = refused if isinstance(refused, SessionFull) and isinstance(form, NewListForm) else None
    context |= {
        "activity": activity,
        "sessions": sessions,
        "form": form,
        "kind": form.kind,
        "draft": draft,
        "checked": checked,
        "people": checked.people + _whole(form["others"].value()),
        "cells": _cells(checked),
        "columns": COLUMNS,
        "problems": [(one, COLUMNS[one.column], SENTENCES[one.code]) for one in checked.errors[:10]],
        "looking": bool(checked.rows or step in {"check", "confirm"} or begin.get("others")),
        "full": full,
        "refused": None if full else refused,
        "instead": signing_up.instead(activity, sessions, now) if refused else [],
        "seats": signing_up.seats_of(sessions),
        "challenge": signing_up.challenge(request, activity, form, now) if isinstance(form, NewListForm) else "",
    }
    return pages.answer(request, "participant/list.html", context, refused)


def _whole(value: Any) -> int:
    """A number that may not be one yet."""
    text = str(value or "")
    return int(text) if text.isdecimal() and len(text) < 5 else 0


def _new(request: Request, activity: Activity, sessions: list[Session], back: str) -> HttpResponse:
    kind = request.POST.get("kind") or request.GET.get("kind")

    def confirm(form: NewListForm, rows: list[Row], at: datetime.datetime) -> HttpResponse:
        party = _party(form, rows)
        return signing_up.place(request, activity=activity, sessions=sessions, form=form, party=party, at=at)

    return _work(
        request,
        activity=activity,
        sessions=sessions,
        kind=kind if kind in LISTED else Signup.Kind.VILLAGE,
        make=NewListForm,
        begin={"key": uuid.uuid4().hex},
        rows=[],
        confirm=confirm,
        context={"kinds": LISTED, "back": back},
    )


@page(Act.SEE_PUBLIC)
def for_session(request: Request, pk: int) -> HttpResponse:
    session = access.public_session(pk=pk)
    if session.activity.signup_by == Activity.SignupBy.COURSE:
        return HttpResponseRedirect(reverse("sign_up_course_list", args=[session.activity_id]))
    return _new(request, session.activity, [session], reverse("sign_up", args=[pk]))


@page(Act.SEE_PUBLIC)
def for_course(request: Request, pk: int) -> HttpResponse:
    activity, lessons = access.public_course(pk=pk)
    return _new(request, activity, lessons, reverse("sign_up_course", args=[pk]))


@page(Act.SEE_PUBLIC)
def change(request: Request, pk: int) -> HttpResponse:
    """One's own list: until sign-up closes. Afterwards the organizer is called."""
    found, _key = mine.own(request, pk)
    if found.kind not in LISTED or found.erased_at:
        raise NotFound
    if request.method != "POST":
        signups.refuse_late_change(signup=found, at=timezone.now())
    lines = list(found.attendees.standing())
    rows, others = rows_of(lines)

    def confirm(form: ListForm, typed: list[Row], at: datetime.datetime) -> HttpResponse:
        signups.change(by="participant", signup=found, party=_party(form, typed), at=at)
        return redirect("signup", pk=pk)

    return _work(
        request,
        activity=found.activity,
        sessions=roster.sessions_of(found),
        kind=found.kind,
        make=ListForm,
        begin=lines_of(found, lines) | questions.answered(found) | {"others": others or ""},
        rows=rows,
        confirm=confirm,
        context={"signup": found, "back": reverse("signup", args=[pk])},
    )


@page(Act.SEE_PUBLIC)
def posted(request: Request, pk: int) -> HttpResponse:
    """The list to post."""
    found, _key = mine.own(request, pk)
    if found.state in Signup.ENDED:
        raise NotFound
    listed = slips.posted_list(signup=found, sessions=roster.sessions_of(found), at=timezone.now())
    return pages.paper(listed.pdf(), f"kepu-list-{pk}")


@page(Act.SEE_PUBLIC)
def own_slips(request: Request, pk: int) -> HttpResponse:
    """Slips to cut out, once the seats are certain."""
    found, _key = mine.own(request, pk)
    if found.state != Signup.State.CONFIRMED:
        raise NotFound
    made = slips.slips(signups=[found], sessions=roster.sessions_of(found), at=timezone.now())
    return pages.paper(made.pdf(), f"kepu-slips-{pk}")
