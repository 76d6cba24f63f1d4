"""Building an activity's questions, and answering them: no answer is ever lost by a change."""

import datetime
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from registrations.models import Answer, Question, Signup
from registrations.operations import answers, privacy, questions, signups
from tests import factories

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def before(now):
    return now - 24 * HOUR


def ask(world, label="从哪里知道本活动", kind="text", **values):
    at = world.session.starts_at - 48 * HOUR
    return questions.add(by=world.owner, activity=world.activity, kind=kind, label=label, at=at, **values)


def place(world, at, given, name="刘桂英", **values):
    party = factories.one(name, answers={str(one.pk): value for one, value in given.items()})
    return factories.place(world.activity, [world.session], party, at, **values).signup


def said(signup):
    return dict(signup.answers.values_list("asked", "value"))


def photo(name="证.png"):
    picture = io.BytesIO()
    Image.new("RGB", (20, 20)).save(picture, "PNG")
    return SimpleUploadedFile(name, picture.getvalue(), "image/png")


def test_answers_are_written_with_the_question_as_it_was_put(world, before):
    question = ask(world, "是否需要午餐", "choice", choices=["要", "不要"])
    signup = place(world, before, {question: "要"})
    questions.change(by=world.owner, question=question, label="需要午餐吗", at=before)
    assert said(signup) == {"是否需要午餐": "要"}


def test_a_missing_answer_is_refused_beside_its_question_and_nothing_is_written(world, before):
    question = ask(world, required=True)
    with pytest.raises(answers.AnswersUnfit) as refused:
        place(world, before, {})
    assert refused.value.facts["fields"].keys() == {f"q{question.pk}"}
    assert not Signup.objects.exists()


def test_an_answer_to_a_question_of_another_activity_is_refused(world, before):
    other = factories.activity(world.campaign)
    elsewhere = questions.add(by=world.owner, activity=other, kind="text", label="x", at=before)
    with pytest.raises(answers.AnswersUnfit):
        place(world, before, {elsewhere: "x"})


def test_the_same_request_again_with_other_answers_is_another_request(world, before):
    question = ask(world)
    place(world, before, {question: "海报"}, idempotency_key="k")
    assert place(world, before, {question: "海报"}, idempotency_key="k") == Signup.objects.get()
    with pytest.raises(signups.IdempotencyKeyReused):
        place(world, before, {question: "朋友"}, idempotency_key="k")


