"""A volunteer's phone in a test: paired, at a session, with the app kept on it."""

from __future__ import annotations

import datetime

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


def keep_app(page: Page) -> None:
    """Wait until the app is kept on the phone, as it is some seconds after the first visit."""
    page.wait_for_function("navigator.serviceWorker.controller !== null", timeout=PATIENT)


def type_code(page: Page, signup: Signup) -> None:
    page.get_by_test_id("short-code").fill(ticket_of(signup).short_code)
    page.get_by_test_id("short-code-send").click()


def expect_all_sent(page: Page) -> None:
    expect(page.get_by_test_id("pending-count")).to_have_attribute("data-count", "0", timeout=PATIENT)
    expect(page.get_by_test_id("pending-count")).to_have_attribute("data-online", "true", timeout=PATIENT)
