from __future__ import annotations

import datetime
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registrations.tickets import token

GOLDEN = json.loads((Path(__file__).parents[2] / "contracts" / "tokens.json").read_text(encoding="utf-8"))
KEYS = {int(key_id): bytes.fromhex(key) for key_id, key in GOLDEN["keys"].items()}
SEEDS = {int(key_id): bytes.fromhex(seed) for key_id, seed in GOLDEN["seeds"].items()}
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

tokens = st.builds(
    token.Token,
    key_id=st.sampled_from(sorted(SEEDS)),
    activity=st.integers(0, 2**32 - 1),
    ticket=st.integers(0, 2**56 - 1),
    days_valid=st.integers(1, 255),
    last_valid_day=st.integers(0, 2**16 - 1).map(lambda days: token.EPOCH + datetime.timedelta(days=days)),
)


def reading(text: str) -> tuple[str, token.Token | None]:
    try:
        signed = token.read(text)
    except token.Unreadable:
        return "unreadable", None
    try:
        return "signed", token.verify(signed, KEYS)
    except token.Forged:
        return "forged", None


def plain(one: token.Token) -> dict[str, Any]:
    return {
        "key_id": one.key_id,
        "activity": one.activity,
        "ticket": f"{one.ticket:014x}",
        "days_valid": one.days_valid,
        "last_valid_day": one.last_valid_day.isoformat(),
        "first_valid_day": one.first_valid_day.isoformat(),
    }


@pytest.fixture(scope="module")
def good() -> str:
    """A token that is good."""
    one = token.Token(5, 17, 0x0123456789ABCD, 3, datetime.date(2026, 11, 24))
    return token.sign(one, SEEDS[5])


@pytest.mark.parametrize("case", GOLDEN["tokens"], ids=lambda case: case["name"])
def test_a_golden_token_is_read_as_written_down(case):
    found, one = reading(case["text"])
    assert found == case["reading"]
    assert (plain(one) if one else None) == case.get("fields")


def test_golden_keys_follow_from_their_seeds():
    assert {key_id: token.public_key(seed) for key_id, seed in SEEDS.items()} == KEYS


@settings(max_examples=200, deadline=None)
@given(tokens)
def test_what_was_signed_reads_back_and_verifies(one):
    text = token.sign(one, SEEDS[one.key_id])
    assert len(text) == token.CHARACTERS
    assert set(text) <= set(ALPHABET)
    signed = token.read(text)
    assert signed.token == one
    assert token.verify(signed, KEYS) == one
    assert token.sign(one, SEEDS[one.key_id]) == text


@settings(max_examples=100, deadline=None)
@given(tokens, st.sampled_from(["https://kepu.example", "http://192.168.1.7:8000", "https://a.cn/sub"]))
def test_the_address_is_upper_case_and_gives_the_token_back(one, base_url):
    text = token.sign(one, SEEDS[one.key_id])
    address = token.address(base_url, text)
    assert address == address.upper()
    for typed in (address, address.lower(), f" {address}\n", address + "?from=wechat", text, text.lower()):
        assert token.extract(typed) == text


@pytest.mark.parametrize(
    "field, value",
    [
        ("activity", 2**32),
        ("activity", -1),
        ("ticket", 2**56),
        ("days_valid", 256),
        ("last_valid_day", datetime.date(2019, 12, 31)),
        ("last_valid_day", datetime.date(2020, 1, 1) + datetime.timedelta(days=2**16)),
        ("key_id", 16),
    ],
)
def test_a_field_that_does_not_fit_is_not_signed(field, value):
    fields = {"key_id": 5, "activity": 17, "ticket": 1, "days_valid": 3, "last_valid_day": datetime.date(2026, 11, 24)}
    with pytest.raises(OverflowError):
        token.sign(token.Token(**fields | {field: value}), SEEDS[5])


def test_a_token_of_one_day_is_valid_on_its_last_day_alone():
    day = datetime.date(2026, 11, 24)
    assert token.Token(0, 1, 1, 1, day).first_valid_day == day


def test_every_single_changed_bit_is_forged_or_unreadable(good):
    """632 bits, each turned in its place in the text."""
    for place, char in enumerate(good):
        for bit in range(5):
            changed = good[:place] + ALPHABET[ALPHABET.index(char) ^ 1 << bit] + good[place + 1 :]
            assert reading(changed)[0] in {"forged", "unreadable"}


def test_every_truncated_token_is_unreadable(good):
    assert {reading(good[:length])[0] for length in range(len(good))} == {"unreadable"}
    assert {reading(good[length:])[0] for length in range(1, len(good) + 1)} == {"unreadable"}


def test_of_a_hundred_thousand_wrong_texts_none_is_signed_and_none_breaks_the_reader(good):
    """Random tokens, texts cut, lengthened, swapped and replaced: seeded anew each run (pytest-randomly prints it)."""
    dice = random.Random(random.random())
    strange = ALPHABET + "0189=-/?#% \n一ÄßıſK\u0000"
    raw = ["".join(dice.choices(ALPHABET, k=dice.choice([126, 127, 127, 127, 128, 8]))) for _ in range(60_000)]
    # The right version and a known key, so that some get as far as their signature.
    raw += ["C" + "AU"[n % 2] + "".join(dice.choices(ALPHABET, k=124)) + dice.choice("AI") for n in range(5_000)]
    raw += ["".join(dice.choices(strange, k=dice.randint(0, 140))) for _ in range(10_000)]
    for _ in range(25_000):
        changed = list(good)
        for _ in range(dice.randint(1, 3)):
            changed[dice.randrange(127)] = dice.choice(strange if dice.random() < 0.5 else ALPHABET)
        raw.append(dice.choice(["", "HTTPS://A.CN/T/"]) + "".join(changed))
    assert len(raw) == 100_000
    found = {"signed": 0, "forged": 0, "unreadable": 0}
    for text in raw:
        same = text.upper().removeprefix("HTTPS://A.CN/T/") == good
        found[reading(text)[0] if not same else "unreadable"] += 1
    assert found["signed"] == 0
    assert found["forged"] > 100


def test_a_tokens_last_character_has_one_spelling(good):
    """Three spare bits: seven of the eight spellings of the same bytes are refused."""
    value = ALPHABET.index(good[-1])
    spellings = [good[:-1] + ALPHABET[value & ~7 | spare] for spare in range(8)]
    assert [reading(text)[0] for text in spellings] == ["signed"] + ["unreadable"] * 7


def test_a_good_signature_under_another_key_id_is_forged():
    one = token.Token(0, 17, 1, 3, datetime.date(2026, 11, 24))
    assert reading(token.sign(one, SEEDS[5]))[0] == "forged"


def test_without_keys_nothing_is_signed(good):
    with pytest.raises(token.Forged):
        token.verify(token.read(good), {})
