"""What every page knows: who is here, and which parts of the console are theirs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from events.access import ANYBODY, Act


def page(request: HttpRequest) -> dict[str, Any]:
    actor = getattr(request, "actor", ANYBODY)
    return {
        "actor": actor,
        "by_email": settings.KEPU_EMAIL,
        "may": {act.value: actor.may_anywhere(act) for act in Act} if actor.user else {},
    }
