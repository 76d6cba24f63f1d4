"""Sessions, with the seats that are left."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from events.api.fields import Body, Day, Moment, RowNumber, organization_code, region_code
from events.models import Activity, Session
from registrations.models import Bound
from registrations.reports import seats


class KeptSeatsSerializer(serializers.Serializer):
    region = serializers.CharField(help_text="Name of the township whose people may have them.")
    free = serializers.IntegerField(help_text="How many are left of them.")
    until = serializers.DateField(allow_null=True, help_text="From this day on anybody may; null: never.")


class SeatsSerializer(serializers.Serializer):
    capacity = serializers.IntegerField(allow_null=True, help_text="Seats in all; null without limit.")
    taken = serializers.IntegerField(help_text="Seats promised.")
    free = serializers.IntegerField(allow_null=True, help_text="Seats left for anybody; null without limit.")
    waiting = serializers.IntegerField(help_text="Sign-ups that wait; while anybody waits, newcomers queue.")
    kept = KeptSeatsSerializer(many=True, help_text="Seats left that are kept for townships, beside `free`.")


class SessionSerializer(serializers.ModelSerializer):
    activity_name = serializers.CharField(source="activity.name", help_text="Name of the activity.")
    campaign = serializers.IntegerField(source="activity.campaign_id", help_text="Number of the campaign.")
    campaign_name = serializers.CharField(source="activity.campaign.name", help_text="Name of the campaign.")
    organization = organization_code(
        "Code of the organization that leads the activity.", source="activity.organization"
    )
    organization_name = serializers.CharField(source="activity.organization.name", help_text="Name of the leader.")
    form = serializers.CharField(source="activity.form", help_text="Statistical form of the activity.")
    region = region_code(
        "Code of the region it is held in; null where it is not known.", read_only=True, allow_null=True
    )
    region_name = serializers.CharField(source="region.name", default="", help_text="Name of the region.")
    signup_by = serializers.ChoiceField(
        source="activity.signup_by",
        choices=Activity.SignupBy.choices,
        help_text="Whether one signs up for it alone, for the whole course, or not at all.",
    )
    open = serializers.BooleanField(help_text="Whether sign-up is open now; whether seats are left, `seats` says.")
    seats = serializers.SerializerMethodField(help_text="Seats; null where there is no sign-up.")

    class Meta:
        model = Session
        fields = [
            "id", "activity", "activity_name", "campaign", "campaign_name", "organization", "organization_name", "form",
            "name", "starts_at", "ends_at", "venue", "address", "online_url", "region", "region_name", "state",
            "called_off_reason", "half", "half_of", "signup_by", "signup_opens_at", "signup_closes_at", "open", "seats",
        ]  # fmt: skip
        extra_kwargs = {
            "id": {"help_text": "Number of the session."},
            "activity": {"help_text": "Number of the activity."},
            "name": {"help_text": "Its own name, where it has one."},
            "starts_at": {"help_text": "Start."},
            "ends_at": {"help_text": "End; the moment itself is outside."},
            "venue": {"help_text": "Where."},
            "address": {"help_text": "How to find it."},
            "online_url": {"help_text": "Where it is held online."},
            "state": {"help_text": "Scheduled or called off."},
            "called_off_reason": {"help_text": "Why it was called off."},
            "half": {"help_text": "Which half of a day whose mornings and afternoons are checked in apart."},
            "half_of": {"help_text": "Of an afternoon the number of its morning: both count as one session."},
            "signup_opens_at": {"help_text": "When sign-up opens; null: it is open already."},
            "signup_closes_at": {"help_text": "When sign-up closes; null: at the start."},
        }

    @extend_schema_field(SeatsSerializer(allow_null=True))
    def get_seats(self, session: Session) -> dict[str, Any] | None:
        found = seats.of(session)
        return None if found is None else dict(SeatsSerializer(found).data)


class SessionChangesSerializer(Body):
    starts_at = Moment(required=False, help_text="Start.")
    ends_at = Moment(required=False, help_text="End; the moment itself is outside.")
    venue = serializers.CharField(max_length=120, required=False, help_text="Where.")
    name = serializers.CharField(max_length=120, required=False, allow_blank=True, help_text="A name of its own.")
    address = serializers.CharField(max_length=200, required=False, allow_blank=True, help_text="How to find it.")
    online_url = serializers.URLField(max_length=200, required=False, allow_blank=True, help_text="Where it is online.")
    region = region_code("Code of the region.", required=False, allow_null=True)
    signup_opens_at = Moment(required=False, allow_null=True, help_text="When sign-up opens.")
    signup_closes_at = Moment(required=False, allow_null=True, help_text="When sign-up closes; null: at the start.")
    check_in_opens_at = Moment(required=False, allow_null=True, help_text="Null: two hours before the start.")
    check_in_closes_at = Moment(required=False, allow_null=True, help_text="Null: two hours after the end.")


class NewSessionSerializer(SessionChangesSerializer):
    activity = RowNumber(help_text="Number of the activity.")
    starts_at = Moment(help_text="Start.")
    ends_at = Moment(help_text="End; the moment itself is outside.")
    venue = serializers.CharField(max_length=120, help_text="Where.")
    break_from = Moment(
        required=False, help_text="End of the morning, where morning and afternoon are checked in apart."
    )
    break_until = Moment(required=False, help_text="Start of the afternoon; stated with `break_from`.")
    capacity = serializers.IntegerField(
        min_value=0,
        max_value=1_000_000,
        required=False,
        allow_null=True,
        help_text="Seats; null without limit. For a course the first session's number is the course's.",
    )

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        alone = {"break_from", "break_until"} - data.keys()
        if len(alone) == 1:
            raise serializers.ValidationError({alone.pop(): [_("Say both when the break begins and when it ends.")]})
        return data


class CapacitySerializer(Body):
    capacity = serializers.IntegerField(
        min_value=0, max_value=1_000_000, allow_null=True, help_text="Seats; null without limit."
    )


class KeepSeatsSerializer(Body):
    region = region_code("Code of the township whose people may have them.")
    capacity = serializers.IntegerField(min_value=0, max_value=1_000_000, help_text="How many; 0 gives them back.")
    flows_back_on = Day(
        required=False,
        allow_null=True,
        help_text="From this day on what is left is anybody's; null or left out: never.",
    )


class ReasonSerializer(Body):
    reason = serializers.CharField(max_length=200, help_text="Why, in words that participants read.")


class AmountSerializer(serializers.Serializer):
    number = serializers.IntegerField(allow_null=True, help_text="As stated; null where it is not known.")
    bound = serializers.ChoiceField(choices=Bound.choices, help_text="What the number bounds.")
