"""How public pages look where their link is shared in WeChat: what stands in their head, and the picture it names.

The picture is never loaded by the page itself. It is made once for what it says, and kept in the cache.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response

from events import access
from events.access import Act
from events.errors import NotFound
from events.models import Campaign, Session
from frontend.pages import Request, page
from registrations.reports import sharing
from registrations.reports.sharing import Shared

#: Seconds that a picture is kept here, and by whoever fetched it.
KEPT, FRESH = 7 * 24 * 3600, 3600


def head(shared: Shared, name: str, pk: int) -> dict[str, Any]:
    """What `participant/parts/shared.html` says; `name` is that of the page's address."""
    base = settings.KEPU_BASE_URL
    return {
        "title": shared.title,
        "words": shared.words,
        "address": base + reverse(name, args=[pk]),
        "picture": base + reverse(f"{name}_picture", args=[pk]),
        "side": sharing.SIDE,
    }


def _answer(request: Request, shared: Shared) -> HttpResponseBase:
    said = repr((shared.title, shared.above, shared.facts))
    digest = hashlib.sha256(said.encode()).hexdigest()[:32]
    etag = f'"{digest}"'
    headers = {"ETag": etag, "Cache-Control": f"public, max-age={FRESH}"}
    plain = HttpResponse(headers=headers)
    known = get_conditional_response(request, etag=etag, response=plain) or plain
    if known is not plain:
        return known
    made = cache.get_or_set(f"share:{digest}", lambda: sharing.png(shared), KEPT)
    return HttpResponse(made, content_type="image/png", headers=headers)


@page(Act.SEE_PUBLIC)
def session_picture(request: Request, pk: int) -> HttpResponseBase:
    found = access.public_session(pk=pk)
    return _answer(request, sharing.of_session(found, None, at=timezone.now()))


@page(Act.SEE_PUBLIC)
def activity_picture(request: Request, pk: int) -> HttpResponseBase:
    found, now = access.public_activity(pk=pk), timezone.now()
    sessions = Session.objects.public().filter(activity=found).select_related("activity__organization")
    following = sharing.following(list(sessions.order_by("starts_at")), at=now)
    return _answer(request, sharing.of_activity(found, following, None, at=now))


@page(Act.SEE_PUBLIC)
def campaign_picture(request: Request, pk: int) -> HttpResponseBase:
    found = Campaign.objects.public().select_related("organization").filter(pk=pk).first()
    if found is None:
        raise NotFound
    sessions = Session.objects.public().filter(activity__campaign=found).count()
    return _answer(request, sharing.of_campaign(found, sessions, at=timezone.now()))
