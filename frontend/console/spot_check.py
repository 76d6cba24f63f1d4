"""A spot check: how many sessions of which span; the papers to check them with, and the list of people to call."""

from __future__ import annotations

import datetime
import secrets

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
from frontend import pages
from frontend.console import choosing
from frontend.forms import Form
from frontend.pages import Request, page
from registrations.operations import privacy
from registrations.reports import spot_check

MANY = 5


class DrawForm(Form):
    many = forms.IntegerField(min_value=1, max_value=spot_check.MOST, label=_("How many sessions"))
    seed = forms.RegexField(
        r"^[0-9A-Za-z-]{1,40}$", label=_("Seed"), help_text=_("Whoever enters the same seed draws the same sessions.")
    )


def _drawn(request: Request, act: Act) -> spot_check.Draw | None:
    """What the query asks for; None where nothing was drawn yet or the fields cannot be read."""
    choice = choosing.read(request, act=act)
    organization = access.organization(request.actor, act, code=choice.organization.code)
    form = DrawForm(request.GET)
    if not form.is_valid():
        return None
    return spot_check.draw(
        organization=organization, start=choice.start, end=choice.end, at=timezone.now(), **form.cleaned_data
    )


@page(Act.SEE_SIGNUPS)
def choose(request: Request) -> HttpResponse:
    choice = choosing.read(request, act=Act.SEE_SIGNUPS)
    fresh = {"many": MANY, "seed": f"{timezone.localdate():%Y%m%d}-{secrets.token_hex(3)}"}
    form = DrawForm(request.GET) if "seed" in request.GET else DrawForm(initial=fresh)
    found = _drawn(request, Act.SEE_SIGNUPS)
    called = spot_check.people(found.sessions, found.seed) if found else {}
    context = {
        "section": "year_end",
        "form": form,
        "found": found,
        "rows": [(one, called.get(one.pk, [])) for one in found.sessions] if found else [],
        "may_whole": request.actor.may(Act.SEE_PEOPLE_WHOLE, choice.organization.path),
        "fresh": fresh["seed"],
    } | choosing.offered(request, choice)
    return render(request, "console/spot_check.html", context)


def _document(found: spot_check.Draw, at: datetime.datetime, *, whole: bool) -> tuple[bytes, int]:
    called = spot_check.people(found.sessions, found.seed)
    return spot_check.pack(found, called, whole=whole, at=at).pdf(), sum(map(len, called.values()))


@page(Act.SEE_SIGNUPS)
def pack(request: Request) -> HttpResponse:
    """The papers, names and phones masked."""
    found = _drawn(request, Act.SEE_SIGNUPS)
    if found is None or not found.sessions:
        return redirect("spot_check")
    document, _people = _document(found, timezone.now(), whole=False)
    return pages.paper(document, f"kepu-spot-check-{found.seed}")


@page(Act.SEE_PEOPLE_WHOLE)
@require_POST
def whole_pack(request: Request) -> HttpResponse:
    """The papers with whole names and phones, for a stated purpose, logged."""
    back = f"{reverse('spot_check')}?{request.GET.urlencode()}"
    purpose = request.POST.get("purpose", "").strip()[:200]
    found = _drawn(request, Act.SEE_PEOPLE_WHOLE)
    if found is None or not found.sessions:
        return redirect(back)
    if not purpose:
        messages.error(request, gettext("Say what you need the whole names and phones for."))
        return redirect(back)
    now = timezone.now()
    document, people = _document(found, now, whole=True)
    privacy.note_access(
        by=request.actor,
        organization=found.organization,
        what="spot_check",
        purpose=purpose,
        on=found.organization,
        people=people,
        at=now,
    )
    return pages.paper(document, f"kepu-spot-check-{found.seed}-whole")
