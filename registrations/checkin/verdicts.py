"""The verdict table: what a scan is told. The phone has the same table in TypeScript (`frontend/scanner/src/core/decide.ts`);
golden cases in tests/contracts/verdicts.json hold the two equal.

The first row that applies answers, from what is wrong with the code to what is wrong with the moment.
"""

from __future__ import annotations

import datetime
import enum
from dataclasses import dataclass


class Code(enum.StrEnum):
    ADMIT = "admit"
    DUPLICATE = "duplicate"
    LEFT = "left"
    RE_ENTERED = "re_entered"
    WRONG_SESSION = "wrong_session"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    CANCELLED = "cancelled"
    WAITLISTED = "waitlisted"
    REVOKED = "revoked"
    FORGED = "forged"
    UNREADABLE = "unreadable"
    UNVERIFIED = "unverified"


#: Verdicts with which the person goes in (or out); the rest are refusals.
LET_THROUGH = frozenset({Code.ADMIT, Code.LEFT, Code.RE_ENTERED, Code.UNVERIFIED})


class Reading(enum.StrEnum):
    """What is known of the code itself."""

    UNREADABLE = "unreadable"
    FORGED = "forged"
    SIGNED = "signed"
    """The signature is good, but the ticket is not on the roster (yet)."""
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the decision rests on. Times are aware; `sessions` are the ids the ticket is good for (empty: not known)."""

    reading: Reading
    session: int
    opens_at: datetime.datetime
    closes_at: datetime.datetime
    at: datetime.datetime
    state: str = "valid"
    """valid | revoked | cancelled | waiting | offered | pending | refused"""
    sessions: tuple[int, ...] = ()
    size: int = 1
    arrived: int = 0
    """How many of the ticket's people are in already, by scans that were let through."""
    inside: bool = False
    """Where people are scanned out: whether the last let-through scan was an entry."""
    direction: str = "entry"
    arriving: int = 1
    checks_out: bool = False
    first_at: datetime.datetime | None = None
    first_station: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer: `admitted` people are newly in; `awaiting` are more than the ticket's size and wait for a decision."""

    code: Code
    admitted: int = 0
    awaiting: int = 0
    right_sessions: tuple[int, ...] = ()

    @property
    def lets_through(self) -> bool:
        return self.code in LET_THROUGH


_STATES = {
    "revoked": Code.REVOKED,
    "cancelled": Code.CANCELLED,
    "refused": Code.CANCELLED,
    "waiting": Code.WAITLISTED,
    "offered": Code.WAITLISTED,
    "pending": Code.WAITLISTED,
}


def decide(facts: Facts) -> Verdict:
    """The verdict on one scan. Total: every combination of facts has an answer."""
    if facts.reading is Reading.UNREADABLE:
        return Verdict(Code.UNREADABLE)
    if facts.reading is Reading.FORGED:
        return Verdict(Code.FORGED)
    if facts.reading is Reading.KNOWN and facts.state in _STATES:
        return Verdict(_STATES[facts.state])
    if facts.sessions and facts.session not in facts.sessions:
        return Verdict(Code.WRONG_SESSION, right_sessions=facts.sessions)
    if facts.at < facts.opens_at:
        return Verdict(Code.TOO_EARLY)
    if facts.at >= facts.closes_at:
        return Verdict(Code.TOO_LATE)
    if facts.direction == "exit":
        return Verdict(Code.LEFT) if facts.inside else Verdict(Code.DUPLICATE)
    if facts.reading is Reading.SIGNED:
        return Verdict(Code.UNVERIFIED, awaiting=facts.arriving)
    if facts.checks_out and facts.arrived and not facts.inside:
        return Verdict(Code.RE_ENTERED)
    free = facts.size - facts.arrived
    if free <= 0:
        return Verdict(Code.DUPLICATE)
    admitted = min(free, facts.arriving)
    return Verdict(Code.ADMIT, admitted=admitted, awaiting=facts.arriving - admitted)
