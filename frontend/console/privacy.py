"""个人信息: whose names and phones are due to go, erasing them, and who saw them whole."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from events.access import Act
from frontend.pages import Request, page
from registrations import retention as rules
from registrations.models import DataAccess
from registrations.operations import privacy
from registrations.reports import retention

PER_PAGE = 50
#: Sign-ups erased in one press: it takes a second or two, and the page says how many are left.
AT_ONCE = 200
#: Activities of each kind on the page.
MOST = 100


def _preview(request: Request, act: Act) -> retention.Preview:
    return retention.preview(on=timezone.localdate(), within=request.actor.where(act, "organization__path"))


@page(Act.SEE_HISTORY)
def overview(request: Request) -> HttpResponse:
    preview = _preview(request, Act.SEE_HISTORY)
    rows = DataAccess.objects.filter(request.actor.where(Act.SEE_HISTORY, "organization__path"))
    sheet = Paginator(rows.select_related("user", "organization"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "privacy",
        "preview": preview,
        "due": preview.due[:MOST],
        "held": preview.held[:MOST],
        "coming": preview.coming[:10],
        "rules": rules.rules(),
        "page": sheet,
    }
    return render(request, "console/privacy.html", context)


@page(Act.RUN_PEOPLE)
def erase(request: Request) -> HttpResponse:
    """Asks first; names what will be gone and what stays."""
    if request.method == "POST":
        within = request.actor.where(Act.RUN_PEOPLE, "organization__path")
        erased = privacy.erase_due(by=request.actor, at=timezone.now(), limit=AT_ONCE, within=within)
        left = _preview(request, Act.RUN_PEOPLE).signups
        messages.success(request, gettext("Names and phones of %(n)s sign-ups have been erased.") % {"n": erased})
        if left:
            messages.info(request, gettext("%(n)s are left: press once more.") % {"n": left})
            return redirect("erase_due")
        return redirect("privacy_overview")
    return render(
        request, "console/erase_due.html", {"section": "privacy", "preview": _preview(request, Act.RUN_PEOPLE)}
    )
