"""What new records of stations amount to: scans are judged, heads and outputs counted, what was taken back goes, and all of
it is written with a fixed number of statements."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy

from events.operations.rows import Encoded, Rows, insert_all, numbers
from registrations import masks
from registrations.models import Scan, StationRecord
from registrations.operations import attendance, entered, first_scans, gathering, judging
from registrations.operations.envelopes import Sent

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Point:
    """A station as it stands while its row is locked. `session` is the one it serves; None: all of its organization's,
    whose `path` it is."""

    pk: int
    name: str
    session: int | None
    ended_at: datetime.datetime
    path: str

    def serves(self, gate: gathering.Gate) -> bool:
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
    """The number of its StationRecord, once it has one."""

    @property
    def of(self) -> uuid.UUID:
        """Of a withdrawal: the id of what is taken back."""
        return uuid.UUID(str(self.sent.payload["of"]))


def _named(bench: gathering.Bench, ticket: gathering.Held) -> dict[str, str]:
    """Whose ticket it is, for the volunteer: masked, and never kept with the answer, so that erasing reaches it."""
    return {"name": masks.name(bench.name_of(ticket)), "unit": bench.signups[ticket.signup].unit}


_RECORD = (
    "id", "station_id", "record_id", "kind", "digest", "payload", "made_at", "sequence", "epoch", "corrected_at",
    "clock_uncertain", "received_at", "answer",
)  # fmt: skip
_SCAN = (
    "id", "record_id", "scan_id", "station_id", "session_id", "ticket_id", "direction", "arriving", "corrected_at",
    "clock_uncertain", "judged", "facts",
)  # fmt: skip


def store(
    new: Sequence[New], *, withdrawn: Sequence[tuple[int, uuid.UUID, int]]
) -> dict[tuple[int, uuid.UUID], Answer]:
    """Write records that are new, and what follows from them; their answers. `withdrawn`: what these stations took back
    earlier, as (station, id of the record, row of the withdrawal)."""
    if not new:
        return {}
    bench = gathering.prepare(
        texts=[one.sent.payload["code"] for one in new if one.sent.kind == "scan"],
        sessions=[one.sent.payload["session"] for one in new if "session" in one.sent.payload],
    )
    scans: list[_Scanned] = []
    answers: dict[tuple[int, uuid.UUID], Answer] = {}
    for one in new:
        found = _answered(one, bench)
        if one.sent.kind == "withdrawal":
            judging.take_back(bench=bench, scan=one.of, station=one.point.pk)
        named = {}
        if found is not None:
            scans.append(found)
            named = _named(bench, found.ticket) if found.ticket else {}
        answers[one.point.pk, one.sent.id] = one.answer | named
    given = numbers({StationRecord: len(new), Scan: len(scans)})
    for one, row in zip(new, given[StationRecord], strict=True):
        one.row = row
    back = _taken_back(new, withdrawn)
    gone = {(one.station, one.of) for one in back}
    made = [one.made(row) for one, row in zip(scans, given[Scan], strict=True)]
    touched = [one.place for one in made if one.place and (one.station, one.scan) in gone]
    folded = first_scans.folded(made=made, bench=bench, besides=touched)
    insert_all(
        [
            Rows(StationRecord, _RECORD, [_record_row(one) for one in new]),
            Rows(Scan, _SCAN, [one.row(row) for one, row in zip(scans, given[Scan], strict=True)]),
            *folded.tables,
        ]
    )
    places = entered.follow(entries=_entries(new, bench))
    places |= entered.take_back(back)
    if folded.several or places:
        attendance.refold(places=folded.several | places)
    return answers


def _taken_back(new: Sequence[New], withdrawn: Iterable[tuple[int, uuid.UUID, int]]) -> list[entered.TakenBack]:
    """What is taken back by these records, and what of them was taken back before: records come in any order."""
    fresh = {(one.point.pk, one.sent.id): one for one in new if one.sent.kind != "withdrawal"}
    before = [
        entered.TakenBack(station, of, row, fresh[station, of].at)
        for station, of, row in withdrawn
        if (station, of) in fresh
    ]
    now = (one for one in new if one.sent.kind == "withdrawal")
    return before + [entered.TakenBack(one.point.pk, one.of, one.row, one.at) for one in now]


def _entries(new: Sequence[New], bench: gathering.Bench) -> list[entered.Entry]:
    """What was entered by hand, at sessions that the point serves."""
    found = []
    for one in new:
        gate = bench.sessions.get(one.sent.payload.get("session", 0))
        if one.sent.kind in entered.KINDS and gate is not None and one.point.serves(gate):
            found.append(
                entered.Entry(
                    one.point.pk, one.point.name, one.sent, one.row, gate, one.corrected, one.uncertain, one.at
                )
            )
    return found


#: What a record says of a person: it stands in the sign-up, where erasing reaches it, never in what is kept for ever.
_OF_A_PERSON = frozenset({"name", "village", "phone"})


def _record_row(one: New) -> tuple[Any, ...]:
    sent = one.sent
    payload: Encoded | dict[str, Any] = Encoded(sent.text)
    if sent.kind == "walk_in":
        payload = {name: value for name, value in sent.payload.items() if name not in _OF_A_PERSON}
    return (
        one.row, one.point.pk, sent.id, sent.kind, sent.digest, payload, sent.made_at, sent.sequence, sent.epoch,
        one.corrected, one.uncertain, one.at, one.answer,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Scanned:
    """A scan that was judged."""

    new: New
    session: int | None
    ticket: gathering.Held | None
    judged: str
    facts: Mapping[str, Any]

    @property
    def direction(self) -> str:
        return str(self.new.sent.payload.get("direction", "entry"))

    @property
    def arriving(self) -> int:
        return int(self.new.sent.payload.get("arriving", 1))

    def row(self, number: int) -> tuple[Any, ...]:
        new = self.new
        return (
            number, new.row, new.sent.id, new.point.pk, self.session, self.ticket.pk if self.ticket else None,
            self.direction, self.arriving, new.corrected, new.uncertain, self.judged, self.facts,
        )  # fmt: skip

    def made(self, number: int) -> first_scans.MadeScan:
        new = self.new
        return first_scans.MadeScan(
            pk=number,
            scan=new.sent.id,
            station=new.point.pk,
            session=self.session,
            ticket=self.ticket,
            judged=self.judged,
            direction=self.direction,
            arriving=self.arriving,
            at=new.corrected,
            uncertain=new.uncertain,
        )


def _answered(one: New, bench: gathering.Bench) -> _Scanned | None:
    """Write the answer to a record into it; of a scan what was judged."""
    payload = one.sent.payload
    one.answer = {"id": str(one.sent.id), "status": "stored", "code": "stored"}
    gate = bench.sessions.get(payload.get("session", 0))
    if "session" in payload and (gate is None or not one.point.serves(gate)):
        one.answer["code"] = "unknown_session"
        gate = None
    return _scan(one, gate, bench) if one.sent.kind == "scan" else None


_NOT_HERE = gettext_lazy("This session does not belong to this check-in point.")
_ENDED = gettext_lazy("This check-in point had ended by then. The scan is kept and waits for a decision.")


def _said(one: New, sentence: object) -> str:
    """In the language of whoever sent it: several are answered together."""
    with translation.override(one.language):
        return str(sentence)


def _scan(one: New, gate: gathering.Gate | None, bench: gathering.Bench) -> _Scanned:
    """A scan and the answer to it. One for a session out of reach is kept, and says so."""
    payload, point = one.sent.payload, one.point
    if gate is None:
        one.answer |= {"let_through": False, "message": _said(one, _NOT_HERE)}
        return _Scanned(one, None, None, "unknown_session", {})
    if one.corrected > point.ended_at:
        # Made after the end: kept, and lets nobody in until somebody decides.
        one.answer |= {"code": "station_ended", "let_through": False, "message": _said(one, _ENDED)}
        return _Scanned(one, gate.pk, None, "station_ended", {})
    ticket = bench.tickets[payload["code"]].ticket
    if ticket and not ticket.path.startswith(point.path):
        # A ticket of somebody else's activity: good, but not here, and nothing about its people is said.
        ticket = None
    asked = judging.Asked(
        one.sent.id, point.pk, point.name, payload["code"], payload.get("direction", "entry"),
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
