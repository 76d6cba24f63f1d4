"""Evidence, activity records, expert supports, trips and stocks."""

from __future__ import annotations

from typing import Any

import django_filters as df
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from events import access
from events.access import Act
from events.api.filters import number
from events.api.parsers import Json
from events.api.permissions import by_action
from events.api.views import Endpoint
from events.models import Activity, Session
from registrations import access as our_access
from registrations.api.serializers import records as shapes
from registrations.models import ActivityRecord, Evidence, ExpertSupport, StockChange, Trip
from registrations.operations import accounts, activity_records, evidence, supports, trips
from registrations.operations.activity_records import FIELDS, Written
from registrations.operations.supports import Support


def _session(activity: Activity, pk: int | None) -> Session | None:
    """Raises SessionElsewhere."""
    found = Session.objects.filter(activity=activity, pk=pk).first() if pk else None
    if pk and found is None:
        raise accounts.SessionElsewhere(field="session")
    return found


class EvidenceFilter(df.FilterSet):
    kind = df.ChoiceFilter(choices=Evidence.Kind.choices, help_text="Photo, sign-in sheet, document or link.")
    session = number("Number of the session.", "sessions")

    class Meta:
        model = Evidence
        fields: list[str] = []


class YearOfEnd(df.FilterSet):
    year = number("Year in which it ended.", "ends_on__year", least=1949, most=2100)

    class Meta:
        model = ExpertSupport
        fields: list[str] = []


class YearOfTrip(df.FilterSet):
    year = number("Year of its day.", "on__year", least=1949, most=2100)

    class Meta:
        model = Trip
        fields: list[str] = []


class YearOfChange(df.FilterSet):
    year = number("Year of its day.", "on__year", least=1949, most=2100)

    class Meta:
        model = StockChange
        fields: list[str] = []


