"""What is still missing before a span's figures can be handed on: read off its ledger and the evidence."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone

from events.models import Activity, Session
from registrations.models import Evidence
from registrations.reports.ledger import Entry, Ledger
from registrations.reports.missing import PHOTOS

#: Rows of a list; how many there are in all is said beside it.
SHOWN = 10
#: Measures by which a document says how many came.
PEOPLE = frozenset({"attendance", "persons", "learners"})


@dataclass(frozen=True, slots=True)
class Todo:
    """Each list with its first rows and its whole length."""

    uncounted: tuple[Session, ...]
    uncounted_count: int
    unrecorded: tuple[Activity, ...]
    unrecorded_count: int
    few_photos: tuple[Activity, ...]
    few_photos_count: int

    @property
    def nothing(self) -> bool:
        return not (self.uncounted_count or self.unrecorded_count or self.few_photos_count)


def of(ledger: Ledger, at: datetime.datetime) -> Todo:
    """Sessions that were held without any count; activities without any record at all; activities with fewer than two
    photos. One query beside the ledger."""
    over = [entry for entry in ledger.entries if _over(entry, at)]
    uncounted = [session for entry in over for session in _uncounted(entry, ledger, at)]
    unrecorded = [entry.activity for entry in over if not entry.sessions and _empty(entry)]
    photos = _photos(entry.activity.pk for entry in over)
    few = [entry.activity for entry in over if photos.get(entry.activity.pk, 0) < PHOTOS]
    uncounted.sort(key=lambda one: one.starts_at)
    return Todo(
        tuple(uncounted[:SHOWN]), len(uncounted),
        tuple(unrecorded[:SHOWN]), len(unrecorded),
        tuple(few[:SHOWN]), len(few),
    )  # fmt: skip


def units_with_gaps(ledger: Ledger, at: datetime.datetime) -> set[int]:
    """Organizations that led something of which nobody wrote down what it amounted to; without a query."""
    over = [entry for entry in ledger.entries if _over(entry, at)]
    return {
        entry.activity.organization_id
        for entry in over
        if any(True for _ in _uncounted(entry, ledger, at)) or (not entry.sessions and _empty(entry))
    }


def _over(entry: Entry, at: datetime.datetime) -> bool:
    last = entry.activity.ends_on
    return last is not None and last < timezone.localdate(at) and not (entry.called_off and not entry.sessions)


def _uncounted(entry: Entry, ledger: Ledger, at: datetime.datetime) -> Iterable[Session]:
    if any(one.measure in PEOPLE for one in entry.statements):
        return
    for session in entry.sessions:
        if session.ends_at < at and not ledger.attendance(session):
            session.activity = entry.activity  # read already: the page asks for its name
            yield session


def _empty(entry: Entry) -> bool:
    return not (entry.statements or entry.outputs or entry.supports)


def _photos(activities: Iterable[int]) -> dict[int, int]:
    rows = Evidence.objects.filter(Q(activity__in=list(activities)), kind=Evidence.Kind.PHOTO)
    return dict(rows.order_by().values_list("activity").annotate(n=Count("pk")))
