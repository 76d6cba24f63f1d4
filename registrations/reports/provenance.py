"""Where a number comes from, as far as the reader may know: beyond one's reach organization and activity alone."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from events.access import Act, Actor
from events.models import Activity, Session
from registrations.models import ExpertSupport, Output, ReportedFigure, Statement, StockChange

#: Of each kind of record: its table, and the way to the organization it belongs to and to the activity's name.
_ROADS: dict[str, tuple[Any, str, str | None]] = {
    "activity": (Activity, "organization", "name"),
    "session": (Session, "activity__organization", "activity__name"),
    "output": (Output, "activity__organization", "activity__name"),
    "statement": (Statement, "activity__organization", "activity__name"),
    "support": (ExpertSupport, "organization", "activity__name"),
    "reported": (ReportedFigure, "recipient", None),
    "stock": (StockChange, "organization", "activity__name"),
}


def within_reach(actor: Actor, report: dict[str, Any]) -> dict[str, Any]:
    """A year end's JSON with the labels of records beyond the actor's reach cut to «organization：activity».

    One query for each kind of record, however many there are.
    """
    wanted: dict[str, set[int]] = defaultdict(set)
    for figure in report["figures"]:
        for record in figure["records"]:
            wanted[record["kind"]].add(record["id"])
    labels = {kind: _beyond(actor, kind, ids) for kind, ids in wanted.items()}
    figures = [
        figure
        | {
            "records": [
                record | {"label": labels[record["kind"]].get(record["id"], record["label"])}
                for record in figure["records"]
            ]
        }
        for figure in report["figures"]
    ]
    return report | {"figures": figures}


def _beyond(actor: Actor, kind: str, ids: set[int]) -> dict[int, str]:
    """Labels for the records that lie beyond the actor's reach."""
    table, organization, activity = _ROADS[kind]
    names = [f"{organization}__name", *([activity] if activity else [])]
    rows = table._default_manager.filter(pk__in=ids).exclude(actor.where(Act.SEE_FIGURES, f"{organization}__path"))
    return {pk: "：".join(part for part in parts if part) for pk, *parts in rows.values_list("pk", *names)}
