"""Handing a sign-up on, as two browsers do it."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone, translation

from registrations.models import Signup
from registrations.operations import questions, signups
from registrations.operations.signups import Line, Party, ticket_of
from tests import factories
from tests.frontend.test_participant import fill

TAKE_OVER = "/take-over/"
NEW = {"name": "司马青", "contact_phone": "13800000002", "consent": "on", "accept": "1"}


@pytest.fixture
def held(soon, client):
    """A sign-up that this browser remembers."""
    fill(client, soon.session)
    return Signup.objects.get()


def key_of(client, signup):
    page = client.post(f"/mine/{signup.pk}/hand-on/").content.decode()
    return re.search(r"/take-over/#k=([\w-]+)", page)[1]


def test_the_receiver_sees_what_it_is_and_agrees_and_has_the_ticket(client, held):
    key, other = key_of(client, held), Client()
    old = ticket_of(held).short_code
    page = other.post(TAKE_OVER, {"key": key}).content.decode()
    for words in ("食品安全讲座", "东方社区活动室", f'value="{key}"', 'name="consent"', 'name="name"'):
        assert words in page
    assert "刘桂英" not in page
    answer = other.post(TAKE_OVER, NEW | {"key": key})
    assert answer.headers["Location"] == f"/mine/{held.pk}/?fresh=1"
    page = other.get(answer.headers["Location"]).content.decode()
    assert "司马青" in page
    assert old not in page.replace(" ", "")
    assert other.get(f"/mine/{held.pk}/ticket.png").status_code == 200


def test_the_earlier_holder_is_told_once_and_this_browser_forgets(client, held):
    assert Client().post(TAKE_OVER, NEW | {"key": key_of(client, held)}).status_code == 302
    page = client.get(f"/mine/{held.pk}/")
    assert (page.status_code, "司马青" in page.content.decode()) == (410, False)
    assert "食品安全讲座" in page.content.decode()
    assert client.get(f"/mine/{held.pk}/").status_code == 404
    for rest in ("ticket.png", "ticket.pdf", "change/", "cancel/", "data/", "hand-on/"):
        assert client.get(f"/mine/{held.pk}/{rest}").status_code == 404


def test_another_browser_is_not_told_that_anything_was_handed_on(client, held):
    Client().post(TAKE_OVER, NEW | {"key": key_of(client, held)})
    assert Client().get(f"/mine/{held.pk}/").status_code == 404


def test_the_link_is_shown_once_and_says_nothing_to_a_cache_or_a_log(client, held):
    answer = client.post(f"/mine/{held.pk}/hand-on/")
    assert answer["Cache-Control"] == "no-store"
    page = client.get(f"/mine/{held.pk}/hand-on/").content.decode()
    assert "#k=" not in page
    assert 'name="take_back"' in page


def test_a_link_taken_back_or_used_or_made_up_opens_nothing(client, held):
    key = key_of(client, held)
    client.post(f"/mine/{held.pk}/hand-on/", {"take_back": "1"})
    for tried in (key, "x" * 24):
        page = Client().post(TAKE_OVER, NEW | {"key": tried}).content.decode()
        assert 'data-exchange="k"' in page
        assert 'role="alert"' in page
    assert Signup.objects.get().contact_name == "刘桂英"


def test_keys_are_not_tried_out(client, held):
    for _n in range(30):
        client.post(TAKE_OVER, {"key": "x" * 24})
    assert client.post(TAKE_OVER, {"key": key_of(client, held)}).status_code == 429
    cache.clear()


def test_without_a_name_or_agreement_the_form_says_so_and_keeps_what_was_typed(client, held):
    given = {"key": key_of(client, held), "accept": "1", "contact_phone": "13800000002"}
    page = Client().post(TAKE_OVER, given).content.decode()
    assert 'value="13800000002"' in page
    assert 'href="#id_name"' in page
    assert 'href="#id_consent"' in page
    assert Signup.objects.get().contact_name == "刘桂英"


def test_what_the_operation_refuses_stands_on_the_page(soon, client, held):
    factories.signup(soon.session, factories.one("司马青", "13800000002"), timezone.now())
    answer = Client().post(TAKE_OVER, NEW | {"key": key_of(client, held)})
    assert answer.status_code == 409
    with translation.override("zh-hans"):
        assert signups.AlreadySignedUp().message in answer.content.decode()
    assert 'value="司马青"' in answer.content.decode()


def test_a_sign_up_that_is_over_is_not_taken_over(client, held):
    key = key_of(client, held)
    signups.cancel(by="participant", signup=held, at=timezone.now())
    answer = Client().post(TAKE_OVER, {"key": key})
    assert answer.status_code == 409
    assert 'name="accept"' not in answer.content.decode()
    assert 'role="alert"' in client.get(f"/mine/{held.pk}/hand-on/").content.decode()


def test_of_a_list_only_the_contact_is_asked_for(soon, client):
    lines = (Line("刘忠", village="江桥村"), Line("何平", village="江桥村"))
    party = Party("village", lines, "村书记", "19900000001", unit="江桥村")
    placed = factories.place(soon.activity, [soon.session], party, timezone.now())
    client.post("/mine/open/", {"key": placed.manage_key})
    key = key_of(client, placed.signup)
    page = Client().post(TAKE_OVER, {"key": key}).content.decode()
    assert 'name="contact_name"' in page
    for name in ("names", "people", "unit", "region", "note"):
        assert f'name="{name}"' not in page
    assert "刘忠" not in page
    given = {"key": key, "accept": "1", "contact_name": "会计", "contact_phone": "19900000009", "consent": "on"}
    assert Client().post(TAKE_OVER, given).status_code == 302
    signup = Signup.objects.get()
    assert (signup.contact_name, signup.size) == ("会计", 2)


def test_of_a_family_how_many_come_is_fixed(soon, client):
    party = Party("family", (Line("肖华"), Line(size=2)), "肖华", "19900000001")
    placed = factories.place(soon.activity, [soon.session], party, timezone.now())
    client.post("/mine/open/", {"key": placed.manage_key})
    given = {"key": key_of(client, placed.signup), "accept": "1", "contact_name": "王芳", "names": "王小明"}
    assert Client().post(TAKE_OVER, given | {"people": "9", "consent": "on"}).status_code == 302
    lines = [(line.name, line.size) for line in Signup.objects.get().attendees.standing()]
    assert lines == [("王芳", 1), ("王小明", 1), ("", 1)]


def test_questions_are_asked_anew_and_the_answers_before_are_not_shown(soon, client):
    asked = questions.add(by=soon.owner, activity=soon.activity, kind="text", label="忌口", at=timezone.now())
    party = factories.one("刘桂英", answers={str(asked.pk): "不吃辣"})
    placed = factories.place(soon.activity, [soon.session], party, timezone.now())
    client.post("/mine/open/", {"key": placed.manage_key})
    key = key_of(client, placed.signup)
    page = Client().post(TAKE_OVER, {"key": key}).content.decode()
    assert f'name="q{asked.pk}"' in page
    assert "不吃辣" not in page
    assert Client().post(TAKE_OVER, NEW | {"key": key, f"q{asked.pk}": "吃素"}).status_code == 302
    assert Signup.objects.get().answers.get().value == "吃素"
