"""The record of an activity (活动记录表), who went where with the van, and last year's ledger on its way in."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from events.models import Activity, Campaign, Organization, Region, Resource, Session, User
from registrations.models.account import Evidence


class ActivityRecord(models.Model):
    """One per session, or one per activity as a whole. What is counted – people, outputs, photos – stands in its own rows;
    this keeps what is written: what was expected, who spoke, how it went, where the paper lies, and who answers for it.

    DRAFT → FILLED_IN (by a named person) → REVIEWED (by another one); taken up again it needs a reason, see `RecordReopening`.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        FILLED_IN = "filled_in", _("filled in")
        REVIEWED = "reviewed", _("reviewed")

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="records")
    session = models.ForeignKey(Session, null=True, blank=True, on_delete=models.PROTECT, related_name="records")
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    expected = models.PositiveIntegerField(null=True, blank=True, help_text=_("People who were expected."))
    experts = models.CharField(max_length=500, blank=True, help_text=_("Who spoke or advised, by name."))
    partners = models.CharField(max_length=500, blank=True, help_text=_("Units that joined in."))
    summary = models.TextField(blank=True)
    paper_place = models.CharField(max_length=80, blank=True, help_text=_("Where the paper original lies."))
    filled_in_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    filled_in_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["activity_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity"], condition=Q(session=None), name="one_record_per_activity_as_a_whole"
            ),
            models.UniqueConstraint(
                fields=["session"], condition=Q(session__isnull=False), name="one_record_per_session"
            ),
            models.CheckConstraint(
                name="record_is_reviewed_by_another_person",
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("filled_in_by")),
            ),
            models.CheckConstraint(
                name="record_names_who_answers_for_it",
                condition=Q(state="draft")
                | Q(state="filled_in", filled_in_by__isnull=False)
                | Q(state="reviewed", filled_in_by__isnull=False, reviewed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.session_id or ''}"


class RecordReopening(models.Model):
    """Why a record that was reviewed has been taken up again."""

    record = models.ForeignKey(ActivityRecord, on_delete=models.CASCADE, related_name="reopenings")
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.CheckConstraint(name="reopening_says_why", condition=~Q(reason=""))]

    def __str__(self) -> str:
        return self.reason


class TripQuerySet(models.QuerySet["Trip"]):
    def standing(self) -> TripQuerySet:
        return self.filter(withdrawn_at=None)


class Trip(models.Model):
    """A day's run of the science van (出车记录). How many people it reached is what its session counted: it is not written
    a second time. `km` is what was driven, by the odometer where both of its ends are known."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="trips")
    vehicle = models.ForeignKey(Resource, null=True, blank=True, on_delete=models.PROTECT, related_name="trips")
    vehicle_name = models.CharField(max_length=60)
    on = models.DateField()
    driver = models.CharField(max_length=60)
    origin = models.CharField(max_length=120, blank=True)
    destination = models.CharField(max_length=120)
    region = models.ForeignKey(Region, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    odometer_start = models.PositiveIntegerField(null=True, blank=True)
    odometer_end = models.PositiveIntegerField(null=True, blank=True)
    km = models.PositiveIntegerField(null=True, blank=True)
    exhibits = models.CharField(max_length=300, blank=True)
    session = models.ForeignKey(Session, null=True, blank=True, on_delete=models.PROTECT, related_name="trips")
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = TripQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="odometer_does_not_run_backwards",
                condition=Q(odometer_start=None) | Q(odometer_end=None) | Q(odometer_end__gte=F("odometer_start")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.vehicle_name}"


class LedgerImport(models.Model):
    """A ledger that was handed in as a table: kept as it came while somebody looks through it, then written all at once.

    `cells` are its rows as texts, heading row included, empty once they are written; `columns` says which column holds
    what. DRAFT → DONE → UNDONE.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("being looked through")
        DONE = "done", _("imported")
        UNDONE = "undone", _("undone")

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="ledger_imports")
    campaign = models.ForeignKey(Campaign, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(help_text=_("Of dates that name none."))
    name = models.CharField(max_length=160)
    file = models.FileField(upload_to="ledgers/%Y/%m/")
    media_type = models.CharField(max_length=80)
    cells = models.JSONField(default=list)
    head = models.PositiveSmallIntegerField(default=0, help_text=_("Which row holds the headings, from 0."))
    columns = models.JSONField(default=dict)
    edits = models.JSONField(default=dict, help_text="Cells put right: by row, then by field")
    form = models.CharField(max_length=16, blank=True, help_text=_("Of rows that name none."))
    state = models.CharField(max_length=6, choices=State.choices, default=State.DRAFT)
    document = models.ForeignKey(Evidence, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    activities = models.ManyToManyField(Activity, blank=True, related_name="ledger_imports")
    added = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0, help_text=_("Rows that were there already."))
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="imported_ledger_says_when", condition=Q(state="draft") | Q(done_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return self.name
