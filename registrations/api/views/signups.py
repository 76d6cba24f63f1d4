"""Signing up; and sign-ups as organizers see them."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from events import access, rushes
from events.access import ANYBODY, Act, Actor
from events.api import reach
from events.api.permissions import by_action
from events.api.views import Endpoint
from events.errors import Invalid, Refusal
from events.models import Activity, Session
from registrations import access as our_access
from registrations import proof
from registrations.api.filters import SignupFilter
from registrations.api.serializers import signups as shapes
from registrations.api.serializers.terms import ComingBody, ReasonBody
from registrations.api.views.own_signup import shown, shown_at_once
from registrations.models import Attendee, Signup
from registrations.operations import approvals, offers, placing, signups
from registrations.operations.signups import Party, SessionsUnfit
from registrations.reports import consent


class IdempotencyKeyMissing(Refusal):
    code = "idempotency_key_missing"
    status = 400
    sentence = _("Send an Idempotency-Key with each new sign-up, so that a repeated request makes no second one.")


IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="Any text of at most 64 characters, new for each new sign-up. A repeat gives the first answer again.",
)


PROOF = OpenApiParameter(
    "Altcha",
    str,
    OpenApiParameter.HEADER,
    description="The solution of a challenge made for this activity and Idempotency-Key, base64 as ALTCHA has it.",
)


class Wanted(serializers.Serializer):
    """What a challenge is asked for."""

    activity = serializers.IntegerField(min_value=1, max_value=2**63 - 1)


def idempotency_key(request: Request) -> str:
    """Raises IdempotencyKeyMissing, Invalid."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key:
        raise IdempotencyKeyMissing
    if len(key) > 64 or not key.isprintable():
        raise Invalid(fields={"Idempotency-Key": [gettext("At most 64 characters.")]})
    return key


_AS_SENT = (
    "contact_phone", "contact_email", "unit", "region", "note", "grade", "under_14", "guardian_name", "guardian_consent",
    "answers",
)  # fmt: skip


