"""Courses, their lessons and results, and certificates."""

from __future__ import annotations

from decimal import Decimal

from rest_framework import serializers

from events.api.fields import Body, Day, Moment, RowNumber
from registrations import masks
from registrations.checkin.hours import Mark
from registrations.models import Certificate, Course

STATES = [("planned", "not opened yet"), ("running", "opened"), ("closed", "closed")]
_HOURS = {"max_digits": 7, "decimal_places": 2, "coerce_to_string": False}


class LessonSerializer(serializers.Serializer):
    session = serializers.IntegerField(help_text="Number of the session.")
    starts_at = Moment(help_text="When it begins.")
    hours = serializers.DecimalField(**_HOURS, help_text="Teaching hours (学时).")  # type: ignore[arg-type]
    typed = serializers.BooleanField(help_text="Whether somebody typed the hours; else they follow from its length.")
    topic = serializers.CharField(help_text="What is taught.")
    teacher = serializers.CharField(help_text="Who teaches.")
    teacher_title = serializers.CharField(help_text="The teacher's title or unit.")


class GapSerializer(serializers.Serializer):
    code = serializers.CharField(help_text="What is missing: `no_teacher`, `nobody_checked_in`, `nameless` …")
    people = serializers.IntegerField(help_text="How many people it concerns; 0 where it is about none.")
    session = serializers.IntegerField(allow_null=True, help_text="Number of the lesson it concerns; null for all.")


class CourseSerializer(serializers.Serializer):
    activity = serializers.IntegerField(help_text="Number of the activity.")
    state = serializers.ChoiceField(choices=STATES, help_text="How far the course is.")
    period_number = serializers.IntegerField(allow_null=True, help_text="Which one of its kind it is (第N期).")
    required_share = serializers.IntegerField(help_text="Percent of all hours needed to complete it.")
    unit_minutes = serializers.IntegerField(help_text="Minutes of a teaching hour.")
    hours = serializers.DecimalField(**_HOURS, help_text="Hours of all lessons.")  # type: ignore[arg-type]
    opened_at = Moment(allow_null=True, help_text="When it was opened.")
    closed_at = Moment(allow_null=True, help_text="When it was closed.")
    reopen_reason = serializers.CharField(help_text="Why it was opened again last.")
    lessons = LessonSerializer(many=True, help_text="Its lessons in their order.")
    missing = GapSerializer(many=True, help_text="What is missing; it holds nothing up.")
    changed = serializers.IntegerField(help_text="Trainees whose hours changed since it was closed.")


class LessonBody(Body):
    session = RowNumber(help_text="Number of a session of this course.")
    hours = serializers.DecimalField(
        max_digits=4, decimal_places=1, min_value=Decimal(0), max_value=Decimal(100), required=False, default=None,
        allow_null=True, help_text="Teaching hours; null: those of its length.",
    )  # fmt: skip
    topic = serializers.CharField(
        max_length=120, required=False, default="", allow_blank=True, help_text="What is taught."
    )
    teacher = serializers.CharField(
        max_length=60, required=False, default="", allow_blank=True, help_text="Who teaches."
    )
    teacher_title = serializers.CharField(
        max_length=60, required=False, default="", allow_blank=True, help_text="The teacher's title or unit."
    )


class CourseBody(Body):
    period_number = serializers.IntegerField(
        min_value=1, max_value=9999, required=False, allow_null=True, help_text="Which one of its kind it is (第N期)."
    )
    required_share = serializers.IntegerField(
        min_value=1, max_value=100, required=False, help_text="Percent of all hours needed to complete it."
    )
    unit_minutes = serializers.ChoiceField(
        choices=Course.Unit.values, required=False, help_text="Minutes of a teaching hour."
    )
    lessons = LessonBody(many=True, required=False, help_text="Lessons that change; the others stay as they are.")


class CourseReasonBody(Body):
    reason = serializers.CharField(max_length=200, help_text="Why; kept in the record.")


