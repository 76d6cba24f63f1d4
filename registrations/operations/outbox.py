"""The outbox: messages are written in the transaction that gives the reason, and sent by the worker afterwards.

A message leaves at most once. Before anything leaves, SENDING is written and committed; a worker that dies after that
leaves a message of which nobody knows whether it left, and nothing sends it again but a person. What is told is told
once: the message's key names the matter. Later news overtake earlier ones that have not left yet.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from events.access import Actor
from events.errors import Refusal
from events.models import Session
from events.operations import history
from registrations import channels, tasks
from registrations.channels import Channel, Fate
from registrations.models import Message, Signup
from registrations.operations import roster
from registrations.reports import letters

About, State = Message.About, Message.State

#: How a sign-up stands: the latest of these is true, and an earlier one that has not left yet is not any more.
STANDING = frozenset({
    About.CONFIRMED, About.WAITING, About.PENDING, About.OFFERED, About.PROMOTED, About.REFUSED, About.LAPSED,
    About.CANCELLED,
})  # fmt: skip
#: After these nothing about its sessions is of interest any more.
ENDING = frozenset({About.REFUSED, About.LAPSED, About.CANCELLED})
#: How often a message is tried while nothing of it has left, each time after twice the time.
MOST_ATTEMPTS = 8
FIRST_PAUSE = datetime.timedelta(minutes=2)
#: A message that has been on its way for so long has lost its worker.
STALE = datetime.timedelta(minutes=10)


class NothingToSendAgain(Refusal):
    code = "nothing_to_send_again"
    sentence = _("This message need not be sent again.")


class ChannelGone(Refusal):
    code = "channel_gone"
    sentence = _("There is no e-mail here any more, so nothing can be sent.")


def reaches(signup: Signup) -> bool:
    """Whether a channel reaches whoever signed up."""
    return any(channel.address_of(signup) for channel in channels.available())


def tell(
    *, signup: Signup, about: str, at: datetime.datetime, session: Session | None = None, occasion: str = ""
) -> None:
    """Queue a message by each channel that reaches whoever signed up, in the caller's transaction; `occasion` tells apart
    what may happen to the same sign-up more than once. No query where no channel reaches them."""
    tell_all(signups=[signup], about=about, at=at, session=session, occasion=occasion)


def tell_all(
    *,
    signups: Iterable[Signup],
    about: str,
    at: datetime.datetime,
    session: Session | None = None,
    occasion: str = "",
) -> int:
    """The same to many, each with its activity and organization at hand: how many messages were queued. Besides what the
    letters read, three queries."""
    ways = channels.available()
    reached = [(one, way) for one in signups for way in ways if way.address_of(one)] if ways else []
    if not reached:
        return 0
    _overtake(about, [one.pk for one, _way in reached], session)
    rows = [_written(one, way, about, at, session, occasion) for one, way in reached]
    Message.objects.bulk_create(rows, ignore_conflicts=True)
    tasks.deliver_messages.enqueue()
    return len(rows)


def _written(
    signup: Signup, way: Channel, about: str, at: datetime.datetime, session: Session | None, occasion: str
) -> Message:
    sessions = [session] if session else roster.sessions_of(signup)
    letter = letters.letter(About(about), signup, sessions, at=at)
    return Message(
        signup=signup,
        session=session,
        about=about,
        channel=way.code,
        address=way.address_of(signup),
        subject=letter.subject,
        text=letter.text,
        key=f"{way.code}:{about}:{signup.pk}:{session.pk if session else ''}:{occasion}"[:80],
        queued_at=at,
        not_before=at,
    )


def _overtake(about: str, signups: list[int], session: Session | None) -> None:
    """What is not true any more and has not left yet stays here."""
    waiting = Message.objects.filter(signup__in=signups, state=State.QUEUED)
    if about in STANDING:
        gone = [*STANDING, About.REMINDER, About.MOVED] if about in ENDING else list(STANDING)
        waiting.filter(about__in=gone).update(state=State.WITHDRAWN)
    elif session is not None:
        waiting.filter(session=session, about__in=[About.MOVED, About.REMINDER]).update(state=State.WITHDRAWN)


def deliver_due(*, now: Callable[[], datetime.datetime]) -> int:
    """Send what is due, one by one in the order it was queued: how many were tried. `now` is asked before each."""
    tried = 0
    last = (datetime.datetime.min.replace(tzinfo=datetime.UTC), 0)
    while True:
        due = Message.objects.filter(state=State.QUEUED, not_before__lte=now()).order_by("not_before", "pk")
        found = next((one for one in due.values_list("not_before", "pk")[:50] if one > last), None)
        if found is None:
            return tried
        last = found
        tried += deliver(pk=found[1], now=now)


def deliver(*, pk: int, now: Callable[[], datetime.datetime]) -> bool:
    """Send one message, unless somebody else has it in hand. Not in a transaction: each step is on record before the
    next. Whether it was tried."""
    at = now()
    mine = Message.objects.filter(pk=pk, state=State.QUEUED, not_before__lte=at)
    if not mine.update(state=State.SENDING, tried_at=at, attempts=F("attempts") + 1):
        return False
    message = Message.objects.get(pk=pk)
    way = channels.by_code(message.channel)
    outcome = way.send(message) if way and message.address else channels.Outcome(Fate.NEVER, "no channel, no address")
    values: dict[str, object] = {"problem": outcome.problem}
    if outcome.fate == Fate.LEFT:
        values |= {"state": State.SENT, "sent_at": now()}
    elif outcome.fate == Fate.UNSURE:
        values |= {"state": State.UNSURE}
    elif outcome.fate == Fate.NEVER or message.attempts >= MOST_ATTEMPTS:
        values |= {"state": State.FAILED}
    else:
        pause = FIRST_PAUSE * 2 ** (message.attempts - 1)
        values |= {"state": State.QUEUED, "not_before": now() + pause}
    Message.objects.filter(pk=pk, state=State.SENDING).update(**values)
    return True


def look_after(*, at: datetime.datetime) -> None:
    """For the worker's beat: of whom a worker died in the middle nobody knows; what is due gets a task."""
    lost = Message.objects.filter(state=State.SENDING, tried_at__lt=at - STALE)
    lost.update(state=State.UNSURE, problem="the worker stopped while sending")
    if channels.available() and Message.objects.filter(state=State.QUEUED, not_before__lte=at).exists():
        tasks.deliver_messages.enqueue()


@transaction.atomic
def send_again(*, by: Actor, message: Message, at: datetime.datetime) -> Message:
    """At somebody's word: one that failed, or of which nobody knows whether it left. Raises NothingToSendAgain,
    ChannelGone."""
    message = (
        Message.objects.select_for_update(of=("self",))
        .select_related("signup__activity__organization")
        .get(pk=message.pk)
    )
    if message.state not in {State.FAILED, State.UNSURE} or not message.address:
        raise NothingToSendAgain
    if channels.by_code(message.channel) is None:
        raise ChannelGone
    message.state, message.not_before, message.attempts, message.problem = State.QUEUED, at, 0, ""
    message.save(update_fields=["state", "not_before", "attempts", "problem"])
    history.record(by=by, verb="send_again", on=message, organization=message.signup.activity.organization, at=at)
    tasks.deliver_messages.enqueue()
    return message


def forget(*, signup: Signup) -> None:
    """Addresses and texts of a sign-up's messages go with its person; that they were sent stays. Call inside a
    transaction."""
    rows = Message.objects.filter(signup=signup)
    rows.filter(state=State.QUEUED).update(state=State.WITHDRAWN)
    rows.update(address="", text="", subject="")
