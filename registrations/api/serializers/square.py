"""Cards to hand out on the spot, and stands with what they hand in."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from events.api.fields import Body, Group, RowNumber
from registrations.models import Signup, Stand, StandReport
from registrations.operations import cards
from registrations.reports import stands


class CardsSerializer(serializers.ModelSerializer):
    session = serializers.IntegerField(help_text="Number of the session they are good for.")
    came = serializers.IntegerField(help_text="People whose card was scanned at that session.")
    ended_at = serializers.DateTimeField(
        source="cancelled_at", allow_null=True, help_text="Since when they let nobody in; null while they do."
    )

    class Meta:
        model = Signup
        fields = ["id", "session", "audience_group", "size", "came", "placed_at", "ended_at"]
        extra_kwargs = {
            "id": {"help_text": "Number of the batch."},
            "audience_group": {"help_text": "Code of the audience group they count under."},
            "size": {"help_text": "How many cards were printed."},
            "placed_at": {"help_text": "When they were made."},
        }


class NewCardsSerializer(Body):
    group = Group(help_text="Code of the audience group they count under.")
    many = serializers.IntegerField(min_value=1, max_value=cards.MOST, help_text="How many, each for one person.")


class ReportOfStandSerializer(serializers.ModelSerializer):
    stand_name = serializers.CharField(source="stand.name", help_text="Name of the stand.")
    leaflets = serializers.IntegerField(allow_null=True, help_text="Given out: taken less left; null if not known.")
    photo = serializers.SerializerMethodField(help_text="Whether a photo came along.")

    class Meta:
        model = StandReport
        fields = [
            "id", "stand", "stand_name", "state", "leaflets_taken", "leaflets_left", "leaflets", "consultations",
            "free_clinics", "panels", "remark", "photo", "sent_at", "replaced_at", "decided_at", "answer",
        ]  # fmt: skip
        extra_kwargs = {
            "id": {"help_text": "Number of the report."},
            "stand": {"help_text": "Number of the stand."},
            "state": {"help_text": "Handed in, sent back, or accepted: only what is accepted counts."},
            "leaflets_taken": {"help_text": "Leaflets taken along; null if not known."},
            "leaflets_left": {"help_text": "Leaflets left; null if not known."},
            "consultations": {"help_text": "Consultations; null if not known."},
            "free_clinics": {"help_text": "People treated free of charge; null if not known."},
            "panels": {"help_text": "Panels shown; null if not known."},
            "remark": {"help_text": "What else the stand says."},
            "sent_at": {"help_text": "When it was handed in."},
            "replaced_at": {"help_text": "When a later report took its place; null while it is the latest."},
            "decided_at": {"help_text": "When it was accepted or sent back."},
            "answer": {"help_text": "Why it was sent back."},
        }

    @extend_schema_field(bool)
    def get_photo(self, report: StandReport) -> bool:
        return bool(report.photo)


class AnswerSerializer(Body):
    answer = serializers.CharField(max_length=200, help_text="What is to be corrected, in words that the stand reads.")


class StandSerializer(serializers.ModelSerializer):
    state = serializers.SerializerMethodField(help_text="How its report stands; null where nothing was handed in.")
    link = serializers.SerializerMethodField(help_text="Address behind its code; whoever has it hands in for it.")
    code = serializers.SerializerMethodField(help_text="The same code to be read out and typed.")

    class Meta:
        model = Stand
        fields = [
            "id",
            "activity",
            "session",
            "name",
            "unit",
            "place",
            "state",
            "link",
            "code",
            "made_at",
            "removed_at",
        ]
        extra_kwargs = {
            "id": {"help_text": "Number of the stand."},
            "activity": {"help_text": "Number of the activity."},
            "session": {"help_text": "Number of the session; null for the whole activity."},
            "name": {"help_text": "Its name."},
            "unit": {"help_text": "The unit that runs it."},
            "place": {"help_text": "Where it stands, e.g. A3."},
            "made_at": {"help_text": "When it was planned."},
            "removed_at": {"help_text": "When it was removed; null while it stands."},
        }

    @extend_schema_field(serializers.ChoiceField(choices=StandReport.State.choices, allow_null=True))
    def get_state(self, stand: Stand) -> str | None:
        counting: list[StandReport] = stand.counting  # type: ignore[attr-defined]  # prefetched by the endpoint
        return counting[0].state if counting else None

    @extend_schema_field(str)
    def get_link(self, stand: Stand) -> str:
        return stands.address(stand)

    @extend_schema_field(str)
    def get_code(self, stand: Stand) -> str:
        return stands.written(stand)


class StandChangesSerializer(Body):
    name = serializers.CharField(max_length=60, help_text="Its name.")
    unit = serializers.CharField(max_length=120, required=False, allow_blank=True, help_text="The unit that runs it.")
    place = serializers.CharField(max_length=60, required=False, allow_blank=True, help_text="Where, e.g. A3.")


class NewStandSerializer(StandChangesSerializer):
    session = RowNumber(
        required=False, allow_null=True, help_text="Number of the session; null or left out for the whole activity."
    )
