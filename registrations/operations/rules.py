"""When one can sign up, and who: the window, and the terms of an activity. Each refusal says what to do instead."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.errors import Refusal
from events.models import Activity, Session
from registrations.models import Signup, SignupTerms
from registrations.operations import parties, roster
from registrations.operations.parties import Party


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


class SessionsUnfit(Refusal):
    code = "sessions_unfit"
    status = 400
    sentence = _("Choose sessions of this activity.")


class NotAtTheDoorYet(Refusal):
    """Somebody at the door signs up only while people are let in, and for that session alone."""

    code = "not_at_the_door_yet"
    sentence = _("Signing up at the door begins when people are let in. Until sign-up closes, sign up online.")


class AgeMissing(Refusal):
    code = "age_missing"
    status = 400
    sentence = _("Please give the age: this activity is made for a certain age.")


class AgeUnfit(Refusal):
    code = "age_unfit"
    sentence = _(
        "This activity is for people aged %(low)s to %(high)s. Please look for another one, or call the organizer."
    )


class TooYoung(AgeUnfit):
    code = "too_young"
    sentence = _(
        "This activity is for people of %(low)s years or older. Please look for another one, or call the organizer."
    )


class TooOld(AgeUnfit):
    code = "too_old"
    sentence = _(
        "This activity is for people of up to %(high)s years. Please look for another one, or call the organizer."
    )


class GradeUnfit(Refusal):
    code = "grade_unfit"
    sentence = _("This activity is made for other school grades. Please look for another one, or call the organizer.")


class ResidentsFirst(Refusal):
    code = "residents_first"
    sentence = _("Until %(until)s only people of %(region)s can sign up. Please come back then.")


class OneSessionEach(Refusal):
    code = "one_session_each"
    sentence = _("Everybody may come to one session of this activity. Choose one, or cancel the earlier sign-up first.")


class GuardianNeeded(Refusal):
    code = "guardian_needed"
    status = 400
    sentence = _(
        "For somebody younger than 14 a guardian has to agree. Hand the phone to a parent, or come without signing up:"
        " you are welcome all the same."
    )


def terms_of(activity: Activity) -> SignupTerms:
    """The activity's terms; where none were set, those that ask for nothing. Nothing is read where it comes with them
    (`select_related("terms")`)."""
    try:
        return activity.terms
    except SignupTerms.DoesNotExist:
        return SignupTerms(activity=activity)


def refuse_window(activity: Activity, sessions: Sequence[Session], at: datetime.datetime) -> None:
    """Raises SignupNotOffered, SignupClosed, SessionsUnfit, SessionCalledOff, SignupNotOpenYet."""
    _refuse_hidden(activity, sessions)
    opening = [session.signup_opens_at for session in sessions if session.signup_opens_at]
    if opening and max(opening) > at:
        raise SignupNotOpenYet(opens_at=max(opening).isoformat())
    if min(session.signup_closes_at or session.starts_at for session in sessions) <= at:
        raise SignupClosed


def _refuse_hidden(activity: Activity, sessions: Sequence[Session]) -> None:
    if activity.signup_by == Activity.SignupBy.NONE:
        raise SignupNotOffered
    if activity.state != "published" or activity.campaign.state != "published":
        raise SignupClosed
    if not sessions or any(session.activity_id != activity.pk for session in sessions):
        raise SessionsUnfit(field="sessions")
    for session in sessions:
        if session.state == Session.State.CALLED_OFF:
            raise SessionCalledOff(session=session.pk)


def at_the_door(session: Session, at: datetime.datetime) -> bool:
    """Whether somebody who stands at the door may still sign up: people are let in, and online sign-up is over."""
    opens, closes = session.check_in_window
    over = (session.signup_closes_at or session.starts_at) <= at
    return session.state == Session.State.SCHEDULED and over and opens <= at < closes


def refuse_door(activity: Activity, sessions: Sequence[Session], at: datetime.datetime) -> None:
    """Raises what hides an activity, and NotAtTheDoorYet."""
    _refuse_hidden(activity, sessions)
    if len(sessions) != 1 or not at_the_door(sessions[0], at):
        raise NotAtTheDoorYet


def refuse_late_change(*, signup: Signup, at: datetime.datetime) -> None:
    """A participant's list stands once sign-up has closed for the earliest of its sessions. Raises ChangesClosed."""
    closing = [one.signup_closes_at or one.starts_at for one in roster.sessions_of(signup)]
    if closing and min(closing) <= at:
        raise ChangesClosed


def refuse(*, terms: SignupTerms, party: Party, sessions: Sequence[Session], at: datetime.datetime) -> None:
    """What the terms ask of the party: for participants; the office decides for itself.

    Raises AgeMissing, AgeUnfit, GradeUnfit, ResidentsFirst, OneSessionEach, GuardianNeeded.
    """
    refuse_age(terms, party)
    if terms.grades and party.kind == Signup.Kind.CLASS and party.grade not in terms.grades:
        raise GradeUnfit(field="grade")
    _refuse_strangers(terms, party, at)
    if (
        terms.one_session_each
        and terms.activity.signup_by == Activity.SignupBy.SESSION
        and len({one.place for one in sessions}) > 1
    ):
        raise OneSessionEach(field="sessions")
    refuse_unguarded(party)


def _refuse_strangers(terms: SignupTerms, party: Party, at: datetime.datetime) -> None:
    until, home = terms.residents_first_until, terms.activity.region
    if until is None or at >= until or home is None:
        return
    if party.region is None or home.pk not in {party.region.pk, party.region.parent_id}:
        moment = f"{timezone.localtime(until):%Y-%m-%d %H:%M}"
        raise ResidentsFirst(field="region", until=moment, region=home.name)


def refuse_age(terms: SignupTerms, party: Party) -> None:
    """Everybody whose age is given has to fit; of one person it has to be given. Raises AgeMissing, AgeUnfit."""
    low, high = terms.min_age, terms.max_age
    if low is None and high is None:
        return
    if not party.ages and party.kind in {Signup.Kind.PERSON, Signup.Kind.FAMILY}:
        raise AgeMissing(field="ages")
    if all((low is None or age >= low) and (high is None or age <= high) for age in party.ages):
        return
    if high is None:
        raise TooYoung(field="ages", low=low)
    if low is None:
        raise TooOld(field="ages", high=high)
    raise AgeUnfit(field="ages", low=low, high=high)


def refuse_unguarded(party: Party) -> None:
    """Raises GuardianNeeded."""
    if parties.named_class(party) and not party.guardian_consent:
        raise GuardianNeeded(field="guardian_consent")
    if not party.has_minors or party.guardian_consent == Signup.Guardian.PAPER:
        return
    if party.guardian_consent != Signup.Guardian.PHONE:
        raise GuardianNeeded(field="guardian_consent")
    if not party.guardian_name and party.kind == Signup.Kind.PERSON:
        raise GuardianNeeded(field="guardian_name")
