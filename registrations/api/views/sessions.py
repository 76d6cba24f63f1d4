"""Sessions: listing them with their seats, scheduling, moving, calling off."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.request import Request
from rest_framework.response import Response

from events import access
from events.access import Act
from events.api import reach
from events.api.permissions import by_action
from events.api.views import Endpoint
from events.models import Activity, Session
from registrations.api.filters import SessionFilter
from registrations.api.serializers import sessions as shapes
from registrations.models import SeatPool
from registrations.operations import halves, pools, session_changes
from registrations.operations.signups import SignupNotOffered
from registrations.reports import seats


@extend_schema(tags=["sessions"])
class Sessions(mixins.ListModelMixin, Endpoint):
    acts = by_action(
        list=Act.SEE_PUBLIC,
        retrieve=Act.SEE_PUBLIC,
        create=Act.PLAN,
        partial_update=Act.PLAN,
        capacity=Act.PLAN,
        keep_seats=Act.PLAN,
        call_off=Act.PLAN,
    )
    queryset = Session.objects.all()
    serializer_class = shapes.SessionSerializer
    filterset_class = SessionFilter

    def get_queryset(self) -> QuerySet[Session]:
        open_now = Session.objects.open_at(timezone.now()).filter(pk=OuterRef("pk"))
        rows = reach.sessions(self.actor).annotate(open=Exists(open_now))
        return seats.with_seats(rows.select_related("activity__campaign", "activity__organization", "region"))

    def _answer(self, pk: int, status: int = 200) -> Response:
        return Response(self.get_serializer(reach.one(self.get_queryset(), pk=pk)).data, status=status)

    @extend_schema(summary="List sessions")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What one can attend, with the seats that are left: the public ones, and drafts within reach."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Read a session")
    def retrieve(self, request: Request, pk: int) -> Response:
        """One session by its number, with the seats that are left."""
        return self._answer(pk)

    @extend_schema(
        summary="Schedule a session", request=shapes.NewSessionSerializer, responses={201: shapes.SessionSerializer}
    )
    def create(self, request: Request) -> Response:
        """A session with its seats; a course's seats are those of the whole course. With a break it is two: the morning is
        answered, the afternoon names it as `half_of`."""
        data = self.sent(shapes.NewSessionSerializer)
        activity = access.activity(self.actor, Act.PLAN, pk=data.pop("activity"))
        schedule = halves.schedule if "break_from" in data else session_changes.schedule
        made = schedule(by=self.actor, activity=activity, at=timezone.now(), **data)
        return self._answer(made.pk, 201)

    @extend_schema(
        summary="Move or change a session", request=shapes.SessionChangesSerializer, responses=shapes.SessionSerializer
    )
    def partial_update(self, request: Request, pk: int) -> Response:
        """Its sign-ups come along, and the check-in points are told. Fields that are not sent stay as they are. Of half a day
        title, place, sign-up and day change for both halves, the hours for this one."""
        session = access.session(self.actor, Act.PLAN, pk=pk)
        data = self.sent(shapes.SessionChangesSerializer, partial=True)
        session_changes.move(by=self.actor, session=session, at=timezone.now(), **data)
        return self._answer(pk)

    @extend_schema(
        summary="Change how many seats there are", request=shapes.CapacitySerializer, responses=shapes.SessionSerializer
    )
    def capacity(self, request: Request, pk: int) -> Response:
        """In all, those kept for townships included; never below what is promised. New seats go to those who wait. For a
        course these are the course's seats."""
        session = access.session(self.actor, Act.PLAN, pk=pk)
        data = self.sent(shapes.CapacitySerializer)
        session_changes.set_capacity(by=self.actor, pool=self._pool(session), at=timezone.now(), **data)
        return self._answer(pk)

    @extend_schema(
        summary="Keep seats for a township", request=shapes.KeepSeatsSerializer, responses=shapes.SessionSerializer
    )
    def keep_seats(self, request: Request, pk: int) -> Response:
        """Out of those for everybody, until a day; then what is left flows back. For a course these are the course's."""
        session = access.session(self.actor, Act.PLAN, pk=pk)
        data = {"flows_back_on": None} | self.sent(shapes.KeepSeatsSerializer)
        pools.keep(by=self.actor, pool=self._pool(session), at=timezone.now(), **data)
        return self._answer(pk)

    def _pool(self, session: Session) -> SeatPool:
        by_course = session.activity.signup_by == Activity.SignupBy.COURSE
        common = SeatPool.objects.common()
        pool = (common.filter(activity=session.activity_id) if by_course else common.filter(session=session)).first()
        if pool is None:
            raise SignupNotOffered
        return pool

    @extend_schema(summary="Call a session off", request=shapes.ReasonSerializer, responses=shapes.SessionSerializer)
    def call_off(self, request: Request, pk: int) -> Response:
        """Its sign-ups stay on record, so that people can be told."""
        session = access.session(self.actor, Act.PLAN, pk=pk)
        data = self.sent(shapes.ReasonSerializer)
        session_changes.call_off(by=self.actor, session=session, at=timezone.now(), **data)
        return self._answer(pk)
