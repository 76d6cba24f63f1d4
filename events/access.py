"""May this person? The one table of roles, and load-or-refuse for an actor.

Every page and endpoint names one `Act`; `ROLES_THAT_MAY` says which roles may do it. A role held in an organization
reaches down its tree. A row out of reach looks exactly like one that does not exist (`NotFound`); a row one sees but may
not do this to is `NotAllowed`. Nothing here fails open: an act without an entry is nobody's.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from django.db import models
from django.db.models import Q

from events.errors import NotAllowed, NotFound, NotSignedIn
from events.models import (
    Activity,
    ApiToken,
    Campaign,
    Invitation,
    Membership,
    Organization,
    Resource,
    Role,
    Session,
    User,
    VisitRequest,
)

M = TypeVar("M", bound=models.Model)


class Act(enum.StrEnum):
    """What somebody may do. Words of the office, not of the code."""

    SEE_PUBLIC = "see_public"
    """Public pages and lists; signing up; one's own sign-up by its manage key."""
    USE_STATION = "use_station"
    """What a paired station does with its own key."""
    SEE_OWN_ACCOUNT = "see_own_account"
    SEE_PLAN = "see_plan"
    """Campaigns, activities, sessions and resources, drafts included."""
    SEE_FIGURES = "see_figures"
    SEE_SIGNUPS = "see_signups"
    """Sign-ups and attendance, masked."""
    SEE_PEOPLE_WHOLE = "see_people_whole"
    """Whole phones and names: with a stated purpose, logged."""
    PLAN = "plan"
    """Make and change campaigns, activities, sessions, bookings; publish; call off."""
    KEEP_SIGNUPS = "keep_signups"
    """Sign somebody up, change and cancel on somebody's behalf."""
    CHECK_IN = "check_in"
    """Scan and tick with one's own account."""
    RUN_STATIONS = "run_stations"
    """Make, pair and revoke check-in points."""
    RECORD = "record"
    """Headcounts, outputs, statements, evidence, what was held already, corrections of attendance."""
    CLOSE_RETURNS = "close_returns"
    RUN_PEOPLE = "run_people"
    """Invite, change roles, hand over, make reset codes."""
    RUN_ORGANIZATIONS = "run_organizations"
    MAKE_TOKENS = "make_tokens"
    SEE_HISTORY = "see_history"


_ALL = frozenset(Role)
_READERS = frozenset({Role.OWNER, Role.ORGANIZER, Role.READER})
_ORGANIZERS = frozenset({Role.OWNER, Role.ORGANIZER})
_OWNERS = frozenset({Role.OWNER})

#: Acts that need no role: the first for everybody, the second for whoever holds a station's key, the third for anybody
#: signed in.
WITHOUT_ROLE = frozenset({Act.SEE_PUBLIC, Act.USE_STATION, Act.SEE_OWN_ACCOUNT})

#: The table.
ROLES_THAT_MAY: dict[Act, frozenset[Role]] = {
    Act.SEE_PLAN: _ALL,
    Act.SEE_FIGURES: _READERS,
    Act.SEE_SIGNUPS: _READERS,
    Act.SEE_PEOPLE_WHOLE: _ORGANIZERS,
    Act.PLAN: _ORGANIZERS,
    Act.KEEP_SIGNUPS: _ORGANIZERS,
    Act.CHECK_IN: frozenset({Role.OWNER, Role.ORGANIZER, Role.VOLUNTEER}),
    Act.RUN_STATIONS: _ORGANIZERS,
    Act.RECORD: _ORGANIZERS,
    Act.CLOSE_RETURNS: _OWNERS,
    Act.RUN_PEOPLE: _OWNERS,
    Act.RUN_ORGANIZATIONS: _OWNERS,
    Act.MAKE_TOKENS: _OWNERS,
    Act.SEE_HISTORY: _OWNERS,
}

_RANK = {Role.OWNER: 0, Role.ORGANIZER: 1, Role.READER: 2, Role.VOLUNTEER: 3}


def lesser(one: Role, other: Role) -> Role:
    """The role of the two that may do less."""
    return max(one, other, key=lambda role: _RANK[role])


