"""Endpoints of the plan: thin, one operation or queryset each. Every action names its act."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.viewsets import GenericViewSet

from events import access
from events.access import Act, Actor
from events.api import filters, reach, serializers
from events.api.authentication import Asked
from events.api.permissions import by_action
from events.errors import Invalid
from events.models import Activity, Campaign, Organization, Region, Resource
from events.operations import activities, campaigns, resources


@functools.cache
def _shape(serializer: type[Serializer], language: str | None) -> Serializer:
    """One that checks body after body: it keeps none, and making its fields anew would cost more than checking does. One
    for each language, for its sentences stay in the one in which they were first said."""
    return serializer()


class Endpoint(Asked, GenericViewSet):
    """What every endpoint has: an actor, and an act for each of its actions."""

    http_method_names: ClassVar[list[str]] = ["get", "head", "post", "patch", "delete"]
    acts: ClassVar[Mapping[str, Act]] = {}
    filterset_class: Any = None
    lookup_field = "pk"

    @property
    def actor(self) -> Actor:
        found: Actor = self.request.actor  # type: ignore[attr-defined]  # set by Asked
        return found

    def sent(self, serializer: type[Serializer], **options: Any) -> dict[str, Any]:
        """The body, checked for its shape. Raises ValidationError."""
        if not options:
            return dict(_shape(serializer, get_language()).run_validation(self.request.data))
        checked = serializer(data=self.request.data, **options)
        checked.is_valid(raise_exception=True)
        return dict(checked.validated_data)


def co_organizers(actor: Actor, codes: Iterable[str]) -> list[Organization]:
    """Organizations that join in, as far as the actor sees them. Raises Invalid."""
    wanted = list(dict.fromkeys(codes))
    found = {row.code: row for row in reach.organizations(actor).filter(code__in=wanted)}
    if missing := [code for code in wanted if code not in found]:
        raise Invalid(fields={"co_organizers": [_("“%(code)s” is not known.") % {"code": code} for code in missing]})
    return [found[code] for code in wanted]


@extend_schema(tags=["plan"])
class Regions(mixins.ListModelMixin, Endpoint):
    acts = by_action(list=Act.SEE_PUBLIC)
    queryset = Region.objects.select_related("parent")
    serializer_class = serializers.RegionSerializer
    filterset_class = filters.RegionFilter

    @extend_schema(summary="List regions")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The units of the administrative division, by their codes."""
        return super().list(request, *args, **kwargs)


@extend_schema(tags=["plan"])
class Organizations(mixins.ListModelMixin, Endpoint):
    acts = by_action(list=Act.SEE_PUBLIC, retrieve=Act.SEE_PUBLIC)
    queryset = Organization.objects.all()
    serializer_class = serializers.OrganizationSerializer
    filterset_class = filters.OrganizationFilter
    lookup_field = "code"

    def get_queryset(self) -> QuerySet[Organization]:
        return reach.organizations(self.actor).select_related("parent", "region")

    @extend_schema(summary="List organizations")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Those that lead something public; for whoever is signed in also all within reach."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Read an organization")
    def retrieve(self, request: Request, code: str) -> Response:
        """One organization by its code."""
        return Response(self.get_serializer(reach.one(self.get_queryset(), code=code)).data)


@extend_schema(tags=["plan"])
class Campaigns(mixins.ListModelMixin, Endpoint):
    acts = by_action(
        list=Act.SEE_PUBLIC, retrieve=Act.SEE_PUBLIC, create=Act.PLAN, partial_update=Act.PLAN, state=Act.PLAN
    )
    queryset = Campaign.objects.all()
    serializer_class = serializers.CampaignSerializer
    filterset_class = filters.CampaignFilter

    def get_queryset(self) -> QuerySet[Campaign]:
        return reach.campaigns(self.actor).select_related("organization")

    def _answer(self, pk: int, status: int = 200) -> Response:
        return Response(self.get_serializer(reach.one(self.get_queryset(), pk=pk)).data, status=status)

    @extend_schema(summary="List campaigns")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Themed runs of activities: the public ones, and drafts within reach."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Read a campaign")
    def retrieve(self, request: Request, pk: int) -> Response:
        """One campaign by its number."""
        return self._answer(pk)

    @extend_schema(
        summary="Plan a campaign",
        request=serializers.NewCampaignSerializer,
        responses={201: serializers.CampaignSerializer},
    )
    def create(self, request: Request) -> Response:
        """A new campaign; it begins as a draft."""
        data = self.sent(serializers.NewCampaignSerializer)
        leader = access.organization(self.actor, Act.PLAN, code=data.pop("organization"))
        joined = co_organizers(self.actor, data.pop("co_organizers", []))
        made = campaigns.plan(by=self.actor, organization=leader, co_organizers=joined, at=timezone.now(), **data)
        return self._answer(made.pk, 201)

    @extend_schema(
        summary="Change a campaign",
        request=serializers.CampaignChangesSerializer,
        responses=serializers.CampaignSerializer,
    )
    def partial_update(self, request: Request, pk: int) -> Response:
        """Fields that are not sent stay as they are."""
        campaign = access.campaign(self.actor, Act.PLAN, pk=pk)
        data = self.sent(serializers.CampaignChangesSerializer, partial=True)
        if "co_organizers" in data:
            data["co_organizers"] = co_organizers(self.actor, data["co_organizers"])
        campaigns.change(by=self.actor, campaign=campaign, at=timezone.now(), **data)
        return self._answer(pk)

    @extend_schema(
        summary="Publish, end or call off a campaign",
        request=serializers.StateSerializer,
        responses=serializers.CampaignSerializer,
    )
    def state(self, request: Request, pk: int) -> Response:
        """Draft → published → held → archived; called off from published."""
        campaign = access.campaign(self.actor, Act.PLAN, pk=pk)
        data = self.sent(serializers.StateSerializer)
        campaigns.move_to(by=self.actor, campaign=campaign, at=timezone.now(), **data)
        return self._answer(pk)


