"""Figures of any span, the catalogues behind them, indicators of one's own, targets, and reasons for changes."""

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
from events.api.permissions import by_action
from events.api.views import Endpoint
from events.errors import NotFound
from events.models import Organization
from registrations import access as ours
from registrations.api.serializers import figures as shapes
from registrations.indicators import catalogue as catalogues
from registrations.models import ChangeReason, OwnIndicator, Target
from registrations.operations import indicators, targets
from registrations.operations.returns import PeriodReversed
from registrations.reports import catalogues as of_organization
from registrations.reports import provenance, yearend

SPAN = [
    OpenApiParameter("start", OpenApiTypes.DATE, required=True, description="First day of the span."),
    OpenApiParameter("end", OpenApiTypes.DATE, required=True, description="Last day, inclusive."),
    OpenApiParameter("scope", str, enum=list(yearend.SCOPES), default="own", description=shapes.SCOPE),
    OpenApiParameter(
        "as_of", OpenApiTypes.DATE, description="Cut-off; left out: the span's last day, or today while it runs."
    ),
    OpenApiParameter(
        "catalogue", str, enum=list(catalogues.CODES), default="work_report", description="Code of the catalogue."
    ),
]
CODE = OpenApiParameter("code", str, OpenApiParameter.PATH, description="Code of the organization.")


@extend_schema(tags=["figures"])
class Figures(Endpoint):
    acts = by_action(retrieve=Act.SEE_FIGURES, catalogues=Act.SEE_FIGURES)
    queryset = OwnIndicator.objects.all()
    serializer_class = shapes.SpanSerializer
    pagination_class = None
    reads_query = True

    @extend_schema(summary="Read the figures of any span", operation_id="figures_read", parameters=[CODE, *SPAN])
    def retrieve(self, request: Request, code: str) -> Response:
        """Every figure with its interval, its grades and the records it rests on."""
        organization = access.organization(self.actor, Act.SEE_FIGURES, code=code)
        asked = shapes.SpanQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        start, end = given["start"], given["end"]
        if end < start:
            raise PeriodReversed(field="end")
        report = yearend.evaluate_span(
            organization=organization,
            start=start,
            end=end,
            scope=given["scope"],
            as_of=given.get("as_of") or yearend.cutoff_of(start, end, timezone.localdate()),
            catalogue=given["catalogue"],
        )
        body = provenance.within_reach(self.actor, report.as_json())
        body.pop("year", None)
        return Response(body | {"start": start.isoformat(), "end": end.isoformat()})

    @extend_schema(
        summary="List the catalogues of indicators",
        operation_id="catalogues_list",
        parameters=[CODE],
        responses=shapes.WholeCatalogueSerializer(many=True),
    )
    def catalogues(self, request: Request, code: str) -> Response:
        """With every indicator's definition and rule; the organization's own stand in the work report."""
        organization = access.organization(self.actor, Act.SEE_FIGURES, code=code)
        return Response(
            [shapes.catalogue(of_organization.of(organization, catalogue)) for catalogue in catalogues.CODES]
        )


