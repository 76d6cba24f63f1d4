"""What a page of figures was asked for: whose, of which span, how wide, up to which day, by which catalogue."""

from __future__ import annotations

import contextlib
import datetime
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext

from events import access
from events.access import Act
from events.errors import NotFound
from events.models import Activity, Organization
from frontend import pages
from frontend.pages import Request
from registrations.indicators import catalogue as catalogues
from registrations.reports import yearend


@dataclass(frozen=True, slots=True)
class Choice:
    """`year` is that of a whole year, or the one the span ends in."""

    organization: Organization
    year: int
    start: datetime.date
    end: datetime.date
    scope: str
    as_of: datetime.date
    catalogue: str = "work_report"

    @property
    def whole_year(self) -> bool:
        return (self.start, self.end) == yearend.year_span(self.year)

    @property
    def scope_label(self) -> str:
        return dict(scopes())[self.scope]


def scopes() -> list[tuple[str, str]]:
    return [("own", gettext("own")), ("tree", gettext("own and below")), ("region", gettext("whole region"))]


def catalogue_choices() -> list[tuple[str, dict[str, str]]]:
    return [(code, dict(catalogues.load(code).label)) for code in catalogues.CODES]


def _day(given: QueryDict, name: str) -> datetime.date | None:
    with contextlib.suppress(ValueError):  # none, or none that can be read
        return datetime.date.fromisoformat(given.get(name, ""))
    return None


def read(request: Request, given: QueryDict | None = None, act: Act = Act.SEE_FIGURES) -> Choice:
    """From a query (or the fields of a form). Raises NotFound for what cannot be meant."""
    given = request.GET if given is None else given
    code = given.get("organization", "")
    if code:
        organization: Organization | None = access.organization(request.actor, act, code=code)
    else:
        organization = pages.organizations(request.actor, act).first()
    if organization is None:
        raise NotFound
    today = timezone.localdate()
    year = given.get("year", "")
    number = int(year) if year.isascii() and year.isdigit() and len(year) == 4 else today.year
    if not 1949 <= number <= 2100:
        raise NotFound
    start, end = yearend.year_span(number)
    first, last = _day(given, "from"), _day(given, "to")
    if first and last and first <= last and first.year >= 1949 and last.year <= 2100:
        start, end, number = first, last, last.year
    scope = given.get("scope", "own")
    catalogue = given.get("catalogue", "work_report")
    return Choice(
        organization=organization,
        year=number,
        start=start,
        end=end,
        scope=scope if scope in yearend.SCOPES else "own",
        as_of=_day(given, "as_of") or yearend.cutoff_of(start, end, today),
        catalogue=catalogue if catalogue in catalogues.CODES else "work_report",
    )


def evaluated(choice: Choice) -> yearend.YearEnd:
    return yearend.evaluate_span(
        organization=choice.organization,
        start=choice.start,
        end=choice.end,
        scope=choice.scope,
        as_of=choice.as_of,
        catalogue=choice.catalogue,
    )


def years(organization: Organization) -> list[int]:
    found = Activity.objects.led_within(organization).exclude(ends_on=None).values_list("ends_on__year", flat=True)
    return sorted({*found.distinct(), timezone.localdate().year}, reverse=True)


def offered(request: Request, choice: Choice) -> dict[str, Any]:
    """What the bar of filters needs (console/parts/figure_filters.html)."""
    return {
        "choice": choice,
        "organizations": pages.organizations(request.actor, Act.SEE_FIGURES),
        "years": years(choice.organization),
        "scopes": scopes(),
        "catalogues": catalogue_choices(),
    }
