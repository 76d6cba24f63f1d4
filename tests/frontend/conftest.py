from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests import factories


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def owner(world: factories.World) -> Client:
    """The owner's browser."""
    return signed_in(world.owner.user)


@pytest.fixture
def soon(db: None) -> factories.World:
    """An association whose lecture lies two days ahead of the real clock, so that its pages are open."""
    import datetime

    from django.utils import timezone

    return factories.world(timezone.now() + datetime.timedelta(days=2))
