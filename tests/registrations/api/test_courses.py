"""Courses and certificates over REST: what a program of the office may, what it is refused, and what anybody is told."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from registrations.models import Certificate
from registrations.operations import certificates, privacy
from tests import factories
from tests.courses import Held, held, line
from tests.events.api import asking

V1 = asking.V1


@pytest.fixture
def course(running: factories.World) -> Held:
    first = running.session.starts_at
    made = held(running, first)
    made.plan()
    return made


@pytest.fixture
def closed(course: Held) -> Held:
    course.come(course.trainee("刘桂英"), 0, 1, 2)
    course.come(course.trainee("鲁大山"), 0)
    course.close()
    return course


@pytest.fixture
def issued(closed: Held) -> Certificate:
    return certificates.issue(by=closed.by, activity=closed.activity, at=closed.ended)[0]


def at(course: Held, rest: str = "") -> str:
    return f"{V1}/courses/{course.activity.pk}{rest}"


def send(client: APIClient, address: str, body: dict[str, Any] | None = None) -> Any:
    return client.post(address, body or {}, format="json")


def test_lessons_that_are_not_sent_stay_and_those_of_others_are_not_found(
    owner: APIClient, course: Held, running: factories.World
) -> None:
    first, *_others = course.lessons
    sent = {"required_share": 60, "lessons": [{"session": first.pk, "hours": "4.5"}]}
    told = owner.patch(at(course), sent, format="json").json()
    assert [(one["hours"], one["teacher"]) for one in told["lessons"]] == [(4.5, ""), (2.0, "鲁老师"), (2.0, "鲁老师")]
    assert (told["required_share"], told["period_number"]) == (60, 3)
    foreign = {"lessons": [{"session": running.session.pk}]}
    assert owner.patch(at(course), foreign, format="json").status_code == 404
    assert owner.patch(at(course), {"lessons": [{"topic": "x"}]}, format="json").status_code == 400
    assert owner.patch(at(course), {"lessons": [{"session": first.pk, "hours": -1}]}, format="json").status_code == 400


def test_steps_out_of_turn_are_refused_by_code(owner: APIClient, course: Held) -> None:
    refused = [send(owner, at(course, step), {"reason": "x"} if step == "/reopen" else None).json()["code"]
               for step in ("/close", "/reopen", "/take-over", "/certificates")]  # fmt: skip
    assert refused == ["course_not_open", "course_not_closed", "course_not_closed", "course_not_closed"]


def test_a_decision_without_its_reason_is_refused_beside_the_field(owner: APIClient, closed: Held) -> None:
    trainee = line(closed.activity.signups.get(contact_name="鲁大山")).pk
    answer = send(owner, at(closed, "/results"), {"attendee": trainee, "completed": True})
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["reason"])
    answer = send(owner, at(closed, "/results"), {"attendee": trainee, "completed": True, "reason": "补考合格"})
    assert answer.json()["completed"] is True


def test_readers_see_masked_results_and_decide_nothing(reader: APIClient, closed: Held) -> None:
    results = reader.get(at(closed, "/results")).json()["results"]
    assert [(one["name"], one["hours"], one["completed"]) for one in results] == [
        ("刘**", 6.0, True),
        ("鲁**", 2.0, False),
    ]
    assert send(reader, at(closed, "/certificates")).status_code == 403


def test_another_organization_finds_no_course(stranger: APIClient, closed: Held, issued: Certificate) -> None:
    assert stranger.get(at(closed)).status_code == 404
    assert send(stranger, f"{V1}/certificates/{issued.pk}/withdraw", {"reason": "x"}).status_code == 404


def test_anybody_verifies_a_number_without_learning_a_name(
    anybody: APIClient, closed: Held, issued: Certificate
) -> None:
    address = f"{V1}/certificates/verify"
    told = send(anybody, address, {"number": issued.number}).json()
    assert (told["state"], told["name"], told["name_matches"]) == ("issued", "刘**", None)
    assert send(anybody, address, {"number": issued.number, "name": "刘桂花"}).json()["name_matches"] is False
    assert send(anybody, address, {"number": issued.number, "name": "刘桂英"}).json()["name"] == "刘桂英"
    assert send(anybody, address, {"number": "没有的号"}).json()["code"] == "not_found"
    privacy.erase(by=closed.by, signup=issued.attendee.signup, at=closed.ended)
    told = send(anybody, address, {"number": issued.number, "name": "刘桂英"}).json()
    assert (told["state"], told["name"], told["name_matches"]) == ("issued", "", None)


def test_numbers_cannot_be_tried_out_not_even_signed_in(owner: APIClient, issued: Certificate) -> None:
    answers = [send(owner, f"{V1}/certificates/verify", {"number": issued.number}).status_code for _try in range(41)]
    assert answers == [200] * 40 + [429]


@pytest.mark.parametrize("many", [1, 6])
def test_results_cost_the_same_queries_however_many(
    owner: APIClient, course: Held, many: int, django_assert_num_queries: Any
) -> None:
    for n in range(many):
        course.come(course.trainee(f"学员{n}"), 0)
    with django_assert_num_queries(13):
        assert len(owner.get(at(course, "/results")).json()["results"]) == many
