"""Check-in points as organizers see them, and what phones and server tell each other."""

from __future__ import annotations

import datetime

from django.utils import timezone
from rest_framework import serializers

from events.api.fields import Body, Moment, RowNumber, organization_code
from registrations.models import Station, StationRecord


class StationSerializer(serializers.ModelSerializer):
    organization = organization_code("Code of the organization it serves.")

    class Meta:
        model = Station
        fields = [
            "id", "name", "organization", "session", "made_at", "expires_at", "pairing_expires_at", "paired_at",
            "compare_number", "revoked_at", "last_contact_at", "roster_at", "records_pending", "app_version",
        ]  # fmt: skip
        extra_kwargs = {
            "id": {"help_text": "Number of the check-in point."},
            "name": {"help_text": "Its name, e.g. the gate."},
            "session": {"help_text": "Number of the one session it serves; null for all of the organization's."},
            "made_at": {"help_text": "When it was made."},
            "expires_at": {"help_text": "When it ends."},
            "pairing_expires_at": {"help_text": "Until when its pairing code works; null where there is none."},
            "paired_at": {"help_text": "Since when a phone is paired; null before."},
            "compare_number": {"help_text": "Four digits shown on both sides, to see that the right phone is paired."},
            "revoked_at": {"help_text": "When it was revoked; null while it works."},
            "last_contact_at": {"help_text": "When its phone was last heard of."},
            "roster_at": {"help_text": "When its phone last fetched all changes."},
            "records_pending": {"help_text": "Records still waiting on its phone, as it last said."},
            "app_version": {"help_text": "Version of the app on its phone."},
        }


class MadeStationSerializer(StationSerializer):
    pairing_code = serializers.CharField(help_text="Six digits, single use, ten minutes; shown this once.")

    class Meta(StationSerializer.Meta):
        fields = [*StationSerializer.Meta.fields, "pairing_code"]


class NewStationSerializer(Body):
    organization = serializers.SlugField(max_length=40, help_text="Code of the organization it serves.")
    session = RowNumber(
        required=False, allow_null=True, help_text="Number of the one session it serves; null or left out for all."
    )
    name = serializers.CharField(max_length=60, help_text="Its name, e.g. the gate.")
    expires_at = Moment(help_text="When it ends.")


class PairingSerializer(serializers.Serializer):
    code = serializers.CharField(max_length=40, help_text="The six digits of the pairing code.")


class PairedStationSerializer(serializers.ModelSerializer):
    organization = organization_code("Code of the organization it serves.")
    organization_name = serializers.CharField(source="organization.label", help_text="Name of the organization.")

    class Meta:
        model = Station
        fields = ["id", "name", "organization", "organization_name", "session", "compare_number", "expires_at"]
        extra_kwargs = {
            name: StationSerializer.Meta.extra_kwargs[name] for name in fields if "organization" not in name
        }


class PairedSerializer(serializers.Serializer):
    key = serializers.CharField(help_text="`Authorization: Station <key>` from now on; shown this once.")
    station = PairedStationSerializer(help_text="What this phone is now.")


class SessionOnPhoneSerializer(serializers.Serializer):
    id = serializers.IntegerField(help_text="Number of the session.")
    activity = serializers.IntegerField(help_text="Number of the activity, as tokens name it.")
    name = serializers.CharField(help_text="Its name.")
    venue = serializers.CharField(help_text="Where.")
    starts_at = serializers.DateTimeField(help_text="Start.")
    ends_at = serializers.DateTimeField(help_text="End.")
    day = serializers.DateField(help_text="Local day of the start.")
    opens_at = serializers.DateTimeField(help_text="When check-in opens.")
    closes_at = serializers.DateTimeField(help_text="When check-in closes.")
    state = serializers.CharField(help_text="scheduled or called_off.")
    checks_out = serializers.BooleanField(help_text="Whether people are scanned out as well.")


class KeyOnPhoneSerializer(serializers.Serializer):
    id = serializers.IntegerField(help_text="Key id, 0–15, as tokens name it.")
    public_key = serializers.CharField(help_text="Ed25519 public key, 64 hex digits.")


