"""Notices, posters and the call list, as the office and others open them."""

import datetime
import io
import re

import pytest
import zxingcpp
from django.conf import settings
from django.utils import timezone
from PIL import Image

from events.models import Role
from events.operations import activities
from registrations.models import DataAccess, Told
from registrations.operations import session_changes
from tests import factories
from tests.frontend.conftest import signed_in


@pytest.fixture
def office(soon):
    return signed_in(soon.owner.user)


def place(world, *names):
    return [factories.signup(world.session, factories.one(name, phone="19912345678"), timezone.now()) for name in names]


def told_count(page):
    return re.search(r'id="told-count"[^>]*>\D*(\d+)\D+(\d+)', page).groups()


def test_the_notice_is_ready_to_paste_with_link_and_poster(soon, office):
    address = f"/console/sessions/{soon.session.pk}/"
    page = office.get(f"{address}notice/").content.decode()
    text = re.search(r'<pre id="notice"[^>]*>(.*?)</pre>', page, re.S)[1]
    assert text.startswith("【报名通知】食品安全讲座")
    link = re.search(r'id="address"[^>]*>([^<]+)<', page)[1]
    assert link == f"{settings.KEPU_BASE_URL}/sessions/{soon.session.pk}/"
    assert link in text
    assert f'src="{address}poster.png"' in page
    assert f'href="{address}poster.pdf"' in page
    assert 'data-copy-from="notice"' in page
    assert f'href="{address}notice/"' in office.get(address).content.decode()


def test_the_kind_of_notice_is_chosen_and_an_unknown_one_is_the_first(soon, office):
    address = f"/console/sessions/{soon.session.pk}/notice/"
    assert "【活动提醒】" in office.get(f"{address}?kind=reminder").content.decode()
    assert "【改期通知】" in office.get(f"{address}?kind=moved").content.decode()
    for wrong in ("called_off", "nonsense"):
        assert "【报名通知】" in office.get(f"{address}?kind={wrong}").content.decode()


def test_a_session_called_off_has_its_notice_and_no_poster(soon, office):
    session_changes.call_off(by=soon.owner, session=soon.session, reason="大风<降温>", at=timezone.now())
    address = f"/console/sessions/{soon.session.pk}/"
    page = office.get(f"{address}notice/?kind=invitation").content.decode()
    assert "【取消通知】" in page
    assert "大风&lt;降温&gt;" in page
    assert "poster.png" not in page
    assert office.get(f"{address}poster.png").status_code == 404


def test_an_activity_nobody_can_see_yet_is_warned_of(soon, office):
    draft = factories.activity(soon.campaign, state="draft")
    hidden = factories.session(draft, soon.session.starts_at)
    warning = 'class="notice warning"'
    assert warning in office.get(f"/console/sessions/{hidden.pk}/notice/").content.decode()
    activities.move_to(by=soon.owner, activity=draft, state="published", at=timezone.now())
    assert warning not in office.get(f"/console/sessions/{hidden.pk}/notice/").content.decode()


def test_the_posters_come_as_picture_and_document_and_lead_where_anybody_signs_up(soon, office, client):
    address = f"/console/sessions/{soon.session.pk}/poster"
    picture = office.get(f"{address}.png")
    assert picture.headers["Content-Type"] == "image/png"
    found = zxingcpp.read_barcode(Image.open(io.BytesIO(picture.content)).convert("L")).text
    assert client.get(found.removeprefix(settings.KEPU_BASE_URL)).status_code == 200
    document = office.get(f"{address}.pdf")
    assert document.headers["Content-Type"] == "application/pdf"
    assert document.content.startswith(b"%PDF-")
    assert "filename*=utf-8''" in document.headers["Content-Disposition"]
    assert office.get(f"{address}.svg").status_code == 404


@pytest.mark.parametrize("role", [Role.READER, Role.VOLUNTEER])
def test_notices_are_for_all_who_work_here_and_the_call_list_is_not(soon, role):
    browser = signed_in(factories.user(soon.lead, role))
    address = f"/console/sessions/{soon.session.pk}/"
    page = browser.get(f"{address}notice/")
    assert page.status_code == 200
    assert f"{address}calls/" not in page.content.decode()
    assert browser.get(f"{address}poster.pdf").status_code == 200
    assert browser.get(f"{address}calls/").status_code == 403
    assert browser.post(f"{address}calls/", {"purpose": "x"}).status_code == 403
    [signup] = place(soon, "刘桂英")
    assert browser.post(f"{address}calls/{signup.pk}/told/").status_code == 403
    assert not Told.objects.exists()


def test_names_and_phones_are_masked_until_somebody_says_what_for(soon, office):
    place(soon, "刘桂英", "陈大明")
    address = f"/console/sessions/{soon.session.pk}/calls/"
    masked = office.get(address).content.decode()
    assert "刘**" in masked
    assert "199****5678" in masked
    assert "刘桂英" not in masked
    assert "tel:" not in masked
    empty = office.post(address, {"purpose": " "})
    assert empty.status_code == 200
    assert "刘桂英" not in empty.content.decode()
    assert not DataAccess.objects.exists()
    whole = office.post(address, {"purpose": "通知改期"}, follow=True).content.decode()
    assert "刘桂英" in whole
    assert 'href="tel:19912345678"' in whole
    noted = DataAccess.objects.get()
    assert (noted.purpose, noted.what, noted.people, noted.user) == ("通知改期", "calls", 2, soon.owner.user)
    assert (noted.kind, noted.object_id) == ("events.session", soon.session.pk)


