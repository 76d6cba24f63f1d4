"""The year end: every figure beside last year's and its target, with its records; what is missing; why it changed."""

from __future__ import annotations

import datetime
import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from events import access, audiences
from events.access import Act
from events.errors import NotFound, Refusal
from events.models.activity import Form as ActivityKind
from frontend import pages
from frontend.console import choosing, records
from frontend.console.choosing import Choice
from frontend.language import chinese
from frontend.pages import Request, page
from registrations.operations import indicators
from registrations.reports import charts, comparison, todo, workbooks


@page(Act.SEE_FIGURES)
def year_end(request: Request) -> HttpResponse:
    choice = choosing.read(request)
    report = choosing.evaluated(choice)
    compared = comparison.of(report)
    context = {
        "section": "year_end",
        "report": report,
        "compared": compared,
        "parts": [(part.section, [compared.rows[line.indicator.code] for line in part.lines]) for part in report.parts],
        "passage": report.as_markdown() if choice.catalogue == "work_report" else "",
        "charts": [_drawn(one) for one in charts.of(report.ledger)],
        "todo": todo.of(report.ledger, timezone.now()),
        "can": pages.abilities(request.actor, choice.organization.path),
    }
    return render(request, "console/year_end.html", context | choosing.offered(request, choice))


def _label(chart: str, key: str) -> str:
    """What stands beside a bar."""
    if key == "other":
        return gettext("all others")
    if not key:
        return gettext("not stated")
    match chart:
        case "month":
            month = datetime.date.fromisoformat(f"{key}-01")
            return f"{month.year}年{month.month}月" if chinese() else f"{month:%b %Y}"
        case "audience":
            return audiences.label(key, "zh" if chinese() else "en")
        case "form":
            return str(ActivityKind(key).label)
        case _:
            return key


def _drawn(chart: charts.Chart) -> dict[str, Any]:
    """A chart with its words: the title states the finding; it is a table with bars in it, so that nobody misses a number."""
    titles = {
        "month": gettext("Attendance by month"),
        "township": gettext("Attendance by township"),
        "audience": gettext("Attendance by audience"),
        "form": gettext("Attendance by form"),
    }
    heads = {
        "month": gettext("Month"),
        "township": gettext("Township or subdistrict"),
        "audience": gettext("For whom"),
        "form": gettext("Form"),
    }
    bars = [{"label": _label(chart.code, bar.key), "bar": bar} for bar in chart.bars]
    longest = chart.longest
    return {
        "code": chart.code,
        "title": titles[chart.code],
        "most": _label(chart.code, longest.key) if longest else "",
        "longest": longest,
        "bars": bars,
        "head": heads[chart.code],
    }


@page(Act.RECORD)
@require_POST
def explain(request: Request, code: str) -> HttpResponse:
    """Why a figure changed so much since the year before."""
    choice = choosing.read(request, request.POST)
    organization = access.organization(request.actor, Act.RECORD, code=choice.organization.code)
    address = f"{reverse('year_end')}?{_query(choice)}"
    if choosing.evaluated(choice).line(code) is None:
        raise NotFound
    try:
        indicators.explain(
            by=request.actor,
            organization=organization,
            year=choice.year,
            scope=choice.scope,
            indicator=code,
            text=request.POST.get("text", "")[:300],
            at=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, gettext("Saved."))
    return redirect(f"{address}#row-{code}")


def _query(choice: Choice) -> str:
    asked: dict[str, Any] = {
        "organization": choice.organization.code,
        "year": choice.year,
        "scope": choice.scope,
        "as_of": choice.as_of.isoformat(),
        "catalogue": choice.catalogue,
    }
    if not choice.whole_year:
        asked |= {"from": choice.start.isoformat(), "to": choice.end.isoformat()}
    return urlencode(asked)


@page(Act.SEE_FIGURES)
def download(request: Request, form: str) -> HttpResponse:
    choice = choosing.read(request)
    report = choosing.evaluated(choice)
    name = f"kepu-{choice.organization.code}-{choice.year}-{choice.scope}"
    if form == "xlsx":
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        response = HttpResponse(workbooks.year_end(report), content_type=kind)
    elif form == "md":
        response = HttpResponse(report.as_markdown(), content_type="text/markdown; charset=utf-8")
    elif form == "json":
        text = json.dumps(report.as_json(), ensure_ascii=False, indent=2)
        response = HttpResponse(text, content_type="application/json")
    else:
        raise NotFound
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response


@page(Act.SEE_FIGURES)
def figure(request: Request, code: str) -> HttpResponse:
    """A figure with every record it rests on."""
    choice = choosing.read(request)
    line = choosing.evaluated(choice).line(code)
    if line is None:
        raise NotFound
    found = records.of_figure(request, line.figure.records) if line.figure else []
    context = {"section": "year_end", "choice": choice, "line": line, "records": found}
    return render(request, "console/figure.html", context)
