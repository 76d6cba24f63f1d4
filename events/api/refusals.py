"""Every refusal of the API in one shape: {"code", "message", "facts", "fields"}, its sentence in the reader's language.

What is not a refusal is a bug: it is raised again, and the site answers 500 with the number of the request.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response

from events.api.authentication import TokenUnusable
from events.errors import Invalid, NotAllowed, NotFound, NotSignedIn, Refusal, TooLarge, TooManyRequests


class Malformed(Refusal):
    code = "malformed"
    status = 400
    sentence = _("What was sent is not readable JSON.")


class MethodNotOffered(Refusal):
    code = "method_not_allowed"
    status = 405
    sentence = _("%(method)s is not offered here.")


class UnsupportedMediaType(Refusal):
    code = "unsupported_media_type"
    status = 415
    sentence = _("Send JSON, with the header Content-Type: application/json.")


class NotAcceptable(Refusal):
    code = "not_acceptable"
    status = 406
    sentence = _("This address answers in JSON; the header Accept rules that out.")


#: Under which name a sentence stands that is about the whole body.
BODY = "body"


def flat(detail: Any, name: str = "") -> dict[str, list[str]]:
    """Sentences by field, a field inside another written with dots: {"lines.0.size": ["…"]}."""
    if isinstance(detail, Mapping):
        found: dict[str, list[str]] = {}
        for key, value in detail.items():
            inner = "" if key == "non_field_errors" else str(key)
            for field, sentences in flat(value, ".".join(part for part in (name, inner) if part)).items():
                found.setdefault(field, []).extend(sentences)
        return found
    if isinstance(detail, list | tuple) and any(isinstance(one, Mapping | list) for one in detail):
        return flat(dict(enumerate(detail)), name)
    sentences = [str(one) for one in detail] if isinstance(detail, list | tuple) else [str(detail)]
    return {name or BODY: sentences} if sentences else {}


def refusal_of(exc: Exception) -> Refusal | None:
    """The refusal an exception amounts to; None for a bug."""
    match exc:
        case Refusal():
            return exc
        case exceptions.ValidationError():
            return Invalid(fields=flat(exc.detail))
        case exceptions.ParseError():
            return Malformed()
        case exceptions.NotAuthenticated():
            return NotSignedIn()
        case exceptions.AuthenticationFailed():
            return TokenUnusable()
        case exceptions.PermissionDenied() | PermissionDenied():
            return NotAllowed()
        case exceptions.NotFound() | Http404():
            return NotFound()
        case exceptions.MethodNotAllowed():
            return MethodNotOffered(method=str(exc.args[0]) if exc.args else "")
        case exceptions.UnsupportedMediaType():
            return UnsupportedMediaType()
        case exceptions.NotAcceptable():
            return NotAcceptable()
        case exceptions.Throttled():
            return TooManyRequests(wait=max(1, round(exc.wait or 1)))
        case RequestDataTooBig():
            return TooLarge(limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        case _:
            return None


def handle(exc: Exception, context: dict[str, Any]) -> Response | None:
    """The settings' EXCEPTION_HANDLER."""
    refusal = refusal_of(exc)
    if refusal is None:
        return None
    headers = {}
    if refusal.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="api"'
    if isinstance(refusal, TooManyRequests):
        headers["Retry-After"] = str(refusal.facts["wait"])
    if isinstance(refusal, MethodNotOffered):
        headers["Allow"] = ", ".join(context["view"].allowed_methods)
        refusal.facts["method"] = context["request"].method
    return Response(refusal.as_json(), status=refusal.status, headers=headers)
