"""Loading the administrative division."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from django.db import transaction

from events.models import Region


@transaction.atomic
def load(*, rows: Iterable[Mapping[str, str]]) -> int:
    """Units as rows of code, name, kind, parent_code (parents first); a known code is brought up to date.

    Returns how many are new.
    """
    made = 0
    by_code = {region.code: region for region in Region.objects.all()}
    for row in rows:
        values = {"name": row["name"], "kind": row["kind"], "parent": by_code.get(row["parent_code"])}
        region, new = Region.objects.update_or_create(code=row["code"], defaults=values)
        by_code[region.code] = region
        made += new
    return made


def load_supplied() -> int:
    """The division that comes with the site: Tianmen with its 28 units at township level. Returns how many are new."""
    with (Path(__file__).parent.parent / "data" / "regions_tianmen.csv").open(encoding="utf-8") as file:
        return load(rows=list(csv.DictReader(file)))
