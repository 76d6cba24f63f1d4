"""People who work here: inviting, roles, new passwords, handing over. An organization is never without an owner."""

from __future__ import annotations

import datetime
import hashlib
import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from events.access import Act, Actor, lesser
from events.errors import Invalid, NotFound, Refusal
from events.models import ApiToken, Invitation, Membership, Organization, ResetCode, Role, User
from events.operations import history

INVITATION_LASTS = datetime.timedelta(days=7)
RESET_CODE_LASTS = datetime.timedelta(hours=1)
RESET_CODE_TRIES = 5


class LastOwner(Refusal):
    code = "last_owner"
    sentence = _("“%(organization)s” would be left without an owner. Make somebody else an owner first.")


class InvitationUnusable(Refusal):
    code = "invitation_unusable"
    status = 410
    sentence = _("This invitation has been used, withdrawn or has expired. Ask for a new one.")


class UsernameTaken(Refusal):
    code = "username_taken"
    sentence = _("This user name is taken. Choose another one.")


class ResetCodeWrong(Refusal):
    code = "reset_code_wrong"
    sentence = _("User name and code do not fit together, or the code has expired. Ask an owner for a new one.")


class NotForYourself(Refusal):
    code = "not_for_yourself"
    sentence = _("You cannot do this to yourself. Ask another owner.")


class SamePerson(Refusal):
    code = "same_person"
    sentence = _("Work can only be handed over to somebody else.")


class HoldsMoreElsewhere(Refusal):
    code = "holds_more_elsewhere"
    status = 403
    sentence = _("%(name)s also has a role outside your organizations. Only an owner there can do this.")


def digest(secret: str) -> str:
    """What is kept of a secret that is itself random: SHA-256."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _checked_password(password: str, user: User) -> str:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(field="password", fields={"password": list(error.messages)}) from error
    return password


@transaction.atomic
def make_account(*, by: Actor | str, username: str, name: str, password: str, at: datetime.datetime) -> User:
    """A person with a password. Raises UsernameTaken, Invalid."""
    if User.objects.filter(username__iexact=username).exists():
        raise UsernameTaken(field="username")
    user = User(username=username, name=name)
    user.set_password(_checked_password(password, user))
    user.save()
    history.record(by=by, verb="make_account", on=user, organization=None, at=at)
    return user


@transaction.atomic
def give_role(
    *, by: Actor | str, user: User, organization: Organization, role: str, at: datetime.datetime
) -> Membership:
    """Give a person a role, or another one. Raises LastOwner."""
    held = Membership.objects.select_for_update().filter(user=user, organization=organization).first()
    if held and held.role == Role.OWNER and role != Role.OWNER:
        _refuse_last_owner(held)
    if held:
        held.role = role
        held.save(update_fields=["role"])
    else:
        held = Membership.objects.create(user=user, organization=organization, role=role, since=at)
    history.record(by=by, verb="give_role", on=held, organization=organization, at=at, fields=["role"])
    return held


@transaction.atomic
def take_role(*, by: Actor, membership: Membership, at: datetime.datetime) -> None:
    """End a person's role. What they hold open – tokens there – ends with it. Raises LastOwner."""
    if membership.role == Role.OWNER:
        _refuse_last_owner(membership)
    ApiToken.objects.filter(
        user=membership.user, organization__path__startswith=membership.organization.path, revoked_at=None
    ).update(revoked_at=at)
    history.record(by=by, verb="take_role", on=membership, organization=membership.organization, at=at)
    membership.delete()


def _refuse_last_owner(membership: Membership) -> None:
    """Locks the organization, so that two owners cannot leave at once."""
    organization = Organization.objects.select_for_update().get(pk=membership.organization_id)
    if not Membership.objects.owners_of(organization).exclude(pk=membership.pk).exists():
        raise LastOwner(organization=organization.label)


@transaction.atomic
def invite(
    *, by: Actor, organization: Organization, role: str, name: str, at: datetime.datetime
) -> tuple[Invitation, str]:
    """An invitation and its secret, which is shown once."""
    assert by.user is not None
    secret = secrets.token_urlsafe(24)
    made = Invitation.objects.create(
        token_hash=digest(secret),
        organization=organization,
        role=role,
        name=name,
        invited_by=by.user,
        invited_at=at,
        expires_at=at + INVITATION_LASTS,
    )
    history.record(by=by, verb="invite", on=made, organization=organization, at=at)
    return made, secret


@transaction.atomic
def withdraw_invitation(*, by: Actor, invitation: Invitation, at: datetime.datetime) -> None:
    invitation.withdrawn_at = at
    invitation.save(update_fields=["withdrawn_at"])
    history.record(by=by, verb="withdraw_invitation", on=invitation, organization=invitation.organization, at=at)


def usable_invitation(*, secret: str, at: datetime.datetime) -> Invitation:
    """The invitation of a secret. Raises InvitationUnusable."""
    found = Invitation.objects.usable_at(at).select_related("organization").filter(token_hash=digest(secret)).first()
    if found is None:
        raise InvitationUnusable
    return found


