import datetime
import io
import re

import pytest
import zxingcpp
from PIL import Image

from events import audiences
from events.models import Session
from registrations.reports import notices, posters, seats
from tests import factories

BASE = "https://kepu.tianmen.example"


def made(make, session, at=None):
    rows = Session.objects.select_related("activity__campaign", "activity__organization")
    found = seats.with_seats(rows).get(pk=session.pk)
    return make(found, seats.of(found), base_url=BASE, at=at or session.starts_at - datetime.timedelta(days=7))


def picture(session) -> Image.Image:
    drawn = Image.open(io.BytesIO(made(posters.png, session)))
    drawn.load()
    assert drawn.format == "PNG"
    return drawn


def pages(document: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", document))


def test_the_pictures_code_leads_to_the_sessions_page_and_is_no_ticket(world):
    drawn = picture(world.session)
    assert drawn.size == (1080, 1527)
    [found] = zxingcpp.read_barcodes(drawn.convert("L"))
    assert found.text == notices.address(world.session, BASE) == f"{BASE}/sessions/{world.session.pk}/"


def test_a_code_photographed_from_far_away_is_still_read(world):
    small = picture(world.session).convert("L").resize((400, 566))
    assert zxingcpp.read_barcode(small).text.endswith(f"/sessions/{world.session.pk}/")


def test_the_document_is_one_page_of_a4(world):
    document = made(posters.pdf, world.session)
    assert document.startswith(b"%PDF-")
    assert pages(document) == 1
    box = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", document)
    assert box is not None
    assert [round(float(side)) for side in box.groups()] == [595, 842]


@pytest.mark.parametrize(
    "name",
    [
        '#eval("x")',
        "*粗* _斜_ `码` $x^2$ <标签> @谁 = 标题",
        '"引号" \\ 反斜线 \\" }])',
        "#{ panic() } #import sys: *",
        "// 注释 /* 没完",
        "科普" * 80,
        "A" * 160,
        "👨‍👩‍👧 家庭日 🎉",
        "-",
    ],
)
def test_whatever_a_name_contains_is_set_as_text_on_one_page(world, now, name):
    activity = factories.activity(world.campaign, name=name, contact_name=name[:60], contact_phone="0728-5220000")
    session = factories.session(activity, now, name=name[:120], venue=name[:120], address=name, capacity=40)
    assert pages(made(posters.pdf, session)) == 1
    assert zxingcpp.read_barcode(picture(session).convert("L")).text == notices.address(session, BASE)


def test_long_names_and_many_audiences_leave_the_code_and_the_margins_alone(world, now):
    campaign = factories.campaign(world.lead, name="全国科普月" * 20, theme="提升全民科学素质" * 15)
    activity = factories.activity(campaign, name="青少年科技创新大赛" * 17, contact_phone="0728-5220000" * 3)
    for group in sorted(audiences.codes()):
        activity.audience_rows.create(group=group)
    session = factories.session(activity, now, venue="佛子山镇中学综合楼" * 13, address="陆羽大道" * 50)
    drawn = picture(session).convert("RGB")
    assert zxingcpp.read_barcode(drawn.convert("L")).text == notices.address(session, BASE)
    for left in (0, drawn.width - 60):  # below the head: paper, and nothing but paper, on both sides
        strip = drawn.crop((left, 400, left + 60, 1090))
        assert strip.getcolors() == [(60 * 690, (255, 255, 255))]


@pytest.mark.parametrize("name", ["W" * 20, "W" * 160, "科普 " + "M" * 19 + " 讲座", "0728-5220000 " * 12])
def test_latin_words_and_numbers_stay_inside_the_margins(world, now, name):
    drawn = picture(factories.session(factories.activity(world.campaign, name=name), now)).convert("RGB")
    margin = drawn.crop((drawn.width - 60, 400, drawn.width, 1090))
    assert margin.getcolors() == [(60 * 690, (255, 255, 255))]


def test_a_session_without_sign_up_asks_nobody_to_sign_up(world, now):
    fair = factories.activity(world.campaign, signup_by="none", name="科普大集")
    said = posters._said(factories.session(fair, now), None, base_url=BASE, at=now)
    assert said["call"] == "微信扫一扫，看详情"
    assert "直接到场" in str(said["how"])


def test_what_is_not_known_has_no_line(world, now):
    said = posters._said(world.session, None, base_url=BASE, at=now)
    assert [label for label, _words in said["facts"]] == ["时　间", "地　点", "主　办"]
    assert said["contact"] == ""


def test_a_poster_without_contact_phone_tells_nobody_to_call(world, now):
    assert "打电话" not in str(posters._said(world.session, None, base_url=BASE, at=now)["how"])
