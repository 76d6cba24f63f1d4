"""Figures of an organization: those it was handed, and its year end."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins
from rest_framework.request import Request
from rest_framework.response import Response

from events import access
from events.access import Act
from events.api.fields import FIRST_YEAR, LAST_YEAR, OUT_OF_RANGE
from events.api.permissions import by_action
from events.api.views import Endpoint
from events.errors import Invalid
from registrations.api.serializers import accounts as shapes
from registrations.models import ReportedFigure
from registrations.operations import accounts
from registrations.reports import provenance, yearend


@extend_schema(tags=["figures"])
class ReportedFigures(mixins.ListModelMixin, Endpoint):
    acts = by_action(list=Act.SEE_FIGURES, create=Act.RECORD)
    queryset = ReportedFigure.objects.all()
    serializer_class = shapes.ReportedFigureSerializer
    lookup_field = "code"

    def get_queryset(self) -> QuerySet[ReportedFigure]:
        recipient = access.organization(self.actor, Act.SEE_FIGURES, code=self.kwargs["code"])
        rows = ReportedFigure.objects.filter(recipient=recipient).select_related("recipient", "region")
        return rows.order_by("period_start", "pk")

    @extend_schema(summary="List figures that others handed in")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What other units reported to this organization."""
        return super().list(request, *args, **kwargs)

    @extend_schema(
        summary="Enter a figure that another unit handed in",
        request=shapes.NewReportedFigureSerializer,
        responses={201: shapes.ReportedFigureSerializer},
    )
    def create(self, request: Request, code: str) -> Response:
        """With its period, its basis of counting and the words of the document."""
        recipient = access.organization(self.actor, Act.RECORD, code=code)
        data = self.sent(shapes.NewReportedFigureSerializer)
        period = (data.pop("period_start"), data.pop("period_end"))
        made = accounts.report(by=self.actor, recipient=recipient, period=period, at=timezone.now(), **data)
        return Response(self.get_serializer(made).data, status=201)


@extend_schema(tags=["figures"])
class YearEnds(Endpoint):
    acts = by_action(retrieve=Act.SEE_FIGURES)
    queryset = ReportedFigure.objects.all()
    serializer_class = shapes.YearEndSerializer
    pagination_class = None
    reads_query = True

    @extend_schema(
        summary="Read the year-end figures",
        operation_id="year_end_read",
        parameters=[
            OpenApiParameter("code", str, OpenApiParameter.PATH, description="Code of the organization."),
            OpenApiParameter("year", int, OpenApiParameter.PATH, description="The year."),
            OpenApiParameter(
                "scope",
                str,
                enum=list(yearend.SCOPES),
                default="own",
                description="own: what it leads, and what reports through it (本级); tree: also all below it (本系统); "
                "region: also what others did or reported in its region (全市).",
            ),
            OpenApiParameter(
                "as_of",
                OpenApiTypes.DATE,
                description="Cut-off; left out: the year's last day, or today while it runs.",
            ),
        ],
        responses=shapes.YearEndSerializer,
    )
    def retrieve(self, request: Request, code: str, year: int) -> Response:
        """Every figure with its interval, its grades and the records it rests on."""
        organization = access.organization(self.actor, Act.SEE_FIGURES, code=code)
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise Invalid(fields={"year": [OUT_OF_RANGE % {"first": FIRST_YEAR, "last": LAST_YEAR}]})
        asked = shapes.YearEndQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        report = yearend.evaluate_year(
            organization=organization,
            year=year,
            scope=asked.validated_data["scope"],
            as_of=asked.validated_data.get("as_of") or yearend.cutoff(year, timezone.localdate()),
        )
        return Response(provenance.within_reach(self.actor, report.as_json()))
