"""Signing up as people do it on their phones: a parent, two teachers, a village secretary, and somebody who waits."""

from __future__ import annotations

import datetime
import io
import subprocess
from pathlib import Path

import pytest
import xlsxwriter
import zxingcpp
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from registrations.models import Question, SeatPool, Signup
from registrations.operations import questions, tickets
from tests import factories
from tests.browser.conftest import PHONE, watch

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: Reading a file starts a process of its own.
PATIENT = 20_000


@pytest.fixture
def soon(transactional_db):
    return factories.world(timezone.now() + datetime.timedelta(days=2))


def sign_up(page: Page, site: str, world: factories.World, kind: str) -> None:
    page.goto(f"{site}/sessions/{world.session.pk}/")
    page.get_by_role("link", name="我要报名").click()
    page.get_by_role("link", name=kind, exact=True).click()


def agree(page: Page, button: str = "我要报名") -> None:
    page.get_by_text("我已阅读并同意").click()
    page.get_by_role("button", name=button).click()


def pages_of(pdf: bytes, folder: Path) -> list[Image.Image]:
    """The pages of a PDF as another program draws them."""
    file = folder / "paper.pdf"
    file.write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "150", "-png", str(file), str(folder / "page")], check=True)
    return [Image.open(one).convert("L") for one in sorted(folder.glob("page*.png"))]


def test_a_parent_signs_a_child_up_agrees_as_guardian_and_answers_what_is_asked(page: Page, site, soon, faults, shot):
    at = timezone.now()
    factories.terms(soon.activity, min_age=6, max_age=12)
    diet = questions.add(
        by=soon.owner, activity=soon.activity, kind="choice", label="是否在现场用午餐", choices=["用", "不用"],
        required=True, at=at,
    )  # fmt: skip
    questions.add(
        by=soon.owner, activity=soon.activity, kind="text", label="忌口", shown_if=diet, shown_if_answer="用", at=at
    )
    sign_up(page, site, soon, "个人")
    expect(page.get_by_text("面向6至12岁")).to_be_visible()
    page.get_by_label("姓名").first.fill("刘小明")
    page.get_by_label("年龄").fill("30")
    expect(page.get_by_label("忌口")).to_be_hidden()
    page.get_by_label("用", exact=True).check()
    page.get_by_label("忌口").fill("花生")
    agree(page)
    expect(page.get_by_role("alert").first).to_contain_text("本活动面向6至12岁")
    expect(page.get_by_label("忌口")).to_have_value("花生")

    page.get_by_label("年龄").fill("9")
    page.get_by_role("button", name="我要报名").click()
    expect(page.get_by_role("alert").first).to_contain_text("由监护人同意")
    shot(page, "sign-up-guardian")
    page.get_by_label("监护人姓名").fill("刘建国")
    page.locator("label", has_text="我是未满14周岁孩子的监护人").click()
    page.get_by_role("button", name="我要报名").click()
    expect(page.locator(".ticket .qr")).to_be_visible()
    signup = Signup.objects.get()
    assert (signup.ages, signup.guardian_name, signup.guardian_consent) == ([9], "刘建国", "phone")
    assert dict(signup.answers.values_list("asked", "value")) == {"是否在现场用午餐": "用", "忌口": "花生"}
    assert Question.objects.count() == 2


def test_a_teacher_signs_a_class_up_by_numbers_and_nobody_is_named(page: Page, site, soon, faults, shot):
    sign_up(page, site, soon, "班级")
    page.get_by_label("学校和班级").fill("天门市实验小学五（2）班")
    page.get_by_label("总人数").fill("38")
    page.get_by_label("带队老师").fill("程老师")
    agree(page)
    expect(page.locator(".ticket")).to_contain_text("38 人")
    signup = Signup.objects.get()
    assert list(signup.attendees.values_list("name", "size")) == [("", 38)]
    assert signup.guardian_consent == ""


