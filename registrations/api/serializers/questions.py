"""An activity's questions."""

from __future__ import annotations

from rest_framework import serializers

from events.api.fields import Body, RowNumber
from registrations.models import Question


class QuestionSerializer(serializers.ModelSerializer):
    class Meta:
        model = Question
        fields = ["id", "position", "kind", "label", "help", "required", "choices", "shown_if", "shown_if_answer"]
        extra_kwargs = {
            "id": {"help_text": "Number of the question: answers are given by it."},
            "position": {"help_text": "Place on the form."},
            "kind": {"help_text": "Kind of answer."},
            "label": {"help_text": "As people read it."},
            "help": {"help_text": "Explanation under it."},
            "required": {"help_text": "Whether it has to be answered where it is asked."},
            "choices": {"help_text": "Answers to choose from."},
            "shown_if": {"help_text": "Number of the question on whose answer it depends; null: always asked."},
            "shown_if_answer": {"help_text": "That answer; `yes` for an agreement."},
        }


class QuestionBody(Body):
    kind = serializers.ChoiceField(choices=Question.Kind.choices, help_text="Kind of answer.")
    label = serializers.CharField(max_length=120, help_text="As people read it.")
    help = serializers.CharField(max_length=300, required=False, allow_blank=True, help_text="Explanation under it.")  # type: ignore[assignment]
    required = serializers.BooleanField(required=False, help_text="Whether it has to be answered where it is asked.")  # type: ignore[assignment]
    choices = serializers.ListField(
        child=serializers.CharField(max_length=120), max_length=60, required=False, help_text="Answers to choose from."
    )
    shown_if = RowNumber(
        required=False, allow_null=True, source="shown_if_id", help_text="Number of the question on which it depends."
    )
    shown_if_answer = serializers.CharField(
        max_length=120, required=False, allow_blank=True, help_text="The answer it depends on; `yes` for an agreement."
    )


class MoveBody(Body):
    up = serializers.BooleanField(help_text="Whether up, else down.")
