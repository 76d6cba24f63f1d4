"""Paper for those who have no phone: the list to post, slips with codes to hand out.

Chinese throughout, as documents are: the readers live here.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from django.utils import timezone

from events import dates
from events.models import Session
from registrations.models import Attendee, Signup, Ticket
from registrations.operations import tickets
from registrations.reports import notices, qr
from registrations.reports.typesetting import Document


@dataclass(frozen=True, slots=True)
class Slip:
    """One piece of paper: a name, of where, for how many, and the ticket."""

    name: str
    unit: str
    people: str
    code: str
    short_code: str


def posted_list(*, signup: Signup, sessions: Sequence[Session], at: datetime.datetime) -> Document:
    """The list a secretary posts at the village office: numbers and names, and never a phone."""
    lines = list(signup.attendees.standing())
    rows: list[dict[str, str]] = []
    for line in lines:
        if line.name:
            rows.append({"name": line.name, "village": line.village, "note": ""})
        elif rows and line is not lines[-1] and not rows[-1]["note"]:
            rows[-1]["note"] = f"另带{line.size}人"
        else:
            rows.append({"name": f"另有{line.size}人", "village": line.village, "note": ""})
    villages = {row["village"] for row in rows}
    data = {
        "title": signup.activity.name,
        "when": _whens(sessions, at),
        "unit": signup.unit,
        "contact": signup.contact_name,
        "people": signup.size,
        "rows": rows,
        "villages": len(villages - {signup.unit}) > 0,
        "host": signup.activity.organization.name,
        "printed": _printed(at),
    }
    return Document("posted_list.typ", data)


def slips(*, signups: Iterable[Signup], sessions: Sequence[Session], at: datetime.datetime) -> Document:
    """Eight slips a page: of each named person with a ticket of their own, and one of a sign-up for all its others."""
    activity = sessions[0].activity if sessions else None
    data = {
        "title": activity.name if activity else "",
        "when": _whens(sessions, at, most=2),
        "host": activity.organization.name if activity else "",
        "slips": [asdict(one) | {"code": qr.svg(one.code)} for one in _slips(list(signups))],
    }
    return Document("slips.typ", data)


def _slips(signups: list[Signup]) -> list[Slip]:
    lines: dict[int, list[Attendee]] = {signup.pk: [] for signup in signups}
    for line in Attendee.objects.filter(signup__in=lines).standing().order_by("signup", "position"):
        lines[line.signup_id].append(line)
    held: dict[tuple[int, int | None], Ticket] = {}
    valid = Ticket.objects.filter(signup__in=lines, state=Ticket.State.VALID)
    for ticket in valid.select_related("signup"):
        held[ticket.signup_id, ticket.attendee_id] = ticket
    made: list[Slip] = []
    for signup in signups:
        own = [line for line in lines[signup.pk] if (signup.pk, line.pk) in held]
        for line in own:
            made.append(_slip(line.name, line.village or signup.unit, "", held[signup.pk, line.pk]))
        others = [line for line in lines[signup.pk] if (signup.pk, line.pk) not in held]
        if others and (signup.pk, None) in held:
            made.append(_of_others(signup, others, held[signup.pk, None], alone=not own))
    return made


def _of_others(signup: Signup, others: list[Attendee], ticket: Ticket, *, alone: bool) -> Slip:
    """The slip with the sign-up's own code, for whoever has no code of their own."""
    people = sum(line.size for line in others)
    if len(others) == 1 and others[0].name:
        return _slip(others[0].name, others[0].village or signup.unit, "", ticket)
    words = f"共{people}人" if alone else f"其余{people}人"
    if signup.unit and signup.kind != Signup.Kind.FAMILY:
        return _slip(signup.unit, f"联系人：{signup.contact_name}", words, ticket)
    return _slip(signup.contact_name or others[0].name, signup.unit, words, ticket)


def _slip(name: str, unit: str, people: str, ticket: Ticket) -> Slip:
    return Slip(name, unit, people, tickets.address(ticket), f"{ticket.short_code[:4]} {ticket.short_code[4:]}")


def _whens(sessions: Sequence[Session], at: datetime.datetime, most: int = 20) -> list[list[str]]:
    """(when, where) of each session; where there are more than fit, the last line says so."""
    lines = [[notices.when(one, at), notices.where(one)] for one in sessions]
    return lines if len(lines) <= most else [*lines[: most - 1], [f"等，共{len(lines)}次", ""]]


def _printed(at: datetime.datetime) -> str:
    return dates.day(timezone.localdate(at), zh=True, today=None, weekday=False)
