"""Who came: ticking a roster, counting heads, acting for somebody who signed up, and taking it all out as a file."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from events import access, audiences
from events.access import Act
from events.errors import NotFound, Refusal
from events.models import Activity, Campaign, Session
from frontend import pages
from frontend.console.entering import NumberInWords
from frontend.forms import Form
from frontend.pages import Request, page
from frontend.participant.parties import KINDS, PartyForm, party_of
from registrations import access as ours
from registrations import masks
from registrations.models import Attendance, Attendee, Headcount, Signup
from registrations.operations import accounts, privacy, rules, signups
from registrations.operations import attendance as marking
from registrations.operations.signups import CONSENT_VERSION
from registrations.reports import attendance, questions, workbooks
from registrations.reports import cards as printed


@page(Act.RECORD)
@require_POST
def mark(request: Request, pk: int, attendee: int) -> HttpResponse:
    """Tick a line of the roster off: how many of it came, by a paper list or a named person's word."""
    session, line = _line(request, pk, attendee)
    text = request.POST.get("present", "").strip()
    if not text.isdigit() or len(text) > 5:
        messages.error(request, gettext("Give the number of people who came, or 0."))
        return redirect("console_session", pk=pk)
    reason = request.POST.get("reason", "").strip()[:200] or gettext("Ticked off on the list")
    try:
        marking.correct(
            by=request.actor, attendee=line, session=session, present=int(text), reason=reason, at=timezone.now()
        )
    except Refusal as refusal:
        messages.error(request, refusal.message)
    if request.htmx:
        return _row(request, session, line.signup_id)
    return redirect("console_session", pk=pk)


def _line(request: Request, pk: int, attendee: int) -> tuple[Session, Attendee]:
    """A session, and a line of its roster."""
    session = access.session(request.actor, Act.RECORD, pk=pk)
    line = Attendee.objects.filter(
        pk=attendee, signup__in=Signup.objects.for_session(session).values("pk"), removed_at=None
    ).first()
    if line is None:
        raise NotFound
    return session, line


@page(Act.RECORD)
@require_POST
def leave(request: Request, pk: int, attendee: int) -> HttpResponse:
    """Somebody has asked for leave, or it is taken back."""
    session, line = _line(request, pk, attendee)
    back = request.POST.get("back") == "1"
    say = marking.take_leave_back if back else marking.mark_leave
    ground = gettext("Leave taken back") if back else gettext("Asked for leave")
    reason = request.POST.get("reason", "").strip()[:200] or ground
    try:
        say(by=request.actor, attendee=line, session=session, reason=reason, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
    if request.htmx:
        return _row(request, session, line.signup_id)
    return redirect("console_session", pk=pk)


def _row(request: Request, session: Session, signup: int) -> HttpResponse:
    row = attendance.lines(session, [Signup.objects.get(pk=signup)])[0]
    context = {
        "session": session,
        "row": row,
        "can": pages.abilities(request.actor, session.activity.organization.path),
        "terms": rules.terms_of(session.activity),
        "totals": attendance.totals([session])[session.pk],
        "fresh": True,
    }
    return render(request, "console/parts/signup_row.html", context)


class HeadcountForm(Form):
    people = NumberInWords(label=_("People"), help_text=_("46, 500多, 近千"))
    basis = forms.ChoiceField(choices=Headcount.Basis.choices, label=_("Whom does this count?"))
    method = forms.ChoiceField(choices=Headcount.Method.choices, label=_("How"))
    counted_by = forms.CharField(max_length=60, label=_("Who counted"))
    how = forms.CharField(required=False, max_length=200, label=_("Note"))


@page(Act.RECORD)
def count_heads(request: Request, pk: int) -> HttpResponse:
    session = access.session(request.actor, Act.RECORD, pk=pk)
    form = HeadcountForm(request.POST or None, initial={"counted_by": str(request.actor.user)})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if given["people"] is None:
            form.add_error("people", gettext("Give a number."))
        else:
            try:
                accounts.count_heads(
                    by=request.actor,
                    session=session,
                    people=given["people"].number,
                    bound=given["people"].bound,
                    basis=given["basis"],
                    method=given["method"],
                    counted_by=given["counted_by"],
                    how=given["how"],
                    counted_at=timezone.now(),
                    at=timezone.now(),
                )
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, gettext("Saved."))
                return redirect("console_session", pk=pk)
    context = {"section": "sessions", "session": session, "form": form}
    return render(request, "console/headcount.html", context)


