"""Texts: `extract` brings the catalogues up to date, `compile` writes what the site reads, `check` says what is missing.

Compiling needs no gettext programs; extracting and checking do.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
APPS = ("events", "registrations", "frontend")
LANGUAGE = "zh_Hans"


def _catalogue(app: str, root: Path = ROOT) -> Path:
    return root / app / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def compile_all() -> None:
    for app in APPS:
        file = _catalogue(app)
        polib.pofile(str(file)).save_as_mofile(str(file.with_suffix(".mo")))


def extract(root: Path = ROOT) -> None:
    for app in APPS:
        _catalogue(app, root).parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [
                sys.executable,
                str(root / "manage.py"),
                "makemessages",
                "-l",
                LANGUAGE,
                "--no-wrap",
                "--no-location",
                "-v0",
            ],
            cwd=root / app,
            check=True,
        )
        book = polib.pofile(str(_catalogue(app, root)), wrapwidth=0)
        for entry in book.obsolete_entries():
            book.remove(entry)
        # A date in the head would change with every extraction.
        for name in ("POT-Creation-Date", "PO-Revision-Date"):
            book.metadata[name] = ""
        book.save()


def check() -> int:
    """Extract into a copy, and name every text that has no Chinese, or whose Chinese lost a placeholder."""
    if not shutil.which("xgettext"):
        print("xgettext is missing: install gettext")
        return 1
    missing = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "kepu"
        ignore = shutil.ignore_patterns("node_modules", "dist", "*.mo", "__pycache__")
        copy.mkdir()
        for name in (*APPS, "events_site"):
            shutil.copytree(ROOT / name, copy / name, ignore=ignore)
        shutil.copy(ROOT / "manage.py", copy)
        extract(copy)
        for app in APPS:
            for entry in polib.pofile(str(_catalogue(app, copy))):
                texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
                if not all(texts) or "fuzzy" in entry.flags:
                    missing += 1
                    print(f"{app}: no Chinese for {entry.msgid!r}")
                elif any(_names(entry.msgid) != _names(text) for text in texts):
                    missing += 1
                    print(f"{app}: the placeholders differ: {entry.msgid!r}")
    return 1 if missing else 0


def _names(text: str) -> set[str]:
    return {part.split(")")[0] for part in text.split("%(")[1:]}


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["compile"]:
            compile_all()
        case ["extract"]:
            extract()
            compile_all()
        case ["check"]:
            sys.exit(check())
        case _:
            sys.exit(__doc__)
