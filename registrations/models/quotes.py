"""Figures that were told to somebody (报送记录): the sentence, the numbers in it, and who holds them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from events.models import Organization, User


class Quote(models.Model):
    """A sentence with figures in it, as it was written down to be told. `reference` finds it again; `figures` are
    [{code, label, number, low, high, unit, written}]; `missing` names units that had not handed in yet."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="quotes")
    reference = models.CharField(max_length=12, unique=True)
    catalogue = models.CharField(max_length=40)
    scope = models.CharField(max_length=6)
    period_start = models.DateField()
    period_end = models.DateField()
    as_of = models.DateField()
    rules = models.CharField(max_length=20)
    text = models.TextField()
    figures = models.JSONField()
    missing = models.JSONField(default=list)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="quote_period_ends_no_earlier_than_it_starts",
                condition=Q(period_end__gte=models.F("period_start")),
            )
        ]

    def __str__(self) -> str:
        return self.reference


class QuoteHolder(models.Model):
    """Somebody to whom a quote was told."""

    class How(models.TextChoices):
        WECHAT = "wechat", _("WeChat")
        PHONE = "phone", _("telephone")
        EMAIL = "email", _("e-mail")
        LETTER = "letter", _("paper")
        MEETING = "meeting", _("meeting")

    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="holders")
    name = models.CharField(max_length=120)
    how = models.CharField(max_length=8, choices=How.choices)
    told_at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["told_at", "pk"]
        constraints = [models.CheckConstraint(name="quote_holder_is_somebody", condition=~Q(name=""))]

    def __str__(self) -> str:
        return self.name


class QuoteCorrection(models.Model):
    """A holder was told the new figures: the note, and the figures in it."""

    holder = models.ForeignKey(QuoteHolder, on_delete=models.PROTECT, related_name="corrections")
    text = models.TextField()
    figures = models.JSONField()
    sent_at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["sent_at", "pk"]

    def __str__(self) -> str:
        return self.text
