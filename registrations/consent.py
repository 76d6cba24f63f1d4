"""The notice people read before they agree to how their data is used, from `consent.yaml`. Pure."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class Notice:
    """`version` names this very text: that of the words, and a digest of all that was filled in."""

    version: str
    language: str
    head: str
    items: tuple[str, ...]
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join([self.head, *(f"· {item}" for item in self.items), *self.paragraphs])


@dataclass(frozen=True, slots=True)
class About:
    """What a notice is about: names as people read them, days until data is erased, and on what that rests."""

    activity: str
    organizer: str
    contact: str
    days: int
    basis: str


@functools.cache
def _words() -> dict[str, Any]:
    data = yaml.safe_load((Path(__file__).parent / "consent.yaml").read_text(encoding="utf-8"))
    return dict(data)


def notice(about: About, *, items: Sequence[str], questions: Sequence[str], language: str) -> Notice:
    """The notice for whoever is asked for these items (keys of the file) and questions, in «zh» or «en»."""
    words = _words()[language]
    filled = {"activity": about.activity, "organizer": about.organizer, "contact": about.contact}
    lines = [words["items"][item] for item in items]
    lines += [words["items"]["question"].replace("{label}", label) for label in questions]
    paragraphs = [words["sees"], words["keeps"], words["rights"], words["free"]]
    paragraphs += [words["contact"]] if about.contact else []
    filled |= {"days": str(about.days), "basis": about.basis.rstrip("。.")}
    made = Notice(
        "", language, _fill(words["head"], filled), tuple(lines), tuple(_fill(one, filled) for one in paragraphs)
    )
    digest = hashlib.sha256(made.text.encode()).hexdigest()[:8]
    return Notice(f"{_words()['version']}-{digest}", language, made.head, made.items, made.paragraphs)


def _fill(words: str, filled: dict[str, str]) -> str:
    """Plain replacement: what people typed may hold braces of its own."""
    for name, value in filled.items():
        words = words.replace("{" + name + "}", value)
    return words
