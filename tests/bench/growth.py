"""What a sign-up costs where 10 have signed up before, and where 100,000 have: queries and time."""

from __future__ import annotations

import statistics
import time
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.bench import rush

if TYPE_CHECKING:
    from events.models import Session
    from tests.bench.site import Site

FEW, MANY, AT_ONCE = 10, 100_000, 2_000


def fill(session: Session, many: int) -> None:
    """So many sign-ups, by what writes them in a rush."""
    from django.utils import timezone

    from registrations.models import Signup
    from registrations.operations import placing, signups
    from tests import factories

    ready = signups.ready(
        by="participant",
        activity=session.activity,
        sessions=[session],
        party=factories.one("学员"),
        idempotency_key="",
        consent=signups.CONSENT_VERSION,
        when_full="refuse",
        source=Signup.Source.ORGANIZER,
        at=timezone.now(),
    )
    for start in range(0, many, AT_ONCE):
        keys = [uuid.uuid4().hex for _ in range(min(AT_ONCE, many - start))]
        placing.write_all([replace(ready, new=replace(ready.new, idempotency_key=key, key=key)) for key in keys])


def _queries(session: Session) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests import factories

    factories.signup(session, factories.one("学员"))  # what is looked up once in a process
    with CaptureQueriesContext(connection) as seen:
        factories.signup(session, factories.one("学员"))
    return len(seen)


def show(site: Site, *, quick: bool) -> None:
    from django.db import connection

    from tests import factories

    many = 5_000 if quick else MANY
    sessions = {}
    for number in (FEW, many):
        activity = factories.activity(site.world.campaign, name=f"{number}人")
        sessions[number] = factories.session(activity, site.later, capacity=many * 2, venue="礼堂")
        began = time.monotonic()
        fill(sessions[number], number)
    print(f"{many:,} sign-ups written in {time.monotonic() - began:.0f} s", flush=True)
    with connection.cursor() as cursor:
        cursor.execute("analyze")  # as autovacuum does in the day in which so many sign up
    queries = {number: _queries(session) for number, session in sessions.items()}
    took: dict[int, list[float]] = {number: [] for number in sessions}
    for _turn in range(2 if quick else 6):
        for number, session in sessions.items():  # by turns, for the machine is not always as fast
            requests = rush.sign_ups(session.activity_id, session.pk, 50, contact_phone="")
            took[number].append(site.run(requests, 1)["p50_ms"])
    few, lots = (statistics.median(took[number]) for number in (FEW, many))
    print(
        f"a sign-up after {FEW} and after {many:,}: {queries[FEW]} and {queries[many]} queries;"
        f" p50 {few:.1f} and {lots:.1f} ms ({100 * (lots / few - 1):+.0f} %)",
        flush=True,
    )
