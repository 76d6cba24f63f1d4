"""Numbers as such reports write and read them: «500多人», «近千人», «3.6万», «4700余人次». Pure.

多 / 余 / 以上 / 至少 mean at least; 近 / 不足 at most; 约 / 左右 about; 据不完全统计 incomplete, so at least; a bare number
is exact (DOMAIN.md, «What the source document contains»).
"""

from __future__ import annotations

import re

from registrations.figures import Amount, Bound, amount


class NotANumber(ValueError):
    """No number could be read from the text."""


_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_MULTIPLES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_MORE = "多余"
_PATTERN = re.compile(
    r"(?P<before>据不完全统计[,，、 ]?)?(?P<word>近|约|大约|至少|不足|不到|超过|逾)?\s*"
    r"(?P<number>\d[\d,，]*(?:\.\d+)?|[零〇一二两三四五六七八九十百千]+)?\s*(?P<inner>[多余])?\s*"
    r"(?P<multiple>[百千万亿]+)?\s*(?P<more>[多余])?\s*(?P<unit>[^\d\s,，。多余]*?)?(?P<after>以上|左右|上下)?$"
)


def _chinese(text: str) -> int:
    total = section = digit = 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        else:
            section += (digit or 1) * _MULTIPLES[char]
            digit = 0
    total += section + digit
    return total


def read(text: str) -> tuple[int, Bound, str]:
    """(number, bound, unit) of one phrase such as «4700余人次». Raises NotANumber."""
    found = _PATTERN.match(text.strip())
    if not found or not (found["number"] or found["multiple"]):
        raise NotANumber(text)
    digits = (found["number"] or "1").replace(",", "").replace("，", "")
    value = float(digits) if digits[0].isdigit() and digits.isascii() else float(_chinese(digits))
    for char in found["multiple"] or "":
        value *= _MULTIPLES[char]
    if value != int(value):
        raise NotANumber(text)
    word, after = found["word"] or "", found["after"] or ""
    if word in {"近", "不足", "不到"}:
        bound = Bound.AT_MOST
    elif word in {"约", "大约"} or after in {"左右", "上下"}:
        bound = Bound.ABOUT
    elif found["before"] or word or found["inner"] or found["more"] or after == "以上":
        bound = Bound.AT_LEAST
    else:
        bound = Bound.EXACT
    return int(value), bound, (found["unit"] or "").strip()


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
