"""`manage.py retention`: names and phones whose time is over go; the numbers stay. Made for a daily timer."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from registrations.operations import privacy
from registrations.reports import retention

CHUNK = 200


class Command(BaseCommand):
    help = "Erase names and phones of sign-ups whose retention is over (registrations/retention.yaml)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Only say what is due.")
        parser.add_argument("--on", type=datetime.date.fromisoformat, help="A dry run for another day (YYYY-MM-DD).")

    def handle(self, *args: Any, dry_run: bool, on: datetime.date | None, **options: Any) -> None:
        now = timezone.now()
        preview = retention.preview(on=on or timezone.localdate(now))
        for word, rows in (("due", preview.due), ("held", preview.held)):
            for one in rows:
                until = f", legal hold until {one.held_until}" if one in preview.held else ""
                self.stdout.write(
                    f"{word}: {one.activity.name} ({one.activity.organization.code}), ended {one.last_day}, "
                    f"{one.signups} sign-ups, {one.people} people; {one.rule.days} days: {one.rule.zh}{until}"
                )
        if dry_run or on:
            self.stdout.write(f"{preview.signups} sign-ups are due on {preview.on}. Nothing was erased.")
            return
        erased = 0
        while part := privacy.erase_due(by="system", at=now, limit=CHUNK):
            erased += part
        self.stdout.write(f"{erased} sign-ups erased; every count stands.")
