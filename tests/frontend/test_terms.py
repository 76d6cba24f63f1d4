"""Terms of sign-up: as the office sets them, as the public reads and meets them, and what the office decides."""

import datetime
import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from registrations.models import ConsentNotice, SeatPool, Signup, SignupTerms
from registrations.operations import signups
from tests import factories
from tests.frontend.conftest import signed_in


def form_of(client, path):
    """A first sign-up's hidden fields, as the page gives them."""
    page = client.get(path).content.decode()
    found = dict(re.findall(r'name="(key|notice)" value="([^"]+)"', page))
    return {"kind": "person", "name": "刘桂英", "contact_phone": "", "note": "", "consent": "on"} | found


def fill(client, path, **values):
    return client.post(path, form_of(client, path) | values)


def path_of(session):
    return f"/sessions/{session.pk}/sign-up/"


def test_the_office_sets_terms_and_the_public_reads_them(soon, client):
    owner, path = signed_in(soon.owner.user), f"/console/activities/{soon.activity.pk}/terms/"
    assert (
        owner.post(path, {"approval": "on", "min_age": "8", "max_age": "12", "grades": ["p5", "p6"]}).status_code == 302
    )
    terms = SignupTerms.objects.get()
    assert (terms.approval, terms.min_age, terms.grades) == (True, 8, ["p5", "p6"])
    for address in (f"/sessions/{soon.session.pk}/", path_of(soon.session), f"/activities/{soon.activity.pk}/"):
        page = client.get(address).content.decode()
        assert "面向8至12岁" in page
        assert "小学五年级、小学六年级" in page
        assert "需要主办方审核" in page
    assert 'name="min_age" value="8"' in owner.get(path).content.decode()


def test_terms_that_contradict_themselves_are_told_beside_their_field(soon):
    page = signed_in(soon.owner.user).post(
        f"/console/activities/{soon.activity.pk}/terms/", {"min_age": "12", "max_age": "8"}
    )
    assert 'href="#id_max_age"' in page.content.decode()
    assert not SignupTerms.objects.exists()


def test_an_activity_without_sign_up_has_no_terms(soon):
    free = factories.activity(soon.campaign, signup_by="none")
    assert signed_in(soon.owner.user).get(f"/console/activities/{free.pk}/terms/").status_code == 404


def test_a_refused_age_stands_beside_its_field_and_nothing_typed_is_lost(soon, client):
    factories.terms(soon.activity, min_age=60)
    page = fill(client, path_of(soon.session), age="30").content.decode()
    assert "本活动面向60岁以上" in page
    assert 'value="刘桂英"' in page
    assert not Signup.objects.exists()


def test_who_is_refused_is_shown_other_sessions_with_free_seats(soon, client):
    factories.terms(soon.activity, one_session_each=True)
    other = factories.session(soon.activity, soon.session.starts_at + datetime.timedelta(days=1), venue="便民服务中心")
    third = factories.session(soon.activity, soon.session.starts_at + datetime.timedelta(days=2), venue="文化站")
    fill(client, path_of(soon.session), contact_phone="13912345678")
    answer = fill(client, path_of(other), contact_phone="13912345678")
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "每人限报一场" in page
    assert f'href="/sessions/{third.pk}/"' in page


def test_a_child_is_signed_up_once_a_guardian_agrees_on_the_phone(soon, client):
    path = path_of(soon.session)
    refused = fill(client, path, under_14="on").content.decode()
    assert "要由监护人同意" in refused
    assert fill(client, path, under_14="on", guardian_name="刘建国", guardian_agrees="on").status_code == 302
    assert Signup.objects.values_list("guardian_name", "guardian_consent").get() == ("刘建国", "phone")


def test_the_teacher_confirms_that_signed_papers_lie_at_the_school(soon, client):
    given = {"kind": "class", "unit": "五（2）班", "people": "3", "contact_name": "程老师", "names": "刘忠"}
    path = f"{path_of(soon.session)}?kind=class"
    assert "要由监护人同意" in fill(client, path, **given).content.decode()
    fill(client, path, **given, guardian_consent="paper")
    assert Signup.objects.get().guardian_consent == "paper"


def test_the_notice_says_what_is_asked_and_how_long_it_is_kept_and_is_kept_word_for_word(soon, client):
    page = client.get(path_of(soon.session)).content.decode()
    assert "活动结束180天后删除" in page
    assert "个人信息保护法第十九条" in page
    fill(client, path_of(soon.session))
    kept = ConsentNotice.objects.get(version=Signup.objects.get().consent_version)
    assert "活动结束180天后删除" in kept.text


def test_a_notice_that_has_changed_meanwhile_has_to_be_read_again(soon, client):
    form = form_of(client, path_of(soon.session))
    soon.activity.retention_days, soon.activity.retention_basis = 30, "科协〔2026〕3号"
    soon.activity.save()
    page = client.post(path_of(soon.session), form).content.decode()
    assert "请再看一遍" in page
    assert not Signup.objects.exists()
    again = dict(re.findall(r'name="(notice)" value="([^"]+)"', page))
    assert again["notice"] != form["notice"]
    assert client.post(path_of(soon.session), form | again).status_code == 302


