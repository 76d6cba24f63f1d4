"""A catalogue of indicators: data, read and checked. Pure.

An indicator has one rule of a closed union; a rule that would add unlike measures cannot be written, because a rule
names one measure.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from registrations.indicators import measures


class CatalogueError(ValueError):
    """The data does not make a catalogue; the message says where."""


CONDITIONS = frozenset({"form", "organization_kind", "campaign_kind", "mode"})
_FIELDS = {"sum": {"sum", "where", "reported"}, "stock": {"stock"}, "reported": {"reported", "subject"}}


@dataclass(frozen=True, slots=True)
class Sum:
    """Of every activity that fits `where`: its replacing statement of the measure, else what is derived, plus what is
    added; in the region scope also figures reported for the subjects in `reported`."""

    measure: str
    where: Mapping[str, tuple[str, ...]]
    reported: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stock:
    """What is there at the cut-off."""

    measure: str


@dataclass(frozen=True, slots=True)
class Reported:
    """Only what other units reported for a subject, in the region scope."""

    measure: str
    subject: str


Rule = Sum | Stock | Reported


@dataclass(frozen=True, slots=True)
class Indicator:
    code: str
    label: Mapping[str, str]
    definition: Mapping[str, str]
    rule: Rule

    @property
    def measure(self) -> measures.Measure:
        return measures.get(self.rule.measure)


@dataclass(frozen=True, slots=True)
class Section:
    code: str
    label: Mapping[str, str]
    indicators: tuple[Indicator, ...]
    passage: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    code: str
    version: str
    rules: str
    label: Mapping[str, str]
    source: str
    sections: tuple[Section, ...]

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        return tuple(one for section in self.sections for one in section.indicators)


def _rule(data: Mapping[str, Any], where: str) -> Rule:
    known = measures.all_measures()
    kind = next((name for name in ("sum", "stock") if name in data), "reported")
    measure = data.get(kind)
    if unknown := set(data) - _FIELDS[kind]:
        raise CatalogueError(f"{where}: {sorted(unknown)} has no place in a rule of kind «{kind}»")
    if measure not in known:
        raise CatalogueError(f"{where}: no measure «{measure}»")
    if known[measure].stock != (kind == "stock"):
        raise CatalogueError(f"{where}: a stock is never summed, and a flow is no stock")
    if kind == "stock":
        return Stock(measure)
    if kind == "reported":
        if "subject" not in data:
            raise CatalogueError(f"{where}: a reported figure needs its subject")
        return Reported(measure, data["subject"])
    conditions = data.get("where", {})
    if unknown := set(conditions) - CONDITIONS:
        raise CatalogueError(f"{where}: no condition {sorted(unknown)}")
    return Sum(measure, {name: tuple(values) for name, values in conditions.items()}, tuple(data.get("reported", ())))


def _both(data: Mapping[str, Any], name: str, where: str) -> Mapping[str, str]:
    found = data.get(name, {})
    if set(found) != {"zh", "en"}:
        raise CatalogueError(f"{where}: {name} needs zh and en")
    return dict(found)


def _refuse_unknown_quotes(catalogue: str, sections: Iterable[Section], codes: set[str]) -> None:
    """A clause whose figure is missing is left out, so one that quotes no figure of ours would never be seen."""
    for section in sections:
        for clause in (clause for sentence in section.passage for clause in sentence):
            if unknown := set(re.findall(r"{(\w+)", clause)) - codes:
                raise CatalogueError(f"{catalogue}.{section.code}: the passage quotes {sorted(unknown)}")


def parse(data: Mapping[str, Any]) -> Catalogue:
    """A catalogue from its data. Raises CatalogueError."""
    sections, seen = [], set()
    for part in data["sections"]:
        indicators = []
        for row in part["indicators"]:
            where = f"{data['catalogue']}.{row.get('code')}"
            if "code" not in row:
                raise CatalogueError(f"{where}: an indicator needs a code")
            if row["code"] in seen:
                raise CatalogueError(f"{where}: defined twice")
            seen.add(row["code"])
            indicators.append(
                Indicator(
                    row["code"], _both(row, "label", where), _both(row, "definition", where), _rule(row["rule"], where)
                )
            )
        passage = tuple(tuple(sentence["clauses"]) for sentence in part.get("passage", ()))
        sections.append(Section(part["code"], _both(part, "label", part["code"]), tuple(indicators), passage))
    _refuse_unknown_quotes(data["catalogue"], sections, seen)
    return Catalogue(
        data["catalogue"], str(data["version"]), str(data["rules"]), data["label"], data["source"], tuple(sections)
    )


@functools.cache
def load(code: str) -> Catalogue:
    """A catalogue by its code. Raises CatalogueError."""
    file = Path(__file__).parent / f"{code}.yaml"
    if not code.isidentifier() or not file.exists():
        raise CatalogueError(f"no catalogue «{code}»")
    return parse(yaml.safe_load(file.read_text(encoding="utf-8")))
