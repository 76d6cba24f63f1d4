"""A mail server on this machine that answers as a test wants: it plays the world beyond, nothing of ours."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class Script:
    """`recipient` and `data`: the answer to RCPT, and to the message itself; empty hangs up. `hold`: wait for `go` with the
    message in hand before answering."""

    greeting: str = "220 mail.test"
    recipient: str = "250 ok"
    data: str = "250 queued"
    hold: bool = False
    go: threading.Event = field(default_factory=threading.Event)
    holding: threading.Event = field(default_factory=threading.Event)
    received: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)


class _Dialogue(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        script = self.server.script
        if not script.greeting:
            return
        self._say(script.greeting)
        for line in iter(self.rfile.readline, b""):
            word = line.split(b" ")[0].strip().upper()
            if word == b"DATA":
                self._say("354 go on")
                if not self._take(script):
                    return
            elif word == b"RCPT":
                self._say(script.recipient)
                script.recipients.append(line.decode().partition("<")[2].partition(">")[0])
            elif word == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _take(self, script: Script) -> bool:
        body = b""
        for line in iter(self.rfile.readline, b""):
            if line == b".\r\n":
                break
            body += line.removeprefix(b".") if line.startswith(b"..") else line
        message = message_from_bytes(body, policy=policy.default)
        assert isinstance(message, EmailMessage)
        script.received.append(message)
        if script.hold:
            script.holding.set()
            script.go.wait(30)
        if not script.data:
            return False
        self._say(script.data)
        return True

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    script: Script

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that is gone is what some tests are about."""


@contextmanager
def mail_server(script: Script) -> Iterator[int]:
    """Runs while the block lasts; its port."""
    with _Server(("127.0.0.1", 0), _Dialogue) as server:
        server.script = script
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            script.go.set()
            server.shutdown()
