"""What was sent to whom, and what could not be: every message that left, or should have."""

from __future__ import annotations

import django_filters
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from events.access import Act
from events.errors import Refusal
from frontend.pages import Request, page
from registrations import access as ours
from registrations.models import Message
from registrations.operations import outbox

PER_PAGE = 50


class MessageFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=Message.State.choices, label=_("State"), empty_label=_("– all –"))
    about = django_filters.ChoiceFilter(choices=Message.About.choices, label=_("About"), empty_label=_("– all –"))

    class Meta:
        model = Message
        fields: list[str] = []


@page(Act.KEEP_SIGNUPS)
def listing(request: Request) -> HttpResponse:
    """Messages of the organizations within reach, the latest first; addresses masked."""
    path = "signup__activity__organization__path"
    rows = Message.objects.filter(request.actor.where(Act.KEEP_SIGNUPS, path)).select_related(
        "signup__activity", "session__activity"
    )
    found = MessageFilter(request.GET, queryset=rows.order_by("-queued_at", "-pk"))
    sheet = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    counted = dict(rows.order_by().values_list("state").annotate(n=Count("pk")))
    context = {
        "section": "deliveries",
        "filter": found,
        "page": sheet,
        "counts": [(Message.State(state), n) for state, n in sorted(counted.items())],
        "configured": settings.KEPU_EMAIL,
        "again": {Message.State.FAILED, Message.State.UNSURE},
    }
    return render(request, "console/deliveries.html", context)


@page(Act.KEEP_SIGNUPS)
@require_POST
def send_again(request: Request, pk: int) -> HttpResponse:
    found = ours.message(request.actor, pk=pk)
    try:
        outbox.send_again(by=request.actor, message=found, at=timezone.now())
        messages.success(request, gettext("It is sent again."))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("deliveries")
