"""The main job as three people do it in their browsers: the office, those who sign up, a volunteer at the door."""

from __future__ import annotations

import base64
import datetime
import re

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from events.models import Role, Session
from registrations.models import Attendance, Scan, Signup
from registrations.operations import session_changes, tickets
from registrations.operations.signups import ticket_of
from registrations.reports import qr
from tests import factories
from tests.browser.conftest import DESK, PHONE, film, held_up, sign_in, watch
from tests.browser.scanning import start_camera

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: How long a faked camera may need on a busy machine.
PATIENT = 30_000


@pytest.fixture
def lead(transactional_db):
    return factories.organization("tianmen", where=factories.city())


def plan(page: Page, site: str) -> Session:
    """Campaign, activity, session; published from the draft."""
    page.goto(f"{site}/console/campaigns/new/")
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    page.get_by_label("名称").fill("科普大篷车进校园")
    page.get_by_label("类型").select_option("school_visits")
    page.get_by_label("开始日期").fill(tomorrow.isoformat())
    page.get_by_label("结束日期").fill((tomorrow + datetime.timedelta(days=5)).isoformat())
    page.get_by_role("button", name="保存").click()
    page.get_by_role("link", name="新增活动").first.click()
    page.get_by_label("名称").fill("流动科技馆互动展品体验")
    page.get_by_label("统计形式").select_option("visit")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("link", name="新增场次").click()
    page.get_by_label("日期").fill(tomorrow.isoformat())
    page.get_by_label("场地").fill("佛子山镇中学操场")
    page.get_by_label("名额").fill("60")
    page.get_by_role("button", name="保存").click()
    session = Session.objects.get()
    for address in (f"campaigns/{session.activity.campaign_id}", f"activities/{session.activity_id}"):
        page.goto(f"{site}/console/{address}/")
        page.get_by_role("button", name="发布").click()
        expect(page.get_by_text("已发布").first).to_be_visible()
    return session


def sign_up(page: Page, site: str, session: Session, kind: str, **fields: str) -> Signup:
    page.goto(f"{site}/sessions/{session.pk}/")
    page.get_by_role("link", name="我要报名").click()
    page.get_by_role("link", name=kind, exact=True).click()
    for label, value in fields.items():
        page.get_by_label(label, exact=False).first.fill(value)
    page.get_by_text("我已阅读并同意").click()
    page.get_by_role("button", name="我要报名").click()
    expect(page.locator(".ticket .qr")).to_be_visible()
    return Signup.objects.latest("pk")


