import datetime
import random
from functools import partial

import pytest

from registrations.models import Attendance, Scan, ScanDecision, ScanOutcome
from registrations.operations import desk, records, stations, tickets
from registrations.operations.signups import ticket_of
from tests import factories

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def world(transactional_db, now):
    return factories.world(now)


def hand_in(station, now, *sent):
    return records.receive(station=station, records=list(sent), sent_at=now, at=now)


@pytest.mark.parametrize("known", [True, False])
def test_of_two_who_decide_about_one_scan_at_once_the_later_word_stands(world, now, at_once, known):
    """`known`: the scan has its ticket; else it was made after the end of its point, and belongs to nobody yet."""
    other = factories.session(world.activity, now + datetime.timedelta(days=1))
    station = factories.station(world.owner, world.lead, world.session, at=now)[0]
    if not known:
        stations.revoke(by=world.owner, station=station, at=now - MINUTE)
    for round_ in range(6):
        signup = factories.signup(other if known else world.session, factories.one(f"学员{round_}"))
        target = other if known else world.session
        ticket = ticket_of(signup)
        at = now + round_ * MINUTE
        hand_in(station, at, factories.scan(world.session, tickets.address(ticket), at, sequence=round_))
        scan = Scan.objects.get(record__sequence=round_)
        count = partial(
            desk.decide, by=world.owner, wishes=[desk.Wish(scan, "count", target, ticket)], reason="计", at=at
        )
        refuse = partial(desk.decide, by=world.owner, wishes=[desk.Wish(scan, "refuse")], reason="不计", at=at + MINUTE)
        both = [count, refuse]
        random.shuffle(both)
        assert not [one for one in at_once(both) if isinstance(one, Exception)]
        outcome = ScanOutcome.objects.get(scan=scan)
        assert outcome.decision == ScanDecision.objects.get(scan=scan, kind="refuse")
        assert outcome.outcome == "refused"
        assert not Attendance.objects.filter(attendee__signup=signup).exists()


def test_no_scan_slips_through_between_handing_in_and_moving_the_span(world, now, at_once):
    other = factories.session(world.activity, now + datetime.timedelta(days=1))
    for _round in range(4):
        station = factories.station(world.owner, world.lead, world.session, at=now)[0]
        people = [factories.signup(other, factories.one()) for _ in range(5)]
        codes = [tickets.address(ticket_of(signup)) for signup in people]
        hand_in(station, now, factories.scan(world.session, codes[0], now))
        move = partial(
            desk.move_span, by=world.owner, station=station, session=world.session, to_session=other, since=now,
            until=now + 60 * MINUTE, reason="选错场次", at=now,
        )  # fmt: skip
        sending = [
            partial(hand_in, station, now, factories.scan(world.session, code, now + MINUTE, sequence=n))
            for n, code in enumerate(codes[1:], start=2)
        ]
        assert not [one for one in at_once([*sending, move]) if isinstance(one, Exception)]
        assert Attendance.objects.filter(session=other, attendee__signup__in=people).count() == 5


def test_deciding_while_phones_hand_in_locks_nobody_out(world, now, at_once):
    """Both lock sign-ups in the order of their numbers, then write outcomes."""
    other = factories.session(world.activity, now + datetime.timedelta(days=1))
    phones = [factories.station(world.owner, world.lead, world.session, at=now)[0] for _ in range(3)]
    codes = [tickets.address(ticket_of(factories.signup(other, factories.one(f"学员{n}")))) for n in range(20)]
    hand_in(phones[0], now, *[factories.scan(world.session, code, now, sequence=n) for n, code in enumerate(codes)])
    scans = list(Scan.objects.select_related("ticket", "withdrawal", "station__organization"))
    deciding = [
        partial(
            desk.decide, by=world.owner, at=now,
            wishes=[desk.Wish(one, "count", other) for one in random.sample(scans, 20)], reason="核对",
        )
        for _ in range(3)
    ]  # fmt: skip
    sending = [
        partial(
            hand_in, phone, now, *[factories.scan(world.session, code, now, sequence=n) for n, code in enumerate(codes)]
        )
        for phone in phones[1:]
    ]
    assert not [one for one in at_once(deciding + sending) if isinstance(one, Exception)]
    assert Attendance.objects.filter(session=other).count() == 20
