"""Answering an activity's questions on the further forms: changing, a list of names, the office on the telephone."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from registrations.models import Answer, Question, Signup
from tests.frontend.conftest import signed_in
from tests.frontend.test_lists import address, confirm, lines, read, sent
from tests.frontend.test_questions import ask
from tests.frontend.test_terms import fill, path_of


def photo(name="证.png", colour="red"):
    picture = io.BytesIO()
    Image.new("RGB", (9, 9), colour).save(picture, "PNG")
    return SimpleUploadedFile(name, picture.getvalue(), "image/png")


@pytest.fixture
def paper(soon):
    return ask(soon, "健康证", "file", required=True)


def change_path(signup):
    return f"/mine/{signup.pk}/change/"


def test_a_file_stays_when_the_sign_up_is_changed_and_another_takes_its_place(
    soon, client, paper, django_capture_on_commit_callbacks
):
    fill(client, path_of(soon.session), **{f"q{paper.pk}": photo()})
    signup = Signup.objects.get()
    assert "证.png" in client.get(change_path(signup)).content.decode()
    typed = {"name": "刘桂英", "contact_phone": "", "note": "轮椅"}
    assert client.post(change_path(signup), typed).status_code == 302
    first = Answer.objects.get()
    assert (first.value, Signup.objects.get().note) == ("证.png", "轮椅")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(change_path(signup), typed | {f"q{paper.pk}": photo("新.png", "blue")})
    second = Answer.objects.get()
    assert (second.value, Image.open(second.file).getpixel((0, 0))) == ("新.png", (0, 0, 255))
    assert not first.file.storage.exists(first.file.name)


def test_somebody_takes_the_own_file_along_and_nobody_else_does(soon, client, paper):
    fill(client, path_of(soon.session), **{f"q{paper.pk}": photo()})
    held = Answer.objects.get()
    path = f"/mine/{held.signup_id}/answers/{held.pk}/"
    assert f'href="{path}"' in client.get(f"/mine/{held.signup_id}/data/").content.decode()
    assert b"".join(client.get(path).streaming_content) == photo().read()
    assert Client().get(path).status_code == 404
    fill(other := Client(), path_of(soon.session), name="胡国庆", **{f"q{paper.pk}": photo()})
    theirs = Answer.objects.latest("pk")
    assert other.get(f"/mine/{theirs.signup_id}/answers/{held.pk}/").status_code == 404


def test_somebody_sees_who_opened_the_file_and_what_for(soon, client, paper):
    fill(client, path_of(soon.session), **{f"q{paper.pk}": photo()})
    held = Answer.objects.get()
    signed_in(soon.owner.user).post(f"/console/answers/{held.pk}/file/", {"purpose": "核对健康证"})
    assert "核对健康证" in client.get(f"/mine/{held.signup_id}/data/").content.decode()


def test_a_bad_file_is_told_beside_its_question(soon, client, paper):
    bad = SimpleUploadedFile("a.png", b"no picture", "image/png")
    page = fill(client, path_of(soon.session), **{f"q{paper.pk}": bad}).content.decode()
    assert f'href="#id_q{paper.pk}"' in page
    assert not Signup.objects.exists()


def test_an_answer_that_is_no_longer_asked_for_goes_with_the_change(soon, client):
    lunch = ask(soon, "午餐", "choice", choices=["要", "不要"], required=True)
    diet = ask(soon, "忌口", "text", shown_if_id=lunch.pk, shown_if_answer="要", required=True)
    fill(client, path_of(soon.session), **{f"q{lunch.pk}": "要", f"q{diet.pk}": "花生"})
    signup = Signup.objects.get()
    typed = {"name": "刘桂英", "contact_phone": "", "note": "", f"q{lunch.pk}": "不要", f"q{diet.pk}": "花生"}
    assert client.post(change_path(signup), typed).status_code == 302
    assert dict(Answer.objects.values_list("asked", "value")) == {"午餐": "不要"}


def test_a_list_of_names_is_asked_the_questions_once(soon, client):
    lunch = ask(soon, "午餐", "choices", choices=["周六", "周日"], required=True)
    page = read(client, soon.session, "刘桂英\n张三")
    page = confirm(client, soon.session, page)
    assert f'href="#id_q{lunch.pk}_0"' in page.content.decode()
    assert not Signup.objects.exists()
    answer = client.post(
        address(soon.session),
        sent(page) | {"consent": "on", "step": "confirm", f"q{lunch.pk}": ["周六", "周日"]},
    )
    signup = Signup.objects.get()
    assert answer.status_code == 302
    assert [name for name, _size, _village in lines(signup)] == ["刘桂英", "张三"]
    assert signup.answers.get().value == "周六\n周日"
    assert "checked" in client.get(f"/mine/{signup.pk}/list/").content.decode()


def test_what_was_answered_before_the_list_was_read_is_still_there_after(soon, client):
    diet, many = ask(soon, "忌口"), ask(soon, "午餐", "choices", choices=["周六", "周日"])
    page = read(client, soon.session, "刘桂英\n张三", **{f"q{diet.pk}": "花生", f"q{many.pk}": ["周日"]})
    given = sent(page)
    assert (given[f"q{diet.pk}"], given[f"q{many.pk}"]) == (["花生"], ["周日"])


def test_the_office_answers_for_somebody_on_the_telephone(soon):
    diet = ask(soon, required=True)
    owner, path = signed_in(soon.owner.user), f"/console/sessions/{soon.session.pk}/sign-up/"
    typed = {"kind": "person", "name": "刘桂英", "contact_phone": "", "note": "", "key": "k1"}
    assert f'href="#id_q{diet.pk}"' in owner.post(path, typed).content.decode()
    assert owner.post(path, typed | {f"q{diet.pk}": "花生"}).status_code == 302
    assert Answer.objects.get().value == "花生"


def test_forty_questions_of_long_wording_fit_into_a_form(soon, client, django_assert_max_num_queries):
    for number in range(40):
        ask(soon, f"{number}" + "长" * 110, "choice", choices=["甲" * 120, "乙" * 120], help="说明" * 100)
    assert Question.objects.asked().count() == 40
    with django_assert_max_num_queries(9):
        assert client.get(path_of(soon.session)).status_code == 200
