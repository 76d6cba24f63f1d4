"""Signing up, on one page: choose who comes, fill in, done."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events import access, rushes
from events.access import Act
from events.errors import NotFound, Refusal, TooManyRequests
from events.models import Activity, Session
from frontend.pages import Request, page
from frontend.participant import mine
from frontend.participant.parties import KINDS, LISTED, PartyForm, party_of
from registrations import proof
from registrations.models import Signup
from registrations.operations import signups
from registrations.operations.signups import CONSENT_VERSION, SessionFull
from registrations.reports import seats


class SignupForm(PartyForm):
    consent = forms.BooleanField(label=_("I agree that my data is used for this sign-up as described."))
    key = forms.CharField(max_length=64, widget=forms.HiddenInput())
    when_full = forms.CharField(required=False, max_length=8, widget=forms.HiddenInput())
    proof = forms.CharField(required=False, max_length=proof.LONGEST, widget=forms.HiddenInput())


def _form(request: Request, kind: str) -> SignupForm:
    initial: dict[str, Any] = {"key": uuid.uuid4().hex}
    return SignupForm(request.POST or None, kind=kind, initial=initial)


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


def _sign_up(request: Request, activity: Activity, sessions: list[Session], back: str) -> HttpResponse:
    kind = request.POST.get("kind") or request.GET.get("kind") or Signup.Kind.PERSON
    if kind not in Signup.Kind.values:
        kind = Signup.Kind.PERSON
    form, now = _form(request, kind), timezone.now()
    full: SessionFull | None = None
    refused: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            let_pass(request, activity, form, now)
            placed = signups.place(
                by="participant",
                activity=activity,
                sessions=sessions,
                party=party_of(form),
                idempotency_key=form.cleaned_data["key"],
                consent=CONSENT_VERSION if form.cleaned_data["consent"] else "",
                when_full="wait" if request.POST.get("when_full") == "wait" else "refuse",
                at=now,
            )
        except SessionFull as refusal:
            full = refusal
        except Refusal as refusal:
            if refusal.field in form.fields:
                form.refuse(refusal)
            else:
                refused = refusal
        else:
            ticket = HttpResponseRedirect(reverse("signup", args=[placed.signup.pk]) + "?fresh=1")
            mine.remember(ticket, request, placed.manage_key)
            return ticket
    shown = seats.with_seats(Session.objects.filter(pk__in=[one.pk for one in sessions])).select_related("activity")
    context = {
        "activity": activity,
        "sessions": sessions,
        "form": form,
        "kinds": KINDS,
        "kind": form.kind,
        "full": full,
        "refused": refused,
        "back": back,
        "list_page": f"{request.path}list/" if form.kind in LISTED else "",
        "seats": seats.of(shown[0]) if shown else None,
        # A new one each time the page is made: what was typed stays, the proof is found anew while it is corrected.
        "challenge": "" if request.actor.user else proof.challenge(proof.use(activity.pk, form["key"].value()), at=now),
    }
    response = render(
        request, "participant/sign_up.html", context, status=refused.status if refused else 409 if full else 200
    )
    if isinstance(refused, TooManyRequests):
        response["Retry-After"] = str(refused.facts["wait"])
    return response


@page(Act.SEE_PUBLIC)
def for_session(request: Request, pk: int) -> HttpResponse:
    session = access.public_session(pk=pk)
    if session.activity.signup_by == Activity.SignupBy.COURSE:
        return HttpResponseRedirect(reverse("sign_up_course", args=[session.activity_id]))
    return _sign_up(request, session.activity, [session], reverse("session", args=[pk]))


@page(Act.SEE_PUBLIC)
def for_course(request: Request, pk: int) -> HttpResponse:
    activity = Activity.objects.public().select_related("campaign", "organization").filter(pk=pk).first()
    if activity is None or activity.signup_by != Activity.SignupBy.COURSE:
        raise NotFound
    sessions = list(activity.sessions.exclude(state=Session.State.CALLED_OFF).order_by("starts_at"))
    for session in sessions:
        session.activity = activity
    return _sign_up(request, activity, sessions, reverse("activity", args=[pk]))
