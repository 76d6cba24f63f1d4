"""Signing up, on one page: choose who comes, fill in, done."""

from __future__ import annotations

import datetime
import uuid

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events import access, rushes
from events.access import Act
from events.errors import Refusal
from events.models import Activity, Session
from frontend import pages
from frontend.pages import Request, page
from frontend.participant import mine
from frontend.participant.parties import KINDS, LISTED, PartyForm, party_of
from registrations import proof
from registrations.models import Signup
from registrations.operations import signups
from registrations.operations.signups import CONSENT_VERSION, Party, SessionFull
from registrations.reports import seats


class SignupForm(PartyForm):
    consent = forms.BooleanField(label=_("I agree that my data is used for this sign-up as described."))
    key = forms.CharField(max_length=64, widget=forms.HiddenInput())
    when_full = forms.CharField(required=False, max_length=8, widget=forms.HiddenInput())
    proof = forms.CharField(required=False, max_length=proof.LONGEST, widget=forms.HiddenInput())


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
        consent=CONSENT_VERSION if given["consent"] else "",
        when_full="wait" if given["when_full"] == "wait" else "refuse",
        at=at,
    )
    ticket = HttpResponseRedirect(reverse("signup", args=[placed.signup.pk]) + "?fresh=1")
    mine.remember(ticket, request, placed.manage_key)
    return ticket


def seats_of(sessions: list[Session]) -> seats.Seats | None:
    """The seats of the first of these sessions, or of its course."""
    first = Session.objects.filter(pk__in=[one.pk for one in sessions[:1]]).select_related("activity")
    return next((seats.of(one) for one in seats.with_seats(first)), None)


def challenge(request: Request, activity: Activity, form: SignupForm, at: datetime.datetime) -> str:
    """For the form's script; staff need none. A new one each time the page is made: what was typed stays, and the proof
    is found anew while it is corrected."""
    return "" if request.actor.user else proof.challenge(proof.use(activity.pk, form["key"].value()), at=at)


def _sign_up(request: Request, activity: Activity, sessions: list[Session], back: str) -> HttpResponse:
    kind = request.POST.get("kind") or request.GET.get("kind") or Signup.Kind.PERSON
    if kind not in Signup.Kind.values:
        kind = Signup.Kind.PERSON
    form, now = SignupForm(request.POST or None, kind=kind, initial={"key": uuid.uuid4().hex}), timezone.now()
    refused: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            return place(request, activity=activity, sessions=sessions, form=form, party=party_of(form), at=now)
        except Refusal as refusal:
            refused = None if form.takes(refusal) else refusal
    full = refused if isinstance(refused, SessionFull) else None
    context = {
        "activity": activity,
        "sessions": sessions,
        "form": form,
        "kinds": KINDS,
        "kind": form.kind,
        "full": full,
        "refused": None if full else refused,
        "back": back,
        "list_page": f"{request.path}list/" if form.kind in LISTED else "",
        "seats": seats_of(sessions),
        "challenge": challenge(request, activity, form, now),
    }
    return pages.answer(request, "participant/sign_up.html", context, refused)


@page(Act.SEE_PUBLIC)
def for_session(request: Request, pk: int) -> HttpResponse:
    session = access.public_session(pk=pk)
    if session.activity.signup_by == Activity.SignupBy.COURSE:
        return HttpResponseRedirect(reverse("sign_up_course", args=[session.activity_id]))
    return _sign_up(request, session.activity, [session], reverse("session", args=[pk]))


@page(Act.SEE_PUBLIC)
def for_course(request: Request, pk: int) -> HttpResponse:
    activity, lessons = access.public_course(pk=pk)
    return _sign_up(request, activity, lessons, reverse("activity", args=[pk]))
