"""Deny by default: a page that names no act is nobody's, and every refusal of a page becomes a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from events.access import Act, Actor, require
from events.errors import NotFound, Refusal
from frontend import errors

#: Pages of django-allauth that we use, by the name of their address. All its others are not found.
ALLAUTH: dict[str, Act] = {
    "account_login": Act.SEE_PUBLIC,
    "account_reauthenticate": Act.SEE_OWN_ACCOUNT,
    "account_logout": Act.SEE_OWN_ACCOUNT,
    "account_change_password": Act.SEE_OWN_ACCOUNT,
    "mfa_index": Act.SEE_OWN_ACCOUNT,
    "mfa_authenticate": Act.SEE_PUBLIC,
    "mfa_reauthenticate": Act.SEE_OWN_ACCOUNT,
    "mfa_activate_totp": Act.SEE_OWN_ACCOUNT,
    "mfa_deactivate_totp": Act.SEE_OWN_ACCOUNT,
    "mfa_view_recovery_codes": Act.SEE_OWN_ACCOUNT,
    "mfa_generate_recovery_codes": Act.SEE_OWN_ACCOUNT,
    "mfa_download_recovery_codes": Act.SEE_OWN_ACCOUNT,
}


def act_of(view: Callable[..., Any], url_name: str | None, module: str) -> Act | None:
    """The act a page names; None for one that names none."""
    if module.startswith("allauth."):
        return ALLAUTH.get(url_name or "")
    return getattr(view, "act", None)


class Access:
    """Gives each request its actor, and lets nobody in where `events.access` does not."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = Actor(request.user if request.user.is_authenticated else None)  # type: ignore[attr-defined, arg-type]  # see frontend.pages.Request
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if hasattr(view, "cls"):
            return None  # an endpoint of the API: its own permission class denies by default
        match = request.resolver_match
        act = act_of(view, match.url_name if match else None, getattr(view, "__module__", ""))
        if act is None:
            return errors.refused(request, NotFound())
        try:
            require(request.actor, act)  # type: ignore[attr-defined]  # set above
        except Refusal as refusal:
            return errors.refused(request, refusal)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Refusals a page did not show beside its form."""
        if isinstance(exception, Refusal):
            return errors.refused(request, exception)
        return None
