"""The terms of an activity's sign-up, and the notice people agree to."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from events import access
from events.access import Act
from events.api import reach
from events.api.permissions import by_action
from events.api.views import Endpoint
from events.models import Activity
from registrations.api.serializers import terms as shapes
from registrations.models import Signup
from registrations.operations import rules, terms
from registrations.reports import consent


@extend_schema(tags=["sign-up"])
class Terms(Endpoint):
    acts = by_action(retrieve=Act.SEE_PUBLIC, partial_update=Act.PLAN, notice=Act.SEE_PUBLIC)
    queryset = Activity.objects.all()
    serializer_class = shapes.TermsSerializer
    pagination_class = None
    reads_query = True

    def _activity(self, pk: int) -> Activity:
        rows = reach.activities(self.actor).select_related("campaign", "organization", "region", "terms")
        return reach.one(rows, pk=pk)

    @extend_schema(summary="Read the terms of sign-up", responses=shapes.TermsSerializer)
    def retrieve(self, request: Request, pk: int) -> Response:
        """On what terms one signs up for an activity; where none were set, those that ask for nothing."""
        return Response(shapes.TermsSerializer(rules.terms_of(self._activity(pk))).data)

    @extend_schema(summary="Set the terms of sign-up", request=shapes.TermsBody, responses=shapes.TermsSerializer)
    def partial_update(self, request: Request, pk: int) -> Response:
        """They hold for sign-ups from now on. Fields that are not sent stay as they are."""
        activity = access.activity(self.actor, Act.PLAN, pk=pk)
        data = self.sent(shapes.TermsBody, partial=True)
        made = terms.set_terms(by=self.actor, activity=activity, at=timezone.now(), **data)
        return Response(shapes.TermsSerializer(made).data)

    @extend_schema(
        summary="Read the notice to agree to",
        parameters=[OpenApiParameter("kind", str, enum=Signup.Kind.values, description="Who signs up.")],
        responses=shapes.NoticeSerializer,
    )
    def notice(self, request: Request, pk: int) -> Response:
        """What is asked for, what for, who sees it, and how long it is kept on what basis: to be shown before somebody
        agrees (`consent` of a sign-up)."""
        asked = shapes.NoticeAsked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        told = consent.now(self._activity(pk), kind=asked.validated_data["kind"], language="zh")
        return Response(shapes.NoticeSerializer({"version": told.version, "text": told.text}).data)
