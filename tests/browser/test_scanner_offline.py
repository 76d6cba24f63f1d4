"""The scanner in a village hall: opened, scanning and delivering later, with no network for hours."""

from __future__ import annotations

import datetime
import re

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from registrations.models import Attendance, Scan, StationRecord
from registrations.operations import tickets
from registrations.operations.signups import ticket_of
from registrations.reports import qr
from tests import factories
from tests.browser.conftest import film, held_up
from tests.browser.scanning import PATIENT, expect_all_sent, keep_app, pair, type_code

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db):
    """A lecture that began five minutes ago."""
    return factories.world(timezone.now() - datetime.timedelta(minutes=5))


@pytest.fixture
def people(world):
    return [factories.signup(world.session, factories.one(name)) for name in ("刘桂英", "胡国庆", "肖文")]


def test_opened_anew_without_a_network_it_scans_and_delivers_once_there_is_one(
    page: Page, context: BrowserContext, site, world, people, camera_file, shot
):
    context.grant_permissions(["camera"])
    pair(page, site, world, world.session)
    keep_app(page)
    expect_all_sent(page)

    context.set_offline(True)
    page.reload()
    expect(page.get_by_test_id("start-camera")).to_be_visible()
    another = context.new_page()
    page.close()
    another.goto(f"{site}/scan/")
    verdict = another.get_by_test_id("verdict")

    type_code(another, people[0])
    expect(verdict).to_contain_text("待联网确认", timeout=PATIENT)
    expect(verdict).to_contain_text("刘**")
    expect(verdict).not_to_contain_text("签到成功")
    shot(another, "scanner-offline")
    # The camera: its reader was never loaded while there was a network
    camera_file.write_bytes(film([held_up(qr.png(tickets.address(ticket_of(people[1]))))]))
    another.get_by_test_id("start-camera").click()
    expect(verdict).to_contain_text("胡**", timeout=PATIENT)
    expect(another.get_by_test_id("pending-count")).to_contain_text("2 条待上传")
    assert not Scan.objects.exists()

    context.set_offline(False)
    expect_all_sent(another)
    assert sorted(StationRecord.objects.filter(kind="scan").values_list("payload__how", flat=True)) == [
        "camera",
        "typed",
    ]
    assert Attendance.objects.count() == 2
    # Answers of the server are never kept, the app's own files are
    kept = another.evaluate(
        """async () => {
          const names = [];
          for (const key of await caches.keys())
            for (const request of await (await caches.open(key)).keys()) names.push(new URL(request.url).pathname);
          return names;
        }"""
    )
    assert any(name.endswith(".wasm") for name in kept)
    assert not [name for name in kept if name.startswith("/api/")]


def test_a_server_that_stops_and_comes_back_gets_everything(page: Page, world, people, settings):
    """Not the phone is without a network, the server is away: the phone asks again by itself."""
    server = LiveServer("127.0.0.1:0")
    site, port = server.url, server.thread.port
    settings.KEPU_BASE_URL = site
    try:
        pair(page, site, world, world.session)
        keep_app(page)
        expect_all_sent(page)
    finally:
        server.stop()
    type_code(page, people[0])
    expect(page.get_by_test_id("verdict")).to_contain_text("待联网确认", timeout=PATIENT)
    expect(page.get_by_test_id("pending-count")).to_contain_text(re.compile("1 条待上传"), timeout=PATIENT)
    server = LiveServer(f"127.0.0.1:{port}")
    try:
        expect_all_sent(page)
        expect(page.get_by_test_id("verdict")).to_have_attribute("data-code", "admit")
    finally:
        server.stop()
    assert Attendance.objects.get().present == 1


def test_the_page_changes_its_language_without_a_network(page: Page, context, site, world):
    pair(page, site, world, world.session)
    keep_app(page)
    context.set_offline(True)
    page.goto(f"{site}/scan/en/")
    expect(page.get_by_test_id("start-camera")).to_contain_text("Start scanning")
    page.wait_for_timeout(500)
    page.goto(f"{site}/scan/")
    expect(page.get_by_test_id("start-camera")).to_contain_text("Start scanning")


def test_the_check_before_leaving_says_what_is_missing_and_what_is_there(page: Page, context, site, world, shot):
    pair(page, site, world, world.session)
    keep_app(page)
    page.get_by_test_id("open-prepare").click()
    ready = page.get_by_test_id("ready")
    expect(ready).not_to_have_attribute("data-state", "checking", timeout=PATIENT)
    for part in ("app", "roster", "keys", "decoder", "signature"):
        expect(page.get_by_test_id(f"check-{part}")).to_have_attribute("data-state", "good")
    shot(page, "scanner-prepare")
    # The browser has not promised to keep anything: then it is not said to be ready
    assert page.evaluate("navigator.storage.persisted()") is False
    expect(ready).to_have_attribute("data-state", "kept_loosely")
    expect(ready).not_to_contain_text("可离线使用")

    context.new_cdp_session(page).send(
        "Browser.grantPermissions", {"origin": site, "permissions": ["durableStorage"]}
    )
    page.get_by_test_id("check-again").click()
    expect(ready).to_contain_text("可离线使用", timeout=PATIENT)

    # A file of the app is gone
    page.evaluate(
        """async () => {
          for (const key of await caches.keys())
            for (const request of await (await caches.open(key)).keys())
              if (request.url.endsWith(".wasm")) await (await caches.open(key)).delete(request);
        }"""
    )
    page.get_by_test_id("check-again").click()
    expect(page.get_by_test_id("check-app")).to_have_attribute("data-state", "bad", timeout=PATIENT)
    expect(ready).to_have_attribute("data-state", "not_ready")


def test_people_are_forgotten_a_day_after_the_hours_of_the_point_and_not_before_all_is_delivered(
    page: Page, context, site, world, people
):
    pair(page, site, world)
    page.get_by_test_id("session").first.click()
    keep_app(page)
    expect_all_sent(page)
    context.set_offline(True)
    type_code(page, people[0])
    expect(page.get_by_test_id("pending-count")).to_contain_text("1 条待上传", timeout=PATIENT)
    past = """async () => {
      const db = await new Promise((done) => { const ask = indexedDB.open("kepu-scanner"); ask.onsuccess = () => done(ask.result); });
      const all = db.transaction("stations", "readwrite");
      const rows = await new Promise((done) => { const ask = all.objectStore("stations").getAll(); ask.onsuccess = () => done(ask.result); });
      for (const row of rows) all.objectStore("stations").put({ ...row, expires_at: new Date(Date.now() - 25 * 3600e3).toISOString() });
      await new Promise((done) => { all.oncomplete = done; });
      db.close();
    }"""
    names = """async () => {
      const db = await new Promise((done) => { const ask = indexedDB.open("kepu-scanner"); ask.onsuccess = () => done(ask.result); });
      const ask = db.transaction("tickets").objectStore("tickets").count();
      const count = await new Promise((done) => { ask.onsuccess = () => done(ask.result); });
      db.close();
      return count;
    }"""
    page.evaluate(past)
    page.reload()
    expect(page.get_by_test_id("pending-count")).to_contain_text("1 条待上传", timeout=PATIENT)
    assert page.evaluate(names) == 3
    context.set_offline(False)
    expect(page.get_by_test_id("wiped")).to_be_visible(timeout=PATIENT)
    assert page.evaluate(names) == 0
    assert Scan.objects.count() == 1
