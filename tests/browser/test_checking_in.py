"""The live page and the desk of check-ins, while scans come in."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from registrations.models import Attendance
from tests import factories
from tests.browser.conftest import DESK, sign_in
from tests.registrations.operations.handing_in import MINUTE, code_of, send

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db):
    return factories.world(timezone.now().replace(microsecond=0) - 10 * MINUTE)


@pytest.fixture
def office(page: Page, site, world):
    page.set_viewport_size(DESK)
    sign_in(page, site, world.owner.user.username, factories.PASSWORD)
    return page


def scanned(world, *signups, session=None):
    at = timezone.now()
    station = factories.station(world.owner, world.lead, world.session, at=at)[0]
    sent = [factories.scan(world.session, code_of(one), at, sequence=n) for n, one in enumerate(signups)]
    send(station, at, *sent)


def test_the_live_page_follows_what_is_scanned_and_keeps_what_is_being_typed(office, site, world, faults):
    one = factories.signup(world.session, factories.one("刘桂英"))
    factories.signup(world.session, factories.one("周卫国"))
    office.goto(f"{site}/console/sessions/{world.session.pk}/live/")
    arrived = office.locator(".live-main .tile-number")
    expect(arrived).to_have_text("0")
    office.get_by_role("searchbox").fill("周")
    scanned(world, one)
    expect(arrived).to_have_text("1", timeout=15_000)
    expect(office.get_by_role("searchbox")).to_have_value("周")
    expect(office.get_by_role("searchbox")).to_be_focused()
    assert not faults


def test_the_live_page_says_when_the_server_cannot_be_reached(office, site, world):
    office.goto(f"{site}/console/sessions/{world.session.pk}/live/")
    expect(office.locator(".live-stale")).to_be_hidden()
    office.context.set_offline(True)
    expect(office.locator(".live-stale")).to_be_visible(timeout=15_000)
    office.context.set_offline(False)
    expect(office.locator(".live-stale")).to_be_hidden(timeout=15_000)


def test_the_live_page_is_read_without_scripts(browser, site, world, office):
    state = office.context.storage_state()
    context = browser.new_context(java_script_enabled=False, storage_state=state, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{site}/console/sessions/{world.session.pk}/live/")
    expect(page.locator(".live-main .tile-number")).to_have_text("0")
    assert page.locator('meta[http-equiv="refresh"]').count() == 1
    context.close()


def test_ticked_scans_are_decided_as_proposed_and_one_is_taken_back(office, site, world, faults):
    other = factories.session(world.activity, world.session.starts_at + datetime.timedelta(days=1))
    scanned(world, *[factories.signup(other, factories.one(name)) for name in ("刘桂英", "周卫国", "王秀兰")])
    office.goto(f"{site}/console/sessions/{world.session.pk}/desk/")
    office.locator("[data-check-all]").check()
    assert office.locator('input[name="scan"]:checked').count() == 3
    office.locator('button[name="how"][value="proposed"]').click()
    expect(office.locator(".empty")).to_be_visible()
    assert Attendance.objects.filter(session=other).count() == 3
    office.goto(f"{site}/console/desk/?why=decided")
    office.locator('button[name="reopen"]').first.click()
    expect(office.locator('button[name="reopen"]')).to_have_count(2)
    assert Attendance.objects.filter(session=other).count() == 2
    assert not faults
