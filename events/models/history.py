"""What was done, by whom and when: ids and field names, never personal values."""

from __future__ import annotations

from django.db import models

from events.models.organization import Organization
from events.models.person import User


class History(models.Model):
    """One operation on one row. `kind` is the model's label, `fields` the names of what changed."""

    at = models.DateTimeField(db_index=True)
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.CharField(max_length=40, help_text="user, token, station, participant or system, with its id")
    verb = models.CharField(max_length=40)
    kind = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    organization = models.ForeignKey(Organization, null=True, on_delete=models.PROTECT, related_name="+")
    fields = models.JSONField(default=list)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["kind", "object_id", "-at"], name="history_of_an_object")]
        verbose_name_plural = "history"

    def __str__(self) -> str:
        return f"{self.verb} {self.kind} {self.object_id}"
