"""Handing a sign-up on to somebody else: its holder makes a link, whoever opens it fills in who comes instead."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from events.access import Act
from events.errors import NotFound, Refusal
from frontend import pages
from frontend.pages import Request, page
from frontend.participant import keys, mine
from frontend.participant.parties import party_of
from frontend.participant.signing_up import SignupForm
from registrations import access
from registrations.models import Signup
from registrations.operations import roster, transfers
from registrations.operations.parties import Party


@page(Act.SEE_PUBLIC)
def hand_on(request: Request, pk: int) -> HttpResponse:
    """Makes the link, which is shown once, or takes it back."""
    found, _key = mine.own(request, pk)
    now, link = timezone.now(), ""
    refused: Refusal | None = None
    try:
        if request.method != "POST":
            transfers.refuse_unfit(signup=found, at=now)
        elif "take_back" in request.POST:
            transfers.take_back(by="participant", signup=found, at=now)
            return redirect("hand_on", pk=pk)
        else:
            key = transfers.offer(by="participant", signup=found, at=now)
            link = f"{settings.KEPU_BASE_URL}{reverse('take_over')}#k={key}"
    except Refusal as refusal:
        refused = refusal
    words = {"activity": found.activity.name, "link": link}
    context = {
        "signup": found,
        "activity": found.activity,
        "refused": refused,
        "link": link,
        "text": gettext("Take over my sign-up for “%(activity)s”: %(link)s") % words,
        "out": found.transfer_key_hash is not None,
        "whole": found.kind in transfers.WHOLE,
    }
    return _private(render(request, "participant/hand_on.html", context))


class TakeOverForm(SignupForm):
    """Who comes instead, as many as before; of a class, village or group only whom to call. `key` is that of the link."""

    def __init__(self, *args: Any, signup: Signup, **more: Any) -> None:
        super().__init__(*args, kind=signup.kind, activity=signup.activity, **more)
        unused = {"when_full", "proof"}
        if signup.kind not in transfers.WHOLE:
            unused = self.fields.keys() - {"contact_name", "contact_phone", "contact_email", "consent", "notice", "key"}
        for name in unused:
            del self.fields[name]
        if "people" in self.fields:
            self.fields["people"].disabled = True

    def party(self) -> Party:
        """The party of a valid form."""
        if self.kind in transfers.WHOLE:
            return party_of(self)
        given = self.cleaned_data
        contact = Party(self.kind.value, (), given["contact_name"], given["contact_phone"])
        return replace(contact, contact_email=given.get("contact_email", ""))


@page(Act.SEE_PUBLIC)
def take_over(request: Request) -> HttpResponse:
    """The link's other end. Its key comes in the fragment and is exchanged by POST; the form that follows carries it on."""
    opened, now = mine.KeyForm(request.POST or None), timezone.now()
    if request.method != "POST" or not opened.is_valid():
        return render(request, "participant/take_over.html", {"opened": opened})
    key = opened.cleaned_data["key"]
    try:
        found = keys.opened(request, access.signup_by_transfer_key, key)
    except NotFound:
        return _gone(request, opened)
    typed = (request.POST, request.FILES) if "accept" in request.POST else (None, None)
    form = TakeOverForm(*typed, signup=found, initial={"key": key, "people": found.size})
    refused: Refusal | None = None
    try:
        transfers.refuse_unfit(signup=found, at=now)
        if form.is_bound and form.is_valid():
            consent = form.told if form.cleaned_data["consent"] else ""
            taken = transfers.accept(key=key, party=form.party(), consent=consent, at=now)
            response = redirect(f"{reverse('signup', args=[found.pk])}?fresh=1")
            mine.remember(response, request, taken.manage_key)
            return response
    except NotFound:  # taken back, or somebody else was quicker
        return _gone(request, opened)
    except Refusal as refusal:
        refused = None if form.is_bound and form.takes(refusal) else refusal
    context = {
        "signup": found,
        "activity": found.activity,
        "sessions": roster.sessions_of(found),
        "form": form,
        "terms": form.terms,
        "refused": refused,
        "closed": refused is not None and not form.is_bound,
        "whole": found.kind in transfers.WHOLE,
    }
    return _private(pages.answer(request, "participant/take_over.html", context, refused))


def _gone(request: Request, opened: mine.KeyForm) -> HttpResponse:
    opened.add_error(
        "key", gettext("There is nothing to take over with this link. It was taken back, or somebody was quicker.")
    )
    return render(request, "participant/take_over.html", {"opened": opened})


def _private(response: HttpResponse) -> HttpResponse:
    """The page holds a key."""
    response["Cache-Control"] = "no-store"
    return response
