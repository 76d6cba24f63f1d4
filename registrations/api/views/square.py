"""What happens on the spot: cards to hand out, and stands that hand in what they did."""

from __future__ import annotations

from typing import Any

import django_filters as df
from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.request import Request
from rest_framework.response import Response

from events import access
from events.access import Act
from events.api.fields import GROUPS
from events.api.filters import flag, number
from events.api.permissions import by_action
from events.api.views import Endpoint
from events.models import Session
from registrations import access as our_access
from registrations.api.serializers import square as shapes
from registrations.api.views.signups import IDEMPOTENCY, idempotency_key
from registrations.models import Signup, Stand, StandReport
from registrations.models.stand import StandQuerySet
from registrations.operations import cards, stands
from registrations.operations.accounts import SessionElsewhere
from registrations.operations.stands import Place

State = StandReport.State
#: How a stand's report stands, or that there is none.
STANDINGS = [("none", "nothing handed in"), *State.choices]


class CardsFilter(df.FilterSet):
    group = df.ChoiceFilter(field_name="audience_group", choices=GROUPS, help_text="Code of the audience group.")
    ended = flag("Whether they let nobody in any more.", "have_ended")

    class Meta:
        model = Signup
        fields: list[str] = []

    def have_ended(self, rows: QuerySet[Signup], name: str, value: str) -> QuerySet[Signup]:
        return rows.filter(cancelled_at__isnull=value == "false")


@extend_schema(tags=["stations"])
class Cards(mixins.ListModelMixin, Endpoint):
    acts = by_action(list=Act.KEEP_SIGNUPS, create=Act.KEEP_SIGNUPS, end=Act.KEEP_SIGNUPS)
    queryset = Signup.objects.cards()
    serializer_class = shapes.CardsSerializer
    filterset_class = CardsFilter

    def get_queryset(self) -> QuerySet[Signup]:
        session = access.session(self.actor, Act.KEEP_SIGNUPS, pk=self.kwargs["session"])
        return self._counted().filter(chosen__session=session).order_by("-placed_at", "-pk")

    def _counted(self) -> QuerySet[Signup]:
        came = Q(attendees__attendances__session=F("chosen__session"))
        return Signup.objects.cards().annotate(
            session=F("chosen__session"), came=Count("attendees__attendances", filter=came)
        )

    def _answer(self, batch: Signup, status: int = 200) -> Response:
        return Response(self.get_serializer(self._counted().get(pk=batch.pk)).data, status=status)

    @extend_schema(summary="List a session's cards")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Batches of codes that were printed to hand out on the spot, with how many people came by them."""
        return super().list(request, *args, **kwargs)

    @extend_schema(
        summary="Make cards to hand out",
        parameters=[IDEMPOTENCY],
        request=shapes.NewCardsSerializer,
        responses={201: shapes.CardsSerializer},
    )
    def create(self, request: Request, session: int) -> Response:
        """A batch for one audience group, each card for one person; check-in points know them at once."""
        found = access.session(self.actor, Act.KEEP_SIGNUPS, pk=session)
        data = self.sent(shapes.NewCardsSerializer)
        key = idempotency_key(request)
        made = cards.print_batch(by=self.actor, session=found, key=key, at=timezone.now(), **data)
        return self._answer(made, 201)

    @extend_schema(summary="End cards", request=None, responses=shapes.CardsSerializer)
    def end(self, request: Request, pk: int) -> Response:
        """Those still about let nobody in any more; who came by one stays counted."""
        batch = our_access.cards(self.actor, pk=pk)
        return self._answer(cards.end_batch(by=self.actor, batch=batch, at=timezone.now()))


class StandFilter(df.FilterSet):
    session = number("Number of the session.", "session")
    state = df.ChoiceFilter(
        choices=STANDINGS, method="standing", help_text="How its report stands, or «none»: nothing was handed in."
    )

    class Meta:
        model = Stand
        fields: list[str] = []

    def standing(self, rows: QuerySet[Stand], name: str, value: str) -> QuerySet[Stand]:
        counting = StandReport.objects.filter(replaced_at=None)
        if value == "none":
            return rows.exclude(pk__in=counting.values("stand"))
        return rows.filter(pk__in=counting.filter(state=value).values("stand"))


@extend_schema(tags=["figures"])
class Stands(mixins.ListModelMixin, Endpoint):
    acts = by_action(
        list=Act.RECORD, create=Act.RECORD, partial_update=Act.RECORD, remove=Act.RECORD, new_code=Act.RECORD
    )
    queryset = Stand.objects.standing()
    serializer_class = shapes.StandSerializer
    filterset_class = StandFilter

    def get_queryset(self) -> QuerySet[Stand]:
        activity = access.activity(self.actor, Act.RECORD, pk=self.kwargs["activity"])
        return self._rows().standing().filter(activity=activity).order_by("place", "pk")

    def _rows(self) -> StandQuerySet:
        counting = StandReport.objects.filter(replaced_at=None)
        return Stand.objects.prefetch_related(Prefetch("reports", counting, to_attr="counting"))

    def _answer(self, stand: Stand, status: int = 200) -> Response:
        return Response(self.get_serializer(self._rows().get(pk=stand.pk)).data, status=status)

    @extend_schema(summary="List an activity's stands")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Who has handed in and who has not, with the code of each."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Add a stand", request=shapes.NewStandSerializer, responses={201: shapes.StandSerializer})
    def create(self, request: Request, activity: int) -> Response:
        """Of an activity, or of one of its sessions."""
        found = access.activity(self.actor, Act.RECORD, pk=activity)
        data = self.sent(shapes.NewStandSerializer)
        wanted = data.pop("session", None)
        session = Session.objects.filter(activity=found, pk=wanted).first() if wanted else None
        if wanted and session is None:
            raise SessionElsewhere(field="session")
        place = Place(**data)
        made = stands.add(by=self.actor, activity=found, session=session, places=[place], at=timezone.now())
        if not made:
            raise stands.TwoStandsAlike(field="name", name=place.name)
        return self._answer(made[0], 201)

    @extend_schema(summary="Change a stand", request=shapes.StandChangesSerializer, responses=shapes.StandSerializer)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Its code stays good. Fields that are not sent stay as they are."""
        stand = our_access.stand(self.actor, pk=pk)
        data = self.sent(shapes.StandChangesSerializer, partial=True)
        place = Place(**({"name": stand.name, "unit": stand.unit, "place": stand.place} | data))
        return self._answer(stands.change(by=self.actor, stand=stand, place=place, at=timezone.now()))

    @extend_schema(summary="Remove a stand", request=None, responses=shapes.StandSerializer)
    def remove(self, request: Request, pk: int) -> Response:
        """It does not take place, and its code opens nothing any more; not once its report is accepted."""
        stand = our_access.stand(self.actor, pk=pk)
        stands.remove(by=self.actor, stand=stand, at=timezone.now())
        return self._answer(stand)

    @extend_schema(summary="Give a stand another code", request=None, responses=shapes.StandSerializer)
    def new_code(self, request: Request, pk: int) -> Response:
        """For one that got into other hands: the sheet that hangs there opens nothing any more."""
        stand = our_access.stand(self.actor, pk=pk)
        return self._answer(stands.replace_code(by=self.actor, stand=stand, at=timezone.now()))


