"""Verifying a certificate, by anybody: by its number, or by the code printed on it. And one's own certificate to print."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events import rushes
from events.access import Act
from events.errors import NotFound, Refusal
from frontend import pages
from frontend.forms import Form
from frontend.pages import Request, page
from frontend.participant import mine
from registrations import access
from registrations.models import Certificate
from registrations.reports import certificates


class NumberForm(Form):
    number = forms.CharField(max_length=80, label=_("Number of the certificate"))
    name = forms.CharField(
        required=False,
        max_length=60,
        label=_("Name on the certificate"),
        help_text=_("With the name we also say whether it is this person's."),
    )


class NameForm(Form):
    name = forms.CharField(max_length=60, label=_("Name on the certificate"))


@page(Act.SEE_PUBLIC)
def verify(request: Request) -> HttpResponse:
    """By number: sent by POST, so that no log holds numbers and names. Each try is counted: numbers follow one another."""
    form = NumberForm(request.POST or None)
    found: Certificate | None = None
    refused: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            rushes.let_pass(rushes.CERTIFICATES, rushes.address(request), at=timezone.now())
            found = access.certificate_by_number(form.cleaned_data["number"])
        except NotFound as refusal:
            refused = refusal
            form.add_error("number", gettext("We have no certificate of this number. Look at each sign once more."))
        except Refusal as refusal:
            refused = refusal
            form.refuse(refusal)
    context: dict[str, object] = {"form": form, "certificate": found, "typed": "", "by_code": False}
    if found is not None:
        context |= _matched(found, form.cleaned_data["name"])
    if refused is None and form.errors:
        return render(request, "participant/certificate.html", context, status=400)
    return pages.answer(request, "participant/certificate.html", context, refused)


def _matched(found: Certificate, name: str) -> dict[str, object]:
    return {"typed": name, "matches": certificates.is_named(found, name)}


@page(Act.SEE_PUBLIC)
def by_code(request: Request, code: str) -> HttpResponse:
    """By the code that was printed: whoever has it holds the paper. Names typed and codes that open nothing are counted."""
    now, address = timezone.now(), rushes.address(request)
    rushes.let_try(rushes.CERTIFICATES, address, at=now)
    try:
        found = access.certificate_by_code(code)
    except NotFound:
        rushes.count(rushes.CERTIFICATES, address, at=now)
        raise
    form = NameForm(request.POST or None)
    context: dict[str, object] = {"form": form, "certificate": found, "typed": "", "by_code": True}
    refused: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            rushes.let_pass(rushes.CERTIFICATES, address, at=now)
        except Refusal as refusal:
            refused = refusal
            form.refuse(refusal)
        else:
            context |= _matched(found, form.cleaned_data["name"])
    if refused is None and form.errors:
        return render(request, "participant/certificate.html", context, status=400)
    return pages.answer(request, "participant/certificate.html", context, refused)


@page(Act.SEE_PUBLIC)
def own(request: Request, pk: int) -> HttpResponse:
    """The certificates of one's own sign-up, as they were issued. Raises NotFound where there is none."""
    signup, _key = mine.own(request, pk)
    rows = list(certificates.held_by(signup))
    if not rows:
        raise NotFound
    return pages.paper(certificates.documents(rows).pdf(), f"kepu-certificate-{pk}")
