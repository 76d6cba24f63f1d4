from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registrations.checkin.desk import Choice, Matter, Seen, Way, Why, choices, why
from registrations.checkin.fold import Outcome
from registrations.checkin.verdicts import Code

MANY = settings(max_examples=200, deadline=None)
JUDGED = [*Code, "unknown_session", "station_ended"]


@pytest.mark.parametrize(
    "seen, reason",
    [
        (Seen("unverified", "awaiting"), Why.UNVERIFIED),
        (Seen("station_ended", "awaiting"), Why.STATION_ENDED),
        (Seen("unknown_session", "awaiting"), Why.UNKNOWN_SESSION),
        (Seen("admit", "counted", counted=3, arriving=5), Why.BEYOND_SIZE),
        (Seen("admit", "awaiting", arriving=1), Why.BEYOND_SIZE),
        (Seen("admit", "counted", counted=3, arriving=3), None),
        (Seen("re_entered", "counted", counted=0, arriving=1), None),
        (Seen("left", "counted", counted=0, arriving=1, direction="exit"), None),
        (Seen("wrong_session", "refused"), Why.WRONG_SESSION),
        (Seen("wrong_session", "refused", uncertain=True), Why.WRONG_SESSION),
        (Seen("admit", "counted", counted=1, uncertain=True), Why.CLOCK_UNCERTAIN),
        (Seen("too_late", "refused", uncertain=True), Why.CLOCK_UNCERTAIN),
        (Seen("too_late", "refused"), None),
        (Seen("forged", "refused", uncertain=True), None),
        (Seen("duplicate", "duplicate", elsewhere=True), Why.DUPLICATE_ELSEWHERE),
        (Seen("duplicate", "duplicate"), None),
        (Seen("unverified", "withdrawn"), None),
    ],
)
def test_a_scan_is_at_the_desk_for_the_first_reason_that_applies(seen, reason):
    assert why(seen) is reason


@MANY
@given(
    st.builds(
        Seen,
        judged=st.sampled_from(JUDGED),
        outcome=st.sampled_from(list(Outcome)),
        counted=st.integers(0, 5),
        arriving=st.integers(1, 5),
        direction=st.sampled_from(["entry", "exit"]),
        uncertain=st.booleans(),
        elsewhere=st.booleans(),
    )
)
def test_whatever_waits_is_at_the_desk_and_what_was_taken_back_is_not(seen):
    if seen.outcome is Outcome.AWAITING:
        assert why(seen) is not None
    if seen.outcome is Outcome.WITHDRAWN:
        assert why(seen) is None


matters = st.builds(
    Matter,
    why=st.sampled_from(list(Why)),
    known=st.booleans(),
    here=st.integers(0, 3),
    sessions=st.lists(st.integers(1, 4), unique=True, max_size=3),
    came=st.sets(st.integers(1, 4)),
    judged=st.sampled_from(JUDGED),
    stands=st.booleans(),
)


@MANY
@given(matters)
def test_there_is_always_something_to_choose_and_nothing_twice(matter):
    found = choices(matter)
    assert found
    assert len(set(found)) == len(found)
    assert any(one.way in {Way.REFUSE, Way.AS_COUNTED} for one in found)


@MANY
@given(matters)
def test_a_ticket_that_is_on_no_list_of_ours_can_only_be_refused(matter):
    if not matter.known:
        assert choices(matter) == [Choice(Way.REFUSE)]


@pytest.mark.parametrize(
    "matter, proposed",
    [
        (Matter(Why.UNVERIFIED, True, 1, [1]), Choice(Way.COUNT, 1)),
        (Matter(Why.UNVERIFIED, False, 1), Choice(Way.REFUSE)),
        (Matter(Why.STATION_ENDED, True, 1, [1], stands=False), Choice(Way.REFUSE)),
        (Matter(Why.UNKNOWN_SESSION, True, 0, [2]), Choice(Way.COUNT_THERE, 2)),
        (Matter(Why.WRONG_SESSION, True, 1, [2]), Choice(Way.COUNT_THERE, 2)),
        (Matter(Why.WRONG_SESSION, True, 1, [2], came={2}), Choice(Way.REFUSE)),
        (Matter(Why.BEYOND_SIZE, True, 1, [1]), Choice(Way.COUNT_MORE, 1)),
        (Matter(Why.CLOCK_UNCERTAIN, True, 1, [1], judged="admit"), Choice(Way.COUNT, 1)),
        (Matter(Why.DUPLICATE_ELSEWHERE, True, 1, [1]), Choice(Way.AS_COUNTED, 1)),
    ],
)
def test_what_is_proposed_first(matter, proposed):
    assert choices(matter)[0] == proposed
