"""What a return says: the text that is sealed, what differs from it since, and its files. It names no participant: of the
records it keeps kind and number alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from registrations import phrases
from registrations.figures import Amount, Figure
from registrations.indicators.catalogue import Indicator, rule_data, rule_of
from registrations.indicators.evaluate import evaluate
from registrations.models import Restatement, Return
from registrations.reports import ledger as ledgers
from registrations.reports import workbooks, yearend
from registrations.reports.yearend import Line, YearEnd


def canonical(value: Any) -> str:
    """The one way to write a value as JSON, so that its digest is its own: keys sorted, no spaces."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256(text: str | bytes) -> str:
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def evaluate_return(one: Return) -> YearEnd:
    """As the records say today."""
    return yearend.evaluate_span(
        organization=one.organization,
        start=one.period_start,
        end=one.period_end,
        scope=one.scope,
        as_of=one.as_of,
        catalogue=one.catalogue,
    )


def value(figure: Figure | None) -> dict[str, Any] | None:
    """The part of a figure that a return stands for: None where nothing is recorded."""
    if figure is None:
        return None
    whole = figure.whole
    return {
        "number": whole.stated,
        "low": whole.low,
        "high": whole.high,
        "bound": whole.bound.value,
        "unit": figure.unit,
        "unknown_parts": whole.unknown_parts,
    }


def written(said: Mapping[str, Any] | None) -> str:
    """A value in words: «500多人»; «–» where nothing is recorded."""
    if said is None:
        return "–"
    part = Amount(said["number"], said["low"], said["high"], said.get("unknown_parts", 0))
    return phrases.write(part, said["unit"])


def _line(line: Line) -> dict[str, Any]:
    one, figure = line.indicator, line.figure
    said: dict[str, Any] = {
        "code": one.code,
        "label": dict(one.label),
        "definition": dict(one.definition),
        "source": one.source,
        "version": one.version,
        "of": one.of,
        "per": one.per,
        "rule": rule_data(one.rule),
        "value": value(figure),
        "cell": line.cell,
    }
    if figure is not None:
        said["measure"] = figure.measure
        said["grades"] = {grade.value: part.as_json() for grade, part in figure.grades.items()}
        said["records"] = [[ref.kind, ref.id] for ref in figure.records]
    return said


def content(one: Return, report: YearEnd) -> dict[str, Any]:
    """What is closed: every indicator with its rule, so that it can be counted again by the very same."""
    return {
        "organization": one.organization.code,
        "organization_name": one.organization.name,
        "recipient": one.recipient,
        "catalogue": {"code": report.catalogue.code, "version": report.catalogue.version},
        "title": dict(report.catalogue.label),
        "rules": report.catalogue.rules,
        "scope": one.scope,
        "start": one.period_start.isoformat(),
        "end": one.period_end.isoformat(),
        "as_of": one.as_of.isoformat(),
        "sections": [
            {
                "code": part.section.code,
                "label": dict(part.section.label),
                "figures": [_line(line) for line in part.lines],
            }
            for part in report.parts
        ],
    }


def closed_lines(one: Return) -> list[dict[str, Any]]:
    """The lines of a closed return, in their order."""
    return [line for section in json.loads(one.figures)["sections"] for line in section["figures"]]


def intact(one: Return) -> bool:
    """Whether the text still has the digest it was sealed with."""
    return sha256(one.figures) == one.sha256


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that the records say otherwise today than the return, or its last accepted restatement, does."""

    code: str
    label: Mapping[str, str]
    old: dict[str, Any] | None
    new: dict[str, Any] | None

    @property
    def old_words(self) -> str:
        return written(self.old)

    @property
    def new_words(self) -> str:
        return written(self.new)


def differences(one: Return) -> list[Difference]:
    """What changed since it was closed, counted by the rules it was closed with. The ledger's queries and one."""
    book = ledgers.read(
        organization=one.organization,
        start=one.period_start,
        end=one.period_end,
        scope=one.scope,
        as_of=one.as_of,
    )
    # What was restated before it was opened again stands in what was sealed then.
    accepted = Restatement.objects.filter(of=one, accepted_at__gte=one.closed_at).order_by("accepted_at", "pk")
    latest = {row.indicator: row.new for row in accepted}
    found = []
    for line in closed_lines(one):
        old = latest[line["code"]] if line["code"] in latest else line["value"]
        rule = rule_of(line["rule"], line["code"])
        now = value(evaluate(Indicator(line["code"], line["label"], line["definition"], rule), book))
        if now != old:
            found.append(Difference(line["code"], line["label"], old, now))
    return found


@dataclass(frozen=True, slots=True)
class Issue:
    """A file to be issued at closing."""

    name: str
    media_type: str
    content: bytes


def issues(one: Return, report: YearEnd, text: str) -> list[Issue]:
    """The files of a return, from what is sealed. Further forms are further entries."""
    stem = f"{one.organization.code}-{report.catalogue.code}-{one.period_end:%Y%m%d}-{one.pk}"
    data = json.loads(text)
    return [
        Issue(f"{stem}.json", "application/json", text.encode()),
        Issue(f"{stem}.xlsx", _XLSX, _workbook(data)),
        Issue(f"{stem}.md", "text/markdown; charset=utf-8", _markdown(data, report).encode()),
    ]


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SCOPES = {"own": "本级", "tree": "本系统", "region": "全市"}


def _workbook(data: Mapping[str, Any]) -> bytes:
    rows = [
        [
            section["label"]["zh"],
            line["label"]["zh"],
            line["cell"],
            unit,
            written(line["value"]),
            line["definition"]["zh"],
        ]
        for section in data["sections"]
        for line in section["figures"]
        for unit in [line["value"]["unit"] if line["value"] else ""]
    ]
    return workbooks.table(
        data["title"]["zh"], ["栏目", "指标", "填报数", "单位", "文字表述", "指标解释"], rows, note=_footing(data)
    )


def _footing(data: Mapping[str, Any]) -> str:
    return (
        f"填报单位：{data['organization_name']}；报送：{data['recipient']}；统计范围：{_SCOPES[data['scope']]}；"
        f"统计期：{data['start']}至{data['end']}；截至{data['as_of']}；统计口径版本：{data['rules']}"
    )


def _markdown(data: Mapping[str, Any], report: YearEnd) -> str:
    lines = [f"# {data['title']['zh']}", "", _footing(data), ""]
    for section in data["sections"]:
        lines += [f"## {section['label']['zh']}", "", "| 指标 | 填报数 | 文字表述 |", "|---|---|---|"]
        lines += [f"| {one['label']['zh']} | {one['cell']} | {written(one['value'])} |" for one in section["figures"]]
        lines.append("")
    if any(section.passage for section in report.catalogue.sections):
        lines += ["---", "", report.as_markdown()]
    return "\n".join(lines)
