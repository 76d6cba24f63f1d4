"""Who came, and what it amounted to."""

from __future__ import annotations

from rest_framework import serializers

from events.api.fields import Body, Day, Group, Moment, RowNumber, organization_code, region_code
from registrations.api.serializers.sessions import AmountSerializer
from registrations.models import Attendance, Bound, Correction, Headcount, Output, ReportedFigure, Statement

NUMBER = {"min_value": 0, "max_value": 2_000_000_000}
MEASURE = "Code of what is counted, e.g. `leaflets`, `consultations`, `attendance`."
WITHDRAWN = "When it was taken back; null while it counts."
BOUND = "What the number bounds."
#: A number that somebody counted says something: «unknown» is for statements.
STATED = [choice for choice in Bound.choices if choice[0] != Bound.UNKNOWN]


class AttendanceLineSerializer(serializers.Serializer):
    signup = serializers.IntegerField(help_text="Number of the sign-up.")
    attendee = serializers.IntegerField(help_text="Number of the attendee, for corrections.")
    name = serializers.CharField(help_text="Masked; empty for an unnamed rest.")
    size = serializers.IntegerField(help_text="People of this line.")
    village = serializers.CharField(help_text="Village or community, else the sign-up's unit.")
    present = serializers.IntegerField(help_text="How many of them came.")
    grade = serializers.ChoiceField(
        choices=Attendance.Grade.choices, allow_null=True, help_text="How that is known; null where nobody came."
    )
    first_at = serializers.DateTimeField(allow_null=True, help_text="When they came.")
    left_at = serializers.DateTimeField(allow_null=True, help_text="When they left, where that is recorded.")


class IntervalSerializer(AmountSerializer):
    low = serializers.IntegerField(help_text="At least so many.")
    high = serializers.IntegerField(allow_null=True, help_text="At most so many; null without upper limit.")


class TotalsSerializer(serializers.Serializer):
    signups = serializers.IntegerField(help_text="Confirmed sign-ups.")
    people = serializers.IntegerField(help_text="People on them.")
    waiting = serializers.IntegerField(help_text="Sign-ups that wait.")
    checked_in = serializers.IntegerField(help_text="People checked in.")
    no_show = serializers.IntegerField(help_text="People signed up, not checked in and not on leave.")
    leave = serializers.IntegerField(help_text="People who asked for leave and did not come.")
    awaiting = serializers.IntegerField(help_text="Scans that wait for a decision.")
    whole = IntervalSerializer(allow_null=True, help_text="人次 in all, counted heads included; null: not recorded.")
    grades = serializers.DictField(child=IntervalSerializer(), help_text="The same by how it is known.")


class CorrectionSerializer(serializers.ModelSerializer):
    class Meta:
        model = Correction
        fields = ["id", "attendee", "session", "present", "reason", "grade", "at"]
        extra_kwargs = {
            "id": {"help_text": "Number of the correction."},
            "attendee": {"help_text": "Number of the attendee."},
            "session": {"help_text": "Number of the session."},
            "present": {"help_text": "How many of the line were present; 0: nobody."},
            "reason": {"help_text": "Why, or from what paper."},
            "grade": {"help_text": "How it is known."},
            "at": {"help_text": "When it was said."},
        }


class NewCorrectionSerializer(Body):
    attendee = RowNumber(help_text="Number of the attendee.")
    present = serializers.IntegerField(**NUMBER, help_text="How many of the line were present; 0: nobody.")
    reason = serializers.CharField(max_length=200, help_text="Why, or from what paper.")


