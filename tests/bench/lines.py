"""How a measurement is printed."""

from __future__ import annotations

from typing import Any


def line(name: str, found: dict[str, Any], rows: int = 1, against: float | None = None, note: str = "") -> None:
    """`found` by `loadgen.drive`; `rows` in each request; `against`: the floor, in rows a second."""
    rate = (found["ok_rps"] or 0) * rows
    ratio = f"{100 * rate / against:5.1f} % of the floor ({against:,.0f}/s)" if against else ""
    cpu = (found["server_cpu_ms"] or 0) / rows
    print(
        f"{name:34} {rate:9,.1f}/s  p50 {found['p50_ms']:8.1f}  p95 {found['p95_ms']:8.1f}  p99 {found['p99_ms']:8.1f} ms"
        f"  {cpu:7.2f} ms CPU each  {ratio} {note}",
        flush=True,
    )
    if set(found["outcomes"]) != {"ok"}:
        print("   outcomes", found["outcomes"], found["samples"], flush=True)
