"""The catalogue an organization works with: the shared one, and the indicators of its own in their sections."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from events.models import Organization
from registrations.indicators import catalogue as catalogues
from registrations.indicators.catalogue import Catalogue, Indicator, rule_of
from registrations.models import OwnIndicator

#: Indicators of one's own stand in the work report alone: the other forms are others' forms.
OWN_IN = "work_report"


def own(row: OwnIndicator) -> Indicator:
    """An indicator from its row; its label stands for both languages, for nobody wrote another."""
    return Indicator(
        code=row.code,
        label={"zh": row.label, "en": row.label},
        definition={"zh": row.definition, "en": row.definition},
        rule=rule_of(row.rule, row.code),
        source=row.source,
        version=str(row.version),
    )


def of(organization: Organization, code: str) -> Catalogue:
    """A catalogue with what the organization added to it, in one query. Raises CatalogueError."""
    read = catalogues.load(code)
    if code != OWN_IN:
        return read
    added: dict[str, list[Indicator]] = defaultdict(list)
    for row in OwnIndicator.objects.filter(organization=organization, retired_at=None):
        added[row.section].append(own(row))
    if not added:
        return read
    sections = tuple(
        replace(section, indicators=section.indicators + tuple(added.get(section.code, ())))
        for section in read.sections
    )
    return replace(read, sections=sections)
