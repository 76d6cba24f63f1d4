"""Check-in points: making, pairing, revoking."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from events.access import Actor
from events.errors import Refusal
from events.models import Organization, Session
from events.models.fields import keyed_hash
from events.operations import history
from registrations.access import secret_hash
from registrations.models import Station

#: A contact this recent is not written down again.
FRESH = datetime.timedelta(seconds=5)
PAIRING_LASTS = datetime.timedelta(minutes=10)


class PairingCodeWrong(Refusal):
    code = "pairing_code_wrong"
    sentence = _("This pairing code is wrong, used or older than ten minutes. Ask for a new one.")


class StationEndsInThePast(Refusal):
    code = "station_ends_in_the_past"
    status = 400
    sentence = _("A check-in point must end in the future.")


class StationRevoked(Refusal):
    code = "station_revoked"
    status = 403
    sentence = _("This check-in point has been revoked or has expired. What it has is still taken in.")


class StationUnknown(Refusal):
    code = "station_unknown"
    status = 401
    sentence = _("This phone is not paired, or another one has been paired in its place. Pair it again.")


@dataclass(frozen=True, slots=True)
class Heard:
    """A contact of a station: when, what its phone said of itself (roster_at, records_pending, app_version), and what is
    `known` of it: these and last_contact_at."""

    station: int
    at: datetime.datetime
    said: Mapping[str, object]
    known: Mapping[str, Any]


def _pairing_hash(code: str) -> str:
    """Six digits can be tried out, so they are hashed under the installation's key."""
    return keyed_hash(code, purpose="pairing")


@transaction.atomic
def make(
    *,
    by: Actor,
    organization: Organization,
    session: Session | None,
    name: str,
    expires_at: datetime.datetime,
    at: datetime.datetime,
) -> tuple[Station, str]:
    """A station and its pairing code: six digits, single use, ten minutes. Raises StationEndsInThePast."""
    assert by.user is not None
    if expires_at <= at:
        raise StationEndsInThePast(field="expires_at")
    station = Station.objects.create(
        organization=organization, session=session, name=name, made_by=by.user, made_at=at, expires_at=expires_at
    )
    history.record(by=by, verb="make", on=station, organization=organization, at=at)
    return station, new_code(by=by, station=station, at=at)


@transaction.atomic
def new_code(*, by: Actor, station: Station, at: datetime.datetime) -> str:
    """Another pairing code for a station that is not paired yet, or whose phone is replaced. Raises StationRevoked."""
    if station.revoked_at is not None or station.expires_at <= at:
        raise StationRevoked
    code = f"{secrets.randbelow(10**6):06d}"
    while Station.objects.filter(pairing_hash=_pairing_hash(code), pairing_expires_at__gt=at).exists():
        code = f"{secrets.randbelow(10**6):06d}"
    station.pairing_hash, station.pairing_expires_at = _pairing_hash(code), at + PAIRING_LASTS
    station.save(update_fields=["pairing_hash", "pairing_expires_at"])
    history.record(by=by, verb="make_pairing_code", on=station, organization=station.organization, at=at)
    return code


@transaction.atomic
def pair(*, code: str, at: datetime.datetime) -> tuple[Station, str]:
    """The station of a code, and the key with which it speaks from now on; an earlier phone's key dies.

    `compare_number` is shown on both sides. Raises PairingCodeWrong.
    """
    found = (
        Station.objects.select_for_update(of=("self",))
        .select_related("organization")
        .filter(pairing_hash=_pairing_hash(code.strip()), pairing_expires_at__gt=at, revoked_at=None, expires_at__gt=at)
        .first()
    )
    if found is None:
        raise PairingCodeWrong(field="code")
    key = "station_" + secrets.token_urlsafe(32)
    found.key_hash, found.paired_at, found.last_contact_at = secret_hash(key), at, at
    found.compare_number = f"{secrets.randbelow(10**4):04d}"
    found.pairing_hash, found.pairing_expires_at = "", None
    found.save()
    history.record(by=f"station:{found.pk}", verb="pair", on=found, organization=found.organization, at=at)
    return found, key


@transaction.atomic
def revoke(*, by: Actor, station: Station, at: datetime.datetime) -> None:
    """The phone is shown nobody from its next contact on; what it has it may still hand in."""
    if station.revoked_at is None:
        station.revoked_at, station.pairing_hash, station.pairing_expires_at = at, "", None
        station.save(update_fields=["revoked_at", "pairing_hash", "pairing_expires_at"])
        history.record(by=by, verb="revoke", on=station, organization=station.organization, at=at)


def note_contacts(*, contacts: Sequence[Heard]) -> None:
    """Remember contacts, and what the phones said of themselves where that is news."""
    noted = {one.station for one in contacts if _is_old(one.known["last_contact_at"], one.at)}
    if noted:
        Station.objects.filter(pk__in=noted).update(last_contact_at=max(one.at for one in contacts))
    for one in contacts:
        if any(one.known[name] != value for name, value in one.said.items()):
            Station.objects.filter(pk=one.station).update(last_contact_at=one.at, **one.said)


def _is_old(last: datetime.datetime | None, at: datetime.datetime) -> bool:
    return last is None or at - last >= FRESH
