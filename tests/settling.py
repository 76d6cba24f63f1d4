"""Waiting until stations may be told of everything written so far."""

from __future__ import annotations

import time

from django.db import connection
from django.db.models import Max

from registrations.models import RosterChange


def settle() -> None:
    """PostgreSQL serves a change once every transaction before it is over, those of other tests beside this one included:
    the snapshot's xmin is the whole cluster's. Raises TimeoutError after a minute."""
    if connection.vendor != "postgresql":
        return
    last = RosterChange.objects.aggregate(last=Max("transaction"))["last"]
    for _try in range(600):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            if last is None or cursor.fetchone()[0] > last:
                return
        time.sleep(0.1)
    raise TimeoutError
