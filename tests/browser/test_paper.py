"""Paper that comes back, by keyboard; and a stand that hands in from a phone, with scripts and without."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from registrations import access
from registrations.models import Attendance, StandReport
from registrations.operations import cards, stands
from registrations.operations.signups import Line, Party
from registrations.operations.stands import Numbers, Place
from registrations.reports import stands as listed
from tests import factories
from tests.browser.conftest import DESK, PHONE, sign_in
from tests.browser.test_pages import serious

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db):
    return factories.world(timezone.now() + datetime.timedelta(days=2))


@pytest.fixture
def stand(world):
    places = [Place("食品安全", "市场监管局", "A3"), Place("义诊", "市人民医院", "A4")]
    return stands.add(by=world.owner, activity=world.activity, session=world.session, places=places, at=timezone.now())[
        0
    ]


def test_a_sheet_is_ticked_off_without_a_mouse(page: Page, site, world, shot, faults):
    names = tuple(Line(f"村民{n}", village="江桥村") for n in range(8))
    factories.signup(world.session, Party("village", names, "村书记", unit="江桥村"))
    factories.signup(world.session, factories.many(20))
    sign_in(page, site, world.owner.user.username)
    page.set_viewport_size(DESK)
    page.goto(f"{site}/console/sessions/{world.session.pk}/tick/")
    came, typed = page.locator("[data-tick-count]"), page.locator("[data-tick-number]")
    typed.fill("3")
    typed.press("Enter")
    typed.fill("99")
    typed.press("Enter")
    expect(came).to_have_text("1")
    boxes = page.locator("tr[data-number] input")
    boxes.nth(0).focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(boxes.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(came).to_have_text("3")
    boxes.nth(8).fill("18")
    expect(came).to_have_text("21")
    assert serious(page) == []
    shot(page, "tick-off")
    page.locator(".actionbar button").click()
    page.wait_for_load_state()
    assert set(Attendance.objects.values_list("attendee__position", "present")) == {(1, 1), (2, 1), (3, 1), (1, 18)}
    page.locator("[data-tick-all='']").click()
    expect(came).to_have_text("0")
    page.locator("[data-tick-all='1']").click()
    expect(came).to_have_text("28")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_stand_hands_in_by_its_code_with_scripts_and_by_typing_it_without(browser: Browser, site, stand, scripts):
    phone = browser.new_context(java_script_enabled=scripts, viewport=PHONE, locale="zh-CN")
    page = phone.new_page()
    page.goto(listed.address(stand))
    if not scripts:
        page.locator("[name=key]").fill(listed.written(stand))
        page.locator("form:has([name=key]) button").click()
    # Without scripts the browser itself carries the fragment on; a server sees it neither way.
    page.wait_for_url(f"**/stands/{stand.pk}/" if scripts else f"**/stands/{stand.pk}/#k={access.stand_key(stand)}")
    page.locator("[name=consultations]").fill("46")
    page.locator(".actionbar button").click()
    page.wait_for_load_state()
    expect(page.locator(".notice.success")).to_be_visible()
    assert StandReport.objects.get().consultations == 46
    phone.close()


def test_pages_of_stands_and_cards_fit_and_are_accessible(page: Page, site, world, stand, shot, faults):
    now = timezone.now()
    cards.print_batch(by=world.owner, session=world.session, group="farmers", many=20, key="k", at=now)
    report = stands.hand_in(stand=stand, numbers=Numbers(500, 120, 46, None, 8, "下午人多"), key="k", at=now)
    page.goto(listed.address(stand))
    page.wait_for_url(f"**/stands/{stand.pk}/")
    assert serious(page) == []
    shot(page, "stand-phone")
    sign_in(page, site, world.owner.user.username)
    for name, address in [
        ("stands", f"/console/activities/{world.activity.pk}/stands/"),
        ("stand-report", f"/console/stand-reports/{report.pk}/"),
        ("stand-form", f"/console/stands/{stand.pk}/change/"),
        ("cards", f"/console/sessions/{world.session.pk}/cards/"),
        ("sign-in-sheet", f"/console/sessions/{world.session.pk}/sign-in-sheet/"),
        ("paper-count", f"/console/sessions/{world.session.pk}/paper/"),
    ]:
        page.goto(f"{site}{address}")
        assert serious(page) == [], address
        shot(page, name)
