"""What stands between installed packages and a served site: static files, tables, and demo data where there is nothing.

Skipped where nothing has changed since the last time, so that a second start takes seconds.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "events_site.settings")


def _digest() -> str:
    """Of everything that decides how tables and static files look."""
    files = sorted(
        [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("frontend/assets/dist/**/*"), ROOT / "requirements.txt"]
    )
    text = "\n".join(f"{file}:{file.stat().st_mtime_ns}" for file in files if file.is_file())
    return hashlib.sha256(text.encode()).hexdigest()


def main() -> None:
    from events_site import env

    stamp = env.VAR / "prepared"
    digest = _digest() + os.environ.get("DATABASE_URL", "")
    if stamp.exists() and stamp.read_text() == digest and (env.VAR / "kepu.sqlite3").exists():
        return
    import django
    from django.core.management import call_command

    django.setup()
    print("Static files …")
    call_command("collectstatic", interactive=False, verbosity=0)
    print("Tables …")
    call_command("migrate", interactive=False, verbosity=0)
    if not env.PRODUCTION:
        print("Demo data, where there is nothing yet …")
        call_command("demo", if_empty=True, verbosity=0)
    stamp.write_text(digest)


if __name__ == "__main__":
    main()
