"""What the words of a list look like: clean text, and what may be a name or a village."""

from __future__ import annotations

import re
import unicodedata

NUMERALS = {"两": 2, "俩": 2} | {sign: number for number, sign in enumerate("一二三四五六七八九十", start=1)}
HAN = "\u3400-\u9fff\U00020000-\U0003ffff〇"
VILLAGE = re.compile(
    rf"[{HAN}\w]*(?:村|组|社区|镇|乡|街道|办事处|大队|[一二三四五六七八九十\d]队|屯|寨|湾|居委会|小区|学校|中学|小学|学院|合作社|公司|班)"
)
NAME = re.compile(rf"[{HAN}]{{2,4}}|[{HAN}]+·[{HAN}·]+")


def plain_text(text: str) -> str:
    """Full-width digits and signs as half-width ones, without emoji and what cannot be seen."""
    # Circled and bracketed numbers (①, ⒈, ⑴) part from the name behind them before they become plain digits.
    text = re.sub(r"([\u2460-\u249b\u24ea-\u24ff\u2776-\u2793])", lambda found: f"{_numeral(found[1])}. ", text)
    kept = []
    for char in unicodedata.normalize("NFKC", text):
        kind = unicodedata.category(char)
        if kind in {"Cf", "Cs", "Co", "Cn", "So", "Sk", "Me"} or "\ufe00" <= char <= "\ufe0f":
            continue
        kept.append(" " if kind in {"Cc", "Zs", "Zl", "Zp"} else char)
    return "".join(kept).strip()


def _numeral(char: str) -> str:
    return str(int(unicodedata.numeric(char, 1)))


def cell_text(value: str) -> str:
    return " ".join(plain_text(value).split())


def closed(name: str) -> str:
    """«刘 忠», set apart so that it is as wide as three characters, is «刘忠»."""
    return re.sub(rf"(?<=[{HAN}])\s+(?=[{HAN}])", "", name)


def place_like(word: str) -> bool:
    return len(word) >= 2 and VILLAGE.fullmatch(word) is not None
