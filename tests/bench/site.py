"""The site as `make run` serves it, over the benchmark's own PostgreSQL."""

from __future__ import annotations

import asyncio
import datetime
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
STATIONS = 8


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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
        self.world = world
        hall = factories.session(world.activity, now, capacity=None, venue="体育馆")
        self.session, self.activity = hall.pk, world.activity.pk
        self.keys = [factories.station(world.owner, world.lead, hall)[1] for _ in range(STATIONS)]
        before = now - datetime.timedelta(days=1)
        self.codes = []
        for n in range(tickets):
            signup = factories.signup(hall, factories.one(f"学员{n}"), before)
            self.codes.append(codes.address(ticket_of(signup)))
        self.later = now + datetime.timedelta(days=3)
        self.open = factories.session(world.activity, self.later, capacity=500, venue="礼堂").pk
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        from serve import granian  # the command that `make run` uses

        self.server = subprocess.Popen(granian("127.0.0.1", self.port, "error"), cwd=ROOT)
        for _ in range(100):
            try:
                urllib.request.urlopen(f"{self.base}/healthz", timeout=1).read()
                return
            except OSError:
                time.sleep(0.2)
        raise SystemExit("the server did not start")

    def run(
        self, requests: Iterator[Any], concurrency: int, kind: Callable[[int, bytes], str] | None = None
    ) -> dict[str, Any]:
        """Send the requests with so many clients; what `loadgen.drive` finds."""
        from tests.bench.loadgen import drive

        return dict(asyncio.run(drive(self.base, requests, concurrency, kind or _answered, 0, [self.server.pid])))

    def stop(self) -> None:
        self.server.terminate()
        self.server.wait(20)


def _answered(status: int, body: bytes) -> str:
    return "ok" if status in {200, 201} else f"http{status}"
