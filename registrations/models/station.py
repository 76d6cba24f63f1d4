"""Check-in points and what they sent: every record is kept for ever with the answer it got."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from events.models import Organization, Session, User
from registrations.models.signup import Ticket


class Station(models.Model):
    """A scanning device, without an account. It serves one session, or (`session` empty) all of its organization that
    day. Its secret is kept as a hash; so is the pairing code, single use, ten minutes."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="stations")
    session = models.ForeignKey(Session, null=True, blank=True, on_delete=models.PROTECT, related_name="stations")
    name = models.CharField(max_length=60)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    pairing_hash = models.CharField(max_length=64, blank=True, db_index=True)
    pairing_expires_at = models.DateTimeField(null=True, blank=True)
    pairing_tries = models.PositiveSmallIntegerField(default=0)
    key_hash = models.CharField(max_length=64, null=True, blank=True, unique=True)
    compare_number = models.CharField(max_length=4, blank=True)
    paired_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_contact_at = models.DateTimeField(null=True, blank=True)
    roster_at = models.DateTimeField(null=True, blank=True, help_text=_("When it last fetched the changes."))
    records_pending = models.PositiveIntegerField(null=True, blank=True)
    app_version = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(
                name="paired_station_has_a_key",
                condition=Q(paired_at=None, key_hash=None) | Q(paired_at__isnull=False, key_hash__isnull=False),
            ),
            models.CheckConstraint(name="station_expires_after_it_is_made", condition=Q(expires_at__gt=F("made_at"))),
        ]

    def __str__(self) -> str:
        return self.name


class StationRecord(models.Model):
    """One record as a station sent it. Immutable. Identity: (origin station, record id) with a digest of the payload.

    `made_at` is the device's wall clock, `corrected_at` the server's reckoning of it, `clock_uncertain` where the chain
    of offsets is broken. `delivered_by` may be another station that handed it in.
    """

    class Kind(models.TextChoices):
        SCAN = "scan", _("scan")
        WALK_IN = "walk_in", _("walk-in")
        HEADCOUNT = "headcount", _("headcount")
        OUTPUT = "output", _("output")
        CLOCK = "clock", _("clock")
        WITHDRAWAL = "withdrawal", _("withdrawal")

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="records")
    record_id = models.UUIDField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    digest = models.CharField(max_length=64)
    payload = models.JSONField()
    made_at = models.DateTimeField()
    sequence = models.BigIntegerField()
    epoch = models.CharField(max_length=36)
    corrected_at = models.DateTimeField()
    clock_uncertain = models.BooleanField(default=False)
    received_at = models.DateTimeField()
    answer = models.JSONField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["station", "record_id"], name="one_record_per_station_and_id")]
        indexes = [
            # A phone's clocks and what it took back are looked at with each of its contacts: few among many scans.
            models.Index(fields=["station", "kind"], name="records_besides_scans", condition=~Q(kind="scan")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id}"


class ScanQuerySet(models.QuerySet["Scan"]):
    def in_fold_order(self) -> ScanQuerySet:
        """By corrected time, then id: the order in which outcomes are decided, whatever the order of arrival."""
        return self.order_by("corrected_at", "scan_id")


class Scan(models.Model):
    """What a scan record means: the ticket it named and the facts judged at receipt. Never changed, never deleted.

    `scan_id` and `corrected_at` repeat the record's, so that the fold reads one table.
    """

    class Direction(models.TextChoices):
        ENTRY = "entry", _("in")
        EXIT = "exit", _("out")

    record = models.OneToOneField(StationRecord, on_delete=models.PROTECT, related_name="scan")
    scan_id = models.UUIDField()
    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="scans")
    session = models.ForeignKey(Session, null=True, blank=True, on_delete=models.PROTECT, related_name="scans")
    ticket = models.ForeignKey(Ticket, null=True, blank=True, on_delete=models.PROTECT, related_name="scans")
    direction = models.CharField(max_length=5, choices=Direction.choices, default=Direction.ENTRY)
    arriving = models.PositiveIntegerField(default=1)
    corrected_at = models.DateTimeField()
    clock_uncertain = models.BooleanField(default=False)
    judged = models.CharField(max_length=16, help_text="The verdict's code at receipt")
    facts = models.JSONField(default=dict, help_text="Ticket state, size and window as they were at receipt")

    objects = ScanQuerySet.as_manager()

    class Meta:
        ordering = ["corrected_at", "scan_id"]
        indexes = [models.Index(fields=["ticket", "session", "corrected_at"], name="scans_of_a_ticket_at_a_session")]

    def __str__(self) -> str:
        return f"{self.judged} {self.scan_id}"


