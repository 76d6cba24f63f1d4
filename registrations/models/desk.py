"""What named people decided about scans. Scans themselves are never changed: the fold reads both."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from events.models import Session, User
from registrations.models.signup import Signup, Ticket
from registrations.models.station import Scan, Station


class ScanDecision(models.Model):
    """A named person's word on one scan. Kept for ever; the latest by (`at`, id) stands, and `reopen` takes the earlier
    ones back. `extra` are people beyond the ticket's size who count too.

    `signup` is that of the ticket, wherever it is known: by it the fold finds the scans that were decided about.
    """

    class Kind(models.TextChoices):
        COUNT = "count", _("counts")
        REFUSE = "refuse", _("does not count")
        REOPEN = "reopen", _("decision taken back")

    scan = models.ForeignKey(Scan, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    session = models.ForeignKey(Session, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ticket = models.ForeignKey(Ticket, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    signup = models.ForeignKey(Signup, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    extra = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="counting_decision_names_ticket_and_session",
                condition=~Q(kind="count") | Q(ticket__isnull=False, session__isnull=False, signup__isnull=False),
            ),
            models.CheckConstraint(name="only_counting_decisions_add_people", condition=Q(kind="count") | Q(extra=0)),
            models.CheckConstraint(name="scan_decision_states_its_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return self.kind


class StationMove(models.Model):
    """The scans that a station made for one session within [since, until) count at another: the volunteer had chosen the
    wrong one. It holds for scans that come in later too. Of several the latest by (`at`, id) stands that is not undone."""

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="moves")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="moved_away")
    to_session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="moved_here")
    since = models.DateTimeField()
    until = models.DateTimeField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(name="moved_span_begins_before_it_ends", condition=Q(until__gt=F("since"))),
            models.CheckConstraint(name="scans_move_to_another_session", condition=~Q(to_session=F("session"))),
            models.CheckConstraint(name="move_of_scans_states_its_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="undone_move_names_who_undid_it",
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.session_id} → {self.to_session_id}"
