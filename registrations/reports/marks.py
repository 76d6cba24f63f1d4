"""Up to where somebody has read the feed of a session's changes, so that the next reading passes no line by.

On PostgreSQL a mark is the snapshot it was made in: the next reading asks for the lines which that snapshot did not see,
however late they were committed. On SQLite writers come one after the other, and a line's number
is enough. Marks are not made inside a transaction: its own snapshot takes what it has yet to write for written.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.models import Max

from events.models import Session
from registrations.models import DatabaseEpoch, RosterChange


@dataclass(frozen=True, slots=True)
class Mark:
    """Up to where the feed was read: of which life of the database, and its snapshot or last line."""

    epoch: str
    place: str


_EPOCH = "(SELECT epoch::text FROM registrations_databaseepoch ORDER BY begun_at DESC, id DESC LIMIT 1)"
# Planned anew each time: how few lines lie behind a mark is seen from the mark alone.
_SINCE = f"""
SELECT pg_current_snapshot()::text, coalesce({_EPOCH}, ''), change.kind, change.object_id
FROM (SELECT 1) AS always LEFT JOIN registrations_rosterchange AS change
  ON change.session_id = %s AND change.transaction >= pg_snapshot_xmin(%s::pg_snapshot)::text::bigint
  AND NOT pg_visible_in_snapshot(change.transaction::text::xid8, %s::pg_snapshot)
LIMIT %s
"""  # noqa: S608  # of constants


def now() -> Mark:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_current_snapshot()::text, coalesce({_EPOCH}, '')")
            place, epoch = cursor.fetchone()
        return Mark(epoch, place)
    last = RosterChange.objects.aggregate(last=Max("pk"))["last"] or 0
    return Mark(_epoch(), str(last))


def since(mark: Mark, session: Session, *, most: int) -> tuple[Mark, list[tuple[str, int]]]:
    """The next mark, and (kind, number) of what changed for the session since this one, `most` lines at the most."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(_SINCE, [session.pk, mark.place, mark.place, most])
            rows = cursor.fetchall()
        return Mark(rows[0][1], rows[0][0]), [(kind, number) for _place, _epoch, kind, number in rows if kind]
    found = RosterChange.objects.filter(session=session, pk__gt=int(mark.place)).order_by("pk")
    lines = list(found.values_list("pk", "kind", "object_id")[:most])
    place = str(lines[-1][0]) if lines else mark.place
    return Mark(_epoch(), place), [(kind, number) for _pk, kind, number in lines]


def _epoch() -> str:
    return str(DatabaseEpoch.objects.values_list("epoch", flat=True).first() or "")