class ScanOutcome(models.Model):
    """What a scan amounts to, by the fold over scans, decisions and corrections. May change; travels to the phones.

    `session` is where it counts, which a decision or a move may make another than the scan's own.
    """

    class Outcome(models.TextChoices):
        COUNTED = "counted", _("counted")
        DUPLICATE = "duplicate", _("duplicate")
        REFUSED = "refused", _("refused")
        AWAITING = "awaiting", _("awaiting a decision")
        WITHDRAWN = "withdrawn", _("withdrawn")

    scan = models.OneToOneField(Scan, on_delete=models.PROTECT, related_name="outcome", primary_key=True)
    session = models.ForeignKey(Session, null=True, blank=True, on_delete=models.PROTECT, related_name="outcomes")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    counted = models.PositiveIntegerField(default=0, help_text=_("People this scan lets count."))
    duplicate_of = models.ForeignKey(Scan, null=True, blank=True, on_delete=models.PROTECT, related_name="duplicates")
    decision = models.ForeignKey(
        "registrations.ScanDecision", null=True, blank=True, on_delete=models.PROTECT, related_name="outcomes"
    )
    why = models.CharField(
        max_length=20, blank=True, help_text="Why a person should look at it; empty: clear, or decided."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="duplicate_names_the_first_scan", condition=~Q(outcome="duplicate") | Q(duplicate_of__isnull=False)
            ),
            models.CheckConstraint(
                name="only_counted_scans_count_people", condition=Q(outcome="counted") | Q(counted=0)
            ),
        ]
        indexes = [
            models.Index(fields=["session", "outcome"], name="outcomes_of_a_session"),
            models.Index(fields=["session", "why"], name="outcomes_at_the_desk", condition=~Q(why="")),
        ]

    def __str__(self) -> str:
        return self.outcome


class ScanWithdrawal(models.Model):
    """The volunteer took a scan back (undo). The scan stays; the fold passes over it."""

    scan = models.OneToOneField(Scan, on_delete=models.PROTECT, related_name="withdrawal", primary_key=True)
    record = models.OneToOneField(StationRecord, on_delete=models.PROTECT, related_name="withdraws")

    def __str__(self) -> str:
        return f"{self.scan_id}"


class Correction(models.Model):
    """A named person's word on a sign-up's presence at a session: the other input of the fold. Kept for ever; a later
    one takes the place of an earlier one for the same attendee. Leave counts nobody by itself: whoever comes all the same
    and is scanned is there."""

    class Kind(models.TextChoices):
        PRESENT = "present", _("present")
        ABSENT = "absent", _("absent")
        LEAVE = "leave", _("on leave")
        BACK = "back", _("leave taken back")

    #: They say nothing about presence: the scans do.
    LEFT_TO_SCANS = frozenset({Kind.LEAVE, Kind.BACK})

    attendee = models.ForeignKey("registrations.Attendee", on_delete=models.PROTECT, related_name="corrections")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="corrections")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    present = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    grade = models.CharField(max_length=10, default="confirmed")

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="correction_to_present_names_a_number",
                condition=Q(kind="present", present__gte=1) | (~Q(kind="present") & Q(present=0)),
            ),
            models.CheckConstraint(name="correction_states_its_reason", condition=~Q(reason="")),
        ]
        indexes = [models.Index(fields=["session", "attendee"], name="corrections_of_a_session")]

    def __str__(self) -> str:
        return f"{self.kind} {self.present}"


class CurrentTransaction(Func):
    """The id by which a page of changes knows what may still be uncommitted: PostgreSQL's 64-bit transaction id; 0 on
    SQLite, where writers come one after the other anyway."""

    output_field = models.BigIntegerField()
    arity = 0

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **extra: Any) -> tuple[str, list[Any]]:  # type: ignore[override]  # needs none of them
        return "0", []

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:
        return "(pg_current_xact_id()::text::bigint)", []


class RosterChange(models.Model):
    """One line of the feed that stations read: something about this object changed. What is sent is its state when the
    page is read. The cursor orders by (`transaction`, `id`) and serves only transactions that are surely over."""

    class Kind(models.TextChoices):
        SESSION = "session", _("session")
        TICKET = "ticket", _("ticket")
        OUTCOME = "outcome", _("outcome")

    transaction = models.BigIntegerField(db_default=CurrentTransaction())
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(Session, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    object_id = models.BigIntegerField()

    class Meta:
        ordering = ["transaction", "pk"]
        indexes = [
            models.Index(fields=["organization", "transaction", "id"], name="changes_of_an_organization"),
            models.Index(fields=["session", "transaction", "id"], name="changes_of_a_session"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class DatabaseEpoch(models.Model):
    """The life of this database; a new one after a restore from backup forces stations to fetch the whole roster."""

    epoch = models.UUIDField(unique=True)
    begun_at = models.DateTimeField()

    class Meta:
        ordering = ["-begun_at", "-pk"]
        get_latest_by = ["begun_at", "pk"]

    def __str__(self) -> str:
        return str(self.epoch)


class Attendance(models.Model):
    """The fact that follows from scans and corrections: of one line of a roster, `present` people were at a session."""

    class Grade(models.TextChoices):
        SCANNED = "scanned", _("scanned")
        CONFIRMED = "confirmed", _("confirmed from a roster or paper")
        SELF = "self", _("self-reported")

    attendee = models.ForeignKey("registrations.Attendee", on_delete=models.PROTECT, related_name="attendances")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendances")
    present = models.PositiveIntegerField()
    grade = models.CharField(max_length=10, choices=Grade.choices)
    first_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attendee", "session"], name="one_attendance_per_attendee_and_session"),
            models.CheckConstraint(name="attendance_is_of_somebody", condition=Q(present__gte=1)),
        ]
        indexes = [models.Index(fields=["session", "grade"], name="attendances_of_a_session")]

    def __str__(self) -> str:
        return f"{self.present}"
