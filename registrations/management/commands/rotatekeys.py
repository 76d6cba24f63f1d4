"""`manage.py rotatekeys`: write all personal data again under the first of KEPU_DATA_KEYS. Then older keys can go."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from registrations.operations import keys


class Command(BaseCommand):
    help = "Re-encrypt phones and other personal data under the first key of KEPU_DATA_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        for table, rows in keys.reencrypt().items():
            self.stdout.write(f"{table}: {rows}")
        self.stdout.write("All personal data is under the first key. Older keys may be taken out of KEPU_DATA_KEYS.")
