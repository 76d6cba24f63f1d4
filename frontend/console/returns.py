"""Returns (报表): made, closed with a seal, opened again by an owner, and restated beside what was handed on."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from events import access
from events.access import Act
from events.errors import Refusal
from frontend import pages
from frontend.console import choosing
from frontend.forms import DateInput, Form, OrganizationField
from frontend.language import chinese
from frontend.pages import Request, page
from registrations import access as ours
from registrations.models import Restatement, Return
from registrations.operations import returns
from registrations.reports import returns as saying

PER_PAGE = 30


def _catalogues() -> list[tuple[str, str]]:
    language = "zh" if chinese() else "en"
    return [(code, label[language]) for code, label in choosing.catalogue_choices()]


def _labels() -> dict[str, str]:
    return dict(_catalogues())


class ReturnForm(Form):
    organization = OrganizationField(label=_("Organization"))
    catalogue = forms.ChoiceField(choices=_catalogues, label=_("List of figures"))
    scope = forms.ChoiceField(choices=choosing.scopes, label=_("Scope"))
    start = forms.DateField(label=_("First day"), widget=DateInput())
    end = forms.DateField(label=_("Last day"), widget=DateInput())
    as_of = forms.DateField(label=_("As of"), widget=DateInput(), help_text=_("What began later is left out."))
    recipient = forms.CharField(max_length=120, label=_("Recipient"), help_text=_("The office that receives it."))

    def __init__(self, *args: Any, actor: access.Actor, **more: Any) -> None:
        super().__init__(*args, **more)
        led = pages.organizations(actor, Act.RECORD)
        self.fields["organization"].queryset = led  # type: ignore[attr-defined]  # a ModelChoiceField
        if led:
            self.initial.setdefault("organization", led[0].code)


@page(Act.SEE_FIGURES)
def listing(request: Request) -> HttpResponse:
    rows = Return.objects.filter(request.actor.where(Act.SEE_FIGURES, "organization__path")).select_related(
        "organization", "closed_by"
    )
    sheet = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    proposed = Restatement.objects.filter(of__in=[one.pk for one in sheet], accepted_at=None)
    waiting = set(proposed.values_list("of", flat=True))
    labels = _labels()
    context = {
        "section": "year_end",
        "page": sheet,
        "rows": [(one, labels.get(one.catalogue, one.catalogue), one.pk in waiting) for one in sheet],
        "scopes": dict(choosing.scopes()),
    }
    return render(request, "console/returns.html", context)


@page(Act.RECORD)
def make(request: Request) -> HttpResponse:
    year = timezone.localdate().year
    first, last = choosing.yearend.year_span(year)
    form = ReturnForm(request.POST or None, actor=request.actor, initial={"start": first, "end": last, "as_of": last})
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        period = (given.pop("start"), given.pop("end"))
        try:
            made = returns.make(by=request.actor, period=period, at=timezone.now(), **given)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, gettext("The return is open: its figures follow the records until it is closed."))
            return redirect("return", made.pk)
    return render(request, "console/return_form.html", {"section": "year_end", "form": form})


def _shown(found: Return) -> dict[str, Any]:
    """The return's lines in words: of a closed one as they were sealed, of an open one as the records say."""
    if found.state == Return.State.CLOSED:
        content = json.loads(found.figures)
        accepted = Restatement.objects.filter(of=found, accepted_at__isnull=False).select_related("accepted_by")
        changes = saying.differences(found)
        names = {line["code"]: line["label"] for line in saying.closed_lines(found)}
    else:
        content = saying.content(found, saying.evaluate_return(found))
        accepted, changes, names = Restatement.objects.none(), [], {}
    return {
        "sections": [
            (section["label"], [(line, saying.written(line["value"])) for line in section["figures"]])
            for section in content["sections"]
        ],
        "restated": [
            (row, names.get(row.indicator, {}), saying.written(row.old), saying.written(row.new)) for row in accepted
        ],
        "changes": changes,
    }


@page(Act.SEE_FIGURES)
def detail(request: Request, pk: int) -> HttpResponse:
    found = ours.return_of(request.actor, Act.SEE_FIGURES, pk=pk)
    closed = found.state == Return.State.CLOSED
    context = {
        "section": "year_end",
        "return": found,
        "label": _labels().get(found.catalogue, found.catalogue),
        "scope": dict(choosing.scopes())[found.scope],
        "closed": closed,
        "intact": closed and saying.intact(found),
        "files": list(found.files.order_by("-issued_at", "pk")),
        "reopenings": list(found.reopenings.select_related("by")),
        "can": pages.abilities(request.actor, found.organization.path),
        "ahead": found.as_of > timezone.localdate(),
    }
    return render(request, "console/return.html", context | _shown(found))


@page(Act.CLOSE_RETURNS)
@require_POST
def close(request: Request, pk: int) -> HttpResponse:
    found = ours.return_of(request.actor, Act.CLOSE_RETURNS, pk=pk)
    _tell(
        request,
        lambda: returns.close(by=request.actor, of=found, at=timezone.now()),
        gettext("The return is closed."),
    )
    return redirect("return", pk)


@page(Act.CLOSE_RETURNS)
@require_POST
def reopen(request: Request, pk: int) -> HttpResponse:
    found = ours.return_of(request.actor, Act.CLOSE_RETURNS, pk=pk)
    reason = request.POST.get("reason", "")[:300]
    _tell(
        request,
        lambda: returns.reopen(by=request.actor, of=found, reason=reason, at=timezone.now()),
        gettext("The return is open again; what it said is kept."),
    )
    return redirect("return", pk)


@page(Act.CLOSE_RETURNS)
@require_POST
def restate(request: Request, pk: int, code: str) -> HttpResponse:
    found = ours.return_of(request.actor, Act.CLOSE_RETURNS, pk=pk)
    reason = request.POST.get("reason", "")[:300]
    _tell(
        request,
        lambda: returns.restate(by=request.actor, of=found, indicator=code, reason=reason, at=timezone.now()),
        gettext("The new figure stands beside the old one."),
    )
    return redirect("return", pk)


def _tell(request: Request, doing: Any, done: str) -> None:
    """Do it, and say what came of it on the page it leads back to."""
    try:
        doing()
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, done)


@page(Act.SEE_FIGURES)
def file(request: Request, pk: int) -> FileResponse:
    found = ours.return_file(request.actor, pk=pk)
    return FileResponse(found.file.open(), as_attachment=True, filename=found.name, content_type=found.media_type)
