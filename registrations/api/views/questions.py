"""An activity's questions: read by anybody who may see it, built by the office."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from events import access
from events.access import Act
from events.api import reach
from events.api.permissions import by_action
from events.api.views import Endpoint
from registrations import access as our_access
from registrations.api.serializers import questions as shapes
from registrations.models import Question
from registrations.operations import questions


@extend_schema(tags=["sign-up"])
class Questions(Endpoint):
    acts = by_action(
        list=Act.SEE_PUBLIC,
        create=Act.PLAN,
        partial_update=Act.PLAN,
        move=Act.PLAN,
        retire=Act.PLAN,
        bring_back=Act.PLAN,
    )
    queryset = Question.objects.all()
    serializer_class = shapes.QuestionSerializer
    pagination_class = None

    def _question(self, pk: int) -> Question:
        return our_access.question(self.actor, Act.PLAN, pk=pk)

    def _form(self, activity: int) -> QuerySet[Question]:
        return Question.objects.filter(activity=activity).asked()

    @extend_schema(summary="List an activity's questions", responses=shapes.QuestionSerializer(many=True))
    def list(self, request: Request, activity: int) -> Response:
        """What whoever signs up is asked beside name and number, in the order of the form."""
        found = reach.one(reach.activities(self.actor), pk=activity)
        return Response(self.get_serializer(self._form(found.pk), many=True).data)

    @extend_schema(summary="Ask a question", request=shapes.QuestionBody, responses={201: shapes.QuestionSerializer})
    def create(self, request: Request, activity: int) -> Response:
        """It stands at the end of the form."""
        found = access.activity(self.actor, Act.PLAN, pk=activity)
        made = questions.add(by=self.actor, activity=found, at=timezone.now(), **self.sent(shapes.QuestionBody))
        return Response(self.get_serializer(made).data, status=201)

    @extend_schema(summary="Change a question", request=shapes.QuestionBody, responses=shapes.QuestionSerializer)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Where that makes given answers meaningless – another kind, a choice taken away – the answer is a new question in
        its place, and the old one stays with its answers."""
        found = self._question(pk)
        data = self.sent(shapes.QuestionBody, partial=True)
        return Response(
            self.get_serializer(questions.change(by=self.actor, question=found, at=timezone.now(), **data)).data
        )

    @extend_schema(summary="Move a question", request=shapes.MoveBody, responses=shapes.QuestionSerializer(many=True))
    def move(self, request: Request, pk: int) -> Response:
        """It changes places with its neighbour. Answers with the form's questions."""
        found = self._question(pk)
        questions.move(by=self.actor, question=found, at=timezone.now(), **self.sent(shapes.MoveBody))
        return Response(self.get_serializer(self._form(found.activity_id), many=True).data)

    @extend_schema(summary="Retire a question", request=None, responses=shapes.QuestionSerializer(many=True))
    def retire(self, request: Request, pk: int) -> Response:
        """It is asked no longer; its answers stay. Answers with the form's questions."""
        found = self._question(pk)
        questions.retire(by=self.actor, question=found, at=timezone.now())
        return Response(self.get_serializer(self._form(found.activity_id), many=True).data)

    @extend_schema(summary="Ask a retired question again", request=None, responses=shapes.QuestionSerializer)
    def bring_back(self, request: Request, pk: int) -> Response:
        """At the end of the form."""
        made = questions.bring_back(by=self.actor, question=self._question(pk), at=timezone.now())
        return Response(self.get_serializer(made).data)
