"""Sign-ups: placing, changing, cancelling."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from events.access import Actor
from events.errors import NotFound, Refusal
from events.models import Activity, Session
from events.operations import history
from registrations.access import manage_key, manage_link, new_manage_key
from registrations.consent import Notice
from registrations.models import Message, Signup, SignupTerms, Ticket
from registrations.operations import (
    answers,
    halves,
    lines,
    outbox,
    parties,
    people,
    placing,
    pools,
    roster,
    rules,
    seating,
    waitlist,
)
from registrations.operations.lines import Line
from registrations.operations.parties import LARGEST_PARTY, Party, PartyUnfit
from registrations.operations.placing import AlreadySignedUp, ConsentMissing, New, Ready, SessionFull, Twice, Written
from registrations.operations.rules import (
    ChangesClosed,
    SessionCalledOff,
    SessionsUnfit,
    SignupClosed,
    SignupNotOffered,
    SignupNotOpenYet,
)

__all__ = [
    "LARGEST_PARTY",
    "AlreadySignedUp",
    "ChangesClosed",
    "ConsentMissing",
    "Line",
    "Party",
    "PartyUnfit",
    "SessionCalledOff",
    "SessionFull",
    "SessionsUnfit",
    "SignupClosed",
    "SignupNotOffered",
    "SignupNotOpenYet",
    "manage_key",
    "manage_link",
]

#: Of what the office enters: people were told on the telephone or on paper.
CONSENT_VERSION = "2026-11"


class IdempotencyKeyReused(Refusal):
    code = "idempotency_key_reused"
    sentence = _("This request key was used for another sign-up.")


class SignupOver(Refusal):
    code = "signup_over"
    sentence = _("This sign-up has been cancelled and cannot be changed.")


class SignupErased(Refusal):
    code = "signup_erased"
    sentence = _("The personal data of this sign-up has been erased. It can no longer be changed.")


class AlreadyAttended(Refusal):
    code = "already_attended"
    sentence = _("Somebody of this sign-up has been checked in already.")


@dataclass(frozen=True, slots=True)
class Placed:
    """What `place` gives back; `manage_key` opens the sign-up and is kept nowhere. Nothing is `written` for a repeat."""

    signup: Signup
    manage_key: str
    written: Written | None

    @property
    def repeated(self) -> bool:
        return self.written is None


def _digest(sessions: Sequence[Session], party: Party) -> str:
    asked = [sorted(session.pk for session in sessions), party.as_asked()]
    return hashlib.sha256(json.dumps(asked, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def refuse_twice(
    terms: SignupTerms, sessions: Sequence[Session], party: Party, phone_hash: str, *, besides: Signup | None = None
) -> None:
    """The same name under the same phone for the same sessions: phones alone are shared by families and villages. Raises
    AlreadySignedUp, OneSessionEach."""
    if not phone_hash or len(party.lines) != 1 or not party.lines[0].name:
        return
    person = (phone_hash, party.lines[0].name)
    Twice(terms.activity, {person}, besides=besides).refuse(person, terms, sessions)


def place(
    *,
    by: Actor | str,
    activity: Activity,
    sessions: Sequence[Session],
    party: Party,
    idempotency_key: str,
    consent: Notice | str,
    at: datetime.datetime,
    when_full: str = "wait",
    source: str = Signup.Source.WEB,
) -> Placed:
    """Hold seats for a party, or put it on the waiting list (`when_full` "wait") or refuse ("refuse").

    `consent`: the notice that was agreed to, or its version where the office told people; empty: they did not agree.
    For a course `sessions` are all of its sessions; of somebody at the door (`source` WALK_IN), who takes no seat, it is
    the one. Locks the pools by id; writes the sign-up, its attendees and its ticket. The same idempotency key with the
    same content gives the first answer again.
    Raises what `rules` and `answers.cleaned` raise, SessionFull, PartyUnfit, AlreadySignedUp, ConsentMissing,
    PhoneUnreadable, IdempotencyKeyReused.
    """
    new = _new(
        by=by,
        activity=activity,
        sessions=sessions,
        party=party,
        idempotency_key=idempotency_key,
        consent=consent,
        at=at,
        when_full=when_full,
        source=source,
    )
    try:
        looked_through = placing.looked_through(new)
    except Refusal:
        found = placing.earlier(activity, [idempotency_key])
        if not found:
            raise
        return _placed_before(found[idempotency_key], new)
    try:
        outcome = placing.together(activity.pk, looked_through)
    except IntegrityError:
        # At the same moment by another request: the first answer is the answer.
        found = placing.earlier(activity, [idempotency_key])
        if not found:
            raise
        outcome = found[idempotency_key]
    return _placed_before(outcome, new) if isinstance(outcome, Signup) else Placed(outcome.signup, new.key, outcome)


def ready(**asked: Any) -> Ready:
    """What `place` is asked for, looked through as far as it can be told without the seats, for `placing.write_all`.
    Raises what `placing.looked_through` raises."""
    return placing.looked_through(_new(**asked))


def _new(
    *, activity: Activity, sessions: Sequence[Session], party: Party, idempotency_key: str, source: str, **rest: Any
) -> New:
    # Of a course the lessons are not asked for: one that is added later makes a repeated request no other.
    whole_course = activity.signup_by == Activity.SignupBy.COURSE and source != Signup.Source.WALK_IN
    digest = _digest([] if whole_course else sessions, party)
    if source != Signup.Source.WALK_IN:
        sessions = halves.both(sessions)
    return New(
        activity=activity,
        sessions=sessions,
        party=party,
        whole_course=whole_course,
        source=source,
        idempotency_key=idempotency_key,
        digest=digest,
        key=new_manage_key(activity=activity.pk, idempotency_key=idempotency_key, digest=digest),
        **rest,
    )


def _placed_before(found: Signup, new: New) -> Placed:
    """Raises IdempotencyKeyReused."""
    # Whoever placed it no longer holds one that was handed on: the answer would tell them who does.
    if found.request_digest != new.digest or found.key_generation:
        raise IdempotencyKeyReused
    return Placed(found, new.key, None)


def _refuse_handed_on(by: Actor | str, opened_by: str, signup: Signup) -> None:
    """Whoever opened it by a key that another holder's has replaced meanwhile holds it no longer. Raises NotFound."""
    if by == "participant" and signup.manage_key_hash != opened_by:
        raise NotFound


