"""A catalogue of indicators: data, read and checked. Pure.

An indicator has one rule of a closed union; a rule that would add unlike measures cannot be written, because a rule
names one measure.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from registrations.indicators import measures


class CatalogueError(ValueError):
    """The data does not make a catalogue; the message says where."""


CONDITIONS = frozenset({"form", "organization_kind", "campaign_kind", "mode", "tag", "audience_group"})
#: What a rule may count, and so call by another unit (讲座 are 场 in one form and 次 in another). Amounts keep theirs.
COUNTED = frozenset({"activities", "sessions", "courses", "occasions"})
COUNT_UNITS = frozenset({"次", "场", "期", "个", "项次"})
_FIELDS = {
    "sum": {"sum", "where", "reported", "at_least"},
    "count": {"count", "where", "at_least", "unit"},
    "stock": {"stock"},
    "reported": {"reported", "subject"},
}


@dataclass(frozen=True, slots=True)
class Sum:
    """Of every activity that fits `where`: its replacing statement of the measure, else what is derived, plus what is
    added; in the region scope also figures reported for the subjects in `reported`. `at_least` leaves out activities to
    which fewer people came. `unit` is another word for what is counted."""

    measure: str
    where: Mapping[str, tuple[str, ...]]
    reported: tuple[str, ...] = ()
    at_least: int = 0
    unit: str = ""


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
    of: str = ""
    """The indicator this is a part of (其中). Such rows are subsets: they need not add up."""
    source: str = ""
    version: str = ""
    per: int = 1
    """A form that asks for 万人次 has 10,000 here."""

    @property
    def measure(self) -> measures.Measure:
        """What is counted, by the unit the rule gives it."""
        known = measures.get(self.rule.measure)
        unit = self.rule.unit if isinstance(self.rule, Sum) else ""
        return replace(known, unit=unit) if unit else known


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


def rule_of(data: Mapping[str, Any], where: str) -> Rule:
    """A rule from its data; `where` is what a complaint calls it. Raises CatalogueError."""
    known = measures.all_measures()
    kind = next((name for name in ("sum", "count", "stock") if name in data), "reported")
    measure = data.get(kind)
    if unknown := set(data) - _FIELDS[kind]:
        raise CatalogueError(f"{where}: {sorted(unknown)} has no place in a rule of kind «{kind}»")
    if isinstance(measure, list | tuple):
        units = ", ".join(f"{one} ({known[one].unit})" if str(one) in known else str(one) for one in measure)
        raise CatalogueError(f"{where}: unlike measures are not added: {units}")
    if not isinstance(measure, str) or measure not in known:
        raise CatalogueError(f"{where}: no measure «{measure}»")
    if known[measure].stock != (kind == "stock"):
        raise CatalogueError(f"{where}: a stock is never summed, and a flow is no stock")
    if kind == "stock":
        return Stock(measure)
    if kind == "reported":
        if not isinstance(data.get("subject"), str):
            raise CatalogueError(f"{where}: a reported figure needs its subject")
        return Reported(measure, data["subject"])
    if kind == "count" and measure not in COUNTED:
        raise CatalogueError(f"{where}: «{measure}» is an amount and is summed, not counted")
    unit = data.get("unit", "")
    if unit and (not isinstance(unit, str) or unit not in COUNT_UNITS):
        raise CatalogueError(f"{where}: nothing is counted in «{unit}»")
    fewest = data.get("at_least", 0)
    if type(fewest) is not int or fewest < 0:
        raise CatalogueError(f"{where}: at_least is a number of people")
    subjects = data.get("reported", ())
    if not _words(subjects):
        raise CatalogueError(f"{where}: reported names subjects")
    return Sum(measure, _conditions(data, where), tuple(subjects), fewest, unit)


def _words(values: Any) -> bool:
    return isinstance(values, list | tuple) and all(isinstance(one, str) for one in values)


def rule_data(rule: Rule) -> dict[str, Any]:
    """The data from which `rule_of` makes this rule again."""
    match rule:
        case Stock(measure):
            return {"stock": measure}
        case Reported(measure, subject):
            return {"reported": measure, "subject": subject}
        case Sum(measure, where, reported, at_least, unit):
            said = {
                "where": {name: list(values) for name, values in where.items()},
                "reported": list(reported),
                "at_least": at_least,
                "unit": unit,
            }
            # Only a count has a unit of its own, and only a sum what others reported.
            kind = "count" if unit else "sum"
            return {kind: measure} | {name: value for name, value in said.items() if value}


def _conditions(data: Mapping[str, Any], where: str) -> Mapping[str, tuple[str, ...]]:
    conditions = data.get("where", {})
    if not isinstance(conditions, Mapping) or not all(_words(one) for one in conditions.values()):
        raise CatalogueError(f"{where}: each condition is a list")
    if unknown := set(conditions) - CONDITIONS:
        raise CatalogueError(f"{where}: no condition {sorted(unknown)}")
    return {name: tuple(values) for name, values in conditions.items()}


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


def _refuse_unlike_parts(catalogue: str, indicators: Iterable[Indicator]) -> None:
    """其中 of 人次 is 人次."""
    seen: dict[str, Indicator] = {}
    for one in indicators:
        if one.of:
            whole = seen.get(one.of)
            if whole is None:
                raise CatalogueError(f"{catalogue}.{one.code}: is a part of «{one.of}», which does not stand above it")
            if (whole.measure.code, whole.measure.unit) != (one.measure.code, one.measure.unit):
                raise CatalogueError(f"{catalogue}.{one.code}: is counted unlike «{one.of}», of which it is a part")
        seen[one.code] = one


def _indicator(row: Mapping[str, Any], where: str, source: str, version: str) -> Indicator:
    return Indicator(
        code=row["code"],
        label=_both(row, "label", where),
        definition=_both(row, "definition", where),
        rule=rule_of(row["rule"], where),
        of=row.get("of", ""),
        source=row.get("source", source),
        version=str(row.get("version", version)),
        per=row.get("per", 1),
    )


def parse(data: Mapping[str, Any]) -> Catalogue:
    """A catalogue from its data. Raises CatalogueError."""
    sections, seen = [], set()
    source, version = data["source"], str(data["version"])
    for part in data["sections"]:
        indicators = []
        for row in part["indicators"]:
            where = f"{data['catalogue']}.{row.get('code')}"
            if "code" not in row:
                raise CatalogueError(f"{where}: an indicator needs a code")
            if row["code"] in seen:
                raise CatalogueError(f"{where}: defined twice")
            seen.add(row["code"])
            indicators.append(_indicator(row, where, source, version))
        passage = tuple(tuple(sentence["clauses"]) for sentence in part.get("passage", ()))
        sections.append(Section(part["code"], _both(part, "label", part["code"]), tuple(indicators), passage))
    _refuse_unknown_quotes(data["catalogue"], sections, seen)
    _refuse_unlike_parts(data["catalogue"], [one for section in sections for one in section.indicators])
    return Catalogue(data["catalogue"], version, str(data["rules"]), data["label"], source, tuple(sections))


#: Every catalogue there is, in the order pages offer them.
CODES = ("work_report", "national_survey", "science_day", "monthly")


@functools.cache
def load(code: str) -> Catalogue:
    """A catalogue by its code. Raises CatalogueError."""
    file = Path(__file__).parent / f"{code}.yaml"
    if not code.isidentifier() or not file.exists():
        raise CatalogueError(f"no catalogue «{code}»")
    return parse(yaml.safe_load(file.read_text(encoding="utf-8")))
