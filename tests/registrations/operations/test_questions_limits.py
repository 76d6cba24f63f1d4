"""Questions and answers at their limits: what is refused, by which code, and what nobody gets in."""

import io
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from registrations.models import Question, Signup
from registrations.operations import answers, files, questions, signups
from tests import factories
from tests.registrations.operations.test_questions import HOUR, ask, photo, place, said


@pytest.fixture
def before(now):
    return now - 24 * HOUR


def retired(world, before, label="忌口"):
    question = ask(world, label)
    place(world, before, {question: "花生"}, label)
    questions.retire(by=world.owner, question=question, at=before)
    question.refresh_from_db()
    return question


def test_a_question_that_is_asked_no_longer_is_asked_again_before_it_is_changed(world, before):
    question = retired(world, before)
    with pytest.raises(questions.QuestionRetired):
        questions.change(by=world.owner, question=question, label="过敏", at=before)


def test_a_question_that_is_asked_no_longer_has_no_place_to_move_from(world, before):
    question = retired(world, before)
    ask(world)
    assert not questions.move(by=world.owner, question=question, up=True, at=before)


def test_retiring_twice_and_bringing_back_twice_change_nothing(world, before):
    question = retired(world, before)
    then = question.retired_at
    questions.retire(by=world.owner, question=question, at=before + HOUR)
    question.refresh_from_db()
    assert question.retired_at == then
    once = questions.bring_back(by=world.owner, question=question, at=before)
    assert questions.bring_back(by=world.owner, question=question, at=before).position == once.position


def test_bringing_back_keeps_to_the_number_of_questions_too(world, before):
    question = retired(world, before)
    for number in range(questions.MOST):
        ask(world, f"第{number}问")
    with pytest.raises(questions.TooManyQuestions):
        questions.bring_back(by=world.owner, question=question, at=before)


def test_what_comes_back_without_its_condition_is_asked_of_everybody(world, before):
    first = ask(world, "身份", "choice", choices=["学生", "家长"])
    second = ask(world, "年级", shown_if_id=first.pk, shown_if_answer="学生")
    place(world, before, {first: "学生", second: "三年级"})
    for one in (second, first):
        questions.retire(by=world.owner, question=one, at=before)
    back = questions.bring_back(by=world.owner, question=second, at=before)
    assert (back.shown_if_id, back.shown_if_answer) == (None, "")


def test_a_choice_is_one_line_of_words(world, before):
    question = ask(world, "午餐", "choices", choices=["要\n素的", "  不要 "])
    assert question.choices == ["要 素的", "不要"]
    assert said(place(world, before, {question: ["不要", "要 素的"]})) == {"午餐": "要 素的\n不要"}


def test_a_condition_on_a_question_that_does_not_exist_is_refused(world):
    with pytest.raises(questions.ConditionUnfit):
        ask(world, shown_if_id=10**9, shown_if_answer="x")


def bomb():
    """A PNG of a few bytes that says it is 60 000 pixels wide and high."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "content, declared",
    [
        (b"no picture", "image/png"),
        (b"", "image/png"),
        (bomb(), "image/png"),
        (b"MZ\x90\x00", "application/pdf"),
        (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)
def test_what_is_neither_a_photo_nor_a_pdf_is_refused_beside_its_question(world, before, content, declared):
    question = ask(world, "健康证", "file")
    with pytest.raises(answers.AnswersUnfit) as refused:
        place(world, before, {question: SimpleUploadedFile("a.png", content, declared)})
    assert refused.value.facts["fields"] == {f"q{question.pk}": ["Only a photo or a PDF of at most 10 MB."]}
    assert not Signup.objects.exists()


def test_a_file_beyond_ten_megabytes_is_refused(world, before, monkeypatch):
    monkeypatch.setattr(answers, "LARGEST_FILE", 50)
    question = ask(world, "健康证", "file")
    with pytest.raises(answers.AnswersUnfit):
        place(world, before, {question: photo()})


def test_a_picture_that_would_not_fit_into_memory_is_a_file_unfit():
    with pytest.raises(files.FileUnfit):
        files.media_type(SimpleUploadedFile("a.png", bomb(), "image/png"), field="photos")


@pytest.mark.parametrize(
    "called, content, declared, kept",
    [
        ("证.html", b"%PDF-1.7 <script>", "application/pdf", "证.pdf"),
        ("../../etc/证.JPEG", None, "image/jpeg", "证.png"),
        ("长" * 300 + ".png", None, "image/png", "长" * 90 + ".png"),
    ],
)
def test_a_file_is_called_by_what_it_is(world, before, called, content, declared, kept):
    if content is None:
        picture = io.BytesIO()
        Image.new("RGB", (9, 9)).save(picture, "PNG")
        content = picture.getvalue()
    question = ask(world, "证", "file")
    assert said(place(world, before, {question: SimpleUploadedFile(called, content, declared)})) == {"证": kept}


@pytest.mark.parametrize("value", [{"a": [1]}, ["甲", "乙"], [["甲"]]])
def test_what_is_no_answer_is_refused(world, before, value):
    for question in (ask(world), ask(world, "午餐", "choice", choices=["甲", "乙"])):
        with pytest.raises(answers.AnswersUnfit):
            answers.cleaned(activity=world.activity, given={str(question.pk): value}, at=before)


def test_a_file_for_a_question_in_words_is_no_answer(world, before):
    question = ask(world)
    with pytest.raises(answers.AnswersUnfit):
        place(world, before, {question: photo()})


def test_a_bad_file_behind_a_condition_that_is_not_met_stops_nobody(world, before):
    lunch = ask(world, "午餐", "choice", choices=["要", "不要"])
    paper = ask(world, "证", "file", required=True, shown_if_id=lunch.pk, shown_if_answer="要")
    bad = SimpleUploadedFile("a.png", b"no picture", "image/png")
    assert said(place(world, before, {lunch: "不要", paper: bad})) == {"午餐": "不要"}
    with pytest.raises(answers.AnswersUnfit):
        place(world, before, {lunch: "要", paper: bad}, "胡国庆")


def test_the_order_survives_what_stands_between(world, before):
    first, gone, last = (ask(world, label) for label in "甲乙丙")
    place(world, before, {gone: "x"})
    questions.retire(by=world.owner, question=gone, at=before)
    questions.move(by=world.owner, question=last, up=True, at=before)
    assert [one.pk for one in Question.objects.asked()] == [last.pk, first.pk]


def test_the_office_may_leave_out_what_nobody_asked_on_the_telephone(world, before):
    required = questions.add(
        by=world.owner, activity=world.activity, kind="text", label="忌口", required=True, at=before
    )
    by_office = {"by": world.owner, "source": Signup.Source.ORGANIZER}
    signup = factories.place(world.activity, [world.session], factories.one(answers={}), before, **by_office).signup
    assert not signup.answers.exists()
    party = factories.one(answers={str(required.pk): ""})
    signups.change(by=world.owner, signup=signup, party=party, at=before)
    with pytest.raises(answers.AnswersUnfit):
        signups.change(by="participant", signup=signup, party=party, at=before)
