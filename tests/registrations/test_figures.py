"""The arithmetic of figures, claimed for every amount there is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registrations.figures import (
    NOTHING,
    Amount,
    Bound,
    Figure,
    Grade,
    RecordRef,
    StocksDoNotAdd,
    UnlikeMeasures,
    amount,
    attendance,
    figure,
    total,
)

MANY = settings(max_examples=150, deadline=None)
numbers = st.integers(0, 100_000)
grades = st.sampled_from(Grade)
bounds = st.sampled_from([Bound.EXACT, Bound.AT_LEAST, Bound.AT_MOST, Bound.ABOUT])


@st.composite
def stated_amounts(draw) -> Amount:
    """What somebody may state, «unknown» among it."""
    if draw(st.integers(0, 9)) == 0:
        return amount(None, "unknown")
    return amount(draw(numbers), draw(bounds))


@st.composite
def known(draw) -> tuple[Amount, int]:
    """An amount, and a true value within its interval."""
    part = draw(stated_amounts())
    true = draw(st.integers(part.low, part.high if part.high is not None else part.low + 100_000))
    return part, true


amounts = st.recursive(stated_amounts(), lambda part: st.builds(Amount.__add__, part, part), max_leaves=5)
splits = st.dictionaries(grades, amounts, min_size=1)


def within(value: int, part: Amount) -> bool:
    return part.low <= value and (part.high is None or value <= part.high)


@MANY
@given(amounts, amounts, amounts)
def test_addition_is_associative_and_commutative(a, b, c):
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a


@MANY
@given(amounts)
def test_adding_nothing_changes_nothing_but_makes_an_unknown_number_no_zero(part):
    added = part + NOTHING
    assert (added.low, added.high, added.unknown_parts) == (part.low, part.high, part.unknown_parts)
    if part.stated is not None:
        assert added == part


@MANY
@given(st.lists(known(), min_size=1, max_size=6))
def test_the_sum_of_the_true_values_lies_in_the_sums_interval(parts):
    whole, true = parts[0]
    for part, value in parts[1:]:
        whole, true = whole + part, true + value
    assert within(true, whole)


@MANY
@given(known(), known())
def test_the_true_difference_lies_in_the_differences_interval(a, b):
    assert within(max(0, a[1] - b[1]), a[0] - b[0])


@MANY
@given(amounts, amounts)
def test_a_difference_is_reckoned_as_the_design_says(a, b):
    difference = a - b
    assert difference.low == (0 if b.high is None else max(0, a.low - b.high))
    assert difference.high == (None if a.high is None else max(0, a.high - b.low))
    assert difference.unknown_parts == a.unknown_parts + b.unknown_parts


@MANY
@given(amounts, amounts)
def test_what_is_stated_lies_in_its_own_interval(a, b):
    for part in (a, a + b, a - b):
        assert part.stated is None or within(part.stated, part)


@given(numbers, numbers)
def test_exact_and_at_least_are_at_least(a, b):
    part = amount(a, "exact") + amount(b, "at_least")
    assert (part.stated, part.low, part.high, part.bound) == (a + b, a + b, None, Bound.AT_LEAST)


@given(numbers, numbers)
def test_exact_numbers_add_to_an_exact_number(a, b):
    assert amount(a, "exact") + amount(b, "exact") == amount(a + b, "exact")


@given(numbers, st.integers(1, 1000))
def test_exact_and_at_most_are_at_most_and_at_least_with_at_most_is_about(a, b):
    assert (amount(a, "exact") + amount(b, "at_most")).bound is Bound.AT_MOST
    assert (amount(a, "at_least") + amount(b, "at_most")).bound is Bound.ABOUT


@pytest.mark.parametrize(
    "bound, low, high", [("exact", 12, 12), ("at_least", 12, None), ("at_most", 0, 12), ("about", 0, None)]
)
def test_each_bound_has_its_interval_and_is_read_off_it(bound, low, high):
    part = amount(12, bound)
    assert (part.stated, part.low, part.high) == (12, low, high)
    assert part.bound == bound


def test_at_most_nothing_is_exactly_nothing():
    assert amount(0, "at_most").bound is Bound.EXACT


def test_unknown_is_never_zero():
    unknown = amount(None, "unknown")
    assert unknown.stated is None
    assert unknown.bound is Bound.UNKNOWN
    assert unknown != amount(0, "exact")
    assert unknown.as_json() == {"number": None, "bound": "unknown"}


@given(st.lists(stated_amounts(), min_size=1, max_size=8))
def test_unknown_parts_add_up_and_open_the_sum_upward(parts):
    whole = parts[0]
    for part in parts[1:]:
        whole = whole + part
    unknown = sum(part.bound is Bound.UNKNOWN for part in parts)
    assert whole.unknown_parts == unknown
    assert not unknown or whole.high is None
    assert (whole.stated is None) == (unknown == len(parts))


def test_unknown_beside_a_number_is_at_least_that_number():
    whole = amount(200, "exact") + amount(None, "unknown")
    assert (whole.stated, whole.bound, whole.unknown_parts) == (200, Bound.AT_LEAST, 1)


@pytest.mark.parametrize("bound", ["exact", "at_least", "at_most", "about"])
def test_a_bound_without_its_number_is_refused(bound):
    with pytest.raises(ValueError, match="needs a number"):
        amount(None, bound)


def test_a_bound_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="roughly"):
        amount(3, "roughly")


@pytest.mark.parametrize("low, high", [(-1, 3), (4, 3)])
def test_an_interval_that_holds_nothing_is_refused(low, high):
    with pytest.raises(ValueError, match="no such interval"):
        Amount(3, low, high)


@MANY
@given(st.lists(st.tuples(amounts, grades), min_size=1, max_size=6))
def test_the_grades_of_a_sum_add_up_to_its_whole(parts):
    records = [RecordRef("session", number, "") for number in range(len(parts))]
    made = [figure("leaflets", "份", part, grade, [ref]) for (part, grade), ref in zip(parts, records, strict=True)]
    whole = total(made)
    expected = parts[0][0]
    for part, _grade in parts[1:]:
        expected = expected + part
    assert whole is not None
    assert whole.whole == expected
    assert (whole.number, whole.bound, whole.unknown_parts) == (
        expected.stated,
        expected.bound,
        expected.unknown_parts,
    )
    assert set(whole.grades) == {grade for _part, grade in parts}
    assert list(whole.grades) == [grade for grade in Grade if grade in whole.grades]
    assert whole.records == tuple(records)


@MANY
@given(st.lists(st.tuples(amounts, grades), min_size=2, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_the_parts_does_not_matter(parts, random):
    made = [figure("leaflets", "份", part, grade) for part, grade in parts]
    shuffled = random.sample(made, len(made))
    assert total(made) == total(shuffled)


def test_nothing_recorded_is_not_zero():
    assert total([]) is None


def test_a_figure_without_grades_states_nothing():
    bare = Figure("leaflets", "份", {})
    assert (bare.number, bare.bound, bare.unknown_parts) == (None, Bound.UNKNOWN, 0)


@pytest.mark.parametrize("other", [("attendance", "人次"), ("persons", "人次"), ("attendance", "人")])
def test_unlike_measures_and_units_are_never_added(other):
    mine = figure("persons", "人", amount(3, "exact"), Grade.SCANNED)
    with pytest.raises(UnlikeMeasures):
        mine + figure(*other, amount(3, "exact"), Grade.SCANNED)


@pytest.mark.parametrize("other", ["2018-12-31", None])
def test_stocks_of_different_days_are_never_added(other):
    mine = figure("terminals", "台", amount(7, "exact"), Grade.CONFIRMED, as_of="2017-12-31")
    with pytest.raises(StocksDoNotAdd):
        mine + figure("terminals", "台", amount(7, "exact"), Grade.CONFIRMED, as_of=other)


def test_stocks_of_one_day_add():
    mine = figure("terminals", "台", amount(7, "exact"), Grade.CONFIRMED, as_of="2018-12-31")
    assert (mine + mine).number == 14
    assert (mine + mine).as_of == "2018-12-31"


def test_a_figure_as_json_has_these_fields():
    part = figure("leaflets", "份", amount(600, "at_least"), "reported", [RecordRef("statement", 3, "600余份")])
    assert part.as_json() == {
        "measure": "leaflets",
        "number": 600,
        "low": 600,
        "high": None,
        "unit": "份",
        "bound": "at_least",
        "grades": {"reported": {"number": 600, "bound": "at_least"}},
        "records": [{"kind": "statement", "id": 3, "label": "600余份"}],
    }


def whole_of(parts: dict[Grade, Amount]) -> Amount:
    whole = NOTHING
    for part in parts.values():
        whole = whole + part
    return whole


counts = st.lists(st.tuples(stated_amounts(), st.sampled_from([Grade.TALLIED, Grade.ESTIMATED])), max_size=3)
checked = st.dictionaries(st.sampled_from([Grade.SCANNED, Grade.CONFIRMED]), st.integers(1, 5000))


@MANY
@given(checked, counts, counts)
def test_attendance_is_never_less_than_those_checked_in(checked_in, everyone, besides):
    whole = whole_of(attendance(checked_in, everyone, besides))
    assert whole.low >= sum(checked_in.values())


@MANY
@given(checked, st.integers(0, 10_000), st.integers(0, 10_000))
def test_attendance_is_those_checked_in_the_rest_of_everyone_and_those_besides(checked_in, everyone, besides):
    parts = attendance(
        checked_in,
        [(amount(everyone, "exact"), Grade.TALLIED)],
        [(amount(besides, "exact"), Grade.ESTIMATED)],
    )
    seen = sum(checked_in.values())
    assert whole_of(parts) == amount(seen + max(0, everyone - seen) + besides, "exact")
    assert parts[Grade.TALLIED] == amount(max(0, everyone - seen), "exact")
    assert parts[Grade.ESTIMATED] == amount(besides, "exact")
    assert {grade: part.stated for grade, part in parts.items() if grade in checked_in} == checked_in


@MANY
@given(checked, known())
def test_the_true_attendance_lies_in_its_interval(checked_in, everyone):
    part, true = everyone
    seen = sum(checked_in.values())
    assert within(max(true, seen), whole_of(attendance(checked_in, [(part, Grade.ESTIMATED)], [])))


def test_groups_counted_apart_add_up_to_everyone():
    parts = attendance(
        {Grade.SCANNED: 10},
        [(amount(30, "exact"), Grade.ESTIMATED), (amount(20, "exact"), Grade.TALLIED)],
        [],
    )
    assert whole_of(parts) == amount(50, "exact")
    assert parts == {Grade.SCANNED: amount(10, "exact"), Grade.ESTIMATED: amount(40, "exact")}


def test_a_session_of_which_nothing_is_recorded_has_no_attendance():
    assert attendance({}, [], []) == {}


@MANY
@given(splits)
def test_a_whole_is_the_sum_of_its_grades(parts):
    whole = None
    for part in parts.values():
        whole = part if whole is None else whole + part
    assert Figure("leaflets", "份", parts).whole == whole
