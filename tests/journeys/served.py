"""A site of its own, served by real processes that can be killed, over the kind of database the tests run on."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from serve import granian  # noqa: E402  # the command that `make run` uses


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Served:
    """`set_up` is a program that fills the database and prints one line of JSON, found in `given`."""

    def __init__(self, folder: Path, set_up: str) -> None:
        self.port = _free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        plain = {name: value for name, value in os.environ.items() if not name.startswith(("KEPU_", "DATABASE_"))}
        self.env = plain | {
            "KEPU_VAR": str(folder),
            "KEPU_BASE_URL": self.base,
            "DJANGO_SETTINGS_MODULE": "events_site.settings",
            "PYTHONPATH": str(ROOT),
        }
        self._own_database()
        done = subprocess.run([sys.executable, "-c", set_up], cwd=ROOT, env=self.env, check=True, capture_output=True)
        self.given: Any = json.loads(done.stdout.splitlines()[-1])
        self.server: subprocess.Popen[bytes] | None = None

    def _own_database(self) -> None:
        """On PostgreSQL one beside that of the tests; on SQLite the file in the folder."""
        where = os.environ.get("DATABASE_URL", "")
        if not where.startswith("postgres"):
            return
        import psycopg

        name = f"served_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        self.env["DATABASE_URL"] = urlunsplit(urlsplit(where)._replace(path=f"/{name}"))

    def start(self) -> None:
        self.server = subprocess.Popen(
            granian("127.0.0.1", self.port, "error"), cwd=ROOT, env=self.env, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{self.base}/healthz", timeout=1).read()
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the server did not start")

    def kill(self) -> None:
        """All of its processes at once, with no time to finish anything."""
        assert self.server is not None
        os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait(20)
        self.server = None

    def stop(self) -> None:
        if self.server is not None:
            self.kill()

    def ask(self, program: str) -> Any:
        """What a program finds in the database: the last line it prints, as JSON."""
        done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=self.env, check=True, capture_output=True)
        return json.loads(done.stdout.splitlines()[-1])
