"""Telling numbers (报数): figures become a sentence; who was told what is remembered, and who holds an old number."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
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
from frontend.forms import DateTimeInput, Form
from frontend.pages import Request, page
from registrations import access as ours
from registrations.models import Quote, QuoteHolder
from registrations.operations import quotes
from registrations.reports import quotes as telling

PER_PAGE = 30


class HolderForm(Form):
    name = forms.CharField(max_length=120, label=_("To whom"), help_text=_("An office or a person, as you call it."))
    how = forms.ChoiceField(choices=QuoteHolder.How.choices, label=_("How"))
    told_at = forms.DateTimeField(label=_("When"), widget=DateTimeInput())


@page(Act.SEE_FIGURES)
def listing(request: Request) -> HttpResponse:
    rows = Quote.objects.filter(request.actor.where(Act.SEE_FIGURES, "organization__path"))
    wanted = request.GET.get("q", "").strip()
    if wanted:
        rows = rows.filter(reference__iexact=wanted) | rows.filter(holders__name__icontains=wanted)
    rows = rows.distinct().select_related("organization", "by").prefetch_related("holders").order_by("-at", "-pk")
    sheet = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"section": "year_end", "page": sheet, "words": wanted}
    return render(request, "console/quotes.html", context)


@page(Act.RECORD)
def make(request: Request) -> HttpResponse:
    """Tick figures: the sentence is shown as it would be told, and kept only once somebody says so."""
    given = request.POST if request.method == "POST" else request.GET
    choice = choosing.read(request, given, act=Act.RECORD)
    codes = given.getlist("codes")
    if request.method == "POST":
        organization = access.organization(request.actor, Act.RECORD, code=choice.organization.code)
        try:
            made = quotes.write_down(
                by=request.actor,
                organization=organization,
                catalogue=choice.catalogue,
                scope=choice.scope,
                period=(choice.start, choice.end),
                as_of=choice.as_of,
                codes=codes,
                at=timezone.now(),
            )
        except Refusal as refusal:
            messages.error(request, refusal.message)
        else:
            return redirect("quote", made.reference)
    return _preview(request, choice, codes)


def _preview(request: Request, choice: choosing.Choice, codes: list[str]) -> HttpResponse:
    report, now = choosing.evaluated(choice), timezone.now()
    chosen = [line for line in report.lines if line.indicator.code in codes and line.figure]
    missing = telling.missing_units(report, now)
    sentence = ""
    if chosen:
        sentence = telling.sentence(
            report, chosen, missing=missing, reference="————————", today=timezone.localdate(now)
        )
    context = {
        "section": "year_end",
        "report": report,
        "codes": codes,
        "sentence": sentence,
        "missing": missing,
    } | choosing.offered(request, choice)
    return render(request, "console/quote_form.html", context)


def _detail(request: Request, quote: Quote, form: HolderForm | None = None) -> HttpResponse:
    then = telling.compare(quote)
    context: dict[str, Any] = {
        "section": "year_end",
        "quote": quote,
        "then": then,
        "changed": [one for one in then if one.changed],
        "holders": telling.holders(quote, then),
        "form": form or HolderForm(initial={"told_at": timezone.localtime()}),
        "scope": dict(choosing.scopes())[quote.scope],
        "can": pages.abilities(request.actor, quote.organization.path),
    }
    return render(request, "console/quote.html", context)


@page(Act.SEE_FIGURES)
def detail(request: Request, reference: str) -> HttpResponse:
    return _detail(request, ours.quote(request.actor, Act.SEE_FIGURES, reference=reference.upper()))


@page(Act.RECORD)
@require_POST
def tell(request: Request, reference: str) -> HttpResponse:
    quote = ours.quote(request.actor, Act.RECORD, reference=reference.upper())
    form = HolderForm(request.POST)
    if form.is_valid():
        try:
            quotes.hand_out(by=request.actor, quote=quote, at=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, gettext("Noted: if a figure changes, they are on the list."))
            return redirect("quote", quote.reference)
    return _detail(request, quote, form)


@page(Act.RECORD)
@require_POST
def correct(request: Request, pk: int) -> HttpResponse:
    """The correction has been sent."""
    holder = ours.quote_holder(request.actor, Act.RECORD, pk=pk)
    try:
        quotes.correct(by=request.actor, holder=holder, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, gettext("Noted: they hold the new figures now."))
    return redirect("quote", holder.quote.reference)
