"""The office sends the link to a sign-up again: what for is asked, and written down."""

import base64
import re

import pytest
import zxingcpp
from django.test import Client
from django.utils import timezone

from registrations import access
from registrations.models import DataAccess, Signup
from registrations.operations import privacy
from tests import factories
from tests.registrations.api.test_own_signup import painted

WHY = {"purpose": "本人来电，手机换了"}


@pytest.fixture
def placed(world, now):
    return factories.place(
        world.activity, [world.session], factories.one("刘桂英", "19900000001"), now - (world.session.ends_at - now)
    )


@pytest.fixture
def address(placed):
    return f"/console/signups/{placed.signup.pk}/link/"


def test_nothing_is_shown_before_it_is_said_what_for(owner, placed, address):
    assert placed.manage_key not in owner.get(address).content.decode()
    assert placed.manage_key not in owner.post(address, {"purpose": ""}).content.decode()
    assert not DataAccess.objects.exists()


def test_the_link_its_code_and_a_text_for_wechat_and_a_note_of_who_saw_it(world, owner, placed, address):
    answer = owner.post(address, WHY)
    text = answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert access.manage_link(placed.signup) in text
    assert "刘桂英，您好：" in text
    assert "请不要转发到群里" in text
    row = DataAccess.objects.get()
    assert (row.user, row.purpose, row.object_id) == (world.owner.user, WHY["purpose"], placed.signup.pk)
    assert (row.what, row.people) == ("link", 1)


def test_the_code_on_the_page_says_the_link(owner, placed, address):
    found = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', owner.post(address, WHY).content.decode())
    drawing = base64.b64decode(found[1]).decode()
    assert zxingcpp.read_barcode(painted(drawing)).text == access.manage_link(placed.signup)


def test_the_link_opens_the_sign_up_in_the_persons_browser(owner, placed, address):
    key = re.search(r"/mine/open/#k=([\w-]+)", owner.post(address, WHY).content.decode())[1]
    browser = Client()
    assert browser.post("/mine/open/", {"key": key}).headers["Location"] == f"/mine/{placed.signup.pk}/"


def test_a_link_in_wrong_hands_is_replaced(owner, placed, address):
    text = owner.post(address, WHY | {"replace": "1"}).content.decode()
    assert placed.manage_key not in text
    signup = Signup.objects.get()
    assert access.manage_link(signup) in text
    browser = Client()
    assert browser.post("/mine/open/", {"key": placed.manage_key}).status_code == 200
    assert browser.post("/mine/open/", {"key": access.manage_key(signup)}).status_code == 302


def test_the_key_stands_in_no_log(owner, placed, address, caplog):
    caplog.set_level("DEBUG")
    text = owner.post(address, WHY | {"replace": "1"}).content.decode()
    key = re.search(r"#k=([\w-]+)", text)[1]
    assert key not in caplog.text
    assert placed.manage_key not in caplog.text


def test_of_erased_data_there_is_no_link(owner, placed, address):
    privacy.erase(by="test", signup=placed.signup, at=timezone.now())
    text = owner.post(address, WHY).content.decode()
    assert "#k=" not in text
    assert not DataAccess.objects.exists()


def test_the_sessions_page_leads_there(world, owner, address):
    assert address in owner.get(f"/console/sessions/{world.session.pk}/").content.decode()
