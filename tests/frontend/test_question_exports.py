"""Answers taken out as tables: a column a question, numbers as numbers, and what is masked."""

import csv
import io

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from registrations.models import Question
from registrations.operations import privacy, questions
from tests import factories
from tests.frontend.conftest import signed_in
from tests.frontend.test_questions import ask, lines

ANSWERS = {"text": "=1+1", "number": "-2.50", "choice": "乙", "choices": ["甲", "乙"], "date": "2010-09-17",
           "phone": "13912345678", "consent": "on"}  # fmt: skip


@pytest.fixture
def answered(soon):
    """A question of each kind that a program can answer, its kind being its wording, and one sign-up that answered."""
    made = {
        kind: ask(soon, kind, kind, choices=["甲", "乙"] if kind.startswith("choice") else [])
        for kind in Question.Kind.values
    }
    given = {str(made[kind].pk): value for kind, value in ANSWERS.items()}
    factories.signup(soon.session, factories.one(answers=given))
    factories.signup(soon.session, factories.one("胡国庆"))
    return made


def of_whole(world):
    """The rows of the workbook with whole names, by column."""
    owner = signed_in(world.owner.user)
    answer = owner.post(f"/console/sessions/{world.session.pk}/whole/", {"purpose": "备餐", "xlsx": "1"})
    head, *rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_a_table_with_whole_names_has_every_answer_as_it_was_given(soon, answered):
    said, nothing = of_whole(soon)
    assert {kind: said[kind] for kind in answered} == {
        "text": "=1+1", "number": -2.5, "choice": "乙", "choices": "甲、乙", "date": "2010-09-17",
        "phone": "13912345678", "consent": "✓", "file": "",
    }  # fmt: skip
    assert {nothing[kind] for kind in answered} == {""}


def test_a_masked_table_says_of_words_phones_and_days_only_that_there_are_some(soon, answered):
    owner = signed_in(soon.owner.user)
    said, _nothing = lines(owner.get(f"/console/sessions/{soon.session.pk}/attendance.csv"))
    assert {kind: said[kind] for kind in answered} == {
        "text": "✓", "number": "-2.5", "choice": "乙", "choices": "甲、乙", "date": "✓", "phone": "✓", "consent": "✓",
        "file": "",
    }  # fmt: skip


def test_a_question_asked_anew_is_a_column_beside_the_old_one(soon):
    question = ask(soon, "人数")
    factories.signup(soon.session, factories.one(answers={str(question.pk): "三四个"}))
    anew = questions.change(by=soon.owner, question=question, kind="number", label="几个人", at=timezone.now())
    factories.signup(soon.session, factories.one("胡国庆", answers={str(anew.pk): "4"}))
    assert [(row["人数"], row["几个人"]) for row in of_whole(soon)] == [("三四个", ""), ("", 4)]


def test_two_columns_may_have_the_same_wording(soon):
    first, second = ask(soon, "备注"), ask(soon, "备注")
    factories.signup(soon.session, factories.one(answers={str(first.pk): "一", str(second.pk): "二"}))
    owner = signed_in(soon.owner.user)
    answer = owner.post(f"/console/sessions/{soon.session.pk}/whole/", {"purpose": "备餐", "xlsx": "1"})
    head, row = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert [value for name, value in zip(head, row, strict=True) if name == "备注"] == ["一", "二"]


def test_a_campaigns_table_says_of_which_activity_a_question_is(soon):
    other = factories.activity(soon.campaign, name="科普夏令营")
    elsewhere = factories.session(other, soon.session.starts_at)
    here = ask(soon, "忌口")
    there = questions.add(by=soon.owner, activity=other, kind="number", label="身高", at=timezone.now())
    factories.signup(soon.session, factories.one(answers={str(here.pk): "花生"}))
    factories.signup(elsewhere, factories.one("胡国庆", answers={str(there.pk): "142"}))
    owner = signed_in(soon.owner.user)
    first, second = lines(owner.get(f"/console/campaigns/{soon.campaign.pk}/attendance.csv"))
    assert (first["忌口（食品安全讲座）"], first["身高（科普夏令营）"]) == ("✓", "")
    assert (second["忌口（食品安全讲座）"], second["身高（科普夏令营）"]) == ("", "142")


def test_once_erased_only_what_was_ticked_or_counted_is_left_in_the_table(soon, answered):
    signup = next(one for one in soon.activity.signups.all() if one.answers.exists())
    privacy.erase(by=soon.owner, signup=signup, at=timezone.now())
    said, _nothing = of_whole(soon)
    assert {kind: said[kind] for kind in answered} == {
        "text": "", "number": -2.5, "choice": "乙", "choices": "甲、乙", "date": "", "phone": "", "consent": "✓",
        "file": "",
    }  # fmt: skip


def test_a_table_without_questions_is_as_it_was(soon, django_assert_num_queries):
    factories.signup(soon.session, factories.one())
    owner = signed_in(soon.owner.user)
    with django_assert_num_queries(12):
        answer = owner.get(f"/console/sessions/{soon.session.pk}/attendance.csv")
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
    head, row = csv.reader(io.StringIO(text))
    assert len(head) == len(row) == 13
