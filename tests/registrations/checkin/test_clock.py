from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registrations.checkin.clock import ClockRecord, correct, offsets

NINE = datetime.datetime(2026, 11, 24, 9, tzinfo=datetime.UTC)
HOUR = 3_600_000


def test_an_epoch_in_contact_has_its_offset():
    assert offsets({"a": -1500}, []) == {"a": -1500}


def test_a_phone_that_was_an_hour_fast_and_put_itself_right_before_sending_is_still_put_right():
    """It scanned in epoch a, its clock fell back an hour (epoch b), and only then it reached us, with a right clock."""
    known = offsets({"b": 0}, [ClockRecord(2, "b", jump=-HOUR, previous="a")])
    assert known == {"a": -HOUR, "b": 0}
    assert correct(NINE + datetime.timedelta(hours=1), "a", known) == (NINE, False)


def test_the_chain_runs_forward_too():
    """In contact before the jump, silent since: what the wall moved by is taken off."""
    known = offsets({"a": 0}, [ClockRecord(2, "b", jump=HOUR, previous="a")])
    assert correct(NINE + datetime.timedelta(hours=1), "b", known) == (NINE, False)


def test_what_is_tied_to_no_contact_keeps_its_wall_time_and_is_uncertain():
    known = offsets({"b": 0}, [ClockRecord(1, "a"), ClockRecord(2, "b", jump=None, previous="a")])
    assert correct(NINE, "a", known) == (NINE, True)
    assert correct(NINE, "b", known) == (NINE, False)


def test_without_any_contact_nothing_is_known():
    assert offsets({}, [ClockRecord(2, "b", jump=5, previous="a"), ClockRecord(1, "a")]) == {}


def test_what_a_contact_said_is_never_overruled_by_a_chain():
    records = [ClockRecord(2, "b", jump=HOUR, previous="a")]
    assert offsets({"a": 0, "b": 0}, records) == {"a": 0, "b": 0}


@pytest.mark.parametrize(
    "records",
    [
        [ClockRecord(1, "a", jump=5, previous="a")],
        [ClockRecord(1, "b", jump=5, previous="a"), ClockRecord(2, "a", jump=5, previous="b")],
        [ClockRecord(1, "b", jump=5, previous="a"), ClockRecord(2, "b", jump=900, previous="a")],
    ],
)
def test_a_chain_that_contradicts_itself_ends(records):
    assert offsets({"a": 7}, records)["a"] == 7


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(-(10**9), 10**9)),
    st.lists(
        st.builds(
            ClockRecord,
            st.integers(0, 99),
            st.sampled_from("abcdef"),
            st.none() | st.integers(-(10**9), 10**9),
            st.none() | st.sampled_from("abcdef"),
        ),
        max_size=20,
    ),
)
def test_whatever_phones_write_the_reckoning_ends_and_keeps_what_contacts_said(contacts, records):
    known = offsets(contacts, records)
    assert contacts.items() <= known.items()
    assert set(known) <= set(contacts) | {one.epoch for one in records} | {one.previous for one in records}


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(-(10**7), 10**7), min_size=1, max_size=8), st.data())
def test_one_contact_anywhere_puts_a_whole_chain_right_in_any_order_of_records(jumps, data):
    """`true[i]` is how far the wall was ahead in epoch i; epoch i+1 began with a jump."""
    true = [0]
    for jump in jumps:
        true.append(true[-1] + jump)
    records = [
        ClockRecord(number + 1, f"e{number + 1}", jump=jump, previous=f"e{number}") for number, jump in enumerate(jumps)
    ]
    where = data.draw(st.integers(0, len(jumps)))
    known = offsets({f"e{where}": -true[where]}, data.draw(st.permutations(records)))
    assert known == {f"e{number}": -ahead for number, ahead in enumerate(true)}
