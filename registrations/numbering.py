"""Numbers of certificates, by a pattern that an office writes itself: «天科协培〔{year}〕第{n:04}号»,
«TM{year}{course:02}{n:03}».

Three fields are known: `year` of issue, `course` (第N期; 0 where it has none), and `n`, which counts from 1 in each year.
`year` and `n` must be there, or numbers would come back.
"""

from __future__ import annotations

import re

DEFAULT = "科培〔{year}〕第{n:04}号"
_FIELD = re.compile(r"\{(year|course|n)(?::0([1-8]))?\}")


class PatternUnfit(ValueError):
    """It holds braces that are no field of ours, or lacks one that is needed."""


def check(pattern: str) -> str:
    """The pattern, trimmed. Raises PatternUnfit."""
    pattern = pattern.strip()
    fields = {found[1] for found in _FIELD.finditer(pattern)}
    rest = _FIELD.sub("", pattern)
    if "{" in rest or "}" in rest or not {"year", "n"} <= fields or _adjoining(pattern):
        raise PatternUnfit(pattern)
    return pattern


def _adjoining(pattern: str) -> bool:
    """Two fields of open length side by side: 1 and 12 would read like 11 and 2."""
    return re.search(r"\{(course|n)\}\{(year|course|n)", pattern) is not None


def write(pattern: str, *, year: int, course: int, n: int) -> str:
    """The number; a field with a width is filled up with zeros, and never cut."""
    values = {"year": year, "course": course, "n": n}
    return _FIELD.sub(lambda found: f"{values[found[1]]:0{found[2] or 1}d}", pattern)
