from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events import dates

TODAY = datetime.date(2026, 11, 24)
D = datetime.date
dt = datetime.datetime


def test_a_day_that_is_read_in_other_years_names_its_year():
    day = datetime.date(2026, 11, 25)
    assert dates.day(day, zh=True, today=None, weekday=False) == "2026年11月25日"
    assert dates.day(day, zh=False, today=None, weekday=False) == "25 Nov 2026"


@pytest.mark.parametrize(
    "value, weekday, zh, en",
    [
        (D(2026, 9, 17), True, "9月17日（周四）", "Thu 17 Sep"),
        (D(2026, 9, 20), True, "9月20日（周日）", "Sun 20 Sep"),
        (D(2018, 9, 17), True, "2018年9月17日（周一）", "Mon 17 Sep 2018"),
        (D(2027, 1, 1), False, "2027年1月1日", "1 Jan 2027"),
        (D(2026, 1, 1), False, "1月1日", "1 Jan"),
    ],
)
def test_a_day_names_its_year_only_where_it_is_another(value, weekday, zh, en):
    assert dates.day(value, zh=True, today=TODAY, weekday=weekday) == zh
    assert dates.day(value, zh=False, today=TODAY, weekday=weekday) == en


@pytest.mark.parametrize(
    "start, end, zh, en",
    [
        (dt(2026, 9, 17, 9), dt(2026, 9, 17, 11, 30), "9月17日（周四）09:00–11:30", "Thu 17 Sep 09:00–11:30"),
        (
            dt(2026, 12, 31, 23, 30),
            dt(2027, 1, 1, 0, 30),
            "12月31日（周四）23:30 – 2027年1月1日（周五）00:30",
            "Thu 31 Dec 23:30 – Fri 1 Jan 2027 00:30",
        ),
        (
            dt(2018, 9, 17, 9),
            dt(2018, 9, 17, 10),
            "2018年9月17日（周一）09:00–10:00",
            "Mon 17 Sep 2018 09:00–10:00",
        ),
    ],
)
def test_hours_name_the_second_day_only_where_it_is_another(start, end, zh, en):
    assert dates.hours(start, end, zh=True, today=TODAY) == zh
    assert dates.hours(start, end, zh=False, today=TODAY) == en


@pytest.mark.parametrize(
    "first, last, precision, zh, en",
    [
        (None, None, "day", "", ""),
        (D(2018, 1, 1), D(2018, 12, 31), "year", "2018年", "2018"),
        (D(2026, 1, 1), D(2026, 12, 31), "year", "2026年", "2026"),
        (D(2018, 1, 1), D(2019, 12, 31), "year", "2018年–2019年", "2018–2019"),
        (D(2018, 10, 1), D(2018, 10, 31), "month", "2018年10月", "Oct 2018"),
        (D(2018, 10, 1), D(2018, 12, 31), "month", "2018年10月–2018年12月", "Oct 2018–Dec 2018"),
        (D(2018, 1, 1), D(2018, 12, 31), "day", "2018年全年", "all of 2018"),
        (D(2018, 10, 20), D(2018, 10, 20), "day", "2018年10月20日（周六）", "Sat 20 Oct 2018"),
        (D(2026, 11, 24), D(2026, 11, 24), "day", "11月24日（周二）", "Tue 24 Nov"),
        (D(2026, 9, 15), D(2026, 9, 21), "day", "9月15日–9月21日", "15 Sep – 21 Sep"),
        (D(2018, 9, 15), D(2018, 9, 21), "day", "2018年9月15日–9月21日", "15 Sep – 21 Sep 2018"),
        (D(2024, 2, 29), D(2024, 3, 2), "day", "2024年2月29日–3月2日", "29 Feb – 2 Mar 2024"),
        (D(2025, 12, 30), D(2026, 1, 2), "day", "2025年12月30日–1月2日", "30 Dec 2025 – 2 Jan"),
        (D(2026, 12, 30), D(2027, 1, 2), "day", "12月30日–2027年1月2日", "30 Dec – 2 Jan 2027"),
        (D(2018, 12, 30), D(2019, 1, 2), "day", "2018年12月30日–2019年1月2日", "30 Dec 2018 – 2 Jan 2019"),
    ],
)
def test_a_span_is_written_as_precisely_as_it_is_known(first, last, precision, zh, en):
    assert dates.span(first, last, precision, zh=True, today=TODAY) == zh
    assert dates.span(first, last, precision, zh=False, today=TODAY) == en


@settings(max_examples=300, deadline=None)
@given(
    st.dates(D(1949, 1, 1), D(2100, 1, 1)), st.integers(0, 800), st.dates(D(1949, 1, 1), D(2100, 1, 1)), st.booleans()
)
def test_every_span_can_be_written_on_every_day(first, length, today, zh):
    last = first + datetime.timedelta(days=length)
    for precision in ("day", "month", "year"):
        assert dates.span(first, last, precision, zh=zh, today=today)