class ResultSerializer(serializers.Serializer):
    attendee = serializers.IntegerField(help_text="Number of the trainee's line on the roster.")
    name = serializers.CharField(help_text="Masked.")
    unit = serializers.CharField(help_text="Village or unit.")
    marks = serializers.ListField(
        child=serializers.ChoiceField(choices=[one.value for one in Mark], help_text="How they stand at it."),
        help_text="One for each lesson, in their order.",
    )
    hours = serializers.DecimalField(**_HOURS, help_text="Hours: frozen ones of a closed course, else of now.")  # type: ignore[arg-type]
    percent = serializers.IntegerField(help_text="Of all hours as of now, rounded down.")
    completed = serializers.BooleanField(help_text="Whether the course is completed.")
    decided = serializers.BooleanField(allow_null=True, help_text="A named person's decision; null: by the rule.")
    reason = serializers.CharField(help_text="Why it was decided so.")
    mark = serializers.CharField(help_text="Mark of the exam.")
    certificate = serializers.CharField(allow_null=True, help_text="Number of the valid certificate.")


class ResultBody(Body):
    attendee = RowNumber(help_text="Number of the trainee's line on the roster.")
    completed = serializers.BooleanField(allow_null=True, help_text="Decision; null leaves it to the rule.")
    reason = serializers.CharField(
        max_length=200, required=False, default="", allow_blank=True, help_text="Why; needed for a decision."
    )
    mark = serializers.CharField(
        max_length=20, required=False, default="", allow_blank=True, help_text="Mark of the exam."
    )


class TakenOverSerializer(serializers.Serializer):
    trainees = serializers.IntegerField(help_text="How many trainees it concerned.")


class CertificateSerializer(serializers.ModelSerializer):
    name = serializers.SerializerMethodField(help_text="Masked; empty once erased.")

    class Meta:
        model = Certificate
        fields = [
            "id", "number", "attendee", "name", "title", "period_number", "hours", "issuer", "state", "issued_at",
            "withdrawn_at", "withdraw_reason", "replaces",
        ]  # fmt: skip
        extra_kwargs = {
            "id": {"help_text": "Number of the row."},
            "number": {"help_text": "Number of the certificate."},
            "attendee": {"help_text": "Number of the trainee's line on the roster."},
            "title": {"help_text": "Name of the course as printed."},
            "period_number": {"help_text": "Which one of its kind the course was (第N期)."},
            "hours": {"help_text": "Hours as printed.", "coerce_to_string": False},
            "issuer": {"help_text": "Who issued it."},
            "state": {"help_text": "Whether it is valid."},
            "issued_at": {"help_text": "When it was issued."},
            "withdrawn_at": {"help_text": "When it was withdrawn; null while valid."},
            "withdraw_reason": {"help_text": "Why it was withdrawn."},
            "replaces": {"help_text": "Row of the certificate in whose place it was issued."},
        }

    def get_name(self, row: Certificate) -> str:
        return masks.name(row.name)


class ReissueBody(Body):
    name = serializers.CharField(max_length=60, help_text="Name as it is to stand on the certificate.")
    reason = serializers.CharField(max_length=200, help_text="Why; kept in the record.")


class VerifyBody(Body):
    number = serializers.CharField(max_length=80, help_text="Number as it stands on the certificate.")
    name = serializers.CharField(
        max_length=60, required=False, default="", allow_blank=True, help_text="Name to compare, if it is known."
    )


class VerifiedSerializer(serializers.Serializer):
    number = serializers.CharField(help_text="Number of the certificate.")
    state = serializers.ChoiceField(choices=Certificate.State.choices, help_text="Whether it is valid.")
    name = serializers.CharField(help_text="Masked, unless the name sent is the one on it; empty once erased.")
    name_matches = serializers.BooleanField(allow_null=True, help_text="Whether the name fits; null: none was sent.")
    title = serializers.CharField(help_text="Name of the course.")
    period_number = serializers.IntegerField(allow_null=True, help_text="Which one of its kind it was (第N期).")
    starts_on = Day(allow_null=True, help_text="First day.")
    ends_on = Day(allow_null=True, help_text="Last day.")
    hours = serializers.DecimalField(**_HOURS, help_text="Hours.")  # type: ignore[arg-type]
    issued_on = Day(help_text="Day of issue.")
    issuer = serializers.CharField(help_text="Who issued it.")
