"""Who asks in these tests, and of what."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from tests import factories
from tests.events.api import asking


@pytest.fixture
def anybody() -> APIClient:
    """Somebody without any key."""
    return APIClient()


@pytest.fixture
def coming(db: None) -> factories.World:
    """An association whose lecture begins in a week: forty seats, sign-up open."""
    return factories.world(asking.soon())


@pytest.fixture
def owner(coming: factories.World) -> APIClient:
    """A program with the whole reach of the association's owner."""
    return asking.program(coming.owner, coming.lead)


@pytest.fixture
def stranger(db: None) -> APIClient:
    """A program of the owner of another organization."""
    elsewhere = factories.organization("elsewhere")
    return asking.program(factories.actor(elsewhere), elsewhere)
