"""The live page of a session for which 20,000 have signed up and are in, while further people are scanned: how long its
numbers take, by themselves and over HTTP, beside the least the database needs to count the same rows once."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.bench import history

if TYPE_CHECKING:
    from events.models import Session
    from tests.bench.site import Site

PEOPLE, GATES, BETWEEN = 20_000, 8, 5
#: What the counts of pretix 2026.8 took at this number, in ms.
PRETIX = 400


class Board:
    """The session, with people who have yet to come."""

    def __init__(self, site: Site, rounds: int) -> None:
        from django.utils import timezone

        from events.models import Session
        from registrations.operations import tickets
        from registrations.operations.signups import ticket_of
        from tests import factories

        self.site, self.now = site, timezone.now()
        plan = history.Plan(activities=1, sessions=1, people=PEOPLE, gates=GATES)
        written = history.write(plan, world=site.world, organizations=[site.world.lead], last=self.now)
        rows = Session.objects.select_related("activity__organization")
        self.session: Session = rows.get(pk=written.session)
        self.station, self.key = factories.station(site.world.owner, site.world.lead, self.session)
        coming = [factories.signup(self.session, factories.one("来者")) for _ in range(2 * rounds * BETWEEN)]
        self.codes = [tickets.address(ticket_of(one)) for one in coming]

    def scans(self) -> list[dict[str, Any]]:
        """Of the next few who come."""
        from tests import factories

        return [factories.scan(self.session, self.codes.pop(), self.now) for _ in range(BETWEEN)]


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def _said(name: str, took: list[float], floor: float, note: str = "") -> None:
    took = sorted(took)
    p50, p95 = statistics.median(took), took[int(len(took) * 0.95)]
    print(f"{name:58} p50 {p50:7.1f}  p95 {p95:7.1f} ms  {p50 / floor:5.1f} × the floor  {note}", flush=True)


def show(site: Site, *, quick: bool) -> None:
    from registrations.operations import records
    from registrations.reports import live, watched

    rounds = 15 if quick else 60
    board = Board(site, rounds)
    least: list[float] = []
    took: dict[str, list[float]] = {"changed": [], "same": [], "anew": []}
    live.counts(board.session)
    for _turn in range(rounds):
        records.receive(station=board.station, records=board.scans(), sent_at=board.now, at=board.now)
        least.append(_timed(lambda: _count_once(board.session)))
        took["changed"].append(_timed(lambda: live.counts(board.session)))
        took["same"].append(_timed(lambda: live.counts(board.session)))
    for _turn in range(5 if quick else 15):
        watched.forget()
        took["anew"].append(_timed(lambda: live.counts(board.session)))
    floor = statistics.median(least)
    print(
        f"live numbers, {PEOPLE:,} signed up and in; floor: one count of their rows by grade, p50 {floor:.1f} ms",
        flush=True,
    )
    _said(f"  counts, {BETWEEN} scans since the last", took["changed"], floor, f"pretix 2026.8: {PRETIX} ms")
    _said("  counts, nothing since the last", took["same"], floor)
    _said("  counts, the first of a process", took["anew"], floor)
    _over_http(board, rounds, floor)


def _count_once(session: Session) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        table = "registrations_attendance"
        cursor.execute(f"select grade, count(*) from {table} where session_id = %s group by grade", [session.pk])  # noqa: S608
        cursor.fetchall()


def _over_http(board: Board, rounds: int, floor: float) -> None:
    """The panel as a page asks for it every few seconds."""
    from django.conf import settings
    from django.test import Client

    from tests.bench.loadgen import Request

    office = Client()
    assert board.site.world.owner.user is not None
    office.force_login(board.site.world.owner.user)
    cookie = f"{settings.SESSION_COOKIE_NAME}={office.cookies[settings.SESSION_COOKIE_NAME].value}"
    asked = {"Cookie": cookie, "HX-Request": "true", "Accept-Language": "zh-hans"}
    path = f"/console/sessions/{board.session.pk}/live/"
    sent = {"Content-Type": "application/json", "Authorization": f"Station {board.key}"}
    took, cpu = [], []
    for turn in range(rounds):
        body = json.dumps({"records": board.scans()}).encode()
        board.site.run(iter([Request("POST", "/api/v1/station/records", sent, body)]), 1)
        found = board.site.run(iter([Request("GET", path, asked, b"")]), 1)
        assert found["outcomes"] == {"ok": 1}, found["samples"]
        if turn:  # the first loads what the page is made of
            took.append(found["p50_ms"])
            cpu.append(found["server_cpu_ms"])
    _said(
        f"  the panel over HTTP, {BETWEEN} scans since the last",
        took,
        floor,
        f"{statistics.fmean(cpu):.1f} ms CPU each",
    )
