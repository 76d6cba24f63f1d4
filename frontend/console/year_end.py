"""The year end: every figure opens its records, down to the session and the scan."""

from __future__ import annotations

import contextlib
import datetime
import json
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from events import access
from events.access import Act
from events.errors import NotFound
from events.models import Activity, Organization, Session
from frontend import pages
from frontend.pages import Request, page
from registrations.figures import RecordRef
from registrations.models import Output, ReportedFigure, Statement, StockChange, Target
from registrations.reports import attendance, workbooks, yearend


@dataclass(frozen=True, slots=True)
class Choice:
    """What was asked for: whose figures, of which year, how wide, and up to which day."""

    organization: Organization
    year: int
    scope: str
    as_of: datetime.date


def _choice(request: Request) -> Choice:
    """Raises NotFound for what cannot be meant."""
    led = pages.organizations(request.actor, Act.SEE_FIGURES)
    code = request.GET.get("organization", "")
    organization = access.organization(request.actor, Act.SEE_FIGURES, code=code) if code else led.first()
    if organization is None:
        raise NotFound
    today = timezone.localdate()
    year = request.GET.get("year", "")
    number = int(year) if year.isdigit() and len(year) == 4 else today.year
    if not 1949 <= number <= 2100:
        raise NotFound
    scope = request.GET.get("scope", "own")
    as_of = yearend.cutoff(number, today)
    with contextlib.suppress(ValueError):  # none, or none that can be read: the end of the year
        as_of = datetime.date.fromisoformat(request.GET.get("as_of", ""))
    return Choice(organization, number, scope if scope in yearend.SCOPES else "own", as_of)


def _evaluated(choice: Choice) -> yearend.YearEnd:
    return yearend.evaluate_year(
        organization=choice.organization, year=choice.year, scope=choice.scope, as_of=choice.as_of
    )


def _years(organization: Organization) -> list[int]:
    found = Activity.objects.led_within(organization).exclude(ends_on=None).values_list("ends_on__year", flat=True)
    return sorted({*found.distinct(), timezone.localdate().year}, reverse=True)


@page(Act.SEE_FIGURES)
def year_end(request: Request) -> HttpResponse:
    choice = _choice(request)
    report = _evaluated(choice)
    context = {
        "section": "year_end",
        "choice": choice,
        "report": report,
        "passage": report.as_markdown(),
        "organizations": pages.organizations(request.actor, Act.SEE_FIGURES),
        "years": _years(choice.organization),
        "scopes": [("own", gettext("own")), ("tree", gettext("own and below")), ("region", gettext("whole region"))],
        "targets": Target.objects.filter(organization=choice.organization, year=choice.year),
    }
    return render(request, "console/year_end.html", context)


@page(Act.SEE_FIGURES)
def download(request: Request, form: str) -> HttpResponse:
    choice = _choice(request)
    report = _evaluated(choice)
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


@dataclass(frozen=True, slots=True)
class Record:
    """One record behind a figure, as the page shows it."""

    ref: RecordRef
    kind: str
    address: str
    detail: str


@page(Act.SEE_FIGURES)
def figure(request: Request, code: str) -> HttpResponse:
    """A figure with every record it rests on."""
    choice = _choice(request)
    line = _evaluated(choice).line(code)
    if line is None:
        raise NotFound
    records = _records(request, line.figure.records) if line.figure else []
    context = {"section": "year_end", "choice": choice, "line": line, "records": records}
    return render(request, "console/figure.html", context)


def _in_bulk(model: type[Model], refs: tuple[RecordRef, ...], kind: str, *related: str) -> dict[int, Any]:
    wanted = [ref.id for ref in refs if ref.kind == kind]
    return model._default_manager.select_related(*related).in_bulk(wanted) if wanted else {}


def _records(request: Request, refs: tuple[RecordRef, ...]) -> list[Record]:
    """Each record with its own words and, within one's reach, the page it opens; in a fixed number of queries."""
    sessions = _in_bulk(Session, refs, "session", "activity__organization")
    activities = _in_bulk(Activity, refs, "activity", "organization")
    statements = _in_bulk(Statement, refs, "statement", "activity__organization", "document", "by")
    outputs = _in_bulk(Output, refs, "output", "activity__organization", "entered_by")
    stocks = _in_bulk(StockChange, refs, "stock", "organization")
    reported = _in_bulk(ReportedFigure, refs, "reported", "recipient", "document")
    totals = attendance.totals(sessions.values())
    result = []
    for ref in refs:
        address, detail = "", ""
        match ref.kind:
            case "session" if found := sessions.get(ref.id):
                address = _within(request, found.activity.organization, "console_session", found.pk)
                seen = totals[found.pk]
                detail = gettext("%(people)s checked in") % {"people": seen.checked_in} if seen.checked_in else ""
            case "activity" if found := activities.get(ref.id):
                address = _within(request, found.organization, "console_activity", found.pk)
            case "statement" if found := statements.get(ref.id):
                address = _within(request, found.activity.organization, "console_activity", found.activity_id)
                detail = str(found.document or "")
            case "output" if found := outputs.get(ref.id):
                address = _within(request, found.activity.organization, "console_activity", found.activity_id)
                detail = f"{found.number} {found.note}".strip()
            case "stock" if found := stocks.get(ref.id):
                detail = f"{found.change:+d} {found.on:%Y-%m-%d} {found.place}"
            case "reported" if found := reported.get(ref.id):
                detail = found.basis
        result.append(Record(ref, ref.kind, address, detail))
    return result


def _within(request: Request, organization: Organization, page_name: str, pk: int) -> str:
    """Beyond one's reach a figure lists organization, activity and number, never people or scans."""
    return reverse(page_name, args=[pk]) if request.actor.may(Act.SEE_PLAN, organization.path) else ""