class HeadcountSerializer(serializers.ModelSerializer):
    class Meta:
        model = Headcount
        fields = [
            "id", "session", "audience_group", "people", "basis", "method", "bound", "counted_by", "how", "counted_at",
            "entered_at", "withdrawn_at",
        ]  # fmt: skip
        extra_kwargs = {
            "id": {"help_text": "Number of the headcount."},
            "session": {"help_text": "Number of the session."},
            "audience_group": {"help_text": "Code of the audience group, or empty for all."},
            "people": {"help_text": "How many."},
            "basis": {"help_text": "Whether those checked in are inside the number."},
            "method": {"help_text": "Counted or estimated."},
            "bound": {"help_text": BOUND},
            "counted_by": {"help_text": "Who counted."},
            "how": {"help_text": "How it was done."},
            "counted_at": {"help_text": "When it was counted."},
            "entered_at": {"help_text": "When it was entered."},
            "withdrawn_at": {"help_text": WITHDRAWN},
        }


class NewHeadcountSerializer(Body):
    people = serializers.IntegerField(**NUMBER, help_text="How many.")
    basis = serializers.ChoiceField(
        choices=Headcount.Basis.choices, help_text="Whether those checked in are inside the number."
    )
    method = serializers.ChoiceField(choices=Headcount.Method.choices, help_text="Counted or estimated.")
    bound = serializers.ChoiceField(choices=STATED, required=False, help_text=BOUND)
    counted_by = serializers.CharField(max_length=60, help_text="Who counted.")
    counted_at = Moment(help_text="When it was counted.")
    how = serializers.CharField(max_length=200, required=False, allow_blank=True, help_text="How it was done.")
    audience_group = Group(required=False, allow_blank=True, help_text="Code of the group; left out for all.")


class OutputSerializer(serializers.ModelSerializer):
    class Meta:
        model = Output
        fields = ["id", "activity", "sessions", "measure", "number", "bound", "note", "entered_at", "withdrawn_at"]
        extra_kwargs = {
            "id": {"help_text": "Number of the entry."},
            "activity": {"help_text": "Number of the activity."},
            "sessions": {"help_text": "Sessions it was at; several have it jointly."},
            "measure": {"help_text": MEASURE},
            "number": {"help_text": "How many."},
            "bound": {"help_text": BOUND},
            "note": {"help_text": "Anything worth knowing."},
            "entered_at": {"help_text": "When it was entered."},
            "withdrawn_at": {"help_text": WITHDRAWN},
        }


class NewOutputSerializer(Body):
    measure = serializers.CharField(max_length=24, help_text=MEASURE)
    number = serializers.IntegerField(**NUMBER, help_text="How many.")
    bound = serializers.ChoiceField(choices=STATED, required=False, help_text=BOUND)
    sessions = serializers.ListField(
        child=RowNumber(), max_length=200, required=False, help_text="Sessions of the activity it was at, jointly."
    )
    note = serializers.CharField(max_length=200, required=False, allow_blank=True, help_text="Anything worth knowing.")


class StatementSerializer(serializers.ModelSerializer):
    class Meta:
        model = Statement
        fields = ["id", "activity", "measure", "number", "bound", "effect", "phrase", "at", "withdrawn_at"]
        extra_kwargs = {
            "id": {"help_text": "Number of the statement."},
            "activity": {"help_text": "Number of the activity."},
            "measure": {"help_text": MEASURE},
            "number": {"help_text": "As stated; null where it is unknown."},
            "bound": {"help_text": BOUND},
            "effect": {"help_text": "Whether it takes the place of what is counted, or is added to it."},
            "phrase": {"help_text": "The words of the source."},
            "at": {"help_text": "When it was entered."},
            "withdrawn_at": {"help_text": WITHDRAWN},
        }


class NewStatementSerializer(Body):
    measure = serializers.CharField(max_length=24, help_text=MEASURE)
    number = serializers.IntegerField(**NUMBER, allow_null=True, help_text="As stated; null where it is unknown.")
    bound = serializers.ChoiceField(choices=Bound.choices, help_text=BOUND)
    effect = serializers.ChoiceField(
        choices=Statement.Effect.choices,
        required=False,
        help_text="Whether it takes the place of what is counted (the default), or is added to it.",
    )
    phrase = serializers.CharField(max_length=300, help_text="The words of the source.")


