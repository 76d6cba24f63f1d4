"""What stations send: stored once and for ever, the first answer is the answer."""

import datetime
import itertools
import uuid

import pytest

from registrations.models import (
    Attendance,
    Headcount,
    Output,
    Scan,
    ScanOutcome,
    Station,
    StationRecord,
)
from registrations.operations import attendance, records, session_changes, signups, stations, tickets
from registrations.operations.signups import ticket_of
from registrations.tickets import token
from tests import factories

MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def station(world, now):
    return factories.station(world.owner, world.lead, world.session, at=now)[0]


def code_of(signup):
    return tickets.address(ticket_of(signup))


def send(station, now, *sent, sent_at=None):
    return records.receive(station=station, records=list(sent), sent_at=sent_at or now, at=now)


def scan(world, code, now, **values):
    return factories.scan(world.session, code, now, **values)


def came(world):
    return sum(Attendance.objects.filter(session=world.session).values_list("present", flat=True))


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


def test_a_batch_costs_the_same_queries_whatever_its_length(world, station, now, django_assert_num_queries):
    few = [code_of(factories.signup(world.session, factories.one(f"学员{n}"))) for n in range(3)]
    many = [code_of(factories.signup(world.session, factories.one(f"学生{n}"))) for n in range(30)]
    send(station, now, scan(world, "warm", now))
    for codes, start in ((few, 100), (many, 1000)):
        batch = [scan(world, code, now, sequence=start + n) for n, code in enumerate(codes)]
        with django_assert_num_queries(27):
            send(station, now, *batch)


def test_a_revoked_station_still_hands_in_what_it_has(world, station, now):
    signup = factories.signup(world.session, factories.one())
    stations.revoke(by=world.owner, station=station, at=now)
    (answer,) = send(station, now, scan(world, code_of(signup), now))
    assert answer["status"] == "stored"
    assert came(world) == 1


def test_an_undone_scan_counts_no_more_and_stays(world, station, now):
    signup = factories.signup(world.session, factories.one())
    record = scan(world, code_of(signup), now)
    send(station, now, record)
    undo = {"id": str(uuid.uuid4()), "kind": "withdrawal", "made_at": now.isoformat(), "sequence": 2, "epoch": "e1"}
    send(station, now, undo | {"of": record["id"]})
    assert came(world) == 0
    assert Scan.objects.get().outcome.outcome == "withdrawn"


def withdrawal(of, now, sequence):
    common = {"made_at": now.isoformat(), "sequence": sequence, "epoch": "e1", "of": of}
    return {"id": str(uuid.uuid4()), "kind": "withdrawal"} | common


def test_scanned_undone_and_scanned_again_in_one_batch_is_let_in_again(world, station, now):
    signup = factories.signup(world.session, factories.one())
    first, again = scan(world, code_of(signup), now), scan(world, code_of(signup), now + MINUTE, sequence=3)
    answers = send(station, now + MINUTE, first, withdrawal(first["id"], now, 2), again)
    assert [one["code"] for one in answers] == ["admit", "stored", "admit"]
    assert came(world) == 1


@pytest.mark.parametrize("kind", ["scan", "headcount", "output"])
def test_a_withdrawal_that_comes_before_what_it_takes_back_takes_it_back(world, station, now, kind):
    signup = factories.signup(world.session, factories.one())
    record = {
        "scan": scan(world, code_of(signup), now),
        "headcount": scan(world, "", now, kind="headcount", people=57, basis="everyone"),
        "output": scan(world, "", now, kind="output", measure="leaflets", number=200),
    }[kind]
    send(station, now, withdrawal(record["id"], now, 2))
    send(station, now, record)
    assert came(world) == 0
    assert not Headcount.objects.filter(withdrawn_at=None).exists()
    assert not Output.objects.filter(withdrawn_at=None).exists()


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


