"""Sign-ups: placing, changing, cancelling."""

from __future__ import annotations

import base64
import datetime
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from events.access import Actor
from events.errors import Refusal
from events.models import Activity, Session
from events.operations import history
from registrations.access import secret_hash
from registrations.consent import Notice
from registrations.grades import age_band
from registrations.models import Message, SeatPool, Signup, SignupSession, SignupTerms, Ticket
from registrations.operations import (
    answers,
    consents,
    lines,
    outbox,
    parties,
    people,
    pools,
    roster,
    rules,
    seating,
    tickets,
    waitlist,
)
from registrations.operations.lines import Line
from registrations.operations.parties import LARGEST_PARTY, Party, PartyUnfit
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
    "ChangesClosed",
    "Line",
    "Party",
    "PartyUnfit",
    "SessionCalledOff",
    "SessionsUnfit",
    "SignupClosed",
    "SignupNotOffered",
    "SignupNotOpenYet",
]

#: Of what the office enters: people were told on the telephone or on paper.
CONSENT_VERSION = "2026-11"


class SessionFull(Refusal):
    code = "session_full"
    sentence = _("Only %(free)s seats are left. You can join the waiting list.")


class AlreadySignedUp(Refusal):
    code = "already_signed_up"
    sentence = _("This person is signed up already. Open the earlier sign-up to change it.")


class ConsentMissing(Refusal):
    code = "consent_missing"
    status = 400
    sentence = _("Please agree to how your data is used, or come without signing up: you are welcome all the same.")


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
    """What `place` gives back; `manage_key` opens the sign-up and is kept nowhere."""

    signup: Signup
    manage_key: str
    repeated: bool = field(default=False)


