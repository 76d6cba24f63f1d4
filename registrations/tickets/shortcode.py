"""Short codes: eight characters a person can read out, the last a check character.

Crockford's Base32 (no I, L, O, U). The check character makes the weighted sum Σ α^i·c_i vanish in GF(2^5), α being a
primitive element. No weight is zero and all differ, so every single wrong character and every swap of two is caught.
"""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 8
_POLYNOMIAL = 0b100101  # x^5 + x^2 + 1, primitive over GF(2)
_READ = {char: value for value, char in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}


class BadShortCode(ValueError):
    """Not eight characters of the alphabet, or the check character does not fit."""


def _double(value: int) -> int:
    value <<= 1
    return value ^ _POLYNOMIAL if value & 32 else value


def _check(values: list[int]) -> int:
    """The last character: −Σ α^(7−i)·c_i (in characteristic 2 the sign is nothing). Horner's scheme."""
    total = 0
    for value in values:
        total = _double(total ^ value)
    return total


def make(number: int) -> str:
    """The code of a number below 32^7."""
    if not 0 <= number < 32 ** (LENGTH - 1):
        raise BadShortCode("out of range")
    values = [number >> 5 * place & 31 for place in reversed(range(LENGTH - 1))]
    return "".join(ALPHABET[value] for value in [*values, _check(values)])


def read(text: str) -> str:
    """The code as it is kept, from whatever a person typed: any case, spaces and dashes, O for 0, I and L for 1.

    Raises BadShortCode.
    """
    kept = [char for char in text.upper() if char not in " -–—·"]
    if len(kept) != LENGTH or any(char not in _READ for char in kept):
        raise BadShortCode(text)
    values = [_READ[char] for char in kept]
    if _check(values[:-1]) != values[-1]:
        raise BadShortCode(text)
    return "".join(ALPHABET[value] for value in values)
