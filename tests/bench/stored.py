"""What a scan costs with 10 thousand and with 5 million scans stored: two databases of one cluster, a server over each, the
same requests by turns.

python -m tests.bench.stored <activities>     (a database of its own in DATABASE_URL; serves it until its input ends)
"""

from __future__ import annotations

import asyncio
import datetime
import json
import os
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from tests.bench import history

if TYPE_CHECKING:
    from tests.bench.site import Site

SESSIONS, PEOPLE, GATES, TOWNS = 5, 500, 2, 28
BATCH, SINGLE, TURNS = 500, 40, 9
LARGE = ("registrations_stationrecord", "registrations_scan", "registrations_scanoutcome", "registrations_attendance",
         "registrations_rosterchange")  # fmt: skip


def _plan(activities: int) -> history.Plan:
    return history.Plan(activities, SESSIONS, PEOPLE, GATES)


def show(*, quick: bool) -> None:
    turns = 3 if quick else TURNS
    with _Served("few", 4, turns) as few, _Served("many", 80 if quick else 2_000, turns) as many:
        for turn in range(turns + 1):
            for one in (few, many) if turn % 2 else (many, few):
                one.measure(keep=turn > 0)  # the first requests of a process load its modules
        for one in (few, many):
            print(one.said, flush=True)
        for name, unit in (("single", "scan"), ("batch", f"batch of {BATCH}")):
            pairs = list(zip(few.took[name], many.took[name], strict=True))
            wall = statistics.median(big / small for (small, _), (big, _) in pairs)
            cpu = statistics.median(big / small for (_, small), (_, big) in pairs)
            print(
                f"a {unit}: {few.found['queries'][name]} and {many.found['queries'][name]} queries;"
                f" p50 {few.middle(name):.1f} and {many.middle(name):.1f} ms; of {turns} pairs the middle one"
                f" × {wall:.2f} in time, × {cpu:.2f} in the server's CPU",
                flush=True,
            )


@dataclass
class _Served:
    """A database with so many activities held, its server, and phones at a session of today."""

    name: str
    activities: int
    turns: int
    took: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: {"single": [], "batch": []})

    def __enter__(self) -> _Served:
        from django.db import connection

        database = f"stored_{self.name}_{uuid.uuid4().hex[:8]}"
        with connection.cursor() as cursor:
            cursor.execute(f"create database {database}")
        address = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}"))
        tickets = (self.turns + 1) * (SINGLE + BATCH)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.stored", str(self.activities), str(tickets)],
            env=os.environ | {"DATABASE_URL": address}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.found = json.loads(next(line for line in _out(self.process) if line.startswith("{")))
        self.codes = iter(self.found["codes"])
        return self

    def __exit__(self, *_problem: object) -> None:
        self.process.communicate("", timeout=60)

    @property
    def said(self) -> str:
        rows, table, indexes, seconds = (self.found[key] for key in ("scans", "table", "indexes", "seconds"))
        return (
            f"{rows:,} scans stored, written in {seconds:.0f} s: records, scans, outcomes, attendances and lines of the feed"
            f" are {table / 1e9:.2f} GB, their indexes {indexes / 1e9:.2f} GB"
        )

    def middle(self, name: str) -> float:
        return statistics.median(wall for wall, _cpu in self.took[name])

    def measure(self, *, keep: bool) -> None:
        """One after the other: scans by themselves, and a batch."""
        for name, count, size in (("single", SINGLE, 1), ("batch", 1, BATCH)):
            found = self._send(count, size)
            if keep:
                self.took[name].append((found["p50_ms"], found["server_cpu_ms"]))

    def _send(self, count: int, size: int) -> dict[str, Any]:
        from tests.bench.loadgen import drive

        found = dict(
            asyncio.run(drive(self.found["base"], self._requests(count, size), 1, _kind, 0, [self.found["pid"]]))
        )
        assert set(found["outcomes"]) == {"ok"}, found["samples"]
        return found

    def _requests(self, count: int, size: int) -> Iterator[Any]:
        from tests.bench.loadgen import Request

        for _ in range(count):
            scans = [_scan(self.found["session"], next(self.codes)) for _ in range(size)]
            headers = {"Content-Type": "application/json", "Authorization": f"Station {self.found['key']}"}
            yield Request("POST", "/api/v1/station/records", headers, json.dumps({"records": scans}).encode())


def _out(process: subprocess.Popen[str]) -> IO[str]:
    assert process.stdout is not None
    return process.stdout


def _kind(status: int, body: bytes) -> str:
    if status != 200:
        return f"http{status}"
    codes = {answer["code"] for answer in json.loads(body)["answers"]}
    return "ok" if codes == {"admit"} else ",".join(sorted(codes))


def _scan(session: int, code: str) -> dict[str, Any]:
    from django.utils import timezone

    made = {
        "id": str(uuid.uuid4()),
        "kind": "scan",
        "made_at": timezone.now().isoformat(),
        "sequence": 1,
        "epoch": "e1",
    }
    return made | {"session": session, "code": code}


def _serve(activities: int, tickets: int) -> None:
    """Build the database, say how to reach its server, and wait."""
    from tests.bench.site import Site

    site = Site(1)
    try:
        print(json.dumps(_built(site, activities, tickets)), flush=True)
        sys.stdin.read()
    finally:
        site.stop()


def _built(site: Site, activities: int, tickets: int) -> dict[str, Any]:
    from django.db import connection
    from django.utils import timezone

    from registrations.models import Scan, Ticket
    from registrations.operations import tickets as codes
    from tests import factories
    from tests.bench import growth

    now, lead = timezone.now(), site.world.lead
    towns = [factories.organization(f"town{n}", parent=lead) for n in range(TOWNS)]
    began = time.monotonic()
    history.write(_plan(activities), world=site.world, organizations=[lead, *towns], last=now)
    seconds = time.monotonic() - began
    soon = now + datetime.timedelta(minutes=30)
    today = factories.session(factories.activity(site.world.campaign, name="科普大集"), soon, venue="体育馆")
    growth.fill(today, tickets + 2 + 2 * BATCH)
    station, key = factories.station(site.world.owner, lead, today)
    rows = Ticket.objects.filter(signup__chosen__session=today).select_related("signup__activity")
    fresh = [codes.address(one) for one in rows]
    queries = {
        "single": _queries(station, [_scan(today.pk, fresh.pop()) for _ in range(2)], 1),
        "batch": _queries(station, [_scan(today.pk, fresh.pop()) for _ in range(2 * BATCH)], BATCH),
    }
    with connection.cursor() as cursor:
        cursor.execute("analyze")
        cursor.execute("select sum(pg_table_size(name::regclass)), sum(pg_indexes_size(name::regclass))"
                       " from unnest(%s::text[]) as name", [list(LARGE)])  # fmt: skip
        table, indexes = cursor.fetchone()
    return {
        "base": site.base, "pid": site.server.pid, "key": key, "session": today.pk, "codes": fresh, "queries": queries,
        "scans": Scan.objects.count(), "table": int(table), "indexes": int(indexes), "seconds": seconds,
    }  # fmt: skip


def _queries(station: Any, scans: list[dict[str, Any]], size: int) -> int:
    """Of the second of two batches: the first finds what is looked up once in a process."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from registrations.operations import records

    records.receive(station=station, records=scans[:size], sent_at=None, at=timezone.now())
    with CaptureQueriesContext(connection) as seen:
        records.receive(station=station, records=scans[size:], sent_at=None, at=timezone.now())
    return len(seen)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "events_site.settings")
    _serve(int(sys.argv[1]), int(sys.argv[2]))