class ReportedFigureSerializer(serializers.ModelSerializer):
    recipient = organization_code("Code of the organization that received it.")
    region = region_code("Code of the region it speaks of.", read_only=True)

    class Meta:
        model = ReportedFigure
        fields = [
            "id", "recipient", "reporter_name", "region", "period_start", "period_end", "measure", "subject", "number",
            "bound", "basis", "phrase", "at",
        ]  # fmt: skip
        extra_kwargs = {
            "id": {"help_text": "Number of the figure."},
            "reporter_name": {"help_text": "Who handed it in, as the document names it."},
            "period_start": {"help_text": "First day it speaks of."},
            "period_end": {"help_text": "Last day, inclusive."},
            "measure": {"help_text": MEASURE},
            "subject": {"help_text": "The indicator it speaks to, or empty."},
            "number": {"help_text": "As reported; null where it is unknown."},
            "bound": {"help_text": BOUND},
            "basis": {"help_text": "How it was counted (口径)."},
            "phrase": {"help_text": "The words of the source."},
            "at": {"help_text": "When it was entered."},
        }


class NewReportedFigureSerializer(Body):
    reporter_name = serializers.CharField(max_length=160, help_text="Who handed it in, as the document names it.")
    region = region_code("Code of the region it speaks of.")
    period_start = Day(help_text="First day it speaks of.")
    period_end = Day(help_text="Last day, inclusive.")
    measure = serializers.CharField(max_length=24, help_text=MEASURE)
    number = serializers.IntegerField(**NUMBER, allow_null=True, help_text="As reported; null where it is unknown.")
    bound = serializers.ChoiceField(choices=Bound.choices, help_text=BOUND)
    phrase = serializers.CharField(max_length=300, help_text="The words of the source.")
    subject = serializers.CharField(
        max_length=40, required=False, allow_blank=True, help_text="The indicator it speaks to."
    )
    basis = serializers.CharField(
        max_length=300, required=False, allow_blank=True, help_text="How it was counted (口径)."
    )


class RecordRefSerializer(serializers.Serializer):
    kind = serializers.CharField(
        help_text="Kind of row: session, statement, output, activity, support, reported, stock."
    )
    id = serializers.IntegerField(help_text="Its number.")
    label = serializers.CharField(
        help_text="What a person knows it by; beyond one's reach the organization and the activity alone."
    )


class FigureSerializer(IntervalSerializer):
    code = serializers.CharField(help_text="Code of the indicator.")
    label = serializers.DictField(child=serializers.CharField(), help_text="Its name by language: zh, en.")
    measure = serializers.CharField(help_text=MEASURE)
    unit = serializers.CharField(help_text="In Chinese: 份, 人次, 期 …")
    grades = serializers.DictField(child=AmountSerializer(), help_text="The number split by how it is known.")
    records = RecordRefSerializer(many=True, help_text="Where it comes from.")


class CatalogueSerializer(serializers.Serializer):
    code = serializers.CharField(help_text="Code of the catalogue of indicators.")
    version = serializers.CharField(help_text="Its version.")


class YearEndSerializer(serializers.Serializer):
    year = serializers.IntegerField(help_text="The year.")
    organization = serializers.CharField(help_text="Code of the organization.")
    scope = serializers.CharField(help_text="own (本级), tree (本系统) or region (全市).")
    as_of = serializers.DateField(help_text="Cut-off: the last day that counts.")
    rules = serializers.CharField(help_text="Version of the counting rules.")
    catalogue = CatalogueSerializer(help_text="What was evaluated.")
    figures = FigureSerializer(many=True, help_text="Figures that rest on at least one record; others are left out.")


class YearEndQuery(serializers.Serializer):
    scope = serializers.ChoiceField(choices=["own", "tree", "region"], default="own")
    as_of = Day(required=False)