@extend_schema(tags=["records"])
class Evidences(mixins.ListModelMixin, Endpoint):
    acts = by_action(list=Act.SEE_FIGURES, create=Act.RECORD, partial_update=Act.RECORD)
    queryset = Evidence.objects.all()
    serializer_class = shapes.EvidenceSerializer
    filterset_class = EvidenceFilter
    parser_classes = (Json, MultiPartParser)

    def get_queryset(self) -> QuerySet[Evidence]:
        activity = access.activity(self.actor, Act.SEE_FIGURES, pk=self.kwargs["activity"])
        rows = Evidence.objects.filter(activity=activity).select_related("organization")
        return rows.prefetch_related("sessions", "alike").order_by("added_at", "pk")

    @extend_schema(summary="List an activity's evidence")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Photos, sheets, documents and links; those that were taken out too."""
        return super().list(request, *args, **kwargs)

    @extend_schema(
        summary="Add evidence", request=shapes.NewEvidenceSerializer, responses={201: shapes.EvidenceSerializer}
    )
    def create(self, request: Request, activity: int) -> Response:
        """A file as multipart form data, or a link as JSON. The place a photo was taken at is removed from it."""
        found = access.activity(self.actor, Act.RECORD, pk=activity)
        data = self.sent(shapes.NewEvidenceSerializer)
        session = _session(found, data.pop("session", None))
        upload = data.get("file")
        kind = evidence.kind_of(upload, field="file") if upload is not None else str(Evidence.Kind.LINK)
        made = evidence.add(
            by=self.actor,
            organization=found.organization,
            kind=kind,
            activity=found,
            sessions=[session] if session else [],
            field="file",
            at=timezone.now(),
            **data,
        )
        return Response(self.get_serializer(made).data, status=201)

    @extend_schema(
        summary="Change or take out evidence",
        request=shapes.EvidenceChangesSerializer,
        responses=shapes.EvidenceSerializer,
    )
    def partial_update(self, request: Request, pk: int) -> Response:
        """Its caption, where the paper lies, and whether it is taken out; the file is kept."""
        row = our_access.evidence(self.actor, Act.RECORD, pk=pk)
        data = self.sent(shapes.EvidenceChangesSerializer, partial=True)
        now = timezone.now()
        if {"title", "paper_place"} & data.keys():
            said = {name: data.get(name, getattr(row, name)) for name in ("title", "paper_place")}
            evidence.change(by=self.actor, evidence=row, at=now, **said)
        if "withdrawn" in data:
            turn = evidence.withdraw if data["withdrawn"] else evidence.put_back
            turn(by=self.actor, evidence=row, at=now)
        return Response(self.get_serializer(row).data)


@extend_schema(tags=["records"])
class ActivityRecords(mixins.ListModelMixin, Endpoint):
    acts = by_action(list=Act.SEE_FIGURES, create=Act.RECORD, review=Act.RECORD)
    queryset = ActivityRecord.objects.all()
    serializer_class = shapes.ActivityRecordSerializer

    def get_queryset(self) -> QuerySet[ActivityRecord]:
        activity = access.activity(self.actor, Act.SEE_FIGURES, pk=self.kwargs["activity"])
        rows = ActivityRecord.objects.filter(activity=activity)
        return rows.select_related("filled_in_by", "reviewed_by").order_by("pk")

    @extend_schema(summary="List an activity's records")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """That of the activity as a whole and those of its sessions."""
        return super().list(request, *args, **kwargs)

    @extend_schema(
        summary="Write an activity record",
        request=shapes.NewActivityRecordSerializer,
        responses={201: shapes.ActivityRecordSerializer},
    )
    def create(self, request: Request, activity: int) -> Response:
        """The one record of the activity or session, made or written anew; what is left out is emptied."""
        found = access.activity(self.actor, Act.RECORD, pk=activity)
        data = self.sent(shapes.NewActivityRecordSerializer)
        session = _session(found, data.get("session"))
        written = Written(**{name: data[name] for name in FIELDS if name in data})
        do = activity_records.hand_in if data["filled_in"] else activity_records.save
        made = do(by=self.actor, activity=found, session=session, written=written, at=timezone.now())
        return Response(self.get_serializer(made).data, status=201)

    @extend_schema(summary="Review an activity record", request=None, responses=shapes.ActivityRecordSerializer)
    def review(self, request: Request, pk: int) -> Response:
        """By another person than the one who filled it in."""
        row = our_access.activity_record(self.actor, Act.RECORD, pk=pk)
        made = activity_records.review(by=self.actor, record=row, at=timezone.now())
        return Response(self.get_serializer(made).data)


@extend_schema(tags=["records"])
class Supports(mixins.ListModelMixin, Endpoint):
    acts = by_action(list=Act.SEE_FIGURES, create=Act.RECORD, partial_update=Act.RECORD)
    queryset = ExpertSupport.objects.all()
    serializer_class = shapes.SupportSerializer
    filterset_class = YearOfEnd

    def get_queryset(self) -> QuerySet[ExpertSupport]:
        organization = access.organization(self.actor, Act.SEE_FIGURES, code=self.kwargs["code"])
        rows = ExpertSupport.objects.filter(organization=organization)
        return rows.select_related("organization", "region").order_by("starts_on", "pk")

    @extend_schema(summary="List expert supports")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Each is one item of support; those that were taken back too."""
        return super().list(request, *args, **kwargs)

    @extend_schema(
        summary="Enter an expert support",
        request=shapes.NewSupportSerializer,
        responses={201: shapes.SupportSerializer},
    )
    def create(self, request: Request, code: str) -> Response:
        """It counts in the organization's expert support of that year."""
        organization = access.organization(self.actor, Act.RECORD, code=code)
        data = self.sent(shapes.NewSupportSerializer)
        data["precision"] = data.pop("date_precision", "day")
        (made,) = supports.add_many(
            by=self.actor, organization=organization, supports=[Support(**data)], at=timezone.now()
        )
        return Response(self.get_serializer(made).data, status=201)

    @extend_schema(
        summary="Change or take back an expert support",
        request=shapes.SupportChangesSerializer,
        responses=shapes.SupportSerializer,
    )
    def partial_update(self, request: Request, pk: int) -> Response:
        """Fields that are not sent stay as they are."""
        row = our_access.support(self.actor, Act.RECORD, pk=pk)
        data = self.sent(shapes.SupportChangesSerializer, partial=True)
        withdrawn, now = data.pop("withdrawn", None), timezone.now()
        if data:
            names = ("expert", "beneficiary", "project", "what", "starts_on", "ends_on", "region")
            said = {name: data.get(name, getattr(row, name)) for name in names}
            precision = data.get("date_precision", row.date_precision)
            supports.change(by=self.actor, row=row, support=Support(precision=precision, **said), at=now)
        if withdrawn is not None:
            turn = supports.withdraw if withdrawn else supports.put_back
            turn(by=self.actor, rows=[row], at=now)
        return Response(self.get_serializer(row).data)


