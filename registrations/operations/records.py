"""What stations send. Every record that can be read is stored once, for ever, with the answer it got.

Identity is (origin station, record id) with a digest of the payload: a repeat gets the first answer back, the same id
with other content is told `scan_id_reused`. Stations are locked while they speak, so that a record sent many times at
once is stored once. What several of them send at the same moment is written in one transaction (`together`).
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from events.errors import Refusal
from events.models.compiled import Compiled
from registrations import masks
from registrations.checkin.clock import ClockRecord, correct, offsets
from registrations.models import Station, StationRecord, Ticket
from registrations.operations import arrivals, stations
from registrations.operations.arrivals import Answer, New, Point
from registrations.operations.envelopes import RecordInvalid, Sent, parse
from registrations.operations.together import Together

LARGEST_BATCH = 500
#: Clock records this old tie nothing together any more.
CLOCKS_LAST = datetime.timedelta(days=60)
#: A phone's clock this close to ours at a contact needs no correction: it is the way the request took.
NEAR_ENOUGH = datetime.timedelta(seconds=2)
#: How many phones are answered in one transaction at most.
MOST_AT_ONCE = 16


class BatchTooLarge(Refusal):
    code = "batch_too_large"
    status = 413
    sentence = _("At most %(most)s records can be sent at once.")


class ScanIdReused(Refusal):
    code = "scan_id_reused"
    sentence = _("Another record was sent under this id.")


@dataclass(frozen=True, slots=True)
class Contact:
    """A phone's clock and ours at one moment."""

    sent_at: datetime.datetime | None
    epoch: str
    at: datetime.datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one phone hands in at one contact, in the language of its request; `seen` as `stations.note_contacts` has it."""

    station: Station
    contact: Contact
    good: Sequence[tuple[int, Sent]]
    language: str | None
    seen: Mapping[str, Any]


def receive(
    *,
    station: Station,
    records: Sequence[object],
    sent_at: datetime.datetime | None,
    at: datetime.datetime,
    sent_epoch: str = "",
    seen: Mapping[str, Any] | None = None,
) -> list[Answer]:
    """Take in up to 500 records and answer each, in their order.

    An answer is {"id", "status": "stored" | "rejected", "code", …}; `stored` acknowledges exactly that record. `sent_at` is
    the phone's clock at this contact, `sent_epoch` the epoch of that clock (empty: that of the newest record), `seen` what
    else the phone says of itself. One transaction: what is acknowledged is durable. Raises BatchTooLarge.
    """
    if len(records) > LARGEST_BATCH:
        raise BatchTooLarge(most=LARGEST_BATCH)
    answers: dict[int, Answer] = {}
    good: list[tuple[int, Sent]] = []
    for place, raw in enumerate(records):
        try:
            good.append((place, parse(raw)))
        except RecordInvalid as refusal:
            answers[place] = _rejection(raw, refusal)
    contact = Contact(sent_at, sent_epoch, at)
    delivery = Delivery(station, contact, good, translation.get_language(), seen or {})
    answers |= _together("records", delivery)
    return [answers[place] for place in range(len(records))]


def _rejection(raw: object, refusal: Refusal) -> Answer:
    found = raw.get("id") if isinstance(raw, dict) else None
    return {
        "id": str(found) if found else None,
        "status": "rejected",
        "code": refusal.code,
        "message": refusal.message,
        "facts": refusal.facts,
    }


_points = Compiled(
    lambda pks: (
        Station.objects.select_for_update()
        .filter(pk__any=pks)
        .order_by("pk")
        .values_list("pk", "session_id", "revoked_at", "expires_at", "records_pending", "app_version")
    )
)
_kept = Compiled(
    lambda stations, ids: (
        StationRecord.objects.filter(station__any=stations, record_id__any=ids)
        .order_by()
        .values_list("station_id", "record_id", "digest", "answer")
    )
)
#: What happened to phones' clocks, and what they took back: few rows, by an index of their own (its condition has to stand
#: in the text).
_besides_scans = Compiled(
    lambda stations: (
        StationRecord.objects.filter(station__any=stations)
        .extra(where=["registrations_stationrecord.kind IN ('clock', 'withdrawal')"])
        .order_by("sequence")
        .values_list(
            "station_id", "kind", "pk", "payload", "epoch", "sequence", "made_at", "corrected_at", "clock_uncertain",
            "received_at",
        )
    )
)  # fmt: skip


@transaction.atomic
def _receive_all(deliveries: Sequence[Delivery]) -> list[dict[int, Answer]]:
    """The answers of each delivery by place. A fixed number of queries for what nobody sent before; locks the stations,
    then the sign-ups."""
    points = _locked(deliveries)
    ids = {(one.station.pk, sent.id) for one in deliveries for _place, sent in one.good}
    kept = {
        (station, record): (digest, answer)
        for station, record, digest, answer in _kept(stations=points, ids={record for _station, record in ids})
    }
    first: dict[tuple[int, uuid.UUID], Sent] = {}
    for one in deliveries:
        for _place, sent in one.good:
            if (one.station.pk, sent.id) not in kept:
                first.setdefault((one.station.pk, sent.id), sent)
    earlier = _besides_scans(stations={station for station, _record in first})
    new = _timed(deliveries, points, first, [row for row in earlier if row[1] == "clock"])
    withdrawn = [(row[0], uuid.UUID(row[3]["of"]), row[2]) for row in earlier if row[1] == "withdrawal"]
    given = arrivals.store(new, withdrawn=withdrawn)
    again: list[Answer] = []
    answers: list[dict[int, Answer]] = []
    for one in deliveries:
        mine: dict[int, Answer] = {}
        for place, sent in one.good:
            key = (one.station.pk, sent.id)
            digest, answer = kept[key] if key in kept else (first[key].digest, given[key])
            if digest != sent.digest:
                with translation.override(one.language):
                    answer = _rejection(sent.payload, ScanIdReused())
            elif key in kept:
                answer = dict(answer)
                again.append(answer)
            mine[place] = answer
        answers.append(mine)
    _name_again(again)
    stations.note_contacts(contacts=[(one.station, one.contact.at, one.seen) for one in deliveries])
    return answers


#: Whoever sends while others are being written is written with those that come next.
_together: Together[Delivery, dict[int, Answer]] = Together(_receive_all, most=MOST_AT_ONCE)


def _locked(deliveries: Sequence[Delivery]) -> dict[int, Point]:
    known = {one.station.pk: one.station for one in deliveries}
    return {
        pk: Point(known[pk], session, min(revoked or expires, expires), known[pk].organization.path)
        for pk, session, revoked, expires, _pending, _version in _points(pks=known)
    }


def _name_again(answers: Sequence[Answer]) -> None:
    """Say with repeated answers whose tickets they are, as far as that is still known."""
    wanted = {answer["ticket"] for answer in answers if "ticket" in answer}
    if not wanted:
        return
    tickets = Ticket.objects.select_related("attendee", "signup").in_bulk(wanted)
    for answer in answers:
        ticket = tickets.get(answer.get("ticket"))
        if ticket is not None:
            name = ticket.attendee.name if ticket.attendee else ticket.signup.contact_name
            answer |= {"name": masks.name(name), "unit": ticket.signup.unit}


def _timed(
    deliveries: Sequence[Delivery],
    points: Mapping[int, Point],
    first: Mapping[tuple[int, uuid.UUID], Sent],
    earlier: Iterable[tuple[Any, ...]],
) -> list[New]:
    """The new records in the order in which their phones made them, with their corrected times."""
    clocks: dict[int, list[tuple[Any, ...]]] = {}
    for station, _kind, _pk, *row in earlier:
        clocks.setdefault(station, []).append(tuple(row))
    made: list[New] = []
    done: set[tuple[int, uuid.UUID]] = set()
    for one in deliveries:
        fresh = []
        for _place, sent in one.good:
            key = (one.station.pk, sent.id)
            if first.get(key) is sent and key not in done:
                done.add(key)
                fresh.append(sent)
        known = _known_offsets(clocks.get(one.station.pk, ()), fresh, one.contact)
        for sent in sorted(fresh, key=lambda each: each.sequence):
            corrected, uncertain = correct(sent.made_at, sent.epoch, known)
            point = points[one.station.pk]
            made.append(New(point, sent, one.contact.at, corrected, uncertain, one.language))
    return made


def _known_offsets(earlier: Iterable[tuple[Any, ...]], fresh: Sequence[Sent], contact: Contact) -> dict[str, int]:
    """Clock offsets per epoch in ms: known of this contact and earlier ones, chained over known jumps."""
    contacts: dict[str, int] = {}
    clocks: list[ClockRecord] = []
    for payload, epoch, sequence, made_at, corrected_at, uncertain, received_at in earlier:
        if received_at <= contact.at - CLOCKS_LAST:
            continue
        if not uncertain:
            contacts[epoch] = round((corrected_at - made_at).total_seconds() * 1000)
        clocks.append(_clock(payload, epoch, sequence))
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
