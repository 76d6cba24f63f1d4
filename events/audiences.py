"""Key audience groups: a versioned list, kept as data (`data/audience_groups.yaml`)."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import yaml


@dataclass(frozen=True, slots=True)
class AudienceGroup:
    code: str
    zh: str
    en: str


@functools.cache
def lists() -> dict[str, tuple[AudienceGroup, ...]]:
    """Groups by version of the list («2021-2035»), in their order."""
    data = yaml.safe_load((Path(__file__).parent / "data" / "audience_groups.yaml").read_text(encoding="utf-8"))
    return {
        version: tuple(AudienceGroup(code=row["code"], zh=row["zh"], en=row["en"]) for row in rows)
        for version, rows in data.items()
    }


def current(year: int) -> tuple[AudienceGroup, ...]:
    """The list in force in a year, with the general public: the first one before it began, the last one for ever."""
    for version, groups in lists().items():
        if year <= int(version.split("-")[1]):
            return groups
    return list(lists().values())[-1]


@functools.cache
def _by_code() -> dict[str, AudienceGroup]:
    return {group.code: group for groups in lists().values() for group in groups}


def label(code: str, language: str) -> str:
    """The group's name in «zh…» or English; the code itself where it is not known."""
    group = _by_code().get(code)
    return code if group is None else group.zh if language.startswith("zh") else group.en


def codes() -> frozenset[str]:
    return frozenset(_by_code())
