"""Check-in points: what organizers do with them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.request import Request
from rest_framework.response import Response

from events import access
from events.access import Act
from events.api.permissions import by_action
from events.api.views import Endpoint
from registrations import access as our_access
from registrations.api.serializers import stations as shapes
from registrations.models import Station
from registrations.operations import stations


def _made(station: Station, code: str) -> dict[str, Any]:
    station.pairing_code = code  # type: ignore[attr-defined]  # for the answer alone; the row keeps its hash
    return dict(shapes.MadeStationSerializer(station).data)


@extend_schema(tags=["stations"])
class Stations(mixins.ListModelMixin, Endpoint):
    acts = by_action(
        list=Act.RUN_STATIONS, create=Act.RUN_STATIONS, pairing_code=Act.RUN_STATIONS, revoke=Act.RUN_STATIONS
    )
    queryset = Station.objects.all()
    serializer_class = shapes.StationSerializer

    def get_queryset(self) -> QuerySet[Station]:
        rows = Station.objects.filter(self.actor.where(Act.RUN_STATIONS, "organization__path"))
        return rows.select_related("organization").order_by("-made_at", "-pk")

    @extend_schema(summary="List check-in points")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Those within reach, with when their phones were last heard of and how much still waits on them."""
        return super().list(request, *args, **kwargs)

    @extend_schema(
        summary="Make a check-in point",
        request=shapes.NewStationSerializer,
        responses={201: shapes.MadeStationSerializer},
    )
    def create(self, request: Request) -> Response:
        """A check-in point and the code with which a phone is paired."""
        data = self.sent(shapes.NewStationSerializer)
        served = access.organization(self.actor, Act.RUN_STATIONS, code=data.pop("organization"))
        number = data.pop("session", None)
        session = access.session(self.actor, Act.RUN_STATIONS, pk=number) if number else None
        station, code = stations.make(by=self.actor, organization=served, session=session, at=timezone.now(), **data)
        return Response(_made(station, code), status=201)

    @extend_schema(summary="Make another pairing code", request=None, responses={201: shapes.MadeStationSerializer})
    def pairing_code(self, request: Request, pk: int) -> Response:
        """For a phone that is not paired yet, or one that takes another's place."""
        station = our_access.station(self.actor, pk=pk)
        code = stations.new_code(by=self.actor, station=station, at=timezone.now())
        return Response(_made(station, code), status=201)

    @extend_schema(summary="Revoke a check-in point", request=None, responses=shapes.StationSerializer)
    def revoke(self, request: Request, pk: int) -> Response:
        """Its phone is shown nobody any more; what it has it may still hand in."""
        station = our_access.station(self.actor, pk=pk)
        stations.revoke(by=self.actor, station=station, at=timezone.now())
        return Response(self.get_serializer(station).data)
