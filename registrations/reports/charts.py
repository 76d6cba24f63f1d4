"""人次 of a span by month, township, audience and form: what the charts of the year-end page draw, and the tables under
them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils import timezone

from events.models import Region
from events.models.activity import DatePrecision
from registrations.figures import Figure, total
from registrations.indicators.evaluate import of_activity
from registrations.reports.ledger import Entry, Ledger

#: Bars in a chart; further ones are summed in the last.
MOST = 12


@dataclass(frozen=True, slots=True)
class Piece:
    """Some people at an activity, as finely as it is known where and when. `session` is 0 where the whole activity is
    meant."""

    figure: Figure
    entry: Entry
    month: tuple[int, int] | None
    region: Region | None
    session: int = 0


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a chart. `share` is 0–1000 of the longest bar."""

    key: str
    figure: Figure
    share: int


@dataclass(frozen=True, slots=True)
class Chart:
    code: str
    bars: tuple[Bar, ...]

    @property
    def longest(self) -> Bar | None:
        return max(self.bars, key=lambda bar: bar.share, default=None) if any(bar.share for bar in self.bars) else None


def pieces(ledger: Ledger) -> Iterator[Piece]:
    """Every figure of attendance in the ledger, taken apart by session where it is known by session."""
    for entry in ledger.entries:
        by_id = {session.pk: session for session in entry.sessions}
        for figure in of_activity("attendance", entry, ledger, set()):
            ref = figure.records[0]
            session = by_id.get(ref.id) if ref.kind == "session" else None
            if session is not None:
                day = timezone.localdate(session.starts_at)
                place = session.region or entry.activity.region
                yield Piece(figure, entry, (day.year, day.month), place, session.pk)
                continue
            last, precision = entry.activity.ends_on, entry.activity.date_precision
            known = last is not None and precision != DatePrecision.YEAR
            yield Piece(figure, entry, (last.year, last.month) if known and last else None, entry.activity.region)


def of(ledger: Ledger) -> tuple[Chart, ...]:
    """The four charts, from a ledger that is read already: without a query."""
    found = list(pieces(ledger))
    return (
        _chart("month", ((_month(one), one.figure) for one in found), by_key=True),
        _chart("township", ((one.region.name if one.region else "", one.figure) for one in found)),
        _chart("audience", ((group, one.figure) for one in found for group in one.entry.activity.audiences or [""])),
        _chart("form", ((one.entry.activity.form, one.figure) for one in found)),
    )


def _month(piece: Piece) -> str:
    return f"{piece.month[0]}-{piece.month[1]:02d}" if piece.month else ""


def _chart(code: str, parts: Iterable[tuple[str, Figure]], *, by_key: bool = False) -> Chart:
    """Sums by key: months in their order, all else by its size, what is not known last."""
    sums: dict[str, list[Figure]] = {}
    for key, figure in parts:
        sums.setdefault(key, []).append(figure)
    figures = {key: whole for key, ones in sums.items() if (whole := total(ones)) is not None}
    order = sorted(figures, key=lambda key: (key == "", key if by_key else "", -(figures[key].number or 0), key))
    most = max((figures[key].number or 0 for key in order), default=0)
    kept = order if by_key or len(order) <= MOST else order[: MOST - 1]
    bars = [Bar(key, figures[key], 1000 * (figures[key].number or 0) // most if most else 0) for key in kept]
    if len(kept) < len(order) and (rest := total(figures[key] for key in order[MOST - 1 :])):
        bars.append(Bar("other", rest, min(1000, 1000 * (rest.number or 0) // most) if most else 0))
    return Chart(code, tuple(bars))
