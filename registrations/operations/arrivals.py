"""What new records of stations amount to: scans are judged, heads and outputs counted, what was taken back goes, and all of
it is written with a fixed number of statements."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import translation
from django.utils.translation import gettext

from events.operations.rows import insert
from registrations import masks
from registrations.models import Headcount, Output, Scan, ScanWithdrawal, Station, StationRecord
from registrations.operations import desk, door, first_scans, judging
from registrations.operations.envelopes import Sent
from registrations.operations.placement import Place

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Point:
    """A station as it stands while its row is locked, with its clock and what it took back before."""

    station: Station
    session: int | None
    ended_at: datetime.datetime
    path: str

    def serves(self, gate: judging.Gate) -> bool:
        """Its session, or all of its organization's tree."""
        if self.session is not None:
            return self.session == gate.pk
        return gate.path.startswith(self.path)


@dataclass(slots=True)
class New:
    """A record that was not sent before: who sent it, and when it was made as far as that can be told."""

    point: Point
    sent: Sent
    at: datetime.datetime
    corrected: datetime.datetime
    uncertain: bool
    language: str | None
    answer: Answer = field(default_factory=dict)
    row: int = 0
    """The number of its StationRecord, once it is written."""


def _named(bench: judging.Bench, ticket: judging.Held) -> dict[str, str]:
    """Whose ticket it is, for the volunteer: masked, and never kept with the answer, so that erasing reaches it."""
    return {"name": masks.name(bench.name_of(ticket)), "unit": bench.signups[ticket.signup].unit}


_RECORD = (
    "station_id", "record_id", "kind", "digest", "payload", "made_at", "sequence", "epoch", "corrected_at",
    "clock_uncertain", "received_at", "answer",
)  # fmt: skip
_SCAN = (
    "record_id", "scan_id", "station_id", "session_id", "ticket_id", "direction", "arriving", "corrected_at",
    "clock_uncertain", "judged", "facts",
)  # fmt: skip


def store(
    new: Sequence[New], *, withdrawn: Sequence[tuple[int, uuid.UUID, int]]
) -> dict[tuple[int, uuid.UUID], Answer]:
    """Write records that are new, and what follows from them; their answers. `withdrawn`: what these stations took back
    earlier, as (station, id of the record, row of the withdrawal)."""
    if not new:
        return {}
    bench = judging.prepare(
        texts=[one.sent.payload["code"] for one in new if one.sent.kind == "scan"],
        sessions=[one.sent.payload["session"] for one in new if "session" in one.sent.payload],
    )
    visits = first_scans.visits(bench=bench)
    judging.look_back(bench=bench, tickets=visits.tickets_seen)
    # Withdrawals may have come in before what they take back: records come in any order.
    fresh = {(one.point.station.pk, one.sent.id) for one in new if one.sent.kind != "withdrawal"}
    taken_back = [one for one in withdrawn if (one[0], one[1]) in fresh]
    scans: list[_Scanned] = []
    answers: dict[tuple[int, uuid.UUID], Answer] = {}
    for one in new:
        with translation.override(one.language):
            found = _answered(one, bench)
        if one.sent.kind == "withdrawal":
            judging.take_back(bench=bench, scan=uuid.UUID(str(one.sent.payload["of"])), station=one.point.station.pk)
        named = {}
        if found is not None:
            scans.append(found)
            named = _named(bench, found.ticket) if found.ticket else {}
        answers[one.point.station.pk, one.sent.id] = one.answer | named
    rows = insert(StationRecord, _RECORD, [_record_row(one) for one in new])
    for one, pk in zip(new, rows, strict=True):
        one.row = pk
    numbers = insert(Scan, _SCAN, [one.row() for one in scans])
    places: set[Place] = set()
    for one in new:
        if one.sent.kind != "scan":
            places |= _follow(one, bench)
    for station, of, pk in taken_back:
        places |= _withdraw(station, of, pk, new[0].at)
    made = [one.made(number) for one, number in zip(scans, numbers, strict=True)]
    first_scans.follow(made=made, visits=visits, bench=bench, besides=places)
    return answers


#: What a record says of a person: it stands in the sign-up, where erasing reaches it, never in what is kept for ever.
_OF_A_PERSON = frozenset({"name", "village", "phone"})


