"""What stations send: stored once and for ever, the first answer is the answer."""

import datetime

import pytest
from django.db import connection

from registrations.models import Attendance, Headcount, Output, Scan, ScanOutcome, StationRecord
from registrations.operations import session_changes, signups, stations, tickets
from registrations.operations.signups import ticket_of
from registrations.tickets import token
from tests import factories
from tests.registrations.operations.handing_in import MINUTE, came, code_of, scan, send, withdrawal


def test_a_scan_is_stored_answered_and_counted(world, station, now):
    signup = factories.signup(world.session, factories.one())
    (answer,) = send(station, now, scan(world, code_of(signup), now))
    assert (answer["status"], answer["code"], answer["let_through"], answer["admitted"]) == ("stored", "admit", True, 1)
    assert answer["name"] == "刘**"
    row = Attendance.objects.get()
    assert (row.present, row.grade, row.first_at) == (1, "scanned", now)


def test_a_repeat_gets_the_first_answer_though_everything_has_changed_since(world, station, now):
    signup = factories.signup(world.session, factories.one())
    record = scan(world, code_of(signup), now)
    first = send(station, now, record)
    session_changes.call_off(by=world.owner, session=world.session, reason="暴雨", at=now)
    stations.revoke(by=world.owner, station=station, at=now)
    assert send(station, now + 60 * MINUTE, record) == first
    assert Scan.objects.count() == 1


def test_the_same_id_with_other_content_is_told_so_and_changes_nothing(world, station, now):
    signup = factories.signup(world.session, factories.one())
    record = scan(world, code_of(signup), now)
    send(station, now, record)
    (answer,) = send(station, now, record | {"arriving": 2})
    assert (answer["status"], answer["code"]) == ("rejected", "scan_id_reused")
    assert StationRecord.objects.get().payload == record


def test_one_record_twice_in_one_batch_is_one(world, station, now):
    signup = factories.signup(world.session, factories.one())
    record = scan(world, code_of(signup), now)
    first, second = send(station, now, record, dict(record))
    assert first == second
    assert StationRecord.objects.count() == 1
    reused = send(station, now, scan(world, "x", now), (other := scan(world, "y", now)), other | {"code": "z"})
    assert [one["code"] for one in reused] == ["unreadable", "unreadable", "scan_id_reused"]


def test_two_stations_may_use_the_same_id(world, station, now):
    signup = factories.signup(world.session, factories.many(2))
    other, _key = factories.station(world.owner, world.lead, world.session, at=now)
    record = scan(world, code_of(signup), now)
    send(station, now, record)
    (answer,) = send(other, now, record)
    assert answer["code"] == "admit"
    assert came(world) == 2


def test_a_ticket_scanned_again_says_when_and_where_first(world, station, now):
    signup = factories.signup(world.session, factories.one())
    send(station, now, scan(world, code_of(signup), now))
    (answer,) = send(station, now + MINUTE, scan(world, code_of(signup), now + MINUTE, sequence=2))
    assert (answer["code"], answer["let_through"], answer["first_station"]) == ("duplicate", False, "东门")
    assert datetime.datetime.fromisoformat(answer["first_at"]) == now
    assert came(world) == 1
    outcome = ScanOutcome.objects.get(outcome="duplicate")
    assert outcome.duplicate_of.corrected_at == now


def test_a_class_comes_in_two_parts(world, station, now):
    signup = factories.signup(world.session, factories.many(40))
    code = code_of(signup)
    send(station, now, scan(world, code, now, arriving=38))
    (late,) = send(station, now + MINUTE, scan(world, code, now + MINUTE, sequence=2, arriving=3))
    assert (late["code"], late["admitted"], late["awaiting"]) == ("admit", 2, 1)
    assert came(world) == 40


def test_a_forged_code_is_refused_and_kept(world, station, now):
    signup = factories.signup(world.session, factories.one())
    text = tickets.text(ticket_of(signup))
    forged = ("B" if text[60] != "B" else "C").join([text[:60], text[61:]])
    (answer,) = send(station, now, scan(world, forged, now))
    assert (answer["status"], answer["code"], answer["let_through"]) == ("stored", "forged", False)
    assert Scan.objects.get().outcome.outcome == "refused"
    assert came(world) == 0


