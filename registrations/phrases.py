"""Numbers as such reports write and read them: «500多人», «近千人», «3.6万», «4700余人次». Pure.

多 / 余 / 以上 / 至少 mean at least; 近 / 不足 / 以下 at most; 约 / 左右 about; 据不完全统计 incomplete, so at least; a bare
number is exact: so the work summary of 2018 uses them, which the demo loads.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from registrations.figures import Amount, Bound, amount


class NotANumber(ValueError):
    """No number could be read from the text."""


_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_MULTIPLES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_NUMERALS = "".join(_DIGITS) + "".join(_MULTIPLES)
_AT_MOST = {"近", "将近", "不足", "不到", "以下", "以内"}
_ABOUT = {"约", "大约", "左右", "上下", "来"}
_AFTER = "以上|以下|以内|左右|上下"
_PATTERN = re.compile(
    r"(?P<before>据不完全统计[,、 ]?)?(?P<word>近|将近|约|大约|至少|不足|不到|超过|逾)?\s*"
    rf"(?P<number>\d{{1,3}}(?:,\d{{3}})+|\d+(?:\.\d+)?|[{_NUMERALS}]+)\s*(?P<inner>[多余几]|来(?!访))?\s*"
    r"(?P<multiple>[百千]?万?亿?)\s*(?P<more>[多余几]|来(?!访))?\s*"
    rf"(?P<unit>(?![{_NUMERALS}几]|来(?!访))(?:(?!{_AFTER})[^\d\s,。多余])*?)(?P<after>{_AFTER})?",
    re.ASCII,
)


def _section(text: str) -> int:
    """A Chinese numeral below ten thousand. Raises NotANumber for a row of digits («二〇一八» is a year) and for what
    leaves its last place out («二百五»)."""
    total, place, digit, zero = 0, 10_000, None, False
    for char in text:
        value = _DIGITS.get(char)
        if value == 0:
            if digit is not None or zero or not total:
                raise NotANumber(text)
            zero = True
        elif value is not None:
            if digit is not None:
                raise NotANumber(text)
            digit = value
        else:
            multiple = _MULTIPLES[char]
            if multiple >= place or (digit is None and total):
                raise NotANumber(text)
            total += (digit or 1) * multiple
            place, digit, zero = multiple, None, False
    if (digit is None and zero) or (digit is not None and total and place > 10 and not zero):
        raise NotANumber(text)
    return total + (digit or 0)


def _chinese(text: str) -> int:
    """A Chinese numeral. Raises NotANumber."""
    if len(text) == 1:
        return _DIGITS[text] if text in _DIGITS else _MULTIPLES[text]
    for char in "亿万":
        head, found, tail = text.rpartition(char)
        if found:
            rest = tail.lstrip("零〇")
            if not head or len(tail) - len(rest) > 1 or tail in _DIGITS:  # «一万二»: twelve thousand, or a slip?
                raise NotANumber(text)
            return _chinese(head) * _MULTIPLES[char] + (_chinese(rest) if rest else 0)
    return _section(text)


def read(text: str) -> tuple[int, Bound, str]:
    """(number, bound, unit) of one phrase such as «4700余人次». Raises NotANumber."""
    found = _PATTERN.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if not found:
        raise NotANumber(text)
    digits = found["number"]
    value = Decimal(digits.replace(",", "")) if digits[0] in "0123456789" else Decimal(_chinese(digits))
    for char in found["multiple"]:
        value *= _MULTIPLES[char]
    if value != int(value):
        raise NotANumber(text)
    said = {found[name] for name in ("before", "word", "inner", "more", "after") if found[name]}
    if said & _AT_MOST:
        bound = Bound.AT_MOST
    elif said & _ABOUT:
        bound = Bound.ABOUT
    else:
        bound = Bound.AT_LEAST if said else Bound.EXACT
    return int(value), bound, found["unit"]


def write(part: Amount, unit: str, *, style: str = "多") -> str:
    """«500多人», «近1000人», «约300人», «4期»; «未统计» where nothing is known. `style` is 多 or 余, as the passage has it.

    A number of ten thousands that divides evenly is written with 万. The qualifier follows the number where it is round,
    for «71多项» reads wrongly: then it is «至少71项».
    """
    if part.stated is None:
        return "未统计"
    number = part.stated
    text = f"{number // 10_000}万" if number >= 10_000 and number % 10_000 == 0 else str(number)
    match part.bound:
        case Bound.AT_LEAST if number == 0:
            return "未统计"
        case Bound.AT_LEAST:
            return f"{text}{style}{unit}" if number % 10 == 0 else f"至少{text}{unit}"
        case Bound.AT_MOST:
            return f"近{text}{unit}"
        case Bound.ABOUT:
            return f"约{text}{unit}"
        case _:
            return f"{text}{unit}"


def write_english(part: Amount, unit: str) -> str:
    """«at least 500 people»."""
    if part.stated is None:
        return "not recorded"
    words = {Bound.AT_LEAST: "at least ", Bound.AT_MOST: "at most ", Bound.ABOUT: "about "}
    return f"{words.get(part.bound, '')}{part.stated:,} {unit}".rstrip()


def parse(text: str) -> Amount:
    """The amount a phrase states."""
    number, bound, _unit = read(text)
    return amount(number, bound)
