"""Those who have a key instead of an account: the owner of a sign-up, and a paired check-in point."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from events.api.authentication import credentials
from events.errors import NotFound, NotSignedIn
from registrations import access
from registrations.models import Signup, Station
from registrations.operations.stations import StationUnknown


class ManageKey(BaseAuthentication):
    """`Authorization: Manage <key>`: whoever holds the key owns the sign-up. Raises NotFound, as for any other row."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Signup]:
        key = credentials(request, "Manage")
        if key is None:
            raise NotSignedIn
        return AnonymousUser(), access.signup_by_key(key)

    def authenticate_header(self, request: Request) -> str:
        return "Manage"


class StationKey(BaseAuthentication):
    """`Authorization: Station station_…`. A revoked or expired station is known all the same: it still hands in. The
    view says how it is recognized."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Station]:
        key = credentials(request, "Station")
        if key is None:
            raise NotSignedIn
        try:
            return AnonymousUser(), request.parser_context["view"].recognize(key)
        except NotFound as error:
            raise StationUnknown from error

    def authenticate_header(self, request: Request) -> str:
        return "Station"


class ManageScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # its metaclass registers it
    target_class = "registrations.api.authentication.ManageKey"
    name = "manage"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Manage <key>`, the key being the `manage_key` that signing up gave.",
        }


class StationScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # as above
    target_class = "registrations.api.authentication.StationKey"
    name = "station"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Station <key>`, the key being the one that pairing gave.",
        }
