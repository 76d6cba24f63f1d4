"""Shapes of campaigns, activities, organizations, resources and tokens. Shape only: rules live in the operations."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from events.access import Act
from events.api.fields import Body, Day, Group, Moment, RowNumber, organization_code, region_code
from events.models import (
    Activity,
    ApiToken,
    Campaign,
    DatePrecision,
    Form,
    Organization,
    Publication,
    Region,
    Resource,
    Role,
)

LEADER = "Code of the organization that leads it."
CODES = "Codes of the organizations that join in."


class RegionSerializer(serializers.ModelSerializer):
    parent = region_code("Code of the region it belongs to; null for the topmost.", read_only=True, allow_null=True)

    class Meta:
        model = Region
        fields = ["code", "name", "kind", "parent"]
        extra_kwargs = {
            "code": {"help_text": "Statistical code, 12 digits."},
            "name": {"help_text": "Name in Chinese."},
            "kind": {"help_text": "What kind of unit it is."},
        }


class OrganizationSerializer(serializers.ModelSerializer):
    parent = organization_code("Code of the organization above it in the tree; null for the topmost.", allow_null=True)
    region = region_code("Code of the region it works in.", read_only=True)

    class Meta:
        model = Organization
        fields = ["code", "name", "short_name", "kind", "parent", "region", "contact_name", "contact_phone"]
        extra_kwargs = {
            "code": {"help_text": "By this the organization is named in every other place."},
            "name": {"help_text": "Full name."},
            "short_name": {"help_text": "Short name, or empty."},
            "kind": {"help_text": "What kind of body it is."},
            "contact_name": {"help_text": "Office or person to ask."},
            "contact_phone": {"help_text": "Published office number."},
        }


class CampaignSerializer(serializers.ModelSerializer):
    organization = organization_code(LEADER)
    organization_name = serializers.CharField(source="organization.name", help_text="Name of the leader.")

    class Meta:
        model = Campaign
        fields = [
            "id", "name", "kind", "theme", "year", "organization", "organization_name", "starts_on", "ends_on",
            "description", "state",
        ]  # fmt: skip
        extra_kwargs = {
            "id": {"help_text": "Number of the campaign."},
            "name": {"help_text": "Its name."},
            "kind": {"help_text": "What kind of campaign it is."},
            "theme": {"help_text": "The year's theme, or empty."},
            "year": {"help_text": "The year it belongs to."},
            "starts_on": {"help_text": "First day; null where it is not fixed."},
            "ends_on": {"help_text": "Last day, inclusive; null where it is not fixed."},
            "description": {"help_text": "For the public."},
            "state": {"help_text": "How far it has come; drafts are seen within one's own reach only."},
        }


class _CampaignBody(Body):
    theme = serializers.CharField(max_length=120, required=False, allow_blank=True, help_text="The year's theme.")
    starts_on = Day(required=False, allow_null=True, help_text="First day.")
    ends_on = Day(required=False, allow_null=True, help_text="Last day, inclusive.")
    description = serializers.CharField(
        max_length=10_000, required=False, allow_blank=True, help_text="For the public."
    )
    co_organizers = serializers.ListField(child=serializers.SlugField(), max_length=50, required=False, help_text=CODES)


class NewCampaignSerializer(_CampaignBody):
    organization = serializers.SlugField(max_length=40, help_text=LEADER)
    name = serializers.CharField(max_length=120, help_text="Its name.")
    kind = serializers.ChoiceField(choices=Campaign.Kind.choices, help_text="What kind of campaign it is.")
    year = serializers.IntegerField(min_value=1949, max_value=2100, help_text="The year it belongs to.")


class CampaignChangesSerializer(_CampaignBody):
    name = serializers.CharField(max_length=120, required=False, help_text="Its name.")


class StateSerializer(Body):
    state = serializers.ChoiceField(choices=Publication.choices, help_text="What it is to become.")


class ActivitySerializer(serializers.ModelSerializer):
    campaign_name = serializers.CharField(source="campaign.name", help_text="Name of the campaign.")
    organization = organization_code(LEADER)
    organization_name = serializers.CharField(source="organization.name", help_text="Name of the leader.")
    co_organizers = organization_code(CODES, many=True)
    audiences = serializers.ListField(
        child=serializers.CharField(), help_text="Codes of the audience groups it is made for."
    )
    region = region_code("Code of the region; null where the whole area is meant.", read_only=True, allow_null=True)
    region_name = serializers.CharField(source="region.name", default="", help_text="Name of the region.")

    class Meta:
        model = Activity
        fields = [
            "id", "campaign", "campaign_name", "organization", "organization_name", "co_organizers", "name", "summary",
            "form", "mode", "signup_by", "starts_on", "ends_on", "date_precision", "place", "region", "region_name",
            "audiences", "state", "expected_people", "contact_name", "contact_phone",
        ]  # fmt: skip
        extra_kwargs = {
            "id": {"help_text": "Number of the activity."},
            "campaign": {"help_text": "Number of the campaign it belongs to."},
            "name": {"help_text": "Its name."},
            "summary": {"help_text": "What it is about, for the public."},
            "form": {"help_text": "Its one statistical form."},
            "mode": {"help_text": "On site or online."},
            "signup_by": {"help_text": "Whether one signs up for sessions, for the whole course, or not at all."},
            "starts_on": {"help_text": "First day; follows the sessions where there are any."},
            "ends_on": {"help_text": "Last day, inclusive."},
            "date_precision": {"help_text": "How exactly the dates are known."},
            "place": {"help_text": "Where, in words."},
            "state": {"help_text": "How far it has come."},
            "expected_people": {"help_text": "How many people the plan expects; null where it does not say."},
            "contact_name": {"help_text": "Whom to ask."},
            "contact_phone": {"help_text": "Published office number."},
        }


class _ActivityBody(Body):
    summary = serializers.CharField(
        max_length=10_000, required=False, allow_blank=True, help_text="What it is about, for the public."
    )
    mode = serializers.ChoiceField(choices=Activity.Mode.choices, required=False, help_text="On site or online.")
    starts_on = Day(required=False, allow_null=True, help_text="First day. Sessions take its place once there are any.")
    ends_on = Day(required=False, allow_null=True, help_text="Last day, inclusive.")
    date_precision = serializers.ChoiceField(
        choices=DatePrecision.choices, required=False, help_text="How exactly the dates are known."
    )
    place = serializers.CharField(max_length=120, required=False, allow_blank=True, help_text="Where, in words.")
    region = region_code("Code of the region.", required=False, allow_null=True)
    audiences = serializers.ListField(
        child=Group(), max_length=20, required=False, help_text="Codes of the audience groups it is made for."
    )
    expected_people = serializers.IntegerField(
        min_value=0, max_value=10_000_000, required=False, allow_null=True, help_text="How many people are expected."
    )
    contact_name = serializers.CharField(max_length=60, required=False, allow_blank=True, help_text="Whom to ask.")
    contact_phone = serializers.CharField(
        max_length=40, required=False, allow_blank=True, help_text="An office number that may be published."
    )
    checks_out = serializers.BooleanField(required=False, help_text="Scan people out as well as in.")
    calls_the_roll = serializers.BooleanField(
        required=False, help_text="Stations may show whole names; else they are masked."
    )
    co_organizers = serializers.ListField(child=serializers.SlugField(), max_length=50, required=False, help_text=CODES)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if data.get("audiences"):
            data["audiences"] = list(dict.fromkeys(data["audiences"]))
        for one, other in (("starts_on", "ends_on"), ("ends_on", "starts_on")):
            # A day alone is a span of one day, and without one of them there is none: the table holds both or neither.
            if one in data and other not in data:
                if data[one] is None or getattr(self.instance, other, None) is None:
                    data[other] = data[one]
            elif data.get(one) and not data.get(other, True):
                data[other] = data[one]
        return data


class NewActivitySerializer(_ActivityBody):
    campaign = RowNumber(help_text="Number of the campaign it belongs to.")
    organization = serializers.SlugField(max_length=40, help_text=LEADER)
    name = serializers.CharField(max_length=160, help_text="Its name.")
    form = serializers.ChoiceField(choices=Form.choices, help_text="Its one statistical form.")
    signup_by = serializers.ChoiceField(
        choices=Activity.SignupBy.choices,
        required=False,
        help_text="Whether one signs up for sessions, for the whole course, or not at all (the default).",
    )


class ActivityChangesSerializer(_ActivityBody):
    name = serializers.CharField(max_length=160, required=False, help_text="Its name.")
    form = serializers.ChoiceField(choices=Form.choices, required=False, help_text="Its one statistical form.")


class ResourceSerializer(serializers.ModelSerializer):
    organization = organization_code("Code of the organization it belongs to.")
    region = region_code("Code of the region it is in; null where that is not known.", read_only=True, allow_null=True)

    class Meta:
        model = Resource
        fields = [
            "id", "organization", "kind", "name", "quantity", "region", "address", "capacity", "field", "affiliation",
            "note", "retired_on",
        ]  # fmt: skip
        extra_kwargs = {
            "id": {"help_text": "Number of the resource."},
            "kind": {"help_text": "Venue, expert, vehicle or equipment."},
            "name": {"help_text": "Its name."},
            "quantity": {"help_text": "How many there are; one is never booked twice at once."},
            "address": {"help_text": "Where it stands."},
            "capacity": {"help_text": "Seats of a venue; null where it is not known."},
            "field": {"help_text": "An expert's field."},
            "affiliation": {"help_text": "Where an expert works."},
            "note": {"help_text": "Anything worth knowing."},
            "retired_on": {"help_text": "Since when it is out of use; null while it is in use."},
        }


class NewResourceSerializer(Body):
    organization = serializers.SlugField(max_length=40, help_text="Code of the organization it belongs to.")
    kind = serializers.ChoiceField(choices=Resource.Kind.choices, help_text="Venue, expert, vehicle or equipment.")
    name = serializers.CharField(max_length=120, help_text="Its name.")
    quantity = serializers.IntegerField(min_value=1, max_value=100_000, required=False, help_text="How many there are.")
    region = region_code("Code of the region it is in.", required=False, allow_null=True)
    address = serializers.CharField(max_length=200, required=False, allow_blank=True, help_text="Where it stands.")
    capacity = serializers.IntegerField(
        min_value=1, max_value=1_000_000, required=False, allow_null=True, help_text="Seats of a venue."
    )
    field = serializers.CharField(max_length=80, required=False, allow_blank=True, help_text="An expert's field.")
    affiliation = serializers.CharField(
        max_length=120, required=False, allow_blank=True, help_text="Where an expert works."
    )
    contact_phone = serializers.CharField(
        max_length=40, required=False, allow_blank=True, help_text="Kept encrypted; never given out by the API."
    )
    note = serializers.CharField(max_length=200, required=False, allow_blank=True, help_text="Anything worth knowing.")


class TokenSerializer(serializers.ModelSerializer):
    organization = organization_code("Code of the organization it reaches, with all below it.")
    user = serializers.CharField(source="user.username", help_text="Whom it acts for.")

    class Meta:
        model = ApiToken
        fields = [
            "id", "name", "organization", "role", "user", "prefix", "made_at", "expires_at", "revoked_at",
            "last_used_on",
        ]  # fmt: skip
        extra_kwargs = {
            "id": {"help_text": "Number of the token."},
            "name": {"help_text": "What it is for."},
            "role": {"help_text": "The most it may do, however much its maker may."},
            "prefix": {"help_text": "How its key begins, to tell it by."},
            "made_at": {"help_text": "When it was made."},
            "expires_at": {"help_text": "When it ends."},
            "revoked_at": {"help_text": "When it was revoked; null while it works."},
            "last_used_on": {"help_text": "Day (UTC) of its last use; null while unused."},
        }


class MadeTokenSerializer(TokenSerializer):
    key = serializers.CharField(help_text="The key itself, shown this once: `Authorization: Bearer <key>`.")

    class Meta(TokenSerializer.Meta):
        fields = [*TokenSerializer.Meta.fields, "key"]


class NewTokenSerializer(Body):
    organization = serializers.SlugField(max_length=40, help_text="Code of the organization it is to reach.")
    role = serializers.ChoiceField(choices=Role.choices, help_text="The most it may do.")
    name = serializers.CharField(max_length=60, help_text="What it is for.")
    expires_at = Moment(help_text="When it ends: within 400 days.")


class HeldRoleSerializer(serializers.Serializer):
    organization = serializers.CharField(help_text="Code of the organization; the role reaches all below it.")
    organization_name = serializers.CharField(help_text="Its name.")
    role = serializers.ChoiceField(choices=Role.choices, help_text="The role held there, by this token.")


class MeSerializer(serializers.Serializer):
    username = serializers.CharField(help_text="Name to sign in with.")
    name = serializers.CharField(help_text="Name of the person.")
    token = serializers.CharField(allow_null=True, help_text="Name of the token used; null for a person at a page.")
    roles = HeldRoleSerializer(many=True, help_text="Roles held, narrowed by the token.")
    may = serializers.ListField(
        child=serializers.ChoiceField(choices=[act.value for act in Act]),
        help_text="Acts allowed somewhere within these roles.",
    )
