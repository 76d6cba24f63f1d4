"""Who asks: a program with a token, a person at a page of ours, or nobody.

Every endpoint learns it in one place, as `request.actor` – never from the login session behind its back, so that a
browser's sign-in counts only where its CSRF token came along.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.request import Request

from events.access import ANYBODY, Actor
from events.errors import Refusal
from events.models import ApiToken, User
from events.operations import tokens
from events.operations.people import digest


class TokenUnusable(Refusal):
    code = "token_unusable"
    status = 401
    sentence = _("This token is not known, has been revoked or has expired.")


class CsrfMissing(Refusal):
    code = "csrf_missing"
    status = 403
    sentence = _("This request did not come from one of our pages. Programs use a token instead.")


def credentials(request: Request | HttpRequest, scheme: str) -> str | None:
    """What follows the scheme in the Authorization header; None where it names another scheme or there is none."""
    named, _space, rest = request.headers.get("Authorization", "").partition(" ")
    return rest.strip() if named.lower() == scheme.lower() else None


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer kepu_…`"""

    def authenticate(self, request: Request) -> tuple[User, Actor] | None:
        key = credentials(request, "Bearer")
        if key is None:
            return None
        at = timezone.now()
        rows = ApiToken.objects.usable_at(at).select_related("user", "organization")
        token = rows.filter(key_hash=digest(key)).first()
        if token is None:
            raise TokenUnusable
        if token.last_used_on != at.date():
            # Asked here already, so that reading takes no write lock after the day's first time.
            tokens.note_use(token=token, at=at)
        return token.user, Actor(token.user, token)

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class PageAuthentication(SessionAuthentication):
    """The person signed in at the pages; whatever writes must carry the CSRF token."""

    def authenticate(self, request: Request) -> tuple[User, Actor] | None:
        found: Any = super().authenticate(request)
        return None if found is None else (found[0], Actor(found[0]))

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied as error:
            raise CsrfMissing from error


class Asked:
    """For every view of the API: gives `request` its actor, whichever way somebody came in."""

    def perform_authentication(self, request: Request) -> None:
        super().perform_authentication(request)  # type: ignore[misc]  # of the APIView this is mixed into
        request.actor = request.auth if isinstance(request.auth, Actor) else ANYBODY  # type: ignore[attr-defined]  # so


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # its metaclass registers it
    target_class = "events.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token made under `/tokens`: it acts as its maker, never beyond its own organization, "
            "role and expiry.",
        }


class PageScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # as above
    target_class = "events.api.authentication.PageAuthentication"
    name = "page"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "The sign-in of our own pages. Whatever writes also needs the header `X-CSRFToken`.",
        }