def test_where_nothing_is_asked_answers_cost_one_query(world, before, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert answers.cleaned(activity=world.activity, given={}, at=before) == ()


def test_a_file_is_checked_by_what_it_is_and_kept(world, before):
    question = ask(world, "健康证", "file", required=True)
    with pytest.raises(answers.AnswersUnfit):
        place(world, before, {question: SimpleUploadedFile("a.png", b"no picture", "image/png")})
    signup = place(world, before, {question: photo()})
    assert (said(signup), Image.open(signup.answers.get().file).size) == ({"健康证": "证.png"}, (20, 20))


def test_a_change_without_a_new_file_keeps_the_one_that_was_handed_in(world, before):
    document, word = ask(world, "健康证", "file", required=True), ask(world, "忌口")
    signup = place(world, before, {document: photo(), word: "无"})
    party = factories.one(answers={str(word.pk): "素食", str(document.pk): None})
    signups.change(by="participant", signup=signup, party=party, at=before)
    assert said(signup) == {"健康证": "证.png", "忌口": "素食"}
    assert signup.answers.get(question=document).file


def test_a_change_that_says_nothing_of_answers_leaves_them(world, before):
    signup = place(world, before, {ask(world): "海报"})
    signups.change(by="participant", signup=signup, party=factories.one(phone="13912345678"), at=before)
    assert list(said(signup).values()) == ["海报"]


def test_another_kind_retires_a_question_with_its_answers_and_asks_anew(world, before):
    question = ask(world, "人数")
    signup = place(world, before, {question: "三四个"})
    anew = questions.change(by=world.owner, question=question, kind="number", at=before)
    assert anew.pk != question.pk
    assert [one.pk for one in Question.objects.asked()] == [anew.pk]
    assert said(signup) == {"人数": "三四个"}


def test_a_question_of_a_draft_is_simply_changed_or_deleted(world, before):
    draft = factories.activity(world.campaign, state="draft")
    question = questions.add(by=world.owner, activity=draft, kind="text", label="忌口", at=before)
    assert questions.change(by=world.owner, question=question, kind="number", at=before).pk == question.pk
    questions.retire(by=world.owner, question=question, at=before)
    assert not Question.objects.exists()


def test_an_answer_that_was_being_given_while_the_question_changed_stays_under_the_old_one(world, before):
    question, other = ask(world, "人数"), ask(world, "忌口")
    given = answers.cleaned(activity=world.activity, given={str(question.pk): "三四个", str(other.pk): "无"}, at=before)
    anew = questions.change(by=world.owner, question=question, kind="number", at=before)
    questions.retire(by=world.owner, question=other, at=before)
    signup = place(world, before, {})
    answers.write_all([(signup, given)], at=before)
    assert anew.kind == "number"
    held = {row.asked: (row.question.kind, row.value) for row in signup.answers.select_related("question")}
    assert held == {"人数": ("text", "三四个"), "忌口": ("text", "无")}


def test_a_question_that_others_depend_on_stays_until_they_are_changed(world, before):
    first = ask(world, "身份", "choice", choices=["学生", "家长"])
    second = ask(world, "年级", shown_if=first, shown_if_answer="学生")
    for deed in (
        lambda: questions.retire(by=world.owner, question=first, at=before),
        lambda: questions.change(by=world.owner, question=first, kind="text", at=before),
        lambda: questions.change(by=world.owner, question=first, choices=["家长", "老师"], at=before),
    ):
        with pytest.raises(questions.OthersDepend) as refused:
            deed()
        assert refused.value.facts == {"label": "年级"}
    with pytest.raises(questions.ConditionUnfit):
        questions.move(by=world.owner, question=second, up=True, at=before)


def test_what_depended_on_a_question_depends_on_its_successor(world, before):
    first = ask(world, "身份", "choice", choices=["学生", "家长", "老师"])
    second = ask(world, "年级", shown_if=first, shown_if_answer="学生", required=True)
    place(world, before, {first: "老师"})
    anew = questions.change(by=world.owner, question=first, choices=["学生", "家长"], at=before)
    second.refresh_from_db()
    assert second.shown_if == anew
    with pytest.raises(answers.AnswersUnfit):
        place(world, before, {anew: "学生"}, "胡国庆")


@pytest.mark.parametrize(
    "values",
    [
        {"shown_if_answer": "老师"},
        {"shown_if_answer": ""},
    ],
)
def test_a_condition_names_an_answer_that_exists(world, values):
    first = ask(world, "身份", "choice", choices=["学生", "家长"])
    with pytest.raises(questions.ConditionUnfit):
        ask(world, "年级", shown_if=first, **values)


def test_a_question_cannot_depend_on_itself_on_a_later_one_or_on_free_words(world, before):
    words, choice = ask(world, "备注"), ask(world, "身份", "choice", choices=["学生", "家长"])
    for one, other, answer in [(choice, choice, "学生"), (words, choice, "学生"), (choice, words, "x")]:
        with pytest.raises(questions.ConditionUnfit):
            questions.change(by=world.owner, question=one, shown_if=other, shown_if_answer=answer, at=before)


@pytest.mark.parametrize("choices", [[], ["一个"], ["同", "同"], ["长" * 121, "短"]])
def test_what_is_to_be_chosen_from_has_to_differ(world, choices):
    with pytest.raises(questions.ChoicesUnfit):
        ask(world, kind="choice", choices=choices)


def test_an_activity_asks_only_so_many_questions(world):
    for number in range(questions.MOST):
        ask(world, f"第{number}问")
    with pytest.raises(questions.TooManyQuestions):
        ask(world)


def test_questions_change_places_and_come_back_at_the_end(world, before):
    first, _second, third = (ask(world, label) for label in "甲乙丙")
    assert questions.move(by=world.owner, question=third, up=True, at=before)
    assert not questions.move(by=world.owner, question=first, up=True, at=before)
    assert [one.label for one in Question.objects.asked()] == ["甲", "丙", "乙"]
    place(world, before, {first: "x"})
    questions.retire(by=world.owner, question=first, at=before)
    questions.bring_back(by=world.owner, question=first, at=before)
    assert [one.label for one in Question.objects.asked()] == ["丙", "乙", "甲"]


def test_erasing_a_person_takes_words_and_files_and_leaves_what_was_ticked(
    world, before, django_capture_on_commit_callbacks
):
    word, tick, document = (
        ask(world, "忌口"),
        ask(world, "午餐", "choice", choices=["要", "不要"]),
        ask(world, "证", "file"),
    )
    signup = place(world, before, {word: "花生", tick: "要", document: photo()})
    file = signup.answers.get(question=document).file
    with django_capture_on_commit_callbacks(execute=True):
        privacy.erase(by="participant", signup=signup, at=before)
    assert said(signup) == {"忌口": "", "午餐": "要", "证": ""}
    assert not file.storage.exists(file.name)


EDITS = st.lists(
    st.tuples(
        st.sampled_from(["add", "kind", "choices", "label", "retire", "back", "up", "answer"]),
        st.integers(0, 5),
        st.sampled_from(["text", "number", "choice", "consent"]),
    ),
    min_size=3,
    max_size=14,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=EDITS)
def test_however_the_form_is_edited_every_answer_stays_under_the_question_it_was_given_to(world, before, edits):
    Answer.objects.all().delete()
    Question.objects.all().delete()
    given_so_far: dict[int, tuple[str, str]] = {}
    for turn, (deed, place_on_form, kind) in enumerate(edits):
        rows = list(Question.objects.order_by("pk"))
        try:
            if deed == "add" or not rows:
                ask(world, f"第{turn}问", kind, choices=["甲", "乙"])
                continue
            one = rows[place_on_form % len(rows)]
            if deed == "kind":
                questions.change(by=world.owner, question=one, kind=kind, choices=["甲", "乙"], at=before)
            elif deed == "choices":
                questions.change(by=world.owner, question=one, choices=["乙", "丙"], at=before)
            elif deed == "label":
                questions.change(by=world.owner, question=one, label=f"改{turn}", at=before)
            elif deed == "retire":
                questions.retire(by=world.owner, question=one, at=before)
            elif deed == "back":
                questions.bring_back(by=world.owner, question=one, at=before)
            elif deed == "up":
                questions.move(by=world.owner, question=one, up=True, at=before)
            else:
                value = {"text": "话", "number": "5", "choice": (one.choices or ["甲"])[0], "consent": "yes"}[one.kind]
                signup = place(world, before, {one: value}, f"第{turn}人")
                given_so_far |= {row.pk: (row.asked, row.value) for row in signup.answers.all()}
        except questions.Refusal:
            continue
    held = {row.pk: (row.asked, row.value) for row in Answer.objects.select_related("question")}
    assert held == given_so_far
    assert all(row.question.kind in {"text", "number", "choice", "consent"} for row in Answer.objects.all())
    for row in Answer.objects.select_related("question"):
        assert row.question.kind != "choice" or row.value in row.question.choices
