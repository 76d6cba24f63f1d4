"""Cards with codes, printed in advance and handed out on the spot to people without phones (现场发码).

A batch is a sign-up that asks for nothing (`Signup.State.PRINTED`): unnamed lines of one person each, of one audience
group, each with a ticket of its own. It holds no seats and is in no list of sign-ups; whoever's card is scanned is there.
"""

from __future__ import annotations

import datetime
import secrets

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from events import audiences
from events.access import Actor
from events.errors import Refusal
from events.models import Session
from events.operations import history
from registrations.access import secret_hash
from registrations.models import Attendee, Signup, SignupSession, Ticket
from registrations.operations import roster, tickets
from registrations.operations.rules import SessionCalledOff

MOST = 300


class CardsUnfit(Refusal):
    code = "cards_unfit"
    status = 400
    sentence = _("Between 1 and %(most)s codes can be printed at once.")


class GroupUnknown(Refusal):
    code = "group_unknown"
    status = 400
    sentence = _("“%(group)s” is no audience group we know.")


@transaction.atomic
def print_batch(*, by: Actor, session: Session, group: str, many: int, key: str, at: datetime.datetime) -> Signup:
    """So many cards of an audience group for a session, known to its check-in points at once: a fixed number of queries.
    The same `key` gives the same batch again. Locks the session.

    Raises CardsUnfit, GroupUnknown, SessionCalledOff.
    """
    session = (
        Session.objects.select_related("activity__organization").select_for_update(of=("self",)).get(pk=session.pk)
    )
    earlier = Signup.objects.cards().filter(activity=session.activity, idempotency_key=key).first()
    if earlier is not None:
        return earlier
    if not 1 <= many <= MOST:
        raise CardsUnfit(field="many", most=MOST)
    if group not in audiences.codes():
        raise GroupUnknown(field="group", group=group)
    if session.state == Session.State.CALLED_OFF:
        raise SessionCalledOff
    batch = Signup.objects.create(
        activity=session.activity,
        kind=Signup.Kind.GROUP,
        state=Signup.State.PRINTED,
        source=Signup.Source.ORGANIZER,
        size=many,
        unit=audiences.label(group, "zh"),
        audience_group=group,
        # Nobody holds it: a key that opens it exists nowhere.
        manage_key_hash=secret_hash(secrets.token_hex(32)),
        idempotency_key=key,
        placed_at=at,
        erased_at=at,  # nobody's data stands in it, so there is nothing to erase later
    )
    SignupSession.objects.create(signup=batch, session=session)
    lines = Attendee.objects.bulk_create(
        Attendee(signup=batch, position=position, audience_group=group, region=None) for position in range(1, many + 1)
    )
    made = tickets.issue_all(wanted=[(batch, line, [session]) for line in lines], at=at)
    roster.tickets_new(tickets=made, sessions={batch.pk: [session]})
    history.record(by=by, verb="print_cards", on=batch, organization=session.activity.organization, at=at)
    return batch


@transaction.atomic
def end_batch(*, by: Actor, batch: Signup, at: datetime.datetime) -> Signup:
    """Cards that still lie about let nobody in any more; who came by one stays counted. Ending it twice changes
    nothing."""
    batch = Signup.objects.select_related("activity__organization").select_for_update(of=("self",)).get(pk=batch.pk)
    if batch.cancelled_at is not None:
        return batch
    batch.cancelled_at = at
    batch.save(update_fields=["cancelled_at"])
    batch.tickets.filter(state=Ticket.State.VALID).update(state=Ticket.State.REVOKED, revoked_at=at)
    roster.ticket_changed(signup=batch)
    history.record(by=by, verb="end_cards", on=batch, organization=batch.activity.organization, at=at)
    return batch
