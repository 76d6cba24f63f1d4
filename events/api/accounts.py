"""Endpoints of one's own account: who am I, and the keys for programs."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.request import Request
from rest_framework.response import Response

from events import access
from events.access import ROLES_THAT_MAY, Act
from events.api import serializers
from events.api.permissions import by_action
from events.api.views import Endpoint
from events.errors import NotSignedIn
from events.models import ApiToken, Organization
from events.operations import tokens


@extend_schema(tags=["account"])
class Me(Endpoint):
    acts = by_action(retrieve=Act.SEE_OWN_ACCOUNT)
    serializer_class = serializers.MeSerializer
    pagination_class = None

    @extend_schema(summary="Who am I", operation_id="me")
    def retrieve(self, request: Request) -> Response:
        """The account behind the token or the sign-in, its roles, and what they allow."""
        actor = self.actor
        if actor.user is None:
            raise NotSignedIn
        names = {row.path: row for row in Organization.objects.filter(path__in=[path for path, _role in actor.reach])}
        answer = {
            "username": actor.user.username,
            "name": actor.user.name,
            "token": actor.token.name if actor.token else None,
            "roles": [
                {"organization": names[path].code, "organization_name": names[path].name, "role": role}
                for path, role in dict.fromkeys(actor.reach)
                if path in names
            ],
            "may": sorted(act.value for act in ROLES_THAT_MAY if actor.may_anywhere(act)),
        }
        return Response(self.get_serializer(answer).data)


@extend_schema(tags=["account"])
class Tokens(mixins.ListModelMixin, Endpoint):
    acts = by_action(list=Act.MAKE_TOKENS, create=Act.MAKE_TOKENS, revoke=Act.MAKE_TOKENS)
    queryset = ApiToken.objects.all()
    serializer_class = serializers.TokenSerializer

    def get_queryset(self) -> QuerySet[ApiToken]:
        rows = ApiToken.objects.filter(self.actor.where(Act.MAKE_TOKENS, "organization__path"))
        return rows.select_related("organization", "user").order_by("-made_at", "-pk")

    @extend_schema(summary="List tokens")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Keys for programs within reach, ended ones too."""
        return super().list(request, *args, **kwargs)

    @extend_schema(
        summary="Make a token", request=serializers.NewTokenSerializer, responses={201: serializers.MadeTokenSerializer}
    )
    def create(self, request: Request) -> Response:
        """A key for a program. The key itself is in this answer only."""
        data = self.sent(serializers.NewTokenSerializer)
        reached = access.organization(self.actor, Act.MAKE_TOKENS, code=data.pop("organization"))
        made, key = tokens.make(by=self.actor, organization=reached, at=timezone.now(), **data)
        made.key = key  # type: ignore[attr-defined]  # for the answer alone; the row keeps its hash
        return Response(serializers.MadeTokenSerializer(made).data, status=201)

    @extend_schema(summary="Revoke a token", request=None, responses=serializers.TokenSerializer)
    def revoke(self, request: Request, pk: int) -> Response:
        """It works no more from now on. Revoking again changes nothing."""
        token = access.api_token(self.actor, pk=pk)
        tokens.revoke(by=self.actor, token=token, at=timezone.now())
        return Response(self.get_serializer(token).data)
