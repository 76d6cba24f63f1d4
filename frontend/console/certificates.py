"""Certificates of a course: what is issued next, the register, papers to print, withdrawing and printing anew."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from events import access
from events.access import Act
from events.errors import NotAllowed, Refusal
from events.models import Activity, Organization
from frontend import pages
from frontend.console.courses import activity_of
from frontend.console.presence import WholeForm
from frontend.forms import Form
from frontend.pages import Request, page
from registrations import access as ours
from registrations import numbering
from registrations.models import Certificate
from registrations.operations import certificates as doing
from registrations.operations import privacy
from registrations.reports import certificates, course_file, courses, workbooks

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page(Act.SEE_SIGNUPS)
def listing(request: Request, pk: int) -> HttpResponse:
    """The register, masked; and who gets a certificate next, under which number."""
    activity = activity_of(request, Act.SEE_SIGNUPS, pk)
    course = courses.of(activity)
    due = certificates.due(course)
    rule = certificates.numbering_of(activity.organization)
    context = {
        "section": "campaigns",
        "activity": activity,
        "course": course,
        "rows": certificates.of(course),
        "due": due,
        "next": certificates.preview(course, year=timezone.localdate().year),
        "pattern": rule.pattern,
        "numbering_of": Organization.objects.get(pk=rule.organization_id),
        "form": WholeForm(initial={"purpose": gettext("Handing out certificates")}),
        "can": pages.abilities(request.actor, activity.organization.path),
    }
    return render(request, "console/certificates.html", context)


@page(Act.PLAN)
@require_POST
def issue(request: Request, pk: int) -> HttpResponse:
    activity = activity_of(request, Act.PLAN, pk)
    try:
        made = doing.issue(by=request.actor, activity=activity, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        words = ngettext("%(n)s certificate has been issued.", "%(n)s certificates have been issued.", len(made))
        messages.success(request, words % {"n": len(made)})
    return redirect("certificates", pk=pk)


def _noted(request: Request, activity: Activity, what: str, people: int) -> None:
    """Write down who took how many whole names, and what for. Raises Refusal where no purpose is said."""
    form = WholeForm(request.POST)
    if not form.is_valid():
        raise doing.CourseReasonMissing(field="purpose")
    privacy.note_access(
        by=request.actor,
        organization=activity.organization,
        what=what,
        purpose=form.cleaned_data["purpose"],
        on=activity,
        people=people,
        at=timezone.now(),
    )


def _to_keep(pdf: bytes, name: str) -> HttpResponse:
    """A document as a download: a browser's own viewer would ask for it once more, without its purpose."""
    response = pages.paper(pdf, name)
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response


@page(Act.SEE_PEOPLE_WHOLE)
@require_POST
def papers(request: Request, pk: int, form: str) -> HttpResponse:
    """All valid certificates as one PDF, or the register with whole names as a workbook: for a purpose, written down."""
    activity = activity_of(request, Act.SEE_PEOPLE_WHOLE, pk)
    course = courses.of(activity)
    rows = list(certificates.of(course))
    valid = [one for one in rows if one.state == Certificate.State.ISSUED]
    if form == "xlsx":
        _noted(request, activity, "certificate-register", len(rows))
        lines = certificates.register(rows, masked=False)
        book = workbooks.table("证书登记表", certificates.HEADS, lines)
        response = HttpResponse(book, content_type=_XLSX)
        response["Content-Disposition"] = f'attachment; filename="kepu-course-{pk}-certificates.xlsx"'
        response["Cache-Control"] = "no-store"
        return response
    _noted(request, activity, "certificates", len(valid))
    return _to_keep(certificates.documents(valid).pdf(), f"kepu-course-{pk}-certificates")


@page(Act.SEE_PEOPLE_WHOLE)
@require_POST
def one(request: Request, pk: int) -> HttpResponse:
    """One certificate as PDF."""
    found = ours.certificate(request.actor, Act.SEE_PEOPLE_WHOLE, pk=pk)
    _noted(request, found.course.activity, "certificate", 1)
    return _to_keep(certificates.documents([found]).pdf(), f"kepu-certificate-{pk}")


class WithdrawForm(Form):
    reason = forms.CharField(
        max_length=200, label=_("Why"), help_text=_("Kept in the register; whoever verifies it is not told.")
    )


class ReissueForm(Form):
    name = forms.CharField(max_length=60, label=_("Name as it is to stand on the certificate"))
    reason = forms.CharField(max_length=200, label=_("Why"))


