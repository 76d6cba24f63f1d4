"""How these tests hand records in, and what came of it."""

import datetime

from registrations.models import Attendance
from registrations.operations import records, tickets
from registrations.operations.signups import ticket_of
from tests import factories

MINUTE = datetime.timedelta(minutes=1)


def code_of(signup):
    return tickets.address(ticket_of(signup))


def send(station, now, *sent, sent_at=None):
    return records.receive(station=station, records=list(sent), sent_at=sent_at or now, at=now)


def scan(world, code, now, **values):
    return factories.scan(world.session, code, now, **values)


def came(world):
    return sum(Attendance.objects.filter(session=world.session).values_list("present", flat=True))


def withdrawal(of, now, sequence):
    return factories.record("withdrawal", now, sequence, of=of)
