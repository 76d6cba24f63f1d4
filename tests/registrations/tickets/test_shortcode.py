from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registrations.tickets import shortcode
from registrations.tickets.shortcode import ALPHABET, BadShortCode

GOLDEN = json.loads((Path(__file__).parents[2] / "contracts" / "shortcodes.json").read_text(encoding="utf-8"))
numbers = st.integers(0, 32**7 - 1)


@pytest.mark.parametrize("case", GOLDEN["codes"], ids=lambda case: repr(case["typed"]))
def test_a_golden_short_code_is_read_as_written_down(case):
    try:
        found = shortcode.read(case["typed"])
    except BadShortCode:
        found = None
    assert found == case["code"]


@settings(max_examples=300, deadline=None)
@given(numbers)
def test_a_code_made_reads_back_however_it_was_typed(number):
    code = shortcode.make(number)
    assert len(code) == 8
    assert set(code) <= set(ALPHABET)
    typed = [code, code.lower(), f"{code[:4]} {code[4:]}", f"{code[:4]}-{code[4:]}", f" {code} ", "–".join(code)]
    typed += [code.replace("0", "O").replace("1", "I"), code.replace("0", "o").replace("1", "l")]
    assert {shortcode.read(text) for text in typed} == {code}


@settings(max_examples=200, deadline=None)
@given(numbers, numbers)
def test_different_numbers_have_different_codes(one, other):
    assert (shortcode.make(one) == shortcode.make(other)) == (one == other)


def bad(text: str) -> bool:
    try:
        shortcode.read(text)
    except BadShortCode:
        return True
    return False


@settings(max_examples=40, deadline=None)
@given(numbers)
def test_every_single_wrong_character_is_caught(number):
    """All 8 × 31 of them."""
    code = shortcode.make(number)
    wrong = [code[:place] + char + code[place + 1 :] for place in range(8) for char in ALPHABET if char != code[place]]
    assert len(wrong) == 8 * 31
    assert all(bad(text) for text in wrong)


@settings(max_examples=200, deadline=None)
@given(numbers)
def test_every_swap_of_two_characters_is_caught(number):
    """All 28 of them, neighbours or not; swapping two equal characters changes nothing."""
    code = shortcode.make(number)
    for one, other in itertools.combinations(range(8), 2):
        swapped = list(code)
        swapped[one], swapped[other] = swapped[other], swapped[one]
        assert bad("".join(swapped)) == (code[one] != code[other])


@pytest.mark.parametrize("number", [-1, 32**7])
def test_a_number_without_a_code_is_refused(number):
    with pytest.raises(BadShortCode):
        shortcode.make(number)


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=12))
def test_reading_whatever_was_typed_ends_in_a_code_or_in_the_one_refusal(text):
    assert bad(text) or shortcode.read(shortcode.read(text)) == shortcode.read(text)


def test_one_random_text_in_thirty_two_passes_the_check_and_no_more():
    passing = sum(
        not bad(f"{ALPHABET[a]}{ALPHABET[b]}00000{ALPHABET[c]}")
        for a in range(32)
        for b in range(32)
        for c in range(32)
    )
    assert passing == 32 * 32
