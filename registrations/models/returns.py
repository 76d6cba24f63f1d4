"""Targets, and the returns in which figures are handed on and stand still."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from events.models import Organization, User


class Target(models.Model):
    """What a plan promises for a year: a number, a milestone with its date, or as yet neither."""

    class Kind(models.TextChoices):
        NUMBER = "number", _("number")
        MILESTONE = "milestone", _("milestone")
        OPEN = "open", _("no number yet")

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="targets")
    year = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField(default=0)
    label = models.CharField(max_length=160)
    indicator = models.CharField(max_length=40, blank=True, help_text="Code in the catalogue, where one measures it")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    initial = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    adjusted = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    actual = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, help_text=_("Entered where nothing computes it.")
    )
    bound = models.CharField(max_length=8, default="at_least")
    unit = models.CharField(max_length=12, blank=True)
    due_on = models.DateField(null=True, blank=True)
    reached_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=300, blank=True)
    external_id = models.CharField(max_length=60, null=True, blank=True)

    class Meta:
        ordering = ["year", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="target_is_a_number_a_milestone_or_open",
                condition=Q(kind="number", initial__isnull=False)
                | Q(kind="milestone", due_on__isnull=False)
                | Q(kind="open", initial=None, due_on=None),
            ),
            models.UniqueConstraint(
                fields=["organization", "external_id"], name="one_target_per_organization_and_external_id"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Return(models.Model):
    """A report: catalogue × organization × scope × period × cut-off × recipient. Closed, it keeps its figures as canonical
    JSON with their SHA-256 and stands still; later changes are restatements beside it."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="returns")
    catalogue = models.CharField(max_length=40)
    catalogue_version = models.CharField(max_length=20)
    scope = models.CharField(max_length=6, choices=[("own", _("own")), ("tree", _("tree")), ("region", _("region"))])
    period_start = models.DateField()
    period_end = models.DateField()
    as_of = models.DateField()
    recipient = models.CharField(max_length=120)
    rules = models.CharField(max_length=20, help_text="Version of the counting rules")
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    figures = models.TextField(blank=True, help_text="Canonical JSON")
    sha256 = models.CharField(max_length=64, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    checked_at = models.DateTimeField(
        null=True, blank=True, help_text="When its figures were last held against the records, once it was closed"
    )

    class Meta:
        ordering = ["-period_end", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "catalogue", "scope", "period_start", "period_end", "as_of", "recipient"],
                name="one_return_per_catalogue_period_cutoff_and_recipient",
            ),
            models.CheckConstraint(
                name="return_period_ends_no_earlier_than_it_starts", condition=Q(period_end__gte=F("period_start"))
            ),
            models.CheckConstraint(
                name="closed_return_has_its_figures_and_seal",
                condition=Q(state="open", closed_at=None)
                | (Q(state="closed", closed_at__isnull=False, closed_by__isnull=False) & ~Q(sha256="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.catalogue} {self.period_end.year}"


class ReturnFile(models.Model):
    """A file issued from a closed return."""

    of = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=80)
    file = models.FileField(upload_to="returns/%Y/")
    sha256 = models.CharField(max_length=64)
    issued_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Restatement(models.Model):
    """A later change to a figure of a closed return: the old and the new one. Proposed, it follows the records; a named
    person accepts it with a reason, and then it stands."""

    of = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="restatements")
    indicator = models.CharField(max_length=40)
    old = models.JSONField(null=True, help_text="Null where nothing was recorded")
    new = models.JSONField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    proposed_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["proposed_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="accepted_restatement_states_its_reason",
                condition=Q(accepted_at=None, accepted_by=None)
                | (Q(accepted_at__isnull=False, accepted_by__isnull=False) & ~Q(reason="")),
            ),
            models.UniqueConstraint(
                fields=["of", "indicator"],
                condition=Q(accepted_at=None),
                name="one_proposed_restatement_per_return_and_indicator",
            ),
        ]

    def __str__(self) -> str:
        return self.indicator


class Reopening(models.Model):
    """A closed return that was opened again: what it said until then is kept with its seal."""

    of = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="reopenings")
    figures = models.TextField(help_text="Canonical JSON, as it was closed")
    sha256 = models.CharField(max_length=64)
    closed_at = models.DateTimeField()
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.CheckConstraint(name="reopening_states_its_reason", condition=~Q(reason=""))]

    def __str__(self) -> str:
        return self.reason
