"""Organizations: founding them and placing them in the tree."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from events.access import Actor
from events.errors import Refusal
from events.models import Organization, Region
from events.operations import history


class CodeTaken(Refusal):
    code = "organization_code_taken"
    sentence = _("An organization with the code “%(taken)s” exists already.")


@transaction.atomic
def found(
    *,
    by: Actor | str,
    code: str,
    name: str,
    kind: str,
    region: Region,
    at: datetime.datetime,
    parent: Organization | None = None,
    reports_to: Organization | None = None,
    short_name: str = "",
    contact_name: str = "",
    contact_phone: str = "",
) -> Organization:
    """Put a new organization into the tree. Raises CodeTaken."""
    if Organization.objects.filter(code=code).exists():
        raise CodeTaken(field="code", taken=code)
    made = Organization.objects.create(
        code=code,
        name=name,
        short_name=short_name,
        kind=kind,
        region=region,
        parent=parent,
        reports_to=reports_to,
        contact_name=contact_name,
        contact_phone=contact_phone,
    )
    made.path = f"{parent.path if parent else '/'}{made.pk}/"
    made.save(update_fields=["path"])
    history.record(by=by, verb="found", on=made, organization=made, at=at)
    return made
