"""Sign-ups without an account: how many, and with which proof."""

from __future__ import annotations

import json

from rest_framework.test import APIClient

from registrations import proof
from tests import factories
from tests.events.api import asking
from tests.registrations.api.placing import URL, asked_for, place


def test_without_an_account_or_a_proof_of_work_the_sixth_sign_up_in_ten_minutes_is_told_to_wait(
    anybody: APIClient, owner: APIClient, coming: factories.World
) -> None:
    answers = [place(anybody, asked_for(coming.session, f"刘{n}")) for n in range(6)]

    assert [one.status_code for one in answers] == [201, 201, 201, 201, 201, 429]
    body = asking.refusal(answers[5], 429, "too_many_requests")
    assert int(answers[5]["Retry-After"]) == body["facts"]["wait"] > 0
    assert place(owner, asked_for(coming.session, "刘六")).status_code == 201


def test_with_the_solution_of_its_own_challenge_a_program_goes_on(anybody: APIClient, coming: factories.World) -> None:
    for n in range(5):
        place(anybody, asked_for(coming.session, f"刘{n}"))
    asked = {"activity": coming.activity.pk}
    challenge = anybody.get(f"{URL}/challenge", asked, headers={"idempotency-key": "k6"}).json()
    solved = {"altcha": proof.solve(json.dumps(challenge))}
    body = asked_for(coming.session, "刘六")

    asking.refusal(anybody.post(URL, body, headers={"idempotency-key": "k7"} | solved), 429, "too_many_requests")
    assert anybody.post(URL, body, headers={"idempotency-key": "k6"} | solved).status_code == 201


def test_a_challenge_is_asked_for_with_the_key_and_the_activity(anybody: APIClient, db: None) -> None:
    asking.refusal(anybody.get(f"{URL}/challenge", {"activity": 1}), 400, "idempotency_key_missing")
    asking.refusal(anybody.get(f"{URL}/challenge", headers={"idempotency-key": "k"}), 400, "invalid", "activity")
