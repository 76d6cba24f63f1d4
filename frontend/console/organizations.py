"""Organizations of the tree, and founding one."""

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

from events import access
from events.access import Act
from events.errors import Refusal
from events.models import Organization
from events.operations import organizations
from frontend import pages
from frontend.forms import Form, OrganizationField, RegionField
from frontend.pages import Request, page

PER_PAGE = 60


class OrganizationForm(Form):
    name = forms.CharField(max_length=120, label=_("Name"))
    short_name = forms.CharField(required=False, max_length=40, label=_("Short name"))
    code = forms.SlugField(max_length=40, label=_("Code"), help_text=_("Letters and digits; stays the same for ever."))
    kind = forms.ChoiceField(choices=Organization.Kind.choices, label=_("Kind"))
    parent = OrganizationField(label=_("Belongs to"))
    region = RegionField(label=_("Township or subdistrict"))
    reports = forms.BooleanField(
        required=False,
        label=_("Its activities count as the parent's own"),
        help_text=_("For bases and societies that report through the association."),
    )
    contact_name = forms.CharField(required=False, max_length=60, label=_("Contact"))
    contact_phone = forms.CharField(required=False, max_length=40, label=_("Phone for questions (public)"))

    def __init__(self, *args: Any, actor: access.Actor, **more: Any) -> None:
        super().__init__(*args, **more)
        led = pages.organizations(actor, Act.RUN_ORGANIZATIONS)
        self.fields["parent"].queryset = led  # type: ignore[attr-defined]  # a ModelChoiceField
        if led:
            self.fields["parent"].initial = led[0].code


@page(Act.SEE_PLAN)
def listing(request: Request) -> HttpResponse:
    rows = pages.organizations(request.actor, Act.SEE_PLAN).select_related("region", "parent", "reports_to")
    sheet = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "console/organizations.html", {"section": "organizations", "page": sheet})


@page(Act.RUN_ORGANIZATIONS)
def found(request: Request) -> HttpResponse:
    form = OrganizationForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        parent = given["parent"]
        reports_to = (parent.reports_to or parent) if given.pop("reports") else None
        try:
            made = organizations.found(by=request.actor, reports_to=reports_to, at=timezone.now(), **given)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, gettext("“%(name)s” has been added.") % {"name": made.name})
            return redirect("organizations")
    return render(request, "console/organization_form.html", {"section": "organizations", "form": form})
