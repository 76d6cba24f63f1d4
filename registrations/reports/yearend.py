"""The year-end report: a catalogue evaluated for an organization, a span of days, a scope and a cut-off."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Any

from events import dates
from events.models import Organization
from events.models.activity import whole_period
from registrations import phrases
from registrations.figures import Bound, Figure
from registrations.indicators.catalogue import Catalogue, Indicator, Section
from registrations.indicators.evaluate import evaluate
from registrations.reports import catalogues
from registrations.reports import ledger as ledgers
from registrations.reports.ledger import Ledger

SCOPES = ("own", "tree", "region")


@dataclass(frozen=True, slots=True)
class Line:
    indicator: Indicator
    figure: Figure | None

    @property
    def zh(self) -> str:
        return phrases.write(self.figure.whole, self.figure.unit) if self.figure else ""

    @property
    def en(self) -> str:
        return phrases.write_english(self.figure.whole, self.indicator.measure.unit_en) if self.figure else ""

    @property
    def cell(self) -> str:
        """As a form of the statistical office has it: whole numbers, «0» where the value rounds to zero, «-» where there
        is none. What is not known stays 未统计, for a form that is handed in must not hide it."""
        if self.figure is None:
            return "-"
        number = self.figure.number
        return "未统计" if number is None else str((2 * number + self.indicator.per) // (2 * self.indicator.per))


@dataclass(frozen=True, slots=True)
class Part:
    section: Section
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class YearEnd:
    """Figures of a span, most often of a year; `end` is inclusive."""

    start: datetime.date
    end: datetime.date
    organization: Organization
    scope: str
    as_of: datetime.date
    catalogue: Catalogue
    parts: tuple[Part, ...]
    ledger: Ledger

    @property
    def year(self) -> int:
        """The year in which it ends."""
        return self.end.year

    @property
    def whole_year(self) -> bool:
        return (self.start, self.end) == year_span(self.year)

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line for part in self.parts for line in part.lines)

    def line(self, code: str) -> Line | None:
        return next((line for line in self.lines if line.indicator.code == code), None)

    def as_json(self) -> dict[str, Any]:
        """Figures that rest on at least one record; what nobody recorded is left out, not written as 0. A span that is no
        year has «start» and «end» in the place of «year»."""
        span = {"start": self.start.isoformat(), "end": self.end.isoformat()}
        return {
            **({"year": self.year} if self.whole_year else span),
            "organization": self.organization.code,
            "scope": self.scope,
            "as_of": self.as_of.isoformat(),
            "rules": self.catalogue.rules,
            "catalogue": {"code": self.catalogue.code, "version": self.catalogue.version},
            "figures": [
                {"code": line.indicator.code, "label": dict(line.indicator.label)} | line.figure.as_json()
                for line in self.lines
                if line.figure is not None
            ],
        }

    def as_markdown(self) -> str:
        """The passage in the source document's own style; a clause without a figure is left out."""
        text = [self._title(), ""]
        number = 0
        for part in self.parts:
            sentences = [sentence for clauses in part.section.passage if (sentence := self._sentence(clauses))]
            if sentences:
                number += 1
                text += [
                    f"## {'一二三四五六七八九十'[number - 1]}、{part.section.label['zh']}",
                    "",
                    "".join(sentences),
                    "",
                ]
        scope = {"own": "本级", "tree": "本系统", "region": "全市"}[self.scope]
        day = dates.day(self.as_of, zh=True, today=None, weekday=False)
        text.append(f"（统计范围：{scope}；截至{day}）")
        return "\n".join(text) + "\n"

    def _title(self) -> str:
        if self.whole_year:
            return f"# {self.organization.name}{self.year}年工作总结（数据部分）"
        days = dates.span(self.start, self.end, "day", zh=True, today=datetime.date.min)
        return f"# {self.organization.name}{days}工作情况（数据部分）"

    def _sentence(self, clauses: tuple[str, ...]) -> str:
        written = [clause for one in clauses if (clause := self._clause(one))]
        return "，".join(written) + "。" if written else ""

    def _clause(self, template: str) -> str:
        lines = {code: self.line(code) for code in re.findall(r"{(\w+)", template)}
        if any(line is None or line.figure is None for line in lines.values()):
            return ""

        def put(found: re.Match[str]) -> str:
            line = lines[found[1]]
            assert line is not None
            assert line.figure is not None
            whole, unit, style = line.figure.whole, line.figure.unit, found[2] or "多"
            if style != "=":
                return phrases.write(whole, unit, style=style)
            # «=»: the sentence itself says 据不完全统计, so a number that is at least so stands bare.
            bare = whole.bound in {Bound.EXACT, Bound.AT_LEAST}
            return f"{whole.stated}{unit}" if bare else phrases.write(whole, unit)

        return re.sub(r"{(\w+)(?::(.))?}", put, template)


def year_span(year: int) -> tuple[datetime.date, datetime.date]:
    return whole_period(year)


def cutoff(year: int, today: datetime.date) -> datetime.date:
    """The last day of the year, or today while it runs."""
    return cutoff_of(*year_span(year), today)


def cutoff_of(start: datetime.date, end: datetime.date, today: datetime.date) -> datetime.date:
    """The last day of a span, or today while it runs."""
    return min(end, max(today, start))


def evaluate_year(
    *, organization: Organization, year: int, scope: str, as_of: datetime.date, catalogue: str = "work_report"
) -> YearEnd:
    """Evaluate a catalogue for a year."""
    start, end = year_span(year)
    return evaluate_span(organization=organization, start=start, end=end, scope=scope, as_of=as_of, catalogue=catalogue)


def evaluate_span(
    *,
    organization: Organization,
    start: datetime.date,
    end: datetime.date,
    scope: str,
    as_of: datetime.date,
    catalogue: str | Catalogue = "work_report",
) -> YearEnd:
    """Evaluate a catalogue, with the organization's own indicators where it has any, for a span. Raises CatalogueError."""
    read = catalogues.of(organization, catalogue) if isinstance(catalogue, str) else catalogue
    book = ledgers.read(organization=organization, start=start, end=end, scope=scope, as_of=as_of)
    return YearEnd(start, end, organization, scope, as_of, read, parts_of(read, book), book)


def parts_of(catalogue: Catalogue, book: Ledger) -> tuple[Part, ...]:
    """What a catalogue yields from a ledger that is read already."""
    return tuple(
        Part(section, tuple(Line(one, evaluate(one, book)) for one in section.indicators))
        for section in catalogue.sections
    )


def one(*, organization: Organization, indicator: Indicator, year: int, scope: str, as_of: datetime.date) -> Line:
    """What a single indicator yields for a year, whether or not it stands in a catalogue."""
    start, end = year_span(year)
    book = ledgers.read(organization=organization, start=start, end=end, scope=scope, as_of=as_of)
    return Line(indicator, evaluate(indicator, book))
