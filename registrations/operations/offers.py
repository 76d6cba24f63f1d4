"""Offers: whoever moves up is asked whether they still come, where the activity's terms say so.

Where a channel reaches them the offer lapses after the stated hours, and the seats go on to the next. Where none does it
stands until the office has asked and presses the button.
"""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from events.access import Actor
from events.errors import Refusal
from events.models import Activity
from events.operations import history
from registrations.models import Message, SeatHold, Signup
from registrations.operations import outbox, pools, roster, seating, waitlist


class NothingOffered(Refusal):
    code = "nothing_offered"
    sentence = _("No seats are offered to this sign-up now.")


class OfferLapsed(Refusal):
    code = "offer_lapsed"
    sentence = _("The offer has lapsed: the seats have gone on to the next. You may sign up again.")


@transaction.atomic
def accept(*, by: Actor | str, signup: Signup, at: datetime.datetime) -> Signup:
    """Take the offered seats. Taking them twice changes nothing. Raises NothingOffered, OfferLapsed."""
    signup = seating.locked(signup, at)[1]
    if signup.state == Signup.State.CONFIRMED:
        return signup
    if signup.state == Signup.State.LAPSED:
        raise OfferLapsed
    if signup.state != Signup.State.OFFERED:
        raise NothingOffered
    signup.state = Signup.State.CONFIRMED
    signup.save(update_fields=["state"])
    signup.holds.update(offer_expires_at=None)
    roster.ticket_changed(signup=signup)
    history.record(by=by, verb="accept_offer", on=signup, organization=signup.activity.organization, at=at)
    outbox.tell(signup=signup, about=Message.About.CONFIRMED, at=at, occasion="accepted")
    return signup


@transaction.atomic
def withdraw(*, by: Actor, signup: Signup, at: datetime.datetime) -> Signup:
    """The office has asked, and they do not come: the seats go on to the next. Raises NothingOffered."""
    mine, signup = seating.locked(signup, at)
    if signup.state != Signup.State.OFFERED:
        raise NothingOffered
    seating.end(by=by, signup=signup, state=Signup.State.LAPSED, verb="withdraw_offer", pools_of_it=mine, at=at)
    outbox.tell(signup=signup, about=Message.About.LAPSED, at=at)
    waitlist.promote(activity=signup.activity, at=at)
    return signup


def lapse_due(*, at: datetime.datetime) -> int:
    """Let every offer lapse whose hours are over, and move up who waits: how many lapsed. For the worker."""
    over = SeatHold.objects.filter(offer_expires_at__lte=at, signup__state=Signup.State.OFFERED)
    count = 0
    for activity in Activity.objects.filter(pk__in=over.values("signup__activity")).order_by("pk"):
        with transaction.atomic():
            pools.lock_all(activity=activity)
            count += len(seating.lapse(activity=activity, at=at))
            waitlist.promote(activity=activity, at=at)
    return count
