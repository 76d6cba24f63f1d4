"""The rush: 2000 people sign up at once for 500 seats, by 32 connections, each from an address of their own.

Each brings a proof of work, which the server verifies within the timed part. They are solved before, at little cost:
the work itself is a phone's, and costs the server nothing.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.bench.site import Site

PEOPLE, SEATS, CLIENTS = 2000, 500, 32
#: What pretix 2026.8 reached on a machine of this size with the same generator: answers a second, those beyond the seats
#: refused; and how long an accepted one took (p50).
PRETIX, PRETIX_ACCEPTED = 33, 2200


def sign_ups(activity: int, session: int, count: int, **values: Any) -> Iterator[Any]:
    """Requests of people at home, made ready before the clock runs."""
    from django.utils import timezone

    from registrations import proof
    from tests.bench.loadgen import Request

    made = []
    for n in range(count):
        key = uuid.uuid4().hex
        body = {
            "activity": activity,
            "sessions": [session],
            "kind": "person",
            "lines": [{"name": f"村民{n}"}],
            "contact_phone": f"138{n:08}",
            "consent": True,
        } | values
        solved = proof.solve(proof.challenge(proof.use(activity, key), at=timezone.now(), cost=50))
        headers = {"Content-Type": "application/json", "Idempotency-Key": key, "Altcha": solved}
        headers["X-Forwarded-For"] = f"10.{n // 62_500}.{n // 250 % 250}.{n % 250}"
        made.append(Request("POST", "/api/v1/signups", headers, json.dumps(body).encode()))
    return iter(made)


def state(status: int, body: bytes) -> str:
    """«ok» for a seat, else how it was answered."""
    if status == 201:
        found = str(json.loads(body)["state"])
        return "ok" if found == "confirmed" else found
    if status == 409 and json.loads(body).get("code") == "session_full":
        return "refused"
    return f"http{status}"


def run(
    site: Site, *, when_full: str, people: int = PEOPLE, seats: int = SEATS
) -> tuple[dict[str, Any], dict[str, int]]:
    """What the generator found, and what the database says afterwards: sign-ups by state, seats taken and errors."""
    from django.db.models import Sum

    from registrations.models import SeatHold, SeatPool, Signup
    from tests import factories

    session = factories.session(site.world.activity, site.later, capacity=seats, venue="礼堂")
    requests = sign_ups(site.activity, session.pk, people, when_full=when_full)
    found = site.run(requests, CLIENTS, state)
    pool = SeatPool.objects.get(session=session)
    rows = Signup.objects.filter(chosen__session=session)
    held = SeatHold.objects.filter(pool=pool).aggregate(seats=Sum("seats"))["seats"] or 0
    answers = found["outcomes"]
    return found, {
        "confirmed": rows.filter(state="confirmed").count(),
        "waiting": rows.filter(state="waiting").count(),
        "refused": answers.get("refused", 0),
        "beyond the seats": max(0, pool.taken - seats, held - seats),
        "errors": people - sum(answers.get(name, 0) for name in ("ok", "waiting", "refused")),
        "pool and its queue differ": abs(pool.taken - held) + abs(pool.waiting - rows.filter(state="waiting").count()),
    }


def show(site: Site, floor: float) -> None:
    """Print both rushes: those beyond the seats join the waiting list, or are refused as pretix refuses them."""
    run(site, when_full="wait", people=100)  # the first requests of a process load its modules
    for when_full, words in (("wait", "the rest waits"), ("refuse", "the rest is refused")):
        found, states = run(site, when_full=when_full)
        rate, cpu = found["rps_all"], found["server_cpu_ms"] or 0
        print(
            f"rush: {PEOPLE} at c={CLIENTS} for {SEATS} seats, {words}: {rate:,.0f} sign-ups/s"
            f" = {rate / PRETIX:.1f} × pretix 2026.8 ({PRETIX}/s), {100 * rate / floor:.0f} % of the floor"
            f" ({floor:,.0f}/s: one row changed by {CLIENTS}, durably)\n"
            f"   {', '.join(f'{number} {name}' for name, number in states.items())}\n"
            f"   confirmed p50 {found['ok_p50_ms']:.0f}  p95 {found['ok_p95_ms']:.0f}  p99 {found['ok_p99_ms']:.0f} ms"
            f" (pretix: p50 {PRETIX_ACCEPTED} ms); all p50 {found['p50_ms']:.0f}  p95 {found['p95_ms']:.0f}"
            f"  p99 {found['p99_ms']:.0f} ms; {cpu:.2f} ms CPU each, generator {found['client_cpu_ms']:.2f} ms,"
            f" {found['foreign_cores']:.1f} cores busy elsewhere (PostgreSQL included)",
            flush=True,
        )
        if states["errors"]:
            print("   answers", found["outcomes"], found["samples"], flush=True)
