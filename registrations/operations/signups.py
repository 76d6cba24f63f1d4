"""Sign-ups: placing, changing, cancelling."""

from __future__ import annotations

import base64
import datetime
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from events.access import Actor
from events.errors import Refusal
from events.models import Activity, Region, Session
from events.operations import history
from registrations.access import secret_hash
from registrations.models import SeatPool, Signup, SignupSession, Ticket
from registrations.operations import lines, people, pools, roster, tickets, waitlist
from registrations.operations.lines import Line

CONSENT_VERSION = "2026-11"
LARGEST_PARTY = 500


class SignupNotOffered(Refusal):
    code = "signup_not_offered"
    sentence = _("This activity takes no sign-ups: just come.")


class SignupNotOpenYet(Refusal):
    code = "signup_not_open_yet"
    sentence = _("Sign-up has not opened yet.")


class SignupClosed(Refusal):
    code = "signup_closed"
    sentence = _("Sign-up has closed.")


class ChangesClosed(SignupClosed):
    """The same fact for somebody who has signed up: who comes is settled now."""

    code = "changes_closed"
    sentence = _("Sign-up has closed, so who comes can no longer be changed here. Please call the organizer.")


class SessionCalledOff(Refusal):
    code = "session_called_off"
    sentence = _("This session has been called off.")


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


class PartyUnfit(Refusal):
    code = "party_unfit"
    status = 400
    sentence = _("A sign-up is for 1 to %(most)s people, each line a named person or a number.")


class IdempotencyKeyReused(Refusal):
    code = "idempotency_key_reused"
    sentence = _("This request key was used for another sign-up.")


class SessionsUnfit(Refusal):
    code = "sessions_unfit"
    status = 400
    sentence = _("Choose sessions of this activity.")


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
class Party:
    """Who signs up: the kind, the contact, and the lines."""

    kind: str
    lines: tuple[Line, ...]
    contact_name: str = ""
    contact_phone: str = ""
    unit: str = ""
    region: Region | None = None
    note: str = ""
    guardian_name: str = ""

    @property
    def size(self) -> int:
        return sum(line.size for line in self.lines)


@dataclass(frozen=True, slots=True)
class Placed:
    """What `place` gives back; `manage_key` opens the sign-up and is kept nowhere."""

    signup: Signup
    manage_key: str
    repeated: bool = field(default=False)


