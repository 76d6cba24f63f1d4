"""Stands by their pages: the phone at the stand, and the office that accepts."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from events import rushes
from events.models import Role
from registrations import access
from registrations.models import Evidence, Output, Stand, StandReport
from registrations.operations import stands
from registrations.operations.stands import Numbers, Place
from registrations.reports import stands as listed
from tests import factories
from tests.frontend.conftest import signed_in

NUMBERS = {"leaflets_taken": "500", "leaflets_left": "120", "consultations": "46", "remark": "下午人多"}


def photo():
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG")
    return SimpleUploadedFile("stand.jpg", out.getvalue(), "image/jpeg")


@pytest.fixture
def stand(world, now):
    places = [Place("食品安全", "市场监管局", "A3")]
    return stands.add(by=world.owner, activity=world.activity, session=world.session, places=places, at=now)[0]


@pytest.fixture
def phone(stand):
    """A browser that has opened the stand's code."""
    browser = Client()
    assert browser.post("/stands/open/", {"key": access.stand_key(stand)}).headers["Location"] == f"/stands/{stand.pk}/"
    return browser


def key_of(page):
    return re.search(r'name="key" value="(\w+)"', page.content.decode())[1]


def send(phone, stand, **given):
    key = key_of(phone.get(f"/stands/{stand.pk}/"))
    return phone.post(f"/stands/{stand.pk}/", NUMBERS | {"key": key} | given)


def test_a_stand_hands_in_without_account_and_changes_it_until_it_is_accepted(world, owner, stand, phone):
    assert send(phone, stand, photo=photo()).status_code == 302
    first = StandReport.objects.get()
    page = phone.get(f"/stands/{stand.pk}/").content.decode()
    assert 'value="500"' in page
    send(phone, stand, consultations="64")
    latest = StandReport.objects.get(replaced_at=None)
    assert (latest.consultations, latest.photo.name) == (64, first.photo.name)
    owner.post(f"/console/stand-reports/{latest.pk}/decide/", {"deed": "accept"})
    assert set(Output.objects.values_list("measure", "number")) == {("leaflets", 380), ("consultations", 64)}
    assert Evidence.objects.count() == 1
    page = phone.get(f"/stands/{stand.pk}/").content.decode()
    assert "<textarea" not in page
    assert "380" in page


def test_the_same_form_sent_twice_is_one_report(stand, phone):
    key = key_of(phone.get(f"/stands/{stand.pk}/"))
    for _twice in range(2):
        assert phone.post(f"/stands/{stand.pk}/", NUMBERS | {"key": key}).status_code == 302
    assert StandReport.objects.count() == 1


@pytest.mark.parametrize(
    "given", [{"leaflets_left": "501"}, {"leaflets_left": ""}, {"consultations": "-1"}, {"panels": "viele"}]
)
def test_what_cannot_be_is_told_beside_its_field_and_nothing_typed_is_lost(stand, phone, given):
    page = send(phone, stand, **given)
    assert page.status_code == 400
    said = page.content.decode()
    assert 'class="error"' in said
    assert "下午人多" in said
    assert 'value="500"' in said
    assert not StandReport.objects.exists()


def test_without_the_code_a_stand_looks_like_none(stand):
    assert Client().get(f"/stands/{stand.pk}/").status_code == 404
    assert Client().post("/stands/open/", {"key": f"{stand.pk}-{'0' * 12}"}).status_code == 400


def test_the_code_of_one_stand_opens_no_other(world, stand, phone, now):
    (other,) = stands.add(by=world.owner, activity=world.activity, session=None, places=[Place("义诊")], at=now)
    assert phone.get(f"/stands/{other.pk}/").status_code == 404
    phone.post("/stands/open/", {"key": listed.written(other)})
    assert phone.get(f"/stands/{other.pk}/").status_code == 200
    assert phone.get(f"/stands/{stand.pk}/").status_code == 200


def test_a_replaced_code_opens_nothing_even_where_it_was_open(world, stand, phone, now):
    stands.replace_code(by=world.owner, stand=stand, at=now)
    assert phone.get(f"/stands/{stand.pk}/").status_code == 404


def test_codes_that_are_tried_out_are_not_listened_to_any_more(stand):
    browser = Client()
    for _try in range(rushes.KEY_TRIES.most):
        assert browser.post("/stands/open/", {"key": "1-000000000000"}).status_code == 400
    refused = browser.post("/stands/open/", {"key": access.stand_key(stand)})
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0


