"""One record as a station sends it: what its envelope and its content may say, before anything is asked of the database."""

from __future__ import annotations

import datetime
import hashlib
import json
import re
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from events.errors import Refusal
from registrations.indicators import measures
from registrations.models import Headcount, Scan, StationRecord

#: One record as canonical JSON, in characters: the longest that a phone of ours writes has some 700.
LARGEST_RECORD = 10_000
#: What a wall clock may say. A dead battery means 1970; beyond lies no phone.
FIRST, LAST = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC), datetime.datetime(2500, 1, 1, tzinfo=datetime.UTC)
#: 100 years in milliseconds: how far a clock can be off.
FARTHEST = 100 * 366 * 86_400_000


_KINDS, _DIRECTIONS = frozenset(StationRecord.Kind.values), frozenset(Scan.Direction.values)
_BASES, _METHODS = frozenset(Headcount.Basis.values), frozenset(Headcount.Method.values)


class RecordInvalid(Refusal):
    code = "record_invalid"
    status = 400
    sentence = _("This record cannot be read (%(what)s). It stays on the phone.")


@dataclass(frozen=True, slots=True)
class Sent:
    """One record as it came, its envelope checked."""

    id: uuid.UUID
    kind: str
    made_at: datetime.datetime
    sequence: int
    epoch: str
    payload: dict[str, Any]
    text: str
    """The payload as canonical JSON."""
    digest: str


#: NUL as JSON writes it: «\\u0000» after an even number of backslashes. Looked for in the text, however deep it lies.
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


_canonical = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def canonical(payload: Mapping[str, Any]) -> tuple[str, str]:
    """The record as canonical JSON (sorted keys, no spaces), and the SHA-256 of its UTF-8. Raises RecordInvalid for what no
    table can hold: half a character (a lone surrogate), NUL, a number beyond all numbers, or more than 10,000 characters."""
    try:
        text = _canonical(payload)
        raw = text.encode()
    except (ValueError, RecursionError) as error:
        raise RecordInvalid(what="text") from error
    if len(text) > LARGEST_RECORD or ("\\u0000" in text and _NUL.search(text)):
        raise RecordInvalid(what="text")
    return text, hashlib.sha256(raw).hexdigest()


def _whole(payload: Mapping[str, Any], name: str, least: int, most: int, default: int | None = None) -> int:
    value = payload.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise RecordInvalid(what=name)
    return value


def _text(payload: Mapping[str, Any], name: str, most: int) -> str:
    value = payload.get(name, "")
    if not isinstance(value, str) or len(value) > most:
        raise RecordInvalid(what=name)
    return value


def _flag(payload: Mapping[str, Any], name: str) -> bool:
    value = payload.get(name, False)
    if not isinstance(value, bool):
        raise RecordInvalid(what=name)
    return value


def parse(raw: object) -> Sent:
    """Check one record's envelope and content. Raises RecordInvalid."""
    if not isinstance(raw, dict):
        raise RecordInvalid(what="record")
    made_at = _moment(raw, "made_at")
    kind = _one_of(raw, "kind", _KINDS)
    if kind in _OF_A_SESSION or raw.get("session") is not None:
        _whole(raw, "session", 1, 2**62)
    _CONTENTS.get(kind, _nothing_more)(raw)
    text, digest = canonical(raw)
    return Sent(
        id=_uuid(raw, "id"),
        kind=kind,
        made_at=made_at,
        sequence=_whole(raw, "sequence", 0, 2**53),
        epoch=_text(raw, "epoch", 36),
        payload=raw,
        text=text,
        digest=digest,
    )


def _uuid(payload: Mapping[str, Any], name: str) -> uuid.UUID:
    try:
        return uuid.UUID(str(payload.get(name)))
    except ValueError as error:
        raise RecordInvalid(what=name) from error


def _moment(payload: Mapping[str, Any], name: str) -> datetime.datetime:
    try:
        moment = parse_datetime(str(payload.get(name)))
    except ValueError as error:
        raise RecordInvalid(what=name) from error
    if moment is None or moment.tzinfo is None or not FIRST <= moment <= LAST:
        raise RecordInvalid(what=name)
    return moment


def _one_of(payload: Mapping[str, Any], name: str, values: Collection[str], default: str | None = None) -> str:
    value = payload.get(name, default)
    if not isinstance(value, str) or value not in values:
        raise RecordInvalid(what=name)
    return value


def _scan(raw: Mapping[str, Any]) -> None:
    if "code" not in raw:
        raise RecordInvalid(what="code")
    _text(raw, "code", 400)
    _whole(raw, "arriving", 1, 500, default=1)
    _one_of(raw, "direction", _DIRECTIONS, default="entry")
    _flag(raw, "substitute")


def _walk_in(raw: Mapping[str, Any]) -> None:
    _heads(raw, least=1)
    for name, most in (("name", 60), ("village", 60), ("phone", 30)):
        if _text(raw, name, most) and not _flag(raw, "consent"):
            raise RecordInvalid(what="consent")


def _heads(raw: Mapping[str, Any], least: int = 0) -> None:
    _whole(raw, "people", least, 1_000_000)
    _text(raw, "audience_group", 24)
    _text(raw, "counted_by", 60)
    _text(raw, "part", 40)
    _one_of(raw, "basis", _BASES, default="besides")
    _one_of(raw, "method", _METHODS, default="counted")


def _output(raw: Mapping[str, Any]) -> None:
    _whole(raw, "number", 0, 10_000_000)
    _one_of(raw, "measure", measures.all_measures())


def _clock(raw: Mapping[str, Any]) -> None:
    for name in ("offset", "jump"):
        if raw.get(name) is not None:
            _whole(raw, name, -FARTHEST, FARTHEST)
    if raw.get("previous") is not None:
        _text(raw, "previous", 36)


def _withdrawal(raw: Mapping[str, Any]) -> None:
    _uuid(raw, "of")


def _nothing_more(raw: Mapping[str, Any]) -> None:
    """Other kinds say nothing that has to be checked."""


_OF_A_SESSION = frozenset({"scan", "walk_in", "headcount", "output"})
_CONTENTS: dict[str, Callable[[Mapping[str, Any]], None]] = {
    "scan": _scan,
    "walk_in": _walk_in,
    "headcount": _heads,
    "output": _output,
    "clock": _clock,
    "withdrawal": _withdrawal,
}
