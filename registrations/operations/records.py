"""What stations send. Every record that can be read is stored once, for ever, with the answer it got.

Identity is (origin station, record id) with a digest of the payload: a repeat gets the first answer back, the same id
with other content is told `scan_id_reused`. Stations are locked while they speak, so that a record sent many times at
once is stored once.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events.errors import Refusal
from events.models import Session
from registrations import masks
from registrations.checkin.clock import ClockRecord, correct, offsets
from registrations.models import (
    Headcount,
    Output,
    Scan,
    ScanOutcome,
    ScanWithdrawal,
    Station,
    StationRecord,
    Ticket,
)
from registrations.operations import attendance, judging, stations
from registrations.operations.envelopes import RecordInvalid, Sent, parse

LARGEST_BATCH = 500
#: Judged thus, a scan waits for a named person's decision.
AWAITING = frozenset({"unverified", "unknown_session", "station_ended"})
#: Clock records this old tie nothing together any more.
CLOCKS_LAST = datetime.timedelta(days=60)
#: A phone's clock this close to ours at a contact needs no correction: it is the way the request took.
NEAR_ENOUGH = datetime.timedelta(seconds=2)


class BatchTooLarge(Refusal):
    code = "batch_too_large"
    status = 413
    sentence = _("At most %(most)s records can be sent at once.")


class ScanIdReused(Refusal):
    code = "scan_id_reused"
    sentence = _("Another record was sent under this id.")


def _rejection(raw: object, refusal: Refusal) -> dict[str, Any]:
    found = raw.get("id") if isinstance(raw, dict) else None
    return {
        "id": str(found) if found else None,
        "status": "rejected",
        "code": refusal.code,
        "message": refusal.message,
        "facts": refusal.facts,
    }


def receive(
    *,
    station: Station,
    records: Sequence[object],
    sent_at: datetime.datetime | None,
    at: datetime.datetime,
    sent_epoch: str = "",
) -> list[dict[str, Any]]:
    """Take in up to 500 records and answer each, in their order.

    An answer is {"id", "status": "stored" | "rejected", "code", …}; `stored` acknowledges exactly that record. `sent_at` is
    the phone's clock at this contact, `sent_epoch` the epoch of that clock (empty: that of the newest record). One
    transaction: what is acknowledged is durable. Raises BatchTooLarge.
    """
    if len(records) > LARGEST_BATCH:
        raise BatchTooLarge(most=LARGEST_BATCH)
    answers: list[dict[str, Any] | None] = [None] * len(records)
    good: list[tuple[int, Sent]] = []
    for place, raw in enumerate(records):
        try:
            good.append((place, parse(raw)))
        except RecordInvalid as refusal:
            answers[place] = _rejection(raw, refusal)
    with transaction.atomic():
        station = Station.objects.select_for_update(of=("self",)).select_related("organization").get(pk=station.pk)
        fresh: list[tuple[int, Sent]] = []
        first: dict[uuid.UUID, Sent] = {}
        repeated: list[int] = []
        held = {
            row.record_id: row
            for row in StationRecord.objects.filter(station=station, record_id__in=[one.id for _place, one in good])
        }
        for place, one in good:
            earlier = held.get(one.id)
            if (earlier and earlier.digest != one.digest) or (one.id in first and first[one.id].digest != one.digest):
                answers[place] = _rejection(one.payload, ScanIdReused())
            elif earlier:
                answers[place] = earlier.answer
                repeated.append(place)
            else:
                fresh.append((place, one))
                first.setdefault(one.id, one)
        contact = Contact(sent_at, sent_epoch, at)
        given = _store(station, list(first.values()), contact)
        for place, one in fresh:
            answers[place] = given[one.id]
        if repeated:
            _name_again(answers, repeated)
        stations.note_contact(station=station, at=at)
    return [answer for answer in answers if answer is not None]


def _named(ticket: Ticket) -> dict[str, str]:
    """Whose ticket it is, for the volunteer: masked, and never kept with the answer, so that erasing reaches it."""
    name = ticket.attendee.name if ticket.attendee else ticket.signup.contact_name
    return {"name": masks.name(name), "unit": ticket.signup.unit}


def _name_again(answers: list[dict[str, Any] | None], places: Sequence[int]) -> None:
    wanted = {answer["ticket"] for place in places if (answer := answers[place]) and "ticket" in answer}
    tickets = Ticket.objects.select_related("attendee", "signup").in_bulk(wanted)
    for place in places:
        answer = answers[place]
        if answer and answer.get("ticket") in tickets:
            answers[place] = answer | _named(tickets[answer["ticket"]])


@dataclass(frozen=True, slots=True)
class Contact:
    """A phone's clock and ours at one moment."""

    sent_at: datetime.datetime | None
    epoch: str
    at: datetime.datetime


