"""School grades by code, as sign-up asks for them. Pure."""

from __future__ import annotations

#: Code → (Chinese, English). Primary school has six years, middle and high school three each.
GRADES: dict[str, tuple[str, str]] = {
    **{f"p{year}": (f"小学{'一二三四五六'[year - 1]}年级", f"Primary school, year {year}") for year in range(1, 7)},
    **{f"m{year}": (f"初中{'一二三'[year - 1]}年级", f"Middle school, year {year}") for year in range(1, 4)},
    **{f"h{year}": (f"高中{'一二三'[year - 1]}年级", f"High school, year {year}") for year in range(1, 4)},
}

#: As choices in English, for programs.
CHOICES = [(code, en) for code, (_zh, en) in GRADES.items()]


def label(code: str, language: str) -> str:
    """The grade in words; an unknown code as it is."""
    zh, en = GRADES.get(code, (code, code))
    return zh if language.startswith("zh") else en


def age_band(age: int) -> str:
    """The band that is kept when the age itself is erased."""
    for top, band in ((6, "0-6"), (13, "7-13"), (17, "14-17"), (34, "18-34"), (59, "35-59")):
        if age <= top:
            return band
    return "60+"
