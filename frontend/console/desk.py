"""The desk of check-ins: what waits for a named person's word, decided one by one or many at once; spans moved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from events import access
from events.access import Act
from events.errors import NotFound, Refusal
from events.models import Session
from frontend.console import desk_words
from frontend.pages import Request, page
from registrations import access as ours
from registrations.checkin.desk import Choice, Way, Why
from registrations.models import ScanDecision
from registrations.operations import desk as deciding
from registrations.operations.desk import Wish
from registrations.reports import desk
from registrations.reports.desk import Item

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """An item in words. `ways`: what else can be decided, (value, label)."""

    item: Item
    why: str
    short: str
    proposed: str
    ways: list[tuple[str, str]]


def _value(item: Item, choice: Choice) -> str:
    return f"{item.outcome.pk}.{choice.way}.{choice.session}"


def _row(item: Item) -> Row:
    reason = item.outcome.why
    return Row(
        item=item,
        why=desk_words.why(item),
        short=str(desk_words.REASONS[Why(reason)]) if reason else "",
        proposed=desk_words.proposed(item) if reason else "",
        ways=[(_value(item, one), desk_words.label(item, one)) for one in item.choices],
    )


@page(Act.RECORD)
def everything(request: Request) -> HttpResponse:
    """Of all sessions within reach."""
    return _desk(request, None)


@page(Act.RECORD)
def of_session(request: Request, pk: int) -> HttpResponse:
    return _desk(request, access.session(request.actor, Act.RECORD, pk=pk))


def _desk(request: Request, session: Session | None) -> HttpResponse:
    waiting = desk.rows(request.actor, session)
    counted = desk.counts(waiting)
    asked = request.GET.get("why", "")
    settled = asked == "decided"
    chosen = desk.decided(request.actor, session) if settled else waiting.order_by("-scan__corrected_at", "-pk")
    if asked in set(Why):
        chosen = chosen.filter(why=asked)
    sheet = Paginator(desk.with_related(chosen), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "desk" if session is None else "sessions",
        "session": session,
        "page": sheet,
        "rows": [_row(item) for item in desk.items(request.actor, list(sheet))],
        "counts": [(why, desk_words.REASONS[why], n) for why, n in counted.items()],
        "all": sum(counted.values()),
        "why": asked if asked in set(Why) else "",
        "settled": settled,
        "most": deciding.MOST,
        "moves": desk.moves(session) if session else [],
    }
    return render(request, "console/desk.html", context)


@page(Act.RECORD)
@require_POST
def decide(request: Request) -> HttpResponse:
    """One scan by the button of its row, those that are ticked, or all of one kind – each as proposed or none of them."""
    back = request.POST.get("back", "")
    if "one" in request.POST:
        done = _decide_one(request, request.POST["one"])
    elif "reopen" in request.POST:
        done = _reopen(request, request.POST["reopen"])
    else:
        done = _decide_many(request)
    if done:
        messages.success(request, ngettext("%(n)s scan decided.", "%(n)s scans decided.", done) % {"n": done})
    return redirect(back if back.startswith("/console/") else "desk")


def _items(request: Request, chosen: list[int]) -> list[Item]:
    """What is chosen, within reach; NotFound where one is not."""
    ours.scans(request.actor, chosen)
    rows = desk.with_related(desk.rows(request.actor).filter(pk__in=chosen))
    return desk.items(request.actor, list(rows))


def _wish(item: Item, choice: Choice) -> Wish:
    kind = ScanDecision.Kind.REFUSE if choice.way is Way.REFUSE else ScanDecision.Kind.COUNT
    session = item.sessions.get(choice.session)
    if session is None and item.session is not None and item.session.pk == choice.session:
        session = item.session
    extra = item.beyond if choice.way is Way.COUNT_MORE else 0
    return Wish(item.outcome.scan, kind, session, item.read, extra)


def _decide_one(request: Request, value: str) -> int:
    number, _dot, rest = value.partition(".")
    if not number.isdecimal() or len(number) > 18:
        raise NotFound
    items = _items(request, [int(number)])
    if not items:
        messages.info(request, gettext("Somebody else has decided this already."))
        return 0
    item = items[0]
    choice = next((one for one in item.choices if f"{one.way}.{one.session}" == rest), None)
    if choice is None:
        messages.error(request, gettext("This has changed meanwhile. Please look again."))
        return 0
    given = request.POST.get(f"reason-{number}", "").strip()
    if not given or (given == desk_words.proposed(item) and choice != item.proposal):
        given = desk_words.label(item, choice)
    return _write(request, [_wish(item, choice)], given)


def _decide_many(request: Request) -> int:
    """Ticked ones, or all of a kind: as proposed each, or none of them counted."""
    if "all" in request.POST:
        rows = desk.rows(request.actor, _asked_session(request)).filter(why=request.POST["all"])
        chosen = list(rows.order_by("-scan__corrected_at").values_list("pk", flat=True)[: deciding.MOST])
    else:
        chosen = [int(one) for one in request.POST.getlist("scan") if one.isdecimal() and len(one) < 19]
    if not chosen:
        messages.info(request, gettext("Nothing is ticked."))
        return 0
    items = _items(request, chosen[: deciding.MOST])
    pick: Callable[[Item], Choice] = lambda item: item.proposal  # noqa: E731  # one of two ways to pick
    if request.POST.get("how") == "refuse":
        pick = _refusal
    reason = request.POST.get("reason", "").strip()
    return _write(request, [_wish(item, pick(item)) for item in items], reason)


def _refusal(item: Item) -> Choice:
    """Where the scan counts rightly and only more is asked for, not counting means leaving it at that."""
    plain = next((one for one in item.choices if one.way is Way.AS_COUNTED), None)
    return plain or Choice(Way.REFUSE)


def _asked_session(request: Request) -> Session | None:
    asked = request.POST.get("session", "")
    return access.session(request.actor, Act.RECORD, pk=int(asked)) if asked.isdecimal() and len(asked) < 19 else None


def _reopen(request: Request, number: str) -> int:
    if not number.isdecimal() or len(number) > 18:
        raise NotFound
    (scan,) = ours.scans(request.actor, [int(number)])
    return _write(request, [Wish(scan, ScanDecision.Kind.REOPEN)], gettext("Decision taken back"))


def _write(request: Request, wishes: list[Wish], reason: str) -> int:
    try:
        return len(deciding.decide(by=request.actor, wishes=wishes, reason=reason, at=timezone.now()))
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return 0
