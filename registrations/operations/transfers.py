"""Handing a sign-up on: whoever holds it makes a link, and whoever opens that takes it over.

Seats and the place in the queue stay. Of one person or a family others come in their place, with a ticket of their own;
a class, village or group keeps its list and its codes, printed slips among them, and only gets another contact.
"""

from __future__ import annotations

import datetime
import secrets
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from events.access import Actor
from events.errors import NotFound, Refusal
from events.operations import history
from registrations.access import secret_hash, signup_by_transfer_key
from registrations.consent import Notice
from registrations.models import Answer, Message, Signup, Ticket
from registrations.operations import (
    answers,
    consents,
    links,
    outbox,
    people,
    roster,
    rules,
    seating,
    signups,
    tickets,
)
from registrations.operations.lines import Line
from registrations.operations.parties import Party, PartyUnfit

#: Kinds of which other people come; the others keep their list.
WHOLE = frozenset({Signup.Kind.PERSON, Signup.Kind.FAMILY})

_ABOUT: dict[str, Message.About] = {
    Signup.State.CONFIRMED: Message.About.CONFIRMED,
    Signup.State.PENDING: Message.About.PENDING,
    Signup.State.WAITING: Message.About.WAITING,
    Signup.State.OFFERED: Message.About.OFFERED,
}


class SeatsOfTownship(Refusal):
    code = "seats_of_township"
    sentence = _("These seats are kept for people of %(region)s, so only somebody from there can take them over.")


@dataclass(frozen=True, slots=True)
class HandedOn:
    """What `accept` gives back; `manage_key` opens the sign-up and is kept nowhere."""

    signup: Signup
    manage_key: str


def refuse_unfit(*, signup: Signup, at: datetime.datetime) -> None:
    """Raises SignupErased, SignupOver, AlreadyAttended, SessionCalledOff, ChangesClosed."""
    if signup.erased_at:
        raise signups.SignupErased
    if signup.state in Signup.ENDED:
        raise signups.SignupOver
    if signup.attendees.filter(attendances__isnull=False).exists():
        raise signups.AlreadyAttended
    if not roster.sessions_of(signup):
        raise rules.SessionCalledOff
    rules.refuse_late_change(signup=signup, at=at)


@transaction.atomic
def offer(*, by: Actor | str, signup: Signup, at: datetime.datetime) -> str:
    """The key of a link by which somebody else may take the sign-up over, kept nowhere; one that is out already ends.

    Raises what `refuse_unfit` raises.
    """
    signup = seating.locked(signup, at)[1]
    refuse_unfit(signup=signup, at=at)
    key = secrets.token_urlsafe(18)
    signup.transfer_key_hash = secret_hash(key)
    signup.save(update_fields=["transfer_key_hash"])
    history.record(by=by, verb="offer_transfer", on=signup, organization=signup.activity.organization, at=at)
    return key


@transaction.atomic
def take_back(*, by: Actor | str, signup: Signup, at: datetime.datetime) -> None:
    """The link that is out opens nothing any more. Where none is out nothing changes."""
    signup = Signup.objects.select_related("activity__organization").select_for_update(of=("self",)).get(pk=signup.pk)
    if signup.transfer_key_hash is None:
        return
    signup.transfer_key_hash = None
    signup.save(update_fields=["transfer_key_hash"])
    history.record(by=by, verb="take_back_transfer", on=signup, organization=signup.activity.organization, at=at)


@transaction.atomic
def accept(*, key: str, party: Party, consent: Notice | str, at: datetime.datetime) -> HandedOn:
    """Take a sign-up over: its contact, and of one person or a family who comes.

    Locks all pools of the activity, then the sign-up. Afterwards the earlier holder's link and calendar open nothing; of
    a person or family the ticket is another, and what the earlier ones answered is gone. Where the terms say so the
    office looks at it anew.
    Raises NotFound (nobody's key, or no longer), ConsentMissing, SeatsOfTownship, AlreadySignedUp, and what
    `refuse_unfit`, `rules.refuse` and `signups.change` raise.
    """
    signup = seating.locked(signup_by_transfer_key(key), at)[1]
    if signup.transfer_key_hash != secret_hash(key):  # taken back, or somebody else was quicker
        raise NotFound
    refuse_unfit(signup=signup, at=at)
    if not consent:
        raise signups.ConsentMissing(field="consent")
    whole, sessions = signup.kind in WHOLE, roster.sessions_of(signup)
    party = _others(signup, party) if whole else _other_contact(signup, party)
    if whole:
        terms = rules.terms_of(signup.activity)
        rules.refuse(terms=terms, party=party, sessions=sessions, at=at)
        phone_hash = people.phone_hash(people.phone(party.contact_phone))
        signups.refuse_twice(terms, sessions, party, phone_hash, besides=signup)
        _forget_answers(signup)
    signup = signups.change(by="participant", signup=signup, party=party, at=at)
    manage_key = links.renew(signup=signup)
    signup.consent_version, signup.consented_at = consents.keep(consent, at=at), at
    signup.save()
    if whole:
        _reissue(signup, at)
    history.record(by="participant", verb="hand_on", on=signup, organization=signup.activity.organization, at=at)
    outbox.forget(signup=signup)  # what was on its way to the earlier holder
    occasion = f"handed on {signup.key_generation}"
    outbox.tell(signup=signup, about=_ABOUT[signup.state], at=at, occasion=occasion)
    return HandedOn(signup, manage_key)


def _others(signup: Signup, party: Party) -> Party:
    """As many others, on the same seats. Raises PartyUnfit, SeatsOfTownship."""
    if party.kind != signup.kind or party.size != signup.size:
        raise PartyUnfit(field="lines", most=signup.size)
    kept = signup.holds.filter(pool__region__isnull=False, pool__flowed_back_at=None).select_related("pool__region")
    for held in kept:
        if party.region != held.pool.region:
            raise SeatsOfTownship(field="region", region=str(held.pool.region))
    return party


def _other_contact(signup: Signup, party: Party) -> Party:
    """The same list with another contact; what the earlier one wrote to the organizer goes."""
    return replace(
        party,
        kind=signup.kind,
        lines=tuple(Line.of(row) for row in signup.attendees.standing()),
        unit=signup.unit,
        region=signup.region,
        note="",
        ages=tuple(signup.ages),
        grade=signup.grade,
        guardian_name=signup.guardian_name,
        guardian_consent=signup.guardian_consent,
        answers=None,
    )


def _forget_answers(signup: Signup) -> None:
    """What others were asked is no business of the new ones, nor are their answers those of the new ones."""
    held = Answer.objects.filter(signup=signup)
    answers.forget_files(held)
    held.delete()


def _reissue(signup: Signup, at: datetime.datetime) -> None:
    """Whoever comes now has another ticket: pictures of the old one are told apart from a forgery, and let nobody in."""
    valid = signup.tickets.filter(attendee=None, state=Ticket.State.VALID)
    valid.update(state=Ticket.State.REVOKED, revoked_at=at)
    tickets.issue(signup=signup, at=at)
    roster.ticket_changed(signup=signup)
