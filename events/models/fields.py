"""Personal data at rest: encrypted with the installation's data keys, found by a keyed hash."""

from __future__ import annotations

import functools
import hashlib
import hmac
from collections.abc import Sequence
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


@functools.lru_cache(maxsize=4)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def cipher(keys: Sequence[str] | None = None) -> MultiFernet:
    """The cipher of the data keys: the first encrypts, any of them decrypts."""
    return _cipher(tuple(keys if keys is not None else settings.KEPU_DATA_KEYS))


def keyed_hash(text: str, *, purpose: str) -> str:
    """64 hex digits by which a value is found again without being readable; `purpose` keeps uses apart."""
    return hmac.new(settings.KEPU_HASH_KEY, f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()


class EncryptedTextField(models.TextField):
    """Text that the database only ever sees encrypted (Fernet). Empty stays empty, so that erasing is visible."""

    def get_prep_value(self, value: Any) -> Any:
        return cipher().encrypt(str(value).encode()).decode() if value else ""

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str:
        return cipher().decrypt(value.encode()).decode() if value else ""

    def get_lookup(self, lookup_name: str) -> Any:
        # The same text encrypts differently every time, so only "is it empty" can be asked.
        return super().get_lookup(lookup_name) if lookup_name in {"exact", "isnull"} else None
