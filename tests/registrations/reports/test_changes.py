"""Pages of changes with one writer at a time; what happens under concurrent commits stands in tests/races.

PostgreSQL serves only transactions that are over, so there nothing may stay inside the test's own.
"""

from __future__ import annotations

import base64
import contextlib
import datetime
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registrations.models import RosterChange
from registrations.operations import roster, session_changes, signups
from registrations.reports import changes
from tests import factories
from tests.registrations.reports.counting import come
from tests.settling import settle

pytestmark = pytest.mark.django_db(transaction=os.environ.get("DATABASE_URL", "").startswith("postgres"))

#: An epoch of no database.
NOBODYS = "0123456789abcdef" * 2


@pytest.fixture
def phone(world, now):
    """A check-in point of the whole association."""
    return factories.station(world.owner, world.lead, at=now)[0]


def fetch(**asked):
    settle()
    return changes.page(**asked)


def everything(phone, now, since=""):
    """Page after page until there is no more."""
    pages = []
    while not pages or pages[-1].more:
        pages.append(fetch(station=phone, since=pages[-1].cursor if pages else since, at=now))
    return pages


def test_the_first_page_is_whole_and_has_sessions_keys_and_tickets(world, phone, now):
    signup = factories.signup(world.session, factories.one())
    page = fetch(station=phone, since="", at=now)
    assert page.whole
    assert not page.more
    assert [row["id"] for row in page.sessions] == [world.session.pk]
    assert [len(row["public_key"]) for row in page.keys] == [64] * len(page.keys)
    [ticket] = page.tickets
    assert ticket["id"] == signup.tickets.get().pk
    assert ticket["ticket"] == f"{signup.tickets.get().code:014x}"
    assert (ticket["sessions"], ticket["size"], ticket["state"]) == ([world.session.pk], 1, "valid")
    assert page.gone == []


def test_names_are_masked_but_where_the_roll_is_called_and_phones_never_travel(world, phone, now):
    factories.signup(world.session, factories.one("刘桂英", "19900000001"))
    assert fetch(station=phone, since="", at=now).tickets[0]["name"] == "刘**"
    world.activity.calls_the_roll = True
    world.activity.save()
    page = fetch(station=phone, since="", at=now)
    assert page.tickets[0]["name"] == "刘桂英"
    assert "19900000001" not in str(page)


def test_after_its_cursor_a_phone_hears_only_what_changed_since(world, phone, now):
    first = fetch(station=phone, since="", at=now)
    nothing = fetch(station=phone, since=first.cursor, at=now)
    assert (nothing.whole, nothing.sessions, nothing.tickets, nothing.outcomes) == (False, [], [], [])
    assert nothing.cursor == first.cursor
    signup = factories.signup(world.session, factories.one())
    page = fetch(station=phone, since=first.cursor, at=now)
    assert [row["id"] for row in page.tickets] == [signup.tickets.get().pk]
    assert page.cursor != first.cursor


def test_a_cancelled_signup_travels_as_cancelled_and_a_moved_session_with_its_time(world, phone, now):
    signup = factories.signup(world.session, factories.one())
    first = fetch(station=phone, since="", at=now)
    signups.cancel(by="test", signup=signup, at=now - datetime.timedelta(hours=20))
    later = world.session.starts_at + datetime.timedelta(hours=1)
    session_changes.move(by=world.owner, session=world.session, starts_at=later, at=now)
    page = fetch(station=phone, since=first.cursor, at=now)
    assert [row["state"] for row in page.tickets] == ["cancelled"]
    assert [datetime.datetime.fromisoformat(row["starts_at"]) for row in page.sessions] == [later]


def test_a_scan_travels_to_the_other_phones_as_its_outcome(world, phone, now):
    other = factories.station(world.owner, world.lead, at=now)[0]
    signup = factories.signup(world.session, factories.one())
    first = fetch(station=other, since="", at=now)
    come(phone, world.session, signup)
    [outcome] = fetch(station=other, since=first.cursor, at=now).outcomes
    assert (outcome["outcome"], outcome["counted"], outcome["ticket"]) == ("counted", 1, signup.tickets.get().pk)


