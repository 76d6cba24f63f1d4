"""`make bench`: what the site does beside what its database could do at most, measured in the same run.

A real server (granian, two workers, as `make run` starts it) over a durable PostgreSQL of its own; requests come from
`loadgen.py`. The floor is pgbench in the same cluster: one row, or 500, per durable commit. Numbers of a shared machine
move; ratios within one run say more, and nothing here asserts a time.

    python -m tests.bench [--requests 300] [--quick]
"""

from __future__ import annotations

import argparse
import asyncio
import datetime
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent.parent
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "events_site.settings")
os.environ["KEPU_VAR"] = tempfile.mkdtemp(prefix="kepu-bench-")
os.environ["KEPU_LOG_FORMAT"] = "json"
os.environ["KEPU_PROXIES"] = "1"

#: What pretix 2026.8 reached on a machine of this size with the same generator (shared bench notes): scans a second.
PRETIX = {1: 15, 8: 32, 32: 30}
STATIONS = 8


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def floor(clients: int, rows: int, seconds: int) -> float:
    """Rows a second that pgbench writes into one narrow table, `rows` of them per durable commit."""
    where = urlsplit(os.environ["DATABASE_URL"])
    programs = os.environ["PG_BIN"]  # of the cluster that tests/postgres.py started
    connection = ["-h", str(where.hostname), "-p", str(where.port), "-U", str(where.username)]
    setup = "drop table if exists floor; create table floor (id bigserial primary key, a int, b bigint, c text, d timestamptz);"
    subprocess.run([f"{programs}/psql", *connection, "-qc", setup, where.path[1:]], check=True, capture_output=True)
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        one = "(1, 2, md5(random()::text), now())"
        script.write(f"insert into floor (a, b, c, d) values {', '.join([one] * rows)};\n")  # noqa: S608
        script.flush()
        done = subprocess.run(
            [f"{programs}/pgbench", *connection, "-n", "-M", "prepared", "-f", script.name, "-c", str(clients),
             "-j", "2", "-T", str(seconds), where.path[1:]],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    found = re.search(r"^tps = ([\d.]+)", done.stdout, re.M)
    assert found is not None
    return float(found[1]) * rows


class Site:
    """The served site with one lecture, its sign-ups and eight paired phones."""

    def __init__(self, tickets: int) -> None:
        import django

        django.setup()
        from django.core.management import call_command
        from django.utils import timezone

        call_command("migrate", verbosity=0)
        from registrations.operations import tickets as codes
        from registrations.operations.signups import ticket_of
        from tests import factories

        now = timezone.now()
        world = factories.world(now)
        hall = factories.session(world.activity, now, capacity=None, venue="体育馆")
        self.session, self.activity = hall.pk, world.activity.pk
        self.keys = [factories.station(world.owner, world.lead, hall)[1] for _ in range(STATIONS)]
        before = now - datetime.timedelta(days=1)
        self.codes = []
        for n in range(tickets):
            signup = factories.signup(hall, factories.one(f"学员{n}"), before)
            self.codes.append(codes.address(ticket_of(signup)))
        later = factories.session(world.activity, now + datetime.timedelta(days=3), capacity=500, venue="礼堂")
        self.open = later.pk
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        command = [str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--port", str(self.port)]
        command += ["--workers", "2", "--blocking-threads", "4", "--log-level", "error", "--host", "127.0.0.1"]
        self.server = subprocess.Popen([*command, "events_site.wsgi:application"], cwd=ROOT)
        for _ in range(100):
            try:
                urllib.request.urlopen(f"{self.base}/healthz", timeout=1).read()
                return
            except OSError:
                time.sleep(0.2)
        raise SystemExit("the server did not start")

    def stop(self) -> None:
        self.server.terminate()
        self.server.wait(20)


def record(site: Site, code: str, number: int) -> dict[str, Any]:
    made = datetime.datetime.now(datetime.UTC).isoformat()
    common = {"made_at": made, "sequence": number, "epoch": "bench", "session": site.session, "code": code}
    return {"id": str(uuid.uuid4()), "kind": "scan"} | common


def scans(site: Site, codes: list[str], batch: int) -> Iterator[Any]:
    from tests.bench.loadgen import Request

    for number, start in enumerate(range(0, len(codes), batch)):
        records = [record(site, code, start + n) for n, code in enumerate(codes[start : start + batch])]
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Station {site.keys[number % STATIONS]}",
        }
        yield Request("POST", "/api/v1/station/records", headers, json.dumps({"records": records}).encode())


def signups(site: Site, count: int) -> Iterator[Any]:
    from tests.bench.loadgen import Request

    for n in range(count):
        body = {
            "activity": site.activity,
            "sessions": [site.open],
            "kind": "person",
            "lines": [{"name": f"村民{n}"}],
            "consent": True,
        }
        headers = {"Content-Type": "application/json", "Idempotency-Key": uuid.uuid4().hex}
        headers["X-Forwarded-For"] = f"10.0.{n // 250}.{n % 250}"  # people at home: each has an address of their own
        yield Request("POST", "/api/v1/signups", headers, json.dumps(body).encode())


def reads(path: str, count: int) -> Iterator[Any]:
    from tests.bench.loadgen import Request

    for _ in range(count):
        yield Request("GET", path, {"Accept-Language": "zh-hans"}, b"")


def run(site: Site, requests: Iterator[Any], concurrency: int) -> dict[str, Any]:
    from tests.bench.loadgen import drive

    def kind(status: int, body: bytes) -> str:
        return "ok" if status in {200, 201} else f"http{status}"

    return dict(asyncio.run(drive(site.base, requests, concurrency, kind, 0, [site.server.pid])))


def line(name: str, found: dict[str, Any], rows: int = 1, against: float | None = None, note: str = "") -> None:
    rate = (found["ok_rps"] or 0) * rows
    ratio = f"{100 * rate / against:5.1f} % of the floor ({against:,.0f}/s)" if against else ""
    cpu = (found["server_cpu_ms"] or 0) / rows
    print(
        f"{name:34} {rate:9,.1f}/s  p50 {found['p50_ms']:8.1f}  p95 {found['p95_ms']:8.1f}  p99 {found['p99_ms']:8.1f} ms"
        f"  {cpu:7.2f} ms CPU each  {ratio} {note}",
        flush=True,
    )
    if set(found["outcomes"]) != {"ok"}:
        print("   outcomes", found["outcomes"], found["samples"], flush=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--requests", type=int, default=300, help="single scans per concurrency")
    options.add_argument("--quick", action="store_true", help="a minute instead of several")
    asked = options.parse_args()
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        raise SystemExit("python tests/postgres.py --durable python -m tests.bench")
    count = min(asked.requests, 100) if asked.quick else asked.requests
    seconds = 2 if asked.quick else 5
    batches = 4 if asked.quick else 12
    print(f"setting up {count * 3 + batches * 2 * 500:,} tickets …", flush=True)
    site = Site(count * 3 + batches * 2 * 500)
    left = iter(site.codes)

    def some(number: int) -> list[str]:
        return [code for code, _ in zip(left, range(number), strict=False)]

    try:
        run(site, scans(site, [site.codes[0]] * 20, 1), 4)
        for clients in (1, 8, 32):
            found = run(site, scans(site, some(count), 1), clients)
            times = (found["ok_rps"] or 0) / PRETIX[clients]
            line(f"single scans, c={clients}", found, 1, floor(clients, 1, seconds), f"{times:.1f} × pretix 2026.8")
        for clients in (1, 8):
            found = run(site, scans(site, some(batches * 500), 500), clients)
            line(f"batches of 500, c={clients}", found, 500, floor(clients, 500, seconds))
        line("sign-ups, c=8", run(site, signups(site, count), 8), 1, floor(8, 1, seconds))
        for name, path in (
            ("public list of sessions, c=8", "/"),
            ("page of a session, c=8", f"/sessions/{site.open}/"),
            ("sessions by REST, c=8", "/api/v1/sessions"),
        ):
            line(name, run(site, reads(path, count), 8))
    finally:
        site.stop()


if __name__ == "__main__":
    main()
