"""Queries that are compiled once say what the ORM says, on either database."""

import datetime
import threading

import pytest
from django.db import connection, connections, transaction

from events.models import Session
from events.models.compiled import Compiled, prepared
from events.operations.rows import insert
from registrations.models import RosterChange, StationRecord
from tests import factories

by_number = Compiled(
    lambda pks: Session.objects.filter(pk__any=pks).order_by("pk").values_list("pk", "venue", "starts_at")
)
by_activity = Compiled(
    lambda activities: Session.objects.filter(activity__any=activities).order_by("pk").values_list("pk")
)


@pytest.fixture
def sessions(world, now):
    return [world.session, *(factories.session(world.activity, now + datetime.timedelta(days=n)) for n in range(1, 6))]


@pytest.mark.parametrize("many", [1, 2, 6])
def test_a_list_of_any_length_finds_what_in_finds(sessions, many):
    pks = [one.pk for one in sessions[:many]]
    plain = Session.objects.filter(pk__in=pks).order_by("pk").values_list("pk", "venue", "starts_at")
    for _again in range(4):  # planned at its second use
        assert by_number(pks=pks) == list(plain)


def test_rows_are_found_by_what_they_point_to(sessions, world):
    assert by_activity(activities=[world.activity.pk]) == [(one.pk,) for one in sessions]
    assert by_activity(activities=[world.activity.pk + 1]) == []


def test_an_empty_list_finds_nothing_and_asks_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert by_number(pks=[]) == []


def test_what_is_locked_is_seen_in_the_transaction_that_wrote_it(sessions):
    with transaction.atomic():
        Session.objects.filter(pk=sessions[0].pk).update(venue="另一处")
        assert by_number(pks=[sessions[0].pk])[0][1] == "另一处"
        transaction.set_rollback(True)
    assert by_number(pks=[sessions[0].pk])[0][1] != "另一处"


def test_rows_are_written_in_their_order_with_what_json_and_quotes_hold(world, now):
    station, _key = factories.station(world.owner, world.lead, world.session, at=now)
    columns = (
        "station_id", "record_id", "kind", "digest", "payload", "made_at", "sequence", "epoch", "corrected_at",
        "clock_uncertain", "received_at", "answer",
    )  # fmt: skip
    payloads = [{"code": 'it\'s "quoted" \\ {,} NULL'}, {}, {"name": "刘桂英", "list": [1, None, True]}]
    rows = [
        (
            station.pk,
            f"00000000-0000-4000-8000-00000000000{n}",
            "scan",
            "d" * 64,
            one,
            now,
            n,
            "NULL",
            now,
            n == 1,
            now,
            {"n": n},
        )
        for n, one in enumerate(payloads)
    ]
    pks = insert(StationRecord, columns, rows)
    found = StationRecord.objects.in_bulk(pks)
    assert [found[pk].payload for pk in pks] == payloads
    assert [found[pk].answer["n"] for pk in pks] == [0, 1, 2]
    assert [found[pk].clock_uncertain for pk in pks] == [False, True, False]
    assert found[pks[0]].made_at == now
    assert found[pks[0]].epoch == "NULL"


def test_no_rows_are_no_statement(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert insert(RosterChange, ("organization_id",), []) == []


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_each_thread_has_a_cursor_of_its_own_connection():
    seen = []

    def look():
        with prepared() as cursor:
            cursor.execute("SELECT pg_backend_pid()", [])
            seen.append((cursor.fetchone()[0], connection.connection.info.backend_pid))
        connections.close_all()

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 3
    assert all(one == other for one, other in seen)
