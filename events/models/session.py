"""A session (场次): one place and time at which an activity is held – what people attend."""

from __future__ import annotations

import datetime
import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from events.models.activity import Activity
from events.models.campaign import PUBLIC_STATES
from events.models.organization import Organization
from events.models.region import Region


class SessionQuerySet(models.QuerySet["Session"]):
    def public(self) -> SessionQuerySet:
        return self.filter(activity__state__in=PUBLIC_STATES, activity__campaign__state__in=PUBLIC_STATES)

    def led_within(self, organization: Organization) -> SessionQuerySet:
        return self.filter(activity__organization__path__startswith=organization.path)

    def standing(self) -> SessionQuerySet:
        """Those that have not been called off."""
        return self.exclude(state=Session.State.CALLED_OFF)

    def open_at(self, at: datetime.datetime) -> SessionQuerySet:
        """Those one can sign up for at a moment: asked for, not called off, window open, not yet begun.

        A course's window is that of its sessions; seats are another matter (`SeatPool`)."""
        return self.filter(
            Q(signup_opens_at=None) | Q(signup_opens_at__lte=at),
            Q(signup_closes_at=None, starts_at__gt=at) | Q(signup_closes_at__gt=at),
            state=Session.State.SCHEDULED,
            activity__state="published",
            activity__campaign__state="published",
        ).exclude(activity__signup_by=Activity.SignupBy.NONE)

    def entries(self) -> SessionQuerySet:
        """One row a session as people plan their day: an afternoon is told with its morning, unless that was called
        off."""
        return self.exclude(half_of__state=Session.State.SCHEDULED)

    def overlapping(self, start: datetime.datetime, end: datetime.datetime) -> SessionQuerySet:
        """Those that share a moment with the half-open interval [start, end)."""
        return self.filter(starts_at__lt=end, ends_at__gt=start)

    def in_region(self, region: Region) -> SessionQuerySet:
        """Those placed in a region or directly below it."""
        return self.filter(Q(region=region) | Q(region__parent=region))


class Session(models.Model):
    """Times are UTC, half open. `uid` and `sequence` are those of RFC 5545. `series` ties the days of one event."""

    class State(models.TextChoices):
        SCHEDULED = "scheduled", _("scheduled")
        CALLED_OFF = "called_off", _("called off")

    class Half(models.TextChoices):
        """A day whose mornings and afternoons are checked in apart is two sessions that count as one."""

        MORNING = "morning", _("morning")
        AFTERNOON = "afternoon", _("afternoon")

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="sessions")
    name = models.CharField(max_length=120, blank=True)
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()
    local_year = models.PositiveSmallIntegerField(help_text=_("Year of the local start: the year it counts in."))
    venue = models.CharField(max_length=120)
    address = models.CharField(max_length=200, blank=True)
    online_url = models.URLField(blank=True)
    region = models.ForeignKey(Region, null=True, blank=True, on_delete=models.PROTECT, related_name="sessions")
    state = models.CharField(max_length=10, choices=State.choices, default=State.SCHEDULED)
    called_off_reason = models.CharField(max_length=200, blank=True)
    signup_opens_at = models.DateTimeField(null=True, blank=True)
    signup_closes_at = models.DateTimeField(null=True, blank=True)
    check_in_opens_at = models.DateTimeField(null=True, blank=True, help_text=_("Two hours before the start if empty."))
    check_in_closes_at = models.DateTimeField(null=True, blank=True, help_text=_("Two hours after the end if empty."))
    half = models.CharField(max_length=9, choices=Half.choices, blank=True)
    half_of = models.OneToOneField(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="other_half",
        help_text=_("The morning, of an afternoon."),
    )
    series = models.UUIDField(null=True, blank=True, db_index=True)
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(name="session_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(
                name="session_signup_closes_after_it_opens",
                condition=Q(signup_opens_at=None)
                | Q(signup_closes_at=None)
                | Q(signup_closes_at__gt=F("signup_opens_at")),
            ),
            models.CheckConstraint(
                name="session_called_off_says_why", condition=~Q(state="called_off") | ~Q(called_off_reason="")
            ),
            models.CheckConstraint(
                name="afternoon_and_nothing_else_is_half_of_a_morning",
                condition=Q(half="afternoon", half_of__isnull=False)
                | Q(half__in=["", "morning"], half_of__isnull=True),
            ),
            models.CheckConstraint(name="session_is_not_half_of_itself", condition=~Q(half_of=F("id"))),
        ]
        indexes = [models.Index(fields=["local_year", "activity"], name="sessions_of_a_year")]

    def __str__(self) -> str:
        own = self.name or self.activity.name
        return f"{own} · {self.get_half_display()}" if self.half else own

    @property
    def title(self) -> str:
        """What it is called beside its activity: its own name, and which half of the day; empty where it has neither."""
        return " · ".join(word for word in (self.name, str(self.get_half_display())) if word)

    @property
    def counterpart(self) -> Session | None:
        """The other half of its day."""
        return self.half_of or (self.other_half if self.half == self.Half.MORNING else None)

    @property
    def place(self) -> int:
        """The id under which it counts: both halves of a day are one session."""
        return self.half_of_id or self.pk

    MARGIN = datetime.timedelta(hours=2)

    @property
    def check_in_window(self) -> tuple[datetime.datetime, datetime.datetime]:
        """[opens, closes): stated, or two hours around the session."""
        return (
            self.check_in_opens_at or self.starts_at - self.MARGIN,
            self.check_in_closes_at or self.ends_at + self.MARGIN,
        )
