"""Keeping what people agreed to, word for word."""

from __future__ import annotations

import datetime

from django.db import transaction

from registrations.consent import Notice
from registrations.models import ConsentNotice

#: Versions this process has stored or seen stored: notices are few, sign-ups are many.
_known: set[str] = set()


def keep(agreed: Notice | str, *, at: datetime.datetime) -> str:
    """The version somebody agreed to, its text kept the first time; a version by its name is that of people whom the
    office told. Call inside a transaction."""
    if isinstance(agreed, str):
        return agreed
    if agreed.version not in _known:
        held = {"language": agreed.language, "text": agreed.text, "first_shown_at": at}
        ConsentNotice.objects.get_or_create(version=agreed.version, defaults=held)
        transaction.on_commit(lambda: _known.add(agreed.version))
    return agreed.version
