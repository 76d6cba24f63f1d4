"""The description of the API for programs, and the page on which people try it out."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response

from events.access import Act
from events.api.authentication import Asked

#: Swagger UI sets styles on its elements and draws its icons from data addresses. Scripts stay as strict as anywhere.
DOCS_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)


class Description(Asked, SpectacularAPIView):
    act = Act.SEE_PUBLIC
    http_method_names = ["get", "head"]

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)  # type: ignore[no-any-return]  # untyped there


class TryOut(Asked, SpectacularSwaggerSplitView):
    act = Act.SEE_PUBLIC
    http_method_names = ["get", "head"]
    url_name = "api_schema"
    title = "Kepu REST API"

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response: Response = super().get(request, *args, **kwargs)
        response["Content-Security-Policy"] = DOCS_POLICY
        return response
