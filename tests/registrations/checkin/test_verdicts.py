from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registrations.checkin.verdicts import LET_THROUGH, Code, Facts, Reading, Verdict, decide

GOLDEN = json.loads((Path(__file__).parents[2] / "contracts" / "verdicts.json").read_text(encoding="utf-8"))
NINE = datetime.datetime(2026, 11, 24, 9, tzinfo=datetime.UTC)

facts = st.builds(
    Facts,
    reading=st.sampled_from(Reading),
    session=st.integers(1, 4),
    opens_at=st.just(NINE),
    closes_at=st.just(NINE + datetime.timedelta(hours=3)),
    at=st.integers(-60, 300).map(lambda minutes: NINE + datetime.timedelta(minutes=minutes)),
    state=st.sampled_from(["valid", "revoked", "cancelled", "waiting", "offered", "pending", "refused"]),
    sessions=st.lists(st.integers(1, 4), unique=True, max_size=3).map(tuple),
    size=st.integers(0, 5),
    arrived=st.integers(0, 6),
    inside=st.booleans(),
    direction=st.sampled_from(["entry", "exit"]),
    arriving=st.integers(1, 8),
    checks_out=st.booleans(),
)


def read(given_facts: dict[str, Any]) -> Facts:
    times = {name: datetime.datetime.fromisoformat(given_facts[name]) for name in ("opens_at", "closes_at", "at")}
    others = {"reading": Reading(given_facts["reading"]), "sessions": tuple(given_facts["sessions"])}
    return Facts(**given_facts | times | others)


@pytest.mark.parametrize("case", GOLDEN["cases"], ids=lambda case: case["name"])
def test_a_golden_case_is_decided_as_written_down(case):
    verdict = decide(read(case["facts"]))
    assert {
        "code": verdict.code.value,
        "admitted": verdict.admitted,
        "awaiting": verdict.awaiting,
        "right_sessions": list(verdict.right_sessions),
    } == case["verdict"]


def test_the_golden_cases_show_every_verdict_and_every_state():
    assert {case["verdict"]["code"] for case in GOLDEN["cases"]} == {code.value for code in Code}
    assert {case["facts"]["state"] for case in GOLDEN["cases"]} >= {
        "valid", "revoked", "cancelled", "waiting", "offered", "pending", "refused"
    }  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(facts)
def test_every_combination_of_facts_has_an_answer_that_fits_them(one):
    verdict = decide(one)
    assert isinstance(verdict, Verdict)
    assert verdict.lets_through == (verdict.code in LET_THROUGH)
    assert 0 <= verdict.admitted <= max(0, one.size - one.arrived)
    assert bool(verdict.admitted) == (verdict.code is Code.ADMIT)
    if verdict.code is Code.ADMIT:
        assert verdict.admitted + verdict.awaiting == one.arriving
    if verdict.code is Code.WRONG_SESSION:
        assert verdict.right_sessions == one.sessions
        assert one.session not in one.sessions
    else:
        assert verdict.right_sessions == ()


@settings(max_examples=500, deadline=None)
@given(facts)
def test_who_is_let_through_comes_in_time_with_a_good_code_to_a_session_it_is_good_for(one):
    if decide(one).lets_through:
        assert one.reading in {Reading.KNOWN, Reading.SIGNED}
        assert one.opens_at <= one.at < one.closes_at
        assert not one.sessions or one.session in one.sessions
        assert one.reading is Reading.SIGNED or one.state == "valid"


@settings(max_examples=300, deadline=None)
@given(facts, st.sampled_from(["revoked", "cancelled", "waiting", "offered", "pending", "refused"]))
def test_what_the_roster_says_of_a_ticket_counts_only_where_the_ticket_is_known(one, state):
    """A signed ticket that is on no roster yet has no state: it is let in and decided later."""
    signed = Facts(**{name: getattr(one, name) for name in Facts.__slots__} | {"reading": Reading.SIGNED})
    changed = Facts(**{name: getattr(signed, name) for name in Facts.__slots__} | {"state": state})
    assert decide(changed) == decide(signed)
