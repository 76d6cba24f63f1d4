"""Days and hours as people write them: «9月17日（周一）09:00–11:30», the year only where it is not this one. Pure."""

from __future__ import annotations

import datetime

_WEEKDAYS = "一二三四五六日"
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


def day(value: datetime.date, *, zh: bool, today: datetime.date | None, weekday: bool = True) -> str:
    """«9月17日（周一）», «Mon 17 Sep»; with the year where it is not that of `today`, or where nobody knows when it is read
    (`today` None)."""
    other = today is None or value.year != today.year
    if zh:
        year = f"{value.year}年" if other else ""
        return f"{year}{value.month}月{value.day}日" + (f"（周{_WEEKDAYS[value.weekday()]}）" if weekday else "")
    name = f"{_DAYS[value.weekday()]} " if weekday else ""
    return f"{name}{value.day} {_MONTHS[value.month - 1]}" + (f" {value.year}" if other else "")


def hours(start: datetime.datetime, end: datetime.datetime, *, zh: bool, today: datetime.date) -> str:
    """A local span of time; one that reaches into another day names both."""
    first = f"{day(start.date(), zh=zh, today=today)}{'' if zh else ' '}{start:%H:%M}"
    if start.date() == end.date():
        return f"{first}–{end:%H:%M}"
    return f"{first} – {day(end.date(), zh=zh, today=today)}{'' if zh else ' '}{end:%H:%M}"


def span(
    first: datetime.date | None, last: datetime.date | None, precision: str, *, zh: bool, today: datetime.date
) -> str:
    """The days of an activity or campaign, as precisely as they are known; empty where they are not."""
    if first is None or last is None:
        return ""
    if precision == "year":
        return _from_to(*(f"{one.year}年" if zh else str(one.year) for one in (first, last)))
    if precision == "month":
        return _from_to(
            *(f"{one.year}年{one.month}月" if zh else f"{_MONTHS[one.month - 1]} {one.year}" for one in (first, last))
        )
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
        return f"{first.year}年全年" if zh else f"all of {first.year}"
    if first == last:
        return day(first, zh=zh, today=today)
    # One year for both stands once: before the first day in Chinese, behind the last in English.
    start = day(first, zh=zh, today=today if zh or first.year != last.year else first, weekday=False)
    end = day(last, zh=zh, today=first if zh and first.year == last.year else today, weekday=False)
    return f"{start}–{end}" if zh else f"{start} – {end}"


def _from_to(first: str, last: str) -> str:
    return first if first == last else f"{first}–{last}"
