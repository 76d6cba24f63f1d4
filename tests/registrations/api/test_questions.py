"""An activity's questions over REST: built by a program of the office, read by anybody, answered with the sign-up."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from registrations.models import Answer, Question, Signup
from tests import factories
from tests.events.api import asking
from tests.registrations.api.placing import MINE, asked_for, opened, place


def form_of(world: factories.World) -> str:
    return f"{asking.V1}/activities/{world.activity.pk}/questions"


def ask(client: APIClient, world: factories.World, label: str = "忌口", kind: str = "text", **values: Any) -> int:
    answer = client.post(form_of(world), {"label": label, "kind": kind} | values, format="json")
    assert answer.status_code == 201, answer.json()
    return int(answer.json()["id"])


@pytest.fixture
def lunch(owner: APIClient, coming: factories.World) -> int:
    return ask(owner, coming, "午餐", "choice", choices=["要", "不要"], required=True)


def test_anybody_reads_the_questions_of_a_public_activity_in_their_order(
    owner: APIClient, anybody: APIClient, coming: factories.World, lunch: int
) -> None:
    diet = ask(owner, coming, shown_if=lunch, shown_if_answer="要")
    read = anybody.get(form_of(coming)).json()
    assert [one["id"] for one in read] == [lunch, diet]
    assert read[0] | {"position": 1} == {
        "id": lunch, "position": 1, "kind": "choice", "label": "午餐", "help": "", "required": True,
        "choices": ["要", "不要"], "shown_if": None, "shown_if_answer": "",
    }  # fmt: skip
    assert (read[1]["shown_if"], read[1]["shown_if_answer"]) == (lunch, "要")


def test_the_questions_of_a_draft_are_nobody_elses(anybody: APIClient, coming: factories.World) -> None:
    draft = factories.activity(coming.campaign, state="draft")
    asking.refusal(anybody.get(f"{asking.V1}/activities/{draft.pk}/questions"), 404, "not_found")


def test_a_program_changes_moves_retires_and_brings_back(
    owner: APIClient, coming: factories.World, anybody: APIClient, lunch: int
) -> None:
    diet = ask(owner, coming)
    url = f"{asking.V1}/questions"
    assert owner.patch(f"{url}/{diet}", {"label": "过敏"}, format="json").json()["label"] == "过敏"
    moved = owner.post(f"{url}/{diet}/move", {"up": True}, format="json").json()
    assert [one["id"] for one in moved] == [diet, lunch]
    place(anybody, asked_for(coming.session, answers={str(lunch): "要", str(diet): "花生"}))
    assert [one["id"] for one in owner.post(f"{url}/{diet}/retire").json()] == [lunch]
    assert owner.post(f"{url}/{diet}/bring-back").json()["id"] == diet
    assert Question.objects.asked().count() == 2


@pytest.mark.parametrize(
    "values, code, field",
    [
        ({"kind": "choice", "choices": ["一个"]}, "choices_unfit", "choices"),
        ({"shown_if": 10**9, "shown_if_answer": "要"}, "condition_unfit", "shown_if_answer"),
        ({"shown_if": "lunch", "shown_if_answer": "也许"}, "condition_unfit", "shown_if_answer"),
        ({"kind": "colour"}, "invalid", "kind"),
    ],
)
def test_a_question_that_will_not_do_is_refused_with_its_field(
    owner: APIClient, coming: factories.World, lunch: int, values: dict[str, Any], code: str, field: str
) -> None:
    body = {"label": "忌口", "kind": "text"} | {
        key: lunch if value == "lunch" else value for key, value in values.items()
    }
    asking.refusal(owner.post(form_of(coming), body, format="json"), 400, code, field)
    assert Question.objects.count() == 1


def test_what_others_depend_on_and_what_is_retired_are_refused_by_name(
    owner: APIClient, anybody: APIClient, coming: factories.World, lunch: int
) -> None:
    diet = ask(owner, coming, shown_if=lunch, shown_if_answer="要")
    url = f"{asking.V1}/questions"
    assert asking.refusal(owner.post(f"{url}/{lunch}/retire"), 409, "others_depend")["facts"] == {"label": "忌口"}
    asking.refusal(owner.post(f"{url}/{diet}/move", {"up": True}, format="json"), 400, "condition_unfit")
    place(anybody, asked_for(coming.session, answers={str(lunch): "要", str(diet): "花生"}))
    owner.post(f"{url}/{diet}/retire")
    asking.refusal(owner.patch(f"{url}/{diet}", {"label": "x"}, format="json"), 409, "question_retired")


def test_a_reader_and_a_stranger_build_no_questions(
    reader: APIClient, stranger: APIClient, coming: factories.World, lunch: int
) -> None:
    for client, status in ((reader, 403), (stranger, 404)):
        assert client.post(form_of(coming), {"label": "x", "kind": "text"}, format="json").status_code == status
        assert client.post(f"{asking.V1}/questions/{lunch}/retire").status_code == status


def test_answers_come_with_the_sign_up_and_change_with_it(
    anybody: APIClient, coming: factories.World, lunch: int
) -> None:
    made = place(anybody, asked_for(coming.session, answers={str(lunch): "要"}))
    assert made.status_code == 201, made.json()
    assert Answer.objects.get().value == "要"
    assert opened(made).patch(MINE, {"answers": {str(lunch): "不要"}}, format="json").status_code == 200
    assert Answer.objects.get().value == "不要"
    assert opened(made).patch(MINE, {"note": "轮椅"}, format="json").status_code == 200
    assert Answer.objects.get().value == "不要"


@pytest.mark.parametrize("value", ["", "也许", ["要", "不要"], {"要": True}, 5, True])
def test_an_answer_that_will_not_do_is_refused_beside_its_question_and_nothing_is_kept(
    anybody: APIClient, coming: factories.World, lunch: int, value: Any
) -> None:
    answer = place(anybody, asked_for(coming.session, answers={str(lunch): value}))
    asking.refusal(answer, 400, "answers_unfit", f"q{lunch}")
    assert not Signup.objects.exists()


def test_numbers_and_agreements_are_given_as_json_has_them(
    owner: APIClient, anybody: APIClient, coming: factories.World
) -> None:
    many, agreed = ask(owner, coming, "人数", "number"), ask(owner, coming, "同意拍照", "consent", required=True)
    body = {str(many): 3, str(agreed): True}
    assert place(anybody, asked_for(coming.session, answers=body)).status_code == 201
    assert dict(Answer.objects.values_list("asked", "value")) == {"人数": "3", "同意拍照": "yes"}
    refused = place(anybody, asked_for(coming.session, "胡国庆", answers=body | {str(agreed): False}))
    asking.refusal(refused, 400, "answers_unfit", f"q{agreed}")


def test_a_question_of_another_activity_is_unknown(anybody: APIClient, coming: factories.World, lunch: int) -> None:
    other = factories.activity(coming.campaign)
    elsewhere = factories.session(other, coming.session.starts_at)
    answer = place(anybody, asked_for(elsewhere, answers={str(lunch): "要", "constructor": "x"}))
    asking.refusal(answer, 400, "answers_unfit", f"q{lunch}", "qconstructor")


def test_null_is_no_answer(owner: APIClient, anybody: APIClient, coming: factories.World, lunch: int) -> None:
    optional = ask(owner, coming)
    place(anybody, asked_for(coming.session, answers={str(lunch): "要", str(optional): None}))
    assert Answer.objects.get().question_id == lunch
    asking.refusal(
        place(anybody, asked_for(coming.session, answers={str(lunch): None})), 400, "answers_unfit", f"q{lunch}"
    )
