from __future__ import annotations

import datetime

import pytest

from registrations.indicators import catalogue
from registrations.indicators.evaluate import evaluate
from registrations.reports.ledger import Ledger

EMPTY = Ledger(
    year=2018,
    scope="region",
    as_of=datetime.date(2018, 12, 31),
    entries=[],
    checked_in={},
    headcounts={},
    people={},
    reported=[],
    stock=[],
)


@pytest.mark.parametrize("one", catalogue.load("work_report").indicators, ids=lambda one: one.code)
def test_where_nothing_is_recorded_there_is_no_figure_and_no_zero(one):
    assert evaluate(one, EMPTY) is None