def _known_offsets(station: Station, fresh: Sequence[Sent], contact: Contact) -> dict[str, int]:
    """Clock offsets per epoch in ms: known of this contact and earlier ones, chained over known jumps."""
    contacts: dict[str, int] = {}
    clocks: list[ClockRecord] = []
    earlier = StationRecord.objects.filter(
        station=station, kind=StationRecord.Kind.CLOCK, received_at__gt=contact.at - CLOCKS_LAST
    ).order_by("sequence")
    for row in earlier.only("payload", "epoch", "sequence", "made_at", "corrected_at", "clock_uncertain"):
        if not row.clock_uncertain:
            contacts[row.epoch] = round((row.corrected_at - row.made_at).total_seconds() * 1000)
        clocks.append(_clock(row.payload, row.epoch, row.sequence))
    for one in fresh:
        if one.kind == "clock":
            clocks.append(_clock(one.payload, one.epoch, one.sequence))
            if one.payload.get("offset") is not None:
                contacts[one.epoch] = one.payload["offset"]
    if contact.sent_at is not None and fresh:
        here = contact.epoch or max(fresh, key=lambda one: one.sequence).epoch
        off = contact.at - contact.sent_at
        contacts[here] = 0 if abs(off) <= NEAR_ENOUGH else round(off.total_seconds() * 1000)
    return offsets(contacts, clocks)


def _clock(payload: Mapping[str, Any], epoch: str, sequence: int) -> ClockRecord:
    return ClockRecord(sequence, epoch, payload.get("jump"), payload.get("previous"))


def _store(station: Station, fresh: Sequence[Sent], contact: Contact) -> dict[uuid.UUID, dict[str, Any]]:
    """Write records that are new, and what follows from them."""
    if not fresh:
        return {}
    at, known = contact.at, _known_offsets(station, fresh, contact)
    wanted = [one for one in fresh if one.kind == "scan"]
    bench = judging.prepare(
        texts=[one.payload["code"] for one in wanted],
        sessions=[one.payload["session"] for one in fresh if "session" in one.payload],
    )
    answers: dict[uuid.UUID, dict[str, Any]] = {}
    rows: list[StationRecord] = []
    scans: list[Scan] = []
    follow: list[tuple[Sent, StationRecord]] = []
    for one in sorted(fresh, key=lambda sent: sent.sequence):
        corrected, uncertain = correct(one.made_at, one.epoch, known)
        row = StationRecord(
            station=station,
            record_id=one.id,
            kind=one.kind,
            digest=one.digest,
            payload=one.payload,
            made_at=one.made_at,
            sequence=one.sequence,
            epoch=one.epoch,
            corrected_at=corrected,
            clock_uncertain=uncertain,
            received_at=at,
        )
        answer: dict[str, Any] = {"id": str(one.id), "status": "stored", "code": "stored"}
        session = bench.sessions.get(one.payload.get("session", 0))
        if "session" in one.payload and (session is None or not _serves(station, session)):
            answer["code"] = "unknown_session"
            session = None
        if one.kind == "scan":
            scan, answer = _scan(station, row, one, session, bench, answer)
            scans.append(scan)
        else:
            follow.append((one, row))
        if one.kind == "withdrawal":
            judging.take_back(bench=bench, scan=uuid.UUID(str(one.payload["of"])), station=station.pk)
        row.answer = answer
        rows.append(row)
        named = _named(scan.ticket) if one.kind == "scan" and scan.ticket else {}
        answers[one.id] = answer | named
    StationRecord.objects.bulk_create(rows)
    Scan.objects.bulk_create(scans)
    places = {
        attendance.Place(scan.ticket.signup_id, scan.session_id) for scan in scans if scan.ticket and scan.session_id
    }
    for one, row in follow:
        places |= _follow(station, one, row, bench, at)
    for row in _taken_back_before(station, fresh):
        places |= _withdraw(station, uuid.UUID(row.payload["of"]), row, at)
    attendance.refold(places=places)
    loose = [scan for scan in scans if scan.ticket is None or scan.session_id is None]
    attendance.write_outcomes(
        [
            ScanOutcome(
                scan=scan,
                session_id=scan.session_id,
                outcome=ScanOutcome.Outcome.AWAITING if scan.judged in AWAITING else ScanOutcome.Outcome.REFUSED,
            )
            for scan in loose
        ]
    )
    return answers