def test_more_reports_than_a_square_sends_are_put_off(stand, phone, monkeypatch):
    monkeypatch.setattr(rushes, "STAND_REPORTS", rushes.Rule("stand_reports", 1, 600))
    assert send(phone, stand).status_code == 302
    page = send(phone, stand, consultations="64")
    assert page.status_code == 429
    assert 'value="64"' in page.content.decode()


def test_the_office_sees_who_is_missing_sends_back_and_takes_back(world, owner, stand, phone, now):
    board = f"/console/activities/{world.activity.pk}/stands/"
    assert "1 / 1" in owner.get(board).content.decode()
    send(phone, stand, photo=photo())
    report = StandReport.objects.get()
    decide = f"/console/stand-reports/{report.pk}/decide/"
    assert "0 / 1" in owner.get(board).content.decode()
    assert owner.get(f"/console/stand-reports/{report.pk}/photo/").headers["Content-Type"] == "image/jpeg"
    assert owner.post(decide, {"deed": "send_back", "answer": ""}).status_code == 400
    owner.post(decide, {"deed": "send_back", "answer": "咨询人次请核对"})
    assert "咨询人次请核对" in phone.get(f"/stands/{stand.pk}/").content.decode()
    assert "1 / 1" in owner.get(board).content.decode()
    send(phone, stand, consultations="64")
    latest = StandReport.objects.get(replaced_at=None)
    owner.post(decide, {"deed": "accept"})  # an old page
    assert not Output.objects.exists()
    for _twice in range(2):
        owner.post(f"/console/stand-reports/{latest.pk}/decide/", {"deed": "accept"})
    assert Output.objects.count() == 2
    owner.post(f"/console/stand-reports/{latest.pk}/decide/", {"deed": "take_back"})
    assert not Output.objects.filter(withdrawn_at=None).exists()
    assert owner.post(decide, {"deed": "burn"}).status_code == 404


def test_stands_are_pasted_from_a_table_and_a_line_that_cannot_be_read_is_named(world, owner):
    board = f"/console/activities/{world.activity.pk}/stands/"
    pasted = "食品安全\t市场监管局\tA3\n\n义诊，市人民医院\n科普大篷车"
    owner.post(board, {"places": pasted, "session": world.session.pk})
    assert list(Stand.objects.values_list("name", "unit", "place", "session")) == [
        ("食品安全", "市场监管局", "A3", world.session.pk),
        ("义诊", "市人民医院", "", world.session.pk),
        ("科普大篷车", "", "", world.session.pk),
    ]
    page = owner.post(board, {"places": "气象\n,没有名称,A1"})
    assert page.status_code == 400
    assert ",没有名称,A1" in page.content.decode()
    assert Stand.objects.count() == 3


def test_the_board_of_one_session_leaves_the_others_out(world, owner, stand, now):
    stands.add(by=world.owner, activity=world.activity, session=None, places=[Place("科普大篷车")], at=now)
    board = f"/console/activities/{world.activity.pk}/stands/"
    assert "科普大篷车" in owner.get(board).content.decode()
    assert "科普大篷车" not in owner.get(board, {"session": world.session.pk}).content.decode()
    for wrong in ("9" * 30, "x", "999999"):
        assert owner.get(board, {"session": wrong}).status_code == 404


def test_a_reader_neither_sees_the_codes_nor_accepts(world, stand, now):
    reader = signed_in(factories.user(world.lead, Role.READER))
    report = stands.hand_in(stand=stand, numbers=Numbers(panels=1), key="k", at=now)
    assert reader.get(f"/console/stands/{stand.pk}/code.pdf").status_code == 403
    assert reader.post(f"/console/stand-reports/{report.pk}/decide/", {"deed": "accept"}).status_code == 403


@pytest.mark.parametrize("many", [1, 12])
def test_the_board_costs_the_same_queries_however_many_stands(world, owner, now, many, django_assert_num_queries):
    places = [Place(f"展位{n}") for n in range(many)]
    for one in stands.add(by=world.owner, activity=world.activity, session=world.session, places=places, at=now):
        stands.hand_in(stand=one, numbers=Numbers(panels=1), key="k", at=now)
    with django_assert_num_queries(9):
        owner.get(f"/console/activities/{world.activity.pk}/stands/")
