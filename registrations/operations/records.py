"""What stations send. Every record that can be read is stored once, for ever, with the answer it got.

Identity is (origin station, record id) with a digest of the payload: a repeat gets the first answer back, the same id
with other content is told `scan_id_reused`. Stations are locked while they speak, so that a record sent many times at
once is stored once. What several of them send at the same moment is written in one transaction (`together`).
"""

from __future__ import annotations

import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery, Value
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from events.errors import Refusal
from events.models import Organization
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
#: Up to so many records of a phone are written together with others'.
FEW = 32


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
    """What one phone hands in at one contact, in the language of its request; `station` as it once was, `seen` as
    `stations.Heard` has what was said."""

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
    # Many records are work enough for a transaction of their own, which others need not wait for.
    answers |= _together("records", delivery) if len(good) <= FEW else _receive_all([delivery])[0]
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


_HEARD = ("last_contact_at", "roster_at", "records_pending", "app_version")
_points = Compiled(
    lambda pks: (
        Station.objects.select_for_update()
        .filter(pk__any=pks)
        .order_by("pk")
        .values_list(
            "pk", "key_hash", "name", "session_id", "revoked_at", "expires_at",
            Subquery(Organization.objects.filter(pk=OuterRef("organization")).values("path")), *_HEARD,
        )
    )
)  # fmt: skip
_COLUMNS = (
    "station_id", "record_id", "kind", "pk", "digest", "answer", "payload", "epoch", "sequence", "made_at", "corrected_at",
    "clock_uncertain", "received_at",
)  # fmt: skip
#: What was sent before: these very records, and what happened to the phones' clocks and what they took back – few rows, by
#: an index of their own (its condition has to stand in the text).
_before = Compiled(
    lambda stations, ids: (
        StationRecord.objects.filter(station__any=stations, record_id__any=ids)
        .order_by()
        .values_list(Value(True), *_COLUMNS)
        .union(
            StationRecord.objects.filter(station__any=stations)
            .extra(where=["registrations_stationrecord.kind IN ('clock', 'withdrawal')"])
            .order_by()
            .values_list(Value(False), *_COLUMNS),
            all=True,
        )
    )
)


@dataclass(slots=True)
class _Before:
    """What stations have sent before."""

    kept: dict[tuple[int, uuid.UUID], tuple[str, Answer]] = field(default_factory=dict)
    """(station, id of the record) → digest and answer, of those that are sent again."""
    clocks: dict[int, list[_Clock]] = field(default_factory=lambda: defaultdict(list))
    """By station, in their sequence."""
    withdrawn: list[tuple[int, uuid.UUID, int]] = field(default_factory=list)
    """(station, id of what was taken back, row of the withdrawal)."""


@dataclass(frozen=True, slots=True, order=True)
class _Clock:
    """A clock record that was stored: what it says, and what the server made of it."""

    sequence: int
    epoch: str = field(compare=False)
    payload: Mapping[str, Any] = field(compare=False)
    made_at: datetime.datetime = field(compare=False)
    corrected_at: datetime.datetime = field(compare=False)
    uncertain: bool = field(compare=False)
    received_at: datetime.datetime = field(compare=False)


def _read_before(stations: Iterable[int], ids: Iterable[uuid.UUID]) -> _Before:
    found = _Before()
    for again, station, record, kind, pk, digest, answer, payload, epoch, sequence, *moments in _before(
        stations=stations, ids=ids
    ):
        if again:
            found.kept[station, record] = digest, answer
        elif kind == "clock":
            found.clocks[station].append(_Clock(sequence, epoch, payload, *moments))
        else:
            found.withdrawn.append((station, uuid.UUID(payload["of"]), pk))
    for some in found.clocks.values():
        some.sort()
    return found


@transaction.atomic
def _receive_all(deliveries: Sequence[Delivery]) -> list[dict[int, Answer]]:
    """The answers of each delivery by place. A fixed number of queries for what nobody sent before; locks the stations,
    then the sign-ups."""
    locked = _locked(deliveries)
    points = {pk: point for pk, (point, _heard) in locked.items()}
    ids = {sent.id for one in deliveries for _place, sent in one.good}
    before = _read_before(points, ids)
    kept = before.kept
    first: dict[tuple[int, uuid.UUID], Sent] = {}
    for one in deliveries:
        for _place, sent in one.good:
            if (one.station.pk, sent.id) not in kept:
                first.setdefault((one.station.pk, sent.id), sent)
    new = _timed(deliveries, points, first, before.clocks)
    given = arrivals.store(new, withdrawn=before.withdrawn)
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
    stations.note_contacts(
        contacts=[
            stations.Heard(one.station.pk, one.contact.at, one.seen, locked[one.station.pk][1]) for one in deliveries
        ]
    )
    return answers


#: Whoever sends while others are being written is written with those that come next.
_together: Together[Delivery, dict[int, Answer]] = Together(_receive_all, most=MOST_AT_ONCE)


def _locked(deliveries: Sequence[Delivery]) -> dict[int, tuple[Point, Mapping[str, Any]]]:
    """The stations as they are, and what is known of their phones. Raises StationUnknown where another phone was paired."""
    keys = {one.station.pk: one.station.key_hash for one in deliveries}
    found: dict[int, tuple[Point, Mapping[str, Any]]] = {}
    for pk, key, name, session, revoked, expires, path, *heard in _points(pks=keys):
        if key == keys[pk]:
            point = Point(pk, name, session, min(revoked or expires, expires), path)
            found[pk] = point, dict(zip(_HEARD, heard, strict=True))
    if len(found) < len(keys):
        raise stations.StationUnknown
    return found


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
    clocks: Mapping[int, Sequence[_Clock]],
) -> list[New]:
    """The new records in the order in which their phones made them, with their corrected times."""
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


def _known_offsets(earlier: Iterable[_Clock], fresh: Sequence[Sent], contact: Contact) -> dict[str, int]:
    """Clock offsets per epoch in ms: known of this contact and earlier ones, chained over known jumps."""
    contacts: dict[str, int] = {}
    clocks: list[ClockRecord] = []
    for one in earlier:
        if one.received_at <= contact.at - CLOCKS_LAST:
            continue
        if not one.uncertain:
            contacts[one.epoch] = round((one.corrected_at - one.made_at).total_seconds() * 1000)
        clocks.append(_clock(one.payload, one.epoch, one.sequence))
    for sent in fresh:
        if sent.kind == "clock":
            clocks.append(_clock(sent.payload, sent.epoch, sent.sequence))
            if sent.payload.get("offset") is not None:
                contacts[sent.epoch] = sent.payload["offset"]
    if contact.sent_at is not None and fresh:
        here = contact.epoch or max(fresh, key=lambda sent: sent.sequence).epoch
        off = contact.at - contact.sent_at
        contacts[here] = 0 if abs(off) <= NEAR_ENOUGH else round(off.total_seconds() * 1000)
    return offsets(contacts, clocks)


def _clock(payload: Mapping[str, Any], epoch: str, sequence: int) -> ClockRecord:
    return ClockRecord(sequence, epoch, payload.get("jump"), payload.get("previous"))
