"""`manage.py newepoch`: after a restore from backup, every check-in point fetches its whole roster again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from registrations.operations import roster


class Command(BaseCommand):
    help = "Begin a new life of the database: run it once after restoring a backup."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Epoch {roster.begin_epoch(at=timezone.now())}: check-in points fetch everything again.")
