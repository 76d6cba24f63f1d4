from __future__ import annotations

import datetime
import io

import pytest
import zxingcpp
from PIL import Image

from registrations import masks
from registrations.operations import privacy, tickets
from registrations.operations.signups import ticket_of
from registrations.reports import ticket_picture
from tests import factories


def draw(signup, sessions) -> Image.Image:
    made = ticket_picture.png(ticket=ticket_of(signup), sessions=sessions)
    picture = Image.open(io.BytesIO(made))
    picture.load()
    assert picture.format == "PNG"
    return picture


def test_an_independent_reader_finds_the_tickets_address_in_the_picture(world):
    signup = factories.signup(world.session, factories.one())
    picture = draw(signup, [world.session])
    assert picture.width >= 600
    assert zxingcpp.read_barcode(picture).text == tickets.address(ticket_of(signup))


@pytest.fixture
def written(monkeypatch) -> list[str]:
    """What is drawn, line by line, while it is drawn as ever."""
    lines: list[str] = []
    lay_out = ticket_picture._lay_out

    def note(block):
        laid_out = lay_out(block)
        lines.extend(line for line, *_rest in laid_out)
        return laid_out

    monkeypatch.setattr(ticket_picture, "_lay_out", note)
    return lines


def test_the_picture_shows_the_short_code_and_a_masked_name_for_pictures_travel(world, written):
    signup = factories.signup(world.session, factories.one("刘桂英", "19900000001"))
    draw(signup, [world.session])
    text, code = "\n".join(written), ticket_of(signup).short_code
    assert masks.name("刘桂英") in text
    assert "桂英" not in text
    assert "1990000" not in text
    assert f"{code[:4]} {code[4:]}" in text
    assert "2026-11-24 09:00–11:00" in text


def test_a_long_course_is_still_a_picture_and_its_code_is_read(world, written):
    sessions = [
        factories.session(world.activity, world.session.starts_at + datetime.timedelta(days=day), venue="汪场镇" * 30)
        for day in range(9)
    ]
    signup = factories.signup(world.session, factories.many(46, unit="佛子山镇中学七年级" * 6))
    picture = draw(signup, sessions)
    assert zxingcpp.read_barcode(picture).text == tickets.address(ticket_of(signup))
    assert picture.height > picture.width
    assert any("3" in line and "4" not in line for line in written if "further" in line or "另" in line)


def test_the_ticket_of_somebody_erased_can_still_be_drawn(world, now):
    signup = factories.signup(world.session, factories.one("刘桂英", "19900000001"))
    privacy.erase(by="test", signup=signup, at=now)
    signup.refresh_from_db()
    assert zxingcpp.read_barcode(draw(signup, [world.session]))
