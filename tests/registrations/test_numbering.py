"""Numbers of certificates by the office's own pattern."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registrations.numbering import DEFAULT, PatternUnfit, check, write


@pytest.mark.parametrize(
    "pattern, number",
    [
        ("天科协培〔{year}〕第{n:04}号", "天科协培〔2026〕第0007号"),
        ("TM{year}{course:02}{n:03}", "TM202603007"),
        (" {n}/{year} ", "7/2026"),
    ],
)
def test_a_number_is_written_as_the_pattern_has_it(pattern, number):
    assert write(check(pattern), year=2026, course=3, n=7) == number


@pytest.mark.parametrize(
    "pattern",
    ["", "第{n:04}号", "{year}", "{year}{n", "{year.__class__}{n}", "{year}{n}{x}", "{year}{n!r}", "{0}{year}{n}",
     "{n:99999}{year}", "{year:>9}{n}", "{year}{course}{n}", "{{{year}}}{n}"],
)  # fmt: skip
def test_what_is_no_pattern_or_would_repeat_numbers_is_refused(pattern):
    with pytest.raises(PatternUnfit):
        check(pattern)


PARTS = st.integers(1000, 9999), st.integers(0, 999), st.integers(1, 10**7)


@given(st.tuples(*PARTS), st.tuples(*PARTS), st.sampled_from([DEFAULT, "TM{year}-{course:02}-{n:03}"]))
def test_two_places_in_the_sequence_never_get_one_number(one, other, pattern):
    def at(place):
        return write(pattern, year=place[0], course=place[1], n=place[2])

    assert (at(one) == at(other)) <= (one[0] == other[0] and one[2] == other[2])
