"""People who work here, what they may do and where, and the ways they get in."""

from __future__ import annotations

import datetime

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from events.models.organization import Organization


class User(AbstractUser):
    """A person with an account. Participants and volunteers with a paired phone need none."""

    first_name = None  # type: ignore[assignment]  # one name field: Chinese names are not split
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("name"), max_length=60)

    REQUIRED_FIELDS = ["name"]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class Role(models.TextChoices):
    """From the most to the least; what each may do stands in `events.access`."""

    OWNER = "owner", _("owner")
    ORGANIZER = "organizer", _("organizer")
    READER = "reader", _("reader")
    VOLUNTEER = "volunteer", _("volunteer")


class MembershipQuerySet(models.QuerySet["Membership"]):
    def owners_of(self, organization: Organization) -> MembershipQuerySet:
        return self.filter(organization=organization, role=Role.OWNER, user__is_active=True)


class Membership(models.Model):
    """A role of a person in an organization; it reaches down the organization's tree."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices)
    since = models.DateTimeField()

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["organization__path", "user__name"]
        constraints = [
            models.UniqueConstraint(fields=["user", "organization"], name="one_role_per_person_and_organization")
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.organization}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def usable_at(self, at: datetime.datetime) -> InvitationQuerySet:
        return self.filter(used_at=None, withdrawn_at=None, expires_at__gt=at)


class Invitation(models.Model):
    """A link that makes an account with a role; shown once, handed over in WeChat or on paper."""

    token_hash = models.CharField(max_length=64, unique=True)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=10, choices=Role.choices)
    name = models.CharField(max_length=60)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-invited_at"]
        constraints = [
            models.CheckConstraint(
                name="invitation_expires_after_it_is_made", condition=Q(expires_at__gt=F("invited_at"))
            )
        ]

    def __str__(self) -> str:
        return self.name


class ResetCode(models.Model):
    """A one-time code by which another owner lets a person set a new password, without e-mail."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="reset_codes")
    code_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    failed_tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="reset_code_expires_after_it_is_made", condition=Q(expires_at__gt=F("made_at"))
            ),
            models.CheckConstraint(name="nobody_makes_a_reset_code_for_themselves", condition=~Q(user=F("made_by"))),
        ]

    def __str__(self) -> str:
        return str(self.user)


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def usable_at(self, at: datetime.datetime) -> ApiTokenQuerySet:
        return self.filter(revoked_at=None, expires_at__gt=at, user__is_active=True)


class ApiToken(models.Model):
    """A key for programs: acts as its maker, never beyond its own organization, role and expiry."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="api_tokens")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="api_tokens")
    role = models.CharField(max_length=10, choices=Role.choices)
    name = models.CharField(max_length=60)
    prefix = models.CharField(max_length=12)
    key_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(name="api_token_expires_after_it_is_made", condition=Q(expires_at__gt=F("made_at")))
        ]

    def __str__(self) -> str:
        return self.name
