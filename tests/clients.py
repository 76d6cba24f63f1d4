"""Who asks in the tests of the API, and of what (a plugin of the root conftest)."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone
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
def running(db: None) -> factories.World:
    """An association whose lecture began half an hour ago."""
    return factories.world(timezone.now() - datetime.timedelta(minutes=30))


def _world(request: Any) -> factories.World:
    """Whichever of the two the test stands on."""
    found: factories.World = request.getfixturevalue("running" if "running" in request.fixturenames else "coming")
    return found


@pytest.fixture
def owner(request: Any, db: None) -> APIClient:
    """A program with the whole reach of the association's owner."""
    world = _world(request)
    return asking.program(world.owner, world.lead)


@pytest.fixture
def reader(request: Any, db: None) -> APIClient:
    """A program that reads what the association has and changes nothing."""
    world = _world(request)
    return asking.program(factories.actor(world.lead, "reader"), world.lead)


@pytest.fixture
def stranger(db: None) -> APIClient:
    """A program of the owner of another organization."""
    elsewhere = factories.organization("elsewhere")
    return asking.program(factories.actor(elsewhere), elsewhere)
