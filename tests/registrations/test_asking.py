"""Questions and their answers as values: what is asked, and whether an answer will do."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registrations import asking
from registrations.asking import Asked

SCHOOL = Asked(1, "choice", required=True, choices=("学生", "家长"))
LUNCH = Asked(2, "choices", choices=("周六", "周日"), condition=(1, "学生"))
DIET = Asked(3, "text", required=True, condition=(2, "周日"))


@pytest.mark.parametrize(
    "kind, text, kept",
    [
        ("text", "  轮椅 ", "轮椅"),
        ("text", "甲\r\n乙", "甲\n乙"),
        ("number", "12.50", "12.5"),
        ("number", "1000", "1000"),
        ("date", "2026-09-17", "2026-09-17"),
        ("phone", "+86 139-1234-5678", "13912345678"),
        ("consent", "on", "yes"),
        ("file", "名单.pdf", "名单.pdf"),
    ],
)
def test_an_answer_is_kept_in_one_form(kind, text, kept):
    assert asking.check([Asked(1, kind)], {1: text}) == asking.Checked({1: kept}, {})


@pytest.mark.parametrize(
    "kind, text, problem",
    [
        ("text", "长" * 1001, "too_long"),
        ("number", "十", "number_unreadable"),
        ("number", "NaN", "number_unreadable"),
        ("number", "1e99", "number_unreadable"),
        ("number", "1e-999999", "number_unreadable"),
        ("text", ["甲", "乙"], "unreadable"),
        ("date", "2026-02-30", "date_unreadable"),
        ("date", "0001-01-01", "date_unreadable"),
        ("phone", "12345", "phone_unreadable"),
        ("choice", "老师", "not_a_choice"),
        ("choices", ["周六", "周五"], "not_a_choice"),
        ("text", "", "answer_missing"),
        ("choices", [], "answer_missing"),
        ("consent", "off", "agreement_missing"),
    ],
)
def test_what_will_not_do_is_named_by_its_code(kind, text, problem):
    asked = Asked(1, kind, required=True, choices=("周六", "周日"))
    assert asking.check([asked], {1: text}) == asking.Checked({}, {1: problem})


def test_several_choices_are_kept_in_the_order_of_the_form():
    asked = Asked(1, "choices", choices=("甲", "乙", "丙"))
    assert asking.check([asked], {1: ["丙", "甲"]}).answers == {1: "甲\n丙"}


def test_a_question_is_asked_only_under_its_condition_and_needs_an_answer_only_then():
    form = [SCHOOL, LUNCH, DIET]
    assert asking.check(form, {1: "家长", 2: ["周日"], 3: "素食"}) == asking.Checked({1: "家长"}, {})
    assert asking.check(form, {1: "学生", 2: ["周六"]}) == asking.Checked({1: "学生", 2: "周六"}, {})
    assert asking.check(form, {1: "学生", 2: ["周六", "周日"]}).problems == {3: "answer_missing"}


VALUES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["学生", "家长", "on", "yes", "2026-09-17", "13912345678", "5"]),
    st.lists(st.sampled_from(["周六", "周日", "x"]), max_size=3),
)


@st.composite
def forms(draw):
    """A form whose conditions point to earlier questions."""
    made = []
    for number in range(1, draw(st.integers(1, 7))):
        kind = draw(st.sampled_from(["text", "number", "choice", "choices", "date", "phone", "consent"]))
        choices = ("学生", "家长") if kind == "choice" else ("周六", "周日") if kind == "choices" else ()
        earlier = [one for one in made if one.choices or one.kind == "consent"]
        condition = None
        if earlier and draw(st.booleans()):
            other = draw(st.sampled_from(earlier))
            condition = (other.id, draw(st.sampled_from(other.choices or (asking.AGREED,))))
        made.append(Asked(number, kind, draw(st.booleans()), choices, condition))
    return made


@given(form=forms(), values=st.dictionaries(st.integers(1, 7), VALUES))
def test_every_question_that_is_asked_has_an_answer_a_problem_or_may_be_left_out(form, values):
    found = asking.check(form, values)
    assert not found.answers.keys() & found.problems.keys()
    for one in form:
        if not asking.is_shown(one, found.answers):
            assert one.id not in found.answers.keys() | found.problems.keys()
        elif one.required:
            assert one.id in found.answers.keys() | found.problems.keys()
        if one.kind == "date" and one.id in found.answers:
            datetime.date.fromisoformat(found.answers[one.id])


@given(form=forms(), values=st.dictionaries(st.integers(1, 7), VALUES))
def test_what_is_kept_will_do_again(form, values):
    kept = asking.check(form, values).answers
    split = {
        one.id: kept[one.id].split("\n") if one.kind == "choices" else kept[one.id] for one in form if one.id in kept
    }
    again = asking.check(form, split)
    assert again.answers == kept
