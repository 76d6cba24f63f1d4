"""Indicators of one's own: plain choices, and at once what they yield for last year and this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from events import access, audiences
from events.access import Act
from events.errors import Refusal
from events.models import Activity, Campaign, Organization
from events.models.activity import Form as ActivityKind
from frontend import pages
from frontend.console import records
from frontend.forms import Form, OrganizationField
from frontend.language import chinese
from frontend.pages import Request, page
from registrations import access as ours
from registrations.indicators import catalogue as catalogues
from registrations.indicators import measures
from registrations.indicators.catalogue import COUNT_UNITS, COUNTED, Indicator, rule_of
from registrations.models import OwnIndicator
from registrations.operations import indicators
from registrations.reports import yearend
from registrations.reports.catalogues import OWN_IN

#: Records of a preview; all of them open on the figure's own page.
SHOWN = 12
#: Conditions by their fields. A field «form» would stand in the way of the browser's own property of that name.
CONDITIONS = {
    "of_form": "form",
    "mode": "mode",
    "organization_kind": "organization_kind",
    "campaign_kind": "campaign_kind",
    "audience_group": "audience_group",
}


def _measures() -> list[tuple[str, str]]:
    """«参与人次（人次）»: the unit says which are unlike."""
    return [
        (code, f"{one.label('zh' if chinese() else 'en')}（{one.unit}）" if chinese() else f"{one.en} ({one.unit_en})")
        for code, one in measures.all_measures().items()
    ]


def _sections() -> list[tuple[str, str]]:
    read = catalogues.load(OWN_IN)
    return [(one.code, one.label["zh" if chinese() else "en"]) for one in read.sections]


def _groups() -> list[tuple[str, str]]:
    """Every group of every list: figures of earlier years speak of earlier groups."""
    seen = {group.code: group for groups in audiences.lists().values() for group in groups}
    return [(code, group.zh if chinese() else group.en) for code, group in seen.items()]


class IndicatorForm(Form):
    organization = OrganizationField(label=_("Organization"))
    section = forms.ChoiceField(choices=_sections, label=_("Section of the work report"))
    label = forms.CharField(max_length=80, label=_("Name of the indicator"))
    measure = forms.ChoiceField(
        choices=_measures,
        label=_("What is counted"),
        help_text=_("One only: people, attendances and items are never added."),
    )
    of_form = forms.MultipleChoiceField(
        choices=ActivityKind.choices,
        required=False,
        label=_("Of which forms"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing ticked: of all."),
    )
    mode = forms.MultipleChoiceField(
        choices=Activity.Mode.choices, required=False, label=_("On site or online"), widget=forms.CheckboxSelectMultiple
    )
    campaign_kind = forms.MultipleChoiceField(
        choices=Campaign.Kind.choices,
        required=False,
        label=_("Of which kinds of campaign"),
        widget=forms.CheckboxSelectMultiple,
    )
    organization_kind = forms.MultipleChoiceField(
        choices=Organization.Kind.choices,
        required=False,
        label=_("Led by which kinds of organization"),
        widget=forms.CheckboxSelectMultiple,
    )
    audience_group = forms.MultipleChoiceField(
        choices=_groups,
        required=False,
        label=_("Made for whom"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("An activity counts where it is made for one of these groups."),
    )
    at_least = forms.IntegerField(
        required=False, min_value=0, max_value=10_000_000, label=_("Only activities of at least so many people")
    )
    unit = forms.ChoiceField(
        required=False,
        choices=[("", _("as it is")), *((one, one) for one in sorted(COUNT_UNITS))],
        label=_("Call the unit"),
        help_text=_("For activities, sessions, courses and times held."),
    )
    definition = forms.CharField(
        max_length=300, label=_("Definition"), help_text=_("What counts and what does not, in a sentence.")
    )
    source = forms.CharField(required=False, max_length=200, label=_("On what document it rests"))

    def __init__(self, *args: Any, actor: access.Actor, **more: Any) -> None:
        super().__init__(*args, **more)
        led = pages.organizations(actor, Act.RECORD)
        self.fields["organization"].queryset = led  # type: ignore[attr-defined]  # a ModelChoiceField
        if led and not self.initial.get("organization"):
            self.initial["organization"] = led[0].code

    def rule(self) -> dict[str, Any]:
        """The rule as data. Before everything else is filled in too: a preview needs no name."""
        given, measure = self.cleaned_data, self.cleaned_data["measure"]
        where = {name: sorted(given[field]) for field, name in CONDITIONS.items() if given.get(field)}
        kind = "stock" if measures.get(measure).stock else "count" if measure in COUNTED else "sum"
        made: dict[str, Any] = {kind: measure}
        if where:
            made["where"] = where
        if given.get("at_least"):
            made["at_least"] = given["at_least"]
        if given.get("unit") and kind == "count":
            made["unit"] = given["unit"]
        return made

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("section", "label", "definition", "source")} | {
            "rule": self.rule()
        }


def initial(row: OwnIndicator) -> dict[str, Any]:
    measure = row.rule.get("sum") or row.rule.get("count") or row.rule.get("stock")
    return {
        "organization": row.organization.code,
        "section": row.section,
        "label": row.label,
        "definition": row.definition,
        "source": row.source,
        "measure": measure,
        "at_least": row.rule.get("at_least"),
        "unit": row.rule.get("unit", ""),
    } | {field: row.rule.get("where", {}).get(name) for field, name in CONDITIONS.items()}


@dataclass(frozen=True, slots=True)
class Yield:
    """What a rule yields for one year."""

    year: int
    line: yearend.Line
    records: list[records.Record]


def _yields(request: Request, form: IndicatorForm) -> list[Yield]:
    """For last year and this, of what the organization leads itself. Raises what `refuse_rule` does."""
    rule = form.rule()
    indicators.refuse_rule(rule)
    name = form.cleaned_data.get("label") or gettext("your indicator")
    tried = Indicator("tried", {"zh": name, "en": name}, {"zh": "", "en": ""}, rule_of(rule, "tried"))
    today, result = timezone.localdate(), []
    for year in (today.year - 1, today.year):
        line = yearend.one(
            organization=form.cleaned_data["organization"],
            indicator=tried,
            year=year,
            scope="own",
            as_of=yearend.cutoff(year, today),
        )
        refs = line.figure.records[:SHOWN] if line.figure else ()
        result.append(Yield(year, line, records.of_figure(request, refs)))
    return result


def _look(request: Request, form: IndicatorForm) -> dict[str, Any]:
    """The preview of whatever is chosen so far, or the sentence why there is none."""
    context: dict[str, Any] = {}
    form.is_valid()
    if form.cleaned_data.get("measure") and form.cleaned_data.get("organization"):
        try:
            context["yields"] = _yields(request, form)
        except Refusal as refusal:
            context["refusal"] = refusal
    return context


@page(Act.RECORD)
@require_POST
def look(request: Request) -> HttpResponse:
    """The preview alone, as choices are made."""
    form = IndicatorForm(request.POST, actor=request.actor)
    return render(request, "console/parts/indicator_yield.html", _look(request, form))


@page(Act.SEE_FIGURES)
def listing(request: Request) -> HttpResponse:
    rows = OwnIndicator.objects.filter(request.actor.where(Act.SEE_FIGURES, "organization__path"))
    found = list(
        rows.select_related("organization", "made_by").order_by("retired_at", "organization__path", "section", "pk")
    )
    context = {
        "section": "year_end",
        "indicators": [one for one in found if one.retired_at is None],
        "retired": [one for one in found if one.retired_at is not None],
        "sections": dict(_sections()),
        "may_record": {one.pk for one in found if request.actor.may(Act.RECORD, one.organization.path)},
    }
    return render(request, "console/own_indicators.html", context)


def _answer(request: Request, form: IndicatorForm, found: OwnIndicator | None) -> HttpResponse:
    context: dict[str, Any] = {"section": "year_end", "form": form, "indicator": found}
    if form.is_bound:
        context |= _look(request, form)
    return render(request, "console/own_indicator_form.html", context)


@page(Act.RECORD)
def add(request: Request) -> HttpResponse:
    form = IndicatorForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and "look" not in request.POST and form.is_valid():
        try:
            indicators.make(
                by=request.actor, organization=form.cleaned_data["organization"], at=timezone.now(), **form.values()
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, gettext("It stands in the work report now."))
            return redirect("own_indicators")
    return _answer(request, form, None)


@page(Act.RECORD)
def change(request: Request, pk: int) -> HttpResponse:
    found = ours.own_indicator(request.actor, Act.RECORD, pk=pk)
    form = IndicatorForm(request.POST or None, actor=request.actor, initial=initial(found))
    form.fields["organization"].queryset = Organization.objects.filter(pk=found.organization_id)  # type: ignore[attr-defined]
    if request.method == "POST" and "look" not in request.POST and form.is_valid():
        try:
            indicators.change(by=request.actor, indicator=found, at=timezone.now(), **form.values())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, gettext("Saved."))
            return redirect("own_indicators")
    return _answer(request, form, found)


@page(Act.RECORD)
@require_POST
def retire(request: Request, pk: int) -> HttpResponse:
    """Off the work report, or on it again."""
    found = ours.own_indicator(request.actor, Act.RECORD, pk=pk)
    move = indicators.bring_back if request.POST.get("back") else indicators.retire
    move(by=request.actor, indicator=found, at=timezone.now())
    messages.success(request, gettext("Saved."))
    return redirect("own_indicators")
