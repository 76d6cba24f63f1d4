"""The page on which codes to hand out are made, printed and ended."""

import re

import pytest
from django.test import Client

from registrations.models import Attendance, Signup, Ticket
from registrations.operations import cards, tickets


def at(world):
    return f"/console/sessions/{world.session.pk}/cards/"


def test_the_office_makes_prints_and_ends_a_batch(world, owner):
    key = re.search(r'name="key" value="(\w+)"', owner.get(at(world)).content.decode())[1]
    given = {"group": "farmers", "many": "12", "key": key}
    assert owner.post(at(world), given).status_code == 302
    assert owner.post(at(world), given).status_code == 302
    batch = Signup.objects.cards().get()
    assert batch.tickets.count() == 12
    sheet = owner.get(f"/console/cards/{batch.pk}/cards.pdf")
    assert (sheet.content[:4], sheet["Cache-Control"]) == (b"%PDF", "no-store")
    assert owner.post(f"/console/cards/{batch.pk}/end/").status_code == 302
    assert set(Ticket.objects.values_list("state", flat=True)) == {"revoked"}


@pytest.mark.parametrize("given", [{"many": "0"}, {"many": "301"}, {"group": "martians"}])
def test_what_cannot_be_printed_is_told_beside_its_field(world, owner, given):
    page = owner.post(at(world), {"group": "farmers", "many": "5", "key": "k"} | given)
    assert page.status_code == 400
    assert 'class="error"' in page.content.decode()
    assert not Signup.objects.cards().exists()


def test_the_address_in_a_card_shows_no_name_and_writes_nothing(world, now):
    batch = cards.print_batch(by=world.owner, session=world.session, group="farmers", many=1, key="k", at=now)
    ticket = batch.tickets.select_related("signup").get()
    page = Client().get(f"/T/{tickets.text(ticket)}")
    assert page.status_code == 200
    assert world.activity.name in page.content.decode()
    cards.end_batch(by=world.owner, batch=batch, at=now)
    assert page.content != Client().get(f"/T/{tickets.text(ticket)}").content


def test_who_came_by_a_card_stands_in_the_export_and_unused_ones_do_not(world, owner, now):
    batch = cards.print_batch(by=world.owner, session=world.session, group="farmers", many=3, key="k", at=now)
    address = f"/console/sessions/{world.session.pk}/attendance.csv"
    assert len(b"".join(owner.get(address)).decode().strip().splitlines()) == 1
    line = batch.attendees.first()
    Attendance.objects.create(attendee=line, session=world.session, present=1, grade="scanned", first_at=now)
    assert len(b"".join(owner.get(address)).decode().strip().splitlines()) == 2


@pytest.mark.parametrize("many", [1, 6])
def test_the_page_costs_the_same_queries_however_many_batches(world, owner, now, many, django_assert_num_queries):
    for n in range(many):
        cards.print_batch(by=world.owner, session=world.session, group="farmers", many=2, key=f"k{n}", at=now)
    with django_assert_num_queries(6):
        owner.get(at(world))
