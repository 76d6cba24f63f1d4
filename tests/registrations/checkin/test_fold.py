from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registrations.checkin.fold import CorrectionFact, Decided, Outcome, Presence, ScanFact, ScanResult, fold
from registrations.checkin.verdicts import Code, Facts, Reading, decide

NINE = datetime.datetime(2026, 11, 24, 9, tzinfo=datetime.UTC)
MANY = settings(max_examples=200, deadline=None)


def minute(number: float) -> datetime.datetime:
    return NINE + datetime.timedelta(minutes=number)


def scan(name: str, at: float, judged: Code = Code.ADMIT, **values) -> ScanFact:
    return ScanFact(name, minute(at), judged, **values)


@st.composite
def scans(draw, decided=(None,)) -> list[ScanFact]:
    """Scans of one ticket from several phones; some at the same instant; about some somebody `decided`."""
    return [
        ScanFact(
            id=f"scan{number}",
            at=minute(draw(st.integers(0, 6))),
            judged=draw(st.sampled_from([*Code, Code.ADMIT, Code.ADMIT, Code.DUPLICATE])),
            direction=draw(st.sampled_from(["entry", "entry", "entry", "exit"])),
            arriving=draw(st.integers(1, 6)),
            uncertain=draw(st.booleans()),
            withdrawn=draw(st.sampled_from([False, False, False, True])),
            decided=draw(st.sampled_from(decided)),
            extra=draw(st.integers(0, 3)),
        )
        for number in range(draw(st.integers(0, 8)))
    ]


corrections = st.lists(
    st.builds(
        CorrectionFact,
        at=st.integers(0, 3).map(minute),
        id=st.integers(1, 1000),
        present=st.none() | st.integers(0, 4),
        grade=st.sampled_from(["confirmed", "self"]),
    ),
    max_size=4,
    unique_by=lambda one: one.id,
)
sizes = st.integers(0, 6)
looked_at = scans(decided=(None, None, None, Decided.COUNT, Decided.REFUSE))


@MANY
@given(looked_at, corrections, sizes, st.randoms(use_true_random=False))
def test_any_order_of_arrival_ends_in_the_same_outcomes_and_presence(seen, said, size, dice):
    mixed = fold(dice.sample(seen, len(seen)), dice.sample(said, len(said)), size=size)
    assert mixed == fold(seen, said, size=size)


@MANY
@given(looked_at, sizes)
def test_folding_again_says_the_same_and_each_scan_has_exactly_one_outcome(seen, size):
    results, presence = fold(seen, [], size=size)
    assert set(results) == {one.id for one in seen}
    assert fold(iter(seen), iter([]), size=size) == (results, presence)


@MANY
@given(scans(), sizes)
def test_counted_people_never_exceed_the_tickets_size_and_are_those_present(seen, size):
    results, presence = fold(seen, [], size=size)
    counted = sum(one.counted for one in results.values())
    assert counted <= size
    assert (presence.present if presence else 0) == counted
    assert all(one.outcome is Outcome.COUNTED for one in results.values() if one.counted)


@MANY
@given(scans(), sizes)
def test_duplicates_all_name_the_one_first_scan_and_it_is_counted(seen, size):
    results, presence = fold(seen, [], size=size)
    firsts = {one.duplicate_of for one in results.values() if one.outcome is Outcome.DUPLICATE}
    assert len(firsts) <= 1
    assert all((one.duplicate_of is not None) == (one.outcome is Outcome.DUPLICATE) for one in results.values())
    by_id = {one.id: one for one in seen}
    for first in firsts:
        assert results[first].counted
        assert presence is not None
        assert presence.first_at == by_id[first].at


@MANY
@given(scans(), sizes)
def test_what_was_refused_at_receipt_stays_refused(seen, size):
    results, _presence = fold(seen, [], size=size)
    for one in seen:
        if one.withdrawn:
            assert results[one.id] == ScanResult(Outcome.WITHDRAWN)
        elif one.judged is Code.UNVERIFIED:
            assert results[one.id] == ScanResult(Outcome.AWAITING)
        elif one.judged not in {Code.ADMIT, Code.DUPLICATE, Code.RE_ENTERED, Code.LEFT}:
            assert results[one.id] == ScanResult(Outcome.REFUSED)


