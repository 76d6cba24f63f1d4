"""The terms of an activity's sign-up, and the office's word on single sign-ups."""

from __future__ import annotations

from rest_framework import serializers

from events.api.fields import Body
from registrations.grades import CHOICES
from registrations.models import Signup, SignupTerms


class TermsSerializer(serializers.ModelSerializer):
    class Meta:
        model = SignupTerms
        fields = [
            "approval", "changes_need_approval", "offer_hours", "one_session_each", "min_age", "max_age", "grades",
            "residents_first_until", "reminder_hours",
        ]  # fmt: skip
        extra_kwargs = {
            "approval": {"help_text": "Whether the office looks at every sign-up first."},
            "changes_need_approval": {"help_text": "Whether it does so again after a participant's change."},
            "offer_hours": {"help_text": "Hours for which seats are offered to whoever moves up; null: in at once."},
            "one_session_each": {"help_text": "Whether one may come to one session only."},
            "min_age": {"help_text": "Age in years from which one may come."},
            "max_age": {"help_text": "Age in years up to which one may come."},
            "grades": {"help_text": "School grades of classes that may come; empty: all."},
            "residents_first_until": {"help_text": "Until then only people of the activity's township sign up."},
            "reminder_hours": {"help_text": "Hours before the start at which people are reminded by e-mail."},
        }


class TermsBody(Body):
    """Fields that are not sent stay as they are."""

    approval = serializers.BooleanField(required=False, help_text="Whether the office looks at every sign-up first.")
    changes_need_approval = serializers.BooleanField(
        required=False, help_text="Whether it does so again after a participant's change."
    )
    offer_hours = serializers.IntegerField(
        min_value=1,
        max_value=720,
        required=False,
        allow_null=True,
        help_text="Hours for which seats are offered to whoever moves up; null: they are in at once.",
    )
    one_session_each = serializers.BooleanField(required=False, help_text="Whether one may come to one session only.")
    min_age = serializers.IntegerField(
        min_value=0, max_value=120, required=False, allow_null=True, help_text="Age in years from which one may come."
    )
    max_age = serializers.IntegerField(
        min_value=0, max_value=120, required=False, allow_null=True, help_text="Age in years up to which one may come."
    )
    grades = serializers.ListField(
        child=serializers.ChoiceField(choices=CHOICES),
        required=False,
        help_text="School grades of classes that may come; empty: all.",
    )
    residents_first_until = serializers.DateTimeField(
        required=False, allow_null=True, help_text="Until then only people of the activity's township sign up."
    )
    reminder_hours = serializers.IntegerField(
        min_value=1,
        max_value=720,
        required=False,
        allow_null=True,
        help_text="Hours before the start at which people are reminded by e-mail; null: they are not.",
    )


class ReasonBody(Body):
    reason = serializers.CharField(max_length=200, help_text="Told to whoever signed up.")


class ComingBody(Body):
    come = serializers.BooleanField(help_text="Whether they come; else the seats go on to the next.")


class NoticeSerializer(serializers.Serializer):
    """What people are told before they agree."""

    version = serializers.CharField(help_text="Kept with each sign-up that agrees to it.")
    text = serializers.CharField(help_text="The notice, in Chinese, a paragraph to a line.")


class NoticeAsked(serializers.Serializer):
    kind = serializers.ChoiceField(choices=Signup.Kind.choices, default=Signup.Kind.PERSON)
