"""Everything that is kept about one's own sign-up, and erasing it."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from events.access import Act
from events.api.permissions import by_action
from events.api.views import Endpoint
from registrations.api.authentication import ManageKey
from registrations.api.serializers import signups as shapes
from registrations.api.views.own_signup import shown
from registrations.models import Signup
from registrations.operations import privacy
from registrations.reports import own_data


@extend_schema(tags=["sign-up"])
class OwnData(Endpoint):
    acts = by_action(retrieve=Act.SEE_PUBLIC, erase=Act.SEE_PUBLIC)
    authentication_classes = (ManageKey,)
    opened_by_key = True
    queryset = Signup.objects.all()
    serializer_class = shapes.OwnSignupSerializer
    pagination_class = None

    def _own(self) -> Signup:
        found = self.request.auth
        assert isinstance(found, Signup)
        rows = Signup.objects.select_related("activity__campaign", "activity__organization", "region")
        return rows.get(pk=found.pk)

    @extend_schema(
        summary="Read everything kept about one's own sign-up",
        operation_id="own_data_read",
        responses={200: OpenApiTypes.OBJECT},
    )
    def retrieve(self, request: Request) -> Response:
        """What was entered and answered, what was agreed to, scans and attendance, who saw it whole and what for, and until
        when it is kept: the same as the file that the page «我的信息» gives."""
        return Response(own_data.of(self._own()).as_json(), headers={"Cache-Control": "no-store"})

    @extend_schema(
        summary="Erase one's own data",
        operation_id="own_data_erase",
        request=None,
        responses={200: shapes.OwnSignupSerializer},
    )
    def erase(self, request: Request) -> Response:
        """Names, phones and answers in free words go, numbers stay. A sign-up whose session is still to come is cancelled
        first, and its seats go to whoever waits. Afterwards nothing can be changed any more."""
        privacy.erase_own(by="participant", signup=self._own(), at=timezone.now())
        return Response(shown(self._own(), request))
