"""What a volunteer enters by hand without a network: walk-ins, headcounts, outputs, ticks on the list; and in and out."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from events.models import Activity
from registrations.models import Attendance, Headcount, Output, Scan, Signup, StationRecord
from tests import factories
from tests.browser.scanning import PATIENT, expect_all_sent, keep_app, pair, type_code
from tests.browser.test_pages import serious

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


#: What the phone has written down of a count that is under way.
COUNTED = """async () => {
  const answered = (ask) => new Promise((done) => { ask.onsuccess = () => done(ask.result); });
  const db = await answered(indexedDB.open("kepu-scanner"));
  const meta = db.transaction("meta").objectStore("meta");
  const names = (await answered(meta.getAllKeys())).filter((name) => name.startsWith("draft heads"));
  const counted = names.length ? await answered(meta.get(names[0])) : {};
  db.close();
  return Object.values(counted).reduce((sum, one) => sum + one, 0);
}"""


@pytest.fixture
def world(transactional_db):
    """A course of which the roll is called, in and out; its lesson began five minutes ago."""
    made = factories.world(timezone.now() - datetime.timedelta(minutes=5))
    Activity.objects.update(calls_the_roll=True, checks_out=True)
    return made


def test_people_at_the_door_heads_and_leaflets_are_kept_without_a_network_and_can_be_taken_back(
    page: Page, context: BrowserContext, site, world, shot
):
    pair(page, site, world, world.session)
    keep_app(page)
    expect_all_sent(page)
    context.set_offline(True)

    page.get_by_test_id("way-walk_in").click()
    page.get_by_test_id("walk-in-people-more").click()
    page.get_by_test_id("group-farmers").click()
    expect(page.get_by_test_id("walk-in-name")).to_be_hidden()
    page.get_by_test_id("walk-in-save").click()
    expect(page.get_by_test_id("saved")).to_contain_text("已登记 2 人")
    # A name only after the sentence of consent; unticked again, it stays out of the record
    page.get_by_test_id("consent").check()
    page.get_by_test_id("walk-in-name").fill("王大爷")
    page.get_by_test_id("walk-in-village").fill("江桥村三组")
    page.get_by_test_id("walk-in-save").click()
    expect(page.get_by_test_id("consent")).not_to_be_checked()  # the form is empty again
    page.get_by_test_id("consent").check()
    page.get_by_test_id("walk-in-name").fill("不愿留名")
    page.get_by_test_id("consent").uncheck()
    page.get_by_test_id("walk-in-save").click()
    entries = page.get_by_test_id("entry")
    expect(entries).to_have_count(3)
    expect(entries.nth(1)).to_contain_text("王**")
    page.get_by_test_id("undo-saved").click()
    expect(entries.first).to_contain_text("已撤销")
    expect(page.get_by_test_id("saved")).to_contain_text("已撤销")
    entries.nth(2).get_by_test_id("take-back").click()
    expect(entries.nth(2)).to_contain_text("已撤销")
    shot(page, "scanner-walk-in")
    assert not serious(page)

    page.get_by_test_id("way-heads").click()
    page.get_by_test_id("heads-save").click()
    expect(page.get_by_test_id("work-error")).to_be_visible()
    page.get_by_test_id("heads-youth").fill("28")
    for number in ("1", "2"):
        page.get_by_test_id("heads-elderly-more").click()
        expect(page.get_by_test_id("heads-elderly")).to_have_value(number)
    # Counting goes on after the page was opened anew: each tap is written down
    while page.evaluate(COUNTED) != 30:
        page.wait_for_timeout(50)
    page.reload()
    page.get_by_test_id("way-heads").click()
    expect(page.get_by_test_id("heads-save")).to_contain_text("30")
    page.get_by_test_id("basis-besides").click()
    page.get_by_test_id("method-estimated").click()
    page.get_by_test_id("part").fill("东门")
    page.get_by_test_id("counted-by").fill("李站长")
    page.get_by_test_id("heads-save").click()
    expect(page.get_by_test_id("saved")).to_contain_text("30")
    shot(page, "scanner-heads")
    assert not serious(page)
    # The same part again: fewer, and of another group
    page.get_by_test_id("basis-besides").click()
    page.get_by_test_id("heads-youth").fill("25")
    page.get_by_test_id("heads-save").click()
    expect(page.get_by_test_id("entry").first).to_contain_text("老年人 · 0 人")

    page.get_by_test_id("way-outputs").click()
    page.get_by_test_id("output-leaflets").fill("200")
    page.get_by_test_id("outputs-save").click()
    expect(page.get_by_test_id("entry")).to_contain_text("200 份")
    shot(page, "scanner-outputs")
    assert not StationRecord.objects.exclude(kind="clock").exists()

    context.set_offline(False)
    expect_all_sent(page)
    # Whoever agreed is signed up and in; a name stands nowhere else
    named = Signup.objects.get(source="walk_in")
    assert named.attendees.filter(name="王大爷", village="江桥村三组").exists()
    assert Attendance.objects.get(attendee__signup=named).present == 1
    kept = str(list(StationRecord.objects.values_list("payload", flat=True)))
    assert "王大爷" not in kept
    assert "不愿留名" not in kept
    counted = Headcount.objects.filter(record__kind="walk_in").order_by("counted_at")
    assert [(one.people, one.audience_group, one.withdrawn_at is None) for one in counted] == [
        (2, "farmers", False),
        (1, "", False),
    ]
    heads = StationRecord.objects.filter(kind="headcount").order_by("sequence")
    said = [(one.payload["audience_group"], one.payload["people"], one.payload["part"]) for one in heads]
    assert sorted(said[:2]) == [("elderly", 2, "东门"), ("youth", 28, "东门")]
    assert sorted(said[2:]) == [("elderly", 0, "东门"), ("youth", 25, "东门")]
    assert {one.payload["counted_by"] for one in heads} == {"李站长"}
    assert heads[0].payload["method"] == "estimated"
    assert heads[0].payload["basis"] == "besides"
    assert Output.objects.get().number == 200


def test_the_roll_is_called_name_by_name_and_a_relative_may_come_instead(page: Page, context, site, world, shot):
    for name, unit in (("刘桂英", "江桥村三组"), ("胡国庆", "江桥村一组")):
        factories.signup(world.session, factories.one(name, unit=unit))
    factories.signup(world.session, factories.many(30))
    pair(page, site, world, world.session)
    keep_app(page)
    expect_all_sent(page)
    context.set_offline(True)
    page.get_by_test_id("way-roll").click()
    expect(page.get_by_test_id("roll-summary")).to_contain_text("应到 32 人，已到 0 人")
    page.get_by_test_id("search").fill("刘")
    expect(page.get_by_test_id("roll-row")).to_have_count(1)
    page.get_by_test_id("tick").click()
    expect(page.get_by_test_id("told")).to_contain_text("待联网确认")
    page.get_by_test_id("undo-tick").click()
    expect(page.get_by_test_id("roll-summary")).to_contain_text("已到 0 人")
    page.get_by_test_id("search").fill("一组")
    page.get_by_test_id("tick-substitute").click()
    page.get_by_test_id("search").fill("佛子山")
    page.get_by_test_id("tick").click()
    page.get_by_test_id("arriving").fill("20")
    page.get_by_test_id("arriving-confirm").click()
    expect(page.get_by_test_id("roll-summary")).to_contain_text("已到 21 人")
    # Later the rest of the class
    page.get_by_test_id("search").fill("佛子山")
    page.get_by_test_id("tick").click()
    expect(page.get_by_test_id("people-dialog")).to_contain_text("已到 20 人")
    expect(page.get_by_test_id("arriving")).to_have_value("10")
    page.get_by_test_id("arriving-confirm").click()
    expect(page.get_by_test_id("roll-summary")).to_contain_text("已到 31 人")
    shot(page, "scanner-roll")
    assert not serious(page)
    context.set_offline(False)
    expect_all_sent(page)
    assert set(StationRecord.objects.filter(kind="scan").values_list("payload__how", flat=True)) == {"list"}
    relative = StationRecord.objects.get(payload__has_key="substitute")
    assert relative.payload["substitute"] is True
    assert sum(Attendance.objects.values_list("present", flat=True)) == 31


def test_people_are_scanned_in_and_out_where_the_session_asks_for_it(page: Page, site, world):
    person = factories.signup(world.session, factories.one())
    pair(page, site, world, world.session)
    expect_all_sent(page)
    verdict = page.get_by_test_id("verdict")
    page.get_by_test_id("direction-exit").click()
    type_code(page, person)
    expect(verdict).to_contain_text("没有入场记录", timeout=PATIENT)
    page.get_by_test_id("direction-entry").click()
    type_code(page, person)
    expect(verdict).to_have_attribute("data-code", "admit", timeout=PATIENT)
    page.get_by_test_id("direction-exit").click()
    type_code(page, person)
    expect(verdict).to_have_attribute("data-code", "left", timeout=PATIENT)
    expect(page.get_by_test_id("counts")).to_contain_text("签到 1 人")
    assert list(Scan.objects.order_by("record__sequence").values_list("direction", flat=True)) == [
        "exit",
        "entry",
        "exit",
    ]


def test_five_for_another_session_in_a_row_ask_where_the_phone_is(page: Page, site, world, shot):
    other = factories.session(world.activity, timezone.now() - datetime.timedelta(minutes=4), venue="江桥村村委会")
    people = [factories.signup(other, factories.one(name)) for name in ("甲一", "乙二", "丙三", "丁四", "戊五", "己六")]
    pair(page, site, world)
    page.locator(f"[data-session='{world.session.pk}']").click()
    expect_all_sent(page)
    verdict = page.get_by_test_id("verdict")
    for number, person in enumerate(people[:5]):
        type_code(page, person)
        expect(page.get_by_test_id("counts")).to_contain_text(f"扫码 {number + 1} 次", timeout=PATIENT)
        expect(verdict).to_have_attribute("data-code", "wrong_session", timeout=PATIENT)
    question = page.get_by_role("dialog")
    expect(question).to_contain_text("你在“")
    expect(question).to_contain_text("江桥村村委会")
    shot(page, "scanner-elsewhere")
    page.get_by_test_id("sure").click()
    type_code(page, people[5])
    expect(verdict).to_have_attribute("data-code", "admit", timeout=PATIENT)
    assert Attendance.objects.get().session_id == other.pk
