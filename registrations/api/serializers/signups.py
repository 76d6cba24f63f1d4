"""Sign-ups as their owners see them, and as organizers see them: masked."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from events.api.fields import Body, Group, RowNumber, region_code
from events.models import Session
from registrations import masks
from registrations.grades import CHOICES
from registrations.models import Attendee, Signup
from registrations.operations.signups import LARGEST_PARTY, Line


class LineSerializer(Body):
    name = serializers.CharField(
        max_length=60, required=False, allow_blank=True, help_text="A person's name; empty for an unnamed rest."
    )
    size = serializers.IntegerField(
        min_value=1, max_value=LARGEST_PARTY, required=False, help_text="People of this line; 1 where it has a name."
    )
    village = serializers.CharField(max_length=60, required=False, allow_blank=True, help_text="Village or community.")
    audience_group = Group(
        required=False, allow_blank=True, help_text="Code of the audience group; empty: the one known so far."
    )
    phone = serializers.CharField(
        max_length=40, required=False, allow_blank=True, help_text="Mobile number of this person, for a named line."
    )

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        return data | {"line": Line(**data)}


class _PartyBody(Body):
    lines = LineSerializer(
        many=True, allow_empty=False, max_length=LARGEST_PARTY, help_text="Who comes: names, or numbers of people."
    )
    contact_name = serializers.CharField(
        max_length=60, required=False, allow_blank=True, help_text="Whom to call; for one person the first line's name."
    )
    contact_phone = serializers.CharField(
        max_length=40, required=False, allow_blank=True, help_text="Mobile number of mainland China; optional."
    )
    unit = serializers.CharField(
        max_length=120, required=False, allow_blank=True, help_text="School and class, or village."
    )
    region = region_code("Code of the region they come from.", required=False, allow_null=True)
    note = serializers.CharField(
        max_length=300, required=False, allow_blank=True, help_text="Anything the organizer should know."
    )
    contact_email = serializers.EmailField(
        max_length=120, required=False, allow_blank=True, help_text="Told there how the sign-up stands; optional."
    )
    ages = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=120),
        max_length=20,
        required=False,
        help_text="Ages in years: of the one person, or of a family's children. Where the activity asks for an age.",
    )
    grade = serializers.ChoiceField(
        choices=CHOICES,
        required=False,
        allow_blank=True,
        help_text="School grade of a class.",
    )
    under_14 = serializers.BooleanField(
        required=False, help_text="Somebody is younger than 14, where no age is asked for: a guardian has to agree."
    )
    guardian_name = serializers.CharField(
        max_length=60, required=False, allow_blank=True, help_text="Of children under 14: who agrees for them."
    )
    guardian_consent = serializers.ChoiceField(
        choices=Signup.Guardian.choices,
        required=False,
        allow_blank=True,
        help_text="How a guardian agreed. A class of which names are given needs `paper` or `older`.",
    )
    answers = serializers.DictField(
        child=serializers.JSONField(allow_null=True),
        required=False,
        help_text="Answers to the activity's questions, by the question's number; null is none. The page takes files.",
    )


class NewSignupSerializer(_PartyBody):
    activity = RowNumber(help_text="Number of the activity.")
    sessions = serializers.ListField(
        child=RowNumber(),
        max_length=200,
        required=False,
        help_text="Numbers of the sessions; left out where one signs up for the whole course.",
    )
    kind = serializers.ChoiceField(choices=Signup.Kind.choices, help_text="Who signs up.")
    consent = serializers.BooleanField(
        help_text="Agreement to how the data is used, as the sign-up page states it. Without it nothing is kept."
    )
    at_the_door = serializers.BooleanField(
        default=False,
        help_text="Somebody who is there already, while people are let in: it keeps no seat and is no attendance.",
    )
    when_full = serializers.ChoiceField(
        choices=[("wait", "join the waiting list"), ("refuse", "refuse with session_full")],
        default="wait",
        help_text="What to do where the seats do not suffice.",
    )


class SignupChangesSerializer(_PartyBody):
    lines = LineSerializer(
        many=True, allow_empty=False, max_length=LARGEST_PARTY, required=False, help_text="All lines anew."
    )


class ChosenSessionSerializer(serializers.ModelSerializer):
    class Meta:
        model = Session
        fields = ["id", "name", "starts_at", "ends_at", "venue", "address", "state"]
        extra_kwargs = {
            "id": {"help_text": "Number of the session."},
            "name": {"help_text": "Its own name, where it has one."},
            "starts_at": {"help_text": "Start."},
            "ends_at": {"help_text": "End."},
            "venue": {"help_text": "Where."},
            "address": {"help_text": "How to find it."},
            "state": {"help_text": "Scheduled or called off."},
        }


class OwnLineSerializer(serializers.ModelSerializer):
    class Meta:
        model = Attendee
        fields = ["name", "size", "village", "audience_group", "phone"]
        extra_kwargs = {
            "name": {"help_text": "A person's name; empty for an unnamed rest."},
            "size": {"help_text": "People of this line."},
            "village": {"help_text": "Village or community."},
            "audience_group": {"help_text": "Code of the audience group, or empty."},
            "phone": {"help_text": "Mobile number of this person, or empty."},
        }


class TicketSerializer(serializers.Serializer):
    short_code = serializers.CharField(help_text="Eight characters to read out or type in at the door.")
    address = serializers.CharField(help_text="What the QR code says, in upper case.")
    svg = serializers.URLField(help_text="The QR code as a drawing; needs the manage key.")
    png = serializers.URLField(help_text="The QR code as a picture of at least 600 pixels; needs the manage key.")
    pdf = serializers.URLField(help_text="The ticket on A5, once the seats are certain; needs the manage key.")


class OwnSignupSerializer(serializers.ModelSerializer):
    """A sign-up as its owner sees it, whole."""

    activity_name = serializers.CharField(source="activity.name", help_text="Name of the activity.")
    sessions = ChosenSessionSerializer(many=True, help_text="The sessions it is for.")
    lines = OwnLineSerializer(many=True, help_text="Who comes.")
    region = region_code(
        "Code of the region they come from; null where it is not known.", read_only=True, allow_null=True
    )
    waiting_position = serializers.IntegerField(
        allow_null=True, help_text="Place on the waiting list, 1 being next; null where it does not wait."
    )
    offer_expires_at = serializers.DateTimeField(
        allow_null=True, help_text="Until when offered seats are kept; null where nothing is offered, or until asked."
    )
    ticket = TicketSerializer(allow_null=True, help_text="What is shown at the door.")

    class Meta:
        model = Signup
        fields = [
            "id", "state", "kind", "size", "activity", "activity_name", "covers_course", "sessions", "lines",
            "contact_name", "contact_phone", "contact_email", "unit", "region", "note", "ages", "grade",
            "guardian_name", "guardian_consent", "refusal_reason", "placed_at", "cancelled_at", "waiting_position",
            "offer_expires_at", "ticket",
        ]  # fmt: skip
        extra_kwargs = {
            "id": {"help_text": "Number of the sign-up."},
            "state": {"help_text": "How it stands."},
            "kind": {"help_text": "Who signs up."},
            "size": {"help_text": "People in all."},
            "activity": {"help_text": "Number of the activity."},
            "covers_course": {"help_text": "Whether it is for the whole course."},
            "contact_name": {"help_text": "Whom to call."},
            "contact_phone": {"help_text": "Mobile number, or empty."},
            "unit": {"help_text": "School and class, or village."},
            "note": {"help_text": "What the organizer should know."},
            "contact_email": {"help_text": "E-mail, or empty."},
            "ages": {"help_text": "Ages in years that were asked for."},
            "grade": {"help_text": "School grade of a class, or empty."},
            "guardian_name": {"help_text": "Who agreed for children under 14."},
            "guardian_consent": {"help_text": "How a guardian agreed, or empty."},
            "refusal_reason": {"help_text": "Why the organizer refused it, or empty."},
            "placed_at": {"help_text": "When it was made."},
            "cancelled_at": {"help_text": "When it was cancelled; null while it stands."},
        }


class PlacedSignupSerializer(OwnSignupSerializer):
    manage_key = serializers.CharField(
        help_text="Opens, changes and cancels this sign-up: `Authorization: Manage <key>`. It is kept nowhere."
    )

    class Meta(OwnSignupSerializer.Meta):
        fields = [*OwnSignupSerializer.Meta.fields, "manage_key"]


class ChallengeSerializer(serializers.Serializer):
    """A challenge as ALTCHA has it, to be sent back whole with its solution."""

    parameters = serializers.DictField(
        help_text="`nonce`, `salt`, `keyPrefix` …: find the counter for which SHA-256(salt ‖ nonce ‖ counter, four bytes,"
        " big endian) begins with the prefix."
    )
    signature = serializers.CharField(help_text="Ours, over the parameters.")


class MaskedLineSerializer(serializers.ModelSerializer):
    name = serializers.SerializerMethodField(help_text="First character and stars.")

    class Meta:
        model = Attendee
        fields = ["id", "name", "size", "village", "audience_group"]
        extra_kwargs = {
            "id": {"help_text": "Number of the attendee, for corrections."},
            "size": {"help_text": "People of this line."},
            "village": {"help_text": "Village or community."},
            "audience_group": {"help_text": "Code of the audience group, or empty."},
        }

    def get_name(self, attendee: Attendee) -> str:
        return masks.name(attendee.name)


class MaskedSignupSerializer(serializers.ModelSerializer):
    """A sign-up as organizers and readers see it: names and phones masked."""

    contact_name = serializers.SerializerMethodField(help_text="First character and stars.")
    contact_phone = serializers.SerializerMethodField(help_text="First three and last four digits.")
    region = region_code(
        "Code of the region they come from; null where it is not known.", read_only=True, allow_null=True
    )
    lines = MaskedLineSerializer(many=True, source="standing_lines", help_text="Who comes, masked.")

    class Meta:
        model = Signup
        fields = [
            "id", "state", "kind", "source", "size", "activity", "covers_course", "contact_name", "contact_phone",
            "unit", "region", "placed_at", "queued_at", "approved_at", "cancelled_at", "lines",
        ]  # fmt: skip
        extra_kwargs = {
            "id": {"help_text": "Number of the sign-up."},
            "state": {"help_text": "How it stands."},
            "kind": {"help_text": "Who signs up."},
            "source": {"help_text": "How it came in."},
            "size": {"help_text": "People in all."},
            "activity": {"help_text": "Number of the activity."},
            "covers_course": {"help_text": "Whether it is for the whole course."},
            "unit": {"help_text": "School and class, or village."},
            "placed_at": {"help_text": "When it was made."},
            "approved_at": {"help_text": "When the office approved it; null where it did not, or needs not."},
            "queued_at": {"help_text": "Since when it waits or waited; null where it never did."},
            "cancelled_at": {"help_text": "When it was cancelled; null while it stands."},
        }

    def get_contact_name(self, signup: Signup) -> str:
        return masks.name(signup.contact_name)

    def get_contact_phone(self, signup: Signup) -> str:
        return masks.phone(signup.contact_phone)
