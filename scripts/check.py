"""Every check, side by side: format, lint, types, import layers, migrations, translations, templates, TypeScript.

Prints what failed in full, what held in a line, and how long each took.
"""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PACKAGES = ["events", "registrations", "frontend", "events_site"]
TEMPLATES = [str(file) for file in sorted((ROOT / "frontend" / "templates").rglob("*.html"))]

CHECKS = {
    "types": [str(BIN / "mypy"), *PACKAGES, "scripts", "tests/postgres.py", "tests/conftest.py"],
    "translations": [sys.executable, "scripts/messages.py", "check"],
    "TypeScript": [sys.executable, "scripts/node.py", "npm", "run", "check", "--prefix", "frontend", "--silent"],
    "import layers": [str(BIN / "lint-imports")],
    "migrations": [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
    "templates": [str(BIN / "djade"), "--check", "--target-version", "5.2", *TEMPLATES],
    "lint": [str(BIN / "ruff"), "check", "--quiet", "."],
    "format": [str(BIN / "ruff"), "format", "--check", "--quiet", "."],
}


def _run(name: str) -> tuple[str, int, str, float]:
    began = time.monotonic()
    done = subprocess.run(CHECKS[name], cwd=ROOT, capture_output=True, text=True, check=False)
    return name, done.returncode, done.stdout + done.stderr, time.monotonic() - began


def main() -> int:
    failed = []
    with ThreadPoolExecutor(2) as pool:
        for name, code, said, seconds in pool.map(_run, CHECKS):
            print(f"{'ok    ' if code == 0 else 'FAILED'} {name} ({seconds:.1f} s)")
            if code:
                failed.append(name)
                print(said)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