def _record_row(one: New) -> tuple[Any, ...]:
    sent = one.sent
    payload = sent.payload
    if sent.kind == "walk_in":
        payload = {name: value for name, value in payload.items() if name not in _OF_A_PERSON}
    return (
        one.point.station.pk, sent.id, sent.kind, sent.digest, payload, sent.made_at, sent.sequence, sent.epoch,
        one.corrected, one.uncertain, one.at, one.answer,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Scanned:
    """A scan that was judged."""

    new: New
    session: int | None
    ticket: judging.Held | None
    judged: str
    facts: Mapping[str, Any]

    @property
    def direction(self) -> str:
        return str(self.new.sent.payload.get("direction", "entry"))

    @property
    def arriving(self) -> int:
        return int(self.new.sent.payload.get("arriving", 1))

    def row(self) -> tuple[Any, ...]:
        new = self.new
        return (
            new.row, new.sent.id, new.point.station.pk, self.session, self.ticket.pk if self.ticket else None,
            self.direction, self.arriving, new.corrected, new.uncertain, self.judged, self.facts,
        )  # fmt: skip

    def made(self, number: int) -> first_scans.MadeScan:
        new = self.new
        return first_scans.MadeScan(
            pk=number,
            name=f"{new.sent.id}:{new.point.station.pk}",
            station=new.point.station.pk,
            session=self.session,
            ticket=self.ticket,
            judged=self.judged,
            direction=self.direction,
            arriving=self.arriving,
            at=new.corrected,
            uncertain=new.uncertain,
        )


def _answered(one: New, bench: judging.Bench) -> _Scanned | None:
    """Write the answer to a record into it; of a scan what was judged."""
    payload = one.sent.payload
    one.answer = {"id": str(one.sent.id), "status": "stored", "code": "stored"}
    gate = bench.sessions.get(payload.get("session", 0))
    if "session" in payload and (gate is None or not one.point.serves(gate)):
        one.answer["code"] = "unknown_session"
        gate = None
    return _scan(one, gate, bench) if one.sent.kind == "scan" else None


def _scan(one: New, gate: judging.Gate | None, bench: judging.Bench) -> _Scanned:
    """A scan and the answer to it. One for a session out of reach is kept, and says so."""
    payload, point = one.sent.payload, one.point
    if gate is None:
        message = gettext("This session does not belong to this check-in point.")
        one.answer |= {"let_through": False, "message": message}
        return _Scanned(one, None, None, "unknown_session", {})
    if one.corrected > point.ended_at:
        # Made after the end: kept, and lets nobody in until somebody decides.
        message = gettext("This check-in point had ended by then. The scan is kept and waits for a decision.")
        one.answer |= {"code": "station_ended", "let_through": False, "message": message}
        return _Scanned(one, gate.pk, None, "station_ended", {})
    ticket = bench.tickets[payload["code"]].ticket
    if ticket and not ticket.path.startswith(point.path):
        # A ticket of somebody else's activity: good, but not here, and nothing about its people is said.
        ticket = None
    asked = judging.Asked(
        one.sent.id, point.station.pk, point.station.name, payload["code"], payload.get("direction", "entry"),
        payload.get("arriving", 1), one.corrected,
    )  # fmt: skip
    verdict, facts = judging.judge(bench=bench, asked=asked, session=gate, ticket=ticket)
    if payload.get("substitute"):
        facts["substitute"] = True
    one.answer |= {
        "code": verdict.code.value,
        "let_through": verdict.lets_through,
        "admitted": verdict.admitted,
        "awaiting": verdict.awaiting,
        "right_sessions": list(verdict.right_sessions),
    }
    for name in ("first_at", "first_station"):
        if name in facts:
            one.answer[name] = facts[name]
    if ticket is not None:
        one.answer |= {"ticket": ticket.pk, "size": facts["size"]}
    return _Scanned(one, gate.pk, ticket, verdict.code.value, facts)


def _follow(one: New, bench: judging.Bench) -> set[Place]:
    """What a record other than a scan amounts to; returns the places to fold again."""
    payload = one.sent.payload
    gate = bench.sessions.get(payload.get("session", 0))
    if gate is not None and not one.point.serves(gate):
        gate = None
    if one.sent.kind == "walk_in" and gate is not None and payload.get("name", "").strip():
        place = door.register(
            station=one.point.station.pk,
            record=one.row,
            record_id=one.sent.id,
            session=gate.pk,
            payload=payload,
            corrected_at=one.corrected,
            uncertain=one.uncertain,
        )
        if place is not None:
            return {place}
    if one.sent.kind in {"walk_in", "headcount"} and gate is not None:
        Headcount.objects.create(
            session_id=gate.pk,
            audience_group=payload.get("audience_group", ""),
            people=payload["people"],
            basis="besides" if one.sent.kind == "walk_in" else payload.get("basis", "besides"),
            method=payload.get("method", "counted"),
            part=payload.get("part", ""),
            counted_by=payload.get("counted_by") or one.point.station.name,
            counted_at=one.corrected,
            record_id=one.row,
            entered_at=one.at,
        )
    elif one.sent.kind == "output" and gate is not None:
        made = Output.objects.create(
            activity_id=gate.activity,
            measure=payload["measure"],
            number=payload["number"],
            record_id=one.row,
            entered_at=one.at,
        )
        made.sessions.add(gate.pk)
    elif one.sent.kind == "withdrawal":
        return _withdraw(one.point.station.pk, uuid.UUID(str(payload["of"])), one.row, one.at)
    return set()


def _withdraw(station: int, of: uuid.UUID, row: int, at: datetime.datetime) -> set[Place]:
    """Undo one of the station's own records."""
    scan = Scan.objects.filter(station=station, scan_id=of).select_related("ticket").first()
    if scan is not None:
        ScanWithdrawal.objects.get_or_create(scan=scan, defaults={"record_id": row})
        if scan.ticket is not None and scan.session_id is not None:
            return {Place(scan.ticket.signup_id, scan.session_id)}
        desk.settle(scans=[scan])  # nobody's place, unless somebody has decided about it
        return set()
    Headcount.objects.filter(record__station=station, record__record_id=of).update(withdrawn_at=at)
    Output.objects.filter(record__station=station, record__record_id=of).update(withdrawn_at=at)
    return set()
