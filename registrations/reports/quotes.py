"""Figures in a sentence (报数): what is told, what is still missing behind it, and whether it still holds."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone

from events import dates
from events.models import Organization
from registrations.indicators.catalogue import Indicator, rule_data, rule_of
from registrations.indicators.evaluate import evaluate
from registrations.models import Quote, QuoteHolder
from registrations.reports import ledger as ledgers
from registrations.reports import returns, todo
from registrations.reports.yearend import Line, YearEnd

SCOPES = {"own": "本级", "tree": "本系统", "region": "全市"}


def value(line: Line) -> dict[str, Any]:
    """A figure as a quote keeps it: with its words and with the rule by which it is counted again."""
    said = returns.value(line.figure)
    return {
        "code": line.indicator.code,
        "label": _name(line),
        "rule": rule_data(line.indicator.rule),
        "value": said,
        "written": returns.written(said),
    }


def _name(line: Line) -> str:
    """Of a part the part alone: in a sentence there is no whole above it."""
    return line.indicator.label["zh"].removeprefix("其中：")


def missing_units(report: YearEnd, at: datetime.datetime) -> list[str]:
    """Names of units in scope that led something of which nothing is known yet, and of those below of which there is
    nothing at all. Two queries."""
    organization = report.organization
    own = Q(pk=organization.pk) | Q(reports_to=organization)
    within = own if report.scope == "own" else own | Q(path__startswith=organization.path)
    led = {entry.activity.organization_id for entry in report.ledger.entries}
    gaps = todo.units_with_gaps(report.ledger, at)
    rows = Organization.objects.filter(within).order_by("path", "pk")
    return [one.label for one in rows if one.pk in gaps or (one.pk != organization.pk and one.pk not in led)]


def _day(day: datetime.date, today: datetime.date) -> str:
    return dates.day(day, zh=True, today=today, weekday=False)


def sentence(
    report: YearEnd, lines: Iterable[Line], *, missing: Iterable[str], reference: str, today: datetime.date
) -> str:
    """«截至10月31日，市科协（本级）今年以来：举办培训班4期，发放资料1600多份。据不完全统计，尚有……未报。〔查询号 7K3M9QXZ〕»"""
    chosen, lacking = list(lines), list(missing)
    unknown = any(line.figure and line.figure.unknown_parts for line in chosen)
    since = (
        f"{'今年以来' if report.year == today.year else f'{report.year}年'}"
        if report.whole_year
        else f"{_day(report.start, today)}至{_day(report.end, today)}"
    )
    head = f"截至{_day(report.as_of, today)}，{report.organization.label}（{SCOPES[report.scope]}）{since}"
    told = "，".join(f"{_name(line)}{line.zh}" for line in chosen)
    hedge = "据不完全统计，" if lacking or unknown else ""
    rest = f"（{'、'.join(lacking)}尚未报齐）" if lacking else ""
    return f"{hedge}{head}：{told}{rest}。〔查询号{reference}〕"


@dataclass(frozen=True, slots=True)
class Then:
    """One figure of a quote: as it was told, and as the records say today."""

    code: str
    label: str
    told: Mapping[str, Any]
    now: dict[str, Any]

    @property
    def changed(self) -> bool:
        return self.told["value"] != self.now["value"]


def compare(quote: Quote) -> list[Then]:
    """The quote's figures counted again, by the rules, span, scope and cut-off it was told with."""
    book = ledgers.read(
        organization=quote.organization,
        start=quote.period_start,
        end=quote.period_end,
        scope=quote.scope,
        as_of=quote.as_of,
    )
    result = []
    for told in quote.figures:
        names = {"zh": told["label"], "en": told["label"]}
        figure = evaluate(Indicator(told["code"], names, names, rule_of(told["rule"], told["code"])), book)
        said = returns.value(figure)
        now = {**told, "value": said, "written": returns.written(said)}
        result.append(Then(told["code"], told["label"], told, now))
    return result


@dataclass(frozen=True, slots=True)
class Held:
    """A holder, what they were told last, and the note that would put it right; empty where they hold what is so."""

    holder: QuoteHolder
    corrected_at: datetime.datetime | None
    note: str


def holders(quote: Quote, then: list[Then]) -> list[Held]:
    """Everyone who holds the quote, with a drafted note for each who holds an old figure. Two queries."""
    result = []
    for holder in quote.holders.prefetch_related("corrections"):
        corrections = list(holder.corrections.all())
        last = corrections[-1] if corrections else None
        held = {one["code"]: one for one in (last.figures if last else quote.figures)}
        result.append(Held(holder, last.sent_at if last else None, note(quote, holder, then, held)))
    return result


def note(quote: Quote, holder: QuoteHolder, then: Iterable[Then], held: Mapping[str, Mapping[str, Any]]) -> str:
    """«市政府办：9月30日报送的……由1600多份更正为1800份，其余数据不变。»"""
    changed = [(held[one.code], one.now) for one in then if held[one.code]["value"] != one.now["value"]]
    if not changed:
        return ""
    told = timezone.localdate(holder.told_at)
    said = "；".join(f"{old['label']}由{old['written']}更正为{new['written']}" for old, new in changed)
    rest = "，其余数据不变" if len(changed) < len(quote.figures) else ""
    return f"{holder.name}：{told.month}月{told.day}日报送的数据更正如下：{said}{rest}。〔查询号{quote.reference}〕"
