from __future__ import annotations

import datetime

import pytest

from registrations.indicators import catalogue
from registrations.indicators.evaluate import evaluate
from registrations.reports.ledger import Ledger

EMPTY = Ledger(
    start=datetime.date(2018, 1, 1),
    end=datetime.date(2018, 12, 31),
    scope="region",
    as_of=datetime.date(2018, 12, 31),
    entries=[],
    checked_in={},
    headcounts={},
    people={},
    reported=[],
    stock=[],
)


ALL = [(code, one) for code in catalogue.CODES for one in catalogue.load(code).indicators]


@pytest.mark.parametrize("one", [one for _, one in ALL], ids=[f"{code}.{one.code}" for code, one in ALL])
def test_where_nothing_is_recorded_there_is_no_figure_and_no_zero(one):
    assert evaluate(one, EMPTY) is None
