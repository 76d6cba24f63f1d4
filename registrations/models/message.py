"""Messages to those who signed up: an outbox, written in the transaction that gives the reason, sent by the worker."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.models import Session
from events.models.fields import EncryptedTextField
from registrations.models.signup import Signup


class Message(models.Model):
    """One message to one address. `key` says what it is about, so that the same matter is told once.

    QUEUED → SENDING (written down before anything leaves) → SENT or FAILED. Whose worker died while SENDING becomes
    UNSURE: it may have left, so nobody sends it again but a person. WITHDRAWN: overtaken before it left.
    """

    class About(models.TextChoices):
        CONFIRMED = "confirmed", _("confirmed")
        WAITING = "waiting", _("on the waiting list")
        PENDING = "pending", _("awaiting approval")
        OFFERED = "offered", _("seats offered")
        PROMOTED = "promoted", _("moved up")
        REFUSED = "refused", _("refused")
        LAPSED = "lapsed", _("offer lapsed")
        CANCELLED = "cancelled", _("cancelled")
        REMINDER = "reminder", _("reminder")
        MOVED = "moved", _("moved")
        CALLED_OFF = "called_off", pgettext_lazy("to tell people that it is", "called off")

    class State(models.TextChoices):
        QUEUED = "queued", _("to be sent")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("could not be delivered")
        UNSURE = "unsure", _("not certain whether it left")
        WITHDRAWN = "withdrawn", _("withdrawn")

    signup = models.ForeignKey(Signup, on_delete=models.PROTECT, related_name="messages")
    session = models.ForeignKey(Session, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    about = models.CharField(max_length=10, choices=About.choices)
    channel = models.CharField(max_length=10)
    address = EncryptedTextField(blank=True)
    subject = models.CharField(max_length=200)
    text = EncryptedTextField(blank=True)
    key = models.CharField(max_length=80, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    queued_at = models.DateTimeField()
    not_before = models.DateTimeField()
    tried_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-queued_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="sent_message_says_when", condition=~Q(state="sent") | Q(sent_at__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["state", "not_before"], name="messages_due")]

    def __str__(self) -> str:
        return self.subject
