"""When a record was made, by phones whose clocks are off."""

import datetime

from registrations.models import Scan, StationRecord
from registrations.operations import records
from tests import factories
from tests.registrations.operations.handing_in import MINUTE, code_of, scan, send


def test_a_phone_whose_battery_died_hands_in_what_it_scanned_in_1970(world, station, now):
    signup = factories.signup(world.session, factories.one())
    then = datetime.datetime(1970, 1, 1, 0, 7, tzinfo=datetime.UTC)
    (answer,) = send(station, now, scan(world, code_of(signup), then), sent_at=then)
    assert answer["code"] == "admit"
    assert Scan.objects.get().corrected_at == now


def test_the_epoch_beside_the_phones_clock_says_whose_clock_it_is(world, station, now):
    """Only old records are left to send: their clock was another, and is tied by what was known of it before."""
    signup = factories.signup(world.session, factories.one())
    hour = datetime.timedelta(hours=1)
    start = factories.record("clock", now + hour)
    records.receive(station=station, records=[start], sent_at=now + hour, at=now)
    old = scan(world, code_of(signup), now + hour + MINUTE, sequence=2)
    records.receive(station=station, records=[old], sent_at=now + 2 * MINUTE, sent_epoch="e9", at=now + 2 * MINUTE)
    assert Scan.objects.get().corrected_at == now + MINUTE
    assert not Scan.objects.get().clock_uncertain


def test_a_phone_an_hour_off_is_put_right_by_the_hour_of_the_contact(world, station, now):
    signup = factories.signup(world.session, factories.one())
    hour = datetime.timedelta(hours=1)
    send(station, now, scan(world, code_of(signup), now + hour), sent_at=now + hour)
    record = StationRecord.objects.get()
    assert (record.made_at, record.corrected_at, record.clock_uncertain) == (now + hour, now, False)


def test_a_phone_that_put_itself_right_before_sending_is_still_put_right(world, station, now):
    """Scanned an hour fast in epoch e1, then the clock was set back by an hour (e2), then the contact."""
    signup = factories.signup(world.session, factories.one())
    hour = datetime.timedelta(hours=1)
    early = scan(world, code_of(signup), now + hour, sequence=1)
    jump = factories.record("clock", now + MINUTE, sequence=2, epoch="e2", previous="e1", jump=-3_600_000)
    send(station, now + 2 * MINUTE, early, jump, sent_at=now + 2 * MINUTE)
    assert StationRecord.objects.get(kind="scan").corrected_at == now


def test_a_clock_that_cannot_be_chained_is_marked(world, station, now):
    signup = factories.signup(world.session, factories.one())
    old = scan(world, code_of(signup), now, epoch="before the battery died")
    new = scan(world, "x", now, sequence=2, epoch="e2")
    send(station, now, old, new)
    assert Scan.objects.get(ticket__isnull=False).clock_uncertain