@MANY
@given(scans(), sizes)
def test_a_withdrawn_scan_is_as_if_it_had_never_been(seen, size):
    kept = [one for one in seen if not one.withdrawn]
    results, presence = fold(seen, [], size=size)
    without, same = fold(kept, [], size=size)
    assert presence == same
    assert {one.id: results[one.id] for one in kept} == without


@MANY
@given(
    st.lists(st.tuples(st.integers(1, 4), st.sampled_from(["entry", "entry", "exit"])), max_size=8),
    st.integers(1, 5),
    st.booleans(),
)
def test_scans_that_come_in_their_order_amount_to_what_they_were_told(moves, size, checks_out):
    """One phone, a right clock: the fold and the verdict table agree scan by scan."""
    seen: list[ScanFact] = []
    told = []
    arrived, inside = 0, False
    for number, (arriving, wanted) in enumerate(moves):
        direction = wanted if checks_out else "entry"
        verdict = decide(
            Facts(
                reading=Reading.KNOWN,
                session=1,
                opens_at=NINE,
                closes_at=minute(60),
                at=minute(number),
                sessions=(1,),
                size=size,
                arrived=arrived,
                inside=inside,
                direction=direction,
                arriving=arriving,
                checks_out=checks_out,
            )
        )
        seen.append(ScanFact(str(number), minute(number), verdict.code, direction, arriving))
        told.append(verdict)
        arrived += verdict.admitted
        inside = {Code.ADMIT: True, Code.RE_ENTERED: True, Code.LEFT: False}.get(verdict.code, inside)
    results, presence = fold(seen, [], size=size)
    for one, verdict in zip(seen, told, strict=True):
        result = results[one.id]
        assert result.counted == verdict.admitted
        assert (result.outcome is Outcome.COUNTED) == verdict.lets_through
    assert (presence.present if presence else 0) == arrived
    assert (presence is not None and presence.left_at is None) == inside


def test_of_two_phones_without_a_network_the_earlier_scan_is_the_first():
    """Both told «welcome»; the one whose scan was earlier is counted, whichever sent first."""
    results, presence = fold([scan("b", 5), scan("a", 2)], [], size=1)
    assert results == {"a": ScanResult(Outcome.COUNTED, 1), "b": ScanResult(Outcome.DUPLICATE, 0, "a")}
    assert presence == Presence(1, "scanned", minute(2), None)


def test_a_scan_judged_a_duplicate_that_turns_out_to_be_the_first_is_counted():
    results, presence = fold([scan("late", 9, Code.ADMIT), scan("early", 1, Code.DUPLICATE)], [], size=1)
    assert results["early"] == ScanResult(Outcome.COUNTED, 1)
    assert results["late"] == ScanResult(Outcome.DUPLICATE, 0, "early")
    assert presence is not None
    assert presence.first_at == minute(1)


def test_scans_of_one_instant_are_ordered_by_their_ids():
    results, _presence = fold([scan("b", 1), scan("a", 1)], [], size=1)
    assert results["a"].outcome is Outcome.COUNTED


def test_a_corrected_clock_decides_which_scan_was_first():
    """A phone an hour fast and one an hour slow, put right before the fold: corrected times alone count."""
    fast, slow = scan("fast", 10), scan("slow", 3)
    results, _presence = fold([fast, slow], [], size=1)
    assert results["slow"].outcome is Outcome.COUNTED
    unput = [replace(fast, at=minute(-50)), replace(slow, at=minute(63))]
    wrong, _presence = fold(unput, [], size=1)
    assert wrong["fast"].outcome is Outcome.COUNTED


def test_the_numbers_arriving_add_up_to_the_size_and_no_further():
    results, presence = fold([scan("a", 1, arriving=20), scan("b", 2, arriving=20), scan("c", 3)], [], size=30)
    assert [results[name].counted for name in "abc"] == [20, 10, 0]
    assert results["c"] == ScanResult(Outcome.DUPLICATE, 0, "a")
    assert presence is not None
    assert presence.present == 30


def test_on_a_ticket_with_nobody_left_a_scan_waits_and_nobody_is_present():
    results, presence = fold([scan("a", 1), scan("b", 2)], [], size=0)
    assert set(results.values()) == {ScanResult(Outcome.AWAITING)}
    assert presence is None


