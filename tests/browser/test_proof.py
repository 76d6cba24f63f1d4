"""The proof of work in a real browser: found while somebody types, over plain HTTP too."""

from __future__ import annotations

import json

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from events import rushes
from registrations.models import Signup
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def soon(transactional_db):
    import datetime

    return factories.world(timezone.now() + datetime.timedelta(days=2))


def crowd(session, address: str = "127.0.0.1") -> None:
    """So many plain forms came from this address that another without a proof is refused."""
    for _ in range(rushes.PLAIN_SIGN_UP.most):
        rushes.count(rushes.PLAIN_SIGN_UP, address, at=timezone.now())


def test_the_hidden_field_is_filled_and_the_sign_up_passes_in_a_crowd(page: Page, site, soon, shot, faults):
    crowd(soon.session)
    page.goto(f"{site}/sessions/{soon.session.pk}/sign-up/")
    page.get_by_label("姓名").first.fill("王秀兰")
    field = page.locator("input[name=proof]")
    expect(field).not_to_have_value("", timeout=15_000)
    told = page.evaluate("atob(document.querySelector('input[name=proof]').value)")
    assert json.loads(told)["solution"]["counter"] >= 0
    shot(page, "sign-up-with-proof")
    page.get_by_text("我已阅读并同意").click()
    page.get_by_role("button", name="我要报名").click()
    expect(page.locator(".ticket .qr")).to_be_visible()
    assert Signup.objects.get().contact_name == "王秀兰"


def test_whoever_is_quicker_than_the_proof_waits_for_it_and_is_sent_once(page: Page, site, soon, faults):
    crowd(soon.session)
    page.goto(f"{site}/sessions/{soon.session.pk}/sign-up/")
    page.evaluate(
        """() => {
            const form = document.querySelector("form[data-proof]");
            form.elements.name.value = "王秀兰";
            form.elements.consent.checked = true;
            const button = form.querySelector(".actionbar button");
            button.click();
            button.click();
        }"""
    )
    expect(page.locator(".ticket .qr")).to_be_visible(timeout=15_000)
    assert Signup.objects.count() == 1


def test_without_scripts_a_crowd_is_told_to_wait_and_keeps_what_was_typed(browser, site, soon):
    crowd(soon.session)
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{site}/sessions/{soon.session.pk}/sign-up/")
    page.get_by_label("姓名").first.fill("王秀兰")
    page.get_by_text("我已阅读并同意").click()
    page.get_by_role("button", name="我要报名").click()
    expect(page.get_by_role("alert")).to_contain_text("秒后")
    expect(page.get_by_label("姓名").first).to_have_value("王秀兰")
    context.close()
