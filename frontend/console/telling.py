"""Telling people, with nothing configured: notices and posters for WeChat groups and walls, and the list to call by."""

from __future__ import annotations

import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from events import access
from events.access import Act
from events.errors import NotFound
from events.models import Activity, Session
from frontend import pages
from frontend.console import presence
from frontend.console.presence import WholeForm
from frontend.pages import Request, page
from registrations import access as ours
from registrations.models import Signup, Told
from registrations.operations import telling
from registrations.reports import calls as call_list
from registrations.reports import notices, posters, seats

CALLS_PER_PAGE = 200
#: How long whole names and phones stay in view of whoever has said what for.
IN_VIEW = datetime.timedelta(minutes=30)

KINDS: dict[notices.Kind, Promise] = {
    notices.Kind.INVITATION: _("Invitation to sign up"),
    notices.Kind.REMINDER: _("Reminder notice"),
    notices.Kind.MOVED: _("Notice of a change"),
    notices.Kind.CALLED_OFF: _("Notice of calling off"),
}

_POSTERS = {"png": (posters.png, "image/png"), "pdf": (posters.pdf, "application/pdf")}


def _with_seats(request: Request, pk: int) -> Session:
    found = access.session(request.actor, pk=pk)
    rows = Session.objects.select_related("activity__campaign", "activity__organization")
    return seats.with_seats(rows).get(pk=found.pk)


@page(Act.SEE_PLAN)
def notice(request: Request, pk: int) -> HttpResponse:
    """The text for a WeChat group, the poster and the link: nothing personal in any of them."""
    session = _with_seats(request, pk)
    fitting = notices.kinds(session)
    asked = request.GET.get("kind", "")
    kind = notices.Kind(asked) if asked in fitting else fitting[0]
    activity = session.activity
    context = {
        "section": "sessions",
        "session": session,
        "kind": kind,
        "kinds": [(one, KINDS[one]) for one in fitting],
        "text": notices.text(kind, session, seats.of(session), base_url=settings.KEPU_BASE_URL, at=timezone.now()),
        "address": notices.address(session, settings.KEPU_BASE_URL),
        "public": Session.objects.public().filter(pk=pk).exists(),
        "called_off": session.state == Session.State.CALLED_OFF,
        "with_signups": activity.signup_by != Activity.SignupBy.NONE,
        "can": pages.abilities(request.actor, activity.organization.path),
    }
    return render(request, "console/notice.html", context)


@page(Act.SEE_PLAN)
def poster(request: Request, pk: int, form: str) -> HttpResponse:
    """A session's poster as a picture or a PDF; of one that is called off there is none."""
    session = _with_seats(request, pk)
    if form not in _POSTERS or session.state == Session.State.CALLED_OFF:
        raise NotFound
    make, content_type = _POSTERS[form]
    made = make(session, seats.of(session), base_url=settings.KEPU_BASE_URL, at=timezone.now())
    name = f"{session.activity.name[:40]}-{timezone.localdate(session.starts_at):%m%d}.{form}"
    disposition = content_disposition_header(as_attachment=False, filename=name)
    return HttpResponse(made, content_type=content_type, headers={"Content-Disposition": disposition or "inline"})


def _matter(session: Session, asked: str) -> str:
    """What the calls are about, as asked for; else what the session's state suggests."""
    if asked in Told.About.values:
        return asked
    return Told.About.CALLED_OFF if session.state == Session.State.CALLED_OFF else Told.About.REMINDER


def _in_view(request: Request, session: Session) -> bool:
    """Whether whole names and phones may stand on the page: their purpose was stated a short while ago."""
    until = request.session.get(f"whole_calls_{session.pk}", 0)
    may = request.actor.may(Act.SEE_PEOPLE_WHOLE, session.activity.organization.path)
    return may and timezone.now().timestamp() < until


@page(Act.KEEP_SIGNUPS)
def calls(request: Request, pk: int) -> HttpResponse:
    """Whom to call, by village, and who has been told. Masked until somebody says what the whole numbers are for."""
    session = access.session(request.actor, Act.KEEP_SIGNUPS, pk=pk)
    about = _matter(session, request.GET.get("about", ""))
    listed = call_list.of(session, about)
    form = WholeForm(request.POST or None)
    if request.method == "POST":
        access.session(request.actor, Act.SEE_PEOPLE_WHOLE, pk=pk)
        if "hide" in request.POST:
            request.session.pop(f"whole_calls_{pk}", None)
            return redirect(request.get_full_path())
        if form.is_valid():
            presence.note(request, session, form, what="calls", people=len(listed))
            request.session[f"whole_calls_{pk}"] = (timezone.now() + IN_VIEW).timestamp()
            return redirect(request.get_full_path())
    left = request.GET.get("left") == "1"
    shown = [call for call in listed if call.told is None] if left else listed
    sheet = Paginator(shown, CALLS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "sessions",
        "session": session,
        "about": about,
        "matters": Told.About.choices,
        "form": form,
        "page": sheet,
        "groups": call_list.by_place(list(sheet)),
        "told": sum(call.told is not None for call in listed),
        "all": len(listed),
        "left": left,
        "whole": _in_view(request, session),
        "can": pages.abilities(request.actor, session.activity.organization.path),
    }
    return render(request, "console/calls.html", context)


@page(Act.KEEP_SIGNUPS)
@require_POST
def tell(request: Request, pk: int, signup: int) -> HttpResponse:
    """The contact of a sign-up was told."""
    session = access.session(request.actor, Act.KEEP_SIGNUPS, pk=pk)
    found = ours.signup(request.actor, Act.KEEP_SIGNUPS, pk=signup)
    about = _matter(session, request.POST.get("about", ""))
    telling.mark(by=request.actor, signup=found, session=session, about=about, at=timezone.now())
    return _answer(request, session, found, about)


@page(Act.KEEP_SIGNUPS)
@require_POST
def take_back(request: Request, pk: int) -> HttpResponse:
    """A mark was a slip."""
    found = ours.told(request.actor, Act.KEEP_SIGNUPS, pk=pk)
    telling.take_back(by=request.actor, told=found, at=timezone.now())
    return _answer(request, found.session, found.signup, found.about)


def _answer(request: Request, session: Session, signup: Signup, about: str) -> HttpResponse:
    """The one line and the count to a page with scripts, the whole list to one without."""
    if not request.htmx:
        query = {"about": about} | {name: request.POST[name] for name in ("left", "page") if request.POST.get(name)}
        return redirect(f"{reverse('calls', args=[session.pk])}?{urlencode(query)}#call-{signup.pk}")
    told, everybody = call_list.counts(session, about)
    context = {
        "session": session,
        "call": call_list.one(session, about, signup),
        "about": about,
        "left": request.POST.get("left") == "1",
        "whole": _in_view(request, session),
        "told": told,
        "all": everybody,
        "fresh": True,
    }
    return render(request, "console/parts/call.html", context)