@dataclass(frozen=True)
class Actor:
    """Whoever asks: a person at a page, a token acting for one, or nobody. Cheap to make; its reach is read once."""

    user: User | None = None
    token: ApiToken | None = None

    @cached_property
    def reach(self) -> tuple[tuple[str, Role], ...]:
        """(path of an organization, role held there), the token's narrowing applied."""
        if self.user is None or not self.user.is_active:
            return ()
        held = tuple(
            (path, Role(role))
            for path, role in Membership.objects.filter(user=self.user).values_list("organization__path", "role")
        )
        if self.token is None:
            return held
        below = self.token.organization.path
        own = [role for path, role in held if below.startswith(path)]
        narrowed = [
            (path, lesser(role, Role(self.token.role)))
            for path, role in held
            if path.startswith(below) and path != below
        ]
        return tuple([(below, lesser(role, Role(self.token.role))) for role in own] + narrowed)

    def may(self, act: Act, path: str) -> bool:
        """Whether some role held at or above `path` allows the act."""
        allowed = ROLES_THAT_MAY.get(act, frozenset())
        return any(path.startswith(top) and role in allowed for top, role in self.reach)

    def may_anywhere(self, act: Act) -> bool:
        if act in {Act.SEE_PUBLIC, Act.USE_STATION}:
            return True
        if act is Act.SEE_OWN_ACCOUNT:
            return self.user is not None and self.user.is_active
        allowed = ROLES_THAT_MAY.get(act, frozenset())
        return any(role in allowed for _, role in self.reach)

    def where(self, act: Act, prefix: str) -> Q:
        """A condition on rows whose organization's path is at `prefix` (e.g. "organization__path")."""
        allowed = ROLES_THAT_MAY.get(act, frozenset())
        condition = Q(pk__in=[])
        for top, role in self.reach:
            if role in allowed:
                condition |= Q(**{f"{prefix}__startswith": top})
        return condition


ANYBODY = Actor()


def require(actor: Actor, act: Act) -> None:
    """Refuse at the door: nobody signed in, or no role anywhere that may do this."""
    if actor.may_anywhere(act):
        return
    raise NotSignedIn if actor.user is None else NotAllowed


def load(actor: Actor, rows: models.QuerySet[M], act: Act, *, see: Act, path: str, **lookup: object) -> M:
    """One row, if the actor's reach for `see` includes it, else `NotFound`; then `NotAllowed` unless `act` is allowed.

    `path` is the lookup from the row to its organization's path. Lock with `rows.select_for_update()`.
    """
    require(actor, see)
    row = rows.filter(actor.where(see, path), **lookup).first()
    if row is None:
        raise NotFound
    if act is not see and not rows.model._default_manager.filter(actor.where(act, path), pk=row.pk).exists():
        raise NotAllowed
    return row


def organization(actor: Actor, act: Act = Act.SEE_PLAN, **lookup: object) -> Organization:
    return load(actor, Organization.objects.select_related("region"), act, see=Act.SEE_PLAN, path="path", **lookup)


def campaign(actor: Actor, act: Act = Act.SEE_PLAN, **lookup: object) -> Campaign:
    rows = Campaign.objects.select_related("organization")
    return load(actor, rows, act, see=Act.SEE_PLAN, path="organization__path", **lookup)


def activity(actor: Actor, act: Act = Act.SEE_PLAN, **lookup: object) -> Activity:
    rows = Activity.objects.select_related("campaign", "organization", "region")
    return load(actor, rows, act, see=Act.SEE_PLAN, path="organization__path", **lookup)


def session(actor: Actor, act: Act = Act.SEE_PLAN, **lookup: object) -> Session:
    rows = Session.objects.select_related("activity__campaign", "activity__organization", "region")
    return load(actor, rows, act, see=Act.SEE_PLAN, path="activity__organization__path", **lookup)


def resource(actor: Actor, act: Act = Act.SEE_PLAN, **lookup: object) -> Resource:
    rows = Resource.objects.select_related("organization", "region")
    return load(actor, rows, act, see=Act.SEE_PLAN, path="organization__path", **lookup)


def visit_request(actor: Actor, act: Act = Act.PLAN, **lookup: object) -> VisitRequest:
    rows = VisitRequest.objects.select_related("organization", "region")
    return load(actor, rows, act, see=Act.PLAN, path="organization__path", **lookup)


def membership(actor: Actor, act: Act = Act.RUN_PEOPLE, **lookup: object) -> Membership:
    rows = Membership.objects.select_related("organization", "user")
    return load(actor, rows, act, see=Act.RUN_PEOPLE, path="organization__path", **lookup)


def invitation(actor: Actor, act: Act = Act.RUN_PEOPLE, **lookup: object) -> Invitation:
    rows = Invitation.objects.select_related("organization")
    return load(actor, rows, act, see=Act.RUN_PEOPLE, path="organization__path", **lookup)


def api_token(actor: Actor, act: Act = Act.MAKE_TOKENS, **lookup: object) -> ApiToken:
    rows = ApiToken.objects.select_related("organization", "user")
    return load(actor, rows, act, see=Act.MAKE_TOKENS, path="organization__path", **lookup)


def public_session(**lookup: object) -> Session:
    """A session anybody may see, else `NotFound`."""
    related = ("activity__campaign", "activity__organization", "activity__region", "region")
    found = Session.objects.public().select_related(*related).filter(**lookup).first()
    if found is None:
        raise NotFound
    return found


def public_activity(*, pk: int) -> Activity:
    """An activity anybody may see, else `NotFound`."""
    found = Activity.objects.public().select_related("campaign", "organization", "region").filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def public_course(*, pk: int) -> tuple[Activity, list[Session]]:
    """A course anybody may see, and its lessons in their order, called-off ones left out; else `NotFound`."""
    found = public_activity(pk=pk)
    if found.signup_by != Activity.SignupBy.COURSE:
        raise NotFound
    return found, list(found.sessions.standing())
