"""The token of a ticket: 79 bytes in unpadded Base32, upper case, behind an address every scanner opens.

    HTTPS://HOST/T/CAAAAAKKG…   (QR alphanumeric mode: version 6 or 7 at level M)

    offset  bytes  field
    0       1      format version (high four bits, now 1) and key id (low four)
    1       4      activity, big endian
    5       7      ticket, random
    12      1      days valid, counted back from the last
    13      2      last valid day, counted from 2020-01-01
    15      64     Ed25519 signature over bytes 0–14

79 bytes are 632 bits, 127 characters hold 635: the three spare bits are zero, else the token is unreadable – so that
every ticket has exactly one spelling. A worked example stands in docs/protocols.md.
"""

from __future__ import annotations

import base64
import datetime
import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

VERSION = 1
EPOCH = datetime.date(2020, 1, 1)
BODY = 15
LENGTH = 79
CHARACTERS = 127
#: Base32 of RFC 4648 to the digits of Python's numbers to the base 32.
_DIGITS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789abcdefghijklmnopqrstuv")
_TOKEN = re.compile(r"(?:^|/T/)([A-Z2-7]{127})(?:$|[?#\s])")


class TokenError(ValueError):
    """The text is not a ticket of ours."""


class Unreadable(TokenError):
    """Not a token at all: wrong length, alphabet, spare bits or version."""


class Forged(TokenError):
    """It has the shape, but no key of ours signed it."""


@dataclass(frozen=True, slots=True)
class Token:
    """What a token says. `ticket` is a number below 2^56; days are inclusive."""

    key_id: int
    activity: int
    ticket: int
    days_valid: int
    last_valid_day: datetime.date

    @property
    def first_valid_day(self) -> datetime.date:
        return self.last_valid_day - datetime.timedelta(days=self.days_valid - 1)

    def body(self) -> bytes:
        """The 15 bytes that are signed. Raises OverflowError where a field does not fit."""
        day = (self.last_valid_day - EPOCH).days
        if not 0 <= self.key_id < 16:
            raise OverflowError("a key id has four bits")
        return (
            bytes([VERSION << 4 | self.key_id])
            + self.activity.to_bytes(4, "big")
            + self.ticket.to_bytes(7, "big")
            + self.days_valid.to_bytes(1, "big")
            + day.to_bytes(2, "big")
        )


@dataclass(frozen=True, slots=True)
class Signed:
    token: Token
    signature: bytes


@functools.lru_cache(16)
def _private(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed)


@functools.lru_cache(16)
def _public(key: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(key)


def signature(token: Token, seed: bytes) -> bytes:
    """64 bytes over the token's body, by the key of `seed` (32 bytes)."""
    return _private(seed).sign(token.body())


def spell(signed: Signed) -> str:
    """The text of a signed token."""
    return base64.b32encode(signed.token.body() + signed.signature).decode().rstrip("=")


def sign(token: Token, seed: bytes) -> str:
    """The token's text, signed with the key of `seed` (32 bytes)."""
    return spell(Signed(token, signature(token, seed)))


def public_key(seed: bytes) -> bytes:
    """The 32 bytes that verify what `seed` signs."""
    return _private(seed).public_key().public_bytes_raw()


def address(base_url: str, text: str) -> str:
    """What the QR code carries: upper case throughout, so that the code stays in alphanumeric mode."""
    return f"{base_url}/T/{text}".upper()


def extract(text: str) -> str:
    """The token inside whatever a scanner or a person handed over: an address on any host, or the bare token.

    Raises Unreadable.
    """
    found = _TOKEN.search(text.strip().upper())
    if found is None:
        raise Unreadable("no token in it")
    return found[1]


def read(text: str) -> Signed:
    """Take a token apart without believing it. Raises Unreadable."""
    bits = int(extract(text).translate(_DIGITS), 32)
    if bits & 7:
        raise Unreadable("spare bits are not zero")
    raw = (bits >> 3).to_bytes(LENGTH, "big")
    if raw[0] >> 4 != VERSION:
        raise Unreadable(f"format {raw[0] >> 4} is not known")
    body = Token(
        key_id=raw[0] & 15,
        activity=int.from_bytes(raw[1:5], "big"),
        ticket=int.from_bytes(raw[5:12], "big"),
        days_valid=raw[12],
        last_valid_day=EPOCH + datetime.timedelta(days=int.from_bytes(raw[13:15], "big")),
    )
    if body.days_valid < 1:
        raise Unreadable("valid on no day")
    return Signed(body, raw[15:])


def verify(signed: Signed, keys: Mapping[int, bytes]) -> Token:
    """The token, if one of `keys` (key id → public key) signed it. Raises Forged."""
    key = keys.get(signed.token.key_id)
    if key is None:
        raise Forged("unknown key")
    try:
        _public(key).verify(signed.signature, signed.token.body())
    except InvalidSignature as error:
        raise Forged("the signature does not fit") from error
    return signed.token
