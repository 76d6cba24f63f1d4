"""Campaigns and their activities: listing, planning, changing, publishing."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from events import access
from events.access import Act
from events.errors import Refusal
from events.models import Campaign, Publication
from events.operations import campaigns
from frontend import pages
from frontend.forms import DateInput, Form, OrganizationField
from frontend.pages import Request, page

PER_PAGE = 30


class CampaignFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="named", label=_("Search"))
    year = django_filters.NumberFilter(label=_("Year"))
    kind = django_filters.ChoiceFilter(choices=Campaign.Kind.choices, label=_("Kind"))
    state = django_filters.ChoiceFilter(choices=Publication.choices, label=_("State"))
    o = django_filters.OrderingFilter(
        fields=[("name", "name"), ("starts_on", "starts"), ("year", "year"), ("state", "state")], label=_("Order")
    )

    class Meta:
        model = Campaign
        fields: list[str] = []

    def named(self, rows: QuerySet[Campaign], name: str, value: str) -> QuerySet[Campaign]:
        return rows.filter(Q(name__icontains=value) | Q(theme__icontains=value))


class CampaignForm(Form):
    name = forms.CharField(max_length=120, label=_("Name"))
    kind = forms.ChoiceField(choices=Campaign.Kind.choices, label=_("Kind"))
    theme = forms.CharField(required=False, max_length=120, label=_("Theme"))
    organization = OrganizationField(label=_("Lead organization"))
    starts_on = forms.DateField(label=_("First day"), widget=DateInput())
    ends_on = forms.DateField(label=_("Last day"), widget=DateInput())
    description = forms.CharField(
        required=False, max_length=5000, label=_("Description"), widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, actor: access.Actor, changing: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        led = pages.organizations(actor, Act.PLAN)
        self.fields["organization"].queryset = led  # type: ignore[attr-defined]  # a ModelChoiceField
        if led:
            self.fields["organization"].initial = led[0].code
        if changing:
            del self.fields["organization"]  # who leads a campaign does not change afterwards


@page(Act.SEE_PLAN)
def listing(request: Request) -> HttpResponse:
    rows = (
        Campaign.objects.filter(request.actor.where(Act.SEE_PLAN, "organization__path"))
        .select_related("organization")
        .annotate(activity_count=Count("activities"))
        .order_by("-year", "-starts_on", "-pk")
    )
    found = CampaignFilter(request.GET, queryset=rows)
    sheet = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "console/campaigns.html", {"section": "campaigns", "filter": found, "page": sheet})


@page(Act.SEE_PLAN)
def detail(request: Request, pk: int) -> HttpResponse:
    found = access.campaign(request.actor, pk=pk)
    rows = (
        found.activities.select_related("organization", "region")
        .annotate(session_count=Count("sessions", distinct=True), signup_count=Count("signups", distinct=True))
        .order_by("starts_on", "pk")
    )
    sheet = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "campaigns",
        "campaign": found,
        "page": sheet,
        "steps": [Publication(state) for state in sorted(campaigns.STEPS[found.state])],
        "can": pages.abilities(request.actor, found.organization.path),
    }
    return render(request, "console/campaign.html", context)


@page(Act.PLAN)
def plan(request: Request) -> HttpResponse:
    form = CampaignForm(request.POST or None, actor=request.actor, changing=False)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            made = campaigns.plan(by=request.actor, year=given["starts_on"].year, at=timezone.now(), **given)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, gettext("“%(name)s” has been planned as a draft.") % {"name": made.name})
            return redirect("console_campaign", pk=made.pk)
    return render(request, "console/campaign_form.html", {"section": "campaigns", "form": form})


@page(Act.PLAN)
def change(request: Request, pk: int) -> HttpResponse:
    found = access.campaign(request.actor, Act.PLAN, pk=pk)
    names = ("name", "kind", "theme", "starts_on", "ends_on", "description")
    initial = {name: getattr(found, name) for name in names}
    form = CampaignForm(request.POST or None, actor=request.actor, changing=True, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            campaigns.change(by=request.actor, campaign=found, at=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, gettext("Saved."))
            return redirect("console_campaign", pk=pk)
    context = {"section": "campaigns", "form": form, "campaign": found}
    return render(request, "console/campaign_form.html", context)


@page(Act.PLAN)
@require_POST
def move(request: Request, pk: int) -> HttpResponse:
    found = access.campaign(request.actor, Act.PLAN, pk=pk)
    state = request.POST.get("state", "")
    try:
        campaigns.move_to(by=request.actor, campaign=found, state=state, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("console_campaign", pk=pk)