@extend_schema(tags=["records"])
class Trips(mixins.ListModelMixin, Endpoint):
    acts = by_action(list=Act.SEE_FIGURES, create=Act.RECORD, partial_update=Act.RECORD)
    queryset = Trip.objects.all()
    serializer_class = shapes.TripSerializer
    filterset_class = YearOfTrip

    def get_queryset(self) -> QuerySet[Trip]:
        organization = access.organization(self.actor, Act.SEE_FIGURES, code=self.kwargs["code"])
        return (
            Trip.objects.filter(organization=organization).select_related("organization", "region").order_by("on", "pk")
        )

    def _with_session(self, data: dict[str, Any]) -> dict[str, Any]:
        if data.get("session"):
            data["session"] = access.session(self.actor, Act.RECORD, pk=data["session"])
        return data

    @extend_schema(summary="List van trips")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Those that were taken back too."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Enter a van trip", request=shapes.NewTripSerializer, responses={201: shapes.TripSerializer})
    def create(self, request: Request, code: str) -> Response:
        """With kilometres, or the odometer at both ends."""
        organization = access.organization(self.actor, Act.RECORD, code=code)
        data = self._with_session(self.sent(shapes.NewTripSerializer))
        made = trips.add(by=self.actor, organization=organization, at=timezone.now(), **data)
        return Response(self.get_serializer(made).data, status=201)

    @extend_schema(
        summary="Change or take back a van trip",
        request=shapes.TripChangesSerializer,
        responses=shapes.TripSerializer,
    )
    def partial_update(self, request: Request, pk: int) -> Response:
        """Fields that are not sent stay as they are; kilometres follow an odometer that is sent."""
        row = our_access.trip(self.actor, Act.RECORD, pk=pk)
        data = self._with_session(self.sent(shapes.TripChangesSerializer, partial=True))
        withdrawn, now = data.pop("withdrawn", None), timezone.now()
        if {"odometer_start", "odometer_end"} & data.keys():
            data.setdefault("km", None)
        if data:
            trips.change(by=self.actor, trip=row, at=now, **data)
        if withdrawn is not None:
            turn = trips.withdraw if withdrawn else trips.put_back
            turn(by=self.actor, row=row, at=now)
        return Response(self.get_serializer(row).data)


@extend_schema(tags=["records"])
class StockChanges(mixins.ListModelMixin, Endpoint):
    acts = by_action(list=Act.SEE_FIGURES, create=Act.RECORD, partial_update=Act.RECORD)
    queryset = StockChange.objects.all()
    serializer_class = shapes.StockChangeSerializer
    filterset_class = YearOfChange

    def get_queryset(self) -> QuerySet[StockChange]:
        organization = access.organization(self.actor, Act.SEE_FIGURES, code=self.kwargs["code"])
        return StockChange.objects.filter(organization=organization).select_related("organization").order_by("on", "pk")

    @extend_schema(summary="List changes of stocks")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What was put into service and withdrawn; the stock on a day is the sum up to that day."""
        return super().list(request, *args, **kwargs)

    @extend_schema(
        summary="Enter a change of a stock",
        request=shapes.NewStockChangeSerializer,
        responses={201: shapes.StockChangeSerializer},
    )
    def create(self, request: Request, code: str) -> Response:
        """Positive: put into service; negative: withdrawn."""
        organization = access.organization(self.actor, Act.RECORD, code=code)
        data = self.sent(shapes.NewStockChangeSerializer)
        made = accounts.change_stock(by=self.actor, organization=organization, at=timezone.now(), **data)
        return Response(self.get_serializer(made).data, status=201)

    @extend_schema(
        summary="Take back a change of a stock",
        request=shapes.StockChangesSerializer,
        responses=shapes.StockChangeSerializer,
    )
    def partial_update(self, request: Request, pk: int) -> Response:
        """It stays on record and counts no more; false puts it back."""
        row = our_access.stock_change(self.actor, Act.RECORD, pk=pk)
        turn = trips.withdraw if self.sent(shapes.StockChangesSerializer)["withdrawn"] else trips.put_back
        turn(by=self.actor, row=row, at=timezone.now())
        return Response(self.get_serializer(row).data)
