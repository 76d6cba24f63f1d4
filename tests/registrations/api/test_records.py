"""What phones hand in over REST: every kind of record, repeats, and bad ones among good ones."""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.response import Response
from rest_framework.test import APIClient

from registrations.models import Attendance, Headcount, Output, Scan, ScanOutcome, Signup, Station, StationRecord
from registrations.operations import signups, tickets
from registrations.tickets import token
from tests import factories
from tests.events.api import asking

RECORDS, CHANGES = f"{asking.V1}/station/records", f"{asking.V1}/station/changes"


@dataclass(frozen=True)
class Gate:
    """A paired phone at a running lecture, with somebody's ticket in front of it."""

    world: factories.World
    station: Station
    phone: APIClient
    signup: Signup

    @property
    def short_code(self) -> str:
        return str(self.signup.tickets.get().short_code)

    @property
    def address(self) -> str:
        return tickets.address(signups.ticket_of(self.signup))

    def record(self, kind: str, sequence: int = 1, **values: Any) -> dict[str, Any]:
        return {
            "id": str(uuid.uuid4()),
            "kind": kind,
            "made_at": timezone.now().isoformat(),
            "sequence": sequence,
            "epoch": "e1",
            "session": self.world.session.pk,
        } | values

    def scan(self, code: str = "", sequence: int = 1, **values: Any) -> dict[str, Any]:
        return self.record("scan", sequence, **{"code": code or self.short_code} | values)

    def send(self, *records: Any, **values: Any) -> Response:
        return self.phone.post(RECORDS, {"records": list(records), "sent_at": timezone.now().isoformat()} | values)

    def answers(self, *records: Any, **values: Any) -> list[dict[str, Any]]:
        answer = self.send(*records, **values)
        assert answer.status_code == 200, answer.json()
        return list(answer.json()["answers"])


@pytest.fixture
def gate(running: factories.World) -> Gate:
    station, key = factories.station(running.owner, running.lead)
    signup = factories.signup(running.session, factories.many(3, unit="七（2）班"))
    return Gate(running, station, asking.with_key("Station", key), signup)


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


def test_a_phone_that_is_an_hour_off_is_put_right(gate: Gate) -> None:
    wrong = timezone.now() - datetime.timedelta(hours=1)
    gate.answers(gate.scan(made_at=wrong.isoformat()), sent_at=wrong.isoformat())

    scan = Scan.objects.get()
    assert abs(scan.corrected_at - timezone.now()) < datetime.timedelta(seconds=30)
    assert scan.clock_uncertain is False


def test_an_hour_off_that_was_put_right_before_sending_is_put_right_too(gate: Gate) -> None:
    hour = 3_600_000
    wrong = timezone.now() - datetime.timedelta(hours=1)
    records = [
        gate.scan(made_at=wrong.isoformat(), epoch="before"),
        gate.record("clock", 2, epoch="after", previous="before", jump=hour),
    ]
    gate.answers(*records)

    assert abs(Scan.objects.get().corrected_at - timezone.now()) < datetime.timedelta(seconds=30)


def test_without_the_phones_clock_times_are_marked_uncertain(gate: Gate) -> None:
    gate.answers(gate.scan(), sent_at=None)

    assert Scan.objects.get().clock_uncertain is True


@pytest.mark.parametrize("count", [501, 1000])
def test_more_than_500_records_are_too_many_at_once(gate: Gate, count: int) -> None:
    before = asking.rows_of_all_tables()

    body = asking.refusal(gate.send(*[gate.scan()] * count), 413, "batch_too_large")
    assert body["facts"] == {"most": 500}
    assert asking.rows_of_all_tables() == before


def test_500_records_are_taken_in_a_fixed_number_of_queries(gate: Gate, django_assert_max_num_queries: Any) -> None:
    records = [gate.scan(sequence=number) for number in range(500)]
    # Rows are written in batches; nothing is asked for each record.
    with django_assert_max_num_queries(50):
        answers = gate.answers(*records)

    assert [one["code"] for one in answers[:4]] == ["admit", "admit", "admit", "duplicate"]
    assert StationRecord.objects.count() == 500
    assert Attendance.objects.get().present == 3


