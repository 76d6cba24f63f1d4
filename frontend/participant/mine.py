"""One's own sign-ups: known by their manage keys, which this browser keeps in a cookie that no script can read."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from events.access import Act
from events.calendars import ical
from events.errors import NotFound, Refusal
from events.models import Session
from frontend import pages
from frontend.forms import Form
from frontend.pages import Request, page
from frontend.participant import feeds, questions
from frontend.participant.keys import opened
from frontend.participant.parties import LISTED, PartyForm, lines_of, party_to_change
from registrations import access
from registrations.models import Attendance, Signup, Ticket
from registrations.operations import gathering, offers, roster, signups, tickets, waitlist
from registrations.reports import certificates, qr, ticket_pdf, ticket_picture

COOKIE = "kepu_mine"
#: As many sign-ups as one phone remembers, the newest first.
MOST = 30
AGE = 400 * 24 * 3600


def keys(request: Request) -> list[str]:
    """The manage keys of this browser."""
    try:
        held = signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=AGE)
    except signing.BadSignature:
        return []
    return [key for key in held if isinstance(key, str)]


def remember(response: HttpResponse, request: Request, key: str) -> None:
    _keep(response, [key, *(one for one in keys(request) if one != key)][:MOST])


def _keep(response: HttpResponse, held: list[str]) -> None:
    response.set_cookie(
        COOKIE,
        signing.dumps(held, salt=COOKIE, compress=True),
        max_age=AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _held(request: Request) -> dict[int, tuple[Signup, str]]:
    """Sign-ups of this browser by id, with their keys, in one query."""
    by_hash = {access.secret_hash(key): key for key in keys(request)}
    rows = Signup.objects.filter(manage_key_hash__in=by_hash).select_related(
        "activity__campaign", "activity__organization", "region"
    )
    return {row.pk: (row, by_hash[row.manage_key_hash]) for row in rows}


def own(request: Request, pk: int) -> tuple[Signup, str]:
    """Raises NotFound: somebody else's sign-up looks like none."""
    held = _held(request).get(pk)
    if held is None:
        raise NotFound
    return held


def forget(response: HttpResponse, request: Request, *gone: str) -> None:
    """This browser no longer knows the sign-up of these keys."""
    held = [one for one in keys(request) if one not in gone]
    if not held:
        response.delete_cookie(COOKIE, samesite="Lax")
        return
    _keep(response, held)


def of_session(request: Request, session: Session) -> Signup | None:
    """This browser's standing sign-up for a session, if there is one."""
    held = list(_held(request)) if keys(request) else []
    return Signup.objects.standing().for_session(session).filter(pk__in=held).first() if held else None


@page(Act.SEE_PUBLIC)
def overview(request: Request) -> HttpResponse:
    rows = []
    for signup, _key in sorted(_held(request).values(), key=lambda pair: pair[0].placed_at, reverse=True):
        rows.append((signup, roster.sessions_of(signup)))
    return render(request, "participant/mine.html", {"rows": rows})


class KeyForm(Form):
    key = forms.CharField(max_length=64, label=_("Key of the sign-up"))


@page(Act.SEE_PUBLIC)
def exchange(request: Request) -> HttpResponse:
    """The manage link: its key comes in the fragment, which no server log sees, and is exchanged by POST."""
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            signup = opened(request, access.signup_by_key, form.cleaned_data["key"])
        except NotFound:
            form.add_error("key", gettext("There is no sign-up with this key. Has the link been cut off?"))
        else:
            response = redirect("signup", pk=signup.pk)
            remember(response, request, form.cleaned_data["key"])
            return response
    return render(request, "participant/exchange.html", {"form": form})


@page(Act.SEE_PUBLIC)
def signup(request: Request, pk: int) -> HttpResponse:
    """The sign-up with its ticket."""
    try:
        found, key = own(request, pk)
    except NotFound:
        return _handed_on(request, pk)
    sessions = roster.sessions_of(found)
    context = {
        "signup": found,
        "activity": found.activity,
        "sessions": sessions,
        "lines": list(found.attendees.standing()),
        "ticket": signups.ticket_of(found),
        "place": waitlist.position(found) if found.state == Signup.State.WAITING else None,
        "certificates": certificates.held_by(found).exists(),
        "came": Attendance.objects.filter(attendee__signup=found).exists(),
        "link": f"{settings.KEPU_BASE_URL}{reverse('exchange')}#k={key}",
        "fresh": request.GET.get("fresh") == "1",
        "standing": found.state not in Signup.ENDED,
        "feed": feeds.subscription(found),
        "feed_address": feeds.address(found),
        "offer_until": next((held.offer_expires_at for held in found.holds.all() if held.offer_expires_at), None),
        "listed": found.kind in LISTED,
    }
    return render(request, "participant/signup.html", context)


