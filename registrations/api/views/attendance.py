"""Who came to a session, and corrections by named people."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from events import access
from events.access import Act
from events.api.pagination import Pages
from events.api.permissions import by_action
from events.api.views import Endpoint
from events.errors import NotFound
from events.models import Session
from registrations import masks
from registrations.api.serializers import accounts as shapes
from registrations.figures import Amount
from registrations.models import Attendance, Attendee, Signup
from registrations.operations import attendance
from registrations.reports import attendance as reports


class PagesWithTotals(Pages):
    """A page of lines with the totals of the whole session beside them."""

    #: What the description of a page refers to.
    components = (shapes.TotalsSerializer,)
    totals: dict[str, Any]

    def envelope(self, data: Any) -> dict[str, Any]:
        return super().envelope(data) | {"totals": self.totals}

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        whole = super().get_paginated_response_schema(schema)
        whole["properties"]["totals"] = {
            "allOf": [{"$ref": "#/components/schemas/Totals"}],
            "description": "Of the whole session, whatever the page.",
        }
        whole["required"].append("totals")
        return whole


def _interval(amount: Amount) -> dict[str, Any]:
    return amount.as_json() | {"low": amount.low, "high": amount.high}


def totals(session: Session) -> dict[str, Any]:
    found = reports.totals([session])[session.pk]
    return {
        "signups": found.signups,
        "people": found.people,
        "waiting": found.waiting,
        "checked_in": found.checked_in,
        "no_show": found.no_show,
        "leave": found.leave,
        "awaiting": found.awaiting,
        "whole": _interval(found.whole) if found.whole else None,
        "grades": {grade.value: _interval(amount) for grade, amount in found.grades.items()},
    }


def _line(attendee: Attendee) -> dict[str, Any]:
    came: list[Attendance] = attendee.here  # type: ignore[attr-defined]  # of the prefetch
    here = came[0] if came else None
    return {
        "signup": attendee.signup_id,
        "attendee": attendee.pk,
        "name": masks.name(attendee.name),
        "size": attendee.size,
        "village": attendee.village or attendee.signup.unit,
        "present": here.present if here else 0,
        "grade": here.grade if here else None,
        "first_at": here.first_at if here else None,
        "left_at": here.left_at if here else None,
    }


@extend_schema(tags=["attendance"])
class Attendances(Endpoint):
    acts = by_action(list=Act.SEE_SIGNUPS, correct=Act.RECORD)
    queryset = Attendee.objects.all()
    serializer_class = shapes.AttendanceLineSerializer
    pagination_class = PagesWithTotals

    def _lines(self, session: Session) -> QuerySet[Attendee]:
        """Lines of sign-ups that stand."""
        signups = Signup.objects.for_session(session).standing().values("pk")
        came = Attendance.objects.filter(session=session)
        rows = Attendee.objects.standing().filter(signup__in=signups).select_related("signup")
        rows = rows.order_by("signup__placed_at", "signup_id", "position")
        return rows.prefetch_related(Prefetch("attendances", came, to_attr="here"))

    @extend_schema(summary="List who came")
    def list(self, request: Request, session: int) -> Response:
        """Every line of every standing sign-up, masked, with the session's totals by grade."""
        found = access.session(self.actor, Act.SEE_SIGNUPS, pk=session)
        page = self.paginate_queryset(self._lines(found))
        self.paginator.totals = totals(found)  # type: ignore[union-attr]  # ours has totals
        lines = [_line(attendee) for attendee in page or []]
        return self.get_paginated_response(self.get_serializer(lines, many=True).data)

    @extend_schema(
        summary="Correct who was present",
        request=shapes.NewCorrectionSerializer,
        responses={201: shapes.CorrectionSerializer},
    )
    def correct(self, request: Request, session: int) -> Response:
        """A named person's word on one line, from a roster or paper. A later one takes the place of an earlier one."""
        found = access.session(self.actor, Act.RECORD, pk=session)
        data = self.sent(shapes.NewCorrectionSerializer)
        attendee = self._lines(found).filter(pk=data.pop("attendee")).first()
        if attendee is None:
            raise NotFound(field="attendee")
        made = attendance.correct(by=self.actor, attendee=attendee, session=found, at=timezone.now(), **data)
        return Response(shapes.CorrectionSerializer(made).data, status=201)
