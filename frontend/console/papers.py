"""Paper of a session: the sign-in sheet and the slips. Names on them are whole, so a purpose is asked and written down."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from events import access
from events.access import Act
from events.errors import NotFound
from events.models import Activity, Session
from frontend import pages
from frontend.console import presence
from frontend.console.presence import WholeForm
from frontend.forms import Form
from frontend.pages import Request, page
from registrations.models import Signup
from registrations.reports import attendance, sign_in_sheets, slips, word, workbooks
from registrations.reports.sign_in_sheets import Sheet

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: As what a sign-in sheet can be had: how it is made, and its media type.
FORMS: dict[str, tuple[Callable[[Sheet], bytes], str]] = {
    "pdf": (sign_in_sheets.pdf, "application/pdf"),
    "docx": (word.docx, word.MEDIA_TYPE),
    "xlsx": (workbooks.sign_in_sheet, _XLSX),
}


def confirmed(session: Session) -> list[Signup]:
    """Who is expected, in the order of the sheet."""
    rows = Signup.objects.for_session(session).filter(state=Signup.State.CONFIRMED).distinct()
    return list(rows.select_related("activity__organization").order_by("placed_at", "pk"))


class BlankForm(Form):
    pages = forms.IntegerField(min_value=1, max_value=sign_in_sheets.MOST_PAGES, initial=2, label=_("How many pages"))


@page(Act.SEE_PEOPLE_WHOLE)
def sign_in_sheet(request: Request, pk: int) -> HttpResponse:
    """The sheet that is signed at the door: asked for with a purpose, handed out as PDF, Word or Excel."""
    session = access.session(request.actor, Act.SEE_PEOPLE_WHOLE, pk=pk)
    form = WholeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        rows = confirmed(session)
        presence.note(request, session, form, what="sign-in-sheet", people=sum(row.size for row in rows))
        sheet = sign_in_sheets.named(session=session, rows=attendance.lines(session, rows), at=timezone.now())
        return _file(sheet, request.POST.get("as", "pdf"), f"kepu-sign-in-sheet-{pk}")
    context = {
        "section": "sessions",
        "session": session,
        "form": form,
        "blank": BlankForm(),
        "people": sum(row.size for row in confirmed(session)),
        "can": pages.abilities(request.actor, session.activity.organization.path),
    }
    return render(request, "console/sign_in_sheet.html", context)


@page(Act.SEE_PLAN)
def blank_sheet(request: Request, pk: int) -> HttpResponse:
    """The same sheet without a name on it, for so many pages as are asked for."""
    session = access.session(request.actor, pk=pk)
    form = BlankForm(request.GET)
    if not form.is_valid():
        context = {"section": "sessions", "session": session, "blank": form}
        return render(request, "console/sign_in_sheet.html", context, status=400)
    sheet = sign_in_sheets.blank(session=session, pages=form.cleaned_data["pages"], at=timezone.now())
    return _file(sheet, request.GET.get("as", "pdf"), f"kepu-blank-sheet-{pk}")


def _file(sheet: Sheet, kind: str, name: str) -> HttpResponse:
    """Raises NotFound, for what no sheet is written as."""
    if kind not in FORMS:
        raise NotFound
    make, media_type = FORMS[kind]
    response = pages.paper(make(sheet), name)
    if kind != "pdf":
        response["Content-Type"] = media_type
        response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


@page(Act.SEE_PEOPLE_WHOLE)
@require_POST
def session_slips(request: Request, pk: int) -> HttpResponse:
    """Slips of everybody who has a seat, eight a page; those of a course name its lessons."""
    session = access.session(request.actor, Act.SEE_PEOPLE_WHOLE, pk=pk)
    form = WholeForm(request.POST)
    if not form.is_valid():
        return render(request, "console/whole.html", {"section": "sessions", "session": session, "form": form})
    rows = confirmed(session)
    presence.note(request, session, form, what="slips", people=sum(row.size for row in rows))
    lessons = [session]
    if session.activity.signup_by == Activity.SignupBy.COURSE:
        lessons = list(session.activity.sessions.standing().select_related("activity__organization"))
    made = slips.slips(signups=rows, sessions=lessons, at=timezone.now())
    return pages.paper(made.pdf(), f"kepu-slips-{pk}")