BAD = [
    pytest.param({"id": None}, "id", id="no id"),
    pytest.param({"id": "7"}, "id", id="an id that is none"),
    pytest.param({"made_at": "yesterday"}, "made_at", id="a time in words"),
    pytest.param({"made_at": "2026-02-30T10:00:00Z"}, "made_at", id="a day that does not exist"),
    pytest.param({"made_at": "2026-02-03T10:00:00"}, "made_at", id="a time without an offset"),
    pytest.param({"made_at": 5}, "made_at", id="a time as a number"),
    pytest.param({"kind": "party"}, "kind", id="an unknown kind"),
    pytest.param({"kind": None}, "kind", id="no kind"),
    pytest.param({"kind": ["scan"]}, "kind", id="a kind in a list"),
    pytest.param({"session": None}, "session", id="no session"),
    pytest.param({"session": "1"}, "session", id="a session as text"),
    pytest.param({"session": 0}, "session", id="session zero"),
    pytest.param({"session": 2**63}, "session", id="a session beyond the database"),
    pytest.param({"session": True}, "session", id="a session that is true"),
    pytest.param({"code": 7}, "code", id="a code as a number"),
    pytest.param({"code": "x" * 401}, "code", id="a code that is too long"),
    pytest.param({"arriving": 0}, "arriving", id="nobody arriving"),
    pytest.param({"arriving": 1.5}, "arriving", id="half a person"),
    pytest.param({"arriving": 10**30}, "arriving", id="more than there are people"),
    pytest.param({"direction": "sideways"}, "direction", id="a direction nobody goes"),
    pytest.param({"direction": {}}, "direction", id="a direction as an object"),
    pytest.param({"sequence": -1}, "sequence", id="a negative sequence"),
    pytest.param({"sequence": None}, "sequence", id="no sequence"),
    pytest.param({"epoch": "x" * 37}, "epoch", id="an epoch that is too long"),
    pytest.param({"epoch": 1}, "epoch", id="an epoch as a number"),
    pytest.param({"kind": "walk_in"}, "people", id="a walk-in of nobody"),
    pytest.param({"kind": "walk_in", "people": 0}, "people", id="a walk-in of zero"),
    pytest.param({"kind": "headcount", "people": -1}, "people", id="a negative headcount"),
    pytest.param({"kind": "headcount", "people": 1, "basis": "some"}, "basis", id="an unknown basis"),
    pytest.param({"kind": "headcount", "people": 1, "method": "guessed"}, "method", id="an unknown method"),
    pytest.param({"kind": "headcount", "people": 1, "counted_by": 5}, "counted_by", id="counted by a number"),
    pytest.param({"kind": "output", "measure": "joy", "number": 1}, "measure", id="an unknown measure"),
    pytest.param({"kind": "output", "measure": "leaflets", "number": -1}, "number", id="negative leaflets"),
    pytest.param({"kind": "withdrawal", "of": "that one"}, "of", id="a withdrawal of no id"),
]


@pytest.mark.parametrize(("values", "what"), BAD)
def test_a_bad_record_among_good_ones_is_rejected_alone(gate: Gate, values: dict[str, Any], what: str) -> None:
    bad = gate.scan(sequence=2) | values
    first, answer, last = gate.answers(gate.scan(sequence=1), bad, gate.scan(sequence=3))

    assert (first["status"], last["status"]) == ("stored", "stored")
    assert (answer["status"], answer["code"], answer["facts"]) == ("rejected", "record_invalid", {"what": what})
    assert what in answer["message"]
    assert answer["id"] == (None if bad["id"] is None else str(bad["id"]))
    assert StationRecord.objects.count() == 2


@pytest.mark.parametrize("bad", [None, 7, "scan", [], [[]], True], ids=repr)
def test_what_is_no_record_at_all_is_rejected_alone(gate: Gate, bad: Any) -> None:
    answer, good = gate.answers(bad, gate.scan())

    assert (answer["id"], answer["status"], answer["facts"]) == (None, "rejected", {"what": "record"})
    assert good["status"] == "stored"


