"""Refusals and faults as pages – and, under the API's addresses, in the API's one shape."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from events.errors import Invalid, NotAllowed, NotFound, NotSignedIn, Refusal, ServerFault, TooLarge
from frontend import pages


class FormExpired(Refusal):
    code = "form_expired"
    status = 403
    sentence = _(
        "This page had been open for too long, or cookies are switched off. Open it again and repeat the step."
    )


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page of a refusal. Somebody who is not signed in is asked to, and comes back here."""
    if request.path.startswith("/api/"):
        return JsonResponse(refusal.as_json(), status=refusal.status)
    if isinstance(refusal, NotSignedIn):
        target = request.get_full_path() if request.method == "GET" else "/console/"
        address = f"{reverse('account_login')}?{urlencode({'next': target})}"
        if getattr(request, "htmx", False):
            return HttpResponse(status=204, headers={"HX-Redirect": address})
        return HttpResponseRedirect(address)
    return pages.answer(request, "error.html", {"refusal": refusal}, refusal)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return refused(request, TooLarge(limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE))
    return refused(request, Invalid())


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refused(request, NotAllowed())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refused(request, NotFound())


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    return refused(request, FormExpired())


def server_error(request: HttpRequest) -> HttpResponse:
    """Plain and without queries: whatever broke may break again."""
    fault = ServerFault(request_id=getattr(request, "request_id", ""))
    if request.path.startswith("/api/"):
        return JsonResponse(fault.as_json(), status=fault.status)
    return render(None, "fault.html", {"refusal": fault}, status=fault.status)  # type: ignore[arg-type]  # no context processors
