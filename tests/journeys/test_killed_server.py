"""Eight phones hand in 5,000 records, and in the middle of it the server is killed."""

from __future__ import annotations

import datetime
import http.client
import json
import random
import threading
import time
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.served import Served

PHONES, RECORDS, TICKETS, BATCH = 8, 5_000, 4_000, 40
SET_UP = f"""
import datetime, json, django
django.setup()
from dataclasses import replace
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.utils import timezone
from registrations.models import Signup, Ticket
from registrations.operations import placing, signups, tickets
from tests import factories
now = timezone.now()
world = factories.world(now)
hall = factories.session(world.activity, now, capacity=None, venue="体育馆")
keys = [factories.station(world.owner, world.lead, hall)[1] for _ in range({PHONES})]
ready = signups.ready(
    by=world.owner, activity=world.activity, sessions=[hall], party=factories.one("学员"), idempotency_key="",
    consent=signups.CONSENT_VERSION, when_full="refuse", source=Signup.Source.ORGANIZER,
    at=now - datetime.timedelta(hours=3),
)
for start in range(0, {TICKETS}, 1000):
    placing.write_all(
        [replace(ready, new=replace(ready.new, idempotency_key=f"t{{n}}", key=f"t{{n}}")) for n in range(start, start + 1000)]
    )
codes = [tickets.text(one) for one in Ticket.objects.filter(signup__chosen__session=hall).select_related("signup")]
print(json.dumps({{"session": hall.pk, "keys": keys, "codes": codes}}))
"""
COUNT = """
import json, django
django.setup()
from django.db.models import Count, Sum
from registrations.models import Attendance, ScanOutcome, StationRecord
counted = ScanOutcome.objects.filter(outcome="counted").values("scan__ticket").annotate(many=Count("pk"))
print(json.dumps({
    "stored": sorted(str(one) for one in StationRecord.objects.values_list("record_id", flat=True)),
    "present": Attendance.objects.aggregate(sum=Sum("present"))["sum"],
    "attendances": Attendance.objects.count(),
    "most": max(row["many"] for row in counted),
    "duplicates": ScanOutcome.objects.filter(outcome="duplicate").count(),
}))
"""


class Phone(threading.Thread):
    """Sends what it has until everything is acknowledged; what gets no answer stays."""

    def __init__(self, site: Served, key: str, codes: list[str], acknowledged: set[str]) -> None:
        super().__init__(daemon=True)
        self.site, self.key, self.acknowledged = site, key, acknowledged
        now = datetime.datetime.now(datetime.UTC)
        self.outbox = [
            {
                "id": str(uuid.uuid4()), "kind": "scan", "session": site.given["session"], "code": code,
                "made_at": (now + datetime.timedelta(milliseconds=n)).isoformat(), "sequence": n, "epoch": "e1",
            }
            for n, code in enumerate(codes)
        ]  # fmt: skip
        self.failures = 0

    def run(self) -> None:
        while self.outbox:
            try:
                answers = self._post(self.outbox[:BATCH])
            except (OSError, http.client.HTTPException, ValueError):  # no answer, or half of one
                self.failures += 1
                time.sleep(0.2)
                continue
            stored = {one["id"] for one in answers if one["status"] == "stored"}
            self.acknowledged |= stored
            self.outbox = [one for one in self.outbox if one["id"] not in stored]

    def _post(self, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        body = json.dumps({"sent_at": datetime.datetime.now(datetime.UTC).isoformat(), "records": records}).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Station {self.key}"}
        request = urllib.request.Request(f"{self.site.base}/api/v1/station/records", body, headers)
        with urllib.request.urlopen(request, timeout=30) as response:
            return list(json.load(response)["answers"])


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Served]:
    made = Served(tmp_path, SET_UP)
    yield made
    made.stop()


@pytest.mark.postgresql
@pytest.mark.timeout(300)
@pytest.mark.parametrize("run", range(3))
def test_a_server_killed_amid_5000_records_loses_none_that_it_acknowledged(site: Served, run: int) -> None:
    dice = random.Random(run)
    codes: list[str] = site.given["codes"]
    scanned = codes + dice.sample(codes, RECORDS - TICKETS)  # a thousand come by a second phone too
    dice.shuffle(scanned)
    acknowledged: set[str] = set()
    phones = [Phone(site, key, scanned[n::PHONES], acknowledged) for n, key in enumerate(site.given["keys"])]
    made = {record["id"] for phone in phones for record in phone.outbox}
    assert len(made) == RECORDS

    site.start()
    for phone in phones:
        phone.start()
    while len(acknowledged) < RECORDS * (run + 1) // 5:
        time.sleep(0.01)
    site.kill()
    held = set(acknowledged)
    found = site.ask(COUNT)
    assert held <= set(found["stored"])
    assert len(found["stored"]) < RECORDS  # it was killed in the middle

    site.start()
    for phone in phones:
        phone.join(120)
    assert not any(phone.outbox for phone in phones)
    assert any(phone.failures for phone in phones)
    found = site.ask(COUNT)
    assert acknowledged == set(found["stored"]) == made
    assert (found["present"], found["attendances"], found["most"]) == (TICKETS, TICKETS, 1)
    assert found["duplicates"] == RECORDS - TICKETS
