"""Codes nobody issued: random, truncated, with a bit turned over. None lets anybody in, and none breaks anything."""

import random
import string

import pytest

from registrations.checkin.verdicts import Reading
from registrations.operations import gathering, tickets
from registrations.operations.signups import ticket_of
from tests import factories

MANY, PER_LOOK = 100_000, 2_000
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def _flipped(text, dice):
    place = dice.randrange(len(text))
    bit = 1 << dice.randrange(5)
    return text[:place] + ALPHABET[ALPHABET.index(text[place]) ^ bit] + text[place + 1 :]


def _random(dice):
    kind = dice.randrange(4)
    if kind == 0:
        return "".join(dice.choices(ALPHABET, k=127))
    if kind == 1:
        return "".join(dice.choices(string.printable, k=dice.randrange(200)))
    if kind == 2:
        return "".join(chr(dice.randrange(1, 0xD7FF)) for _ in range(dice.randrange(60)))
    return "HTTPS://KEPU.EXAMPLE/T/" + "".join(dice.choices(ALPHABET, k=dice.randrange(160)))


@pytest.mark.parametrize("seed", range(4))
def test_of_100000_codes_that_nobody_issued_none_is_known_and_none_raises(world, now, seed):
    dice = random.Random(seed)  # the same codes each time
    issued = [tickets.text(ticket_of(factories.signup(world.session, factories.one(f"学员{n}")))) for n in range(20)]

    def one():
        kind = dice.randrange(3)
        if kind == 0:
            return _random(dice)
        text = dice.choice(issued)
        return _flipped(text, dice) if kind == 1 else text[: dice.randrange(len(text))] + dice.choice(["", "?", " "])

    for _look in range(MANY // 4 // PER_LOOK + 1):
        texts = [one() for _ in range(PER_LOOK)]
        found = gathering.read_codes(texts)
        assert set(found) == set(texts)
        assert {read.reading for read in found.values()} <= {Reading.FORGED, Reading.UNREADABLE}
        assert not any(read.ticket for read in found.values())
    assert {gathering.read_codes([text])[text].reading for text in issued} == {Reading.KNOWN}
