"""The lines of a sign-up's roster: written with it, and replaced when the list changes.

Of a village, group or class with several names each named line has a ticket of its own, so that a paper slip of each can
carry a code. A line that stays keeps its row and its ticket: a slip printed before the change is good after it.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Sequence

from django.db.models import F, Max
from django.utils import timezone

from events.models import Session
from registrations import rosters
from registrations.models import Attendee, Correction, Signup, Ticket
from registrations.operations import people, tickets
from registrations.rosters import Row

#: Kinds whose people may come one by one; a family comes together and shows one code.
_ONE_BY_ONE = {Signup.Kind.VILLAGE, Signup.Kind.GROUP, Signup.Kind.CLASS}


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """A line of the roster: a named person, with a phone of their own or none, or an unnamed rest of `size`."""

    name: str = ""
    size: int = 1
    village: str = ""
    audience_group: str = ""
    phone: str = ""

    @classmethod
    def of(cls, row: Attendee) -> Line:
        """A line as it stands."""
        return cls(row.name, row.size, row.village, row.audience_group, row.phone)


def cleaned(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The lines with their phones as 11 digits. Raises PhoneUnreadable."""
    return tuple(
        dataclasses.replace(line, phone=people.phone(line.phone, field="lines")) if line.phone else line
        for line in lines
    )


def of_rows(rows: Iterable[Row], *, at_home: str = "") -> list[Line]:
    """Each row of a list is its named person and an unnamed rest that comes along; `at_home`: the village of those that
    name none."""
    found = []
    for row in rows:
        village = row.village or at_home
        found.append(Line(row.name, village=village, phone=row.phone))
        if (heads := rosters.count(row.people) or 1) > 1:
            found.append(Line(size=heads - 1, village=village))
    return found


def same(held: Sequence[Attendee], lines: Sequence[Line]) -> bool:
    """Whether a roster says already what these lines say. A line that names no audience group asks for none."""
    return len(held) == len(lines) and all(
        (row.name, row.size, row.village, row.phone) == (line.name, line.size, line.village, line.phone)
        and line.audience_group in {"", row.audience_group}
        for row, line in zip(held, lines, strict=True)
    )


def new(
    *,
    signup: Signup,
    lines: Sequence[Line],
    sessions: Sequence[Session],
    at: datetime.datetime,
    age_band: str,
    secrets_of: dict[int, bytes],
) -> list[Attendee]:
    """The lines of a new sign-up, to be written by the caller; `secrets_of` as `people.person_keys` has it. Call inside a
    transaction."""
    made = [
        Attendee(signup=signup, position=position, name=line.name, size=line.size, age_band=age_band)
        for position, line in enumerate(lines, start=1)
    ]
    _fill(signup, made, lines, sessions, at, secrets_of)
    return made


def replace(
    *, signup: Signup, lines: Sequence[Line], sessions: Sequence[Session], at: datetime.datetime, age_band: str
) -> None:
    """Other lines in the place of the present ones, nobody of whom has come: a fixed number of queries. Call inside a
    transaction.

    The same name keeps its row and its ticket. A line that leaves is deleted; where a ticket or a correction names it,
    it stays as a removed one without a name, and its ticket is revoked, so that its slip is told apart from a forgery.
    """
    held = list(signup.attendees.standing())
    found = _matched(held, lines)
    staying = {row.pk for row in found if row}
    leaving = [one.pk for one in held if one.pk not in staying]
    has_ticket = set(Ticket.objects.filter(attendee__in=held).values_list("attendee", flat=True))
    named_elsewhere = has_ticket | set(
        Correction.objects.filter(attendee__in=leaving).values_list("attendee", flat=True)
    )
    signup.attendees.filter(pk__in=set(leaving) - named_elsewhere).delete()
    Ticket.objects.filter(attendee__in=leaving, state=Ticket.State.VALID).update(
        state=Ticket.State.REVOKED, revoked_at=at
    )
    # Out of the way first, for no two lines may ever stand in one place.
    top = signup.attendees.aggregate(top=Max("position"))["top"] or 0
    signup.attendees.standing().update(position=F("position") + max(top, len(lines)))
    signup.attendees.filter(pk__in=leaving).update(
        name="", village="", phone="", id_number="", person_key="", removed_at=at, erased_at=at
    )
    rows = []
    for position, (row, line) in enumerate(zip(found, lines, strict=True), start=1):
        row = row or Attendee(signup=signup)
        row.position, row.name, row.size, row.age_band = position, line.name, line.size, age_band
        rows.append(row)
    _fill(signup, rows, lines, sessions, at)
    fields = ["position", "name", "size", "age_band", "village", "region", "audience_group", "phone", "person_key"]
    Attendee.objects.bulk_update([row for row in rows if row.pk], fields)
    Attendee.objects.bulk_create([row for row in rows if not row.pk])
    without = [row for row in with_tickets(signup, rows) if row.pk not in has_ticket]
    tickets.issue_all(wanted=[(signup, one, sessions) for one in without], at=at)


def _matched(held: Sequence[Attendee], lines: Sequence[Line]) -> list[Attendee | None]:
    """For each line the row that it goes on in: of the same name and village, else of the same name."""
    found: list[Attendee | None] = [None] * len(lines)
    staying: set[int] = set()
    for exact in (True, False):
        by_name: dict[tuple[str, str], list[Attendee]] = {}
        for row in held:
            if row.pk not in staying:
                by_name.setdefault((row.name, row.village if exact else ""), []).append(row)
        for place, line in enumerate(lines):
            rows = by_name.get((line.name, line.village if exact else ""))
            if found[place] is None and rows:
                found[place] = row = rows.pop(0)
                staying.add(row.pk)
    return found


def _fill(
    signup: Signup,
    rows: Sequence[Attendee],
    lines: Sequence[Line],
    sessions: Sequence[Session],
    at: datetime.datetime,
    secrets_of: dict[int, bytes] | None = None,
) -> None:
    """What rows and lines have in common, and the keys by which the same people are told again."""
    contact = signup.contact_phone if len(lines) == 1 else ""
    first = min(sessions, key=lambda one: one.starts_at, default=None)
    keys = people.person_keys(
        year=first.local_year if first else timezone.localtime(at).year,
        persons=[(line.name, line.phone or contact, line.village) for line in lines],
        course=signup.activity_id if signup.covers_course else None,
        secrets_of=secrets_of,
    )
    for row, line, key in zip(rows, lines, keys, strict=True):
        row.village, row.phone, row.region, row.person_key = line.village, line.phone, signup.region, key
        # Forms that do not ask for the group must not take away the one that is known.
        row.audience_group = line.audience_group or row.audience_group


def with_tickets(signup: Signup, rows: Sequence[Attendee]) -> list[Attendee]:
    """Those lines that have tickets of their own."""
    named = [row for row in rows if row.name]
    return named if signup.kind in _ONE_BY_ONE and len(named) > 1 else []
