"""Writing new sign-ups: each looked through by itself, then all that come at the same moment written together.

What needs no seat is done before any pool is locked. Then one transaction locks the pools, gives seats in the order in
which people came, and writes a fixed number of rows of every kind with one statement each: of a hundred who come at once
for the same seats none waits for the commits of ninety-nine others.
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from events.access import Actor
from events.errors import Refusal
from events.models import Activity, Session
from events.operations import history
from registrations.access import secret_hash
from registrations.consent import Notice
from registrations.models import Attendee, Message, SeatHold, SeatPool, Signup, SignupSession, SignupTerms, Ticket
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
    tickets,
    waitlist,
)
from registrations.operations.parties import Party
from registrations.operations.together import Together

#: How many are written in one transaction at most.
MOST = 64
State, Source = Signup.State, Signup.Source


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


@dataclass(frozen=True, slots=True)
class New:
    """What a sign-up is made of, as it was asked for."""

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


@dataclass(frozen=True, slots=True)
class Ready:
    """One that may come as far as it can be told without the seats; `party` with its phones as digits."""

    new: New
    party: Party
    terms: SignupTerms
    answers: tuple[answers.Given, ...]
    phone: str
    phone_hash: str
    request_id: str

    @property
    def person(self) -> tuple[str, str] | None:
        """By whom a sign-up for one person is told again: phone and name. Phones alone are shared by families."""
        named = self.phone_hash and len(self.party.lines) == 1 and self.party.lines[0].name
        return (self.phone_hash, self.party.lines[0].name) if named else None


@dataclass(frozen=True, slots=True)
class Written:
    """A new sign-up with what was written beside it. `position`: its place on the waiting list, 1 being next."""

    signup: Signup
    lines: tuple[Attendee, ...]
    ticket: Ticket
    position: int | None


def looked_through(new: New) -> Ready:
    """Raises what `rules`, `parties.fit` and `answers.cleaned` raise, ConsentMissing, PhoneUnreadable."""
    terms, at = rules.terms_of(new.activity), new.at
    if new.source == Source.WALK_IN:
        rules.refuse_door(new.activity, new.sessions, at)
    else:
        rules.refuse_window(new.activity, new.sessions, at)
    party = parties.fit(new.party)
    if not new.consent:
        raise ConsentMissing(field="consent")
    by_office = new.source in {Source.ORGANIZER, Source.IMPORT}
    if not by_office:
        rules.refuse(terms=terms, party=party, sessions=new.sessions, at=at)
    given = answers.cleaned(activity=new.activity, given=party.answers or {}, at=at, required=not by_office)
    phone = people.phone(party.contact_phone)
    return Ready(new, party, terms, given, phone, people.phone_hash(phone), history.request_id())


class Twice:
    """Who has signed up for an activity before: the same name under the same phone, and for which of its sessions."""

    def __init__(
        self, activity: Activity, persons: Collection[tuple[str, str]], *, besides: Signup | None = None
    ) -> None:
        self._sessions: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
        if not persons:
            return
        phones, names = {phone for phone, _name in persons}, {name for _phone, name in persons}
        same = Signup.objects.standing().filter(
            activity=activity, contact_phone_hash__in=phones, attendees__name__in=names
        )
        if besides is not None:
            same = same.exclude(pk=besides.pk)
        for phone, name, session in same.values_list("contact_phone_hash", "attendees__name", "chosen__session"):
            self._sessions[phone, name].add(session)

    def add(self, person: tuple[str, str], sessions: Iterable[Session]) -> None:
        self._sessions[person].update(one.pk for one in sessions)

    def refuse(self, person: tuple[str, str], terms: SignupTerms, sessions: Iterable[Session]) -> None:
        """Raises AlreadySignedUp, OneSessionEach."""
        earlier = self._sessions.get(person)
        if not earlier:
            return
        by_session = terms.activity.signup_by == Activity.SignupBy.SESSION
        if by_session and terms.one_session_each:
            raise rules.OneSessionEach
        if not by_session or earlier & {one.pk for one in sessions}:
            raise AlreadySignedUp


class _SomethingDue(Exception):
    """Kept seats whose day has come: they go to those who wait before newcomers are looked at."""


Outcome = Written | Signup | Exception


def write_all(entries: Sequence[Ready]) -> list[Outcome]:
    """Sign up all of these, of one activity, in their order. In the place of each that finds no seat stands its refusal,
    or the sign-up that was placed before under its idempotency key. A fixed number of queries, and one for each pool.
    Locks the pools of what they chose."""
    try:
        return _write_all(entries)
    except _SomethingDue:
        at = max(one.new.at for one in entries)
        waitlist.bring_up_to_date(activity=entries[0].new.activity, at=at)
        return _write_all(entries)


#: For `place`: whoever comes while others of the activity are written is written with those that come next.
together: Together[Ready, Written | Signup] = Together(write_all, most=MOST)


@dataclass(frozen=True, slots=True)
class _Seated:
    """A sign-up to be written, and the pools in which it got seats: none where it waits or stands at the door."""

    entry: Ready
    signup: Signup
    taken: Sequence[SeatPool]
    position: int | None


@transaction.atomic
def _write_all(entries: Sequence[Ready]) -> list[Outcome]:
    activity, at = entries[0].new.activity, entries[0].new.at
    seats = _Seats(entries)
    # Behind the locks: until then somebody may have been handed a sign-up of this activity.
    twice = Twice(activity, {one.person for one in entries if one.person})
    outcomes: list[_Seated | Exception] = []
    for entry in entries:
        try:
            if entry.person:
                twice.refuse(entry.person, entry.terms, entry.new.sessions)
            outcomes.append(seats.give(entry))
        except Refusal as refusal:
            outcomes.append(refusal)
            continue
        if entry.person:
            twice.add(entry.person, entry.new.sessions)
    seats.settle()
    found = [one for one in outcomes if isinstance(one, _Seated)]
    written = iter(_write(found, at) if found else ())
    refused = [one.new for one, outcome in zip(entries, outcomes, strict=True) if isinstance(outcome, Exception)]
    before = earlier(activity, [one.idempotency_key for one in refused]) if refused else {}
    return [
        next(written) if isinstance(outcome, _Seated) else before.get(entry.new.idempotency_key, outcome)
        for entry, outcome in zip(entries, outcomes, strict=True)
    ]


def earlier(activity: Activity, keys: Collection[str]) -> dict[str, Signup]:
    """What was placed before, by idempotency key."""
    found = Signup.objects.select_related("activity").filter(activity=activity, idempotency_key__in=keys)
    return {one.idempotency_key: one for one in found}


class _Seats:
    """The locked pools of all that newcomers chose, and what is given of them in this transaction."""

    def __init__(self, entries: Sequence[Ready]) -> None:
        """Raises _SomethingDue."""
        seated = [one.new for one in entries if one.new.source != Source.WALK_IN]
        sessions = [session for new in seated if not new.whole_course for session in new.sessions]
        course = next((new.activity for new in seated if new.whole_course), None)
        self._rows = pools.lock_some(sessions=sessions, course=course) if seated else []
        self._taken: Counter[int] = Counter()
        self._waiting: Counter[int] = Counter()
        if pools.due(self._rows, max(one.new.at for one in entries)):
            raise _SomethingDue

    def give(self, entry: Ready) -> _Seated:
        """Raises SessionFull, SessionCalledOff. While anybody waits, newcomers queue."""
        new, party = entry.new, entry.party
        if new.source == Source.WALK_IN:
            return _Seated(entry, _row(entry, State.CONFIRMED), (), None)
        course = new.activity.pk if new.whole_course else None
        mine = pools.owned(self._rows, sessions={one.pk for one in new.sessions}, course=course)
        for pool in mine:
            if pool.session and pool.session.state == Session.State.CALLED_OFF:
                raise rules.SessionCalledOff(session=pool.session_id)
        wanted = pools.wanted(mine, region=party.region.pk if party.region else None)
        found = pools.find(wanted=wanted, seats=party.size, passing=False)
        if found is not None:
            for pool in found:
                pool.taken += party.size
                self._taken[pool.pk] += party.size
            return _Seated(entry, _row(entry, waitlist.state_at_once(entry.terms)), found, None)
        if new.when_full == "refuse":
            raise SessionFull(free=0 if wanted.queue else wanted.free)
        for pool in wanted.pools:
            pool.waiting += 1
            self._waiting[pool.pk] += 1
        position = max((pool.waiting for pool in wanted.pools if pool.region_id is None), default=1)
        return _Seated(entry, _row(entry, State.WAITING), (), position)

    def settle(self) -> None:
        pools.settle(taken=self._taken, waiting=self._waiting)


def _row(entry: Ready, state: Signup.State) -> Signup:
    new, party = entry.new, entry.party
    return Signup(
        activity=new.activity,
        covers_course=new.whole_course,
        kind=party.kind,
        state=state,
        source=new.source,
        size=party.size,
        contact_name=party.contact_name,
        contact_phone=entry.phone,
        contact_phone_hash=entry.phone_hash,
        contact_email=party.contact_email,
        unit=party.unit,
        region=party.region,
        note=party.note,
        guardian_name=party.guardian_name,
        guardian_consent=party.guardian_consent,
        ages=list(party.ages),
        grade=party.grade,
        consent_version=consents.keep(new.consent, at=new.at),
        consented_at=new.at,
        manage_key_hash=secret_hash(new.key),
        idempotency_key=new.idempotency_key,
        request_digest=new.digest,
        placed_at=new.at,
        queued_at=new.at if state == State.WAITING else None,
    )


_ABOUT = {
    State.CONFIRMED: Message.About.CONFIRMED,
    State.PENDING: Message.About.PENDING,
    State.WAITING: Message.About.WAITING,
}


def _write(found: Sequence[_Seated], at: datetime.datetime) -> list[Written]:
    """Everything that stands beside the pools."""
    Signup.objects.bulk_create(one.signup for one in found)
    SignupSession.objects.bulk_create(
        SignupSession(signup=one.signup, session=session)
        for one in found
        if not one.signup.covers_course
        for session in one.entry.new.sessions
    )
    SeatHold.objects.bulk_create(
        SeatHold(signup=one.signup, pool=pool, seats=one.signup.size) for one in found for pool in one.taken
    )
    secrets_of: dict[int, bytes] = {}
    listed = [_lines(one, secrets_of) for one in found]
    Attendee.objects.bulk_create(line for some in listed for line in some)
    answers.write_all([(one.signup, one.entry.answers) for one in found], at=at)
    whole: list[tickets.Wanted] = [(one.signup, None, one.entry.new.sessions) for one in found]
    single: list[tickets.Wanted] = [
        (one.signup, line, one.entry.new.sessions)
        for one, some in zip(found, listed, strict=True)
        for line in lines.with_tickets(one.signup, some)
    ]
    issued = tickets.issue_all(wanted=[*whole, *single], at=at)
    roster.tickets_new(tickets=issued, sessions={one.signup.pk: one.entry.new.sessions for one in found})
    history.record_all(
        history.line(
            by=one.entry.new.by,
            verb="place",
            on=one.signup,
            organization=one.entry.new.activity.organization,
            at=one.entry.new.at,
            request_id=one.entry.request_id,
        )
        for one in found
    )
    for state, about in _ABOUT.items():
        outbox.tell_all(signups=[one.signup for one in found if one.signup.state == state], about=about, at=at)
    return [
        Written(one.signup, tuple(some), ticket, one.position)
        for one, some, ticket in zip(found, listed, issued, strict=False)  # tickets of single lines stand behind
    ]


def _lines(one: _Seated, secrets_of: dict[int, bytes]) -> list[Attendee]:
    new, party = one.entry.new, one.entry.party
    return lines.new(
        signup=one.signup,
        lines=party.lines,
        sessions=new.sessions,
        at=new.at,
        age_band=parties.age_band_of(party),
        secrets_of=secrets_of,
    )