class EnteredForm(PartyForm):
    """A sign-up by phone or on paper, entered by the office."""

    key = forms.CharField(max_length=64, widget=forms.HiddenInput())


@page(Act.KEEP_SIGNUPS)
def sign_up(request: Request, pk: int) -> HttpResponse:
    """Sign somebody up who called or sent a list."""
    session = access.session(request.actor, Act.KEEP_SIGNUPS, pk=pk)
    kind = request.POST.get("kind") or request.GET.get("kind") or Signup.Kind.PERSON
    kind = kind if kind in Signup.Kind.values else Signup.Kind.PERSON
    form = EnteredForm(
        request.POST or None,
        request.FILES or None,
        kind=kind,
        activity=session.activity,
        initial={"key": uuid.uuid4().hex},
    )
    if request.method == "POST" and form.is_valid():
        course = session.activity.signup_by == Activity.SignupBy.COURSE
        chosen = list(session.activity.sessions.standing()) if course else [session]
        try:
            placed = signups.place(
                by=request.actor,
                activity=session.activity,
                sessions=chosen,
                party=party_of(form),
                idempotency_key=form.cleaned_data["key"],
                consent=CONSENT_VERSION,
                source=Signup.Source.ORGANIZER,
                at=timezone.now(),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            if placed.signup.state == Signup.State.WAITING:
                messages.warning(request, gettext("There are not enough seats: the sign-up is on the waiting list."))
            else:
                messages.success(request, gettext("Signed up."))
            return redirect("console_session", pk=pk)
    context = {"section": "sessions", "session": session, "form": form, "kinds": KINDS, "kind": form.kind}
    return render(request, "console/sign_up.html", context)


@page(Act.KEEP_SIGNUPS)
@require_POST
def cancel(request: Request, pk: int) -> HttpResponse:
    found = ours.signup(request.actor, Act.KEEP_SIGNUPS, pk=pk)
    try:
        signups.cancel(by=request.actor, signup=found, at=timezone.now())
        messages.success(request, gettext("The sign-up has been cancelled; its seats went to whoever waits."))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    back = request.POST.get("back", "")
    return redirect(back if back.startswith("/console/") else "overview")


class WholeForm(Form):
    purpose = forms.CharField(
        max_length=200, label=_("What for"), help_text=_("Written down with your name and the time.")
    )


def note(request: Request, session: Session, form: WholeForm, *, what: str, people: int) -> None:
    """Write down who saw how many people of a session whole, and what for (a valid form says it)."""
    privacy.note_access(
        by=request.actor,
        organization=session.activity.organization,
        what=what,
        purpose=form.cleaned_data["purpose"],
        on=session,
        people=people,
        at=timezone.now(),
    )


@page(Act.SEE_PEOPLE_WHOLE)
def whole(request: Request, pk: int) -> HttpResponse:
    """Whole names and phones of a session, with a stated purpose, logged: on the page or as a file."""
    session = access.session(request.actor, Act.SEE_PEOPLE_WHOLE, pk=pk)
    form = WholeForm(request.POST or None)
    rows: list[attendance.Row] | None = None
    if request.method == "POST" and form.is_valid():
        rows = _rows(session)
        note(request, session, form, what="roster", people=sum(row.signup.size for row in rows))
        if "xlsx" in request.POST:
            head, table = _sheet([session], masked=False)
            return _workbook(gettext("Attendance"), head, table, f"kepu-{pk}-whole")
    said = questions.said([row.signup.pk for row in rows or []])
    context = {
        "section": "sessions",
        "session": session,
        "form": form,
        "rows": None if rows is None else [(row, said.get(row.signup.pk, [])) for row in rows],
    }
    return render(request, "console/whole.html", context)


def _rows(session: Session) -> list[attendance.Row]:
    signed_up = Signup.objects.for_session(session).standing().distinct().select_related("region")
    return attendance.lines(session, list(signed_up.order_by("placed_at", "pk")))


def _head() -> list[str]:
    return [
        gettext("Activity"),
        gettext("Session"),
        gettext("Venue"),
        gettext("Kind"),
        gettext("Unit"),
        gettext("Full name"),
        gettext("Phone"),
        gettext("Township"),
        gettext("Signed up"),
        gettext("State"),
        gettext("Came"),
        gettext("How this is known"),
        gettext("First checked in"),
    ]


def _sheet(sessions: list[Session], *, masked: bool) -> tuple[list[str], Iterator[list[Any]]]:
    """The head and the rows of a table, answers to questions in columns at its end."""
    activities = {session.activity_id for session in sessions}
    signed_up = Signup.objects.filter(activity__in=activities).values("pk")
    asked = questions.columns(activities, signed_up, masked=masked)
    return [*_head(), *asked.heads], _table(sessions, asked, masked=masked)


def _table(sessions: Iterable[Session], asked: questions.Columns, *, masked: bool) -> Iterator[list[Any]]:
    """One row a roster line, then what was counted on the spot."""
    for session in sessions:
        start = f"{timezone.localtime(session.starts_at):%Y-%m-%d %H:%M}"
        about = [session.activity.name, start, session.venue]
        for row in _rows(session):
            signup = row.signup
            for line in row.lines:
                phone = line.attendee.phone or signup.contact_phone
                name = line.attendee.name or (signup.contact_name if len(row.lines) == 1 else "")
                yield [
                    *about,
                    str(signup.get_kind_display()),
                    signup.unit,
                    masks.name(name) if masked else name,
                    masks.phone(phone) if masked else phone,
                    str(signup.region or ""),
                    line.attendee.size,
                    str(signup.get_state_display()),
                    line.present,
                    str(Attendance.Grade(line.grade).label) if line.grade else "",
                    f"{timezone.localtime(line.first_at):%Y-%m-%d %H:%M}" if line.first_at else "",
                    *asked.of(signup.pk),
                ]
        for batch in printed.of(session):
            if batch.came:
                group = audiences.label(batch.cards.audience_group, get_language() or "zh")
                size, grade = batch.cards.size, str(Attendance.Grade.SCANNED.label)
                yield [*about, gettext("codes handed out"), group, "", "", "", size, "", batch.came, grade, ""]
        for head in session.headcounts.filter(withdrawn_at=None):
            basis, method = str(head.get_basis_display()), str(head.get_method_display())
            kind = str(gettext("headcount"))
            yield [*about, kind, basis, head.counted_by, "", "", "", "", head.people, method, ""]


def _workbook(title: str, head: list[str], rows: Iterable[list[Any]], name: str) -> HttpResponse:
    response = HttpResponse(
        workbooks.table(title, head, rows),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def _exported(sessions: list[Session], form: str, name: str) -> HttpResponse | StreamingHttpResponse:
    head, rows = _sheet(sessions, masked=True)
    if form == "xlsx":
        return _workbook(gettext("Attendance"), head, rows, name)
    if form == "csv":
        lines = workbooks.csv_lines(head, rows)
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return response
    raise NotFound


@page(Act.SEE_SIGNUPS)
def export_session(request: Request, pk: int, form: str) -> HttpResponse | StreamingHttpResponse:
    """Who signed up and who came, names and phones masked."""
    session = access.session(request.actor, Act.SEE_SIGNUPS, pk=pk)
    return _exported([session], form, f"kepu-session-{pk}")


@page(Act.SEE_SIGNUPS)
def export_campaign(request: Request, pk: int, form: str) -> HttpResponse | StreamingHttpResponse:
    found: Campaign = access.campaign(request.actor, Act.SEE_SIGNUPS, pk=pk)
    sessions = Session.objects.filter(activity__campaign=found).select_related("activity").order_by("starts_at", "pk")
    return _exported(list(sessions), form, f"kepu-campaign-{pk}")
