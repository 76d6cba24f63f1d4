"""Scans over HTTP: one by one, and in batches of 500, durable before the answer."""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tests.bench import floors
from tests.bench.lines import line

if TYPE_CHECKING:
    from tests.bench.site import Site

#: What pretix 2026.8 reached on a machine of this size with the same generator: scans a second, by clients at once.
PRETIX = {1: 15, 8: 32, 32: 30}
BATCH = 500


def tickets(*, quick: bool) -> int:
    """How many are scanned."""
    single, batches = _sizes(quick)
    return single * len(PRETIX) + batches * BATCH * 2


def _sizes(quick: bool) -> tuple[int, int]:
    return (100, 4) if quick else (300, 12)


def _record(site: Site, code: str, number: int) -> dict[str, Any]:
    made = datetime.datetime.now(datetime.UTC).isoformat()
    common = {"made_at": made, "sequence": number, "epoch": "bench", "session": site.session, "code": code}
    return {"id": str(uuid.uuid4()), "kind": "scan"} | common


def _scans(site: Site, codes: list[str], batch: int) -> Iterator[Any]:
    from tests.bench.loadgen import Request

    for number, start in enumerate(range(0, len(codes), batch)):
        records = [_record(site, code, start + n) for n, code in enumerate(codes[start : start + batch])]
        headers = {"Content-Type": "application/json", "Authorization": f"Station {site.keys[number % len(site.keys)]}"}
        yield Request("POST", "/api/v1/station/records", headers, json.dumps({"records": records}).encode())


def show(site: Site, *, quick: bool) -> None:
    single, batches = _sizes(quick)
    left, seconds = iter(site.codes), 2 if quick else 5

    def some(number: int) -> list[str]:
        return [code for code, _ in zip(left, range(number), strict=False)]

    site.run(_scans(site, [site.codes[0]] * 20, 1), 4)  # the first requests of a process load its modules
    for clients, pretix in PRETIX.items():
        found = site.run(_scans(site, some(single), 1), clients)
        note = f"{(found['ok_rps'] or 0) / pretix:.1f} × pretix 2026.8"
        line(f"single scans, c={clients}", found, 1, floors.scans(clients, 1, seconds), note)
    for clients in (1, 8):
        found = site.run(_scans(site, some(batches * BATCH), BATCH), clients)
        line(f"batches of {BATCH}, c={clients}", found, BATCH, floors.scans(clients, BATCH, seconds))
