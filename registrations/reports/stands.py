"""The stands of an activity: what each has handed in, what it adds up to, and the sheets with their codes.

The sheets are Chinese throughout, as documents are.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Prefetch

from events.models import Activity, Session
from registrations.access import stand_key
from registrations.models import Stand, StandReport
from registrations.reports import notices, qr
from registrations.reports.typesetting import Document

State = StandReport.State
#: What a stand may state, in the order of the form.
MEASURES = ("leaflets", "consultations", "free_clinics", "panels")


@dataclass(frozen=True, slots=True)
class Row:
    """A stand and the report that counts; None: it has handed nothing in."""

    stand: Stand
    report: StandReport | None

    @property
    def numbers(self) -> list[int | None]:
        """Under `MEASURES`; None where nothing is known."""
        known = self.report.numbers if self.report else {}
        return [known.get(measure) for measure in MEASURES]


@dataclass(frozen=True, slots=True)
class Board:
    """All stands of an activity, or of one of its sessions."""

    rows: list[Row]

    @property
    def missing(self) -> list[Stand]:
        """Who has not handed in, or was sent back and has not corrected it."""
        return [row.stand for row in self.rows if row.report is None or row.report.state == State.RETURNED]

    def count(self, state: str) -> int:
        return sum(row.report is not None and row.report.state == state for row in self.rows)

    @property
    def sent(self) -> int:
        return self.count(State.SENT)

    @property
    def accepted(self) -> int:
        return self.count(State.ACCEPTED)

    @property
    def totals(self) -> list[tuple[str, int | None]]:
        """Of what is accepted, by measure; None where no stand states it."""
        taken = [row.report.numbers for row in self.rows if row.report and row.report.state == State.ACCEPTED]
        stated = [(measure, [one[measure] for one in taken if measure in one]) for measure in MEASURES]
        return [(measure, sum(numbers) if numbers else None) for measure, numbers in stated]


def board(activity: Activity, session: Session | None = None) -> Board:
    """In two queries, however many stands."""
    rows = Stand.objects.standing().filter(activity=activity).select_related("session__activity")
    if session is not None:
        rows = rows.filter(session=session)
    counting = Prefetch("reports", StandReport.objects.filter(replaced_at=None), to_attr="counting")
    found = rows.order_by("place", "pk").prefetch_related(counting)
    return Board([Row(one, one.counting[0] if one.counting else None) for one in found])  # type: ignore[attr-defined]  # prefetched above


def address(stand: Stand) -> str:
    """What the printed code carries; the key stands in the fragment, which no log sees."""
    return f"{settings.KEPU_BASE_URL}/stands/open/#k={stand_key(stand)}"


def written(stand: Stand) -> str:
    """The stand's code as it is read out and typed: «17 7K3M 9QXZ AB2C»."""
    number, _dash, secret = stand_key(stand).partition("-")
    return " ".join([number, secret[:4], secret[4:8], secret[8:]])


def document(*, stands: Sequence[Stand], activity: Activity, paper: str, at: datetime.datetime) -> Document:
    """A page for each stand, on «a4» or «a5». The activity comes with its organization, stands with their sessions."""
    data = {
        "paper": paper,
        "title": activity.name,
        "host": activity.organization.name,
        "at": settings.KEPU_BASE_URL.partition("://")[2] + "/stands/open/",
        "stands": [
            {
                "name": one.name,
                "unit": one.unit,
                "place": one.place,
                "when": notices.when(one.session, at) if one.session else "",
                "code": qr.svg(address(one)),
                "written": written(one),
            }
            for one in stands
        ],
    }
    return Document("stands.typ", data)
