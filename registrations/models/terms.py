"""On what terms people sign up for an activity, and what they are asked beside who they are."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from events.models import Activity
from events.models.fields import EncryptedTextField
from registrations.models.signup import Signup


class SignupTerms(models.Model):
    """The rules of one activity's sign-up. An activity without a row has none of them: `operations.terms.of` gives the
    row or its defaults.

    `offer_hours`: whoever moves up is offered the seats for so long, and says whether they still come; empty: they are
    confirmed at once. `residents_first_until`: until then only people of the activity's township sign up.
    `grades`: codes of `registrations.grades`; empty: all.
    """

    activity = models.OneToOneField(Activity, on_delete=models.CASCADE, related_name="terms")
    approval = models.BooleanField(default=False)
    changes_need_approval = models.BooleanField(default=False)
    offer_hours = models.PositiveSmallIntegerField(null=True, blank=True)
    one_session_each = models.BooleanField(default=False)
    min_age = models.PositiveSmallIntegerField(null=True, blank=True)
    max_age = models.PositiveSmallIntegerField(null=True, blank=True)
    grades = models.JSONField(default=list, blank=True)
    residents_first_until = models.DateTimeField(null=True, blank=True)
    reminder_hours = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="terms_ages_run_upwards",
                condition=Q(min_age=None) | Q(max_age=None) | Q(max_age__gte=F("min_age")),
            ),
            models.CheckConstraint(
                name="terms_offer_lasts_at_least_an_hour", condition=Q(offer_hours=None) | Q(offer_hours__gte=1)
            ),
            models.CheckConstraint(
                name="terms_reminder_comes_before_the_start",
                condition=Q(reminder_hours=None) | Q(reminder_hours__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity}"


class ConsentNotice(models.Model):
    """A text that people were shown and agreed to, kept word for word under the version that sign-ups carry."""

    version = models.CharField(max_length=20, unique=True)
    language = models.CharField(max_length=10)
    text = models.TextField()
    first_shown_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.version


class QuestionQuerySet(models.QuerySet["Question"]):
    def asked(self) -> QuestionQuerySet:
        """Those that stand on the form now, in their order."""
        return self.filter(retired_at=None).order_by("position", "pk")


class Question(models.Model):
    """Something an activity asks of whoever signs up. One that has been answered is never deleted: it is retired, and its
    answers stay. `shown_if`: asked only where that question's answer is (or holds) `shown_if_answer`."""

    class Kind(models.TextChoices):
        TEXT = "text", _("text")
        NUMBER = "number", _("number")
        CHOICE = "choice", _("one choice")
        CHOICES = "choices", _("several choices")
        DATE = "date", _("date")
        PHONE = "phone", _("phone number")
        FILE = "file", _("file")
        CONSENT = "consent", _("agreement")

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    label = models.CharField(max_length=120)
    help = models.CharField(max_length=300, blank=True)
    required = models.BooleanField(default=False)
    choices = models.JSONField(default=list, blank=True, help_text="Answers to choose from, as people read them")
    shown_if = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    shown_if_answer = models.CharField(max_length=120, blank=True)
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="question_to_choose_has_choices", condition=~Q(kind__in=["choice", "choices"]) | ~Q(choices=[])
            ),
            models.CheckConstraint(
                name="question_with_a_condition_names_the_answer",
                condition=Q(shown_if=None) | ~Q(shown_if_answer=""),
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Answer(models.Model):
    """What a sign-up answered, with the question as it was put then. Several choices are lines of `value`; a file's name
    is its value."""

    signup = models.ForeignKey(Signup, on_delete=models.PROTECT, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    asked = models.CharField(max_length=120)
    value = EncryptedTextField(blank=True)
    file = models.FileField(upload_to="answers/%Y/%m/", blank=True)
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["signup", "question"], name="one_answer_per_signup_and_question")
        ]

    def __str__(self) -> str:
        return self.asked
