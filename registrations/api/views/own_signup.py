"""One's own sign-up, opened by its manage key."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from django.db.models import Max
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response

from events.access import Act
from events.api.permissions import by_action
from events.api.views import Endpoint
from events.errors import NotFound
from events.models import Session
from registrations.api.authentication import ManageKey
from registrations.api.serializers import signups as shapes
from registrations.models import Signup, Ticket
from registrations.operations import offers, roster, signups, tickets, waitlist
from registrations.operations.placing import Written
from registrations.operations.signups import Line, Party
from registrations.reports import qr, ticket_pdf


def _ticket(signup: Signup) -> Ticket | None:
    rows = signup.tickets.filter(attendee=None, state=Ticket.State.VALID)
    return rows.select_related("signup__activity").first()


@functools.cache
def _shape() -> shapes.OwnSignupSerializer:
    """Made once: its fields are found out anew by each new one, which costs more than showing a sign-up does."""
    return shapes.OwnSignupSerializer()


def shown(signup: Signup, request: Request) -> dict[str, Any]:
    """The sign-up as its owner sees it."""
    of_course = {"activity": signup.activity_id} if signup.covers_course else {"chosen_by__signup": signup}
    signup.sessions = list(Session.objects.filter(**of_course))  # type: ignore[attr-defined]  # read below
    signup.lines = list(signup.attendees.standing())  # type: ignore[attr-defined]  # as above
    signup.offer_expires_at = signup.holds.aggregate(until=Max("offer_expires_at"))["until"]  # type: ignore[attr-defined]
    waits = signup.state == Signup.State.WAITING
    return _shown(signup, request, _ticket(signup), waitlist.position(signup) if waits else None)


def shown_at_once(written: Written, sessions: Sequence[Session], request: Request) -> dict[str, Any]:
    """The same of one that has just been written: nothing is read again."""
    signup = written.signup
    signup.sessions, signup.lines = sessions, written.lines  # type: ignore[attr-defined]  # read below
    signup.offer_expires_at = None  # type: ignore[attr-defined]  # as above
    return _shown(signup, request, written.ticket, written.position)


def _shown(signup: Signup, request: Request, ticket: Ticket | None, position: int | None) -> dict[str, Any]:
    signup.waiting_position = position  # type: ignore[attr-defined]  # read below
    signup.ticket = ticket and {  # type: ignore[attr-defined]  # as above
        "short_code": ticket.short_code,
        "address": tickets.address(ticket),
        "svg": request.build_absolute_uri(reverse("own_ticket_svg")),
        "pdf": request.build_absolute_uri(reverse("own_ticket_pdf")),
        "png": request.build_absolute_uri(reverse("own_ticket_png")),
    }
    return dict(_shape().to_representation(signup))


@extend_schema(tags=["sign-up"])
class OwnSignup(Endpoint):
    acts = by_action(
        retrieve=Act.SEE_PUBLIC, partial_update=Act.SEE_PUBLIC, destroy=Act.SEE_PUBLIC, accept=Act.SEE_PUBLIC
    )
    authentication_classes = (ManageKey,)
    opened_by_key = True
    queryset = Signup.objects.all()
    serializer_class = shapes.OwnSignupSerializer
    pagination_class = None

    @property
    def signup(self) -> Signup:
        found = self.request.auth
        assert isinstance(found, Signup)
        return found

    @extend_schema(summary="Read one's own sign-up", operation_id="own_signup_read")
    def retrieve(self, request: Request) -> Response:
        """What was asked for, how it stands, and the ticket."""
        return Response(shown(self.signup, request))

    @extend_schema(
        summary="Change one's own sign-up",
        operation_id="own_signup_change",
        request=shapes.SignupChangesSerializer,
        responses=shapes.OwnSignupSerializer,
    )
    def partial_update(self, request: Request) -> Response:
        """More people need free seats; fewer give some back. Fields that are not sent stay as they are."""
        data = self.sent(shapes.SignupChangesSerializer, partial=True)
        signup = self.signup
        held = tuple(Line.of(row) for row in signup.attendees.standing())
        party = Party(
            kind=signup.kind,
            lines=tuple(row["line"] for row in data["lines"]) if "lines" in data else held,
            contact_name=data.get("contact_name", signup.contact_name),
            contact_phone=data.get("contact_phone", signup.contact_phone),
            unit=data.get("unit", signup.unit),
            region=data.get("region", signup.region),
            note=data.get("note", signup.note),
            contact_email=data.get("contact_email", signup.contact_email),
            ages=tuple(data.get("ages", signup.ages)),
            grade=data.get("grade", signup.grade),
            under_14=data.get("under_14", False),
            guardian_name=data.get("guardian_name", signup.guardian_name),
            guardian_consent=data.get("guardian_consent", signup.guardian_consent),
            answers=data.get("answers"),
        )
        signups.change(by="participant", signup=signup, party=party, at=timezone.now())
        return Response(shown(Signup.objects.select_related("activity", "region").get(pk=signup.pk), request))

    @extend_schema(
        summary="Cancel one's own sign-up",
        operation_id="own_signup_cancel",
        request=None,
        responses={200: shapes.OwnSignupSerializer},
    )
    def destroy(self, request: Request) -> Response:
        """Gives the seats back; whoever waits moves up. Cancelling again changes nothing."""
        signups.cancel(by="participant", signup=self.signup, at=timezone.now())
        return Response(shown(Signup.objects.select_related("activity", "region").get(pk=self.signup.pk), request))

    @extend_schema(
        summary="Accept offered seats",
        operation_id="own_signup_accept",
        request=None,
        responses={200: shapes.OwnSignupSerializer},
    )
    def accept(self, request: Request) -> Response:
        """While they are offered; accepting again changes nothing. Cancelling declines them."""
        offers.accept(by="participant", signup=self.signup, at=timezone.now())
        return Response(shown(Signup.objects.select_related("activity", "region").get(pk=self.signup.pk), request))


class AnyAccept(BaseContentNegotiation):
    """Pictures are asked for as pictures, refusals of them come as JSON: nothing to negotiate."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


