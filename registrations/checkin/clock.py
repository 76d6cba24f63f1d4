"""Right times from wrong clocks.

A phone's records carry its wall time, a sequence number and a clock epoch (a new one whenever wall and monotonic time
part). It writes a clock record at start, at each jump, and at each contact; at a contact the server learns the offset of
that epoch. A clock record at a jump carries how far the wall moved, which ties the epochs together. What cannot be
tied to a contact is marked uncertain and keeps its wall time.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClockRecord:
    """`jump` is by how much the wall clock moved when `epoch` began, in ms (None: not known, as after a restart)."""

    sequence: int
    epoch: str
    jump: int | None = None
    previous: str | None = None


def offsets(contacts: dict[str, int], clocks: Iterable[ClockRecord]) -> dict[str, int]:
    """Milliseconds to add to a wall time, per epoch: known at contact, chained to neighbours over known jumps.

    If the wall jumped by +j at the change from A to B, then offset(B) = offset(A) − j.
    """
    known = dict(contacts)
    links = [(c.previous, c.epoch, c.jump) for c in clocks if c.previous and c.jump is not None]
    changed = True
    while changed:
        changed = False
        for before, after, jump in links:
            if before in known and after not in known:
                known[after] = known[before] - jump
                changed = True
            elif after in known and before not in known:
                known[before] = known[after] + jump
                changed = True
    return known


def correct(wall: datetime.datetime, epoch: str, known: dict[str, int]) -> tuple[datetime.datetime, bool]:
    """(corrected time, uncertain). What would leave the calendar cannot be meant, and stays as the wall had it."""
    if epoch not in known:
        return wall, True
    try:
        return wall + datetime.timedelta(milliseconds=known[epoch]), False
    except OverflowError:
        return wall, True
