"""The worker as a process of its own, killed at the worst moments: no message leaves twice."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.smtp import Script, mail_server

ROOT = Path(__file__).resolve().parent.parent.parent.parent
PLACE = """
import datetime, django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.utils import timezone
from tests import factories
world = factories.world(timezone.now() + datetime.timedelta(days=2))
factories.place(world.activity, [world.session], factories.one(contact_email="liu@example.cn"), timezone.now())
"""


class Site:
    """An installation of its own, with one message queued."""

    def __init__(self, folder: Path, port: int) -> None:
        plain = {name: value for name, value in os.environ.items() if not name.startswith(("KEPU_", "DATABASE_"))}
        self.env = plain | {
            "KEPU_VAR": str(folder),
            "KEPU_EMAIL_URL": f"smtp://127.0.0.1:{port}",
            "DJANGO_SETTINGS_MODULE": "events_site.settings",
            "PYTHONPATH": str(ROOT),
        }
        self.file = folder / "kepu.sqlite3"
        subprocess.run([sys.executable, "-c", PLACE], cwd=ROOT, env=self.env, check=True)

    def worker(self, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "manage.py", "work", *options]
        return subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def work_once(self) -> None:
        assert self.worker("--once").wait(60) == 0

    def message(self) -> tuple[str, int]:
        with sqlite3.connect(self.file) as connection:
            return tuple(connection.execute("SELECT state, attempts FROM registrations_message").fetchone())

    def hours_pass(self) -> None:
        """What was tried was tried hours ago."""
        with sqlite3.connect(self.file) as connection:
            connection.execute("UPDATE registrations_message SET tried_at = datetime(tried_at, '-5 hours')")


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def site(tmp_path: Path, script: Script) -> Iterator[Site]:
    with mail_server(script) as port:
        yield Site(tmp_path, port)


def test_a_worker_killed_with_the_message_in_the_servers_hand_leaves_it_unsure_and_nobody_sends_it_again(site, script):
    script.hold = True
    worker = site.worker()
    assert script.holding.wait(60)
    worker.send_signal(signal.SIGKILL)
    worker.wait(20)
    script.hold = False
    script.go.set()
    assert site.message() == ("sending", 1)

    site.work_once()
    assert site.message() == ("sending", 1)
    site.hours_pass()
    site.work_once()
    assert site.message() == ("unsure", 1)
    assert len(script.received) == 1


def test_a_worker_ends_when_told_to_and_what_was_queued_meanwhile_is_sent_once_by_the_next(site, script):
    script.greeting = ""  # nobody answers: nothing can leave
    worker = site.worker()
    until = time.monotonic() + 60
    while site.message() != ("queued", 1) and time.monotonic() < until:
        time.sleep(0.2)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(30) == 0
    assert not script.received

    script.greeting = "220 mail.test"
    with sqlite3.connect(site.file) as connection:
        connection.execute("UPDATE registrations_message SET not_before = queued_at")
    site.work_once()
    site.work_once()
    assert site.message() == ("sent", 2)
    assert len(script.received) == 1
