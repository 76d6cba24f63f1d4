"""What makes a function a page: it names its act, and refusals become pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from events.access import Act, Actor
from events.errors import Refusal, TooManyRequests
from events.models import Organization

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class Request(HttpRequest):
    """A request that has passed `frontend.middleware.Access`."""

    actor: Actor
    htmx: Any
    request_id: str


def page(act: Act) -> Callable[[View], View]:
    """Name what somebody does who opens this page. A page without an act is nobody's (see the middleware)."""

    def mark(view: View) -> View:
        view.act = act  # type: ignore[attr-defined]  # read by the middleware and by the test of all pages
        return view

    return mark


def answer(request: HttpRequest, template: str, context: dict[str, Any], refused: Refusal | None) -> HttpResponse:
    """A page that shows what it was refused, with that status; of too many requests it says how long to wait."""
    response = render(request, template, context, status=refused.status if refused else 200)
    if isinstance(refused, TooManyRequests):
        response["Retry-After"] = str(refused.facts["wait"])
    return response


def paper(pdf: bytes, name: str) -> HttpResponse:
    """A document to print. It holds names: nothing on the way keeps a copy."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


def abilities(actor: Actor, path: str) -> dict[str, bool]:
    """What the actor may do with rows of the organization at this path, by the act's name: for templates."""
    return {act.value: actor.may(act, path) for act in Act}


def organizations(actor: Actor, act: Act) -> QuerySet[Organization]:
    """The organizations for which somebody may do this."""
    return Organization.objects.filter(actor.where(act, "path")).order_by("path")
