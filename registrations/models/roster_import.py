"""Long lists of names that the office takes over at once: looked through, then imported whole or not at all."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from events.models import Region, Session, User
from events.models.fields import EncryptedTextField
from registrations.models.signup import Signup


class RosterImport(models.Model):
    """One list for one session, or for the course it belongs to. `rows` is JSON, empty as soon as it is imported, and with
    the contact the only personal data; a list that is never imported is deleted after a day.

    DRAFT → QUEUED → RUNNING → DONE, or FAILED: nothing was imported, and the list may be put right and begun again.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("being looked through")
        QUEUED = "queued", _("waits for the worker")
        RUNNING = "running", _("is being imported")
        DONE = "done", _("imported")
        FAILED = "failed", _("not imported")

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="roster_imports")
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    kind = models.CharField(max_length=8, choices=Signup.Kind.choices)
    contact_name = models.CharField(max_length=60, blank=True)
    contact_phone = EncryptedTextField(blank=True)
    unit = models.CharField(max_length=120, blank=True, help_text=_("Of rows that name none."))
    region = models.ForeignKey(Region, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    when_full = models.CharField(max_length=8, default="refuse")
    rows = EncryptedTextField(blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    total = models.PositiveIntegerField(help_text=_("Rows of the list."))
    done = models.PositiveIntegerField(default=0, help_text=_("Rows looked through; all, once they are imported."))
    people = models.PositiveIntegerField(default=0)
    signups = models.PositiveIntegerField(default=0, help_text=_("Sign-ups it became."))
    waiting = models.PositiveIntegerField(default=0, help_text=_("Those of them on the waiting list."))
    problem = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="imported_roster_keeps_no_rows",
                condition=~models.Q(state="done") | models.Q(rows="", contact_name="", contact_phone=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.total} → {self.session_id}"
