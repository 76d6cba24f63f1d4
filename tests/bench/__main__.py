"""`make bench`: what the site does beside what its database could do at most, measured in the same run.

A real server (granian, as `make run` starts it) over a durable PostgreSQL of its own; requests come from `loadgen.py`.
The floor is pgbench in the same cluster. Numbers of a shared machine move; ratios within one run say more, and nothing
here asserts a time.

    python tests/postgres.py --durable python -m tests.bench [--quick] [--only rush]
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "events_site.settings")
os.environ["KEPU_VAR"] = tempfile.mkdtemp(prefix="kepu-bench-")
os.environ["KEPU_LOG_FORMAT"] = "json"
os.environ["KEPU_PROXIES"] = "1"

from tests.bench import board, figures, floors, growth, roster, rush, scanning, stored
from tests.bench.lines import line
from tests.bench.site import Site

if TYPE_CHECKING:
    from collections.abc import Callable


def _reads(path: str, count: int) -> Iterator[Any]:
    from tests.bench.loadgen import Request

    for _ in range(count):
        yield Request("GET", path, {"Accept-Language": "zh-hans"}, b"")


def _pages(site: Site, *, quick: bool) -> None:
    for name, path in (
        ("public list of sessions, c=8", "/"),
        ("page of a session, c=8", f"/sessions/{site.open}/"),
        ("sessions by REST, c=8", "/api/v1/sessions"),
    ):
        line(name, site.run(_reads(path, 100 if quick else 300), 8))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sections: dict[str, Callable[[Site, bool], None]] = {
        "scans": lambda site, quick: scanning.show(site, quick=quick),
        "rush": lambda site, quick: rush.show(site, floors.one_row(rush.CLIENTS, 2 if quick else 5)),
        "growth": lambda site, quick: growth.show(site, quick=quick),
        "live": lambda site, quick: board.show(site, quick=quick),
        "stored": lambda _site, quick: stored.show(quick=quick),
        "figures": lambda site, quick: figures.show(site, quick=quick),
        "roster": lambda site, _quick: roster.show(site),
        "pages": lambda site, quick: _pages(site, quick=quick),
    }
    options.add_argument("--only", choices=list(sections), action="append", help="may be given several times")
    options.add_argument("--quick", action="store_true", help="two minutes instead of several")
    asked = options.parse_args()
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        raise SystemExit("python tests/postgres.py --durable python -m tests.bench")
    wanted = asked.only or list(sections)
    count = scanning.tickets(quick=asked.quick) if "scans" in wanted else 1
    print(f"setting up {count:,} tickets …", flush=True)
    site = Site(count)
    try:
        for name in wanted:
            sections[name](site, asked.quick)
    finally:
        site.stop()


if __name__ == "__main__":
    main()
