"""Run a command with a PostgreSQL of its own: `python tests/postgres.py -- pytest …`.

The cluster lives in a temporary folder, listens on a Unix socket and a free port of this machine, trades durability for
speed – unless `--durable` stands first, as benchmarks need it – and is gone afterwards. PostgreSQL refuses to run as root,
so root starts it as an unprivileged user.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UNPRIVILEGED = ("postgres", "nobody")


class NoPostgreSQL(SystemExit):
    pass


def programs() -> Path | None:
    """The machine's own folder of initdb and postgres, if it has one."""
    asked = shutil.which("pg_config")
    if asked:
        folder = Path(subprocess.run([asked, "--bindir"], capture_output=True, text=True, check=True).stdout.strip())
        if (folder / "initdb").exists():
            return folder
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[-3]))
    if found:
        return found[-1].parent
    own = shutil.which("initdb")
    if own:
        return Path(own).parent
    return None


def from_wheel(folder: Path) -> Path:
    """PostgreSQL out of a wheel, unpacked into `folder`, where an unprivileged user may start it. Raises NoPostgreSQL."""
    wanted = ROOT / "requirements-postgres.txt"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "-r", str(wanted)]
    if subprocess.run([*command, "--target", str(folder / "wheel")], check=False).returncode:
        raise NoPostgreSQL("No PostgreSQL: install Debian's postgresql (.ci/run does), or set DATABASE_URL yourself.")
    found = next((folder / "wheel").glob("*/pginstall/bin/initdb"))
    for program in found.parent.iterdir():
        program.chmod(0o755)
    return found.parent


def _as_user() -> tuple[dict[str, object], int | None]:
    """How to start programs that refuse root, and whose the data folder must be."""
    if os.geteuid() != 0:
        return {}, None
    for name in UNPRIVILEGED:
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}, user.pw_uid
    raise NoPostgreSQL("No unprivileged user to run PostgreSQL as.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main(command: list[str], *, durable: bool = False) -> int:
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        return subprocess.run(command, check=False).returncode
    how, owner = _as_user()
    folder = Path(tempfile.mkdtemp(prefix="kepu-pg-"))
    if owner is not None:
        os.chown(folder, owner, -1)
    data, port = folder / "data", _free_port()
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    try:
        where = programs() or from_wheel(folder)
        subprocess.run(
            [where / "initdb", "-D", data, "-U", "kepu", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"],
            check=True,
            stdout=subprocess.DEVNULL,
            env=environment,
            cwd=folder,
            **how,  # type: ignore[call-overload]  # user, group and groups
        )
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": port,
            "unix_socket_directories": folder,
            "fsync": "on" if durable else "off",
            "synchronous_commit": "on" if durable else "off",
            "full_page_writes": "on" if durable else "off",
            "max_connections": 200,
            "shared_buffers": "128MB",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (folder / "log").open("w") as log:
            server = subprocess.Popen(
                [where / "postgres", "-D", data, *options],
                stdout=log,
                stderr=log,
                env=environment,
                cwd=folder,
                **how,  # type: ignore[call-overload]  # as above
            )
        try:
            _wait(port, server, folder)
            address = f"postgres://kepu@127.0.0.1:{port}/postgres"
            told = {"DATABASE_URL": address, "PG_BIN": str(where), "PG_PID": str(server.pid)}
            return subprocess.run(command, env=os.environ | told, check=False).returncode
        finally:
            server.terminate()
            server.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(port: int, server: subprocess.Popen[bytes], folder: Path) -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise NoPostgreSQL((folder / "log").read_text())
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise NoPostgreSQL("PostgreSQL did not start within 30 s.")


if __name__ == "__main__":
    given = sys.argv[1:]
    lasting = given[:1] == ["--durable"]
    given = given[lasting:]
    sys.exit(main(given[1:] if given[:1] == ["--"] else given, durable=lasting))
