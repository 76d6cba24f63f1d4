"""What the tests of operations have in common."""

import pytest

from tests import factories


@pytest.fixture
def station(world, now):
    return factories.station(world.owner, world.lead, world.session, at=now)[0]
