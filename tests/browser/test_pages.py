"""Pages as people with all kinds of eyes, hands and phones meet them."""

from __future__ import annotations

import datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from events.models import Activity, Session
from registrations.models import Signup
from tests.browser.conftest import DESK, PHONE, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PUBLIC = ["/", "/campaigns/", "/mine/", "/privacy/", "/accounts/login/", "/scan/", "/nothing/"]
CONSOLE = [
    "/console/", "/console/enter/", "/console/plan/", "/console/campaigns/", "/console/sessions/", "/console/stations/",
    "/console/desk/", "/console/desk/?why=decided",
    "/console/year-end/?year=2018", "/console/year-end/leaflets/?year=2018", "/console/people/", "/console/tokens/",
    "/console/history/", "/console/privacy/", "/console/privacy/erase/",
    "/console/organizations/", "/console/account/", "/accounts/2fa/",
]  # fmt: skip


@pytest.fixture
def demo(transactional_db):
    call_command("demo", verbosity=0)


def serious(page: Page) -> list[str]:
    """What axe finds wrong for people who cannot see, or cannot see colours: WCAG 2.2 A and AA."""
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    return [
        f"{page.url} {one['id']}: {node['html'][:160]}" for one in found.response["violations"] for node in one["nodes"]
    ]


def test_public_pages_are_whole_on_a_phone_and_readable_for_all(page: Page, site, demo, shot):
    session = Session.objects.filter(starts_at__gt=timezone.now()).first()
    wrong = []
    for path in [*PUBLIC, f"/sessions/{session.pk}/", f"/activities/{session.activity_id}/"]:
        page.goto(site + path)
        shot(page, "public" + path.replace("/", "-").rstrip("-"))
        wrong += serious(page)
    assert not wrong, "\n".join(wrong)


def test_console_pages_are_whole_on_a_phone_and_readable_for_all(page: Page, site, demo, shot, faults):
    sign_in(page, site, "kexie", "kepu-demo-2026")
    wrong = []
    session, activity = Session.objects.latest("pk"), Activity.objects.get(external_id="S05")
    of_one = [f"/console/sessions/{session.pk}/{page}" for page in ("", "live/", "desk/", "move-scans/")]
    for path in [*CONSOLE, *of_one, f"/console/activities/{activity.pk}/"]:
        page.goto(site + path)
        shot(page, "console" + path.split("?")[0].replace("/", "-").rstrip("-"))
        page.set_viewport_size(DESK)
        wrong += serious(page)
    assert not wrong, "\n".join(wrong)


def test_no_english_is_left_on_a_chinese_page(page: Page, site, demo):
    """Words of Latin letters, beyond those that Chinese offices use too, names of people's accounts, and codes."""
    usual = {"Excel", "CSV", "JSON", "English", "REST", "API", "MB", "IP", "QR", "kepu"}
    sign_in(page, site, "kexie", "kepu-demo-2026")
    wrong = []
    for path in [*PUBLIC, *CONSOLE]:
        page.goto(site + path)
        words = page.evaluate(
            """() => {
                const found = new Set();
                const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
                while (walk.nextNode()) {
                    const parent = walk.currentNode.parentElement;
                    if (parent.closest("script, noscript, .quiet, .help, .secret, option, .facts, [lang=en]")) continue;
                    for (const word of walk.currentNode.textContent.match(/[A-Za-z]{3,}/g) ?? []) found.add(word);
                }
                return [...found];
            }"""
        )
        wrong += [f"{path}: {word}" for word in words if word not in usual]
    assert not wrong, "\n".join(wrong)


def test_signing_up_works_without_javascript(browser, site, demo):
    """Inside an old phone's browser the plain form is enough."""
    context = browser.new_context(java_script_enabled=False, viewport=PHONE, locale="zh-CN")
    page = context.new_page()
    session = Session.objects.filter(
        activity__signup_by="session", starts_at__gt=timezone.now() + datetime.timedelta(days=4)
    )
    page.goto(f"{site}/sessions/{session.first().pk}/sign-up/")
    page.get_by_label("姓名").first.fill("王秀兰")
    page.get_by_text("我已阅读并同意").click()
    page.get_by_role("button", name="我要报名").click()
    expect(page.locator(".ticket .qr")).to_be_visible()
    assert Signup.objects.latest("pk").contact_name == "王秀兰"
    context.close()


def test_what_was_typed_survives_leaving_the_page(page: Page, site, demo):
    session = Session.objects.filter(activity__signup_by="session", starts_at__gt=timezone.now()).first()
    page.goto(f"{site}/sessions/{session.pk}/sign-up/")
    page.get_by_label("姓名").first.fill("王秀兰")
    page.goto(site)
    page.goto(f"{site}/sessions/{session.pk}/sign-up/")
    expect(page.get_by_label("姓名").first).to_have_value("王秀兰")


def test_a_destructive_act_names_what_will_be_gone_and_can_be_declined(page: Page, site, demo):
    page.set_viewport_size(DESK)
    sign_in(page, site, "kexie", "kepu-demo-2026")
    signup = Signup.objects.filter(state="confirmed", contact_name="刘桂英").get()
    page.goto(f"{site}/console/sessions/{signup.chosen.get().session_id}/")
    page.get_by_role("button", name="取消报名").first.click()
    dialog = page.locator("dialog.confirm")
    expect(dialog).to_contain_text("刘**")
    dialog.get_by_role("button", name="不了").click()
    signup.refresh_from_db()
    assert signup.state == "confirmed"
    page.get_by_role("button", name="取消报名").first.click()
    dialog.get_by_role("button", name="确定").click()
    expect(page.locator(".notice.success")).to_be_visible()
    signup.refresh_from_db()
    assert signup.state == "cancelled"


def test_ticking_a_list_changes_the_totals_in_place(page: Page, site, demo, faults):
    page.set_viewport_size(DESK)
    sign_in(page, site, "kexie", "kepu-demo-2026")
    signup = Signup.objects.get(contact_name="程老师")
    page.goto(f"{site}/console/sessions/{signup.chosen.get().session_id}/")
    row = page.locator(f"#signup-{signup.pk}")
    row.get_by_role("spinbutton").fill("45")
    row.get_by_role("button", name="保存").click()
    expect(page.locator("#totals")).to_contain_text("87")
    expect(row).to_contain_text("名单核对")


def test_the_whole_sign_up_is_done_by_keyboard(page: Page, site, demo):
    session = Session.objects.filter(activity__signup_by="session", starts_at__gt=timezone.now()).first()
    page.goto(f"{site}/sessions/{session.pk}/")
    page.get_by_role("link", name="我要报名").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-up/**")
    page.get_by_label("姓名").first.focus()
    page.keyboard.type("王秀兰")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "consent":
            break
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator(".ticket .qr")).to_be_visible()


def test_participants_pages_stay_small(page: Page, site, demo):
    """All of a page in less than 60 kB, and that uncompressed: the first visit, nothing cached."""
    sizes: list[int] = []
    page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    session = Session.objects.filter(activity__signup_by="session", starts_at__gt=timezone.now()).first()
    page.goto(f"{site}/sessions/{session.pk}/sign-up/")
    page.wait_for_load_state("networkidle")
    assert 10_000 < sum(sizes) < 60_000
