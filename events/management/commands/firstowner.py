"""`manage.py firstowner`: the first organization and its owner, on a site that has none. All others are invited."""

from __future__ import annotations

import getpass
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from events.errors import Refusal
from events.models import Organization, Region, Role
from events.operations import organizations, people, regions


class Command(BaseCommand):
    help = "Make the first organization and its owner. The password is asked for, or read from standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--code", required=True, help="Code of the organization, e.g. tianmen; stays for ever")
        parser.add_argument("--name", required=True, help="Name of the organization")
        parser.add_argument("--region", default="429006000000", help="Code of its region (default: Tianmen)")
        parser.add_argument("--username", required=True, help="Name the owner signs in with")
        parser.add_argument("--owner", required=True, help="Name of the owner")

    def handle(self, *args: Any, **options: Any) -> None:
        if Organization.objects.exists():
            raise CommandError("There is an organization already. Its owners invite everybody else.")
        password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        at = timezone.now()
        try:
            with transaction.atomic():
                regions.load_supplied()
                region = Region.objects.filter(code=options["region"]).first()
                if region is None:
                    raise CommandError(f"There is no region {options['region']}.")
                lead = organizations.found(
                    by="system",
                    code=options["code"],
                    name=options["name"],
                    kind=Organization.Kind.ASSOCIATION,
                    region=region,
                    at=at,
                )
                owner = people.make_account(
                    by="system", username=options["username"], name=options["owner"], password=password, at=at
                )
                people.give_role(by="system", user=owner, organization=lead, role=Role.OWNER, at=at)
        except Refusal as refusal:
            sentences = [one for some in refusal.facts.get("fields", {}).values() for one in some]
            raise CommandError(" ".join(sentences) or refusal.message) from refusal
        self.stdout.write(f"{lead.name}: {owner.name} ({owner.username}) is its owner.")