#: What no phone of ours sends, and somebody else may.
HARD = [
    pytest.param('{"measure": ["leaflets"], "kind": "output", "number": 1}', id="a measure in a list"),
    pytest.param('{"kind": "clock", "session": "x"}', id="a clock's session as text"),
    pytest.param('{"kind": "clock", "session": []}', id="a clock's session as a list"),
    pytest.param('{"kind": "clock", "session": 1e30}', id="a clock's session beyond the database"),
    pytest.param('{"kind": "clock", "offset": 99999999999999999999}', id="a clock beyond all time"),
    pytest.param('{"kind": "clock", "jump": 5, "previous": []}', id="an epoch before that is a list"),
    pytest.param('{"made_at": "0001-01-01T00:00:00+08:00"}', id="the first day of the calendar"),
    pytest.param('{"made_at": "9999-12-31T23:59:59-08:00"}', id="the last day of the calendar"),
    pytest.param('{"code": "\\ud800"}', id="half a character"),
    pytest.param('{"weight": 1e999}', id="a number beyond all numbers"),
    pytest.param('{"kind": "walk_in", "people": 1, "counted_by": "\\u0000"}', id="a NUL in text"),
    pytest.param('{"note": {"deep": ["\\u0000"]}}', id="a NUL in what is not known"),
    pytest.param('{"note": ' + "[" * 300 + "]" * 300 + "}", id="nested three hundred deep"),
]


@pytest.mark.parametrize("text", HARD)
def test_a_hostile_record_keeps_no_other_out(gate: Gate, text: str) -> None:
    """Whether it is stored or rejected is its own affair: those beside it are stored, and nothing breaks."""
    good, bad = json.dumps(gate.scan(sequence=1)), json.dumps(gate.scan(sequence=2))
    body = f'{{"records": [{good}, {bad[:-1]}, {text[1:]}], "sent_at": null}}'
    answer = gate.phone.post(RECORDS, body, content_type="application/json")

    assert answer.status_code == 200, answer.json()
    assert answer.json()["answers"][0]["status"] == "stored"
    assert answer.json()["answers"][1]["status"] in {"stored", "rejected"}


def test_a_scan_without_any_code_keeps_no_other_out(gate: Gate) -> None:
    bad = gate.scan(sequence=2)
    del bad["code"]
    good, answer = gate.answers(gate.scan(sequence=1), bad)

    assert (good["status"], answer["code"], answer["facts"]) == ("stored", "record_invalid", {"what": "code"})


def test_what_nests_too_deeply_to_be_read_is_malformed(gate: Gate) -> None:
    body = '{"records": [' + "[" * 50_000 + "]" * 50_000 + "]}"

    asking.refusal(gate.phone.post(RECORDS, body, content_type="application/json"), 400, "malformed")


@pytest.mark.parametrize("sent_at", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1970-01-01T08:00:00+08:00"])
def test_a_phone_whose_clock_is_far_off_gets_rid_of_its_records_all_the_same(gate: Gate, sent_at: str) -> None:
    (answer,) = gate.answers(gate.scan(), sent_at=sent_at)

    assert answer["status"] == "stored"


def test_a_phone_that_woke_up_in_1970_is_put_right(gate: Gate) -> None:
    gate.answers(gate.scan(made_at="1970-01-01T00:05:00Z"), sent_at="1970-01-01T00:06:00Z")

    assert abs(Scan.objects.get().corrected_at - timezone.now()) < datetime.timedelta(minutes=2)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["records"]),
        ({"records": None}, ["records"]),
        ({"records": {}}, ["records"]),
        ({"records": "x"}, ["records"]),
        ({"records": [], "sent_at": "soon"}, ["sent_at"]),
        ({"records": [], "records_pending": -1}, ["records_pending"]),
        ({"records": [], "records_pending": 2**40}, ["records_pending"]),
        ({"records": [], "app_version": "x" * 41}, ["app_version"]),
        ([], ["body"]),
        (None, ["body"]),
    ],
)
def test_an_envelope_that_cannot_be_read_is_refused_whole(gate: Gate, body: Any, fields: list[str]) -> None:
    before = asking.rows_of_all_tables()
    answer = gate.phone.post(RECORDS, json.dumps(body), content_type="application/json")

    asking.refusal(answer, 400, "invalid", *fields)
    assert asking.rows_of_all_tables() == before


def test_no_records_are_no_mistake(gate: Gate) -> None:
    assert gate.answers() == []


def test_the_answer_speaks_the_readers_language(gate: Gate) -> None:
    bad = gate.scan(made_at="x")
    chinese = gate.answers(bad)[0]["message"]
    english = gate.phone.post(RECORDS, {"records": [bad]}, headers={"accept-language": "en"}).json()["answers"][0]

    assert chinese != english["message"]
    assert english["message"] == "This record cannot be read (made_at). It stays on the phone."
