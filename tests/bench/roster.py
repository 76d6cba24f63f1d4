"""A roster of 5,000 rows, from the file to the tickets, in a process of its own: time, memory, and what progress is told.

python -m tests.bench.roster <file.xlsx> <session> <user>     (in the database of DATABASE_URL)
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.bench.site import Site

ROWS, VILLAGES = 5_000, 100


def _file(folder: Path) -> Path:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["姓名", "村", "手机"])
    for n in range(ROWS):
        sheet.append([f"村民{n}", f"{n % VILLAGES + 1}村", f"199{n:08}" if n % 3 else ""])
    book.save(folder / "roster.xlsx")
    return folder / "roster.xlsx"


def show(site: Site) -> None:
    from tests import factories

    activity = factories.activity(site.world.campaign, name="农村实用技术培训")
    session = factories.session(activity, site.later, capacity=ROWS, venue="体育馆")
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tests.bench.roster", str(_file(Path(folder))), str(session.pk)]
        owner = factories.actor(site.world.lead).user
        assert owner is not None
        done = subprocess.run([*command, str(owner.pk)], capture_output=True, text=True, check=True, env=os.environ)
    found = json.loads(done.stdout.splitlines()[-1])
    print(
        f"roster of {ROWS:,} rows: read in {found['read']:.1f} s, imported in {found['import']:.1f} s as {found['signups']}"
        f" sign-ups with {found['tickets']:,} tickets; peak {found['peak']:.0f} MB, of which {found['idle']:.0f} MB before;"
        f" progress seen at {', '.join(f'{one:,}' for one in found['progress'])} rows",
        flush=True,
    )


def _peak() -> float:
    """Megabytes this process has used at most (Linux; the usage of `resource` counts the parent of a fork too)."""
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def _main(file: str, session_id: int, user_id: int) -> dict[str, Any]:
    import django

    django.setup()
    from django.db import connection
    from django.utils import timezone

    from events.access import Actor
    from events.models import Session, User
    from registrations.models import RosterImport, Ticket
    from registrations.operations import imports, rosters

    session = Session.objects.select_related("activity__organization").get(pk=session_id)
    idle, began = _peak(), time.monotonic()
    rows = rosters.from_file(Path(file).read_bytes(), most=imports.MOST_ROWS)
    read, began = time.monotonic() - began, time.monotonic()
    by, at = Actor(User.objects.get(pk=user_id)), timezone.now()
    roster = imports.draft(
        by=by, session=session, kind="village", rows=rows, contact_name="程会计", contact_phone="19900000001",
        unit="佛子山镇", region=None, when_full="refuse", at=at,
    )  # fmt: skip
    seen: list[int] = []
    over = threading.Event()

    def watch() -> None:  # as the page does while the worker is at it
        while not over.wait(0.05):
            done = RosterImport.objects.values_list("done", flat=True).get(pk=roster.pk)
            if done not in seen:
                seen.append(done)
        connection.close()

    RosterImport.objects.filter(pk=roster.pk).update(state=RosterImport.State.QUEUED)
    watcher = threading.Thread(target=watch)
    watcher.start()
    imports.run(pk=roster.pk, at=at)
    took = time.monotonic() - began
    over.set()
    watcher.join()
    roster.refresh_from_db()
    assert roster.state == RosterImport.State.DONE, roster.problem
    tickets = Ticket.objects.filter(signup__chosen__session=session_id).count()
    return {
        "read": read, "import": took, "signups": roster.signups, "tickets": tickets, "idle": idle, "peak": _peak(),
        "progress": [one for one in seen if one],
    }  # fmt: skip


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "events_site.settings")
    print(json.dumps(_main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
