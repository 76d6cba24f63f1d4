"""Limits of `events.rushes` on endpoints: a view names its rule as `rush`. Whoever is signed in has none."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from events import rushes


class ByAddress(BaseThrottle):
    def allow_request(self, request: Request, view: Any) -> bool:
        """Raises TooManyRequests, which says how long to wait."""
        if not request.user or not request.user.is_authenticated:
            rushes.let_pass(view.rush, rushes.address(request._request), at=timezone.now())
        return True
