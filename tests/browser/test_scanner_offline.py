"""The scanner in a village hall: opened, scanning and delivering later, with no network for hours."""

from __future__ import annotations

import contextlib
import datetime

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import BrowserContext, Error, Page, expect

from registrations.indicators import measures
from registrations.models import Attendance, Scan, StationRecord
from registrations.operations import tickets
from registrations.operations.signups import ticket_of
from registrations.reports import qr
from tests import factories
from tests.browser.conftest import film, held_up
from tests.browser.scanning import PATIENT, Relay, expect_all_sent, keep_app, pair, start_camera, type_code

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ASKED = """
  const answered = (ask) => new Promise((done) => { ask.onsuccess = () => done(ask.result); });
  const db = await answered(indexedDB.open("kepu-scanner"));
"""
#: The phone's check-in point had its last hour 25 hours ago.
EXPIRED_YESTERDAY = f"""async () => {{{ASKED}
  const all = db.transaction("stations", "readwrite");
  const past = new Date(Date.now() - 25 * 3600e3).toISOString();
  for (const row of await answered(all.objectStore("stations").getAll()))
    all.objectStore("stations").put({{ ...row, expires_at: past }});
  await new Promise((done) => {{ all.oncomplete = done; }});
  db.close();
}}"""
TICKETS_KEPT = f"""async () => {{{ASKED}
  const count = await answered(db.transaction("tickets").objectStore("tickets").count());
  db.close();
  return count;
}}"""


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
    start_camera(another)
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


def test_a_server_that_stops_and_comes_back_gets_everything(page: Page, site, world, people):
    """Not the phone is without a network, the server is away: the phone asks again by itself."""
    server = Relay(int(site.rsplit(":", 1)[1]))
    try:
        pair(page, f"http://localhost:{server.port}", world, world.session)
        keep_app(page)
        expect_all_sent(page)
        server.stop()
        type_code(page, people[0])
        expect(page.get_by_test_id("verdict")).to_contain_text("待联网确认", timeout=PATIENT)
        expect(page.get_by_test_id("pending-count")).to_contain_text("1 条待上传", timeout=PATIENT)
        assert not Scan.objects.exists()
        server.start()
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

    devtools = context.new_cdp_session(page)
    here = devtools.send("Target.getTargetInfo")["targetInfo"]["browserContextId"]
    promise = {"origin": site, "permissions": ["durableStorage"], "browserContextId": here}
    devtools.send("Browser.grantPermissions", promise)
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
    page.evaluate(EXPIRED_YESTERDAY)
    page.reload()
    expect(page.get_by_test_id("pending-count")).to_contain_text("1 条待上传", timeout=PATIENT)
    assert page.evaluate(TICKETS_KEPT) == 3
    context.set_offline(False)
    expect(page.get_by_test_id("wiped")).to_be_visible(timeout=PATIENT)
    assert page.evaluate(TICKETS_KEPT) == 0
    assert Scan.objects.count() == 1


def test_a_new_version_waits_until_nothing_is_in_hand_and_loses_nothing(
    page: Page, context, site, world, people, monkeypatch, camera_file
):
    context.grant_permissions(["camera"])
    camera_file.write_bytes(film([Image.new("L", (640, 480), 200)]))
    pair(page, site, world, world.session)
    keep_app(page)
    expect_all_sent(page)
    page.evaluate("window.opened = 'before'")
    start_camera(page)
    expect(page.locator(".stage")).to_have_attribute("data-running", "true", timeout=PATIENT)

    # The server has a new version: another list of what is counted
    monkeypatch.setattr(measures, "ENTERED", ("leaflets",))
    page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.update())")
    page.evaluate(
        """async () => {
          const registration = await navigator.serviceWorker.getRegistration();
          while (!registration.waiting) await new Promise((go) => setTimeout(go, 50));
        }"""
    )
    page.wait_for_timeout(12_000)  # longer than the page's rhythm of looking
    assert page.evaluate("window.opened") == "before"
    type_code(page, people[0])
    expect(page.get_by_test_id("verdict")).to_have_attribute("data-code", "admit", timeout=PATIENT)

    page.get_by_test_id("way-outputs").click()  # the camera is off
    expect(page.get_by_test_id("output-leaflets")).to_have_count(1)
    for _once in range(40):
        with contextlib.suppress(Error):  # while the page is being loaded anew
            if page.evaluate("window.opened") is None:
                break
        page.wait_for_timeout(500)
    page.get_by_test_id("way-outputs").click()
    expect(page.locator(".counter")).to_have_count(1)
    assert Scan.objects.count() == 1
