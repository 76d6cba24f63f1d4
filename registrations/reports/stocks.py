"""Terminals as stocks (期末存量): what stands where on a day, and every change that led there."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from events.access import Act, Actor
from registrations.figures import NOTHING, Amount, amount
from registrations.models import StockChange

TERMINALS = "terminals"


@dataclass(slots=True)
class Place:
    """One place: installed and withdrawn up to the day; empty for changes that name no place."""

    name: str
    installed: Amount = NOTHING
    withdrawn: Amount = NOTHING

    @property
    def there(self) -> Amount:
        return self.installed - self.withdrawn


@dataclass(slots=True)
class Board:
    """`later` are changes after the day, `taken_back` those that count no more."""

    places: list[Place] = field(default_factory=list)
    changes: list[StockChange] = field(default_factory=list)
    later: list[StockChange] = field(default_factory=list)
    taken_back: list[StockChange] = field(default_factory=list)

    @property
    def whole(self) -> Amount:
        """Installed minus withdrawn in all: the same difference the year's end shows."""
        installed = sum((one.installed for one in self.places), NOTHING)
        return installed - sum((one.withdrawn for one in self.places), NOTHING)


def read(actor: Actor, day: datetime.date, measure: str = TERMINALS) -> Board:
    """In one query."""
    rows = StockChange.objects.filter(actor.where(Act.SEE_FIGURES, "organization__path"), measure=measure)
    board = Board()
    places: dict[str, Place] = {}
    for one in rows.select_related("organization", "by").order_by("-on", "-pk"):
        if one.withdrawn_at is not None:
            board.taken_back.append(one)
        elif one.on > day:
            board.later.append(one)
        else:
            board.changes.append(one)
            place = places.setdefault(one.place, Place(one.place))
            if one.change > 0:
                place.installed = place.installed + amount(one.change, one.bound)
            else:
                place.withdrawn = place.withdrawn + amount(-one.change, one.bound)
    board.places = [places[name] for name in sorted(places)]
    return board