def _taken_back_before(station: Station, fresh: Sequence[Sent]) -> list[StationRecord]:
    """Withdrawals that came in before what they take back: records may come in any order."""
    ids = [str(one.id) for one in fresh if one.kind != "withdrawal"]
    rows = StationRecord.objects.filter(station=station, kind=StationRecord.Kind.WITHDRAWAL, payload__of__in=ids)
    return list(rows.exclude(record_id__in=[one.id for one in fresh]))


def _serves(station: Station, session: Session) -> bool:
    """A station serves its session, or all of its organization's tree."""
    if station.session_id is not None:
        return station.session_id == session.pk
    return session.activity.organization.path.startswith(station.organization.path)


def _scan(
    station: Station,
    row: StationRecord,
    one: Sent,
    session: Session | None,
    bench: judging.Bench,
    answer: dict[str, Any],
) -> tuple[Scan, dict[str, Any]]:
    """A scan and the answer to it. One for a session out of reach is kept, and says so."""
    read = bench.tickets[one.payload["code"]]
    scan = Scan(
        record=row,
        scan_id=one.id,
        station=station,
        session=session,
        ticket=read.ticket if session else None,
        direction=one.payload.get("direction", "entry"),
        arriving=one.payload.get("arriving", 1),
        corrected_at=row.corrected_at,
        clock_uncertain=row.clock_uncertain,
        judged="unknown_session",
    )
    if session is None:
        return scan, answer | {
            "let_through": False,
            "message": gettext("This session does not belong to this check-in point."),
        }
    if row.corrected_at > min(station.revoked_at or station.expires_at, station.expires_at):
        # Made after the end: kept, and lets nobody in until somebody decides.
        scan.ticket, scan.judged = None, "station_ended"
        message = gettext("This check-in point had ended by then. The scan is kept and waits for a decision.")
        return scan, answer | {"code": "station_ended", "let_through": False, "message": message}
    if read.ticket and not read.ticket.signup.activity.organization.path.startswith(station.organization.path):
        # A ticket of somebody else's activity: good, but not here, and nothing about its people is said.
        scan.ticket = None
    verdict, facts = judging.judge(
        bench=bench, scan=scan, text=one.payload["code"], session=session, at=row.corrected_at
    )
    scan.facts = facts
    answer = answer | {
        "code": verdict.code.value,
        "let_through": verdict.lets_through,
        "admitted": verdict.admitted,
        "awaiting": verdict.awaiting,
        "right_sessions": list(verdict.right_sessions),
    }
    for name in ("first_at", "first_station"):
        if name in facts:
            answer[name] = facts[name]
    if scan.ticket is not None:
        answer["ticket"] = scan.ticket.pk
        answer["size"] = facts["size"]
    return scan, answer


def _follow(
    station: Station, one: Sent, row: StationRecord, bench: judging.Bench, at: datetime.datetime
) -> set[attendance.Place]:
    """What a record other than a scan amounts to; returns the places to fold again."""
    session = bench.sessions.get(one.payload.get("session", 0))
    if session is not None and not _serves(station, session):
        session = None
    if one.kind in {"walk_in", "headcount"} and session is not None:
        Headcount.objects.create(
            session=session,
            audience_group=one.payload.get("audience_group", ""),
            people=one.payload["people"],
            basis="besides" if one.kind == "walk_in" else one.payload.get("basis", "besides"),
            method=one.payload.get("method", "counted"),
            counted_by=one.payload.get("counted_by") or station.name,
            counted_at=row.corrected_at,
            record=row,
            entered_at=at,
        )
    elif one.kind == "output" and session is not None:
        made = Output.objects.create(
            activity=session.activity,
            measure=one.payload["measure"],
            number=one.payload["number"],
            record=row,
            entered_at=at,
        )
        made.sessions.add(session)
    elif one.kind == "withdrawal":
        return _withdraw(station, uuid.UUID(str(one.payload["of"])), row, at)
    return set()


def _withdraw(station: Station, of: uuid.UUID, row: StationRecord, at: datetime.datetime) -> set[attendance.Place]:
    """Undo one of the station's own records."""
    scan = Scan.objects.filter(station=station, scan_id=of).select_related("ticket").first()
    if scan is not None:
        ScanWithdrawal.objects.get_or_create(scan=scan, defaults={"record": row})
        return {attendance.Place(scan.ticket.signup_id, scan.session_id)} if scan.ticket and scan.session_id else set()
    Headcount.objects.filter(record__station=station, record__record_id=of).update(withdrawn_at=at)
    Output.objects.filter(record__station=station, record__record_id=of).update(withdrawn_at=at)
    return set()
