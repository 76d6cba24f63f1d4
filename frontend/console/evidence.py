"""Evidence (佐证材料) as it is added, looked at, taken out and put back."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from events import access
from events.access import Act
from events.errors import NotFound, Refusal
from events.models import Activity, Session
from frontend.console.entering import Photos, PhotosField
from frontend.forms import Form
from frontend.pages import Request, page
from registrations import access as ours
from registrations.models import Evidence
from registrations.operations import evidence
from registrations.pictures import SMALL_TYPE
from registrations.reports.records import twins

ACCEPTED = "image/jpeg,image/png,image/webp,.pdf,.doc,.docx,.xls,.xlsx,.ppt,.pptx,.odt,.ods,.odp,.wps,.et"


class FilesForm(Form):
    uploads = PhotosField(
        label=_("Photos and documents"),
        help_text=_(
            "JPEG, PNG, WebP, PDF, Word, Excel or WPS, at most 15 MB each and 12 at once. The place a photo was taken"
            " at is removed from it; when it was taken stays."
        ),
        widget=Photos(attrs={"accept": ACCEPTED}),
    )
    paper_place = forms.CharField(required=False, max_length=80, label=_("Where the paper original lies"))


class LinkForm(Form):
    url = forms.URLField(max_length=200, label=_("Web address"), assume_scheme="https")
    title = forms.CharField(max_length=160, label=_("What it is"), help_text=_("For example: report of the city TV"))


class ChangeForm(Form):
    title = forms.CharField(required=False, max_length=160, label=_("Caption"))
    paper_place = forms.CharField(required=False, max_length=80, label=_("Where the paper original lies"))


def _back(request: Request, found: Evidence | None, activity: int | None) -> HttpResponse:
    """To the page the form stands on."""
    there = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(there, allowed_hosts=None) and there.startswith("/console/"):
        return redirect(there)
    return redirect("activity_record", pk=activity) if activity else redirect("ledger")


def _session(request: Request, activity: Activity) -> Session | None:
    """The session whose record it is added to, if one is named. Raises NotFound."""
    asked = request.POST.get("session", "")
    if not asked:
        return None
    found = activity.sessions.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 19 else None
    if found is None:
        raise NotFound
    return found


def _tell(request: Request, form: Form) -> None:
    for name, errors in form.errors.items():
        label = f"{form.fields[name].label}：" if name in form.fields else ""
        messages.error(request, label + " ".join(str(error) for error in errors))


@page(Act.RECORD)
@require_POST
def add(request: Request, pk: int) -> HttpResponse:
    """Photos and documents, all of them or none; or a link."""
    activity = access.activity(request.actor, Act.RECORD, pk=pk)
    session = _session(request, activity)
    form = LinkForm(request.POST) if "url" in request.POST else FilesForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            made = _add(request, activity, session, form)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            words = ngettext("%(n)s item has been added.", "%(n)s items have been added.", len(made))
            messages.success(request, words % {"n": len(made)})
            used = twins(made, request.actor)
            if names := [str(one) for one in made if one.pk in used]:
                words = gettext("Already in use elsewhere, so please check: %(names)s")
                messages.warning(request, words % {"names": "、".join(names)})
    _tell(request, form)
    return _back(request, None, pk)


def _add(request: Request, activity: Activity, session: Session | None, form: Form) -> list[Evidence]:
    given, now = form.cleaned_data, timezone.now()
    if isinstance(form, LinkForm):
        return [
            evidence.add(
                by=request.actor,
                organization=activity.organization,
                kind=Evidence.Kind.LINK,
                activity=activity,
                sessions=[session] if session else [],
                url=given["url"],
                title=given["title"],
                at=now,
            )
        ]
    return evidence.add_many(
        by=request.actor,
        activity=activity,
        session=session,
        uploads=given["uploads"],
        paper_place=given["paper_place"],
        field="uploads",
        at=now,
    )


@page(Act.RECORD)
@require_POST
def change(request: Request, pk: int) -> HttpResponse:
    found = ours.evidence(request.actor, Act.RECORD, pk=pk)
    form = ChangeForm(request.POST)
    if form.is_valid():
        evidence.change(by=request.actor, evidence=found, at=timezone.now(), **form.cleaned_data)
        messages.success(request, gettext("Saved."))
    _tell(request, form)
    return _back(request, found, found.activity_id)


@page(Act.RECORD)
@require_POST
def withdraw(request: Request, pk: int) -> HttpResponse:
    found = ours.evidence(request.actor, Act.RECORD, pk=pk)
    evidence.withdraw(by=request.actor, evidence=found, at=timezone.now())
    messages.success(request, gettext("“%(name)s” has been taken out. You can put it back.") % {"name": found})
    return _back(request, found, found.activity_id)


@page(Act.RECORD)
@require_POST
def put_back(request: Request, pk: int) -> HttpResponse:
    found = ours.evidence(request.actor, Act.RECORD, pk=pk)
    evidence.put_back(by=request.actor, evidence=found, at=timezone.now())
    messages.success(request, gettext("“%(name)s” is back.") % {"name": found})
    return _back(request, found, found.activity_id)


@page(Act.SEE_FIGURES)
def small(request: Request, pk: int) -> FileResponse:
    """The small copy for lists; of a picture from before there were any, the picture itself."""
    found = ours.evidence(request.actor, pk=pk)
    file = found.thumbnail or found.file
    if not file or not found.media_type.startswith("image/"):
        raise NotFound
    kind = SMALL_TYPE if found.thumbnail else found.media_type
    response = FileResponse(file.open("rb"), content_type=kind, filename=f"evidence-{pk}")
    response["Cache-Control"] = "private, max-age=86400"
    return response
