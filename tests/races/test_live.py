"""Numbers that are kept between two readings miss nothing, however late it is committed."""

import threading
from functools import partial

import pytest
from django.db import connections, transaction

from events.models import Session
from registrations.operations import records, tickets
from registrations.operations.signups import ticket_of
from registrations.reports import live
from tests import factories

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db, now):
    return factories.world(now)


def present(world):
    return live.counts(Session.objects.select_related("activity").get(pk=world.session.pk)).present


def scans(world, now, people):
    """One scan for each of so many people, each by a phone of its own."""
    made = []
    for number in range(people):
        code = tickets.address(ticket_of(factories.signup(world.session, factories.one(f"学员{number}"))))
        station = factories.station(world.owner, world.lead, world.session, at=now)[0]
        scan = factories.scan(world.session, code, now)
        made.append(partial(records.receive, station=station, records=[scan], sent_at=now, at=now))
    return made


def elsewhere(work):
    """What `work` gives back in a connection of its own, committed."""
    found = []

    def run():
        try:
            found.append(work())
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)
    return found[0]


def test_a_scan_that_is_committed_after_younger_ones_is_counted(world, now):
    early, late = scans(world, now, 2)
    assert elsewhere(partial(present, world)) == 0
    with transaction.atomic():
        early()
        elsewhere(late)
        assert elsewhere(partial(present, world)) == 1
    assert elsewhere(partial(present, world)) == 2


def test_whoever_looks_on_while_many_scan_ends_with_the_number_of_those_who_came(world, now, at_once):
    def look_on():
        return [present(world) for _ in range(30)]

    results = at_once([*scans(world, now, 10), look_on, look_on])
    assert not [one for one in results if isinstance(one, Exception)]
    for seen in results[-2:]:
        assert seen == sorted(seen)
    assert present(world) == 10
