"""What every test may use."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone, translation

from registrations.reports import watched
from tests import factories
from tests.settling import settle

pytest_plugins = ["tests.clients"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests about what happens at the same time need a database where it can. `make test` runs the whole suite a second
    time on PostgreSQL, where nothing is skipped."""
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        return
    for item in items:
        if item.get_closest_marker("postgresql"):
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL: python tests/postgres.py -- pytest …"))


@pytest.fixture(autouse=True)
def _quiet_ground(tmp_path: Path, settings: Any) -> Iterator[None]:
    """Uploads go to a folder of the test; nothing is remembered between tests; passwords are hashed cheaply."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    watched.forget()
    with translation.override(None):
        yield
    translation.activate("zh-hans")


@pytest.fixture
def now() -> datetime.datetime:
    """A Tuesday morning in Tianmen, 9 o'clock."""
    return datetime.datetime(2026, 11, 24, 9, 0, tzinfo=timezone.get_default_timezone())


@pytest.fixture
def on_postgresql() -> bool:
    return connection.vendor == "postgresql"


@pytest.fixture
def world(db: None, now: datetime.datetime) -> factories.World:
    """An association with one published lecture that begins `now`, forty seats, and an owner."""
    return factories.world(now)


@pytest.fixture
def settled(transactional_db: None) -> Callable[[], None]:
    """See `tests.settling`. For tests that fetch changes: what they write is committed."""
    return settle