@transaction.atomic
def cancel(*, by: Actor | str, signup: Signup, at: datetime.datetime) -> Signup:
    """Give the seats back and promote whoever waits. Cancelling a cancelled one changes nothing.

    Raises AlreadyAttended, NotFound (it was handed on meanwhile).
    """
    opened_by, (mine, signup) = signup.manage_key_hash, seating.locked(signup, at)
    _refuse_handed_on(by, opened_by, signup)
    if signup.state in Signup.ENDED:
        return signup
    if signup.attendees.filter(attendances__isnull=False).exists():
        raise AlreadyAttended
    seating.end(by=by, signup=signup, state=Signup.State.CANCELLED, verb="cancel", pools_of_it=mine, at=at)
    if isinstance(by, Actor):  # who cancels on the page knows it
        outbox.tell(signup=signup, about=Message.About.CANCELLED, at=at)
    waitlist.promote(activity=signup.activity, at=at)
    return signup


@transaction.atomic
def change(*, by: Actor | str, signup: Signup, party: Party, at: datetime.datetime) -> Signup:
    """Change contact, lines and answers. More people need free seats; fewer give some back.

    Who comes is changed by participants until sign-up closes, by organizers later too; the contact may be put right at
    any time. A line that stays keeps its ticket (see `lines.replace`). Where the terms say so, what a participant changes
    is looked at anew.
    Raises SignupErased, SignupOver, PartyUnfit, PhoneUnreadable, SessionFull, AlreadyAttended, ChangesClosed, AgeUnfit,
    GuardianNeeded, AnswersUnfit, NotFound (it was handed on meanwhile).
    """
    party = parties.fit(party)
    phone = people.phone(party.contact_phone)
    opened_by, (mine, signup) = signup.manage_key_hash, seating.locked(signup, at)
    _refuse_handed_on(by, opened_by, signup)
    terms = rules.terms_of(signup.activity)
    if signup.erased_at:
        raise SignupErased
    if signup.state in Signup.ENDED:
        raise SignupOver
    given = None
    if party.answers is not None:
        given = answers.cleaned(
            activity=signup.activity, given=party.answers, at=at, signup=signup, required=by == "participant"
        )
    others = not lines.same(list(signup.attendees.standing()), party.lines)
    if others:
        if signup.attendees.filter(attendances__isnull=False).exists():
            raise AlreadyAttended
        if by == "participant":
            rules.refuse_late_change(signup=signup, at=at)
            rules.refuse_unguarded(party)
        held = [one.pool for one in signup.holds.select_related("pool")]
        grows = party.size > signup.size and any(pool.waiting for pool in held)
        if grows or not pools.resize(signup=signup, seats=party.size):
            raise SessionFull(free=0 if grows else min((one.free for one in held if one.free is not None), default=0))
    if by == "participant" and party.ages:
        rules.refuse_age(terms, party)
    answered_otherwise = given is not None and answers.replace(signup=signup, answers=given, at=at)
    looked_at_anew = (others or answered_otherwise) and by == "participant"
    if looked_at_anew and terms.approval and terms.changes_need_approval and signup.state != Signup.State.WAITING:
        signup.state, signup.approved_at = Signup.State.PENDING, None
    signup.size = party.size
    signup.contact_name, signup.contact_phone = party.contact_name, phone
    signup.contact_phone_hash, signup.contact_email = people.phone_hash(phone), party.contact_email
    signup.unit, signup.note, signup.region = party.unit, party.note, party.region
    signup.guardian_name, signup.guardian_consent = party.guardian_name, party.guardian_consent
    signup.ages, signup.grade = list(party.ages), party.grade
    signup.save()
    # Where the lines stay as they are, their township and whom they are told by follow the contact all the same.
    sessions = roster.sessions_of(signup)
    lines.replace(signup=signup, lines=party.lines, sessions=sessions, at=at, age_band=parties.age_band_of(party))
    pools.recount(pools=mine)
    roster.ticket_changed(signup=signup)
    history.record(by=by, verb="change", on=signup, organization=signup.activity.organization, at=at, fields=["party"])
    waitlist.promote(activity=signup.activity, at=at)
    return signup


def refuse_late_change(*, signup: Signup, at: datetime.datetime) -> None:
    """See `rules.refuse_late_change`."""
    rules.refuse_late_change(signup=signup, at=at)


def ticket_of(signup: Signup) -> Ticket:
    """The sign-up's own valid ticket."""
    return signup.tickets.select_related("signup__activity").get(attendee=None, state=Ticket.State.VALID)