def test_a_good_signature_of_a_ticket_that_is_not_known_waits_for_a_decision(world, station, now, settings):
    key_id, seed = settings.KEPU_TICKET_KEYS[0]
    unknown = token.sign(token.Token(key_id, world.activity.pk, 12345, 1, now.date()), seed)
    (answer,) = send(station, now, scan(world, unknown, now))
    assert (answer["code"], answer["let_through"]) == ("unverified", True)
    assert Scan.objects.get().outcome.outcome == "awaiting"
    assert came(world) == 0


def test_a_short_code_typed_by_hand_is_as_good_as_the_code(world, station, now):
    signup = factories.signup(world.session, factories.one())
    short = ticket_of(signup).short_code
    (answer,) = send(station, now, scan(world, f"{short[:4].lower()} {short[4:]}", now))
    assert answer["code"] == "admit"


def test_tickets_of_other_sessions_say_which_is_right(world, station, now):
    other = factories.session(world.activity, now + datetime.timedelta(days=3))
    signup = factories.signup(other, factories.one())
    (answer,) = send(station, now, scan(world, code_of(signup), now))
    assert (answer["code"], answer["right_sessions"]) == ("wrong_session", [other.pk])


def test_a_ticket_of_another_organization_says_nothing_about_its_people(world, station, now):
    elsewhere = factories.organization("elsewhere")
    theirs = factories.session(factories.activity(factories.campaign(elsewhere)), now)
    signup = factories.signup(theirs, factories.one("王秀兰"))
    (answer,) = send(station, now, scan(world, code_of(signup), now))
    assert "name" not in answer
    assert "王" not in str(answer)
    assert came(world) == 0


@pytest.mark.parametrize("minutes, code", [(-121, "too_early"), (-120, "admit"), (239, "admit"), (240, "too_late")])
def test_check_in_is_two_hours_around_the_session(world, station, now, minutes, code):
    signup = factories.signup(world.session, factories.one())
    at = now + minutes * MINUTE
    (answer,) = send(station, at, scan(world, code_of(signup), at))
    assert answer["code"] == code


def test_cancelled_and_waiting_signups_are_not_let_in(world, station, now):
    gone = factories.signup(world.session, factories.one("胡国庆"))
    signups.cancel(by="participant", signup=gone, at=now)
    factories.signup(world.session, factories.many(40))
    waiting = factories.signup(world.session, factories.one())
    answers = send(station, now, scan(world, code_of(gone), now), scan(world, code_of(waiting), now, sequence=2))
    assert [one["code"] for one in answers] == ["cancelled", "waitlisted"]


def test_a_session_the_station_does_not_serve_is_kept_and_told(world, station, now):
    other = factories.session(world.activity, now)
    signup = factories.signup(other, factories.one())
    (answer,) = send(station, now, factories.scan(other, code_of(signup), now))
    assert (answer["status"], answer["code"], answer["let_through"]) == ("stored", "unknown_session", False)
    assert not Attendance.objects.exists()


def test_a_batch_costs_the_same_queries_whatever_its_length(world, station, now, django_assert_num_queries):
    few = [code_of(factories.signup(world.session, factories.one(f"学员{n}"))) for n in range(3)]
    many = [code_of(factories.signup(world.session, factories.one(f"学生{n}"))) for n in range(30)]
    send(station, now, scan(world, "warm", now))
    for codes, start in ((few, 100), (many, 1000)):
        batch = [scan(world, code, now, sequence=start + n) for n, code in enumerate(codes)]
        # Rows of several tables are one statement on PostgreSQL
        with django_assert_num_queries(10 if connection.vendor == "postgresql" else 15):
            send(station, now, *batch)


def test_heads_counted_and_things_handed_out_come_in_by_the_same_road(world, station, now):
    here = world.session.pk
    sent = [
        factories.record("walk_in", now, 1, session=here, people=3, audience_group="elderly"),
        factories.record("headcount", now, 2, session=here, people=57, basis="everyone"),
        factories.record("output", now, 3, session=here, measure="leaflets", number=200),
    ]
    assert {one["code"] for one in send(station, now, *sent)} == {"stored"}
    assert sorted(Headcount.objects.values_list("people", "basis", "counted_by")) == [
        (3, "besides", "东门"),
        (57, "everyone", "东门"),
    ]
    assert Output.objects.get().sessions.get() == world.session
    send(station, now, withdrawal(sent[2]["id"], now, 4))
    assert Output.objects.get().withdrawn_at == now