def class_list(wrong: bool) -> bytes:
    """45 pupils; three rows are wrong: a name is missing, a phone has too few digits, a number is none."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["姓名", "村", "电话", "人数"])
        for number in range(1, 46):
            row = [f"学生{number:02}", "五（2）班", "", ""]
            if wrong and number == 7:
                row[0] = ""
            if wrong and number == 20:
                row[2] = "1391234"
            if wrong and number == 33:
                row[3] = "很多"
            sheet.write_row(number, 0, row)
    return out.getvalue()


def test_a_teacher_uploads_45_pupils_puts_three_rows_right_and_signs_all_of_them_up(
    page: Page, site, faults, shot, transactional_db
):
    soon = factories.world(timezone.now() + datetime.timedelta(days=2), capacity=60)
    sign_up(page, site, soon, "班级")
    page.get_by_role("link", name="粘贴接龙或上传名单").click()
    upload = {"name": "五2班.xlsx", "mimeType": "application/octet-stream", "buffer": class_list(wrong=True)}
    page.locator("input[type=file]").first.set_input_files(upload)  # type: ignore[arg-type]  # a TypedDict there
    page.get_by_role("button", name="读取名单").click()
    summary = page.locator(".error-summary")
    expect(summary).to_contain_text("3 处需要改正", timeout=PATIENT)
    shot(page, "list-of-a-class-with-errors")
    assert not Signup.objects.exists()

    page.get_by_label("姓名 7", exact=True).fill("学生07")
    page.get_by_label("手机号码 20", exact=True).fill("13912345678")
    page.get_by_label("人数 33", exact=True).fill("")
    page.get_by_label("学校和班级").fill("天门市实验小学五（2）班")
    page.get_by_label("带队老师").fill("程老师")
    page.get_by_text("监护人已签字").click()
    agree(page, "提交报名")
    expect(page.locator(".ticket .qr")).to_be_visible(timeout=PATIENT)
    signup = Signup.objects.get()
    assert (signup.size, signup.kind, signup.guardian_consent) == (45, "class", "paper")
    assert signup.attendees.get(name="学生20").phone == "13912345678"


def test_a_secretary_pastes_30_villagers_and_prints_their_slips(page: Page, site, soon, faults, shot, tmp_path):
    message = "#接龙\n农技培训报名，江桥村\n\n" + "\n".join(f"{n}. 村民{n:02}" for n in range(1, 31))
    sign_up(page, site, soon, "村组")
    page.get_by_role("link", name="粘贴接龙或上传名单").click()
    page.get_by_label("粘贴名单").fill(message)
    page.get_by_role("button", name="读取名单").click()
    expect(page.get_by_role("status")).to_contain_text("30 人")
    page.get_by_label("村或社区").last.fill("江桥村")
    page.get_by_label("联系人").fill("村书记")
    page.get_by_label("手机号码").last.fill("19900000001")
    agree(page, "提交报名")
    expect(page.locator(".ticket .qr")).to_be_visible()
    signup = Signup.objects.get()
    assert (signup.size, signup.contact_phone) == (30, "19900000001")

    address = page.get_by_role("link", name="带码纸条").get_attribute("href")
    slips = pages_of(page.request.get(f"{site}{address}").body(), tmp_path)
    read = {one.text for sheet in slips for one in zxingcpp.read_barcodes(sheet)}
    assert len(slips) == 4
    own = signup.tickets.exclude(attendee=None).select_related("signup")
    assert read == {tickets.address(one) for one in own}
    assert len(read) == 30


def test_who_cancels_makes_room_for_who_waits(page: Page, browser: Browser, site, soon, faults, shot):
    factories.signup(soon.session, factories.many(39), timezone.now())
    sign_up(page, site, soon, "个人")
    page.get_by_label("姓名").first.fill("刘桂英")
    agree(page)
    expect(page.locator(".ticket .qr")).to_be_visible()

    other = browser.new_context(locale="zh-CN", viewport=PHONE).new_page()
    watch(other, faults)
    other.goto(f"{site}/sessions/{soon.session.pk}/")
    other.get_by_role("link", name="加入候补").click()
    other.get_by_label("姓名").first.fill("胡国庆")
    agree(other, "加入候补")
    expect(other.get_by_text("您排在候补第 1 位")).to_be_visible()
    shot(other, "ticket-waiting")

    page.get_by_role("link", name="取消报名").click()
    page.get_by_role("button", name="确认取消").click()
    expect(page.get_by_text("已取消").first).to_be_visible()
    other.goto(other.url.partition("?")[0])
    expect(other.locator(".ticket .qr")).to_be_visible()
    assert list(Signup.objects.order_by("pk").values_list("state", flat=True)) == [
        "confirmed",
        "cancelled",
        "confirmed",
    ]
    assert SeatPool.objects.get().taken == 40
