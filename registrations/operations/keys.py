"""Personal data under a new key: `manage.py rotatekeys`, after a key was put first in KEPU_DATA_KEYS."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db import models, transaction

from events.models.fields import EncryptedTextField

CHUNK = 500


def _encrypted() -> Iterator[tuple[type[models.Model], list[str]]]:
    """Each table that holds encrypted text, with the names of those fields."""
    for app in ("events", "registrations"):
        for model in apps.get_app_config(app).get_models():
            names = [field.name for field in model._meta.fields if isinstance(field, EncryptedTextField)]
            if names:
                yield model, names


def reencrypt() -> dict[str, int]:
    """Write every encrypted value again, under the first key; read with any. Returns rows by table.

    In chunks of 500 rows, each locked and committed by itself: it may be stopped and begun again, and the site stays up.
    The values do not change, so nothing stands in the history of the rows.
    """
    done: dict[str, int] = {}
    for model, names in _encrypted():
        last = 0
        while True:
            with transaction.atomic():
                rows = list(model._default_manager.select_for_update().filter(pk__gt=last).order_by("pk")[:CHUNK])
                if not rows:
                    break
                model._default_manager.bulk_update(rows, names)
                last = rows[-1].pk
            done[model._meta.label] = done.get(model._meta.label, 0) + len(rows)
    return done
