"""Records that cannot be read, and what no table can hold."""

import uuid

import pytest

from registrations.models import StationRecord
from registrations.operations import envelopes, records
from tests import factories
from tests.registrations.operations.handing_in import came, code_of, scan, send


def test_what_cannot_be_read_is_rejected_alone(world, station, now):
    signup = factories.signup(world.session, factories.one())
    good = scan(world, code_of(signup), now)
    bad = [
        "not a record",
        good | {"id": "17"},
        good | {"id": str(uuid.uuid4()), "made_at": "yesterday"},
        good | {"id": str(uuid.uuid4()), "made_at": "2026-11-24T09:00:00"},
        good | {"id": str(uuid.uuid4()), "kind": "selfie"},
        good | {"id": str(uuid.uuid4()), "session": "seven"},
        good | {"id": str(uuid.uuid4()), "arriving": 0},
        good | {"id": str(uuid.uuid4()), "arriving": True},
        good | {"id": str(uuid.uuid4()), "code": "x" * 401},
        good | {"id": str(uuid.uuid4()), "direction": "sideways"},
        good | {"id": str(uuid.uuid4()), "sequence": -1},
    ]
    answers = send(station, now, *bad, good)
    assert [one["status"] for one in answers] == ["rejected"] * len(bad) + ["stored"]
    assert {one["code"] for one in answers[:-1]} == {"record_invalid"}
    assert StationRecord.objects.count() == 1


def test_more_than_a_batch_is_refused_whole(world, station, now):
    with pytest.raises(records.BatchTooLarge):
        send(station, now, *[scan(world, "x", now, sequence=n) for n in range(records.LARGEST_BATCH + 1)])
    assert not StationRecord.objects.exists()


@pytest.mark.parametrize(
    "slip",
    [
        {"code": "half a character \ud800"},
        {"code": "NUL \0"},
        {"epoch": "\0"},
        {"note": ["deep", {"\0": 1}]},
        {"note": "x" * envelopes.LARGEST_RECORD},
        {"made_at": "9999-12-31T23:59:59+00:00"},
        {"made_at": "0001-01-01T00:00:00+08:00"},
        {"kind": "clock", "offset": 10**20},
        {"kind": "clock", "jump": "far"},
        {"kind": "clock", "previous": 7},
    ],
)
def test_what_no_table_can_hold_is_rejected_and_the_rest_goes_in(world, station, now, slip):
    signup = factories.signup(world.session, factories.one())
    bad = scan(world, code_of(signup), now) | slip
    answers = send(station, now, bad, scan(world, code_of(signup), now, sequence=2))
    assert [one["code"] for one in answers] == ["record_invalid", "admit"]
    assert came(world) == 1
