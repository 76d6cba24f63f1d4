"""`manage.py yearend YEAR [--org CODE] [--scope own|tree|region] [--from DATE --to DATE] [--as-of DATE]
[--catalogue CODE] --format json|md|xlsx`."""

from __future__ import annotations

import datetime
import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from events.models import Organization
from registrations.indicators.catalogue import CODES
from registrations.reports import workbooks, yearend


class Command(BaseCommand):
    help = "Print the year-end figures of an organization."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("year", type=int)
        parser.add_argument("--org", help="Code of the organization (default: the root association)")
        parser.add_argument("--scope", choices=yearend.SCOPES, default="own")
        parser.add_argument(
            "--from", dest="start", type=datetime.date.fromisoformat, help="First day (default: 1 January)"
        )
        parser.add_argument(
            "--to", dest="end", type=datetime.date.fromisoformat, help="Last day (default: 31 December)"
        )
        parser.add_argument(
            "--catalogue", choices=CODES, default=CODES[0], help="Which indicators (default: work_report)"
        )
        parser.add_argument("--as-of", type=datetime.date.fromisoformat, help="Cut-off, YYYY-MM-DD")
        parser.add_argument("--format", choices=["json", "md", "xlsx"], default="json")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = (
            Organization.objects.filter(code=options["org"])
            if options["org"]
            else Organization.objects.filter(parent=None)
        )
        organization = rows.order_by("pk").first()
        if organization is None:
            raise CommandError("There is no such organization." if options["org"] else "There is no organization yet.")
        year = options["year"]
        if not 1949 <= year <= 2100:
            raise CommandError("YEAR must lie between 1949 and 2100.")
        first, last = yearend.year_span(year)
        start, end = options["start"] or first, options["end"] or last
        if end < start:
            raise CommandError("--to lies before --from.")
        report = yearend.evaluate_span(
            organization=organization,
            start=start,
            end=end,
            scope=options["scope"],
            as_of=options["as_of"] or yearend.cutoff_of(start, end, timezone.localdate()),
            catalogue=options["catalogue"],
        )
        match options["format"]:
            case "json":
                self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
            case "md":
                self.stdout.write(report.as_markdown())
            case _:
                sys.stdout.buffer.write(workbooks.year_end(report))
