"""Courses (培训班): their lessons, what trainees achieved, and the certificates they got."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from events.models import Activity, Organization, Session, User
from registrations.models.signup import Attendee


class Course(models.Model):
    """What an activity with sign-up for the whole course has beside its sessions. A course without a row is one nobody has
    said anything about yet: the defaults here hold for it.

    Closed, its results stand as they were frozen; `reopened_*` say who opened it again last, and why.
    """

    class Unit(models.IntegerChoices):
        """Minutes of one teaching hour (学时)."""

        SHORT = 45, _("45 minutes")
        WHOLE = 60, _("60 minutes")

    activity = models.OneToOneField(Activity, on_delete=models.PROTECT, related_name="course")
    period_number = models.PositiveSmallIntegerField(null=True, blank=True, help_text=_("第N期"))
    required_share = models.PositiveSmallIntegerField(default=80, help_text=_("Percent of all hours."))
    unit_minutes = models.PositiveSmallIntegerField(choices=Unit.choices, default=Unit.SHORT)
    opened_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reopened_at = models.DateTimeField(null=True, blank=True)
    reopened_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reopen_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="course_asks_for_a_share_of_its_hours", condition=Q(required_share__gte=1, required_share__lte=100)
            ),
            models.CheckConstraint(
                name="closed_course_was_opened_before", condition=Q(closed_at=None) | Q(opened_at__isnull=False)
            ),
            models.CheckConstraint(
                name="reopened_course_says_why", condition=Q(reopened_at=None) | ~Q(reopen_reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id}"

    @property
    def state(self) -> str:
        """«planned», «running» or «closed»."""
        if self.closed_at:
            return "closed"
        return "running" if self.opened_at else "planned"


class Lesson(models.Model):
    """What a session of a course teaches. Hours that nobody typed (None) follow from how long the session lasts."""

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="lesson")
    hours = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    topic = models.CharField(max_length=120, blank=True)
    teacher = models.CharField(max_length=60, blank=True)
    teacher_title = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="lesson_lasts_a_stated_time", condition=Q(hours=None) | Q(hours__gte=0, hours__lte=100)
            )
        ]

    def __str__(self) -> str:
        return self.topic or f"{self.session_id}"


class CourseResult(models.Model):
    """How one trainee did. `hours`, `required` and `by_rule` are frozen when the course is closed (None before). A named
    person's decision (`decided`) stands above the rule, with its reason; `completed` is what holds."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="results")
    attendee = models.OneToOneField(Attendee, on_delete=models.PROTECT, related_name="course_result")
    hours = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    required = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    by_rule = models.BooleanField(null=True, blank=True)
    decided = models.BooleanField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    mark = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="decided_result_names_who_and_why",
                condition=Q(decided=None) | (~Q(reason="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="frozen_result_has_all_of_its_hours",
                condition=Q(hours=None, required=None, by_rule=None)
                | Q(hours__isnull=False, required__isnull=False, by_rule__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hours}"

    @property
    def completed(self) -> bool:
        return self.by_rule is True if self.decided is None else self.decided


class CertificateNumbering(models.Model):
    """How an organization, and those below it that have no pattern of their own, number their certificates (see
    `registrations.numbering`)."""

    organization = models.OneToOneField(Organization, on_delete=models.PROTECT, related_name="numbering")
    pattern = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.pattern


class CertificateSequence(models.Model):
    """The last number given in a year. Its row is locked while numbers are given, so that there are no gaps."""

    numbering = models.ForeignKey(CertificateNumbering, on_delete=models.PROTECT, related_name="sequences")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["numbering", "year"], name="one_sequence_per_numbering_and_year")
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.last}"


class Certificate(models.Model):
    """What was printed, kept as it was printed, so that it is printed again alike and verified by its number. `name` goes
    when the person is erased; all else stays."""

    class State(models.TextChoices):
        ISSUED = "issued", _("valid")
        WITHDRAWN = "withdrawn", _("withdrawn")

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="certificates")
    attendee = models.ForeignKey(Attendee, on_delete=models.PROTECT, related_name="certificates")
    number = models.CharField(max_length=80, unique=True)
    code = models.CharField(max_length=16, unique=True, help_text="Random; stands in the address of the QR code")
    name = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=160)
    period_number = models.PositiveSmallIntegerField(null=True, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    hours = models.DecimalField(max_digits=6, decimal_places=1)
    issuer = models.CharField(max_length=120)
    state = models.CharField(max_length=9, choices=State.choices, default=State.ISSUED)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdraw_reason = models.CharField(max_length=200, blank=True)
    replaces = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["attendee"], condition=Q(state="issued"), name="one_valid_certificate_per_trainee"
            ),
            models.CheckConstraint(
                name="withdrawn_certificate_says_why",
                condition=~Q(state="withdrawn") | (~Q(withdraw_reason="") & Q(withdrawn_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.number