def party_of(data: dict[str, Any], **others: Any) -> Party:
    """The party of a checked body. Of one named person the contact is that person."""
    lines = tuple(row["line"] for row in data["lines"])
    contact = data.get("contact_name") or (lines[0].name if len(lines) == 1 else "")
    rest = {name: data[name] for name in _AS_SENT if name in data}
    return Party(lines=lines, contact_name=contact, ages=tuple(data.get("ages", ())), **(others | rest))


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody signs up for: an activity with its terms and questions, and the sessions asked for – of a course all
    of them, called-off ones included."""

    activity: Activity
    sessions: tuple[Session, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    activity: int
    sessions: tuple[int, ...]
    at_the_door: bool


def _offer(actor: Actor, choice: Choice) -> Offer:
    """Raises NotFound, SessionsUnfit."""
    rows = reach.activities(actor).select_related("campaign", "organization", "region", "terms")
    activity = reach.one(rows.prefetch_related("questions"), pk=choice.activity)
    sessions = activity.sessions.order_by("starts_at", "pk")
    if activity.signup_by == Activity.SignupBy.COURSE and not choice.at_the_door:
        return Offer(activity, tuple(sessions))
    found = tuple(sessions.filter(pk__in=choice.sessions))
    if len(found) != len(set(choice.sessions)):
        raise SessionsUnfit(field="sessions")
    return Offer(activity, found)


class _Rush:
    """What anybody may sign up for, read once a second while a rush for it lasts. Seats, and whether a session still takes
    place, are looked at with the pools locked."""

    SECONDS, MOST = 1, 100

    def __init__(self) -> None:
        self._read: dict[Choice, tuple[float, Offer]] = {}

    def offer(self, choice: Choice) -> Offer:
        """Raises NotFound, SessionsUnfit."""
        began, held = self._read.get(choice, (0.0, None))
        if held and placing.together.is_rush(choice.activity):
            if time.monotonic() < began + self.SECONDS:
                return held
            self._read[choice] = (time.monotonic(), held)  # one reads it anew, the others need not wait for that
        try:
            offer = _offer(ANYBODY, choice)
        except Refusal:
            self._read.pop(choice, None)
            raise
        if len(self._read) >= self.MOST:
            self._read = {}
        self._read[choice] = (time.monotonic(), offer)
        return offer


_rush = _Rush()


@extend_schema(tags=["sign-up"])
class NewSignups(Endpoint):
    acts = by_action(create=Act.SEE_PUBLIC, challenge=Act.SEE_PUBLIC)
    queryset = Signup.objects.all()
    serializer_class = shapes.NewSignupSerializer
    pagination_class = None
    reads_query = True
    rush = rushes.SIGN_UP

    def _pass(self, request: Request, activity: int, key: str) -> None:
        """Whoever is signed in passes; else as `events.rushes` says, with a proof of work or without."""
        if self.actor.user is not None:
            return
        at = timezone.now()
        proven = proof.is_valid(request.headers.get("Altcha", ""), proof.use(activity, key), at=at)
        rule = rushes.SIGN_UP if proven else rushes.PLAIN_SIGN_UP
        rushes.let_pass(rule, rushes.address(request._request), at=at)

    @extend_schema(
        summary="Ask for a challenge",
        operation_id="signup_challenge",
        parameters=[
            IDEMPOTENCY,
            OpenApiParameter("activity", int, required=True, description="The activity of the coming sign-up."),
        ],
        responses=shapes.ChallengeSerializer,
    )
    def challenge(self, request: Request) -> Response:
        """Proof of work (ALTCHA 2, SHA-256, cost 1) for one sign-up without an account. With its solution in the header
        `Altcha` 600 sign-ups pass from one address in ten minutes, without it five. It lasts twenty minutes."""
        key = idempotency_key(request)
        asked = Wanted(data=request.query_params)
        asked.is_valid(raise_exception=True)
        at = timezone.now()
        rushes.let_pass(rushes.CHALLENGE, rushes.address(request._request), at=at)
        return Response(json.loads(proof.challenge(proof.use(asked.validated_data["activity"], key), at=at)))

    @extend_schema(
        summary="Sign up",
        parameters=[IDEMPOTENCY, PROOF],
        request=shapes.NewSignupSerializer,
        responses={201: shapes.PlacedSignupSerializer, 200: shapes.PlacedSignupSerializer},
    )
    def create(self, request: Request) -> Response:
        """Hold seats for a party, or put it on the waiting list. No account is needed. 201 for a new sign-up, 200 where
        the same key came before. Somebody whose role allows it signs people up as the organizer."""
        key = idempotency_key(request)
        data = self.sent(shapes.NewSignupSerializer)
        self._pass(request, data["activity"], key)
        choice = Choice(data["activity"], tuple(data.get("sessions", ())), data["at_the_door"])
        offer = _offer(self.actor, choice) if self.actor.user else _rush.offer(choice)
        activity = offer.activity
        as_organizer = self.actor.may(Act.KEEP_SIGNUPS, activity.organization.path)
        ours = Signup.Source.ORGANIZER if as_organizer else Signup.Source.WEB
        of_course = activity.signup_by == Activity.SignupBy.COURSE and not choice.at_the_door
        placed = signups.place(
            by=self.actor if as_organizer else "participant",
            activity=activity,
            sessions=[one for one in offer.sessions if not of_course or one.state != Session.State.CALLED_OFF],
            party=party_of(data, kind=data["kind"]),
            idempotency_key=key,
            consent=consent.now(activity, kind=data["kind"], language="zh") if data["consent"] else "",
            when_full=data["when_full"],
            source=Signup.Source.WALK_IN if data["at_the_door"] else ours,
            at=timezone.now(),
        )
        if placed.written is None:
            answer = shown(our_access.signup_by_key(placed.manage_key), request)
        else:
            answer = shown_at_once(placed.written, offer.sessions, request)
        return Response(answer | {"manage_key": placed.manage_key}, status=200 if placed.repeated else 201)


@extend_schema(tags=["sign-up"])
class KeptSignups(mixins.ListModelMixin, Endpoint):
    acts = by_action(
        list=Act.SEE_SIGNUPS,
        cancel=Act.KEEP_SIGNUPS,
        approve=Act.KEEP_SIGNUPS,
        refuse=Act.KEEP_SIGNUPS,
        offer=Act.KEEP_SIGNUPS,
    )
    queryset = Signup.objects.all()
    serializer_class = shapes.MaskedSignupSerializer
    filterset_class = SignupFilter

    def _masked(self, rows: QuerySet[Signup]) -> QuerySet[Signup]:
        standing = Attendee.objects.standing().order_by("position")
        return rows.select_related("region").prefetch_related(Prefetch("attendees", standing, to_attr="standing_lines"))

    def get_queryset(self) -> QuerySet[Signup]:
        session = access.session(self.actor, Act.SEE_SIGNUPS, pk=self.kwargs["session"])
        return self._masked(Signup.objects.for_session(session).order_by("placed_at", "pk"))

    @extend_schema(summary="List a session's sign-ups")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Names and phones are masked."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Cancel on somebody's behalf", request=None, responses=shapes.MaskedSignupSerializer)
    def cancel(self, request: Request, pk: int) -> Response:
        """Gives the seats back; whoever waits moves up. Cancelling again changes nothing."""
        signups.cancel(by=self.actor, signup=self._kept(pk), at=timezone.now())
        return self._answer(pk)

    @extend_schema(summary="Approve a sign-up", request=None, responses=shapes.MaskedSignupSerializer)
    def approve(self, request: Request, pk: int) -> Response:
        """Where the activity's terms ask for approval. One on the waiting list is in as soon as seats are free."""
        approvals.approve(by=self.actor, signup=self._kept(pk), at=timezone.now())
        return self._answer(pk)

    @extend_schema(summary="Refuse a sign-up", request=ReasonBody, responses=shapes.MaskedSignupSerializer)
    def refuse(self, request: Request, pk: int) -> Response:
        """With the reason, which is told to whoever signed up; the seats go to whoever waits."""
        signup, reason = self._kept(pk), self.sent(ReasonBody)["reason"]
        approvals.refuse(by=self.actor, signup=signup, reason=reason, at=timezone.now())
        return self._answer(pk)

    @extend_schema(summary="Answer an offer", request=ComingBody, responses=shapes.MaskedSignupSerializer)
    def offer(self, request: Request, pk: int) -> Response:
        """On the word of whoever was called: they come, or the seats go on to the next."""
        signup = self._kept(pk)
        decide = offers.accept if self.sent(ComingBody)["come"] else offers.withdraw
        decide(by=self.actor, signup=signup, at=timezone.now())
        return self._answer(pk)

    def _kept(self, pk: int) -> Signup:
        return our_access.signup(self.actor, Act.KEEP_SIGNUPS, pk=pk)

    def _answer(self, pk: int) -> Response:
        return Response(self.get_serializer(self._masked(Signup.objects.filter(pk=pk)).get()).data)
