"""This span beside the one a year before, and beside what was promised."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from events.models import Organization
from registrations.figures import Figure
from registrations.models import ChangeReason, Target
from registrations.reports import yearend
from registrations.reports.yearend import Line, YearEnd

#: Beyond so many percent the national survey asks for a written reason.
LARGE = 8


@dataclass(frozen=True, slots=True)
class Change:
    """`percent` is rounded to one place; `large` is decided on the numbers themselves."""

    percent: Decimal
    large: bool


def change(before: Figure | None, now: Figure | None) -> Change | None:
    """By the stated numbers; None where one of them is missing or the former is 0, which has no percent."""
    old, new = before.number if before else None, now.number if now else None
    if not old or new is None:
        return None
    percent = (Decimal(100 * (new - old)) / old).quantize(Decimal("0.1"))
    return Change(percent, 100 * abs(new - old) > LARGE * old)


@dataclass(frozen=True, slots=True)
class Aim:
    """A target and what was reached of it: by its indicator where one measures it, else as entered."""

    target: Target
    reached: Decimal | None
    figure: Figure | None

    @property
    def aimed(self) -> Decimal | None:
        return self.target.initial if self.target.adjusted is None else self.target.adjusted

    @property
    def rate(self) -> Decimal | None:
        """Percent of what counts now, the adjusted number where there is one."""
        if self.reached is None or not self.aimed:
            return None
        return (100 * self.reached / self.aimed).quantize(Decimal("0.1"))


@dataclass(frozen=True, slots=True)
class Row:
    line: Line
    before: Line | None
    change: Change | None
    reason: ChangeReason | None
    aims: tuple[Aim, ...]

    @property
    def wants_reason(self) -> bool:
        return self.change is not None and self.change.large and self.reason is None


@dataclass(frozen=True, slots=True)
class Comparison:
    report: YearEnd
    before: YearEnd
    rows: Mapping[str, Row]
    aims: tuple[Aim, ...]
    """Every target of the year, measured or not, in its order."""

    @property
    def without_reason(self) -> int:
        return sum(row.wants_reason for row in self.rows.values())


def a_year_before(day: datetime.date) -> datetime.date:
    """The same day of the year before; of 29 February the 28th."""
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap else day.day)


def _end_before(day: datetime.date) -> datetime.date:
    """The last day of a month stays the last: 28 February 2025 stands against 29 February 2024."""
    last = (day + datetime.timedelta(days=1)).day == 1
    return a_year_before(day + datetime.timedelta(days=1)) - datetime.timedelta(days=1) if last else a_year_before(day)


def of(report: YearEnd) -> Comparison:
    """The span a year before is evaluated by the same catalogue up to the same day; reasons and targets are those of the
    organization. Two queries beside the ledger's."""
    former = yearend.evaluate_span(
        organization=report.organization,
        start=a_year_before(report.start),
        end=_end_before(report.end),
        scope=report.scope,
        as_of=_end_before(report.as_of),
        catalogue=report.catalogue,
    )
    reasons = {
        one.indicator: one
        for one in ChangeReason.objects.filter(
            organization=report.organization, year=report.year, scope=report.scope
        ).select_related("by")
    }
    aims = aims_of(report.organization, report)
    rows = {}
    for line in report.lines:
        code = line.indicator.code
        earlier = former.line(code)
        changed = change(earlier.figure if earlier else None, line.figure)
        mine = tuple(aim for aim in aims if aim.target.indicator == code)
        rows[code] = Row(line, earlier, changed, reasons.get(code), mine)
    return Comparison(report, former, rows, aims)


def aims_of(organization: Organization, report: YearEnd) -> tuple[Aim, ...]:
    """The year's targets, each with what was reached."""
    result = []
    for target in Target.objects.filter(organization=organization, year=report.year):
        line = report.line(target.indicator) if target.indicator else None
        measured = line.figure if line else None
        reached = target.actual
        if measured is not None and measured.number is not None and reached is None:
            reached = Decimal(measured.number)
        result.append(Aim(target, reached, measured))
    return tuple(result)
