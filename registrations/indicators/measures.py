"""The closed vocabulary of measures, read from `measures.yaml`. Pure."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import yaml


@dataclass(frozen=True, slots=True)
class Measure:
    code: str
    unit: str
    zh: str
    en: str
    unit_en: str
    stock: bool = False

    def label(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


@functools.cache
def all_measures() -> dict[str, Measure]:
    """Measures by code, in the order of the file."""
    data = yaml.safe_load((Path(__file__).parent / "measures.yaml").read_text(encoding="utf-8"))
    return {code: Measure(code=code, **row) for code, row in data.items()}


def get(code: str) -> Measure:
    return all_measures()[code]


#: What an organizer enters for an activity, in the order the page asks.
ENTERED = ("leaflets", "consultations", "free_clinics", "techniques", "panels", "exhibits", "media", "pictures")
