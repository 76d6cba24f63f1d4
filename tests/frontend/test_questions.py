"""An activity's questions: built by the office, met on the form, read in the exported table."""

import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image
from python_calamine import CalamineWorkbook

from registrations.models import Answer, DataAccess, Question, Signup
from registrations.operations import questions
from tests import factories
from tests.frontend.conftest import signed_in
from tests.frontend.test_terms import fill, path_of


def ask(world, label="忌口", kind="text", **values):
    return questions.add(by=world.owner, activity=world.activity, kind=kind, label=label, at=timezone.now(), **values)


def lines(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_office_builds_a_form_with_a_condition(soon, client):
    owner, path = signed_in(soon.owner.user), f"/console/activities/{soon.activity.pk}/questions/"
    assert "多一个问题" in owner.get(path).content.decode()
    owner.post(f"{path}new/", {"label": "身份", "kind": "choice", "choices": "学生\n家长\n", "required": "on"})
    first = Question.objects.get()
    owner.post(f"{path}new/", {"label": "年级", "kind": "text", "required": "on", "condition": f"{first.pk}:学生"})
    second = Question.objects.get(label="年级")
    assert (first.choices, second.shown_if, second.shown_if_answer) == (["学生", "家长"], first, "学生")
    page = client.get(path_of(soon.session)).content.decode()
    assert f'data-shown-if="q{first.pk}"' in page
    assert "仅当“身份”为“学生”时填写" in page


@pytest.mark.parametrize(
    "given, field",
    [
        ({"label": "身份", "kind": "choice", "choices": "学生"}, "choices"),
        ({"label": "", "kind": "text"}, "label"),
    ],
)
def test_a_question_that_will_not_do_is_told_beside_its_field(soon, given, field):
    page = signed_in(soon.owner.user).post(f"/console/activities/{soon.activity.pk}/questions/new/", given)
    assert f'href="#id_{field}"' in page.content.decode()
    assert not Question.objects.exists()


def test_questions_move_go_and_come_back_by_buttons(soon):
    owner, first, second = signed_in(soon.owner.user), ask(soon, "甲"), ask(soon, "乙")
    owner.post(f"/console/questions/{second.pk}/move/", {"up": "1"})
    assert [one.label for one in Question.objects.asked()] == ["乙", "甲"]
    factories.signup(soon.session, factories.one(answers={str(first.pk): "x"}))
    owner.post(f"/console/questions/{first.pk}/retire/")
    page = owner.get(f"/console/activities/{soon.activity.pk}/questions/").content.decode()
    assert "不再询问" in page
    owner.post(f"/console/questions/{first.pk}/bring-back/")
    assert Question.objects.asked().count() == 2


def test_a_missing_answer_is_told_beside_its_question_and_nothing_typed_is_lost(soon, client):
    question = ask(soon, required=True)
    page = fill(client, path_of(soon.session)).content.decode()
    assert f'href="#id_q{question.pk}"' in page
    assert 'value="刘桂英"' in page
    assert fill(client, path_of(soon.session), **{f"q{question.pk}": "花生"}).status_code == 302
    assert Answer.objects.get().value == "花生"


def test_every_kind_of_answer_is_given_on_the_form_and_changed_there(soon, client):
    made = {
        kind: ask(soon, kind, kind, choices=["甲", "乙"] if kind.startswith("choice") else [])
        for kind in Question.Kind.values
    }
    picture = io.BytesIO()
    Image.new("RGB", (9, 9)).save(picture, "PNG")
    typed = {
        "text": "花生", "number": "3", "choice": "乙", "choices": ["甲", "乙"], "date": "2026-09-17",
        "phone": "13912345678", "consent": "on", "file": SimpleUploadedFile("证.png", picture.getvalue(), "image/png"),
    }  # fmt: skip
    fill(client, path_of(soon.session), **{f"q{made[kind].pk}": value for kind, value in typed.items()})
    kept = dict(Answer.objects.values_list("asked", "value"))
    assert kept == {
        "text": "花生", "number": "3", "choice": "乙", "choices": "甲\n乙", "date": "2026-09-17",
        "phone": "13912345678", "consent": "yes", "file": "证.png",
    }  # fmt: skip
    signup = Signup.objects.get()
    page = client.get(f"/mine/{signup.pk}/change/").content.decode()
    assert "花生" in page
    assert re.search(r'value="乙"[^>]*checked', page)
    assert "证.png" in client.get(f"/mine/{signup.pk}/data/").content.decode()


def test_answers_are_columns_of_the_table_and_masked_where_they_are_free_words(soon):
    word, tick = ask(soon), ask(soon, "午餐", "choice", choices=["要", "不要"])
    factories.signup(soon.session, factories.one(answers={str(word.pk): "花生过敏", str(tick.pk): "要"}))
    questions.retire(by=soon.owner, question=word, at=timezone.now())
    owner = signed_in(soon.owner.user)
    (row,) = lines(owner.get(f"/console/sessions/{soon.session.pk}/attendance.csv"))
    assert (row["忌口"], row["午餐"]) == ("✓", "要")
    whole = owner.post(f"/console/sessions/{soon.session.pk}/whole/", {"purpose": "备餐", "xlsx": "1"})
    table = CalamineWorkbook.from_filelike(io.BytesIO(whole.content)).get_sheet_by_index(0).to_python()
    head = next(row for row in table if "忌口" in row)
    assert table[-1][head.index("忌口")] == "花生过敏"
    assert "花生过敏" in owner.post(f"/console/sessions/{soon.session.pk}/whole/", {"purpose": "备餐"}).content.decode()


@pytest.mark.parametrize("people", [1, 9])
def test_the_table_costs_the_same_queries_however_many_answered(soon, people, django_assert_num_queries):
    word = ask(soon)
    for number in range(people):
        factories.signup(soon.session, factories.one(f"第{number}人", answers={str(word.pk): "x"}))
    owner = signed_in(soon.owner.user)
    with django_assert_num_queries(13):
        lines(owner.get(f"/console/sessions/{soon.session.pk}/attendance.csv"))


def test_a_file_is_opened_with_a_purpose_that_is_written_down(soon):
    question = ask(soon, "证", "file")
    picture = io.BytesIO()
    Image.new("RGB", (9, 9)).save(picture, "PNG")
    upload = SimpleUploadedFile("证.png", picture.getvalue(), "image/png")
    factories.signup(soon.session, factories.one(answers={str(question.pk): upload}))
    owner, path = signed_in(soon.owner.user), f"/console/answers/{Answer.objects.get().pk}/file/"
    assert "purpose" in owner.get(path).content.decode()
    assert not DataAccess.objects.exists()
    answer = owner.post(path, {"purpose": "核对健康证"})
    assert b"".join(answer.streaming_content) == picture.getvalue()
    assert DataAccess.objects.get().purpose == "核对健康证"
