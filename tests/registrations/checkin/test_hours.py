"""From presence to hours: examples, and what must hold of any."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registrations.checkin.hours import Mark, Seen, completes, earned, mark, of_duration, percent, required, total

HOURS = st.decimals(min_value=0, max_value=20, places=1)
LESSONS = st.lists(st.tuples(HOURS, st.sampled_from(Mark)), max_size=30)


@pytest.mark.parametrize(
    "seen, expected",
    [
        (Seen(present=True, own=1), Mark.PRESENT),
        (Seen(present=True, substitute=1), Mark.SUBSTITUTE),
        (Seen(present=True, substitute=1, own=1), Mark.PRESENT),
        (Seen(present=True, substitute=1, confirmed=True), Mark.PRESENT),
        (Seen(present=True, confirmed=True), Mark.PRESENT),
        (Seen(present=True, own=1, leave=True), Mark.PRESENT),
        (Seen(leave=True), Mark.LEAVE),
        (Seen(substitute=1), Mark.ABSENT),
        (Seen(), Mark.ABSENT),
    ],
)
def test_one_word_for_what_is_known_of_a_trainee_at_a_lesson(seen, expected):
    assert mark(seen) is expected


@pytest.mark.parametrize(
    "minutes, unit, hours",
    [(90, 45, "2"), (120, 45, "2.5"), (150, 45, "3.5"), (120, 60, "2"), (5, 45, "0.5"), (100, 45, "2"), (180, 45, "4")],
)
def test_a_lesson_has_the_hours_of_its_length_to_the_nearest_half(minutes, unit, hours):
    assert of_duration(minutes, unit) == Decimal(hours)


@pytest.mark.parametrize("hours, done", [("19.1", False), ("19.2", True), ("24", True)])
def test_four_fifths_are_enough_and_a_little_less_is_not(hours, done):
    assert completes(Decimal(hours), Decimal(24), 80) is done


def test_nobody_completes_a_course_without_hours():
    assert not completes(Decimal(0), Decimal(0), 80)
    assert percent(Decimal(0), Decimal(0)) == 0


@given(LESSONS)
def test_hours_never_exceed_those_of_all_lessons_and_only_presence_gives_any(lessons):
    assert 0 <= earned(lessons) <= total(hours for hours, _mark in lessons)
    assert earned((hours, one) for hours, one in lessons if one is not Mark.PRESENT) == 0


@given(LESSONS, st.randoms())
def test_the_order_of_lessons_changes_nothing(lessons, chance):
    shuffled = lessons[:]
    chance.shuffle(shuffled)
    assert earned(lessons) == earned(shuffled)


@given(LESSONS, st.data(), st.integers(1, 100))
def test_to_have_been_at_one_more_lesson_never_takes_completion_away(lessons, data, share):
    if not lessons:
        return
    place = data.draw(st.integers(0, len(lessons) - 1))
    more = [*lessons[:place], (lessons[place][0], Mark.PRESENT), *lessons[place + 1 :]]
    whole = total(hours for hours, _mark in lessons)
    assert earned(more) >= earned(lessons)
    assert completes(earned(more), whole, share) >= completes(earned(lessons), whole, share)


@given(HOURS, HOURS, st.integers(1, 99))
def test_a_smaller_share_is_never_harder(hours, whole, share):
    assert required(whole, share) <= required(whole, share + 1)
    assert completes(hours, whole, share) >= completes(hours, whole, share + 1)


@given(st.integers(0, 4), st.integers(0, 4), st.booleans(), st.booleans(), st.booleans())
def test_further_scans_of_the_trainee_never_turn_presence_into_absence(own, relative, present, confirmed, leave):
    before = mark(Seen(present, confirmed, own, relative, leave))
    after = mark(Seen(True, confirmed, own + 1, relative, leave))
    assert after is Mark.PRESENT
    assert (before is Mark.PRESENT) <= (after is Mark.PRESENT)