def test_whole_numbers_are_shown_to_that_browser_alone_for_that_session_alone_until_hidden(soon, office):
    place(soon, "刘桂英")
    other = factories.session(soon.activity, soon.session.starts_at + datetime.timedelta(days=1))
    factories.signup(other, factories.one("陈大明"), timezone.now())
    address = f"/console/sessions/{soon.session.pk}/calls/"
    office.post(address, {"purpose": "提醒"})
    assert "刘桂英" in office.get(address).content.decode()
    assert "陈大明" not in office.get(f"/console/sessions/{other.pk}/calls/").content.decode()
    assert "刘桂英" not in signed_in(soon.owner.user).get(address).content.decode()
    office.post(address, {"hide": "1"})
    assert "刘桂英" not in office.get(address).content.decode()


def test_after_half_an_hour_the_purpose_is_asked_for_again(soon, office):
    place(soon, "刘桂英")
    address = f"/console/sessions/{soon.session.pk}/calls/"
    office.post(address, {"purpose": "提醒"})
    kept = office.session
    kept[f"whole_calls_{soon.session.pk}"] -= 31 * 60
    kept.save()
    assert "刘桂英" not in office.get(address).content.decode()


def test_a_tick_answers_with_the_line_and_the_count_alone(soon, office):
    first, _second = place(soon, "刘桂英", "陈大明")
    address = f"/console/sessions/{soon.session.pk}/calls/"
    answer = office.post(f"{address}{first.pk}/told/", {"about": "reminder"}, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert f'id="call-{first.pk}"' in page
    assert '<hx-partial hx-target="#told-count"' in page
    assert told_count(page) == ("1", "2")
    assert "刘桂英" not in page  # whoever has not said what for is shown no name by a tick either
    assert str(soon.owner.user) in page
    assert "<html" not in page
    mark = Told.objects.get()
    back = office.post(f"/console/told/{mark.pk}/take-back/", headers={"HX-Request": "true"}).content.decode()
    assert told_count(back) == ("0", "2")
    assert f"{first.pk}/told/" in back


def test_without_scripts_a_tick_comes_back_to_its_line_on_the_same_list(soon, office):
    [signup] = place(soon, "刘桂英")
    address = f"/console/sessions/{soon.session.pk}/calls/"
    answer = office.post(f"{address}{signup.pk}/told/", {"about": "moved", "left": "1"})
    assert answer.headers["Location"] == f"{address}?about=moved&left=1#call-{signup.pk}"
    assert Told.objects.get().about == "moved"


def test_only_those_not_told_yet_are_left_on_request(soon, office):
    first, second = place(soon, "刘桂英", "陈大明")
    address = f"/console/sessions/{soon.session.pk}/calls/"
    office.post(f"{address}{first.pk}/told/", {"about": "reminder"})
    page = office.get(f"{address}?left=1").content.decode()
    assert f'id="call-{first.pk}"' not in page
    assert f'id="call-{second.pk}"' in page
    assert told_count(page) == ("1", "2")


def test_whoever_gave_no_phone_is_listed_too(soon, office):
    signup = factories.signup(soon.session, factories.one(), timezone.now())
    page = office.get(f"/console/sessions/{soon.session.pk}/calls/").content.decode()
    assert f'id="call-{signup.pk}"' in page
    assert f"/calls/{signup.pk}/told/" in page


def test_the_calls_are_about_the_calling_off_once_a_session_is_called_off(soon, office):
    [signup] = place(soon, "刘桂英")
    address = f"/console/sessions/{soon.session.pk}/"
    assert 'name="about" value="reminder"' in office.get(f"{address}calls/").content.decode()
    warned = office.get(f"{address}call-off/").content.decode()
    assert f'href="{address}calls/?about=called_off"' in warned
    session_changes.call_off(by=soon.owner, session=soon.session, reason="大风", at=timezone.now())
    page = office.get(f"{address}calls/").content.decode()
    assert 'name="about" value="called_off"' in page
    office.post(f"{address}calls/{signup.pk}/told/")
    assert Told.objects.get().about == "called_off"


def test_a_sign_up_for_another_session_is_not_marked_here(soon, office):
    [signup] = place(soon, "刘桂英")
    other = factories.session(soon.activity, soon.session.starts_at + datetime.timedelta(days=1))
    assert office.post(f"/console/sessions/{other.pk}/calls/{signup.pk}/told/").status_code == 409
    assert not Told.objects.exists()


@pytest.mark.parametrize("size", [1, 12])
def test_the_call_list_costs_the_same_queries_whatever_its_length(soon, office, size, django_assert_num_queries):
    for n in range(size):
        [signup] = place(soon, f"学员{n}")
        office.post(f"/console/sessions/{soon.session.pk}/calls/{signup.pk}/told/", {"about": "reminder"})
    with django_assert_num_queries(9):
        office.get(f"/console/sessions/{soon.session.pk}/calls/")


def test_a_long_list_is_paged_and_the_count_is_of_all(soon, office, monkeypatch):
    monkeypatch.setattr("frontend.console.telling.CALLS_PER_PAGE", 2)
    place(soon, "甲一", "乙二", "丙三")
    page = office.get(f"/console/sessions/{soon.session.pk}/calls/?page=2").content.decode()
    assert page.count('<tbody id="call-') == 1
    assert told_count(page) == ("0", "3")
