"""`manage.py flow_back`: seats kept for townships whose day has come are for everybody. Made for a daily timer."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from registrations.operations import pools


class Command(BaseCommand):
    help = "Let seats kept for townships flow back whose day has come, and move up who waits."

    def handle(self, *args: Any, **options: Any) -> None:
        flowed = pools.flow_back_due(at=timezone.now())
        self.stdout.write(f"{flowed} quotas flowed back.")
