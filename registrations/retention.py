"""How long names and phones are kept, read from `retention.yaml`. Pure."""

from __future__ import annotations

import datetime
import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class Rule:
    """`days` after an activity's last day, and the words for what that rests on."""

    days: int
    zh: str
    en: str

    def basis(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en

    def due_on(self, last_day: datetime.date) -> datetime.date:
        """The first day on which names and phones are to go."""
        return last_day + datetime.timedelta(days=self.days + 1)


@dataclass(frozen=True, slots=True)
class Rules:
    version: str
    default: Rule
    kinds: dict[str, Rule]

    def of(self, kind: str) -> Rule:
        """The rule of a kind of campaign."""
        return self.kinds.get(kind, self.default)


def _rule(row: dict[str, Any]) -> Rule:
    return Rule(days=int(row["days"]), zh=row["basis"]["zh"], en=row["basis"]["en"])


@functools.cache
def rules() -> Rules:
    data = yaml.safe_load((Path(__file__).parent / "retention.yaml").read_text(encoding="utf-8"))
    kinds = {kind: _rule(row) for kind, row in data["kinds"].items()}
    return Rules(version=str(data["version"]), default=_rule(data["default"]), kinds=kinds)
