"""Somebody else's client, written from the document alone, checks people in."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.served import ROOT, Served

SET_UP = """
import datetime, json, django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.utils import timezone
from registrations.operations import stations, tickets
from registrations.operations.signups import ticket_of
from tests import factories
now = timezone.now()
world = factories.world(now)
signup = factories.signup(world.session, factories.one("刘桂英", "13912345678"))
_station, code = stations.make(
    by=world.owner, organization=world.lead, session=world.session, name="东门",
    expires_at=now + datetime.timedelta(days=1), at=now,
)
print(json.dumps({"code": code, "address": tickets.address(ticket_of(signup))}))
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Served]:
    made = Served(tmp_path, SET_UP)
    made.start()
    yield made
    made.stop()


@pytest.mark.timeout(120)
def test_a_client_written_from_the_document_pairs_reads_a_ticket_and_hands_in(site: Served) -> None:
    program = ROOT / "tests" / "contracts" / "independent_client.py"
    command = [sys.executable, "-I", str(program), site.base, site.given["code"], site.given["address"]]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    roster = seen.pop("roster")
    assert "13912345678" not in roster
    assert "桂英" not in roster
    assert seen == {
        "paired": 200,
        "activity": True,
        "name": "刘**",
        "answers": [["stored", "admit"], ["stored", "duplicate"], ["stored", "stored"], ["rejected", "record_invalid"]],
        "the same again": True,
        "outcomes": ["counted", "duplicate"],
    }