def _handed_on(request: Request, pk: int) -> HttpResponse:
    """Whoever held it until it was handed on, or until its link was replaced, is told so once. Raises NotFound."""
    gone = Signup.objects.select_related("activity__organization").filter(pk=pk).first()
    past = set(access.earlier_keys(gone)) & set(keys(request)) if gone else set()
    if gone is None or not past:
        raise NotFound
    phone = gone.activity.contact_phone or gone.activity.organization.contact_phone
    context = {"activity": gone.activity, "phone": phone}
    response = render(request, "participant/handed_on.html", context, status=410)
    forget(response, request, *past)
    return response


@page(Act.SEE_PUBLIC)
def ticket_svg(request: Request, pk: int) -> HttpResponse:
    found, _key = own(request, pk)
    return HttpResponse(qr.svg(tickets.address(signups.ticket_of(found))), content_type="image/svg+xml")


@page(Act.SEE_PUBLIC)
def ticket_png(request: Request, pk: int) -> HttpResponse:
    """The whole ticket as one picture, to press long and save."""
    found, _key = own(request, pk)
    ticket = signups.ticket_of(found)
    sessions = roster.sessions_of(found)
    picture = ticket_picture.png(ticket=ticket, sessions=sessions)
    response = HttpResponse(picture, content_type="image/png")
    response["Content-Disposition"] = f'inline; filename="{ticket.short_code}.png"'
    return response


@page(Act.SEE_PUBLIC)
def ticket_document(request: Request, pk: int) -> HttpResponse:
    """The ticket to print out, once the seats are certain."""
    found, _key = own(request, pk)
    if found.state != Signup.State.CONFIRMED:
        raise NotFound
    ticket = signups.ticket_of(found)
    ticket.signup = found
    made = ticket_pdf.document(ticket=ticket, sessions=roster.sessions_of(found), at=timezone.now())
    return pages.paper(made.pdf(), f"kepu-ticket-{ticket.short_code}")


@page(Act.SEE_PUBLIC)
def calendar(request: Request, pk: int) -> HttpResponse:
    found, _key = own(request, pk)
    written = ical.write(roster.sessions_of(found), base_url=settings.KEPU_BASE_URL)
    response = HttpResponse(written, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="kepu.ics"'
    return response


@page(Act.SEE_PUBLIC)
def change(request: Request, pk: int) -> HttpResponse:
    found, _key = own(request, pk)
    lines = list(found.attendees.standing())
    form = PartyForm(
        request.POST or None,
        request.FILES or None,
        kind=found.kind,
        activity=found.activity,
        initial=lines_of(found, lines) | questions.answered(found),
    )
    if request.method == "POST" and form.is_valid():
        try:
            party = party_to_change(form, found, lines)
            signups.change(by="participant", signup=found, party=party, at=timezone.now())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return redirect("signup", pk=pk)
    context = {"signup": found, "activity": found.activity, "form": form}
    return render(request, "participant/change.html", context)


@page(Act.SEE_PUBLIC)
def cancel(request: Request, pk: int) -> HttpResponse:
    """Asks first; the seats go to whoever waits."""
    found, _key = own(request, pk)
    if request.method == "POST":
        signups.cancel(by="participant", signup=found, at=timezone.now())
        return redirect("signup", pk=pk)
    return render(request, "participant/cancel.html", {"signup": found, "activity": found.activity})


@page(Act.SEE_PUBLIC)
@require_POST
def accept_offer(request: Request, pk: int) -> HttpResponse:
    """Take seats that are offered; where the offer has lapsed the page says so."""
    found, _key = own(request, pk)
    try:
        offers.accept(by="participant", signup=found, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("signup", pk=pk)


@page(Act.SEE_PUBLIC)
def scanned(request: Request, token: str) -> HttpResponse:
    """The address in a QR code. It never writes and the token opens nothing: the owner comes to the ticket, anybody
    else sees the event and a masked name."""
    held = gathering.read_codes([token])[token].ticket
    if held is None:
        raise NotFound
    found = Ticket.objects.select_related("signup__activity__organization", "attendee").get(pk=held.pk)
    if found.signup_id in _held(request):
        return HttpResponseRedirect(reverse("signup", args=[found.signup_id]))
    sessions = roster.sessions_of(found.signup)
    context = {"ticket": found, "signup": found.signup, "activity": found.signup.activity, "sessions": sessions}
    context["token"] = token.upper()
    return render(request, "participant/scanned.html", context)
