"""Calendars that follow changes: a calendar program asks for them again and again, with a key that opens nothing else."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from events.access import Act
from events.calendars import ical
from frontend.pages import Request, page
from registrations import access
from registrations.models import Signup
from registrations.reports import feed


def address(signup: Signup) -> str:
    """Where a calendar program finds it, over http or https."""
    return f"{settings.KEPU_BASE_URL}{reverse('calendar_feed', args=[access.calendar_key(signup)])}"


def subscription(signup: Signup) -> str:
    """The same for the program that a phone keeps for such addresses."""
    return f"webcal:{address(signup).partition(':')[2]}"


@page(Act.SEE_PUBLIC)
def calendar(request: Request, key: str) -> HttpResponseBase:
    """Who asks with what it has already is told whether anything is new."""
    signup = access.signup_by_calendar_key(key)
    found = feed.of(signup)
    written = ical.write(
        found.sessions, base_url=settings.KEPU_BASE_URL, name=signup.activity.name, coming=found.coming
    )
    etag, changed_at = f'"{hashlib.sha256(written).hexdigest()[:32]}"', int(found.changed_at.timestamp())
    headers = {
        "ETag": etag,
        "Last-Modified": http_date(changed_at),
        "Cache-Control": "private, no-cache",
        "X-Robots-Tag": "noindex",
    }
    response = HttpResponse(written, content_type="text/calendar; charset=utf-8", headers=headers)
    return get_conditional_response(request, etag=etag, last_modified=changed_at, response=response) or response
