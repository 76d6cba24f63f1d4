"""Every list comes in pages, and says how many rows there are in all."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response

from events.errors import Invalid, NotFound

MOST = 200
#: Beyond this no page exists on any installation; larger numbers do not fit the database's offset.
LAST = 1_000_000


class Pages(PageNumberPagination):
    """`page` from 1, `page_size` up to 200. A page number that cannot be read is refused, not taken for the first."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = MOST
    page: Page[Any]
    request: Request

    def _number(self, request: Request, name: str, default: int, most: int) -> int:
        text = request.query_params.get(name, str(default))
        if not (text.isascii() and text.isdigit() and len(text) <= 9 and 1 <= int(text) <= most):
            raise Invalid(fields={name: [_("A whole number from 1 to %(most)s.") % {"most": most}]})
        return int(text)

    def paginate_queryset(self, queryset: QuerySet[Any], request: Request, view: Any = None) -> list[Any]:
        size = self._number(request, "page_size", self.page_size, MOST)
        number = self._number(request, "page", 1, LAST)
        paginator = Paginator(queryset, size)
        if number > paginator.num_pages:
            raise NotFound
        self.request, self.page = request, paginator.page(number)
        return list(self.page)

    def get_paginated_response(self, data: Any) -> Response:
        return Response(self.envelope(data))

    def envelope(self, data: Any) -> dict[str, Any]:
        return {
            "page": self.page.number,
            "size": self.page.paginator.per_page,
            "total": self.page.paginator.count,
            "next": self.get_next_link(),
            "previous": self.get_previous_link(),
            "results": data,
        }

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "format": "uri", "nullable": True}
        count = {"type": "integer", "minimum": 0}
        return {
            "type": "object",
            "required": ["page", "size", "total", "next", "previous", "results"],
            "properties": {
                "page": count | {"description": "Number of this page, from 1.", "minimum": 1},
                "size": count | {"description": "Rows of a full page.", "minimum": 1},
                "total": count | {"description": "Rows on all pages together."},
                "next": link | {"description": "Address of the next page; null on the last."},
                "previous": link | {"description": "Address of the page before; null on the first."},
                "results": schema | {"description": "The rows of this page."},
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        number = {"type": "integer", "minimum": 1}
        return [
            {
                "name": "page",
                "in": OpenApiParameter.QUERY,
                "required": False,
                "description": "Number of the page, from 1.",
                "schema": number | {"default": 1, "maximum": LAST},
            },
            {
                "name": "page_size",
                "in": OpenApiParameter.QUERY,
                "required": False,
                "description": f"Rows of a page, at most {MOST}.",
                "schema": number | {"default": self.page_size, "maximum": MOST},
            },
        ]
