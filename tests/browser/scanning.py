"""A volunteer's phone in a test: paired, at a session, with the app kept on it."""

from __future__ import annotations

import contextlib
import datetime
import socket
import threading

from django.utils import timezone
from playwright.sync_api import Page, expect

from events.models import Session
from registrations.models import Signup
from registrations.operations import stations
from registrations.operations.signups import ticket_of
from tests import factories

#: How long a faked camera, a service worker or a next try may need on a busy machine.
PATIENT = 40_000


def pair(page: Page, site: str, world: factories.World, session: Session | None = None) -> None:
    """From the pairing code to the screen of the session (of `session`, or of the one the station is bound to)."""
    at = timezone.now()
    _made, code = stations.make(
        by=world.owner,
        organization=world.lead,
        session=session,
        name="东门",
        expires_at=at + datetime.timedelta(days=1),
        at=at,
    )
    page.goto(f"{site}/scan/#p={code}")
    page.get_by_test_id("pair").click()
    page.get_by_test_id("pairing-done").click()
    there = page.get_by_test_id("start-camera" if session else "session").first
    expect(there).to_be_visible(timeout=PATIENT)


def keep_app(page: Page) -> None:
    """Wait until the app is kept on the phone, as it is some seconds after the first visit."""
    page.evaluate(
        "async () => { while (!navigator.serviceWorker.controller) await new Promise((go) => setTimeout(go, 50)); }"
    )


def start_camera(page: Page) -> None:
    """As a volunteer would: tap, and tap again where the camera does not answer and the button is offered anew."""
    stage, start = page.locator(".stage"), page.get_by_test_id("start-camera")
    for _tap in range(3):
        start.click()
        with contextlib.suppress(AssertionError):
            expect(stage).to_have_attribute("data-running", "true", timeout=PATIENT / 3)
            return
    expect(stage).to_have_attribute("data-running", "true")


def type_code(page: Page, signup: Signup) -> None:
    page.get_by_test_id("short-code").fill(ticket_of(signup).short_code)
    page.get_by_test_id("short-code-send").click()


def expect_all_sent(page: Page) -> None:
    expect(page.get_by_test_id("pending-count")).to_have_attribute("data-count", "0", timeout=PATIENT)
    expect(page.get_by_test_id("pending-count")).to_have_attribute("data-online", "true", timeout=PATIENT)


class Relay:
    """Stands before a server and can be stopped and started again on the same port, as the server itself would be."""

    def __init__(self, port: int) -> None:
        self.behind = port
        self.port = 0
        self.open: list[socket.socket] = []
        self.start()

    def start(self) -> None:
        self.listening = socket.create_server(("localhost", self.port))
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self._accept, args=(self.listening,), daemon=True).start()

    def stop(self) -> None:
        for one in [self.listening, *self.open]:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self.open.clear()

    def _accept(self, listening: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                caller, _address = listening.accept()
                server = socket.create_connection(("localhost", self.behind))
                self.open += [caller, server]
                for source, target in ((caller, server), (server, caller)):
                    threading.Thread(target=self._carry, args=(source, target), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