class TicketOnPhoneSerializer(serializers.Serializer):
    id = serializers.IntegerField(help_text="Number of the ticket.")
    ticket = serializers.CharField(help_text="The token's ticket field, 14 hex digits.")
    activity = serializers.IntegerField(help_text="Number of the activity.")
    short_code = serializers.CharField(help_text="What is typed by hand.")
    sessions = serializers.ListField(child=serializers.IntegerField(), help_text="Sessions it is good for.")
    size = serializers.IntegerField(help_text="People on it.")
    state = serializers.CharField(help_text="valid, revoked, cancelled, waiting, offered, pending or refused.")
    name = serializers.CharField(help_text="Masked; whole where the roll is called.")
    initials = serializers.CharField(help_text="First letters in pinyin of the name as it is given here.")
    village = serializers.CharField(help_text="School and class, or village.")


class OutcomeOnPhoneSerializer(serializers.Serializer):
    scan = serializers.UUIDField(help_text="Id of the scan.")
    station = serializers.IntegerField(help_text="Check-in point that made it.")
    ticket = serializers.IntegerField(allow_null=True, help_text="Number of the ticket; null where none is known.")
    session = serializers.IntegerField(allow_null=True, help_text="Number of the session.")
    outcome = serializers.CharField(help_text="counted, duplicate, refused, awaiting or withdrawn.")
    counted = serializers.IntegerField(help_text="People it lets count.")
    at = serializers.DateTimeField(help_text="Corrected time of the scan.")
    direction = serializers.CharField(help_text="entry or exit.")


class GoneSerializer(serializers.Serializer):
    kind = serializers.CharField(help_text="session or ticket.")
    id = serializers.IntegerField(help_text="Number of what is gone.")


class ChangesSerializer(serializers.Serializer):
    cursor = serializers.CharField(help_text="Opaque; give it as `since` next time.")
    more = serializers.BooleanField(help_text="Whether to ask again at once.")
    whole = serializers.BooleanField(help_text="Forget what you have: this is the first page of everything.")
    sessions = SessionOnPhoneSerializer(many=True, help_text="Sessions that are new or changed.")
    keys = KeyOnPhoneSerializer(many=True, help_text="Public keys that verify tickets.")
    tickets = TicketOnPhoneSerializer(many=True, help_text="Tickets that are new or changed.")
    outcomes = OutcomeOnPhoneSerializer(many=True, help_text="What scans amount to, where that is new or changed.")
    gone = GoneSerializer(many=True, help_text="Tombstones.")
    server_time = serializers.DateTimeField(help_text="The server's clock at this answer.")


class RecordSerializer(serializers.Serializer):
    """One record as a phone keeps it. Which fields it has depends on its kind; those not named here are kept too."""

    id = serializers.UUIDField(help_text="Made by the phone; a repeat under the same id gets the first answer.")
    kind = serializers.ChoiceField(choices=StationRecord.Kind.choices, help_text="What happened.")
    made_at = serializers.DateTimeField(help_text="The phone's wall clock.")
    sequence = serializers.IntegerField(help_text="Counts the phone's records.")
    epoch = serializers.CharField(help_text="Clock epoch; a new one whenever wall and monotonic time part.")
    session = serializers.IntegerField(required=False, help_text="scan, walk_in, headcount, output: the session.")
    code = serializers.CharField(required=False, help_text="scan: the text that was read, or the short code.")
    direction = serializers.CharField(required=False, help_text="scan: entry (the default) or exit.")
    arriving = serializers.IntegerField(required=False, help_text="scan: people newly let in, 1 by default.")
    how = serializers.CharField(required=False, help_text="scan: camera, photo, typed, list or link.")
    substitute = serializers.BooleanField(required=False, help_text="scan: a relative came in the trainee's place.")
    people = serializers.IntegerField(required=False, help_text="walk_in, headcount: how many.")
    consent = serializers.BooleanField(required=False, help_text="walk_in: the person agreed to give a name.")
    name = serializers.CharField(
        required=False, help_text="walk_in: only with `consent`; kept in the sign-up it makes."
    )
    village = serializers.CharField(required=False, help_text="walk_in: as `name`.")
    phone = serializers.CharField(required=False, help_text="walk_in: as `name`.")
    part = serializers.CharField(
        required=False, help_text="headcount: an entrance or hour; parts add up, the same part counted again replaces."
    )
    audience_group = serializers.CharField(required=False, help_text="walk_in, headcount: code of the group.")
    counted_by = serializers.CharField(required=False, help_text="walk_in, headcount: who counted.")
    basis = serializers.CharField(required=False, help_text="headcount: everyone or besides (the default).")
    method = serializers.CharField(required=False, help_text="headcount: counted (the default) or estimated.")
    measure = serializers.CharField(required=False, help_text="output: what was handed out or done.")
    number = serializers.IntegerField(required=False, help_text="output: how many.")
    of = serializers.UUIDField(required=False, help_text="withdrawal: id of the record taken back.")
    offset = serializers.IntegerField(required=False, help_text="clock: milliseconds to add, learned at a contact.")
    jump = serializers.IntegerField(required=False, help_text="clock: by how many milliseconds the wall clock moved.")
    previous = serializers.CharField(required=False, help_text="clock: the epoch before.")


