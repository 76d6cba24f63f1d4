"""What phones hand in over REST: every kind of record, judged, counted, repeated, taken back."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from django.utils import timezone
from rest_framework.test import APIClient

from registrations.models import Attendance, Headcount, Output, Scan, ScanOutcome, StationRecord
from registrations.operations import signups
from registrations.tickets import token
from tests import factories
from tests.events.api import asking
from tests.registrations.api.gate import CHANGES, RECORDS, Gate


def test_a_scan_is_stored_judged_and_counted(gate: Gate) -> None:
    record = gate.scan(gate.address, arriving=2)
    answer = gate.send(record, records_pending=4, app_version="1.0")

    assert answer.status_code == 200
    assert set(answer.json()) == {"answers", "received_at"}
    assert answer.json()["answers"] == [
        {
            "id": record["id"],
            "status": "stored",
            "code": "admit",
            "let_through": True,
            "admitted": 2,
            "awaiting": 0,
            "right_sessions": [],
            "ticket": gate.signup.tickets.get().pk,
            "size": 3,
            "name": "程**",
            "unit": "七（2）班",
        }
    ]
    assert Attendance.objects.get().present == 2
    gate.station.refresh_from_db()
    assert (gate.station.records_pending, gate.station.app_version) == (4, "1.0")


def test_a_repeated_record_gets_its_first_answer_and_is_stored_once(gate: Gate) -> None:
    record = gate.scan(arriving=3)
    first = gate.answers(record)
    before = asking.rows_of_all_tables()

    assert gate.answers(record) == first
    assert gate.answers(record, record) == first * 2
    assert asking.rows_of_all_tables() == before
    assert first[0]["code"] == "admit"


def test_a_record_twice_in_one_batch_is_stored_once(gate: Gate) -> None:
    record = gate.scan()
    one, other = gate.answers(record, record)

    assert one == other
    assert StationRecord.objects.count() == 1


def test_the_same_id_with_other_content_is_told_so_and_not_stored(gate: Gate) -> None:
    record = gate.scan()
    gate.answers(record)
    (answer,) = gate.answers(record | {"arriving": 3})

    assert (answer["id"], answer["status"], answer["code"]) == (record["id"], "rejected", "scan_id_reused")
    assert answer["message"]
    assert StationRecord.objects.count() == 1
    other = gate.scan()
    kept, refused = gate.answers(other, other | {"arriving": 2})
    assert (kept["status"], refused["code"]) == ("stored", "scan_id_reused")


def test_the_same_id_of_another_phone_is_another_record(gate: Gate) -> None:
    record = gate.scan()
    _station, key = factories.station(gate.world.owner, gate.world.lead)
    other = asking.with_key("Station", key)
    gate.answers(record)

    assert other.post(RECORDS, {"records": [record]}).json()["answers"][0]["status"] == "stored"
    assert StationRecord.objects.count() == 2


def test_a_second_scan_says_when_and_where_the_first_one_was(gate: Gate) -> None:
    early = (timezone.now() - datetime.timedelta(minutes=5)).isoformat()
    gate.answers(gate.scan(arriving=3, made_at=early))
    (answer,) = gate.answers(gate.scan(sequence=2))

    assert (answer["code"], answer["let_through"], answer["first_station"]) == ("duplicate", False, "东门")
    assert datetime.datetime.fromisoformat(answer["first_at"]) == datetime.datetime.fromisoformat(early)


def test_more_people_than_the_ticket_has_wait_for_a_decision(gate: Gate) -> None:
    (answer,) = gate.answers(gate.scan(arriving=5))

    assert (answer["admitted"], answer["awaiting"]) == (3, 2)


def test_each_verdict_comes_with_its_code(gate: Gate) -> None:
    other = factories.session(gate.world.activity, timezone.now() - datetime.timedelta(minutes=10))
    elsewhere = factories.signup(other, factories.one("张三"))
    cancelled = factories.signup(gate.world.session, factories.one("李四"))
    signups.cancel(by="participant", signup=cancelled, at=timezone.now())
    token_text = gate.address.rpartition("/")[2]
    forged = token_text[:-1] + ("A" if token_text[-1] != "A" else "B")
    sent = [
        (gate.scan("这不是票"), "unreadable", False),
        (gate.scan(elsewhere.tickets.get().short_code), "wrong_session", False),
        (gate.scan(cancelled.tickets.get().short_code), "cancelled", False),
        (gate.scan(made_at=(timezone.now() - datetime.timedelta(hours=5)).isoformat()), "too_early", False),
        (gate.scan(made_at=(timezone.now() + datetime.timedelta(hours=9)).isoformat()), "too_late", False),
        (gate.scan(direction="exit"), "duplicate", False),
        (gate.scan(gate.address), "admit", True),
    ]
    answers = gate.answers(*(record | {"sequence": place} for place, (record, _code, _in) in enumerate(sent)))

    assert [(one["code"], one["let_through"]) for one in answers] == [(code, let) for _record, code, let in sent]
    assert answers[1]["right_sessions"] == [other.pk]
    assert all(one["status"] == "stored" for one in answers)
    assert gate.answers(gate.scan(forged))[0]["code"] in {"forged", "unreadable"}
    assert Scan.objects.count() == 8


def test_a_ticket_signed_by_us_that_is_not_on_the_roster_yet_is_let_in_and_waits(gate: Gate, settings: Any) -> None:
    key_id, seed = settings.KEPU_TICKET_KEYS[0]
    day = timezone.localdate() + datetime.timedelta(days=1)
    text = token.sign(token.Token(key_id, gate.world.activity.pk, 12345, 3, day), seed)
    (answer,) = gate.answers(gate.scan(token.address("http://testserver", text)))

    assert (answer["code"], answer["let_through"], answer["awaiting"]) == ("unverified", True, 1)
    assert "ticket" not in answer
    assert ScanOutcome.objects.get().outcome == "awaiting"


def test_a_ticket_of_another_organization_says_nothing_of_its_people(gate: Gate) -> None:
    other = factories.organization("elsewhere")
    theirs = factories.session(factories.activity(factories.campaign(other)), timezone.now())
    signup = factories.signup(theirs, factories.one("别人"))
    (answer,) = gate.answers(gate.scan(signup.tickets.get().short_code))

    assert answer["let_through"] is False
    assert not {"ticket", "size", "name", "unit"} & set(answer)


def test_a_record_for_a_session_out_of_reach_is_kept_and_says_so(gate: Gate) -> None:
    other = factories.organization("elsewhere")
    theirs = factories.session(factories.activity(factories.campaign(other)), timezone.now())
    answers = gate.answers(
        gate.scan(session=theirs.pk),
        gate.record("walk_in", 2, people=3, session=theirs.pk),
        gate.record("output", 3, measure="leaflets", number=9, session=2**62),
    )

    assert [(one["status"], one["code"]) for one in answers] == [("stored", "unknown_session")] * 3
    assert (answers[0]["let_through"], bool(answers[0]["message"])) == (False, True)
    assert not Headcount.objects.exists()
    assert not Output.objects.exists()


def test_records_of_every_kind_are_stored(gate: Gate, owner: APIClient) -> None:
    scan = gate.scan(arriving=2)
    answers = gate.answers(
        gate.record("clock", 1, offset=0, session=None) | {"session": gate.world.session.pk},
        scan | {"sequence": 2},
        gate.record("walk_in", 3, people=4, audience_group="elderly", counted_by="张义工"),
        gate.record("headcount", 4, people=40, basis="everyone", method="estimated"),
        gate.record("output", 5, measure="leaflets", number=200),
    )

    assert [one["code"] for one in answers] == ["stored", "admit", "stored", "stored", "stored"]
    walk_in, heads = Headcount.objects.order_by("record__sequence")
    assert (walk_in.people, walk_in.basis, walk_in.method, walk_in.counted_by, walk_in.audience_group) == (
        4, "besides", "counted", "张义工", "elderly",
    )  # fmt: skip
    assert (heads.people, heads.basis, heads.method, heads.counted_by) == (40, "everyone", "estimated", "东门")
    output = Output.objects.get()
    assert (output.measure, output.number, list(output.sessions.all())) == ("leaflets", 200, [gate.world.session])
    listed = owner.get(f"{asking.V1}/sessions/{gate.world.session.pk}/headcounts").json()["results"]
    assert {row["people"] for row in listed} == {4, 40}


def test_each_kind_is_taken_back_by_its_phone_and_by_no_other(gate: Gate) -> None:
    scan = gate.scan(arriving=2)
    walk_in = gate.record("walk_in", 2, people=4)
    output = gate.record("output", 3, measure="leaflets", number=200)
    gate.answers(scan, walk_in, output)
    _station, key = factories.station(gate.world.owner, gate.world.lead)
    other = asking.with_key("Station", key)
    back = [gate.record("withdrawal", 4 + place, of=one["id"]) for place, one in enumerate((scan, walk_in, output))]

    other.post(RECORDS, {"records": back})
    assert Attendance.objects.exists()
    assert not Headcount.objects.exclude(withdrawn_at=None).exists()

    assert [one["code"] for one in gate.answers(*back)] == ["stored"] * 3
    assert not Attendance.objects.exists()
    assert ScanOutcome.objects.get().outcome == "withdrawn"
    assert not Headcount.objects.filter(withdrawn_at=None).exists()
    assert not Output.objects.filter(withdrawn_at=None).exists()
    assert Scan.objects.count() == 1


def test_outcomes_travel_to_the_other_phones(settled: Callable[[], None], gate: Gate) -> None:
    _station, key = factories.station(gate.world.owner, gate.world.lead)
    other = asking.with_key("Station", key)
    settled()
    cursor = other.get(CHANGES).json()["cursor"]
    record = gate.scan(arriving=2)
    gate.answers(record)
    settled()

    outcomes = other.get(CHANGES, {"since": cursor}).json()["outcomes"]
    assert [(one["scan"], one["outcome"], one["counted"]) for one in outcomes] == [(record["id"], "counted", 2)]


def test_500_records_are_taken_in_a_fixed_number_of_queries(gate: Gate, django_assert_max_num_queries: Any) -> None:
    records = [gate.scan(sequence=number) for number in range(500)]
    # Rows are written in batches; nothing is asked for each record.
    with django_assert_max_num_queries(50):
        answers = gate.answers(*records)

    assert [one["code"] for one in answers[:4]] == ["admit", "admit", "admit", "duplicate"]
    assert StationRecord.objects.count() == 500
    assert Attendance.objects.get().present == 3


def test_no_records_are_no_mistake(gate: Gate) -> None:
    assert gate.answers() == []


def test_the_answer_speaks_the_readers_language(gate: Gate) -> None:
    bad = gate.scan(made_at="x")
    chinese = gate.answers(bad)[0]["message"]
    english = gate.phone.post(RECORDS, {"records": [bad]}, headers={"accept-language": "en"}).json()["answers"][0]

    assert chinese != english["message"]
    assert english["message"] == "This record cannot be read (made_at). It stays on the phone."
