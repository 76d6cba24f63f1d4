"""The records behind a figure, as pages show them: each with its own words and, within one's reach, the page it opens."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Model, Q
from django.urls import reverse
from django.utils.translation import gettext

from events.access import Act
from events.models import Activity, Organization, Session
from frontend.pages import Request
from registrations.figures import RecordRef
from registrations.models import Evidence, Output, ReportedFigure, Statement, StockChange
from registrations.reports import attendance


@dataclass(frozen=True, slots=True)
class Record:
    """One record behind a figure, as the page shows it."""

    ref: RecordRef
    kind: str
    address: str
    detail: str
    papers: str = ""
    """The page of its photos and sheets, and how many there are."""
    photos: int = 0
    sheets: int = 0
    scans: str = ""
    """The page of its scans."""


def _in_bulk(model: type[Model], refs: tuple[RecordRef, ...], kind: str, *related: str) -> dict[int, Any]:
    wanted = [ref.id for ref in refs if ref.kind == kind]
    return model._default_manager.select_related(*related).in_bulk(wanted) if wanted else {}


def of_figure(request: Request, refs: tuple[RecordRef, ...]) -> list[Record]:
    """Each record with its own words and, within one's reach, the page it opens; in a fixed number of queries."""
    sessions = _in_bulk(Session, refs, "session", "activity__organization")
    activities = _in_bulk(Activity, refs, "activity", "organization")
    statements = _in_bulk(Statement, refs, "statement", "activity__organization", "document", "by")
    outputs = _in_bulk(Output, refs, "output", "activity__organization", "entered_by")
    stocks = _in_bulk(StockChange, refs, "stock", "organization")
    reported = _in_bulk(ReportedFigure, refs, "reported", "recipient", "document")
    totals = attendance.totals(sessions.values())
    papers = _papers({one.activity_id for one in sessions.values()} | set(activities))
    result = []
    for ref in refs:
        address, detail, activity = "", "", None
        match ref.kind:
            case "session" if found := sessions.get(ref.id):
                address = _within(request, found.activity.organization, "console_session", found.pk)
                seen = totals[found.pk]
                detail = gettext("%(people)s checked in") % {"people": seen.checked_in} if seen.checked_in else ""
                activity = found.activity_id
            case "activity" if found := activities.get(ref.id):
                address = _within(request, found.organization, "console_activity", found.pk)
                activity = found.pk
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
        beyond = _beyond(request, ref, {"session": sessions, "statement": statements, "output": outputs}, activities)
        record = Record(replace(ref, label=beyond) if beyond else ref, ref.kind, address, "" if beyond else detail)
        if address and activity is not None:
            photos, sheets = papers.get(activity, (0, 0))
            place = reverse("console_activity", args=[activity]) + "#evidence" if photos or sheets else ""
            scans = ""
            if ref.kind == "session" and _may_see_signups(request, sessions[ref.id]):
                scans = reverse("session_scans", args=[ref.id])
            record = replace(record, papers=place, photos=photos, sheets=sheets, scans=scans)
        result.append(record)
    return result


def _beyond(request: Request, ref: RecordRef, rows: dict[str, dict[int, Any]], activities: dict[int, Any]) -> str:
    """«organization：activity» of a record beyond one's reach, where no more is shown; else empty."""
    found = rows.get(ref.kind, {}).get(ref.id)
    activity = found.activity if found else activities.get(ref.id) if ref.kind == "activity" else None
    if activity is None or request.actor.may(Act.SEE_FIGURES, activity.organization.path):
        return ""
    return f"{activity.organization.name}：{activity.name}"


def _papers(activities: set[int]) -> dict[int, tuple[int, int]]:
    """(photos, sheets and documents) by activity; one query."""
    photo = Q(kind=Evidence.Kind.PHOTO)
    grouped = Evidence.objects.filter(activity__in=activities).order_by().values_list("activity")
    return {
        pk: (photos, whole - photos)
        for pk, photos, whole in grouped.annotate(photos=Count("pk", filter=photo), whole=Count("pk"))
    }


def _may_see_signups(request: Request, session: Session) -> bool:
    return request.actor.may(Act.SEE_SIGNUPS, session.activity.organization.path)


def _within(request: Request, organization: Organization, page_name: str, pk: int) -> str:
    """Beyond one's reach a figure lists organization, activity and number, never people or scans."""
    return reverse(page_name, args=[pk]) if request.actor.may(Act.SEE_PLAN, organization.path) else ""
