"""Telling the same person again without knowing who it is (docs/architecture.md, «Personal data»)."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from events.errors import Refusal
from events.models.fields import keyed_hash
from registrations import phones
from registrations.models import PersonKeyYear


class PhoneUnreadable(Refusal):
    code = "phone_unreadable"
    status = 400
    sentence = _("This is not a mobile number of mainland China (11 digits).")


def phone(text: str, *, field: str = "contact_phone") -> str:
    """11 digits from whatever was typed (+86, spaces, dashes); empty stays empty. Raises PhoneUnreadable, naming
    `field`."""
    number = phones.mobile(text)
    if number is None:
        raise PhoneUnreadable(field=field)
    return number


def phone_hash(number: str) -> str:
    return keyed_hash(number, purpose="phone") if number else ""


def person_key(*, year: int, name: str, phone: str = "", village: str = "", course: int | None = None) -> str:
    """HMAC with the year's key over name + phone, else name + village within one course; empty where neither is known.

    Call inside a transaction: the first call of a year makes its key.
    """
    return person_keys(year=year, persons=[(name, phone, village)], course=course)[0]


def person_keys(
    *,
    year: int,
    persons: Sequence[tuple[str, str, str]],
    course: int | None = None,
    secrets_of: dict[int, bytes] | None = None,
) -> list[str]:
    """The keys of many people given as (name, phone, village), as `person_key` makes them: one query a year, and none for
    a year of which `secrets_of` – for one transaction – holds the secret."""
    bases = [_basis(name, phone, village, course) for name, phone, village in persons]
    if not any(bases):
        return bases
    known = {} if secrets_of is None else secrets_of
    if year not in known:
        held, _made = PersonKeyYear.objects.get_or_create(year=year, defaults={"secret": secrets.token_urlsafe(32)})
        known[year] = b"" if held.destroyed_at else held.secret.encode()
    secret = known[year]
    if not secret:
        return [""] * len(bases)
    return [hmac.new(secret, basis.encode(), hashlib.sha256).hexdigest() if basis else "" for basis in bases]


def _basis(name: str, phone: str, village: str, course: int | None) -> str:
    if not name or not (phone or (village and course)):
        return ""
    return f"phone:{name}:{phone}" if phone else f"village:{course}:{village}:{name}"
