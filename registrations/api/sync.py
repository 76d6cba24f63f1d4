"""What a paired phone does: pairing, fetching changes, handing in records."""

from __future__ import annotations

import dataclasses

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from events import rushes
from events.access import Act
from events.api.permissions import by_action
from events.api.throttles import ByAddress
from events.api.views import Endpoint
from registrations import access
from registrations.api.authentication import StationKey
from registrations.api.serializers import stations as shapes
from registrations.models import Station
from registrations.operations import records, stations
from registrations.reports import changes


@extend_schema(tags=["station"])
class Pairing(Endpoint):
    acts = by_action(pair=Act.SEE_PUBLIC)
    authentication_classes = ()
    serializer_class = shapes.PairingSerializer
    queryset = Station.objects.all()
    throttle_classes = (ByAddress,)
    rush = rushes.PAIRING

    @extend_schema(
        summary="Pair this phone",
        operation_id="station_pair",
        request=shapes.PairingSerializer,
        responses={200: shapes.PairedSerializer},
    )
    def pair(self, request: Request) -> Response:
        """Exchange a pairing code for the key with which this phone speaks from now on; an earlier phone's key dies."""
        data = self.sent(shapes.PairingSerializer)
        station, key = stations.pair(code=data["code"], at=timezone.now())
        return Response(shapes.PairedSerializer({"key": key, "station": station}).data)


class Seen(serializers.Serializer):
    """The parameters of a fetch."""

    since = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    app_version = serializers.CharField(max_length=40, required=False, allow_blank=True)


class OfStation(Endpoint):
    authentication_classes = (StationKey,)
    recognize = staticmethod(access.station_by_key)
    queryset = Station.objects.all()
    pagination_class = None

    @property
    def station(self) -> Station:
        found = self.request.auth
        assert isinstance(found, Station)
        return found


@extend_schema(tags=["station"])
class Changes(OfStation):
    acts = by_action(changes=Act.USE_STATION)
    serializer_class = shapes.ChangesSerializer
    reads_query = True

    @extend_schema(
        summary="Fetch what changed",
        operation_id="station_changes",
        parameters=[
            OpenApiParameter("since", str, description="The last `cursor`; left out for everything."),
            OpenApiParameter("app_version", str, description="Version of the app on this phone."),
        ],
        responses=shapes.ChangesSerializer,
    )
    def changes(self, request: Request) -> Response:
        """At most 1,000 changes after a cursor. A revoked or expired check-in point gets `station_revoked`."""
        asked = Seen(data=request.query_params)
        asked.is_valid(raise_exception=True)
        at = timezone.now()
        if not access.may_show_roster(self.station, at):
            raise stations.StationRevoked
        page = changes.page(station=self.station, since=asked.validated_data["since"], at=at)
        seen: dict[str, object] = {} if page.more else {"roster_at": at}
        if version := asked.validated_data.get("app_version"):
            seen["app_version"] = version
        heard = stations.Heard(self.station.pk, at, seen, vars(self.station))
        stations.note_contacts(contacts=[heard])
        return Response(dataclasses.asdict(page) | {"server_time": at.isoformat()})


@extend_schema(tags=["station"])
class Records(OfStation):
    acts = by_action(records=Act.USE_STATION)
    #: It is looked up again where records are written, with its row locked.
    recognize = staticmethod(access.remembered_station)
    serializer_class = shapes.AnswersSerializer

    @extend_schema(
        summary="Hand in records",
        operation_id="station_records",
        request=shapes.SentRecordsSerializer,
        responses={200: shapes.AnswersSerializer},
    )
    def records(self, request: Request) -> Response:
        """Each record is answered for itself; `stored` means kept for ever. Revoked check-in points hand in all the
        same."""
        data = self.sent(shapes.RecordsEnvelopeSerializer)
        at = timezone.now()
        seen: dict[str, object] = {name: data[name] for name in ("records_pending", "app_version") if name in data}
        answers = records.receive(
            station=self.station,
            records=data["records"],
            sent_at=data.get("sent_at"),
            sent_epoch=data.get("epoch", ""),
            at=at,
            seen=seen,
        )
        return Response({"answers": answers, "received_at": at.isoformat()})