def test_an_exit_says_when_somebody_left_and_a_return_takes_it_back():
    came, went = scan("in", 1), scan("out", 5, Code.LEFT, direction="exit")
    _results, presence = fold([came, went], [], size=1)
    assert presence == Presence(1, "scanned", minute(1), minute(5))
    back = scan("back", 7, Code.RE_ENTERED)
    results, presence = fold([came, went, back], [], size=1)
    assert results["back"] == ScanResult(Outcome.COUNTED, 0)
    assert presence == Presence(1, "scanned", minute(1), None)


def test_who_comes_back_is_not_counted_a_second_time_though_the_ticket_has_room():
    """One of a family of three comes, goes and returns: one person, not two."""
    moves = [scan("in", 1), scan("out", 5, Code.LEFT, direction="exit"), scan("back", 7, Code.RE_ENTERED)]
    _results, presence = fold(moves, [], size=3)
    assert presence is not None
    assert presence.present == 1


def test_an_exit_without_an_entry_is_refused():
    results, presence = fold([scan("out", 1, Code.DUPLICATE, direction="exit")], [], size=1)
    assert results["out"].outcome is Outcome.REFUSED
    assert presence is None


def test_withdrawing_the_first_scan_makes_the_second_the_first():
    results, presence = fold([scan("a", 1, withdrawn=True), scan("b", 2, Code.DUPLICATE)], [], size=1)
    assert results["a"] == ScanResult(Outcome.WITHDRAWN)
    assert results["b"] == ScanResult(Outcome.COUNTED, 1)
    assert presence is not None
    assert presence.first_at == minute(2)


@MANY
@given(scans(), corrections, sizes)
def test_a_persons_word_stands_whatever_the_scans_say_and_the_latest_of_several(seen, said, size):
    results, presence = fold(seen, said, size=size)
    without, scanned = fold(seen, [], size=size)
    assert results == without
    last = max(said, key=lambda one: (one.at, one.id), default=None)
    if last is None or last.present is None:
        assert presence == scanned
        return
    if last.present:
        assert presence is not None
        assert (presence.present, presence.grade) == (last.present, last.grade)
        assert presence.first_at == (scanned.first_at if scanned else last.at)
    else:
        assert presence is None


@pytest.mark.parametrize("code", [code for code in Code if code not in {Code.ADMIT, Code.DUPLICATE, Code.RE_ENTERED}])
def test_a_refused_entry_leaves_nobody_present(code):
    _results, presence = fold([scan("a", 1, code)], [], size=1)
    assert (presence is None) == (code is not Code.LEFT)


@MANY
@given(looked_at, sizes)
def test_decided_scans_do_as_they_were_told_and_people_beyond_the_size_are_those_decided(seen, size):
    results, presence = fold(seen, [], size=size)
    for one in seen:
        if one.withdrawn:
            assert results[one.id].outcome is Outcome.WITHDRAWN
        elif one.decided is Decided.REFUSE:
            assert results[one.id] == ScanResult(Outcome.REFUSED)
        elif one.decided is Decided.COUNT:
            assert results[one.id].outcome is not Outcome.AWAITING
            assert results[one.id].counted <= one.arriving
    counted = sum(one.counted for one in results.values())
    allowed = sum(one.extra for one in seen if one.decided is Decided.COUNT and not one.withdrawn)
    assert counted <= size + allowed
    assert (presence.present if presence else 0) == counted


@MANY
@given(scans(), sizes, st.sampled_from([None, Decided.COUNT, Decided.REFUSE]))
def test_a_decision_taken_back_leaves_no_trace(seen, size, said):
    """What was decided is a fact beside the scans: without it the fold is what it was."""
    decided = [replace(one, decided=said) for one in seen]
    taken_back = [replace(one, decided=None) for one in decided]
    assert fold(taken_back, [], size=size) == fold(seen, [], size=size)


def test_people_beyond_the_tickets_size_leave_its_seats_to_those_who_still_come():
    """Of a class of three two came with two strangers; the third, who comes later, is still expected."""
    first = scan("a", 0, arriving=4, decided=Decided.COUNT, extra=2)
    results, presence = fold([first, scan("b", 1, arriving=1)], [], size=3)
    assert (results["a"].counted, results["b"].outcome) == (4, Outcome.DUPLICATE)
    assert presence.present == 4


@MANY
@given(scans(), sizes, st.integers(0, 6))
def test_leave_neither_hides_who_was_scanned_nor_counts_anybody(seen, size, at):
    leave = CorrectionFact(minute(at), 1, None)
    assert fold(seen, [leave], size=size) == fold(seen, [], size=size)
