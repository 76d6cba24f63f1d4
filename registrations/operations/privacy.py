"""Erasing people without changing a figure, and logging who saw them whole."""

from __future__ import annotations

import datetime
import secrets

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.access import Actor
from events.errors import Refusal
from events.models import Organization
from events.operations import history
from registrations.models import Answer, Attendee, DataAccess, Signup
from registrations.operations import answers, certificates, outbox, roster, signups
from registrations.reports import questions, retention


class HeldByLaw(Refusal):
    code = "held_by_law"
    sentence = _("The files of this activity are under a legal hold until %(until)s; nothing is erased before.")


@transaction.atomic
def erase(*, by: Actor | str, signup: Signup, at: datetime.datetime) -> Signup:
    """Names, phones, notes and answers in free words go; sizes, groups, townships and attendance stay.

    A random person key takes the place of each, here and in that person's other sign-ups, so that they stay one person
    in every count. What was asked for is forgotten too, so that nobody can try out names against its digest; phones that
    hold the roster fetch the line without its name. Erasing twice changes nothing.
    """
    signup = Signup.objects.select_for_update().get(pk=signup.pk)
    if signup.erased_at:
        return signup
    signup.contact_name = signup.contact_phone = signup.contact_phone_hash = signup.note = signup.guardian_name = ""
    signup.contact_email = signup.request_digest = ""
    signup.ages, signup.transfer_key_hash = [], None
    signup.erased_at = at
    signup.save()
    keys = set(signup.attendees.exclude(person_key="").values_list("person_key", flat=True))
    for key in sorted(keys):
        Attendee.objects.filter(person_key=key).update(person_key=secrets.token_hex(32))
    signup.attendees.update(name="", phone="", id_number="", erased_at=at)
    # What was ticked or counted says nothing about who it was.
    personal = Answer.objects.filter(signup=signup).exclude(question__kind__in=questions.PLAIN)
    answers.forget_files(personal)
    personal.update(value="", file="")
    certificates.forget(signup=signup)
    outbox.forget(signup=signup)
    roster.ticket_changed(signup=signup)
    history.record(by=by, verb="erase", on=signup, organization=signup.activity.organization, at=at)
    return signup


def is_coming(signup: Signup, at: datetime.datetime) -> bool:
    """Whether its seats are still worth something: it stands, nobody of it came yet, and a session is not over."""
    stands = signup.state not in Signup.ENDED
    came = signup.attendees.filter(attendances__isnull=False).exists()
    return stands and not came and any(session.ends_at > at for session in roster.sessions_of(signup))


@transaction.atomic
def erase_own(*, by: Actor | str, signup: Signup, at: datetime.datetime) -> Signup:
    """At the person's own wish. A sign-up whose session is still to come is cancelled first, and its seats go to
    whoever waits; of one that came, only names go. Raises HeldByLaw."""
    held_until = signup.activity.legal_hold_until
    if held_until and held_until > timezone.localdate(at):
        raise HeldByLaw(until=held_until.isoformat())
    if is_coming(signup, at):
        signups.cancel(by=by, signup=signup, at=at)
    return erase(by=by, signup=signup, at=at)


def erase_due(*, by: Actor | str, at: datetime.datetime, limit: int = 500, within: Q | None = None) -> int:
    """Erase up to `limit` sign-ups whose time is over (`reports.retention`); how many it were.

    Each in a transaction of its own: it may be stopped and begun again, and the site stays up. `within`: a condition on
    activities. What is under a legal hold stays.
    """
    due = [one.activity.pk for one in retention.preview(on=timezone.localdate(at), within=within).due]
    rows = Signup.objects.filter(erased_at=None, activity__in=due).select_related("activity__organization")
    found = list(rows.order_by("pk")[:limit])
    for signup in found:
        erase(by=by, signup=signup, at=at)
    return len(found)


@transaction.atomic
def note_access(
    *,
    by: Actor,
    organization: Organization,
    what: str,
    purpose: str,
    on: models.Model,
    people: int,
    at: datetime.datetime,
) -> DataAccess:
    """Write down that somebody saw or took personal data whole, and what for."""
    assert by.user is not None
    return DataAccess.objects.create(
        at=at,
        user=by.user,
        organization=organization,
        what=what,
        purpose=purpose,
        kind=on._meta.label_lower,
        object_id=on.pk,
        people=people,
    )
