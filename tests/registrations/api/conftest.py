"""What the tests of check-in points have in common."""

import pytest

from tests import factories
from tests.events.api import asking
from tests.registrations.api.gate import Gate


@pytest.fixture
def gate(running: factories.World) -> Gate:
    station, key = factories.station(running.owner, running.lead)
    signup = factories.signup(running.session, factories.many(3, unit="七（2）班"))
    return Gate(running, station, asking.with_key("Station", key), signup)
