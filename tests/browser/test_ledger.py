"""Last year's ledger comes in through the browser: twelve rows, two wrong cells; then a record with two photos."""

from __future__ import annotations

import datetime
import io

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from events.models import Activity
from registrations.models import ActivityRecord, Evidence
from tests import factories
from tests.browser.conftest import DESK, sign_in
from tests.browser.test_pages import serious
from tests.registrations.photos import scene, taken

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HEAD = ["序号", "活动名称", "活动时间", "地点", "乡镇", "协办单位", "活动形式", "参加人数", "发放资料", "专家", "备注"]
WORDS = ["46", "500余", "近千人", "3.6万", "约200", "一百多", "", "-", "80人", "未统计", "300", "120"]


def table() -> bytes:
    """Twelve rows with a title above and totals below; a date and a number that nobody can read."""
    made, out = openpyxl.Workbook(), io.BytesIO()
    for row in (["天门市科协2018年活动台账"], HEAD):
        made.active.append(row)
    for number in range(12):
        day: object = datetime.date(2018, number + 1, 5) if number % 2 else f"{number + 1}月8日"
        made.active.append(
            [number + 1, f"科普讲座第{number + 1}讲", "待定" if number == 4 else day, "东方社区", "汪场镇", "市卫健局", "讲座",
             "很多人" if number == 7 else WORDS[number], "", "李明（农技站）", ""]
        )  # fmt: skip
    made.active.append(["", "合计", "", "", "", "", "", "4000余"])
    made.save(out)
    return out.getvalue()


@pytest.fixture
def world(transactional_db):
    lead = factories.organization("tianmen", where=factories.city())
    factories.region("429006104000", "汪场镇", "town", factories.city())
    return lead, factories.user(lead)


def test_a_ledger_is_mended_and_imported_and_a_record_gets_its_photos(page: Page, site, world, shot, faults):
    _lead, user = world
    page.set_viewport_size(DESK)
    sign_in(page, site, user.username)
    page.goto(f"{site}/console/ledger/import/")
    page.locator("#id_file").set_input_files({"name": "台账.xlsx", "mimeType": "", "buffer": table()})
    page.locator("#id_year").fill("2018")
    assert serious(page) == []
    page.locator("form:has(#id_file) button.btn-primary").click()
    expect(page.locator(".is-invalid")).to_have_count(2)
    assert serious(page) == []
    shot(page, "ledger-mend")
    page.locator("[name=cell_7_date]").fill("2018年5月")
    page.locator("[name=cell_10_people]").fill("近百人")
    page.locator("[value=check]").click()
    expect(page.locator(".is-invalid")).to_have_count(0)
    shot(page, "ledger-checked")
    page.locator("[value=import]").click()
    expect(page.locator(".notice.success")).to_contain_text("12")
    shot(page, "ledger-done")
    assert Activity.objects.filter(campaign__year=2018).count() == 12

    page.goto(f"{site}/console/ledger/?year=2018")
    assert serious(page) == []
    shot(page, "ledger")
    page.locator("table a", has_text="科普讲座第3讲").first.click()
    page.locator("#id_uploads").set_input_files(
        [{"name": f"现场{n}.jpg", "mimeType": "image/jpeg", "buffer": taken(scene(n))} for n in (1, 2)]
    )
    page.locator("form:has(#id_uploads) button").click()
    expect(page.locator("figure.photo img")).to_have_count(2)
    page.locator("#id_summary").fill("讲了食品标签怎么看，发放资料，现场答疑。")
    page.locator("[name=hand_in]").click()
    expect(page.locator("h1 .badge")).to_be_visible()
    assert serious(page) == []
    shot(page, "record")
    assert ActivityRecord.objects.get(state="filled_in").activity.name == "科普讲座第3讲"
    assert Evidence.objects.filter(kind="photo").count() == 2


def test_pages_of_supports_trips_and_terminals_fit_and_are_accessible(page: Page, site, world, shot, faults):
    _lead, user = world
    sign_in(page, site, user.username)
    page.goto(f"{site}/console/supports/enter/?year=2018")
    page.locator("#pasted").fill(
        "李农技\t众盛合作社\t菊花种植\t病虫害防治\t3月\t汪场镇\n王农技\t江桥村\t\t设施蔬菜指导\t没有\t汪场镇"
    )
    page.locator("details [value=read]").click()
    expect(page.locator(".is-invalid")).to_have_count(1)
    assert serious(page) == []
    shot(page, "supports-enter")
    page.locator("[name=period]").nth(1).fill("4月5日")
    page.locator("[value=save]").click()
    page.wait_for_url("**/console/supports/?year=2018&batch=*")
    for name, path in [
        ("supports", "supports/?year=2018"),
        ("trips", "trips/"),
        ("trip-form", "trips/new/"),
        ("stocks", "stocks/"),
        ("ledger-empty", "ledger/?year=2010"),
    ]:
        page.goto(f"{site}/console/{path}")
        assert serious(page) == [], path
        shot(page, name)
