"""The first letters of a Chinese name in pinyin, by which people are looked for on a phone."""

from __future__ import annotations

from pypinyin import Style, lazy_pinyin

#: Surnames that are read otherwise than the same characters elsewhere.
_SURNAMES = {
    "曾": "z",
    "单": "s",
    "解": "x",
    "仇": "q",
    "朴": "p",
    "区": "o",
    "查": "z",
    "盖": "g",
    "尉": "y",
    "万": "w",
}


def initials(name: str) -> str:
    """«刘桂英» → «lgy»; of a masked name («刘**») what is shown («l»)."""
    letters = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER, errors="ignore")).lower()
    first = _SURNAMES.get(name[:1])
    return first + letters[1:] if first and letters else letters
