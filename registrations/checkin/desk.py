"""What a named person should look at: which scans, why, and what is proposed. Pure.

A scan is at the desk for one reason, the first of the table that applies, until somebody has decided about it.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from registrations.checkin.fold import Outcome


class Why(enum.StrEnum):
    """Why a scan is at the desk, in the order of urgency."""

    UNVERIFIED = "unverified"
    STATION_ENDED = "station_ended"
    UNKNOWN_SESSION = "unknown_session"
    BEYOND_SIZE = "beyond_size"
    WRONG_SESSION = "wrong_session"
    CLOCK_UNCERTAIN = "clock_uncertain"
    DUPLICATE_ELSEWHERE = "duplicate_elsewhere"


_AWAITING = {Why.UNVERIFIED, Why.STATION_ENDED, Why.UNKNOWN_SESSION}
#: Judged thus, the hour had no part in the verdict: an uncertain clock changes nothing.
_WHATEVER_THE_HOUR = frozenset({"unreadable", "forged", "revoked", "cancelled", "waitlisted"})


@dataclass(frozen=True, slots=True)
class Seen:
    """One scan as the fold left it. `elsewhere`: it is a duplicate, and the first was scanned at another point."""

    judged: str
    outcome: str
    counted: int = 0
    arriving: int = 1
    direction: str = "entry"
    uncertain: bool = False
    elsewhere: bool = False


def why(seen: Seen) -> Why | None:
    """The reason for which a scan that nobody has decided about is at the desk; None: it is clear."""
    if seen.outcome == Outcome.WITHDRAWN:
        return None
    if seen.judged in _AWAITING:
        return Why(seen.judged)
    beyond = seen.outcome == Outcome.COUNTED and 0 < seen.counted < seen.arriving
    if seen.outcome == Outcome.AWAITING or (beyond and seen.direction == "entry"):
        return Why.BEYOND_SIZE
    if seen.judged == Why.WRONG_SESSION:
        return Why.WRONG_SESSION
    if seen.uncertain and seen.judged not in _WHATEVER_THE_HOUR:
        return Why.CLOCK_UNCERTAIN
    if seen.outcome == Outcome.DUPLICATE and seen.elsewhere:
        return Why.DUPLICATE_ELSEWHERE
    return None


class Way(enum.StrEnum):
    """What can be decided about a scan."""

    COUNT = "count"
    """At the session where it was made."""
    COUNT_THERE = "count_there"
    """At the other session, for which the ticket is good."""
    COUNT_MORE = "count_more"
    """The people beyond the ticket's size too."""
    AS_COUNTED = "as_counted"
    """As the fold has it: what is beyond, or again, counts nobody."""
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Matter:
    """What a proposal rests on. `here` is the session of the scan (0: none we serve), `sessions` those the ticket is good
    for, `came` those where its people are in already. `known`: the ticket is on our list; `stands`: it and its sign-up
    are good."""

    why: Why
    known: bool
    here: int
    sessions: Sequence[int] = ()
    came: Collection[int] = ()
    judged: str = ""
    stands: bool = True


@dataclass(frozen=True, slots=True)
class Choice:
    """One way with the session it counts at (0: none)."""

    way: Way
    session: int = 0


def choices(matter: Matter) -> list[Choice]:
    """What can be decided about a scan, what is proposed first. Total: there is always something to choose."""
    no = Choice(Way.REFUSE)
    if not matter.known:
        return [no]
    if matter.why is Why.BEYOND_SIZE:
        return [Choice(Way.COUNT_MORE, matter.here), Choice(Way.AS_COUNTED, matter.here), no]
    if matter.why is Why.DUPLICATE_ELSEWHERE:
        return [Choice(Way.AS_COUNTED, matter.here), Choice(Way.COUNT_MORE, matter.here)]
    here = [Choice(Way.COUNT, matter.here)] if matter.here else []
    there = [Choice(Way.COUNT_THERE, one) for one in matter.sessions if one != matter.here]
    if matter.why is Why.CLOCK_UNCERTAIN:
        if matter.judged == "duplicate":
            return [Choice(Way.AS_COUNTED, matter.here), no]
        return [*here, no, *there]
    if not matter.stands:
        return [no, *here]
    if matter.here and matter.here in matter.sessions:
        return [*here, *there, no]
    # A ticket of another session. Where its people are in there already, nothing is left to count.
    if any(one.session in matter.came for one in there):
        return [no, *there, *here]
    return [*there, *here, no]