@transaction.atomic
def accept_invitation(*, secret: str, username: str, name: str, password: str, at: datetime.datetime) -> User:
    """Make the account and give it the role. Raises InvitationUnusable, UsernameTaken, Invalid."""
    invitation = usable_invitation(secret=secret, at=at)
    Invitation.objects.select_for_update().get(pk=invitation.pk)
    invitation = usable_invitation(secret=secret, at=at)
    user = make_account(by="invitation:" + str(invitation.pk), username=username, name=name, password=password, at=at)
    give_role(by=Actor(user), user=user, organization=invitation.organization, role=invitation.role, at=at)
    invitation.used_at, invitation.used_by = at, user
    invitation.save(update_fields=["used_at", "used_by"])
    return user


@transaction.atomic
def accept_invitation_as(*, by: Actor, secret: str, at: datetime.datetime) -> Membership:
    """Take up an invitation with the account one has; a role that allows more already stays. Raises InvitationUnusable."""
    assert by.user is not None
    invitation = usable_invitation(secret=secret, at=at)
    Invitation.objects.select_for_update().get(pk=invitation.pk)
    invitation = usable_invitation(secret=secret, at=at)
    role = Role(invitation.role)
    standing = Membership.objects.filter(user=by.user, organization=invitation.organization).first()
    if standing is not None and lesser(role, Role(standing.role)) is role:
        role = Role(standing.role)
    held = give_role(by=by, user=by.user, organization=invitation.organization, role=role, at=at)
    invitation.used_at, invitation.used_by = at, by.user
    invitation.save(update_fields=["used_at", "used_by"])
    return held


@transaction.atomic
def make_reset_code(*, by: Actor, user: User, at: datetime.datetime) -> str:
    """A one-time code with which `user` sets a new password; earlier ones die.

    Whoever sets a password may act as that person everywhere, so every role of theirs must lie within the maker's
    reach. Raises NotForYourself, HoldsMoreElsewhere.
    """
    assert by.user is not None
    if by.user.pk == user.pk:
        raise NotForYourself
    if any(
        not by.may(Act.RUN_PEOPLE, one.organization.path) for one in user.memberships.select_related("organization")
    ):
        raise HoldsMoreElsewhere(name=str(user))
    code = f"{secrets.randbelow(10**8):08d}"
    ResetCode.objects.filter(user=user, used_at=None).update(expires_at=at)
    made = ResetCode.objects.create(
        user=user, code_hash=digest(f"{user.pk}:{code}"), made_by=by.user, made_at=at, expires_at=at + RESET_CODE_LASTS
    )
    history.record(by=by, verb="make_reset_code", on=made, organization=None, at=at)
    return code


def use_reset_code(*, username: str, code: str, password: str, at: datetime.datetime) -> User:
    """Set a new password. Raises ResetCodeWrong – a wrong try is counted, five end the code – and Invalid."""
    with transaction.atomic():
        user = User.objects.filter(username__iexact=username.strip(), is_active=True).first()
        open_codes = ResetCode.objects.select_for_update().filter(user=user, used_at=None, expires_at__gt=at)
        found = open_codes.first() if user else None
        if found is not None and user is not None and found.failed_tries < RESET_CODE_TRIES:
            if found.code_hash == digest(f"{user.pk}:{code.strip()}"):
                user.set_password(_checked_password(password, user))
                user.save(update_fields=["password"])
                found.used_at = at
                found.save(update_fields=["used_at"])
                history.record(by=Actor(user), verb="use_reset_code", on=user, organization=None, at=at)
                return user
            found.failed_tries += 1
            found.save(update_fields=["failed_tries"])
    # Outside the block, so that the failed try stays written.
    raise ResetCodeWrong(field="code")


@transaction.atomic
def hand_over(
    *, by: Actor, giver: User, successor: User, organization: Organization, at: datetime.datetime
) -> list[Membership]:
    """工作移交: everything `giver` is at and below `organization` becomes `successor`'s in one act; the giver's tokens
    there end, and who filled in what stays as it was written. Returns the successor's memberships. Raises SamePerson,
    NotFound."""
    if giver.pk == successor.pk:
        raise SamePerson(field="successor")
    held = list(
        Membership.objects.select_for_update()
        .filter(user=giver, organization__path__startswith=organization.path)
        .select_related("organization")
    )
    if not held:
        raise NotFound(field="giver")
    given = []
    for membership in held:
        theirs = Membership.objects.filter(user=successor, organization=membership.organization).first()
        role = membership.role if theirs is None or theirs.role != Role.OWNER else theirs.role
        given.append(give_role(by=by, user=successor, organization=membership.organization, role=role, at=at))
    for membership in held:
        take_role(by=by, membership=membership, at=at)
    history.record(by=by, verb="hand_over", on=giver, organization=organization, at=at, fields=["memberships"])
    return given
