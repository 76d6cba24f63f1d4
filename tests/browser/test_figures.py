"""Pages of figures in a real browser: the preview follows each choice, and every page is whole on a phone."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from registrations.operations import accounts, quotes, returns
from tests import factories
from tests.browser.conftest import sign_in
from tests.browser.test_pages import serious

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db):
    """A lecture of yesterday with 40 people, told to somebody and closed in a return; then 2 more came to light."""
    now = timezone.now()
    world = factories.world(now + datetime.timedelta(days=2))
    past = factories.session(world.activity, now - datetime.timedelta(days=1))
    factories.heads(past, 40, audience_group="farmers")
    today = timezone.localdate()
    given = {"period": (today - datetime.timedelta(days=30), today), "as_of": today}
    one = returns.close(by=world.owner, of=factories.return_of(world.owner, world.lead, now, **given), at=now)
    quote = factories.quote(world.owner, world.lead, now, **given, codes=["attendance"])
    quotes.hand_out(by=world.owner, quote=quote, name="市政府办", how="wechat", told_at=now, at=now)
    factories.heads(past, 2, audience_group="elderly", basis="besides")
    accounts.record_output(by="test", activity=world.activity, measure="leaflets", number=80, at=now, sessions=[past])
    return world, one, quote


def test_the_preview_of_an_indicator_follows_each_choice(page: Page, site, world, faults):
    lead = world[0]
    sign_in(page, site, lead.owner.user.username)
    page.goto(f"{site}/console/indicators/new/")
    page.locator("#id_measure").select_option("attendance")
    expect(page.locator("#yields")).to_contain_text("42人次")
    page.locator("[name=mode][value=online]").check()
    expect(page.locator("#yields")).not_to_contain_text("42人次")
    page.locator("#id_measure").select_option("terminals")
    expect(page.locator("#yields .error")).to_be_visible()


def test_every_page_of_figures_is_whole_on_a_phone_and_at_a_desk(page: Page, site, world, shot, faults):
    lead, one, quote = world
    sign_in(page, site, lead.owner.user.username)
    for name, path in {
        "year-end": "/console/year-end/",
        "figure": "/console/year-end/attendance/",
        "indicators": "/console/indicators/",
        "indicator": "/console/indicators/new/",
        "targets": "/console/targets/",
        "target": "/console/targets/new/",
        "returns": "/console/returns/",
        "return": f"/console/returns/{one.pk}/",
        "new-return": "/console/returns/new/",
        "quotes": "/console/quotes/",
        "quote": f"/console/quotes/{quote.reference}/",
        "tell": "/console/quotes/new/?codes=attendance&codes=leaflets",
        "spot-check": "/console/spot-check/?many=3&seed=abc",
    }.items():
        page.goto(site + path)
        shot(page, f"figures-{name}")
        assert not serious(page), path
