"""Targets of a year: a number, a milestone with its day, or no number yet; adjusted and reached."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from events import access
from events.access import Act
from events.errors import Refusal
from events.models import Organization
from frontend.console import choosing
from frontend.forms import DateInput, Form
from frontend.language import chinese
from frontend.pages import Request, page
from registrations import access as ours
from registrations.models import Target
from registrations.operations import targets
from registrations.reports import catalogues, comparison


class TargetForm(Form):
    label = forms.CharField(max_length=160, label=_("Target"))
    kind = forms.ChoiceField(choices=Target.Kind.choices, label=_("Kind"), widget=forms.RadioSelect)
    promised = forms.DecimalField(
        required=False, min_value=0, max_digits=14, decimal_places=2, label=_("At the start of the year"),
        widget=forms.NumberInput(attrs={"data-shown-if": "kind", "data-shown-if-answer": "number"}),
    )  # fmt: skip
    adjusted = forms.DecimalField(
        required=False, min_value=0, max_digits=14, decimal_places=2, label=_("Adjusted"),
        widget=forms.NumberInput(attrs={"data-shown-if": "kind", "data-shown-if-answer": "number"}),
        help_text=_("Both stand side by side: the first number is kept."),
    )  # fmt: skip
    unit = forms.CharField(required=False, max_length=12, label=_("Unit"))
    indicator = forms.ChoiceField(
        required=False, label=_("Measured by"), help_text=_("Then what was reached follows from the records.")
    )
    actual = forms.DecimalField(
        required=False, min_value=0, max_digits=14, decimal_places=2, label=_("Reached"),
        help_text=_("Only where no figure measures it, for example the result of a survey."),
    )  # fmt: skip
    due_on = forms.DateField(
        required=False, label=_("Due on"),
        widget=DateInput(attrs={"data-shown-if": "kind", "data-shown-if-answer": "number\nmilestone"}),
    )  # fmt: skip
    reached_on = forms.DateField(
        required=False, label=_("Reached on"),
        widget=DateInput(attrs={"data-shown-if": "kind", "data-shown-if-answer": "milestone"}),
    )  # fmt: skip
    source = forms.CharField(required=False, max_length=300, label=_("In which document"))

    def __init__(self, *args: Any, organization: Organization, **more: Any) -> None:
        super().__init__(*args, **more)
        language = "zh" if chinese() else "en"
        read = catalogues.of(organization, catalogues.OWN_IN)
        self.fields["indicator"].choices = [  # type: ignore[attr-defined]  # a choice field
            ("", _("no figure: it is entered")),
            *((one.code, one.label[language]) for one in read.indicators),
        ]

    def values(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        return given | {"initial": given.pop("promised")}

    def refuse(self, refusal: Refusal) -> None:
        """The operation knows the number by the model's name for it, which a form keeps for itself."""
        if refusal.field == "initial":
            refusal.field = "promised"
        super().refuse(refusal)


@page(Act.SEE_FIGURES)
def listing(request: Request) -> HttpResponse:
    choice = choosing.read(request)
    report = choosing.evaluated(choice)
    context = {
        "section": "year_end",
        "aims": comparison.aims_of(choice.organization, report),
        "may_plan": request.actor.may(Act.PLAN, choice.organization.path),
    }
    offered = choosing.offered(request, choice) | {"catalogues": []}
    offered["years"] = sorted({*offered["years"], timezone.localdate().year + 1, choice.year}, reverse=True)
    return render(request, "console/targets.html", context | offered)


def _back(target: Target) -> str:
    return f"{reverse('targets')}?organization={target.organization.code}&year={target.year}"


@page(Act.PLAN)
def add(request: Request) -> HttpResponse:
    choice = choosing.read(request, act=Act.PLAN)
    organization = access.organization(request.actor, Act.PLAN, code=choice.organization.code)
    form = TargetForm(request.POST or None, organization=organization, initial={"kind": Target.Kind.NUMBER})
    if request.method == "POST" and form.is_valid():
        try:
            made = targets.promise(
                by=request.actor, organization=organization, year=choice.year, at=timezone.now(), **form.values()
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, gettext("Saved."))
            return redirect(_back(made))
    context = {"section": "year_end", "form": form, "choice": choice, "back": _back_to(choice)}
    return render(request, "console/target_form.html", context)


def _back_to(choice: choosing.Choice) -> str:
    return f"{reverse('targets')}?organization={choice.organization.code}&year={choice.year}"


@page(Act.PLAN)
def change(request: Request, pk: int) -> HttpResponse:
    found = ours.target(request.actor, Act.PLAN, pk=pk)
    initial = {name: getattr(found, "initial" if name == "promised" else name) for name in TargetForm.base_fields}
    form = TargetForm(request.POST or None, organization=found.organization, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            targets.change(by=request.actor, target=found, at=timezone.now(), **form.values())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, gettext("Saved."))
            return redirect(_back(found))
    context = {"section": "year_end", "form": form, "target": found, "back": _back(found)}
    return render(request, "console/target_form.html", context)


@page(Act.PLAN)
@require_POST
def remove(request: Request, pk: int) -> HttpResponse:
    found = ours.target(request.actor, Act.PLAN, pk=pk)
    address = _back(found)
    targets.remove(by=request.actor, target=found, at=timezone.now())
    messages.success(request, gettext("Removed."))
    return redirect(address)
