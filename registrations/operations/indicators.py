"""Indicators of an organization's own, and written reasons for large changes."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from events import audiences
from events.access import Actor
from events.errors import Refusal
from events.models import Activity, Campaign, Organization
from events.models.activity import Form
from events.operations import history
from registrations.indicators import catalogue as catalogues
from registrations.indicators import measures
from registrations.indicators.catalogue import CatalogueError
from registrations.indicators.evaluate import TAGS
from registrations.models import ChangeReason, OwnIndicator
from registrations.reports.catalogues import OWN_IN


class UnlikeMeasures(Refusal):
    code = "unlike_measures"
    status = 400
    sentence = _("These are counted differently and are never added: %(measures)s. Choose one of them.")


class StockTakesNoConditions(Refusal):
    code = "stock_takes_no_conditions"
    status = 400
    sentence = _("What is there on a day is a stock: it is not narrowed to certain activities.")


class RuleUnfit(Refusal):
    code = "rule_unfit"
    status = 400
    sentence = _("This rule cannot be read: %(complaint)s")


class UnknownCondition(Refusal):
    code = "unknown_condition"
    status = 400
    sentence = _("“%(value)s” is not something that can be chosen here.")


class UnknownSection(Refusal):
    code = "unknown_section"
    status = 400
    sentence = _("The work report has no section “%(section)s”.")


class ReasonMissing(Refusal):
    code = "figure_reason_missing"
    status = 400
    sentence = _("Write the reason.")


def _known() -> dict[str, frozenset[str]]:
    """What may stand in each condition."""
    return {
        "form": frozenset(Form.values),
        "mode": frozenset(Activity.Mode.values),
        "organization_kind": frozenset(Organization.Kind.values),
        "campaign_kind": frozenset(Campaign.Kind.values),
        "tag": frozenset(TAGS),
        "audience_group": audiences.codes(),
    }


def refuse_rule(rule: Mapping[str, Any]) -> None:
    """Raises UnlikeMeasures, StockTakesNoConditions, UnknownCondition, RuleUnfit."""
    known = measures.all_measures()
    chosen = rule.get("sum", rule.get("count"))
    if isinstance(chosen, list | tuple):
        named = "、".join(f"{known[one].zh}（{known[one].unit}）" if str(one) in known else str(one) for one in chosen)
        raise UnlikeMeasures(field="measure", measures=named)
    if "stock" in rule and len(rule) > 1:
        raise StockTakesNoConditions(field="measure")
    try:
        catalogues.rule_of(rule, "rule")
    except CatalogueError as complaint:
        raise RuleUnfit(field="measure", complaint=str(complaint))
    for name, values in rule.get("where", {}).items():
        for value in values:
            if value not in _known()[name]:
                raise UnknownCondition(field=name, value=str(value))


def _refuse_section(section: str) -> None:
    if section not in {one.code for one in catalogues.load(OWN_IN).sections}:
        raise UnknownSection(field="section", section=section)


def _free_code(organization: Organization) -> str:
    """own_1, own_2 …: never one that was given before, retired ones included."""
    taken = set(OwnIndicator.objects.filter(organization=organization).values_list("code", flat=True))
    return next(code for number in itertools.count(1) if (code := f"own_{number}") not in taken)


@transaction.atomic
def make(
    *,
    by: Actor,
    organization: Organization,
    section: str,
    label: str,
    definition: str,
    rule: Mapping[str, Any],
    at: datetime.datetime,
    source: str = "",
) -> OwnIndicator:
    """Add an indicator to the organization's work report. Locks the organization. Raises what `refuse_rule` does, and
    UnknownSection."""
    refuse_rule(rule)
    _refuse_section(section)
    Organization.objects.select_for_update().get(pk=organization.pk)
    made = OwnIndicator.objects.create(
        organization=organization,
        section=section,
        code=_free_code(organization),
        label=label,
        definition=definition,
        source=source,
        rule=dict(rule),
        made_by=by.user,
        made_at=at,
        changed_at=at,
    )
    history.record(by=by, verb="make", on=made, organization=organization, at=at)
    return made


#: Whatever of these is changed makes a new version: a figure under the old one was another's.
_MEANING = ("definition", "rule")


@transaction.atomic
def change(*, by: Actor, indicator: OwnIndicator, at: datetime.datetime, **values: Any) -> OwnIndicator:
    """Change section, label, definition, source or rule; saying the same again changes nothing."""
    found = OwnIndicator.objects.select_for_update(of=("self",)).select_related("organization").get(pk=indicator.pk)
    refuse_rule(values.get("rule", found.rule))
    _refuse_section(values.get("section", found.section))
    changed = [name for name, value in values.items() if getattr(found, name) != value]
    if not changed:
        return found
    for name in changed:
        setattr(found, name, values[name])
    if set(changed) & set(_MEANING):
        found.version += 1
    found.changed_at = at
    found.save()
    history.record(by=by, verb="change", on=found, organization=found.organization, at=at, fields=changed)
    return found


@transaction.atomic
def retire(*, by: Actor, indicator: OwnIndicator, at: datetime.datetime) -> None:
    """Take it off the work report; what quotes it keeps it. Retiring again changes nothing."""
    if OwnIndicator.objects.filter(pk=indicator.pk, retired_at=None).update(retired_at=at):
        history.record(by=by, verb="retire_indicator", on=indicator, organization=indicator.organization, at=at)


@transaction.atomic
def bring_back(*, by: Actor, indicator: OwnIndicator, at: datetime.datetime) -> None:
    """Put it on the work report again."""
    if OwnIndicator.objects.filter(pk=indicator.pk, retired_at__isnull=False).update(retired_at=None):
        history.record(by=by, verb="bring_back_indicator", on=indicator, organization=indicator.organization, at=at)


@transaction.atomic
def explain(
    *, by: Actor, organization: Organization, year: int, scope: str, indicator: str, text: str, at: datetime.datetime
) -> ChangeReason:
    """Why a figure changed so much since the year before; a later reason takes the place of an earlier one. Raises
    ReasonMissing."""
    if not text.strip():
        raise ReasonMissing(field="text")
    made, _created = ChangeReason.objects.update_or_create(
        organization=organization,
        year=year,
        scope=scope,
        indicator=indicator,
        defaults={"text": text.strip(), "by": by.user, "at": at},
    )
    history.record(by=by, verb="explain_change", on=made, organization=organization, at=at)
    return made