@extend_schema(tags=["plan"])
class Activities(mixins.ListModelMixin, Endpoint):
    acts = by_action(
        list=Act.SEE_PUBLIC, retrieve=Act.SEE_PUBLIC, create=Act.PLAN, partial_update=Act.PLAN, state=Act.PLAN
    )
    queryset = Activity.objects.all()
    serializer_class = serializers.ActivitySerializer
    filterset_class = filters.ActivityFilter

    def get_queryset(self) -> QuerySet[Activity]:
        rows = reach.activities(self.actor).select_related("campaign", "organization", "region")
        return rows.prefetch_related("co_organizers", "audience_rows")

    def _answer(self, pk: int, status: int = 200) -> Response:
        return Response(self.get_serializer(reach.one(self.get_queryset(), pk=pk)).data, status=status)

    @extend_schema(summary="List activities")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Lectures, courses, exhibitions …: the public ones, and drafts within reach."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Read an activity")
    def retrieve(self, request: Request, pk: int) -> Response:
        """One activity by its number."""
        return self._answer(pk)

    @extend_schema(
        summary="Plan an activity",
        request=serializers.NewActivitySerializer,
        responses={201: serializers.ActivitySerializer},
    )
    def create(self, request: Request) -> Response:
        """A new activity in a campaign that is public or within reach; it begins as a draft."""
        data = self.sent(serializers.NewActivitySerializer)
        leader = access.organization(self.actor, Act.PLAN, code=data.pop("organization"))
        campaign = reach.one(reach.campaigns(self.actor), pk=data.pop("campaign"))
        joined = co_organizers(self.actor, data.pop("co_organizers", []))
        made = activities.plan(
            by=self.actor, campaign=campaign, organization=leader, co_organizers=joined, at=timezone.now(), **data
        )
        return self._answer(made.pk, 201)

    @extend_schema(
        summary="Change an activity",
        request=serializers.ActivityChangesSerializer,
        responses=serializers.ActivitySerializer,
    )
    def partial_update(self, request: Request, pk: int) -> Response:
        """Fields that are not sent stay as they are."""
        activity = access.activity(self.actor, Act.PLAN, pk=pk)
        data = self.sent(serializers.ActivityChangesSerializer, instance=activity, partial=True)
        if "co_organizers" in data:
            data["co_organizers"] = co_organizers(self.actor, data["co_organizers"])
        activities.change(by=self.actor, activity=activity, at=timezone.now(), **data)
        return self._answer(pk)

    @extend_schema(
        summary="Publish, end or call off an activity",
        request=serializers.StateSerializer,
        responses=serializers.ActivitySerializer,
    )
    def state(self, request: Request, pk: int) -> Response:
        """Draft → published → held → archived; called off from published."""
        activity = access.activity(self.actor, Act.PLAN, pk=pk)
        data = self.sent(serializers.StateSerializer)
        activities.move_to(by=self.actor, activity=activity, at=timezone.now(), **data)
        return self._answer(pk)


@extend_schema(tags=["plan"])
class Resources(mixins.ListModelMixin, Endpoint):
    acts = by_action(list=Act.SEE_PLAN, create=Act.PLAN)
    queryset = Resource.objects.all()
    serializer_class = serializers.ResourceSerializer
    filterset_class = filters.ResourceFilter

    def get_queryset(self) -> QuerySet[Resource]:
        rows = Resource.objects.filter(self.actor.where(Act.SEE_PLAN, "organization__path"))
        return rows.select_related("organization", "region").order_by("kind", "name", "pk")

    @extend_schema(summary="List resources")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Venues, experts, vehicles and equipment within reach."""
        return super().list(request, *args, **kwargs)

    @extend_schema(
        summary="Add a resource",
        request=serializers.NewResourceSerializer,
        responses={201: serializers.ResourceSerializer},
    )
    def create(self, request: Request) -> Response:
        """Something that sessions may need."""
        data = self.sent(serializers.NewResourceSerializer)
        owner = access.organization(self.actor, Act.PLAN, code=data.pop("organization"))
        made = resources.add(by=self.actor, organization=owner, at=timezone.now(), **data)
        return Response(self.get_serializer(made).data, status=201)