class PhoneClock(serializers.DateTimeField):
    """Any year: a phone whose clock is far off must get rid of its records all the same. So a moment is left in its own
    zone; in another the ends of the calendar do not exist."""

    def enforce_timezone(self, value: datetime.datetime) -> datetime.datetime:
        return value if timezone.is_aware(value) else super().enforce_timezone(value)


class SentRecordsSerializer(serializers.Serializer):
    """Described record by record, but read as it comes: one record that cannot be read must not keep others out."""

    sent_at = PhoneClock(required=False, allow_null=True, help_text="The phone's clock at this contact, however wrong.")
    epoch = serializers.CharField(
        max_length=36,
        required=False,
        allow_blank=True,
        help_text="Clock epoch of `sent_at`; left out: the newest record's.",
    )
    records = RecordSerializer(many=True, help_text="At most 500, in any order.")
    records_pending = serializers.IntegerField(
        min_value=0, max_value=2_000_000_000, required=False, help_text="Records that stay on the phone after these."
    )
    app_version = serializers.CharField(
        max_length=40, required=False, allow_blank=True, help_text="Version of the app."
    )


class RecordsEnvelopeSerializer(SentRecordsSerializer):
    records = serializers.ListField(help_text="At most 500, in any order.")


class AnswerSerializer(serializers.Serializer):
    """The answer to one record. `stored` acknowledges exactly that one: the phone may delete it then and only then."""

    id = serializers.CharField(allow_null=True, help_text="Id of the record; null where it could not be read.")
    status = serializers.ChoiceField(
        choices=[("stored", "kept for ever"), ("rejected", "not taken in")], help_text="Whether it is kept."
    )
    code = serializers.CharField(help_text="Verdict of a scan, `stored`, or why it was rejected.")
    message = serializers.CharField(required=False, help_text="A sentence, where something is wrong.")
    facts = serializers.DictField(required=False, help_text="Values that go with the sentence.")
    let_through = serializers.BooleanField(required=False, help_text="scan: whether the person goes in (or out).")
    admitted = serializers.IntegerField(required=False, help_text="scan: people newly in.")
    awaiting = serializers.IntegerField(required=False, help_text="scan: people beyond the ticket's size.")
    right_sessions = serializers.ListField(
        child=serializers.IntegerField(), required=False, help_text="scan: sessions the ticket is good for."
    )
    first_at = serializers.DateTimeField(required=False, help_text="scan: when it was first scanned.")
    first_station = serializers.CharField(required=False, help_text="scan: where it was first scanned.")
    ticket = serializers.IntegerField(required=False, help_text="scan: number of the ticket.")
    size = serializers.IntegerField(required=False, help_text="scan: people on the ticket.")
    name = serializers.CharField(required=False, help_text="scan: masked name.")
    unit = serializers.CharField(required=False, help_text="scan: school and class, or village.")


class AnswersSerializer(serializers.Serializer):
    answers = AnswerSerializer(many=True, help_text="One for each record, in their order.")
    received_at = serializers.DateTimeField(help_text="The server's clock at receipt.")
