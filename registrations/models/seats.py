"""Seats: what was promised, bounded by the database itself."""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from events.models import Activity, Region, Session


class SeatPoolQuerySet(models.QuerySet["SeatPool"]):
    def in_lock_order(self) -> SeatPoolQuerySet:
        """Several pools are always locked by ascending id."""
        return self.order_by("pk").select_for_update()

    def common(self) -> SeatPoolQuerySet:
        return self.filter(region=None, group="")

    def of_activity(self, activity: Activity) -> SeatPoolQuerySet:
        """Those of the course and of all its sessions."""
        sessions = Session.objects.filter(activity=activity).values("pk")
        return self.filter(Q(activity=activity) | Q(session__in=sessions))

    def due(self, today: datetime.date) -> SeatPoolQuerySet:
        """Kept pools whose day has come, and that have not flowed back yet."""
        return self.filter(flowed_back_at=None, flows_back_on__lte=today)

    def beside(self, pool: SeatPool) -> SeatPoolQuerySet:
        """All pools of the same session or course, this one included."""
        return self.filter(session=pool.session_id) if pool.session_id else self.filter(activity=pool.activity_id)


class SeatPool(models.Model):
    """The seats of one session, or of a whole course; optionally kept for one township or group until `flows_back_on`,
    when what is left moves to the common pool. `capacity` empty means unlimited. `taken` = Σ of its holds, always."""

    session = models.ForeignKey(Session, null=True, blank=True, on_delete=models.CASCADE, related_name="pools")
    activity = models.ForeignKey(Activity, null=True, blank=True, on_delete=models.CASCADE, related_name="pools")
    region = models.ForeignKey(Region, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    group = models.CharField(max_length=60, blank=True)
    capacity = models.PositiveIntegerField(null=True, blank=True)
    taken = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0, help_text=_("Sign-ups that wait for seats of this pool."))
    flows_back_on = models.DateField(null=True, blank=True)
    flowed_back_at = models.DateTimeField(null=True, blank=True)

    objects = SeatPoolQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="pool_never_promises_beyond_its_seats", condition=Q(capacity=None) | Q(taken__lte=F("capacity"))
            ),
            models.CheckConstraint(
                name="pool_belongs_to_a_session_or_a_course",
                condition=Q(session=None, activity__isnull=False) | Q(session__isnull=False, activity=None),
            ),
            models.UniqueConstraint(
                fields=["session", "group"],
                condition=Q(session__isnull=False, region=None),
                name="one_pool_per_session_and_group",
            ),
            models.UniqueConstraint(
                fields=["session", "region", "group"],
                condition=Q(session__isnull=False, region__isnull=False),
                name="one_pool_per_session_region_and_group",
            ),
            models.UniqueConstraint(
                fields=["activity", "group"],
                condition=Q(activity__isnull=False, region=None),
                name="one_pool_per_course_and_group",
            ),
            models.UniqueConstraint(
                fields=["activity", "region", "group"],
                condition=Q(activity__isnull=False, region__isnull=False),
                name="one_pool_per_course_region_and_group",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session or self.activity} {self.taken}/{self.capacity if self.capacity is not None else '∞'}"

    @property
    def free(self) -> int | None:
        """Seats left; None when unlimited."""
        return None if self.capacity is None else self.capacity - self.taken


class SeatHold(models.Model):
    """Seats one sign-up holds in one pool. An offer holds seats too, until `offer_expires_at` if that is set."""

    signup = models.ForeignKey("registrations.Signup", on_delete=models.CASCADE, related_name="holds")
    pool = models.ForeignKey(SeatPool, on_delete=models.PROTECT, related_name="holds")
    seats = models.PositiveIntegerField()
    offer_expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["signup", "pool"], name="one_hold_per_signup_and_pool"),
            models.CheckConstraint(name="hold_takes_at_least_one_seat", condition=Q(seats__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.seats}"


class MovedUp(models.Model):
    """Seats of one pool that somebody got out of the queue. It stays when they are given back: whoever waits longer was
    overtaken all the same."""

    signup = models.ForeignKey("registrations.Signup", on_delete=models.CASCADE, related_name="+")
    pool = models.ForeignKey(SeatPool, on_delete=models.CASCADE, related_name="+")
    seats = models.PositiveIntegerField()
    queued_at = models.DateTimeField(help_text=_("Since when it had waited."))

    class Meta:
        indexes = [models.Index(fields=["pool", "queued_at"], name="moved_up_by_pool_and_time")]

    def __str__(self) -> str:
        return f"{self.seats}"