def test_not_agreeing_is_answered_kindly(soon, client):
    page = fill(client, path_of(soon.session), consent="").content.decode()
    assert "直接到场同样欢迎" in page


def test_several_dates_are_one_sign_up_with_one_ticket(soon, client):
    other = factories.session(soon.activity, soon.session.starts_at + datetime.timedelta(days=1))
    path = f"/activities/{soon.activity.pk}/sign-up/"
    assert f'href="{path}?session={soon.session.pk}"' in client.get(f"/sessions/{soon.session.pk}/").content.decode()
    assert re.search(rf'value="{other.pk}" checked', client.get(f"{path}?session={other.pk}").content.decode())
    fill(client, path, session=[soon.session.pk, other.pk])
    signup = Signup.objects.get()
    assert {one.session_id for one in signup.chosen.all()} == {soon.session.pk, other.pk}
    assert list(SeatPool.objects.order_by("pk").values_list("taken", flat=True)) == [1, 1]
    ticket = client.get(f"/mine/{signup.pk}/").content.decode()
    assert ticket.count(other.venue) == 2


def test_no_date_chosen_is_told_and_nothing_is_lost(soon, client):
    factories.session(soon.activity, soon.session.starts_at + datetime.timedelta(days=1))
    answer = fill(client, f"/activities/{soon.activity.pk}/sign-up/")
    assert answer.status_code == 400
    assert 'value="刘桂英"' in answer.content.decode()


def test_a_single_date_is_no_package(soon, client):
    assert "一次报名多场" not in client.get(f"/sessions/{soon.session.pk}/").content.decode()


@pytest.fixture
def running(db):
    """A lecture that began half an hour ago and is full."""
    world = factories.world(timezone.now() - datetime.timedelta(minutes=30))
    factories.signup(world.session, factories.many(40))
    return world


def test_from_the_posters_code_one_signs_up_at_the_door_while_people_are_let_in(running, client):
    assert path_of(running.session) in client.get(f"/sessions/{running.session.pk}/").content.decode()
    assert "不占名额" in client.get(path_of(running.session)).content.decode()
    answer = fill(client, path_of(running.session))
    signup = Signup.objects.get(source="walk_in")
    assert (signup.state, SeatPool.objects.get().taken) == ("confirmed", 40)
    assert "请在入口出示凭证" in client.get(answer.headers["Location"]).content.decode()


def test_the_office_approves_refuses_with_a_reason_and_the_participant_reads_it(soon, client):
    factories.terms(soon.activity, approval=True)
    fill(client, path_of(soon.session))
    owner, signup = signed_in(soon.owner.user), Signup.objects.get()
    console = f"/console/sessions/{soon.session.pk}/"
    assert "有1条报名待审核" in owner.get(console).content.decode()
    assert "主办方正在审核" in client.get(f"/mine/{signup.pk}/").content.decode()

    path = f"/console/signups/{signup.pk}/refuse/"
    assert "errorlist" in owner.post(path, {"reason": ""}).content.decode() or not Signup.objects.filter(
        state="refused"
    )
    assert owner.post(path, {"reason": "本次只面向小学生", "back": console}).headers["Location"] == console
    assert "报名未通过：本次只面向小学生" in client.get(f"/mine/{signup.pk}/").content.decode()


def test_all_that_wait_are_approved_at_once(soon):
    factories.terms(soon.activity, approval=True)
    for name in ("甲", "乙", "丙"):
        factories.signup(soon.session, factories.one(name))
    signed_in(soon.owner.user).post(f"/console/sessions/{soon.session.pk}/approve-all/")
    assert set(Signup.objects.values_list("state", flat=True)) == {"confirmed"}


def test_an_offer_is_taken_on_the_ticket_page_or_by_the_office_after_a_call(soon, client):
    factories.terms(soon.activity, offer_hours=24)
    large = factories.signup(soon.session, factories.many(40))
    fill(client, path_of(soon.session), when_full="wait")
    cache.clear()
    fill(Client(), path_of(soon.session), name="胡国庆", when_full="wait")
    signups.cancel(by="participant", signup=large, at=timezone.now())
    mine, other = Signup.objects.filter(state="offered").order_by("pk")
    assert "轮到您了" in client.get(f"/mine/{mine.pk}/").content.decode()
    client.post(f"/mine/{mine.pk}/accept/")
    owner = signed_in(soon.owner.user)
    assert "确认参加" in owner.get(f"/console/sessions/{soon.session.pk}/?state=offered").content.decode()
    owner.post(f"/console/signups/{other.pk}/offer/", {"come": "0"})
    assert [Signup.objects.get(pk=one.pk).state for one in (mine, other)] == ["confirmed", "lapsed"]


def test_the_rule_of_the_queue_stands_on_the_page_in_two_sentences(soon, client):
    page = client.get(f"/sessions/{soon.session.pk}/").content.decode()
    rule = re.search(r"候补规则</summary><p>(.*?)</p>", page, re.S)[1]
    assert rule.count("。") == 2
