"""Keys that come in links and on paper are exchanged by POST, and cannot be tried out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.utils import timezone

from events import rushes
from events.errors import NotFound
from frontend.pages import Request

T = TypeVar("T")


def opened(request: Request, load: Callable[[str], T], key: str) -> T:
    """What a key opens; one that opens nothing is counted against its address. Raises NotFound, TooManyRequests."""
    now, address = timezone.now(), rushes.address(request)
    rushes.let_try(rushes.KEY_TRIES, address, at=now)
    try:
        return load(key)
    except NotFound:
        rushes.count(rushes.KEY_TRIES, address, at=now)
        raise
