"""An activity: one lecture series, course, exhibition, contest, visit … with exactly one statistical form."""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.models.campaign import PUBLIC_STATES, Campaign, Publication
from events.models.organization import Organization
from events.models.person import User
from events.models.region import Region


class Form(models.TextChoices):
    """The statistical form. Exclusive: an activity is counted under exactly one."""

    LECTURE = "lecture", _("lecture")
    TRAINING = "training", _("training course")
    EXHIBITION = "exhibition", _("exhibition")
    CONTEST = "contest", _("contest")
    CONSULTATION = "consultation", _("consultation")
    VISIT = "visit", _("field visit")
    OPENING = "opening", _("opening or themed event")
    CAMP = "camp", _("summer or winter camp")
    SCIENCE_GROUP = "science_group", _("youth science group")
    OPEN_INSTITUTE = "open_institute", _("open institute")
    EXCHANGE = "exchange", _("international exchange")
    PUBLICITY = "popularization", _("publicity")
    EXPERT_SUPPORT = "expert_support", _("expert support")
    VILLAGE_SUPPORT = "village_support", _("village support")
    FACILITY = "facility", _("facility")
    OTHER = "other", _("other")


class DatePrecision(models.TextChoices):
    DAY = "day", _("day")
    MONTH = "month", _("month")
    YEAR = "year", _("year")


class ActivityQuerySet(models.QuerySet["Activity"]):
    def public(self) -> ActivityQuerySet:
        return self.filter(state__in=PUBLIC_STATES, campaign__state__in=PUBLIC_STATES)

    def led_within(self, organization: Organization) -> ActivityQuerySet:
        return self.filter(organization__path__startswith=organization.path)

    def for_audience(self, group: str) -> ActivityQuerySet:
        return self.filter(Exists(ActivityAudience.objects.filter(activity=OuterRef("pk"), group=group)))


class Activity(models.Model):
    """`starts_on`–`ends_on` (both inclusive) with `date_precision` say when it was or will be held; an activity that was
    entered afterwards may have no session. For one with sessions they follow the sessions' local dates."""

    class SignupBy(models.TextChoices):
        SESSION = "session", _("by session")
        COURSE = "course", _("for the whole course")
        NONE = "none", _("no sign-up")

    class Mode(models.TextChoices):
        ONSITE = "onsite", _("on site")
        ONLINE = "online", _("online")

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="activities")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="activities")
    co_organizers = models.ManyToManyField(Organization, blank=True, related_name="activities_joined")
    name = models.CharField(max_length=160)
    summary = models.TextField(blank=True)
    form = models.CharField(max_length=16, choices=Form.choices)
    mode = models.CharField(max_length=8, choices=Mode.choices, default=Mode.ONSITE)
    signup_by = models.CharField(max_length=8, choices=SignupBy.choices, default=SignupBy.NONE)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    date_precision = models.CharField(max_length=5, choices=DatePrecision.choices, default=DatePrecision.DAY)
    place = models.CharField(max_length=120, blank=True)
    region = models.ForeignKey(Region, null=True, blank=True, on_delete=models.PROTECT, related_name="activities")
    state = models.CharField(max_length=10, choices=Publication.choices, default=Publication.DRAFT)
    expected_people = models.PositiveIntegerField(null=True, blank=True)
    contact_name = models.CharField(max_length=60, blank=True)
    contact_phone = models.CharField(max_length=40, blank=True)
    checks_out = models.BooleanField(default=False, help_text=_("Scan people out as well as in."))
    calls_the_roll = models.BooleanField(default=False, help_text=_("Stations may show whole names and villages."))
    retention_days = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text=_("Days after its end until names and phones are erased; empty: the kind's rule."),
    )
    retention_basis = models.CharField(max_length=200, blank=True, help_text=_("On what rule that rests."))
    legal_hold_until = models.DateField(null=True, blank=True, help_text=_("Nothing is erased before this day."))
    external_id = models.CharField(max_length=60, null=True, blank=True)
    made_at = models.DateTimeField()
    filled_in_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reviewed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ActivityQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-id"]
        verbose_name_plural = "activities"
        constraints = [
            models.CheckConstraint(
                name="activity_ends_no_earlier_than_it_starts",
                condition=Q(starts_on=None, ends_on=None)
                | Q(starts_on__isnull=False, ends_on__isnull=False, ends_on__gte=F("starts_on")),
            ),
            models.UniqueConstraint(
                fields=["organization", "external_id"], name="one_activity_per_organization_and_external_id"
            ),
            models.CheckConstraint(
                name="stated_retention_names_its_basis", condition=Q(retention_days=None) | ~Q(retention_basis="")
            ),
        ]
        indexes = [models.Index(fields=["organization", "starts_on"], name="activities_of_organization")]

    def __str__(self) -> str:
        return self.name

    @property
    def audiences(self) -> list[str]:
        """Codes of the audience groups (see `events.audiences`)."""
        return [row.group for row in sorted(self.audience_rows.all(), key=lambda row: row.pk)]

    @property
    def entered_afterwards(self) -> bool:
        """Whether it was written down only after its last day: nobody was asked for its hours."""
        made = timezone.localdate(self.made_at)
        return self.state == Publication.HELD and self.ends_on is not None and self.ends_on < made


class ActivityAudience(models.Model):
    """One audience group an activity is made for, by its code in the versioned lists of `events.audiences`."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="audience_rows")
    group = models.CharField(max_length=24)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "group"], name="audience_group_named_once_per_activity")
        ]

    def __str__(self) -> str:
        return self.group


def whole_period(year: int, month: int | None = None) -> tuple[datetime.date, datetime.date]:
    """First and last day of a year or of one of its months."""
    if month is None:
        return datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    following = datetime.date(year + month // 12, month % 12 + 1, 1)
    return datetime.date(year, month, 1), following - datetime.timedelta(days=1)