@pytest.mark.parametrize(
    "slip",
    [
        {"code": "half a character \ud800"},
        {"code": "NUL \0"},
        {"epoch": "\0"},
        {"note": ["deep", {"\0": 1}]},
        {"note": "x" * records.LARGEST_RECORD},
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
    start = {
        "id": str(uuid.uuid4()),
        "kind": "clock",
        "made_at": (now + hour).isoformat(),
        "sequence": 1,
        "epoch": "e1",
    }
    records.receive(station=station, records=[start], sent_at=now + hour, at=now)
    old = scan(world, code_of(signup), now + hour + MINUTE, sequence=2)
    records.receive(station=station, records=[old], sent_at=now + 2 * MINUTE, sent_epoch="e9", at=now + 2 * MINUTE)
    assert Scan.objects.get().corrected_at == now + MINUTE
    assert not Scan.objects.get().clock_uncertain


def test_heads_counted_and_things_handed_out_come_in_by_the_same_road(world, station, now):
    base = {"made_at": now.isoformat(), "epoch": "e1", "session": world.session.pk}
    sent = [
        base | {"id": str(uuid.uuid4()), "kind": "walk_in", "people": 3, "sequence": 1, "audience_group": "elderly"},
        base | {"id": str(uuid.uuid4()), "kind": "headcount", "people": 57, "basis": "everyone", "sequence": 2},
        base | {"id": str(uuid.uuid4()), "kind": "output", "measure": "leaflets", "number": 200, "sequence": 3},
    ]
    assert {one["code"] for one in send(station, now, *sent)} == {"stored"}
    assert sorted(Headcount.objects.values_list("people", "basis", "counted_by")) == [
        (3, "besides", "东门"),
        (57, "everyone", "东门"),
    ]
    assert Output.objects.get().sessions.get() == world.session
    undo = {"id": str(uuid.uuid4()), "kind": "withdrawal", "made_at": now.isoformat(), "sequence": 4, "epoch": "e1"}
    send(station, now, undo | {"of": sent[2]["id"]})
    assert Output.objects.get().withdrawn_at == now


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
    jump = {
        "id": str(uuid.uuid4()),
        "kind": "clock",
        "made_at": (now + MINUTE).isoformat(),
        "sequence": 2,
        "epoch": "e2",
        "previous": "e1",
        "jump": -3_600_000,
    }
    send(station, now + 2 * MINUTE, early, jump, sent_at=now + 2 * MINUTE)
    assert StationRecord.objects.get(kind="scan").corrected_at == now


def test_a_clock_that_cannot_be_chained_is_marked(world, station, now):
    signup = factories.signup(world.session, factories.one())
    old = scan(world, code_of(signup), now, epoch="before the battery died")
    new = scan(world, "x", now, sequence=2, epoch="e2")
    send(station, now, old, new)
    assert Scan.objects.get(ticket__isnull=False).clock_uncertain


def test_any_order_of_arrival_ends_in_the_same_attendance(world, now):
    """Two offline phones scanned the same ticket; whichever delivers first, the earlier scan is the first."""
    results = set()
    for order in itertools.permutations(range(3)):
        signup = factories.signup(world.session, factories.one(f"学员{order}"))
        phones = [factories.station(world.owner, world.lead, world.session, at=now)[0] for _ in range(3)]
        sent = [scan(world, code_of(signup), now + n * MINUTE) for n in range(3)]
        for place in order:
            send(phones[place], now + 60 * MINUTE, sent[place], sent_at=now + 60 * MINUTE)
        first = Attendance.objects.get(attendee__signup=signup).first_at
        outcomes = Scan.objects.filter(ticket__signup=signup).in_fold_order().values_list("outcome__outcome", flat=True)
        results.add((first, tuple(outcomes)))
    assert results == {(now, ("counted", "duplicate", "duplicate"))}


def test_folding_again_changes_nothing(world, station, now):
    signup = factories.signup(world.session, factories.many(40))
    code = code_of(signup)
    send(station, now, *[scan(world, code, now + n * MINUTE, sequence=n, arriving=15) for n in range(4)])
    before = list(ScanOutcome.objects.order_by("pk").values()), list(Attendance.objects.values())
    attendance.refold(places=[attendance.Place(signup.pk, world.session.pk)])
    assert (list(ScanOutcome.objects.order_by("pk").values()), list(Attendance.objects.values())) == before


def test_named_people_on_one_ticket_are_counted_in_their_order(world, station, now):
    party = signups.Party("family", tuple(signups.Line(name) for name in ("肖文", "肖建国", "王秀兰")), "肖文")
    signup = factories.signup(world.session, party)
    send(station, now, scan(world, code_of(signup), now, arriving=2))
    assert list(Attendance.objects.order_by("attendee__position").values_list("attendee__name", "present")) == [
        ("肖文", 1),
        ("肖建国", 1),
    ]


def test_a_correction_stands_whatever_the_scans_say(world, station, now):
    signup = factories.signup(world.session, factories.many(40))
    line = signup.attendees.get()
    send(station, now, scan(world, code_of(signup), now, arriving=40))
    attendance.correct(by=world.owner, attendee=line, session=world.session, present=38, reason="班主任", at=now)
    assert Attendance.objects.get().present == 38
    assert Attendance.objects.get().grade == "confirmed"
    send(station, now, scan(world, code_of(signup), now + MINUTE, sequence=2))
    assert came(world) == 38
    attendance.correct(
        by=world.owner, attendee=line, session=world.session, present=0, reason="看错了", at=now + MINUTE
    )
    assert came(world) == 0


def test_a_correction_stays_within_the_line_and_the_session(world, now):
    signup = factories.signup(world.session, factories.many(40))
    line = signup.attendees.get()
    with pytest.raises(attendance.MorePresentThanSignedUp):
        attendance.correct(by=world.owner, attendee=line, session=world.session, present=41, reason="x", at=now)
    other = factories.session(world.activity, now)
    with pytest.raises(attendance.NotOfThisSession):
        attendance.correct(by=world.owner, attendee=line, session=other, present=1, reason="x", at=now)


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
