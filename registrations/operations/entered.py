"""What records other than scans amount to: heads counted, things handed out, people at the door – and what was taken back.
A fixed number of statements, but for people who gave their names: each of them is a sign-up."""

from __future__ import annotations

import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from events.operations.rows import Rows, insert_all, numbers
from registrations.models import Headcount, Output, Scan, ScanWithdrawal
from registrations.operations import desk, door
from registrations.operations.envelopes import Sent
from registrations.operations.gathering import Gate
from registrations.operations.placement import Place

KINDS = frozenset({"walk_in", "headcount", "output"})


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody entered at a check-in point; `row` is the number of its record."""

    station: int
    station_name: str
    sent: Sent
    row: int
    gate: Gate
    corrected: datetime.datetime
    uncertain: bool
    at: datetime.datetime


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A station took one of its own records back; `row` is the number of the record that says so."""

    station: int
    of: uuid.UUID
    row: int
    at: datetime.datetime


_HEADCOUNT = (
    "session_id", "audience_group", "people", "basis", "method", "bound", "part", "counted_by", "how", "counted_at",
    "record_id", "entered_at",
)  # fmt: skip
_OUTPUT = ("id", "activity_id", "measure", "number", "bound", "grade", "note", "record_id", "entered_at")


def follow(*, entries: Iterable[Entry]) -> set[Place]:
    """Write what was entered; the places to be folded, of people who signed up at the door."""
    places: set[Place] = set()
    heads, outputs = [], []
    for one in entries:
        if one.sent.kind == "output":
            outputs.append(one)
            continue
        place = _registered(one) if one.sent.kind == "walk_in" else None
        if place is not None:
            places.add(place)
        else:
            heads.append(one)
    _write(heads, outputs)
    return places


def _registered(one: Entry) -> Place | None:
    """Somebody at the door who gave a name; None where they are but counted."""
    if not one.sent.payload.get("name", "").strip():
        return None
    return door.register(
        station=one.station,
        record=one.row,
        record_id=one.sent.id,
        session=one.gate.pk,
        payload=one.sent.payload,
        corrected_at=one.corrected,
        uncertain=one.uncertain,
    )


def _write(heads: Sequence[Entry], outputs: Sequence[Entry]) -> None:
    if not heads and not outputs:
        return
    given = numbers({Output: len(outputs)})[Output] if outputs else []
    jointly = Output.sessions.through
    insert_all(
        [
            Rows(Headcount, _HEADCOUNT, [_head(one) for one in heads]),
            Rows(Output, _OUTPUT, [_output(one, pk) for one, pk in zip(outputs, given, strict=True)]),
            Rows(
                jointly,
                ("output_id", "session_id"),
                [(pk, one.gate.pk) for one, pk in zip(outputs, given, strict=True)],
            ),
        ]
    )


def _head(one: Entry) -> tuple[object, ...]:
    said = one.sent.payload
    basis = Headcount.Basis.BESIDES.value
    return (
        one.gate.pk, said.get("audience_group", ""), said["people"],
        basis if one.sent.kind == "walk_in" else said.get("basis", basis), said.get("method", "counted"), "exact",
        said.get("part", ""), said.get("counted_by") or one.station_name, "", one.corrected, one.row, one.at,
    )  # fmt: skip


def _output(one: Entry, pk: int) -> tuple[object, ...]:
    said = one.sent.payload
    return pk, one.gate.activity, said["measure"], said["number"], "exact", "tallied", "", one.row, one.at


def take_back(back: Sequence[TakenBack]) -> set[Place]:
    """Undo stations' own records; the places to be folded again."""
    if not back:
        return set()
    by_record = {(one.station, one.of): one for one in reversed(back)}  # the first word stands
    scans = Scan.objects.filter(station__in={one.station for one in back}, scan_id__in={one.of for one in back})
    mine = [scan for scan in scans.select_related("ticket") if (scan.station_id, scan.scan_id) in by_record]
    ScanWithdrawal.objects.bulk_create(
        [ScanWithdrawal(scan=scan, record_id=by_record[scan.station_id, scan.scan_id].row) for scan in mine],
        ignore_conflicts=True,
    )
    desk.settle(scans=[scan for scan in mine if scan.ticket is None or scan.session_id is None])
    others: dict[tuple[int, datetime.datetime], list[uuid.UUID]] = defaultdict(list)
    for station, of in by_record.keys() - {(scan.station_id, scan.scan_id) for scan in mine}:
        others[station, by_record[station, of].at].append(of)
    for (station, at), ids in others.items():
        for model in (Headcount, Output):
            rows = model.objects.filter(record__station=station, record__record_id__in=ids)  # type: ignore[attr-defined]
            rows.update(withdrawn_at=at)
    return {
        Place(scan.ticket.signup_id, scan.session_id)
        for scan in mine
        if scan.ticket is not None and scan.session_id is not None
    }