def _changed(request: Request, pk: int, form: Form, how: str) -> HttpResponse:
    found = ours.certificate(request.actor, Act.PLAN, pk=pk)
    back = reverse("certificates", args=[found.course.activity_id])
    if request.method == "POST" and form.is_valid():
        given: dict[str, Any] = {"by": request.actor, "certificate": found, "at": timezone.now()}
        try:
            if how == "withdraw":
                doing.withdraw(**given, **form.cleaned_data)
                messages.success(request, gettext("The certificate is no longer valid."))
            else:
                made = doing.reissue(**given, **form.cleaned_data)
                words = gettext("Issued anew under number %(number)s; the old one is no longer valid.")
                messages.success(request, words % {"number": made.number})
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return redirect(back)
    context = {"section": "campaigns", "certificate": found, "form": form, "how": how, "back": back}
    return render(request, "console/certificate_change.html", context, status=400 if form.errors else 200)


@page(Act.PLAN)
def withdraw(request: Request, pk: int) -> HttpResponse:
    return _changed(request, pk, WithdrawForm(request.POST or None), "withdraw")


@page(Act.PLAN)
def reissue(request: Request, pk: int) -> HttpResponse:
    return _changed(request, pk, ReissueForm(request.POST or None), "reissue")


class NumberingForm(Form):
    pattern = forms.CharField(
        max_length=60,
        label=_("Pattern of numbers"),
        help_text=_("{year}: year of issue; {course}: number of the course; {n}: counts up; {n:04} fills with zeros."),
    )


@page(Act.PLAN)
def set_numbering(request: Request, code: str) -> HttpResponse:
    """The office's pattern, shown as a number before it is saved."""
    organization = access.organization(request.actor, Act.PLAN, code=code)
    rule = certificates.numbering_of(organization)
    form = NumberingForm(request.POST or None, initial={"pattern": rule.pattern})
    example = ""
    if request.method == "POST" and form.is_valid():
        pattern = form.cleaned_data["pattern"]
        try:
            if "save" in request.POST:
                doing.set_numbering(by=request.actor, organization=organization, pattern=pattern, at=timezone.now())
                messages.success(request, gettext("Saved."))
                return redirect("certificate_numbers", code=code)
            example = _example(pattern)
        except Refusal as refusal:
            form.refuse(refusal)
    if not form.is_bound:
        example = _example(rule.pattern)
    context = {"section": "organizations", "organization": organization, "form": form, "example": example}
    return render(request, "console/certificate_numbers.html", context, status=400 if form.errors else 200)


def _example(pattern: str) -> str:
    try:
        return numbering.write(numbering.check(pattern), year=timezone.localdate().year, course=3, n=1)
    except numbering.PatternUnfit:
        raise doing.PatternUnfit(field="pattern") from None


class FileForm(Form):
    whole = forms.BooleanField(required=False, label=_("With whole names and phones"))
    purpose = forms.CharField(
        required=False,
        max_length=200,
        label=_("What for"),
        help_text=_("Needed for whole names; written down with your name and the time."),
    )

    def clean_purpose(self) -> str:
        purpose = str(self.cleaned_data["purpose"])
        if self.cleaned_data.get("whole") and not purpose:
            raise forms.ValidationError(gettext("Say what you need whole names for."))
        return purpose


@page(Act.SEE_SIGNUPS)
def archive(request: Request, pk: int) -> HttpResponse | StreamingHttpResponse:
    """培训班档案 as one zip: masked for whoever reads, whole for whoever may, with its purpose written down."""
    activity = activity_of(request, Act.SEE_SIGNUPS, pk)
    can = pages.abilities(request.actor, activity.organization.path)
    form = FileForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        whole = form.cleaned_data["whole"]
        if whole and not can[Act.SEE_PEOPLE_WHOLE.value]:
            raise NotAllowed
        course = courses.of(activity)
        if whole:
            _noted(request, activity, "course-file", courses.lines(activity).count())
        parts = course_file.stream(course, masked=not whole, at=timezone.now())
        response = StreamingHttpResponse(parts, content_type="application/zip")
        response["Content-Disposition"] = f'attachment; filename="kepu-course-{pk}.zip"'
        response["Cache-Control"] = "no-store"
        return response
    context = {"section": "campaigns", "activity": activity, "form": form, "can": can}
    return render(request, "console/course_file.html", context, status=400 if form.errors else 200)
