"""A campaign: a themed run of activities in one year."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from events.models.organization import Organization


class Publication(models.TextChoices):
    """How far a campaign or activity has come."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    HELD = "held", _("held")
    CALLED_OFF = "called_off", _("called off")
    ARCHIVED = "archived", _("archived")


#: What the public may see.
PUBLIC_STATES = (Publication.PUBLISHED, Publication.HELD, Publication.CALLED_OFF)


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def public(self) -> CampaignQuerySet:
        return self.filter(state__in=PUBLIC_STATES)

    def led_within(self, organization: Organization) -> CampaignQuerySet:
        return self.filter(organization__path__startswith=organization.path)


class Campaign(models.Model):
    class Kind(models.TextChoices):
        SCIENCE_DAY = "science_day", _("National Science Popularization Day")
        SCIENCE_MONTH = "science_month", _("National Science Popularization Month")
        ST_WEEK = "st_week", _("Science and Technology Week")
        COMMEMORATIVE = "commemorative", _("commemorative day")
        SCHOOL_VISITS = "school_visits", _("science in schools")
        COMMUNITY = "community", _("science in communities")
        RURAL_TRAINING = "rural_training", _("rural training")
        VILLAGE_SUPPORT = "village_support", _("targeted poverty alleviation")
        FACILITIES = "facilities", _("science facilities")
        ROUTINE = "routine", _("routine work")

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="campaigns")
    co_organizers = models.ManyToManyField(Organization, blank=True, related_name="campaigns_joined")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    theme = models.CharField(max_length=120, blank=True)
    year = models.PositiveSmallIntegerField()
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    description = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=Publication.choices, default=Publication.DRAFT)
    external_id = models.CharField(max_length=60, null=True, blank=True)
    made_at = models.DateTimeField()

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="campaign_ends_no_earlier_than_it_starts",
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
            ),
            models.UniqueConstraint(
                fields=["organization", "external_id"], name="one_campaign_per_organization_and_external_id"
            ),
        ]

    def __str__(self) -> str:
        return self.name
