"""A page of what changed, for a station: no line is lost under concurrent commits, none needs to be sent twice.

The cursor names a place in the order (transaction, id). On PostgreSQL only lines of transactions below
`pg_snapshot_xmin(pg_current_snapshot())` are served: every transaction below it is over, so nothing can still appear
before the cursor. On SQLite writers come one after the other, and the id alone orders them.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.errors import Refusal
from events.models import Session
from registrations import masks
from registrations.initials import initials
from registrations.models import RosterChange, ScanOutcome, Signup, Station, Ticket
from registrations.operations import roster, tickets

PAGE = 1000


class CursorUnreadable(Refusal):
    code = "cursor_unreadable"
    status = 400
    sentence = _("This place in the changes cannot be read. Fetch everything again.")


@dataclass(slots=True)
class Page:
    """`whole` means: forget what you have, this is the first page of everything."""

    cursor: str
    more: bool
    whole: bool
    sessions: list[dict[str, Any]] = field(default_factory=list)
    keys: list[dict[str, Any]] = field(default_factory=list)
    tickets: list[dict[str, Any]] = field(default_factory=list)
    outcomes: list[dict[str, Any]] = field(default_factory=list)
    gone: list[dict[str, Any]] = field(default_factory=list)


def write_cursor(epoch: uuid.UUID, transaction: int, line: int) -> str:
    return base64.urlsafe_b64encode(f"{epoch.hex}.{transaction}.{line}".encode()).decode().rstrip("=")


def read_cursor(text: str) -> tuple[uuid.UUID, int, int]:
    """Raises CursorUnreadable."""
    try:
        epoch, transaction, line = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().split(".")
        return uuid.UUID(epoch), int(transaction), int(line)
    except (ValueError, binascii.Error) as error:
        raise CursorUnreadable(field="since") from error


def _surely_over() -> Q:
    if connection.vendor != "postgresql":
        return Q()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        row = cursor.fetchone()
    return Q(transaction__lt=row[0])


def _of(station: Station) -> Q:
    """Lines of the sessions it serves, and of those that were moved out of its days since it was made: by their numbers,
    for what an organization did in all its years is no news to a phone of today."""
    if station.session_id is not None:
        return Q(session=station.session_id)
    since = _served_since(station)
    sessions = Session.objects.led_within(station.organization).filter(Q(ends_at__gte=since) | Q(changed_at__gte=since))
    return Q(session__in=list(sessions.order_by().values_list("pk", flat=True)))


def _served_since(station: Station) -> datetime.datetime:
    return station.made_at - datetime.timedelta(days=1)


def page(*, station: Station, since: str, at: datetime.datetime) -> Page:
    """The next page after a cursor («» for the first). Raises CursorUnreadable."""
    now = roster.epoch(at=at)
    epoch, transaction, line = read_cursor(since) if since else (now, -1, 0)
    whole = not since or epoch != now
    if whole:
        transaction, line = -1, 0
    after = Q(transaction__gte=transaction) & (Q(transaction__gt=transaction) | Q(pk__gt=line))
    lines = list(
        RosterChange.objects.filter(_of(station), _surely_over(), after).order_by("transaction", "pk")[: PAGE + 1]
    )
    more, lines = len(lines) > PAGE, lines[:PAGE]
    last = lines[-1] if lines else None
    result = Page(
        cursor=write_cursor(now, last.transaction if last else transaction, last.pk if last else line),
        more=more,
        whole=whole,
        keys=[{"id": key_id, "public_key": key.hex()} for key_id, key in sorted(tickets.public_keys().items())],
    )
    if whole:
        # The sessions a station serves stand in no change line before their first change.
        result.sessions = _sessions(station, None)
    _fill(result, station, lines)
    return result


def _fill(result: Page, station: Station, lines: list[RosterChange]) -> None:
    ids: dict[str, set[int]] = {kind: set() for kind in RosterChange.Kind.values}
    for line in lines:
        ids[line.kind].add(line.object_id)
    if ids["session"] and not result.whole:
        result.sessions = _sessions(station, ids["session"])
        found = {row["id"] for row in result.sessions}
        result.gone += [{"kind": "session", "id": pk} for pk in sorted(ids["session"] - found)]
    result.tickets = _tickets(ids["ticket"])
    found = {row["id"] for row in result.tickets}
    result.gone += [{"kind": "ticket", "id": pk} for pk in sorted(ids["ticket"] - found)]
    result.outcomes = [
        {"scan": str(row.scan.scan_id), "station": row.scan.station_id, "ticket": _ticket_of(row),
         "session": row.session_id, "outcome": row.outcome, "counted": row.counted,
         "at": row.scan.corrected_at.isoformat(), "direction": row.scan.direction}
        for row in ScanOutcome.objects.filter(pk__in=ids["outcome"]).select_related("scan", "decision")
    ]  # fmt: skip


def _ticket_of(outcome: ScanOutcome) -> int | None:
    """The ticket a scan counts for: what was decided later may know one that was unknown at receipt."""
    decided = outcome.decision.ticket_id if outcome.decision else None
    return decided or outcome.scan.ticket_id


def _sessions(station: Station, only: set[int] | None) -> list[dict[str, Any]]:
    rows = Session.objects.select_related("activity__organization")
    if station.session_id is not None:
        rows = rows.filter(pk=station.session_id)
    else:
        rows = rows.led_within(station.organization).filter(ends_at__gte=_served_since(station))
    if only is not None:
        rows = rows.filter(pk__in=only)
    result = []
    for row in rows[:PAGE]:
        opens, closes = row.check_in_window
        result.append(
            {
                "id": row.pk,
                "activity": row.activity_id,
                "name": str(row),
                "venue": row.venue,
                "starts_at": row.starts_at.isoformat(),
                "ends_at": row.ends_at.isoformat(),
                "day": timezone.localdate(row.starts_at).isoformat(),
                "opens_at": opens.isoformat(),
                "closes_at": closes.isoformat(),
                "state": row.state,
                "checks_out": row.activity.checks_out,
            }
        )
    return result


def _tickets(only: set[int]) -> list[dict[str, Any]]:
    """Name masked, or whole where the roll is called; never a phone."""
    rows = Ticket.objects.filter(pk__in=only).select_related("signup__activity", "attendee")
    result = []
    for row in rows.prefetch_related("signup__chosen", "signup__activity__sessions"):
        signup = row.signup
        name = row.attendee.name if row.attendee else signup.contact_name
        covers = (
            [session.pk for session in signup.activity.sessions.all()]
            if signup.covers_course
            else [chosen.session_id for chosen in signup.chosen.all()]
        )
        state = "revoked" if row.state == Ticket.State.REVOKED else signup.state
        shown = name if signup.activity.calls_the_roll else masks.name(name)
        village = row.attendee.village if row.attendee else ""
        result.append(
            {
                "id": row.pk,
                "ticket": f"{row.code:014x}",
                "activity": signup.activity_id,
                "short_code": row.short_code,
                "sessions": sorted(covers),
                "size": 1 if row.attendee_id else signup.size,
                "state": "valid" if state in Signup.LET_IN else state,
                "name": shown,
                "initials": initials(shown),
                "village": village or signup.unit,
            }
        )
    return result
