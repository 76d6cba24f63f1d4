import datetime
import uuid
from functools import partial

import pytest
from django.db import connection, connections, transaction

from registrations.models import Attendance, RosterChange, Scan, StationRecord
from registrations.operations import attendance, records, roster, tickets
from registrations.operations.signups import ticket_of
from registrations.reports import changes
from tests import factories

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db, now):
    made = factories.world(now)
    made.activity.checks_out = True
    made.activity.save()
    return made


@pytest.mark.parametrize("direction", ["entry", "exit"])
def test_one_record_uploaded_96_times_at_once_is_stored_once(world, now, at_once, direction):
    station, _key = factories.station(world.owner, world.lead, world.session, at=now)
    signup = factories.signup(world.session, factories.one())
    code = tickets.address(ticket_of(signup))
    if direction == "exit":
        records.receive(station=station, records=[factories.scan(world.session, code, now)], sent_at=now, at=now)
    later = now + datetime.timedelta(minutes=30)
    record = factories.scan(world.session, code, later, 2, direction=direction)
    send = partial(records.receive, station=station, records=[record], sent_at=later, at=later)
    answers = []
    for _ in range(8):  # 96 uploads, twelve at a time: as many as the pool of connections and two cores bear
        answers += at_once([send] * 12)
    assert not [one for one in answers if isinstance(one, Exception)]
    assert all(one == answers[0] for one in answers)
    assert answers[0][0]["code"] == {"entry": "admit", "exit": "left"}[direction]
    assert StationRecord.objects.filter(record_id=uuid.UUID(record["id"])).count() == 1
    assert Scan.objects.filter(direction=direction).count() == 1
    assert Attendance.objects.get().present == 1


def test_the_same_ticket_at_many_gates_at_once_counts_once(world, now, at_once):
    signup = factories.signup(world.session, factories.one())
    code = tickets.address(ticket_of(signup))
    gates = [factories.station(world.owner, world.lead, world.session, at=now)[0] for _ in range(8)]
    results = at_once(
        [
            partial(
                records.receive,
                station=gate,
                records=[factories.scan(world.session, code, now + datetime.timedelta(seconds=n))],
                sent_at=now,
                at=now,
            )
            for n, gate in enumerate(gates)
        ]
    )
    assert not [one for one in results if isinstance(one, Exception)]
    outcomes = list(Scan.objects.in_fold_order().values_list("outcome__outcome", flat=True))
    assert outcomes == ["counted"] + ["duplicate"] * 7
    assert Attendance.objects.get().present == 1
    attendance.refold(places=[attendance.Place(signup.pk, world.session.pk)])
    assert list(Scan.objects.in_fold_order().values_list("outcome__outcome", flat=True)) == outcomes


def _commit_elsewhere(work):
    """Run `work` in a connection of its own, and commit it."""
    import threading

    def run():
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)


def test_the_cursor_loses_nothing_of_two_overlapping_transactions(world, now, settled):
    """The one that began first commits last: a reader in between must not pass its line by."""
    station, _key = factories.station(world.owner, world.lead, world.session, at=now)
    first = factories.signup(world.session, factories.one("先"))
    second = factories.signup(world.session, factories.one("后"))
    settled()
    page = changes.page(station=station, since="", at=now)
    seen = {row["id"] for row in page.tickets}
    assert seen == {ticket_of(first).pk, ticket_of(second).pk}

    with transaction.atomic():
        roster.ticket_changed(signup=first)  # the line has its number, and is not committed yet
        _commit_elsewhere(partial(roster.ticket_changed, signup=second))
        between: list[changes.Page] = []
        _commit_elsewhere(lambda: between.append(changes.page(station=station, since=page.cursor, at=now)))
    settled()
    after = changes.page(station=station, since=between[0].cursor, at=now)
    told = [row["id"] for row in between[0].tickets] + [row["id"] for row in after.tickets]
    assert sorted(told) == sorted([ticket_of(first).pk, ticket_of(second).pk])
    assert changes.page(station=station, since=after.cursor, at=now).tickets == []


def test_lines_carry_the_number_of_their_transaction(world, now):
    signup = factories.signup(world.session, factories.one())
    with transaction.atomic():
        roster.ticket_changed(signup=signup)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()::text::bigint")
            (current,) = cursor.fetchone()
        assert RosterChange.objects.latest("pk").transaction == current


def test_a_whole_day_of_concurrent_changes_reaches_a_reading_station(world, now, at_once, settled):
    station, _key = factories.station(world.owner, world.lead, world.session, at=now)
    told: set[int] = set()
    cursor = changes.page(station=station, since="", at=now).cursor

    def read():
        nonlocal cursor
        for _ in range(40):
            page = changes.page(station=station, since=cursor, at=now)
            told.update(row["id"] for row in page.tickets)
            cursor = page.cursor

    def write(n):
        before = now - datetime.timedelta(days=1)
        return [factories.place(world.activity, [world.session], factories.one(f"{n}-{k}"), before) for k in range(6)]

    results = at_once([read, *[partial(write, n) for n in range(6)]])
    assert not [one for one in results if isinstance(one, Exception)]
    settled()
    page = changes.page(station=station, since=cursor, at=now)
    told.update(row["id"] for row in page.tickets)
    written = {ticket_of(placed.signup).pk for one in results[1:] for placed in one}
    assert told == written
