"""«我的信息» on a phone: seen, and erased after a question."""

from __future__ import annotations

import datetime

import pytest
from django.core import signing
from django.utils import timezone
from playwright.sync_api import Page, expect

from frontend.participant import mine
from registrations.models import Signup
from tests import factories
from tests.browser.test_pages import serious

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_somebody_sees_and_erases_the_own_information(page: Page, site, transactional_db, shot, faults):
    world = factories.world(timezone.now() + datetime.timedelta(days=2))
    placed = factories.place(
        world.activity, [world.session], factories.one("王秀兰", phone="13912345678"), timezone.now()
    )
    kept = signing.dumps([placed.manage_key], salt=mine.COOKIE, compress=True)
    page.context.add_cookies([{"name": mine.COOKIE, "value": kept, "url": site}])
    page.goto(f"{site}/mine/{placed.signup.pk}/")
    page.locator("a[href$='/data/']").click()
    expect(page.get_by_role("main")).to_contain_text("13912345678")
    shot(page, "own-data")
    assert not serious(page)
    with page.expect_download() as taken:
        page.locator("a[href$='/data.json']").click()
    assert "王秀兰" in taken.value.path().read_text(encoding="utf-8")
    page.locator("a[href$='/erase/']").click()
    shot(page, "own-data-erase")
    assert not serious(page)
    page.locator("form .button.danger").click()
    expect(page.get_by_role("status")).to_be_visible()
    assert Signup.objects.get().contact_name == ""
