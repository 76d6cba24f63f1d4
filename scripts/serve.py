"""Serve the site with its worker: `make run` on this machine, `make run-lan` over HTTPS for phones in the same network."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def _lan_address() -> str:
    """This machine's address in its network. Nothing is sent: connecting a datagram socket only picks the route."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def _taken(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def granian(host: str, port: int, level: str) -> list[str]:
    """The server's command: what is measured by `make bench` is what `make run` serves."""
    command = [str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--host", host, "--port", str(port)]
    command += ["--workers", os.environ.get("WORKERS", "2"), "--blocking-threads", "16", "--log-level", level]
    return [*command, "events_site.wsgi:application"]


def main() -> int:
    lan = "--lan" in sys.argv[1:]
    port = int(os.environ.get("PORT", "8000"))
    host = _lan_address() if lan else "127.0.0.1"
    base = f"https://{host}:{port}" if lan else f"http://127.0.0.1:{port}"
    if _taken(host, port):
        print(f"Port {port} is taken. Try: make run PORT={port + 1}", file=sys.stderr)
        return 1
    os.environ.setdefault("KEPU_BASE_URL", base)
    # Its warnings are about so many threads, which wait together in a rush (operations/together.py) and cost nothing else.
    command = granian("0.0.0.0" if lan else "127.0.0.1", port, "error")  # noqa: S104  # run-lan: reachable in the network
    if lan:
        from certificate import made_for

        certificate, key = made_for(host)
        command += ["--ssl-certificate", str(certificate), "--ssl-keyfile", str(key)]
    print(
        f"""
  Public pages      {base}/
  Console           {base}/console/
  Scanner           {base}/scan/
  REST API          {base}/api/v1/docs/

  Demo logins (password kepu-demo-2026)
    kexie       负责人 owner       zhouzhiyuan  组织者 organizer
    lilingdao   查阅人 reader      zhangyizhe   志愿者 volunteer
    wanggan     汪场镇科协 township owner
""",
        flush=True,
    )
    if lan:
        print("  The certificate was made on this machine: the phone asks once whether to trust it.\n", flush=True)
    worker = subprocess.Popen([sys.executable, "manage.py", "work"], cwd=ROOT)
    server = subprocess.Popen(command, cwd=ROOT)
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    try:
        return server.wait()
    except KeyboardInterrupt:
        return server.wait()
    finally:
        worker.terminate()
        worker.wait()


if __name__ == "__main__":
    sys.exit(main())
