"""Work that many ask for at the same moment, done for all of them at once.

Whoever finds nobody at work begins; who comes while it is at work waits, and is done together with all others that wait
by then. So each request is answered by work that began after it came, and a rush costs a few transactions instead of as
many as there are people. Threads of one process find each other; several processes each do their own.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import connection

T = TypeVar("T")
R = TypeVar("R")


@dataclass(slots=True)
class _Asked(Generic[T, R]):
    item: T
    sleeps: threading.Lock
    leads: bool = False
    outcome: R | Exception | None = None


class Together(Generic[T, R]):
    """`do` takes items of one key, in the order in which they came, and gives an outcome or an exception for each. Where
    it fails as a whole, each is done by itself."""

    def __init__(self, do: Callable[[Sequence[T]], Sequence[R | Exception]], *, most: int) -> None:
        self._do = do
        self._most = most
        self._guard = threading.Lock()
        self._waiting: dict[Hashable, list[_Asked[T, R]]] = {}
        self._crowded: dict[Hashable, float] = {}

    def is_rush(self, key: Hashable) -> bool:
        """Whether several have come at once within the last second."""
        return time.monotonic() < self._crowded.get(key, 0.0) + 1

    def __call__(self, key: Hashable, item: T) -> R:
        """The outcome for an item. Raises what `do` raises or gives for it. Within a transaction it is done at once, in
        this transaction, and with no others."""
        if connection.in_atomic_block:
            return _given(self._each([item])[0])
        mine = _Asked[T, R](item, threading.Lock())
        mine.sleeps.acquire()
        with self._guard:
            queue = self._waiting.get(key)
            if queue is None:
                self._waiting[key] = []
            else:
                queue.append(mine)
        if queue is not None:
            mine.sleeps.acquire()  # until whoever is at work lets go of it
            if not mine.leads:
                return _given(mine.outcome)
        return self._lead(key, mine)

    def _lead(self, key: Hashable, mine: _Asked[T, R]) -> R:
        with self._guard:
            queue = self._waiting[key]
            others = queue[: self._most - 1]
            del queue[: self._most - 1]
            if others:
                self._crowded[key] = time.monotonic()
        try:
            outcomes = self._each([mine.item, *(one.item for one in others)])
            mine.outcome = outcomes[0]
            for one, outcome in zip(others, outcomes[1:], strict=True):
                one.outcome = outcome
        finally:
            with self._guard:
                following = queue.pop(0) if queue else None
                if following is None:
                    del self._waiting[key]
                else:
                    following.leads = True
            for one in others:
                one.sleeps.release()
            if following is not None:
                following.sleeps.release()
        return _given(mine.outcome)

    def _each(self, items: Sequence[T]) -> Sequence[R | Exception]:
        try:
            return self._do(items)
        except Exception as error:
            # Whatever is wrong with one must not be the others' failure.
            return [error] if len(items) == 1 else [self._each([item])[0] for item in items]


def _given(outcome: R | Exception | None) -> R:
    if outcome is None:
        raise RuntimeError("Whoever did this for others was stopped.")
    if isinstance(outcome, Exception):
        raise outcome
    return outcome
