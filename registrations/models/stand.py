"""Stands on a square (展位), and what each hands in of its day: no account, no names of visitors, numbers only."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from events.models import Activity, Session, User
from registrations.models.account import Evidence, Output


class StandQuerySet(models.QuerySet["Stand"]):
    def standing(self) -> StandQuerySet:
        return self.filter(removed_at=None)


class Stand(models.Model):
    """A stand of an activity, or of one of its sessions. Whoever holds the code that is printed for it hands in for it; the
    code is made from the id and `generation`, and kept nowhere."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="stands")
    session = models.ForeignKey(Session, null=True, blank=True, on_delete=models.PROTECT, related_name="stands")
    name = models.CharField(max_length=60)
    unit = models.CharField(max_length=120, blank=True)
    place = models.CharField(max_length=60, blank=True)
    generation = models.PositiveSmallIntegerField(default=0, help_text=_("How often its code was replaced."))
    made_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = StandQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "name", "unit"],
                condition=Q(removed_at=None, session=None),
                name="one_stand_of_a_name_and_unit_per_activity",
            ),
            models.UniqueConstraint(
                fields=["session", "name", "unit"],
                condition=Q(removed_at=None, session__isnull=False),
                name="one_stand_of_a_name_and_unit_per_session",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StandReport(models.Model):
    """What a stand handed in. The latest counts (`replaced_at` empty), and once it is accepted it is the last: its outputs
    and its photo as evidence hang on it, so that taking the acceptance back finds them. Unknown is empty, never 0."""

    class State(models.TextChoices):
        SENT = "sent", _("handed in")
        RETURNED = "returned", _("sent back to be corrected")
        ACCEPTED = "accepted", _("accepted")

    stand = models.ForeignKey(Stand, on_delete=models.PROTECT, related_name="reports")
    state = models.CharField(max_length=8, choices=State.choices, default=State.SENT)
    key = models.CharField(max_length=64, help_text="Of the form: the same form sent twice is one report")
    leaflets_taken = models.PositiveIntegerField(null=True, blank=True)
    leaflets_left = models.PositiveIntegerField(null=True, blank=True)
    consultations = models.PositiveIntegerField(null=True, blank=True)
    free_clinics = models.PositiveIntegerField(null=True, blank=True)
    panels = models.PositiveIntegerField(null=True, blank=True)
    remark = models.CharField(max_length=300, blank=True)
    photo = models.FileField(upload_to="stands/%Y/%m/", blank=True)
    photo_type = models.CharField(max_length=80, blank=True)
    photo_taken_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=200, blank=True, help_text=_("Why it was sent back."))
    outputs = models.ManyToManyField(Output, blank=True, related_name="+")
    evidence = models.ForeignKey(Evidence, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["stand", "key"], name="one_report_per_stand_and_form"),
            models.UniqueConstraint(
                fields=["stand"], condition=Q(replaced_at=None), name="one_report_of_a_stand_that_counts"
            ),
            models.CheckConstraint(
                name="stand_brings_back_no_more_leaflets_than_it_took",
                condition=Q(leaflets_taken=None, leaflets_left=None) | Q(leaflets_left__lte=F("leaflets_taken")),
            ),
            models.CheckConstraint(
                name="stand_report_that_is_sent_back_says_why", condition=~Q(state="returned") | ~Q(answer="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stand_id} {self.state}"

    @property
    def leaflets(self) -> int | None:
        """Given out; None where it is not known."""
        if self.leaflets_taken is None or self.leaflets_left is None:
            return None
        return self.leaflets_taken - self.leaflets_left

    @property
    def numbers(self) -> dict[str, int]:
        """What is known, by measure."""
        stated = {
            "leaflets": self.leaflets,
            "consultations": self.consultations,
            "free_clinics": self.free_clinics,
            "panels": self.panels,
        }
        return {measure: number for measure, number in stated.items() if number is not None}
