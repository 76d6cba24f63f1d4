"""Proof of work on anonymous sign-ups (ALTCHA, version 2): costs a phone a third of a second, a bot its profit.

A challenge is made for one use – a sign-up under one idempotency key – and signed with it. So a solution counts for that
one sign-up, wherever it is sent: a repeated request makes no second one, and under another key it is worth nothing. Over
the wire, as the form's script sends it (base64 of JSON):

    {"challenge": {"parameters": {"algorithm": "SHA-256", "nonce": …, "salt": …, "cost": 1, "keyPrefix": …,
                                  "data": {"for": …, "until": …}, …}, "signature": …},
     "solution": {"counter": 4711, "derivedKey": "…"}}

The solution is the counter for which SHA-256(salt ‖ nonce ‖ counter as four bytes, big endian) begins with the prefix.
"""

from __future__ import annotations

import datetime
import json
import secrets

import altcha

from events import rushes
from events.models.fields import keyed_hash
from events.rushes import Rule

LASTS = datetime.timedelta(minutes=20)
#: The counter lies below this; half of it is tried on average: 0.2–0.5 s on a phone of the middle range.
COST = 150_000
#: Longer than any solution is.
LONGEST = 2_000
#: One form may be sent again after a slip, or over a bad network; not for ever.
REPEATS = Rule("proof", 10, int(LASTS.total_seconds()))


def _key() -> str:
    return keyed_hash("altcha", purpose="proof of work")


def use(activity: int, key: str) -> str:
    """What a proof is for: a sign-up for this activity under this idempotency key."""
    return f"sign-up:{activity}:{key}"


def challenge(use: str, *, at: datetime.datetime, cost: int = COST) -> str:
    """A challenge for one use, as JSON."""
    made = altcha.create_challenge(
        "SHA-256",
        1,
        counter=secrets.randbelow(cost),
        data={"for": keyed_hash(use, purpose="use of a proof"), "until": int((at + LASTS).timestamp())},
        hmac_secret=_key(),
    )
    return json.dumps(made.to_dict())


def is_valid(solution: str, use: str, *, at: datetime.datetime) -> bool:
    """Whether this solves a challenge of ours, made for this very use, in time, and not sent all too often."""
    if not solution or len(solution) > LONGEST or not altcha.verify_solution(solution, _key()).verified:
        return False
    parameters = altcha.Payload.from_base64(solution).challenge.parameters
    data = parameters.data or {}
    fits = data.get("for") == keyed_hash(use, purpose="use of a proof") and data.get("until", 0) > at.timestamp()
    return fits and rushes.count(REPEATS, parameters.nonce, at=at) <= REPEATS.most


def solve(challenge: str) -> str:
    """The solution, as a program would find it: what the form's script does in the browser."""
    found = altcha.Challenge.from_dict(json.loads(challenge))
    solution = altcha.solve_challenge(found)
    assert solution is not None  # noqa: S101  # every challenge has one
    return altcha.Payload(found, solution).to_base64()
