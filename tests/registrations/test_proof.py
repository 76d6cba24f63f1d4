import base64
import datetime
import json

import altcha
import pytest

from registrations import proof

USE = proof.use(17, "one-key")


@pytest.fixture
def solved(now):
    return proof.solve(proof.challenge(USE, at=now, cost=1000))


def test_a_solution_counts_for_the_sign_up_it_was_made_for_and_for_no_other(now, solved):
    assert proof.is_valid(solved, USE, at=now)
    assert not proof.is_valid(solved, proof.use(17, "another-key"), at=now)
    assert not proof.is_valid(solved, proof.use(18, "one-key"), at=now)


def test_it_lasts_twenty_minutes(now, solved):
    assert proof.is_valid(solved, USE, at=now + datetime.timedelta(minutes=19, seconds=59))
    assert not proof.is_valid(solved, USE, at=now + datetime.timedelta(minutes=20))


def test_the_same_solution_is_taken_ten_times_for_what_is_sent_again_and_no_more(now, solved):
    assert [proof.is_valid(solved, USE, at=now) for _ in range(12)] == [True] * 10 + [False] * 2


def test_what_nobody_worked_for_is_worth_nothing(now):
    made = altcha.Challenge.from_dict(json.loads(proof.challenge(USE, at=now)))
    guessed = altcha.Payload(made, altcha.Solution(1, "00" * 32)).to_base64()
    assert not proof.is_valid(guessed, USE, at=now)


def test_a_challenge_of_somebody_elses_making_is_not_ours(now):
    data = {"for": "x", "until": int(now.timestamp()) + 999}
    easy = altcha.create_challenge("SHA-256", 1, counter=1, data=data, hmac_secret="their own")
    assert not proof.is_valid(proof.solve(json.dumps(easy.to_dict())), USE, at=now)


def test_an_easier_prefix_than_the_signed_one_is_refused(now):
    made = json.loads(proof.challenge(USE, at=now))
    made["parameters"]["keyPrefix"] = "0"
    assert not proof.is_valid(proof.solve(json.dumps(made)), USE, at=now)


@pytest.mark.parametrize(
    "junk",
    ["", "x", "非", "e30=", base64.b64encode(b"[1]").decode(), base64.b64encode(b"\xff").decode(), "A" * 5000,
     base64.b64encode(b'{"challenge": {"parameters": []}, "solution": 1}').decode()],
)  # fmt: skip
def test_junk_is_no_proof_and_no_fault(now, junk):
    assert not proof.is_valid(junk, USE, at=now)