class StandReportFilter(df.FilterSet):
    state = df.ChoiceFilter(choices=State.choices, help_text="How it stands.")
    stand = number("Number of the stand.", "stand")
    session = number("Number of the stand's session.", "stand__session")
    replaced = flag("Whether a later report took its place; left out: both.", "was_replaced")

    class Meta:
        model = StandReport
        fields: list[str] = []

    def was_replaced(self, rows: QuerySet[StandReport], name: str, value: str) -> QuerySet[StandReport]:
        return rows.filter(replaced_at__isnull=value == "false")


@extend_schema(tags=["figures"])
class StandReports(mixins.ListModelMixin, Endpoint):
    acts = by_action(list=Act.RECORD, accept=Act.RECORD, send_back=Act.RECORD, take_back=Act.RECORD)
    queryset = StandReport.objects.all()
    serializer_class = shapes.ReportOfStandSerializer
    filterset_class = StandReportFilter

    def get_queryset(self) -> QuerySet[StandReport]:
        activity = access.activity(self.actor, Act.RECORD, pk=self.kwargs["activity"])
        rows = StandReport.objects.filter(stand__activity=activity, stand__removed_at=None)
        return rows.select_related("stand").order_by("-sent_at", "-pk")

    def _report(self, pk: int) -> StandReport:
        return our_access.stand_report(self.actor, pk=pk)

    @extend_schema(summary="List what stands handed in")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The latest first; those that a later one replaced too."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Accept a report", request=None, responses=shapes.ReportOfStandSerializer)
    def accept(self, request: Request, pk: int) -> Response:
        """Its numbers count from now on, and its photo is evidence. Accepting it again changes nothing."""
        done = stands.accept(by=self.actor, report=self._report(pk), at=timezone.now())
        return Response(self.get_serializer(done).data)

    @extend_schema(
        summary="Send a report back", request=shapes.AnswerSerializer, responses=shapes.ReportOfStandSerializer
    )
    def send_back(self, request: Request, pk: int) -> Response:
        """The stand reads why, and hands in again."""
        report, data = self._report(pk), self.sent(shapes.AnswerSerializer)
        done = stands.send_back(by=self.actor, report=report, at=timezone.now(), **data)
        return Response(self.get_serializer(done).data)

    @extend_schema(summary="Take an acceptance back", request=None, responses=shapes.ReportOfStandSerializer)
    def take_back(self, request: Request, pk: int) -> Response:
        """Its numbers count no more, and the stand may hand in again."""
        done = stands.take_back(by=self.actor, report=self._report(pk), at=timezone.now())
        return Response(self.get_serializer(done).data)
