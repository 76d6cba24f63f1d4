"""The ticket on paper, read off its own pages."""

import datetime
import io

import pytest
import zxingcpp
from PIL import Image

from registrations import masks
from registrations.models import Ticket
from registrations.operations import tickets
from registrations.operations.signups import ticket_of
from registrations.reports import ticket_pdf
from tests import factories

HOSTILE = '#panic("x") *粗* $x$ \\ <a> "引" [b]'


def made(signup, sessions, now):
    ticket = Ticket.objects.select_related("signup__activity__organization").get(pk=ticket_of(signup).pk)
    return ticket_pdf.document(ticket=ticket, sessions=sessions, at=now)


def read(document):
    """What an independent reader finds on each page."""
    pages = [Image.open(io.BytesIO(page)).convert("L") for page in document.pngs(120)]
    return [[one.text for one in zxingcpp.read_barcodes(page)] for page in pages]


def test_the_code_says_the_tickets_address_on_one_page_of_a5(world, now):
    signup = factories.signup(world.session, factories.one())
    document = made(signup, [world.session], now)
    assert read(document) == [[tickets.address(ticket_of(signup))]]
    assert document.pdf().startswith(b"%PDF-")
    [page] = document.pngs(25.4)
    assert Image.open(io.BytesIO(page)).size == (148, 210)


def test_it_says_when_where_for_how_many_and_whom_to_call_and_masks_the_name(world, now):
    world.activity.contact_name, world.activity.contact_phone = "科普部", "0728-5220000"
    world.activity.save()
    signup = factories.signup(world.session, factories.one("刘桂英", "19900000001"))
    data = made(signup, [world.session], now).data
    assert data["sessions"] == [["11月24日（周二）09:00–11:00", "东方社区活动室", ""]]
    assert (data["who"], data["people"]) == (masks.name("刘桂英"), 1)
    assert data["contact"] == "科普部 0728-5220000"
    assert data["host"] == world.lead.name
    assert data["short_code"].replace(" ", "") == ticket_of(signup).short_code
    assert "桂英" not in str(data)
    assert "1990000" not in str(data)


def test_a_long_course_goes_on_to_further_pages_and_its_code_stands_on_the_first(world, now):
    sessions = [
        factories.session(
            world.activity, now + datetime.timedelta(days=day), venue=f"第{day}教室", address="陆羽大道" * 9
        )
        for day in range(30)
    ]
    pages = read(made(factories.signup(world.session, factories.many(46)), sessions, now))
    assert len(pages) > 1
    assert [len(page) for page in pages] == [1] + [0] * (len(pages) - 1)


@pytest.mark.parametrize("name", [HOSTILE, "青少年科技创新大赛" * 17, "W" * 160, "👨‍👩‍👧 家庭日", "-"])
def test_whatever_names_contain_is_set_as_text_and_the_code_is_read(world, now, name):
    signup = factories.signup(world.session, factories.many(7, unit=name[:120]))
    signup.activity.name = name
    signup.activity.save()
    world.session.venue, world.session.address = name[:120], name
    assert read(made(signup, [world.session], now))[0] == [tickets.address(ticket_of(signup))]


def test_without_a_phone_nobody_is_told_to_call(world, now):
    assert made(factories.signup(world.session, factories.one()), [world.session], now).data["contact"] == ""
