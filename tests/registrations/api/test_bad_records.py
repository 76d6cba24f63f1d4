"""Records that cannot be read, and hostile ones: they keep no others out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from registrations.models import StationRecord
from tests.events.api import asking
from tests.registrations.api.gate import RECORDS, Gate


@pytest.mark.parametrize("count", [501, 1000])
def test_more_than_500_records_are_too_many_at_once(gate: Gate, count: int) -> None:
    before = asking.rows_of_all_tables()

    body = asking.refusal(gate.send(*[gate.scan()] * count), 413, "batch_too_large")
    assert body["facts"] == {"most": 500}
    assert asking.rows_of_all_tables() == before


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
