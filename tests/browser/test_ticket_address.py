"""The address in a ticket's code, opened in a browser that is a check-in point and in one that is none."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from registrations.models import Attendance, Scan
from registrations.operations import tickets
from registrations.operations.signups import ticket_of
from tests import factories
from tests.browser.scanning import PATIENT, expect_all_sent, keep_app, pair

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db):
    return factories.world(timezone.now())


@pytest.fixture
def address(site, world):
    signup = factories.signup(world.session, factories.one("刘桂英"))
    return tickets.address(ticket_of(signup)).replace(site.upper(), site)


def test_a_browser_that_is_no_check_in_point_is_offered_nothing_and_gets_no_tables(page: Page, site, address, faults):
    page.goto(address)
    expect(page.get_by_role("heading", name="食品安全讲座")).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(page.locator("[data-check-in]")).to_be_hidden()
    assert page.evaluate("async () => (await indexedDB.databases()).map((one) => one.name)") == []


def test_opening_the_address_at_a_check_in_point_writes_nothing_and_one_tap_checks_in(page: Page, site, world, address):
    pair(page, site, world, world.session)
    keep_app(page)
    expect_all_sent(page)
    page.goto(address)
    way = page.locator("[data-check-in] a")
    expect(way).to_be_visible()
    way.click()
    question = page.get_by_role("dialog")
    expect(question).to_contain_text("刘**")
    expect(question).to_contain_text("食品安全讲座")
    assert page.url == f"{site}/scan/"
    assert not Scan.objects.exists()
    page.get_by_test_id("not-sure").click()
    page.wait_for_timeout(500)
    expect(page.get_by_test_id("pending-count")).to_have_attribute("data-count", "0")
    assert not Scan.objects.exists()

    page.goto(address)
    page.locator("[data-check-in] a").click()
    page.get_by_test_id("sure").click()
    expect(page.get_by_test_id("verdict")).to_have_attribute("data-code", "admit", timeout=PATIENT)
    assert Attendance.objects.get().present == 1
    assert Scan.objects.get().station.name == "东门"
    expect_all_sent(page)


def test_without_a_network_the_tap_is_kept_and_sent_later(page: Page, site, world, address):
    pair(page, site, world, world.session)
    keep_app(page)
    expect_all_sent(page)
    token = address.rsplit("/", 1)[-1]
    page.context.set_offline(True)
    page.goto("about:blank")
    page.goto(f"{site}/scan/#t={token}")
    page.get_by_test_id("sure").click()
    expect(page.get_by_test_id("verdict")).to_have_attribute("data-code", "admit", timeout=PATIENT)
    assert not Scan.objects.exists()
    page.context.set_offline(False)
    expect_all_sent(page)
    assert Attendance.objects.get().present == 1