def test_pages_end_and_together_tell_every_ticket_once(world, phone, now, monkeypatch):
    monkeypatch.setattr(changes, "PAGE", 3)
    made = [factories.signup(world.session, factories.one(f"学员{number}")) for number in range(8)]
    pages = everything(phone, now)
    assert [page.whole for page in pages] == [True] + [False] * (len(pages) - 1)
    told = [row["id"] for page in pages for row in page.tickets]
    assert sorted(told) == sorted(signup.tickets.get().pk for signup in made)
    assert len(pages) == -(-RosterChange.objects.count() // 3)


def test_a_phone_that_serves_one_session_hears_nothing_of_the_others(world, now):
    other = factories.session(world.activity, now + datetime.timedelta(days=1))
    signup = factories.signup(world.session, factories.one())
    factories.signup(other, factories.one("胡国庆"))
    mine = factories.station(world.owner, world.lead, world.session, at=now)[0]
    [page] = everything(mine, now)
    assert [row["id"] for row in page.sessions] == [world.session.pk]
    assert [row["id"] for row in page.tickets] == [signup.tickets.get().pk]


def test_a_phone_hears_nothing_of_another_organization(world, now):
    elsewhere = factories.organization("elsewhere")
    factories.signup(world.session, factories.one())
    theirs = factories.station(factories.actor(elsewhere), elsewhere, at=now)[0]
    [page] = everything(theirs, now)
    assert (page.sessions, page.tickets, page.outcomes) == ([], [], [])


def test_what_is_no_more_is_told_as_gone(world, phone, now):
    signup = factories.signup(world.session, factories.one())
    cursor = fetch(station=phone, since="", at=now).cursor
    roster.ticket_changed(signup=signup)
    ticket = signup.tickets.get()
    pk = ticket.pk
    ticket.delete()
    assert {"kind": "ticket", "id": pk} in fetch(station=phone, since=cursor, at=now).gone


def test_after_a_restore_every_phone_fetches_everything_again(world, phone, now):
    factories.signup(world.session, factories.one())
    old = fetch(station=phone, since="", at=now)
    roster.begin_epoch(at=now + datetime.timedelta(minutes=1))
    page = fetch(station=phone, since=old.cursor, at=now)
    assert page.whole
    assert len(page.tickets) == 1
    assert not fetch(station=phone, since=page.cursor, at=now).whole


@pytest.mark.parametrize("size", [1, 5])
def test_a_page_costs_the_same_queries_however_much_changed(
    world, phone, now, size, on_postgresql, django_assert_num_queries
):
    for number in range(size):
        come(phone, world.session, factories.signup(world.session, factories.one(f"学员{number}")))
    roster.epoch(at=now)
    # Two are the savepoint of the epoch; PostgreSQL is also asked which transactions are over.
    settle()
    with django_assert_num_queries(11 if on_postgresql else 10):
        page = changes.page(station=phone, since="", at=now)
    assert len(page.tickets) == len(page.outcomes) == size


@given(st.uuids(), st.integers(-1, 2**63 - 1), st.integers(0, 2**63 - 1))
def test_a_cursor_reads_back(epoch, transaction, line):
    assert changes.read_cursor(changes.write_cursor(epoch, transaction, line)) == (epoch, transaction, line)


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    ["x", "…", "AAAA", encoded("a.b.c"), encoded(f"{NOBODYS}.1"), encoded(f"{NOBODYS}.1.x"), "%%%"],
)
def test_a_cursor_that_cannot_be_read_is_refused(world, phone, now, cursor):
    with pytest.raises(changes.CursorUnreadable):
        fetch(station=phone, since=cursor, at=now)


@given(st.text(max_size=60))
def test_whatever_stands_as_a_cursor_is_read_or_refused(text):
    with contextlib.suppress(changes.CursorUnreadable):
        changes.read_cursor(text)


def test_a_cursor_beyond_everything_there_is_gets_an_empty_page(world, phone, now):
    factories.signup(world.session, factories.one())
    beyond = changes.write_cursor(roster.epoch(at=now), 10**30, 10**30)
    page = fetch(station=phone, since=beyond, at=now)
    assert (page.tickets, page.more) == ([], False)


def test_what_an_association_did_before_is_no_news_to_a_phone_of_today(world, now):
    """Years of sign-ups and scans are not fetched page by page by a phone of all its sessions."""
    factories.signup(world.session, factories.one())
    later = now + datetime.timedelta(days=30)
    next_one = factories.session(world.activity, later)
    signup = factories.signup(next_one, factories.one("胡国庆"))
    phone = factories.station(world.owner, world.lead, at=later)[0]
    page = fetch(station=phone, since="", at=later)
    assert [row["id"] for row in page.sessions] == [next_one.pk]
    assert [row["id"] for row in page.tickets] == [signup.tickets.get().pk]


def test_a_session_that_is_moved_out_of_a_phones_days_goes_and_one_that_comes_back_brings_its_tickets(world, now):
    signup = factories.signup(world.session, factories.one())
    at = now + datetime.timedelta(hours=30)
    phone = factories.station(world.owner, world.lead, at=now)[0]
    first = fetch(station=phone, since="", at=now)
    hours = datetime.timedelta(hours=2)
    before, after = now - datetime.timedelta(days=3), now + datetime.timedelta(days=3)
    session_changes.move(by=world.owner, session=world.session, starts_at=before, ends_at=before + hours, at=at)
    page = fetch(station=phone, since=first.cursor, at=at)
    assert {"kind": "session", "id": world.session.pk} in page.gone
    session_changes.move(by=world.owner, session=world.session, starts_at=after, ends_at=after + hours, at=at)
    page = fetch(station=phone, since=page.cursor, at=at)
    assert [row["id"] for row in page.sessions] == [world.session.pk]
    assert [row["id"] for row in page.tickets] == [signup.tickets.get().pk]