@extend_schema(tags=["figures"])
class OwnIndicators(mixins.ListModelMixin, Endpoint):
    acts = by_action(
        list=Act.SEE_FIGURES,
        create=Act.RECORD,
        partial_update=Act.RECORD,
        retire=Act.RECORD,
        bring_back=Act.RECORD,
    )
    queryset = OwnIndicator.objects.all()
    serializer_class = shapes.OwnIndicatorSerializer

    def get_queryset(self) -> QuerySet[OwnIndicator]:
        organization = access.organization(self.actor, Act.SEE_FIGURES, code=self.kwargs["code"])
        return OwnIndicator.objects.filter(organization=organization).select_related("organization").order_by("pk")

    def _answer(self, row: OwnIndicator, status: int = 200) -> Response:
        found = OwnIndicator.objects.select_related("organization").get(pk=row.pk)
        return Response(self.get_serializer(found).data, status=status)

    @extend_schema(summary="List an organization's own indicators")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Those that were taken off the work report too."""
        return super().list(request, *args, **kwargs)

    @extend_schema(
        summary="Add an indicator",
        request=shapes.OwnIndicatorBody,
        responses={201: shapes.OwnIndicatorSerializer},
    )
    def create(self, request: Request, code: str) -> Response:
        """It counts one measure; a rule that would add unlike ones is refused."""
        organization = access.organization(self.actor, Act.RECORD, code=code)
        data = self.sent(shapes.OwnIndicatorBody)
        return self._answer(indicators.make(by=self.actor, organization=organization, at=timezone.now(), **data), 201)

    @extend_schema(
        summary="Change an indicator", request=shapes.OwnIndicatorBody, responses=shapes.OwnIndicatorSerializer
    )
    def partial_update(self, request: Request, pk: int) -> Response:
        """Fields that are not sent stay as they are; another definition or rule is another version."""
        found = ours.own_indicator(self.actor, Act.RECORD, pk=pk)
        data = self.sent(shapes.OwnIndicatorBody, partial=True)
        return self._answer(indicators.change(by=self.actor, indicator=found, at=timezone.now(), **data))

    @extend_schema(
        summary="Take an indicator off the work report", request=None, responses=shapes.OwnIndicatorSerializer
    )
    def retire(self, request: Request, pk: int) -> Response:
        """Returns that quote it keep it."""
        found = ours.own_indicator(self.actor, Act.RECORD, pk=pk)
        indicators.retire(by=self.actor, indicator=found, at=timezone.now())
        return self._answer(found)

    @extend_schema(
        summary="Put an indicator on the work report again", request=None, responses=shapes.OwnIndicatorSerializer
    )
    def bring_back(self, request: Request, pk: int) -> Response:
        """In the section where it stood."""
        found = ours.own_indicator(self.actor, Act.RECORD, pk=pk)
        indicators.bring_back(by=self.actor, indicator=found, at=timezone.now())
        return self._answer(found)


@extend_schema(tags=["figures"])
class Targets(mixins.ListModelMixin, Endpoint):
    acts = by_action(list=Act.SEE_FIGURES, create=Act.PLAN, partial_update=Act.PLAN, destroy=Act.PLAN)
    queryset = Target.objects.all()
    serializer_class = shapes.TargetSerializer

    def get_queryset(self) -> QuerySet[Target]:
        organization = access.organization(self.actor, Act.SEE_FIGURES, code=self.kwargs["code"])
        return Target.objects.filter(organization=organization).select_related("organization")

    @extend_schema(summary="List an organization's targets")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Of all years, in the order of the plan."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Promise a target", request=shapes.NewTargetBody, responses={201: shapes.TargetSerializer})
    def create(self, request: Request, code: str) -> Response:
        """A number, a milestone with its day, or no number yet."""
        organization = access.organization(self.actor, Act.PLAN, code=code)
        data = self.sent(shapes.NewTargetBody)
        made = targets.promise(by=self.actor, organization=organization, at=timezone.now(), **data)
        return Response(self.get_serializer(made).data, status=201)

    @extend_schema(summary="Change a target", request=shapes.TargetBody, responses=shapes.TargetSerializer)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Adjust it, or say what was reached. The number of the start of the year is kept beside the adjusted one."""
        found = ours.target(self.actor, Act.PLAN, pk=pk)
        data = self.sent(shapes.TargetBody, partial=True)
        changed = targets.change(by=self.actor, target=found, at=timezone.now(), **data)
        return Response(self.get_serializer(changed).data)

    @extend_schema(summary="Remove a target", responses={200: shapes.TargetSerializer})
    def destroy(self, request: Request, pk: int) -> Response:
        """One that was entered by mistake. The answer is the target as it was."""
        found = ours.target(self.actor, Act.PLAN, pk=pk)
        said = self.get_serializer(found).data
        targets.remove(by=self.actor, target=found, at=timezone.now())
        return Response(said)


@extend_schema(tags=["figures"])
class ChangeReasons(mixins.ListModelMixin, Endpoint):
    acts = by_action(list=Act.SEE_FIGURES, create=Act.RECORD)
    queryset = ChangeReason.objects.all()
    serializer_class = shapes.ChangeReasonSerializer

    def get_queryset(self) -> QuerySet[ChangeReason]:
        organization = access.organization(self.actor, Act.SEE_FIGURES, code=self.kwargs["code"])
        rows = ChangeReason.objects.filter(organization=organization).select_related("organization")
        return rows.order_by("year", "scope", "indicator")

    @extend_schema(summary="List reasons for large changes")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Where a figure differs by more than 8 % from the year before."""
        return super().list(request, *args, **kwargs)

    @extend_schema(
        summary="Give the reason for a change",
        request=shapes.ChangeReasonBody,
        responses={201: shapes.ChangeReasonSerializer},
    )
    def create(self, request: Request, code: str) -> Response:
        """A later reason takes the place of an earlier one."""
        organization = access.organization(self.actor, Act.RECORD, code=code)
        data = self.sent(shapes.ChangeReasonBody)
        if data["indicator"] not in _codes(organization):
            raise NotFound
        made = indicators.explain(by=self.actor, organization=organization, at=timezone.now(), **data)
        return Response(self.get_serializer(made).data, status=201)


def _codes(organization: Organization) -> set[str]:
    return {
        one.code for catalogue in catalogues.CODES for one in of_organization.of(organization, catalogue).indicators
    }