def _digest(sessions: Sequence[Session], party: Party) -> str:
    asked = [sorted(session.pk for session in sessions), party.as_asked()]
    return hashlib.sha256(json.dumps(asked, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _manage_key(activity: int, idempotency_key: str, digest: str, generation: int = 0) -> str:
    """Made from the request itself, so that a repeated request gets the same key without our keeping it; a new one for
    each further holder."""
    basis = f"manage:{activity}:{idempotency_key}:{digest}" + (f":{generation}" if generation else "")
    raw = hmac.new(settings.KEPU_HASH_KEY, basis.encode(), hashlib.sha256).digest()[:18]
    return base64.urlsafe_b64encode(raw).decode()


def manage_key(signup: Signup) -> str:
    """The key that opens a sign-up, made again; empty once its data is erased."""
    if not signup.request_digest:
        return ""
    return _manage_key(signup.activity_id, signup.idempotency_key, signup.request_digest, signup.key_generation)


def manage_link(signup: Signup) -> str:
    """The address at which its holder opens it; the key stands in the fragment, which no log sees. Empty once erased."""
    key = manage_key(signup)
    return f"{settings.KEPU_BASE_URL}/mine/open/#k={key}" if key else ""


def _refuse_twice(terms: SignupTerms, sessions: Sequence[Session], party: Party, phone_hash: str) -> None:
    """The same name under the same phone for the same sessions: phones alone are shared by families and villages."""
    if not phone_hash or len(party.lines) != 1 or not party.lines[0].name:
        return
    activity = terms.activity
    same = Signup.objects.standing().filter(
        activity=activity, contact_phone_hash=phone_hash, attendees__name=party.lines[0].name
    )
    by_session = activity.signup_by == Activity.SignupBy.SESSION
    if by_session and not terms.one_session_each:
        same = same.filter(chosen__session__in=sessions)
    if same.exists():
        raise rules.OneSessionEach if by_session and terms.one_session_each else AlreadySignedUp


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
    # Of a course the lessons are not asked for: one that is added later makes a repeated request no other.
    whole_course = activity.signup_by == Activity.SignupBy.COURSE and source != Signup.Source.WALK_IN
    digest = _digest([] if whole_course else sessions, party)
    key = _manage_key(activity.pk, idempotency_key, digest)
    try:
        signup = _place(
            _New(
                by,
                activity,
                sessions,
                party,
                whole_course,
                when_full,
                source,
                consent,
                at,
                idempotency_key,
                digest,
                key,
            )
        )
    except (Refusal, IntegrityError):
        # Asked before, or at the same moment by another request: the first answer is the answer.
        if earlier := _earlier(activity, idempotency_key, digest):
            return Placed(earlier, key, repeated=True)
        raise
    return Placed(signup, key)


@dataclass(frozen=True, slots=True)
class _New:
    """What a sign-up is made of."""

    by: Actor | str
    activity: Activity
    sessions: Sequence[Session]
    party: Party
    whole_course: bool
    when_full: str
    source: str
    consent: Notice | str
    at: datetime.datetime
    idempotency_key: str
    digest: str
    key: str


def _place(new: _New) -> Signup:
    terms, at = rules.terms_of(new.activity), new.at
    if new.source == Signup.Source.WALK_IN:
        rules.refuse_door(new.activity, new.sessions, at)
    else:
        rules.refuse_window(new.activity, new.sessions, at)
    party = parties.fit(new.party)
    if not new.consent:
        raise ConsentMissing(field="consent")
    if new.source != Signup.Source.ORGANIZER:
        rules.refuse(terms=terms, party=party, sessions=new.sessions, at=at)
    given = answers.cleaned(activity=new.activity, given=party.answers or {}, at=at)
    phone = people.phone(party.contact_phone)
    phone_hash = people.phone_hash(phone)
    if pools.anything_due(activity=new.activity, at=at):
        waitlist.bring_up_to_date(activity=new.activity, at=at)
    with transaction.atomic():
        _refuse_twice(terms, new.sessions, party, phone_hash)
        seats = _Seats([], [], True) if new.source == Signup.Source.WALK_IN else _seats(new, party)
        state = Signup.State.CONFIRMED if new.source == Signup.Source.WALK_IN else waitlist.state_at_once(terms)
        signup = Signup.objects.create(
            activity=new.activity,
            covers_course=new.whole_course,
            kind=party.kind,
            state=state if seats.seated else Signup.State.WAITING,
            source=new.source,
            size=party.size,
            contact_name=party.contact_name,
            contact_phone=phone,
            contact_phone_hash=phone_hash,
            contact_email=party.contact_email,
            unit=party.unit,
            region=party.region,
            note=party.note,
            guardian_name=party.guardian_name,
            guardian_consent=party.guardian_consent,
            ages=list(party.ages),
            grade=party.grade,
            consent_version=consents.keep(new.consent, at=at),
            consented_at=at,
            manage_key_hash=secret_hash(new.key),
            idempotency_key=new.idempotency_key,
            request_digest=new.digest,
            placed_at=at,
            queued_at=None if seats.seated else at,
        )
        if not new.whole_course:
            SignupSession.objects.bulk_create(SignupSession(signup=signup, session=one) for one in new.sessions)
        band = age_band(party.ages[0]) if party.ages and party.kind == Signup.Kind.PERSON else ""
        own = lines.write(signup=signup, lines=party.lines, age_band=band, sessions=new.sessions, at=at)
        answers.write(signup=signup, answers=given, at=at)
        if seats.seated:
            pools.hold(signup=signup, pools=seats.taken, seats=party.size)
        else:
            pools.one_more_waits(seats.rows)
        issued = tickets.issue(signup=signup, sessions=new.sessions, at=at)
        roster.tickets_new(signup=signup, tickets=[issued, *own], sessions=new.sessions)
        history.record(by=new.by, verb="place", on=signup, organization=new.activity.organization, at=at)
        outbox.tell(signup=signup, about=_ABOUT[signup.state], at=at)
    return signup


_ABOUT: dict[str, Message.About] = {
    Signup.State.CONFIRMED: Message.About.CONFIRMED,
    Signup.State.PENDING: Message.About.PENDING,
    Signup.State.WAITING: Message.About.WAITING,
}


@dataclass(frozen=True, slots=True)
class _Seats:
    """The locked pools somebody may sit in, and those in which seats were taken, if they were."""

    rows: list[SeatPool]
    taken: list[SeatPool]
    seated: bool


def _seats(new: _New, party: Party) -> _Seats:
    """Raises SessionFull. While anybody waits, newcomers queue."""
    course = new.activity if new.whole_course else None
    rows = pools.lock_some(sessions=new.sessions, course=course, region=party.region)
    wanted = pools.wanted(rows, region=party.region.pk if party.region else None)
    taken = pools.seat(wanted=wanted, seats=party.size, passing=False)
    if taken is None and new.when_full == "refuse":
        raise SessionFull(free=0 if wanted.queue else wanted.free)
    return _Seats(rows, taken or [], taken is not None)


def _earlier(activity: Activity, idempotency_key: str, digest: str) -> Signup | None:
    found = Signup.objects.filter(activity=activity, idempotency_key=idempotency_key).first()
    if found and found.request_digest != digest:
        raise IdempotencyKeyReused
    return found


@transaction.atomic
def cancel(*, by: Actor | str, signup: Signup, at: datetime.datetime) -> Signup:
    """Give the seats back and promote whoever waits. Cancelling a cancelled one changes nothing.

    Raises AlreadyAttended.
    """
    mine, signup = seating.locked(signup, at)
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
    GuardianNeeded, AnswersUnfit.
    """
    party = parties.fit(party)
    phone = people.phone(party.contact_phone)
    mine, signup = seating.locked(signup, at)
    terms = rules.terms_of(signup.activity)
    if signup.erased_at:
        raise SignupErased
    if signup.state in Signup.ENDED:
        raise SignupOver
    given = None
    if party.answers is not None:
        given = answers.cleaned(activity=signup.activity, given=party.answers, at=at, signup=signup)
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
    lines.replace(signup=signup, lines=party.lines, sessions=roster.sessions_of(signup), at=at)
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