def _digest(sessions: Sequence[Session], party: Party) -> str:
    asked = asdict(party) | {"region": party.region.pk if party.region else None}
    for line in asked["lines"]:
        if not line["phone"]:  # as requests were read before lines could have a phone
            del line["phone"]
    text = json.dumps([sorted(session.pk for session in sessions), asked], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _manage_key(activity: Activity, idempotency_key: str, digest: str) -> str:
    """Made from the request itself, so that a repeated request gets the same key without our keeping it."""
    basis = f"manage:{activity.pk}:{idempotency_key}:{digest}".encode()
    raw = hmac.new(settings.KEPU_HASH_KEY, basis, hashlib.sha256).digest()[:18]
    return base64.urlsafe_b64encode(raw).decode()


def _refuse_window(activity: Activity, sessions: Sequence[Session], at: datetime.datetime) -> None:
    if activity.signup_by == Activity.SignupBy.NONE:
        raise SignupNotOffered
    if activity.state != "published" or activity.campaign.state != "published":
        raise SignupClosed
    if not sessions or any(session.activity_id != activity.pk for session in sessions):
        raise SessionsUnfit(field="sessions")
    for session in sessions:
        if session.state == Session.State.CALLED_OFF:
            raise SessionCalledOff(session=session.pk)
    opening = [session.signup_opens_at for session in sessions if session.signup_opens_at]
    if opening and max(opening) > at:
        raise SignupNotOpenYet(opens_at=max(opening).isoformat())
    if min(session.signup_closes_at or session.starts_at for session in sessions) <= at:
        raise SignupClosed


def _fit(party: Party) -> Party:
    """The party with the phones of its lines as digits. Raises PartyUnfit, PhoneUnreadable."""
    fits = all(line.size >= 1 and (not line.name or line.size == 1) for line in party.lines)
    if not party.lines or not fits or not 1 <= party.size <= LARGEST_PARTY:
        raise PartyUnfit(field="lines", most=LARGEST_PARTY)
    return replace(party, lines=lines.cleaned(party.lines))


def refuse_late_change(*, signup: Signup, at: datetime.datetime) -> None:
    """A participant's list stands once sign-up has closed for the earliest of its sessions. Raises ChangesClosed."""
    closing = [one.signup_closes_at or one.starts_at for one in roster.sessions_of(signup)]
    if closing and min(closing) <= at:
        raise ChangesClosed


def _refuse_twice(activity: Activity, sessions: Sequence[Session], party: Party, phone_hash: str) -> None:
    """The same name under the same phone for the same sessions: phones alone are shared by families and villages."""
    if not phone_hash or len(party.lines) != 1 or not party.lines[0].name:
        return
    same = Signup.objects.standing().filter(
        activity=activity, contact_phone_hash=phone_hash, attendees__name=party.lines[0].name
    )
    if activity.signup_by == Activity.SignupBy.SESSION:
        same = same.filter(chosen__session__in=sessions)
    if same.exists():
        raise AlreadySignedUp


def place(
    *,
    by: Actor | str,
    activity: Activity,
    sessions: Sequence[Session],
    party: Party,
    idempotency_key: str,
    consent: str,
    at: datetime.datetime,
    when_full: str = "wait",
    source: str = Signup.Source.WEB,
) -> Placed:
    """Hold seats for a party, or put it on the waiting list (`when_full` "wait") or refuse ("refuse").

    For a course `sessions` are all of its sessions. Locks the pools by id; writes the sign-up, its attendees and its
    ticket. The same idempotency key with the same content gives the first answer again.
    Raises SignupNotOffered, SignupNotOpenYet, SignupClosed, SessionCalledOff, SessionsUnfit, SessionFull, PartyUnfit,
    AlreadySignedUp, ConsentMissing, PhoneUnreadable, IdempotencyKeyReused.
    """
    # Of a course the lessons are not asked for: one that is added later makes a repeated request no other.
    digest = _digest([] if activity.signup_by == Activity.SignupBy.COURSE else sessions, party)
    key = _manage_key(activity, idempotency_key, digest)
    if earlier := _earlier(activity, idempotency_key, digest):
        return Placed(earlier, key, repeated=True)
    _refuse_window(activity, sessions, at)
    party = _fit(party)
    if not consent:
        raise ConsentMissing(field="consent")
    phone = people.phone(party.contact_phone)
    try:
        with transaction.atomic():
            _refuse_twice(activity, sessions, party, people.phone_hash(phone))
            course = activity if activity.signup_by == Activity.SignupBy.COURSE else None
            if pools.anything_due(activity=activity, at=at):
                pools.flow_back(rows=pools.lock_all(activity=activity), at=at)
                waitlist.promote(activity=activity, at=at)
            rows = pools.lock_some(sessions=sessions, course=course, region=party.region)
            wanted = pools.wanted(rows, region=party.region.pk if party.region else None)
            # While anybody waits, newcomers queue.
            seated = pools.seat(wanted=wanted, seats=party.size, passing=False)
            if seated is None and when_full == "refuse":
                raise SessionFull(free=0 if wanted.queue else wanted.free)
            signup = Signup.objects.create(
                activity=activity,
                covers_course=course is not None,
                kind=party.kind,
                state=Signup.State.WAITING if seated is None else Signup.State.CONFIRMED,
                source=source,
                size=party.size,
                contact_name=party.contact_name,
                contact_phone=phone,
                contact_phone_hash=people.phone_hash(phone),
                unit=party.unit,
                region=party.region,
                note=party.note,
                guardian_name=party.guardian_name,
                consent_version=consent,
                consented_at=at,
                manage_key_hash=secret_hash(key),
                idempotency_key=idempotency_key,
                request_digest=digest,
                placed_at=at,
                queued_at=at if seated is None else None,
            )
            if course is None:
                SignupSession.objects.bulk_create(SignupSession(signup=signup, session=one) for one in sessions)
            lines.write(signup=signup, lines=party.lines, sessions=sessions, at=at)
            if seated is None:
                pools.recount(pools=rows)
            else:
                pools.hold(signup=signup, pools=seated, seats=party.size)
            tickets.issue(signup=signup, at=at)
            roster.ticket_changed(signup=signup)
            history.record(by=by, verb="place", on=signup, organization=activity.organization, at=at)
    except IntegrityError:
        # The same request at the same moment: the other one won, and its answer is the answer.
        if earlier := _earlier(activity, idempotency_key, digest):
            return Placed(earlier, key, repeated=True)
        raise
    return Placed(signup, key)


def _earlier(activity: Activity, idempotency_key: str, digest: str) -> Signup | None:
    found = Signup.objects.filter(activity=activity, idempotency_key=idempotency_key).first()
    if found and found.request_digest != digest:
        raise IdempotencyKeyReused
    return found


def _locked(signup: Signup, at: datetime.datetime) -> tuple[list[SeatPool], Signup]:
    """All pools of its activity in id order – what it gives back may go to anybody –, then the sign-up itself. The pools
    are those of what it chose."""
    rows = pools.lock_all(activity=signup.activity)
    pools.flow_back(rows=rows, at=at)
    course = signup.activity_id if signup.covers_course else None
    mine = pools.owned(rows, sessions=set(signup.chosen.values_list("session", flat=True)), course=course)
    found = Signup.objects.select_related("activity__organization").select_for_update(of=("self",))
    return mine, found.get(pk=signup.pk)


@transaction.atomic
def cancel(*, by: Actor | str, signup: Signup, at: datetime.datetime) -> Signup:
    """Give the seats back and promote whoever waits. Cancelling a cancelled one changes nothing.

    Raises AlreadyAttended.
    """
    mine, signup = _locked(signup, at)
    if signup.state in {Signup.State.CANCELLED, Signup.State.REFUSED}:
        return signup
    if signup.attendees.filter(attendances__isnull=False).exists():
        raise AlreadyAttended
    pools.release(signup=signup)
    signup.state, signup.cancelled_at = Signup.State.CANCELLED, at
    signup.save(update_fields=["state", "cancelled_at"])
    pools.recount(pools=mine)
    roster.ticket_changed(signup=signup)
    history.record(by=by, verb="cancel", on=signup, organization=signup.activity.organization, at=at)
    waitlist.promote(activity=signup.activity, at=at)
    return signup


@transaction.atomic
def change(*, by: Actor | str, signup: Signup, party: Party, at: datetime.datetime) -> Signup:
    """Change contact and lines. More people need free seats; fewer give some back.

    Who comes is changed by participants until sign-up closes, by organizers later too; the contact may be put right at
    any time. A line that stays keeps its ticket (see `lines.replace`).
    Raises SignupErased, SignupOver, PartyUnfit, PhoneUnreadable, SessionFull, AlreadyAttended, ChangesClosed.
    """
    party = _fit(party)
    phone = people.phone(party.contact_phone)
    mine, signup = _locked(signup, at)
    if signup.erased_at:
        raise SignupErased
    if signup.state in {Signup.State.CANCELLED, Signup.State.REFUSED}:
        raise SignupOver
    if not lines.same(list(signup.attendees.standing()), party.lines):
        if signup.attendees.filter(attendances__isnull=False).exists():
            raise AlreadyAttended
        if by == "participant":
            refuse_late_change(signup=signup, at=at)
        held = [one.pool for one in signup.holds.select_related("pool")]
        grows = party.size > signup.size and any(pool.waiting for pool in held)
        if signup.state == Signup.State.CONFIRMED and (grows or not pools.resize(signup=signup, seats=party.size)):
            raise SessionFull(free=0 if grows else min((one.free for one in held if one.free is not None), default=0))
    signup.size = party.size
    signup.contact_name, signup.contact_phone = party.contact_name, phone
    signup.contact_phone_hash = people.phone_hash(phone)
    signup.unit, signup.note, signup.region = party.unit, party.note, party.region
    signup.guardian_name = party.guardian_name
    signup.save()
    # Where the lines stay as they are, their township and whom they are told by follow the contact all the same.
    lines.replace(signup=signup, lines=party.lines, sessions=roster.sessions_of(signup), at=at)
    pools.recount(pools=mine)
    roster.ticket_changed(signup=signup)
    history.record(by=by, verb="change", on=signup, organization=signup.activity.organization, at=at, fields=["party"])
    waitlist.promote(activity=signup.activity, at=at)
    return signup


def ticket_of(signup: Signup) -> Ticket:
    """The sign-up's own valid ticket."""
    return signup.tickets.select_related("signup__activity").get(attendee=None, state=Ticket.State.VALID)
