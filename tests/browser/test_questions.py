"""Questions that depend on others, as somebody meets them on a phone; and the office, building them by keyboard."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from registrations.models import Answer, Question
from registrations.operations import questions
from tests import factories
from tests.browser.conftest import DESK, sign_in
from tests.browser.test_pages import serious

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db):
    return factories.world(timezone.now() + datetime.timedelta(days=2))


def ask(world, label, kind, **values):
    return questions.add(by=world.owner, activity=world.activity, kind=kind, label=label, at=timezone.now(), **values)


@pytest.fixture
def camp(world):
    """A form with a question that depends on one that itself depends on another."""
    who = ask(world, "身份", "choice", choices=["学生", "家长"], required=True)
    days = ask(world, "哪几天吃午饭", "choices", choices=["周六", "周日"], shown_if_id=who.pk, shown_if_answer="学生")
    diet = ask(world, "有没有忌口", "text", required=True, shown_if_id=days.pk, shown_if_answer="周日")
    photos = ask(world, "同意活动照片用于科普宣传", "consent")
    bring = ask(world, "照片里不要出现谁", "text", shown_if_id=photos.pk, shown_if_answer="yes", help="写姓名即可。")
    for label, kind in [
        ("到达日期", "date"),
        ("紧急联系人电话", "phone"),
        ("身高（厘米）", "number"),
        ("健康证", "file"),
    ]:
        ask(world, label, kind)
    return who, days, diet, photos, bring


def field(page: Page, question: Question):
    return page.locator(f".field:has([name=q{question.pk}])")


def test_a_question_shows_once_the_one_it_depends_on_is_answered_so(page: Page, site, world, camp, shot, faults):
    who, days, diet, photos, bring = camp
    page.goto(f"{site}/sessions/{world.session.pk}/sign-up/")
    for hidden in (days, diet, bring):
        expect(field(page, hidden)).to_be_hidden()
    page.locator("[name=name]").fill("王小明")
    field(page, who).get_by_label("学生").check()
    field(page, days).get_by_label("周日").check()
    field(page, diet).get_by_role("textbox").fill("花生")
    field(page, photos).get_by_role("checkbox").check()
    expect(field(page, bring)).to_be_visible()
    shot(page, "sign-up-questions")
    assert not serious(page)

    # The whole chain goes with its beginning, comes back with it, and what was typed is still there.
    field(page, who).get_by_label("家长").check()
    for hidden in (days, diet):
        expect(field(page, hidden)).to_be_hidden()
    field(page, who).get_by_label("学生").check()
    expect(field(page, diet).get_by_role("textbox")).to_have_value("花生")

    field(page, who).get_by_label("家长").check()
    page.locator("[name=consent]").check()
    page.get_by_role("button", name="我要报名").click()
    page.wait_for_url("**/mine/**")
    assert dict(Answer.objects.values_list("asked", "value")) == {"身份": "家长", photos.label: "yes"}


def test_without_scripts_every_question_stands_there_with_its_condition(site, world, camp, browser):
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{site}/sessions/{world.session.pk}/sign-up/")
    for question in camp:
        expect(field(page, question)).to_be_visible()
    expect(field(page, camp[2])).to_contain_text("仅当“哪几天吃午饭”为“周日”时填写")
    page.locator("[name=name]").fill("王小明")
    field(page, camp[0]).get_by_label("家长").check()
    field(page, camp[2]).get_by_role("textbox").fill("花生")
    page.locator("[name=consent]").check()
    page.get_by_role("button", name="我要报名").click()
    page.wait_for_url("**/mine/**")
    assert dict(Answer.objects.values_list("asked", "value")) == {"身份": "家长"}
    context.close()


def test_the_office_builds_and_orders_questions_by_keyboard(page: Page, site, world, camp, shot, faults):
    sign_in(page, site, world.owner.user.username)
    path = f"{site}/console/activities/{world.activity.pk}/questions/"
    gone = ask(world, "您从哪里知道这次活动", "text")
    factories.signup(world.session, factories.one(answers={str(camp[0].pk): "家长", str(gone.pk): "村里的通知"}))
    questions.retire(by=world.owner, question=gone, at=timezone.now())
    questions.change(
        by=world.owner, question=camp[0], kind="choice", choices=["学生", "家长", "老师"], at=timezone.now()
    )
    page.goto(path)
    shot(page, "console-questions")
    page.set_viewport_size(DESK)
    assert not serious(page)
    up = page.get_by_role("button", name="把“健康证”上移")
    up.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**#question-{Question.objects.get(label='健康证').pk}")
    assert Question.objects.asked().reverse()[1].label == "健康证"
    page.goto(f"{site}/console/questions/{camp[1].pk}/change/")
    choices, kind = page.locator(".field:has([name=choices])"), page.get_by_label("题型")
    expect(choices).to_be_visible()
    kind.select_option("date")
    expect(choices).to_be_hidden()
    kind.select_option("choice")
    expect(choices).to_be_visible()
    shot(page, "console-question-form")
    assert not serious(page)
    page.goto(f"{site}/console/sessions/{world.session.pk}/whole/")
    page.get_by_label("用途").fill("备餐")
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_role("main")).to_contain_text("村里的通知")
    shot(page, "console-whole-answers")
