"""Returns with their seal and restatements; numbers that were told, and who holds them."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins
from rest_framework.request import Request
from rest_framework.response import Response

from events import access
from events.access import Act
from events.api.permissions import by_action
from events.api.views import Endpoint
from events.errors import NotFound
from registrations import access as ours
from registrations.api.serializers import figures as shapes
from registrations.models import Quote, Restatement, Return
from registrations.operations import quotes, returns
from registrations.reports import quotes as telling
from registrations.reports import returns as saying

REFERENCE = OpenApiParameter("reference", str, OpenApiParameter.PATH, description="Reference of the quote.")


@extend_schema(tags=["figures"])
class Returns(mixins.ListModelMixin, Endpoint):
    acts = by_action(
        list=Act.SEE_FIGURES,
        create=Act.RECORD,
        retrieve=Act.SEE_FIGURES,
        sealed=Act.SEE_FIGURES,
        close=Act.CLOSE_RETURNS,
        reopen=Act.CLOSE_RETURNS,
    )
    queryset = Return.objects.all()
    serializer_class = shapes.ReturnSerializer

    def get_queryset(self) -> QuerySet[Return]:
        organization = access.organization(self.actor, Act.SEE_FIGURES, code=self.kwargs["code"])
        rows = Return.objects.filter(organization=organization)
        return rows.select_related("organization").prefetch_related("files").order_by("-period_end", "pk")

    def _return(self, act: Act, pk: int) -> Return:
        return ours.return_of(self.actor, act, pk=pk)

    @extend_schema(summary="List returns")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The latest period first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Make a return", request=shapes.NewReturnBody, responses={201: shapes.ReturnSerializer})
    def create(self, request: Request, code: str) -> Response:
        """It is open: its figures follow the records until it is closed."""
        organization = access.organization(self.actor, Act.RECORD, code=code)
        data = self.sent(shapes.NewReturnBody)
        period = (data.pop("start"), data.pop("end"))
        made = returns.make(by=self.actor, organization=organization, period=period, at=timezone.now(), **data)
        return Response(self.get_serializer(made).data, status=201)

    @extend_schema(summary="Read a return")
    def retrieve(self, request: Request, pk: int) -> Response:
        """One return with its seal and its files."""
        return Response(self.get_serializer(self._return(Act.SEE_FIGURES, pk)).data)

    @extend_schema(summary="Read what was sealed", responses={200: {"type": "object", "additionalProperties": True}})
    def sealed(self, request: Request, pk: int) -> Response:
        """The content of a closed return. It names no participant."""
        found = self._return(Act.SEE_FIGURES, pk)
        if found.state != Return.State.CLOSED:
            raise returns.NotClosed
        return Response(json.loads(found.figures))

    @extend_schema(summary="Close a return", request=None, responses=shapes.ReturnSerializer)
    def close(self, request: Request, pk: int) -> Response:
        """Seals what the records say now and issues the files; from then on it stands still."""
        found = returns.close(by=self.actor, of=self._return(Act.CLOSE_RETURNS, pk), at=timezone.now())
        return Response(self.get_serializer(found).data)

    @extend_schema(summary="Open a return again", request=shapes.WhyBody, responses=shapes.ReturnSerializer)
    def reopen(self, request: Request, pk: int) -> Response:
        """With a reason; what it said is kept with its seal."""
        found, data = self._return(Act.CLOSE_RETURNS, pk), self.sent(shapes.WhyBody)
        opened = returns.reopen(by=self.actor, of=found, at=timezone.now(), **data)
        return Response(self.get_serializer(opened).data)


@extend_schema(tags=["figures"])
class Restatements(Endpoint):
    acts = by_action(list=Act.SEE_FIGURES, create=Act.CLOSE_RETURNS)
    queryset = Restatement.objects.all()
    serializer_class = shapes.RestatementSerializer
    pagination_class = None

    @extend_schema(summary="List restatements", responses=shapes.RestatementSerializer(many=True))
    def list(self, request: Request, pk: int) -> Response:
        """Those that stand, in their order, and then what the records say otherwise today."""
        found = ours.return_of(self.actor, Act.SEE_FIGURES, pk=pk)
        rows = Restatement.objects.filter(of=found, accepted_at__isnull=False)
        standing = [self._said(one) for one in rows]
        proposed: list[dict[str, Any]] = []
        if found.state == Return.State.CLOSED:
            proposed = [
                {"indicator": one.code, "old": one.old, "new": one.new, "reason": "", "accepted_at": None}
                for one in saying.differences(found)
            ]
        return Response(standing + proposed)

    def _said(self, row: Restatement) -> dict[str, Any]:
        names = ("indicator", "old", "new", "reason", "accepted_at")
        return dict(shapes.RestatementSerializer({name: getattr(row, name) for name in names}).data)

    @extend_schema(
        summary="Restate a figure", request=shapes.RestateBody, responses={201: shapes.RestatementSerializer}
    )
    def create(self, request: Request, pk: int) -> Response:
        """Lets the new figure stand beside the closed one, with a reason."""
        found, data = ours.return_of(self.actor, Act.CLOSE_RETURNS, pk=pk), self.sent(shapes.RestateBody)
        row = returns.restate(by=self.actor, of=found, at=timezone.now(), **data)
        return Response(self._said(row), status=201)


def _quote(quote: Quote) -> dict[str, Any]:
    then = telling.compare(quote)
    return {
        "reference": quote.reference,
        "organization": quote.organization.code,
        "catalogue": quote.catalogue,
        "scope": quote.scope,
        "start": quote.period_start,
        "end": quote.period_end,
        "as_of": quote.as_of,
        "rules": quote.rules,
        "text": quote.text,
        "missing": quote.missing,
        "figures": [
            {
                "code": one.code,
                "label": one.label,
                "written": one.told["written"],
                "now": one.now["written"],
                "changed": one.changed,
            }
            for one in then
        ],
        "holders": [
            {
                "id": one.holder.pk,
                "name": one.holder.name,
                "how": one.holder.how,
                "told_at": one.holder.told_at,
                "note": one.note,
            }
            for one in telling.holders(quote, then)
        ],
        "at": quote.at,
    }


@extend_schema(tags=["figures"])
class Quotes(Endpoint):
    acts = by_action(create=Act.RECORD, retrieve=Act.SEE_FIGURES, tell=Act.RECORD, correct=Act.RECORD)
    queryset = Quote.objects.all()
    serializer_class = shapes.QuoteSerializer

    @extend_schema(summary="Tell numbers", request=shapes.QuoteBody, responses={201: shapes.QuoteSerializer})
    def create(self, request: Request, code: str) -> Response:
        """Figures become a sentence with a reference; the figures are kept with it."""
        organization = access.organization(self.actor, Act.RECORD, code=code)
        data = self.sent(shapes.QuoteBody)
        period = (data.pop("start"), data.pop("end"))
        if period[1] < period[0]:
            raise returns.PeriodReversed(field="end")
        made = quotes.write_down(by=self.actor, organization=organization, period=period, at=timezone.now(), **data)
        return Response(self.get_serializer(_quote(made)).data, status=201)

    @extend_schema(summary="Read what was told", parameters=[REFERENCE])
    def retrieve(self, request: Request, reference: str) -> Response:
        """The figures as they were told and as the records say now, and who holds them."""
        return Response(self.get_serializer(_quote(self._found(Act.SEE_FIGURES, reference))).data)

    def _found(self, act: Act, reference: str) -> Quote:
        if not reference.isalnum():
            raise NotFound
        return ours.quote(self.actor, act, reference=reference.upper())

    @extend_schema(
        summary="Note who was told",
        parameters=[REFERENCE],
        request=shapes.HolderBody,
        responses={201: shapes.QuoteSerializer},
    )
    def tell(self, request: Request, reference: str) -> Response:
        """So that a correction reaches them."""
        quote, data = self._found(Act.RECORD, reference), self.sent(shapes.HolderBody)
        quotes.hand_out(by=self.actor, quote=quote, at=timezone.now(), **data)
        return Response(self.get_serializer(_quote(quote)).data, status=201)

    @extend_schema(summary="Note that a correction was sent", request=None, responses=shapes.QuoteSerializer)
    def correct(self, request: Request, pk: int) -> Response:
        """They hold the new figures then."""
        holder = ours.quote_holder(self.actor, Act.RECORD, pk=pk)
        quotes.correct(by=self.actor, holder=holder, at=timezone.now())
        return Response(self.get_serializer(_quote(holder.quote)).data)
