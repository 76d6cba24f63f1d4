"""Headcounts, outputs and statements: what people enter beyond who was checked in."""

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
from events.models import Session
from registrations import access as our_access
from registrations.api.serializers import accounts as shapes
from registrations.models import Headcount, Output, Statement
from registrations.operations import accounts


@extend_schema(tags=["figures"])
class Headcounts(mixins.ListModelMixin, Endpoint):
    acts = by_action(list=Act.SEE_FIGURES, create=Act.RECORD, withdraw=Act.RECORD)
    queryset = Headcount.objects.all()
    serializer_class = shapes.HeadcountSerializer

    def get_queryset(self) -> QuerySet[Headcount]:
        session = access.session(self.actor, Act.SEE_FIGURES, pk=self.kwargs["session"])
        return Headcount.objects.filter(session=session).order_by("counted_at", "pk")

    @extend_schema(summary="List a session's headcounts")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Withdrawn ones too: they stay on record and count no more."""
        return super().list(request, *args, **kwargs)

    @extend_schema(
        summary="Enter a headcount", request=shapes.NewHeadcountSerializer, responses={201: shapes.HeadcountSerializer}
    )
    def create(self, request: Request, session: int) -> Response:
        """People present, counted or estimated by a named person."""
        found = access.session(self.actor, Act.RECORD, pk=session)
        data = self.sent(shapes.NewHeadcountSerializer)
        made = accounts.count_heads(by=self.actor, session=found, at=timezone.now(), **data)
        return Response(self.get_serializer(made).data, status=201)

    @extend_schema(summary="Take a headcount back", request=None, responses=shapes.HeadcountSerializer)
    def withdraw(self, request: Request, pk: int) -> Response:
        """It stays on record and counts no more."""
        row = our_access.headcount(self.actor, Act.RECORD, pk=pk)
        accounts.withdraw(by=self.actor, row=row, at=timezone.now())
        return Response(self.get_serializer(row).data)


@extend_schema(tags=["figures"])
class Outputs(mixins.ListModelMixin, Endpoint):
    acts = by_action(list=Act.SEE_FIGURES, create=Act.RECORD, withdraw=Act.RECORD)
    queryset = Output.objects.all()
    serializer_class = shapes.OutputSerializer

    def get_queryset(self) -> QuerySet[Output]:
        activity = access.activity(self.actor, Act.SEE_FIGURES, pk=self.kwargs["activity"])
        return Output.objects.filter(activity=activity).prefetch_related("sessions").order_by("entered_at", "pk")

    @extend_schema(summary="List an activity's outputs")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Leaflets, consultations …; withdrawn ones too."""
        return super().list(request, *args, **kwargs)

    @extend_schema(
        summary="Enter an output", request=shapes.NewOutputSerializer, responses={201: shapes.OutputSerializer}
    )
    def create(self, request: Request, activity: int) -> Response:
        """Of the activity, of one of its sessions, or of several of them jointly."""
        found = access.activity(self.actor, Act.RECORD, pk=activity)
        data = self.sent(shapes.NewOutputSerializer)
        numbers = set(data.pop("sessions", []))
        sessions = list(Session.objects.filter(activity=found, pk__in=numbers))
        if len(sessions) != len(numbers):
            raise accounts.SessionElsewhere(field="sessions")
        made = accounts.record_output(by=self.actor, activity=found, sessions=sessions, at=timezone.now(), **data)
        return Response(self.get_serializer(made).data, status=201)

    @extend_schema(summary="Take an output back", request=None, responses=shapes.OutputSerializer)
    def withdraw(self, request: Request, pk: int) -> Response:
        """It stays on record and counts no more."""
        row = our_access.output(self.actor, Act.RECORD, pk=pk)
        accounts.withdraw(by=self.actor, row=row, at=timezone.now())
        return Response(self.get_serializer(row).data)


@extend_schema(tags=["figures"])
class Statements(mixins.ListModelMixin, Endpoint):
    acts = by_action(list=Act.SEE_FIGURES, create=Act.RECORD, withdraw=Act.RECORD)
    queryset = Statement.objects.all()
    serializer_class = shapes.StatementSerializer

    def get_queryset(self) -> QuerySet[Statement]:
        activity = access.activity(self.actor, Act.SEE_FIGURES, pk=self.kwargs["activity"])
        return Statement.objects.filter(activity=activity).order_by("pk")

    @extend_schema(summary="List an activity's statements")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What documents say where no finer record exists; withdrawn ones too."""
        return super().list(request, *args, **kwargs)

    @extend_schema(
        summary="Enter a statement", request=shapes.NewStatementSerializer, responses={201: shapes.StatementSerializer}
    )
    def create(self, request: Request, activity: int) -> Response:
        """A document's number in its own words; it takes the place of what is counted, or is added to it."""
        found = access.activity(self.actor, Act.RECORD, pk=activity)
        data = self.sent(shapes.NewStatementSerializer)
        made = accounts.state(by=self.actor, activity=found, at=timezone.now(), **data)
        return Response(self.get_serializer(made).data, status=201)

    @extend_schema(summary="Take a statement back", request=None, responses=shapes.StatementSerializer)
    def withdraw(self, request: Request, pk: int) -> Response:
        """It stays on record and counts no more."""
        row = our_access.statement(self.actor, Act.RECORD, pk=pk)
        accounts.withdraw(by=self.actor, row=row, at=timezone.now())
        return Response(self.get_serializer(row).data)