@extend_schema(tags=["sign-up"])
class OwnTicket(Endpoint):
    acts = by_action(svg=Act.SEE_PUBLIC, png=Act.SEE_PUBLIC, pdf=Act.SEE_PUBLIC)
    authentication_classes = (ManageKey,)
    opened_by_key = True
    queryset = Ticket.objects.all()
    serializer_class = shapes.TicketSerializer
    content_negotiation_class = AnyAccept
    pagination_class = None

    def _held(self) -> Ticket:
        assert isinstance(self.request.auth, Signup)
        ticket = _ticket(self.request.auth)
        if ticket is None:
            raise NotFound
        return ticket

    def _address(self) -> str:
        return tickets.address(self._held())

    @extend_schema(
        summary="One's own ticket as a drawing",
        operation_id="own_ticket_svg",
        responses={(200, "image/svg+xml"): OpenApiTypes.STR},
    )
    def svg(self, request: Request) -> HttpResponse:
        """The QR code as SVG."""
        return HttpResponse(qr.svg(self._address()), content_type="image/svg+xml")

    @extend_schema(
        summary="One's own ticket as a picture",
        operation_id="own_ticket_png",
        responses={(200, "image/png"): OpenApiTypes.BINARY},
    )
    def png(self, request: Request) -> HttpResponse:
        """The QR code as PNG, at least 600 pixels wide."""
        return HttpResponse(qr.png(self._address()), content_type="image/png")

    @extend_schema(
        summary="One's own ticket as a document",
        operation_id="own_ticket_pdf",
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
    )
    def pdf(self, request: Request) -> HttpResponse:
        """The ticket on A5, to print out: once the seats are certain, else not found."""
        ticket = self._held()
        if ticket.signup.state != Signup.State.CONFIRMED:
            raise NotFound
        sessions = roster.sessions_of(ticket.signup)
        made = ticket_pdf.document(ticket=ticket, sessions=sessions, at=timezone.now())
        return HttpResponse(made.pdf(), content_type="application/pdf", headers={"Cache-Control": "no-store"})
