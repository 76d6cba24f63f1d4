"""Days as ledgers write them: «2018-09-17», «9月17日», «9月17-20日», «2018年9月中旬», «3至5月», «上半年», «2018年»."""

from __future__ import annotations

import datetime
import re
import unicodedata
from dataclasses import dataclass


class NotADay(ValueError):
    """No day, month or year could be read from the text."""


@dataclass(frozen=True, slots=True)
class Span:
    """First and last day, both inclusive, and how exactly they are known: day, month or year."""

    first: datetime.date
    last: datetime.date
    precision: str


#: Days since this one is how Excel counts them.
_EXCEL = datetime.date(1899, 12, 30)
_BETWEEN = r"\s*(?:[-–—~～]+|至|到)\s*"
_YEAR = r"(?:(?P<y{0}>(?:19|20)\d\d)\s*[年.\-/]\s*)?"
_DAY = _YEAR + r"(?:(?P<m{0}>\d{{1,2}})\s*[月.\-/]\s*)?(?P<d{0}>\d{{1,2}})\s*[日号]?"
_DAYS = re.compile(_DAY.format(1).replace(")?(?P<d1>", ")(?P<d1>") + "(?:" + _BETWEEN + _DAY.format(2) + ")?")
_MONTHS = re.compile(
    _YEAR.format(1) + r"(?P<m1>\d{1,2})\s*月?(?:" + _BETWEEN + _YEAR.format(2) + r"(?P<m2>\d{1,2}))?\s*月?"
    r"(?:份|上旬|中旬|下旬|初|中|底|末)?"
)  # fmt: skip
_WHOLE_YEAR = re.compile(r"(?P<y>(?:19|20)\d\d)?\s*年?\s*(?:度|全年|年内)?")
_PART = re.compile(r"(?:(?P<y>(?:19|20)\d\d)\s*年?)?\s*(?P<part>上半年|下半年|第?[一二三四1-4]季度)")
_HALVES = {"上半年": (1, 6), "下半年": (7, 12)}
_CLOCK = re.compile(r"[T\s]+\d{1,2}:\d\d(?::\d\d)?(?:\s*-\s*\d{1,2}:\d\d)?$|[上下]午.*$|全天$|\(.*?\)")


def span(text: str, year: int) -> Span:
    """What days a cell names; `year` is meant where it names none. Raises NotADay."""
    plain = unicodedata.normalize("NFKC", text).strip()
    plain = _CLOCK.sub("", plain).strip().rstrip("。,;")
    if re.fullmatch(r"\d{8}", plain):
        plain = f"{plain[:4]}-{plain[4:6]}-{plain[6:]}"
    if re.fullmatch(r"[1-6]\d{4}", plain):
        day = _EXCEL + datetime.timedelta(days=int(plain))
        return Span(day, day, "day")
    try:
        found = _parts(plain, year) or _days(plain, year) or _months(plain, year)
    except ValueError as error:
        raise NotADay(text) from error
    if found is None or found.last < found.first:
        raise NotADay(text)
    return found


def _parts(text: str, year: int) -> Span | None:
    """Whole years, their halves and quarters."""
    if text and (found := _WHOLE_YEAR.fullmatch(text)):
        stated = int(found["y"] or year)
        return Span(datetime.date(stated, 1, 1), datetime.date(stated, 12, 31), "year")
    if found := _PART.fullmatch(text):
        stated = int(found["y"] or year)
        quarter = "0一二三四".find(found["part"].removeprefix("第")[0])
        if found["part"][-1] == "度" and quarter < 1:
            quarter = int(found["part"].removeprefix("第")[0])
        first, last = _HALVES.get(found["part"]) or (quarter * 3 - 2, quarter * 3)
        return Span(datetime.date(stated, first, 1), _end(stated, last), "month")
    return None


def _days(text: str, year: int) -> Span | None:
    found = _DAYS.fullmatch(text)
    # «2018.9» and «2018-09» are a month; «3-5月» are months too.
    if found is None or not found["m1"] or text.endswith("月") or re.fullmatch(r"(?:19|20)\d\d[.\-/]\d{1,2}", text):
        return None
    first = datetime.date(int(found["y1"] or year), int(found["m1"]), int(found["d1"]))
    if not found["d2"]:
        return Span(first, first, "day")
    month = int(found["m2"] or first.month)
    stated = int(found["y2"] or first.year + (month < first.month and not found["y2"]))
    return Span(first, datetime.date(stated, month, int(found["d2"])), "day")


def _months(text: str, year: int) -> Span | None:
    found = _MONTHS.fullmatch(text)
    if found is None or ("月" not in text and not found["y1"]):
        return None
    stated = int(found["y1"] or year)
    first, last = int(found["m1"]), int(found["m2"] or found["m1"])
    end = int(found["y2"] or stated + (last < first))
    return Span(datetime.date(stated, first, 1), _end(end, last), "month")


def _end(year: int, month: int) -> datetime.date:
    following = datetime.date(year + month // 12, month % 12 + 1, 1)
    return following - datetime.timedelta(days=1)
