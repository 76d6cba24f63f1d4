"""Approval: where an activity's terms ask for it, the office looks at each sign-up.

Whoever waits for approval holds seats already, so that no approval can come too late; whoever is on the waiting list may
be approved there, and is in as soon as seats are free.
"""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from events.access import Actor
from events.errors import Refusal
from events.operations import history
from registrations.models import Message, Signup
from registrations.operations import outbox, roster, seating, waitlist


class NothingToApprove(Refusal):
    code = "nothing_to_approve"
    sentence = _("This sign-up does not wait for approval.")


class ReasonMissing(Refusal):
    code = "reason_missing"
    status = 400
    sentence = _("Give the reason: it is told to whoever signed up.")


@transaction.atomic
def approve(*, by: Actor, signup: Signup, at: datetime.datetime) -> Signup:
    """Let them come. Approving twice changes nothing. Raises NothingToApprove."""
    signup = seating.locked(signup, at)[1]
    if signup.approved_at:
        return signup
    if signup.state not in {Signup.State.PENDING, Signup.State.WAITING}:
        raise NothingToApprove
    signup.approved_at = at
    seated = signup.state == Signup.State.PENDING
    if seated:
        signup.state = Signup.State.CONFIRMED
    signup.save(update_fields=["state", "approved_at"])
    roster.ticket_changed(signup=signup)
    history.record(by=by, verb="approve", on=signup, organization=signup.activity.organization, at=at)
    if seated:
        outbox.tell(signup=signup, about=Message.About.CONFIRMED, at=at, occasion=f"approved {at.isoformat()}")
    return signup


@transaction.atomic
def refuse(*, by: Actor, signup: Signup, reason: str, at: datetime.datetime) -> Signup:
    """Refuse somebody who waits for approval, and say why; the seats go to whoever waits. Raises ReasonMissing,
    NothingToApprove."""
    if not reason.strip():
        raise ReasonMissing(field="reason")
    mine, signup = seating.locked(signup, at)
    if signup.state not in {Signup.State.PENDING, Signup.State.WAITING}:
        raise NothingToApprove
    signup.refusal_reason = reason.strip()
    seating.end(by=by, signup=signup, state=Signup.State.REFUSED, verb="refuse", pools_of_it=mine, at=at)
    outbox.tell(signup=signup, about=Message.About.REFUSED, at=at)
    waitlist.promote(activity=signup.activity, at=at)
    return signup
