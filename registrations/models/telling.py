"""Who was told of what by telephone: the office has no other channel."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.models import Session, User
from registrations.models.signup import Signup


class Told(models.Model):
    """Somebody called the contact of a sign-up about a session. Taken back, the mark stays on record."""

    class About(models.TextChoices):
        REMINDER = "reminder", _("reminder")
        MOVED = "moved", _("moved")
        MOVED_UP = "moved_up", _("moved up")
        CALLED_OFF = "called_off", pgettext_lazy("to tell people that it is", "called off")

    signup = models.ForeignKey(Signup, on_delete=models.PROTECT, related_name="told")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="told")
    about = models.CharField(max_length=10, choices=About.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["signup", "session", "about"],
                condition=models.Q(withdrawn_at=None),
                name="told_once_per_signup_session_and_matter",
            )
        ]

    def __str__(self) -> str:
        return self.about
