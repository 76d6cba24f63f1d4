"""Check-in points: pairing, a second phone, their end, and what they hand in afterwards."""

import pytest

from registrations.models import Scan, Station
from registrations.operations import stations
from tests import factories
from tests.registrations.operations.handing_in import MINUTE, came, code_of, scan, send


def test_a_revoked_station_still_hands_in_what_it_has(world, station, now):
    signup = factories.signup(world.session, factories.one())
    stations.revoke(by=world.owner, station=station, at=now)
    (answer,) = send(station, now, scan(world, code_of(signup), now))
    assert answer["status"] == "stored"
    assert came(world) == 1


def test_what_was_scanned_after_the_end_of_a_point_lets_nobody_in_and_waits(world, station, now):
    """A phone that was taken away must not go on admitting people."""
    signup = factories.signup(world.session, factories.one())
    stations.revoke(by=world.owner, station=station, at=now)
    later = now + MINUTE
    (answer,) = send(station, later, scan(world, code_of(signup), later))
    assert (answer["status"], answer["code"], answer["let_through"]) == ("stored", "station_ended", False)
    assert "name" not in answer
    assert came(world) == 0
    assert Scan.objects.get().outcome.outcome == "awaiting"


def test_a_pairing_code_works_once_and_for_ten_minutes(world, now):
    station, code = stations.make(
        by=world.owner, organization=world.lead, session=None, name="西门", expires_at=now + 60 * MINUTE, at=now
    )
    with pytest.raises(stations.PairingCodeWrong):
        stations.pair(code=code, at=now + 10 * MINUTE)
    paired, key = stations.pair(code=f" {code} ", at=now + 9 * MINUTE)
    assert paired == station
    assert key not in str(Station.objects.values().get())
    with pytest.raises(stations.PairingCodeWrong):
        stations.pair(code=code, at=now + 9 * MINUTE)


def test_a_second_phone_takes_the_place_of_the_first(world, now):
    from events.errors import NotFound
    from registrations.access import station_by_key

    station, first = factories.station(world.owner, world.lead, at=now)
    code = stations.new_code(by=world.owner, station=station, at=now)
    _station, second = stations.pair(code=code, at=now)
    assert station_by_key(second) == station
    with pytest.raises(NotFound):
        station_by_key(first)


def test_a_station_ends_in_the_future(world, now):
    with pytest.raises(stations.StationEndsInThePast):
        stations.make(by=world.owner, organization=world.lead, session=None, name="西门", expires_at=now, at=now)
