"""The calendar that a phone subscribes to, and the ticket to print."""

import re

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from registrations.models import Signup
from registrations.operations import session_changes, signups
from tests import factories
from tests.frontend.test_participant import fill


@pytest.fixture
def held(soon, client):
    fill(client, soon.session)
    return Signup.objects.get()


@pytest.fixture
def address(client, held):
    """Where the ticket page says that the calendar is."""
    page = client.get(f"/mine/{held.pk}/").content.decode()
    found = re.search(r'href="webcal://[^/]+(/calendar/[\w-]+\.ics)"', page)
    assert found
    return found[1]


def status(address):
    return [str(one["STATUS"]) for one in Calendar.from_ical(Client().get(address).content).walk("VEVENT")]


def test_anybody_with_the_address_reads_it_and_nobody_else_is_named_in_it(address):
    answer = Client().get(address)
    assert answer["Content-Type"].startswith("text/calendar")
    assert answer["Cache-Control"] == "private, no-cache"
    assert "刘桂英" not in answer.content.decode()
    assert status(address) == ["CONFIRMED"]


def test_its_key_is_long_and_opens_nothing_else(client, held, address):
    key = address.rpartition("/")[2].removesuffix(".ics")
    assert len(key.partition("-")[2]) == 32
    assert "manage" not in key
    page = Client().post("/mine/open/", {"key": key})
    assert page.status_code == 200
    assert "There is no sign-up" in page.content.decode() or "没有" in page.content.decode()
    assert Client().get(address.replace(key, f"{held.pk}-{'0' * 32}")).status_code == 404


def test_who_has_it_already_is_told_that_nothing_is_new_until_something_is(soon, address):
    first = Client().get(address)
    known = {"If-None-Match": first["ETag"], "If-Modified-Since": first["Last-Modified"]}
    again = Client().get(address, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    session_changes.call_off(by=soon.owner, session=soon.session, reason="暴雨", at=timezone.now())
    assert Client().get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200
    assert status(address) == ["CANCELLED"]


def test_a_cancelled_sign_up_is_cancelled_in_the_calendar_too(held, address):
    signups.cancel(by="participant", signup=held, at=timezone.now())
    assert status(address) == ["CANCELLED"]


def test_whoever_takes_the_sign_up_over_gets_another_calendar(client, held, address):
    page = client.post(f"/mine/{held.pk}/hand-on/").content.decode()
    key = re.search(r"/take-over/#k=([\w-]+)", page)[1]
    Client().post("/take-over/", {"key": key, "name": "司马青", "consent": "on", "accept": "1"})
    assert Client().get(address).status_code == 404


def test_the_ticket_is_a_document_once_the_seats_are_certain(soon, client, held):
    answer = client.get(f"/mine/{held.pk}/ticket.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "no-store"
    assert answer.content.startswith(b"%PDF-")
    assert f"/mine/{held.pk}/ticket.pdf" in client.get(f"/mine/{held.pk}/").content.decode()
    assert Client().get(f"/mine/{held.pk}/ticket.pdf").status_code == 404


def test_whoever_waits_has_no_document(soon, client):
    factories.signup(soon.session, factories.many(40), timezone.now())
    fill(client, soon.session, when_full="wait")
    signup = Signup.objects.get(state="waiting")
    assert client.get(f"/mine/{signup.pk}/ticket.pdf").status_code == 404
    assert "ticket.pdf" not in client.get(f"/mine/{signup.pk}/").content.decode()
