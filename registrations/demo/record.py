"""Loading what the documents of 2018 and 2019 say. Every step looks first, so that loading twice changes nothing."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone

from events.models import Activity, Campaign, Organization, Region, Resource, whole_period
from events.operations import activities, campaigns, organizations, resources
from registrations.models import Evidence, ReportedFigure, Statement, StockChange, Target
from registrations.operations import accounts, session_changes

SYSTEM = "demo"


def data() -> dict[str, Any]:
    return dict(yaml.safe_load((Path(__file__).parent / "tianmen.yaml").read_text(encoding="utf-8")))


def region(code: str | None) -> Region | None:
    return Region.objects.get(code=code) if code else None


def load_organizations(book: dict[str, Any], at: datetime.datetime) -> Organization:
    for row in book["organizations"]:
        if Organization.objects.filter(code=row["code"]).exists():
            continue
        parent = Organization.objects.filter(code=row.get("parent")).first()
        organizations.found(
            by=SYSTEM,
            code=row["code"],
            name=row["name"],
            short_name=row["short"],
            kind=row["kind"],
            region=Region.objects.get(code=row["region"]),
            parent=parent,
            reports_to=parent if row.get("reports") else None,
            contact_phone=row.get("phone", ""),
            at=at,
        )
    return Organization.objects.get(code="tianmen")


def campaign(row: dict[str, Any], lead: Organization, at: datetime.datetime, state: str) -> Campaign:
    found = Campaign.objects.filter(organization=lead, external_id=row["id"]).first()
    return found or campaigns.plan(
        by=SYSTEM,
        organization=lead,
        name=row["name"],
        kind=row["kind"],
        year=row["starts"].year,
        starts_on=row["starts"],
        ends_on=row["ends"],
        theme=row.get("theme", ""),
        description=row.get("description", ""),
        state=state,
        external_id=row["id"],
        at=at,
    )


def _days(date: str) -> tuple[datetime.date, datetime.date, str]:
    """«2018» and «2018-10-20» with their precision."""
    if len(date) == 4:
        return (*whole_period(int(date)), "year")
    day = datetime.date.fromisoformat(date)
    return day, day, "day"


def _activity(row: dict[str, Any], lead: Organization, document: Evidence, at: datetime.datetime) -> None:
    organization = Organization.objects.get(code=row["lead"])
    if Activity.objects.filter(organization=organization, external_id=row["id"]).exists():
        return
    first, last, precision = _days(row["date"])
    made = activities.plan(
        by=SYSTEM,
        campaign=Campaign.objects.get(organization=lead, external_id=row["campaign"]),
        organization=organization,
        co_organizers=Organization.objects.filter(code__in=row.get("with", [])),
        name=row["name"],
        form=row["form"],
        audiences=row.get("audience", []),
        starts_on=first,
        ends_on=last,
        date_precision=precision,
        place=row["place"],
        region=region(row.get("region")),
        summary=row.get("summary", ""),
        state="held",
        external_id=row["id"],
        at=at,
    )
    if row.get("session"):
        start = timezone.make_aware(datetime.datetime.combine(first, datetime.time(9)))
        session_changes.schedule(
            by=SYSTEM,
            activity=made,
            starts_at=start,
            ends_at=start + datetime.timedelta(hours=2),
            venue=row["place"],
            region=region(row.get("region")),
            at=at,
        )
    for said in row.get("statements", []):
        if not Statement.objects.filter(activity=made, measure=said["measure"]).exists():
            accounts.state(
                by=SYSTEM,
                activity=made,
                measure=said["measure"],
                number=said.get("number"),
                bound=said["bound"],
                phrase=said["phrase"],
                document=document,
                at=at,
            )


def load_2018(book: dict[str, Any], lead: Organization, at: datetime.datetime) -> None:
    """S01–S12 of the source document."""
    document = Evidence.objects.filter(organization=lead, external_id="summary-2018").first()
    document = document or accounts.add_evidence(
        by=SYSTEM,
        organization=lead,
        kind=Evidence.Kind.LINK,
        title=book["document"]["title"],
        url=book["document"]["url"],
        external_id="summary-2018",
        at=at,
    )
    for row in book["campaigns_2018"]:
        campaign(row, lead, at, "held")
    for row in book["activities_2018"]:
        _activity(row, lead, document, at)
    for row in book["reported_2018"]:
        if not ReportedFigure.objects.filter(recipient=lead, external_id=row["id"]).exists():
            accounts.report(
                by=SYSTEM,
                recipient=lead,
                region=lead.region,
                reporter_name=book["reporter"],
                period=whole_period(2018),
                measure=row["measure"],
                subject=row["subject"],
                number=row["number"],
                bound=row["bound"],
                phrase=row["phrase"],
                document=document,
                external_id=row["id"],
                at=at,
            )
    for row in book["stock_2018"]:
        if not StockChange.objects.filter(organization=lead, external_id=row["id"]).exists():
            accounts.change_stock(
                by=SYSTEM,
                organization=lead,
                measure=row["measure"],
                change=row["change"],
                on=row["on"],
                date_precision=row["precision"],
                place=row["place"],
                phrase=row["phrase"],
                external_id=row["id"],
                at=at,
            )


def load_2019(book: dict[str, Any], lead: Organization, at: datetime.datetime) -> None:
    """The plan with its targets: a number, a milestone, or no number yet."""
    for row in book["campaigns_2019"]:
        campaign(row, lead, at, "archived")
    for position, row in enumerate(book["targets_2019"], start=1):
        if not Target.objects.filter(organization=lead, external_id=row["id"]).exists():
            accounts.set_target(
                by=SYSTEM,
                organization=lead,
                year=2019,
                position=position,
                label=row["label"],
                kind=row["kind"],
                initial=row.get("initial"),
                unit=row.get("unit", ""),
                due_on=row.get("due"),
                source=row["phrase"],
                external_id=row["id"],
                at=at,
            )
    for row in book["resources"]:
        if not Resource.objects.filter(organization=lead, external_id=row["id"]).exists():
            resources.add(
                by=SYSTEM,
                organization=lead,
                kind=row["kind"],
                name=row["name"],
                region=region(row.get("region")),
                capacity=row.get("capacity"),
                note=row.get("note", ""),
                external_id=row["id"],
                at=at,
            )