def test_the_office_plans_people_sign_up_a_volunteer_scans_and_the_year_counts(
    page: Page, browser: Browser, site: str, lead, camera_file, faults, shot
):
    owner = factories.user(lead, Role.OWNER, username="kexie")
    page.set_viewport_size(DESK)
    sign_in(page, site, owner.username)
    shot(page, "console-empty")
    session = plan(page, site)

    # Those who sign up: on phones, without an account
    visitor = browser.new_context(locale="zh-CN", viewport=PHONE)
    phone = visitor.new_page()
    watch(phone, faults)
    phone.goto(site)
    expect(phone.get_by_text("流动科技馆互动展品体验")).to_be_visible()
    shot(phone, "home")
    phone.get_by_text("流动科技馆互动展品体验").click()
    shot(phone, "session")
    phone.get_by_role("link", name="我要报名").click()
    shot(phone, "sign-up")
    people = [
        sign_up(phone, site, session, "个人", 姓名=name, 手机号码=f"1990000000{n}")
        for n, name in enumerate(("刘桂英", "胡国庆", "肖文"))
    ]
    shot(phone, "ticket")
    group = sign_up(phone, site, session, "班级", 学校和班级="七（2）班", 总人数="40", 带队老师="程老师")
    picture = phone.request.get(f"{site}/mine/{group.pk}/ticket.png")
    assert picture.headers["content-type"] == "image/png"
    phone.goto(f"{site}/mine/")
    expect(phone.locator(".card-list .card")).to_have_count(4)
    shot(phone, "mine")
    assert sum(Signup.objects.values_list("size", flat=True)) == 43

    # The day has come
    now = timezone.now()
    session_changes.move(
        by=factories.Actor(owner),
        session=Session.objects.get(),
        starts_at=now - datetime.timedelta(minutes=5),
        ends_at=now + datetime.timedelta(hours=1),
        at=now,
    )
    page.goto(f"{site}/console/stations/new/?session={session.pk}")
    page.get_by_role("button", name=re.compile("配对码|显示")).click()
    code = page.locator(".pairing-code").inner_text().replace(" ", "")
    shot(page, "pairing")

    # A volunteer's own phone: pairs, then scans with its camera
    volunteer = browser.new_context(locale="zh-CN", viewport=PHONE, permissions=["camera"])
    gate = volunteer.new_page()
    watch(gate, faults)
    camera_file.write_bytes(film([held_up(qr.png(tickets.address(ticket_of(people[0]))))]))
    gate.goto(f"{site}/scan/#p={code}")
    expect(gate.get_by_test_id("pairing-code")).to_have_value(code)
    shot(gate, "scanner-pairing")
    gate.get_by_test_id("pair").click()
    number = gate.get_by_test_id("compare-number").inner_text()
    expect(page.locator("#paired")).to_contain_text(number, timeout=PATIENT)
    shot(gate, "scanner-compare")
    gate.get_by_test_id("pairing-done").click()
    start_camera(gate)
    verdict = gate.get_by_test_id("verdict")
    expect(verdict).to_have_attribute("data-code", "admit", timeout=PATIENT)
    expect(verdict).to_contain_text("刘**")
    shot(gate, "scanner-admit")
    # The same ticket a second time, and no second person
    gate.get_by_test_id("short-code").fill(ticket_of(people[0]).short_code)
    gate.get_by_test_id("short-code-send").click()
    expect(verdict).to_have_attribute("data-code", "duplicate", timeout=PATIENT)
    shot(gate, "scanner-duplicate")
    # One whose picture cannot be read says the short code
    gate.get_by_test_id("short-code").fill(ticket_of(people[1]).short_code.lower())
    gate.get_by_test_id("short-code-send").click()
    expect(verdict).to_contain_text("胡**", timeout=PATIENT)
    # A forged code, as a photo
    text = tickets.text(ticket_of(people[2]))
    raw = bytearray(base64.b32decode(text + "="))
    raw[11] ^= 1
    forged = qr.png(f"{site}/T/{base64.b32encode(bytes(raw)).decode().rstrip('=')}".upper())
    gate.get_by_test_id("photo").set_input_files({"name": "x.png", "mimeType": "image/png", "buffer": forged})
    expect(verdict).to_have_attribute("data-code", "forged", timeout=PATIENT)
    shot(gate, "scanner-forged")
    # A class: how many came?
    gate.get_by_test_id("short-code").fill(ticket_of(group).short_code)
    gate.get_by_test_id("short-code-send").click()
    expect(gate.get_by_test_id("people-dialog")).to_be_visible(timeout=PATIENT)
    shot(gate, "scanner-class")
    gate.get_by_test_id("arriving-confirm").click()
    expect(verdict).to_have_attribute("data-code", "admit", timeout=PATIENT)
    expect(gate.get_by_test_id("pending-count")).not_to_contain_text(re.compile("[1-9]"), timeout=PATIENT)
    assert Scan.objects.filter(judged="forged").count() == 1

    # The office: who came, and the year
    assert sum(Attendance.objects.values_list("present", flat=True)) == 42
    page.goto(f"{site}/console/sessions/{session.pk}/")
    expect(page.locator("#totals")).to_contain_text("42人次")
    shot(page, "console-session")
    page.goto(f"{site}/console/year-end/")
    row = page.get_by_role("row", name="其中：参观学习")
    expect(row).to_contain_text("42人次")
    expect(row).to_contain_text("扫码签到")
    shot(page, "console-year-end")
    row.get_by_role("link").first.click()
    shot(page, "console-figure")
    page.get_by_role("link", name=re.compile("流动科技馆互动展品体验")).click()
    expect(page).to_have_url(re.compile(f"/console/sessions/{session.pk}/$"))
