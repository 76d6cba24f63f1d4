"""Signing up, on one page: choose who comes, fill in, done."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events import access, rushes
from events.access import Act
from events.errors import NotFound, Refusal
from events.models import Activity, Session
from frontend import pages
from frontend.language import chinese
from frontend.pages import Request, page
from frontend.participant import mine
from frontend.participant.parties import KINDS, LISTED, PartyForm, party_of
from registrations import proof
from registrations.consent import Notice
from registrations.models import Signup
from registrations.operations import rules, signups
from registrations.operations.signups import Party, SessionFull
from registrations.reports import consent, seats


class SignupForm(PartyForm):
    """A first sign-up. `notice` is the version of the text that stood beside the box."""

    consent = forms.BooleanField(label=_("I agree that my data is used for this sign-up as described."))
    notice = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput())
    key = forms.CharField(max_length=64, widget=forms.HiddenInput())
    when_full = forms.CharField(required=False, max_length=8, widget=forms.HiddenInput())
    proof = forms.CharField(required=False, max_length=proof.LONGEST, widget=forms.HiddenInput())

    def __init__(self, *args: Any, activity: Activity, **more: Any) -> None:
        super().__init__(*args, activity=activity, **more)
        asked = [str(field.label) for name, field in self.fields.items() if name[1:].isdigit()]
        self.told: Notice = consent.of(
            activity, self.terms, kind=self.kind, questions=asked, language="zh" if chinese() else "en"
        )
        self.fields["notice"].initial = self.told.version

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("notice") and given["notice"] != self.told.version:
            self.add_error(
                "consent", gettext("What the organizer asks for has changed meanwhile. Please read it again.")
            )
            typed: Any = self.data
            self.data = typed.copy()
            self.data["notice"] = self.told.version  # type: ignore[index]  # a copy of what was posted
        return given


def let_pass(request: Request, activity: Activity, form: SignupForm, at: datetime.datetime) -> None:
    """With a proof of work a whole school passes from one address; without one – no script – a few; staff always.

    Raises TooManyRequests.
    """
    if request.actor.user is not None:
        return
    given = form.cleaned_data
    proven = proof.is_valid(given["proof"], proof.use(activity.pk, given["key"]), at=at)
    rule = rushes.SIGN_UP if proven else rushes.PLAIN_SIGN_UP
    rushes.let_pass(rule, rushes.address(request), at=at)


def place(
    request: Request,
    *,
    activity: Activity,
    sessions: list[Session],
    form: SignupForm,
    party: Party,
    at: datetime.datetime,
    source: str = Signup.Source.WEB,
) -> HttpResponse:
    """Sign a party up with a valid form; the answer leads to its ticket, and this browser remembers the key.

    Raises what `let_pass` and `signups.place` raise.
    """
    let_pass(request, activity, form, at)
    given = form.cleaned_data
    placed = signups.place(
        by="participant",
        activity=activity,
        sessions=sessions,
        party=party,
        idempotency_key=given["key"],
        consent=form.told if given["consent"] else "",
        when_full="wait" if given["when_full"] == "wait" else "refuse",
        source=source,
        at=at,
    )
    ticket = HttpResponseRedirect(reverse("signup", args=[placed.signup.pk]) + "?fresh=1")
    mine.remember(ticket, request, placed.manage_key)
    return ticket


def seats_of(sessions: list[Session]) -> seats.Seats | None:
    """The seats of the first of these sessions, or of its course."""
    first = Session.objects.filter(pk__in=[one.pk for one in sessions[:1]]).select_related("activity")
    return next((seats.of(one) for one in seats.with_seats(first)), None)


def instead(activity: Activity, sessions: list[Session], at: datetime.datetime) -> list[tuple[Session, seats.Seats]]:
    """For whoever was refused: sessions with free seats, of the same activity or campaign."""
    return seats.elsewhere(activity, besides=[one.pk for one in sessions], at=at)


def challenge(request: Request, activity: Activity, form: SignupForm, at: datetime.datetime) -> str:
    """For the form's script; staff need none. A new one each time the page is made: what was typed stays, and the proof
    is found anew while it is corrected."""
    return "" if request.actor.user else proof.challenge(proof.use(activity.pk, form["key"].value()), at=at)


def _sign_up(
    request: Request,
    activity: Activity,
    sessions: list[Session],
    back: str,
    *,
    source: str = Signup.Source.WEB,
    dates: list[tuple[Session, seats.Seats | None]] | None = None,
) -> HttpResponse:
    """`dates`: sessions to choose several of; `sessions` are those that are chosen."""
    kind = request.POST.get("kind") or request.GET.get("kind") or Signup.Kind.PERSON
    if kind not in Signup.Kind.values:
        kind = Signup.Kind.PERSON
    now = timezone.now()
    form = SignupForm(
        request.POST or None,
        request.FILES or None,
        kind=kind,
        activity=activity,
        initial={"key": uuid.uuid4().hex},
    )
    refused: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            party = party_of(form)
            return place(request, activity=activity, sessions=sessions, form=form, party=party, at=now, source=source)
        except Refusal as refusal:
            refused = None if form.takes(refusal) else refusal
    full = refused if isinstance(refused, SessionFull) else None
    context = {
        "activity": activity,
        "sessions": sessions,
        "dates": dates,
        "chosen": {one.pk for one in sessions},
        "form": form,
        "terms": form.terms,
        "residents_first": bool(activity.region_id and (form.terms.residents_first_until or now) > now),
        "kinds": KINDS,
        "kind": form.kind,
        "full": full,
        "refused": None if full else refused,
        "instead": instead(activity, sessions, now) if refused else [],
        "back": back,
        "at_the_door": source == Signup.Source.WALK_IN,
        "list_page": f"{request.path}list/" if form.kind in LISTED and dates is None else "",
        "seats": seats_of(sessions) if source != Signup.Source.WALK_IN and dates is None else None,
        "challenge": challenge(request, activity, form, now),
    }
    return pages.answer(request, "participant/sign_up.html", context, refused)


@page(Act.SEE_PUBLIC)
def for_session(request: Request, pk: int) -> HttpResponse:
    """Online until sign-up closes; at the door, from the poster's code, while people are let in."""
    session = access.public_session(pk=pk)
    activity, back = session.activity, reverse("session", args=[pk])
    if activity.signup_by != Activity.SignupBy.NONE and rules.at_the_door(session, timezone.now()):
        return _sign_up(request, activity, [session], back, source=Signup.Source.WALK_IN)
    if activity.signup_by == Activity.SignupBy.COURSE:
        return HttpResponseRedirect(reverse("sign_up_course", args=[session.activity_id]))
    return _sign_up(request, activity, [session], back)


@page(Act.SEE_PUBLIC)
def for_activity(request: Request, pk: int) -> HttpResponse:
    """For a whole course; else for several sessions of an activity as one package."""
    found = access.public_activity(pk=pk)
    back = reverse("activity", args=[pk])
    if found.signup_by == Activity.SignupBy.COURSE:
        return _sign_up(request, found, list(found.sessions.standing()), back)
    if found.signup_by != Activity.SignupBy.SESSION or rules.terms_of(found).one_session_each:
        raise NotFound
    open_now = seats.with_seats(Session.objects.open_at(timezone.now()).entries().filter(activity=found))
    dates = [(one, seats.of(one)) for one in open_now.select_related("activity", "other_half").order_by("starts_at")]
    asked = set((request.POST or request.GET).getlist("session"))
    chosen = [one for one, _seats in dates if str(one.pk) in asked]
    return _sign_up(request, found, chosen, back, dates=dates)
