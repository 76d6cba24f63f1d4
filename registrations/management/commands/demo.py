"""`manage.py demo`: load the Tianmen data set. Loading it again changes nothing."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from events.access import Actor
from events.models import Organization
from events.operations import regions
from registrations.demo import course, living, record, square


class Command(BaseCommand):
    help = "Load the Tianmen demonstration data."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="Only where there is no organization yet.")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo data has known passwords; it is not loaded in production.")
        if options["if_empty"] and Organization.objects.exists():
            return
        at = timezone.now()
        book = record.data()
        with transaction.atomic():
            regions.load_supplied()
            lead = record.load_organizations(book, at)
            record.load_2018(book, lead, at)
            record.load_2019(book, lead, at)
            owner = living.load_people(at)
            living.load_living(book, lead, owner, at)
            square.load_square(lead, Actor(owner), at)
            course.load(lead, Actor(owner), at)
        self.stdout.write("Demo data is loaded.")
