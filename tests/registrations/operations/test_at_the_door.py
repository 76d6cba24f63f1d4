"""People without a sign-up: counted by the volunteer, with a name only where they agreed to give it."""

import json

import pytest

from registrations.models import Attendance, Headcount, Scan, Signup, StationRecord
from registrations.operations import privacy
from registrations.reports import attendance
from tests import factories
from tests.registrations.operations.handing_in import MINUTE, came, code_of, scan, send, withdrawal


def walk_in(world, now, sequence=1, people=1, **values):
    return factories.record("walk_in", now, sequence, session=world.session.pk, people=people, **values)


def head(world, now, sequence, people, **values):
    return factories.record(
        "headcount", now, sequence, session=world.session.pk, people=people, counted_by="张一泽", **values
    )


def whole(world):
    return attendance.totals([world.session])[world.session.pk].whole


def test_who_agreed_to_give_a_name_is_signed_up_and_in(world, station, now):
    one = walk_in(
        world, now, people=2, name="刘桂英", village="3村", phone="13900000001", consent=True, audience_group="farmers"
    )
    (answer,) = send(station, now, one)
    assert answer["status"] == "stored"
    signup = Signup.objects.get()
    assert (signup.source, signup.size, signup.contact_phone) == ("walk_in", 2, "13900000001")
    assert came(world) == 2
    line = signup.attendees.get(name="刘桂英")
    assert (line.village, line.audience_group) == ("3村", "farmers")
    assert not Headcount.objects.exists()
    (again,) = send(station, now + MINUTE, one)
    assert again["code"] == answer["code"]
    assert (Signup.objects.count(), came(world)) == (1, 2)


def test_a_record_keeps_nothing_of_a_person_and_erasing_reaches_the_rest(world, station, now):
    send(station, now, walk_in(world, now, name="刘桂英", village="3村", phone="13900000001", consent=True))
    kept = json.dumps(list(StationRecord.objects.values_list("payload", "answer")), ensure_ascii=False)
    assert not [word for word in ("刘桂英", "3村", "13900000001") if word in kept]
    privacy.erase(by=world.owner, signup=Signup.objects.get(), at=now)
    assert not Signup.objects.get().attendees.filter(name="刘桂英").exists()
    assert came(world) == 1


def test_a_name_without_agreement_is_not_taken(world, station, now):
    (answer,) = send(station, now, walk_in(world, now, name="刘桂英"))
    assert (answer["status"], answer["code"]) == ("rejected", "record_invalid")
    assert not StationRecord.objects.exists()


def test_whom_the_terms_keep_from_signing_up_is_counted_all_the_same(world, station, now):
    factories.terms(world.activity, min_age=60)
    send(station, now, walk_in(world, now, name="刘桂英", consent=True))
    assert not Signup.objects.exists()
    assert Headcount.objects.get().people == 1


def test_somebody_registered_at_the_door_can_be_taken_back(world, station, now):
    one = walk_in(world, now, name="刘桂英", consent=True)
    send(station, now, one, withdrawal(one["id"], now, 2))
    assert came(world) == 0
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("basis", ["everyone", "besides"])
def test_entrances_add_up_and_one_counted_again_replaces(world, station, now, basis):
    send(
        station,
        now,
        head(world, now, 1, 30, part="东门", basis=basis),
        head(world, now, 2, 20, part="西门", basis=basis),
        head(world, now + MINUTE, 3, 35, part="东门", basis=basis),
    )
    assert whole(world).stated == 55


def test_the_whole_and_its_parts_are_two_looks_at_the_same_people(world, station, now):
    parts = [
        head(world, now, n, people, part=part, basis="everyone")
        for n, people, part in ((1, 30, "9点"), (2, 20, "10点"))
    ]
    send(station, now, *parts, head(world, now, 3, 46, basis="everyone"))
    assert whole(world).stated == 50
    send(station, now, head(world, now + MINUTE, 4, 60, basis="everyone"))
    assert whole(world).stated == 60


def test_a_relative_in_the_trainees_place_is_written_down_with_the_scan(world, station, now):
    signup = factories.signup(world.session, factories.one())
    send(station, now, scan(world, code_of(signup), now, substitute=True))
    assert Scan.objects.get().facts["substitute"] is True
    assert came(world) == 1
