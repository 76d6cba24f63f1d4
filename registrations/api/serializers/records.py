"""Evidence, activity records, expert supports, trips and stocks, as the API writes and reads them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from events.api.fields import Body, Day, RowNumber, organization_code, region_code
from events.models import DatePrecision
from registrations.models import ActivityRecord, Evidence, ExpertSupport, StockChange, Trip

NUMBER = {"min_value": 0, "max_value": 2_000_000_000}
PRECISION = "How exactly the days are known."
WITHDRAWN = "When it was taken back; null while it counts."


class EvidenceSerializer(serializers.ModelSerializer):
    organization = organization_code("Code of the organization it belongs to.")
    address = serializers.SerializerMethodField(help_text="Where its file can be fetched; null for a link.")

    class Meta:
        model = Evidence
        fields = [
            "id", "organization", "activity", "sessions", "kind", "title", "media_type", "size", "sha256", "url",
            "address", "taken_at", "paper_place", "alike", "added_at", "withdrawn_at",
        ]  # fmt: skip
        extra_kwargs = {
            "id": {"help_text": "Number of the evidence."},
            "activity": {"help_text": "Number of the activity."},
            "sessions": {"help_text": "Sessions it belongs to."},
            "kind": {"help_text": "Photo, sign-in sheet, document or link."},
            "title": {"help_text": "Its caption."},
            "media_type": {"help_text": "What the file really is."},
            "size": {"help_text": "Bytes that are kept."},
            "sha256": {"help_text": "Digest of the file as it was handed in."},
            "url": {"help_text": "Address of a link, else empty."},
            "taken_at": {"help_text": "When a photo was taken, where its camera said so."},
            "paper_place": {"help_text": "Where the paper original lies."},
            "alike": {"help_text": "Other evidence that is the same picture."},
            "added_at": {"help_text": "When it was added."},
            "withdrawn_at": {"help_text": WITHDRAWN},
        }

    @extend_schema_field({"type": "string", "nullable": True})
    def get_address(self, row: Evidence) -> str | None:
        return reverse("evidence_file", args=[row.pk]) if row.file else None


class NewEvidenceSerializer(Body):
    """A file as multipart form data, or a link."""

    file = serializers.FileField(required=False, help_text="A photo, PDF or office document of at most 15 MB.")
    url = serializers.URLField(max_length=200, required=False, help_text="Address of a link, instead of a file.")
    title = serializers.CharField(max_length=160, required=False, allow_blank=True, help_text="Its caption.")
    paper_place = serializers.CharField(
        max_length=80, required=False, allow_blank=True, help_text="Where the paper original lies."
    )
    session = RowNumber(required=False, help_text="Number of the session it belongs to.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("file" in attrs) == ("url" in attrs):
            raise serializers.ValidationError({"file": [_("Send either a file or the address of a link.")]})
        return attrs


class EvidenceChangesSerializer(Body):
    title = serializers.CharField(max_length=160, required=False, allow_blank=True, help_text="Its caption.")
    paper_place = serializers.CharField(
        max_length=80, required=False, allow_blank=True, help_text="Where the paper original lies."
    )
    withdrawn = serializers.BooleanField(required=False, help_text="Whether it is taken out; false puts it back.")


class ActivityRecordSerializer(serializers.ModelSerializer):
    filled_in_by: Any = serializers.SlugRelatedField(
        slug_field="name", read_only=True, allow_null=True, help_text="Who filled it in."
    )
    reviewed_by: Any = serializers.SlugRelatedField(
        slug_field="name", read_only=True, allow_null=True, help_text="Who reviewed it."
    )

    class Meta:
        model = ActivityRecord
        fields = [
            "id", "activity", "session", "state", "expected", "experts", "partners", "summary", "paper_place",
            "filled_in_by", "filled_in_at", "reviewed_by", "reviewed_at",
        ]  # fmt: skip
        extra_kwargs = {
            "id": {"help_text": "Number of the record."},
            "activity": {"help_text": "Number of the activity."},
            "session": {"help_text": "Number of the session; null for the activity as a whole."},
            "state": {"help_text": "Draft, filled in or reviewed."},
            "expected": {"help_text": "People who were expected."},
            "experts": {"help_text": "Who spoke or advised, by name."},
            "partners": {"help_text": "Units that joined in."},
            "summary": {"help_text": "How it went."},
            "paper_place": {"help_text": "Where the paper original lies."},
            "filled_in_at": {"help_text": "When it was filled in."},
            "reviewed_at": {"help_text": "When it was reviewed."},
        }


class NewActivityRecordSerializer(Body):
    session = RowNumber(
        required=False, allow_null=True, help_text="Number of the session; left out: the whole activity."
    )
    expected = serializers.IntegerField(
        **NUMBER, required=False, allow_null=True, help_text="People who were expected."
    )
    experts = serializers.CharField(max_length=500, required=False, allow_blank=True, help_text="Who spoke or advised.")
    partners = serializers.CharField(
        max_length=500, required=False, allow_blank=True, help_text="Units that joined in."
    )
    summary = serializers.CharField(max_length=5000, required=False, allow_blank=True, help_text="How it went.")
    paper_place = serializers.CharField(
        max_length=80, required=False, allow_blank=True, help_text="Where the paper original lies."
    )
    filled_in = serializers.BooleanField(
        required=False, default=False, help_text="Whether it is handed in to be reviewed; else it stays a draft."
    )


class SupportSerializer(serializers.ModelSerializer):
    organization = organization_code("Code of the organization.")
    region = region_code("Code of the township, or null.", read_only=True, allow_null=True)

    class Meta:
        model = ExpertSupport
        fields = [
            "id", "organization", "activity", "expert", "beneficiary", "project", "what", "starts_on", "ends_on",
            "date_precision", "region", "at", "withdrawn_at",
        ]  # fmt: skip
        extra_kwargs = {
            "id": {"help_text": "Number of the support."},
            "activity": {"help_text": "Number of the activity it counts in."},
            "expert": {"help_text": "Who helped."},
            "beneficiary": {"help_text": "Whom."},
            "project": {"help_text": "With which project."},
            "what": {"help_text": "With what."},
            "starts_on": {"help_text": "First day."},
            "ends_on": {"help_text": "Last day, inclusive."},
            "date_precision": {"help_text": PRECISION},
            "at": {"help_text": "When it was entered."},
            "withdrawn_at": {"help_text": WITHDRAWN},
        }


class NewSupportSerializer(Body):
    expert = serializers.CharField(max_length=60, help_text="Who helped.")
    beneficiary = serializers.CharField(max_length=160, help_text="Whom.")
    project = serializers.CharField(max_length=160, required=False, allow_blank=True, help_text="With which project.")
    what = serializers.CharField(max_length=300, help_text="With what.")
    starts_on = Day(help_text="First day.")
    ends_on = Day(help_text="Last day, inclusive.")
    date_precision = serializers.ChoiceField(choices=DatePrecision.choices, required=False, help_text=PRECISION)
    region = region_code("Code of the township.", required=False, allow_null=True)


class SupportChangesSerializer(NewSupportSerializer):
    withdrawn = serializers.BooleanField(required=False, help_text="Whether it is taken back; false puts it back.")


class TripSerializer(serializers.ModelSerializer):
    organization = organization_code("Code of the organization.")
    region = region_code("Code of the township, or null.", read_only=True, allow_null=True)

    class Meta:
        model = Trip
        fields = [
            "id", "organization", "vehicle_name", "on", "driver", "origin", "destination", "region", "odometer_start",
            "odometer_end", "km", "exhibits", "session", "note", "at", "withdrawn_at",
        ]  # fmt: skip
        extra_kwargs = {
            "id": {"help_text": "Number of the trip."},
            "vehicle_name": {"help_text": "Which vehicle."},
            "on": {"help_text": "The day."},
            "driver": {"help_text": "Who drove."},
            "origin": {"help_text": "From where."},
            "destination": {"help_text": "Where to."},
            "odometer_start": {"help_text": "Odometer at the start, km."},
            "odometer_end": {"help_text": "Odometer at the end, km."},
            "km": {"help_text": "Kilometres driven."},
            "exhibits": {"help_text": "Exhibits on board."},
            "session": {"help_text": "Session it drove to; people reached are counted there."},
            "note": {"help_text": "Anything worth knowing."},
            "at": {"help_text": "When it was entered."},
            "withdrawn_at": {"help_text": WITHDRAWN},
        }


class NewTripSerializer(Body):
    vehicle_name = serializers.CharField(max_length=60, help_text="Which vehicle.")
    on = Day(help_text="The day.")
    driver = serializers.CharField(max_length=60, help_text="Who drove.")
    origin = serializers.CharField(max_length=120, required=False, allow_blank=True, help_text="From where.")
    destination = serializers.CharField(max_length=120, help_text="Where to.")
    region = region_code("Code of the township.", required=False, allow_null=True)
    odometer_start = serializers.IntegerField(
        min_value=0, max_value=9_999_999, required=False, allow_null=True, help_text="Odometer at the start, km."
    )
    odometer_end = serializers.IntegerField(
        min_value=0, max_value=9_999_999, required=False, allow_null=True, help_text="Odometer at the end, km."
    )
    km = serializers.IntegerField(
        min_value=0,
        max_value=100_000,
        required=False,
        allow_null=True,
        help_text="Kilometres; follow from the odometer where both ends are given.",
    )
    exhibits = serializers.CharField(max_length=300, required=False, allow_blank=True, help_text="Exhibits on board.")
    session = RowNumber(required=False, allow_null=True, help_text="Number of the session it drove to.")
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, help_text="Anything worth knowing.")


class TripChangesSerializer(NewTripSerializer):
    withdrawn = serializers.BooleanField(required=False, help_text="Whether it is taken back; false puts it back.")


class StockChangeSerializer(serializers.ModelSerializer):
    organization = organization_code("Code of the organization.")

    class Meta:
        model = StockChange
        fields = [
            "id", "organization", "measure", "change", "bound", "on", "date_precision", "place", "phrase", "at",
            "withdrawn_at",
        ]  # fmt: skip
        extra_kwargs = {
            "id": {"help_text": "Number of the change."},
            "measure": {"help_text": "What is counted, e.g. `terminals`."},
            "change": {"help_text": "Put into service (positive) or withdrawn (negative)."},
            "bound": {"help_text": "What the number bounds."},
            "on": {"help_text": "The day it counts from."},
            "date_precision": {"help_text": PRECISION},
            "place": {"help_text": "Where."},
            "phrase": {"help_text": "What a document says of it."},
            "at": {"help_text": "When it was entered."},
            "withdrawn_at": {"help_text": WITHDRAWN},
        }


class NewStockChangeSerializer(Body):
    measure = serializers.CharField(max_length=24, help_text="What is counted, e.g. `terminals`.")
    change = serializers.IntegerField(
        min_value=-1_000_000, max_value=1_000_000, help_text="Put into service (positive) or withdrawn (negative)."
    )
    on = Day(help_text="The day it counts from.")
    date_precision = serializers.ChoiceField(choices=DatePrecision.choices, required=False, help_text=PRECISION)
    place = serializers.CharField(max_length=160, required=False, allow_blank=True, help_text="Where.")
    phrase = serializers.CharField(
        max_length=300, required=False, allow_blank=True, help_text="What a document says of it."
    )


class StockChangesSerializer(Body):
    withdrawn = serializers.BooleanField(help_text="Whether it is taken back; false puts it back.")
