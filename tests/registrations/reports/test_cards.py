"""The cards to cut up, read off the pages themselves by another program."""

import io
import subprocess

import pytest
import zxingcpp
from PIL import Image

from registrations.operations import cards, tickets
from registrations.reports import cards as printed
from tests.registrations.reports.test_sign_in_sheets import HOSTILE, text


def made(world, now, many=12):
    return cards.print_batch(by=world.owner, session=world.session, group="farmers", many=many, key="k", at=now)


def test_every_card_of_every_page_is_read_and_says_its_group_and_short_code(world, now):
    batch = made(world, now)
    document = printed.document(batch=batch, session=world.session, at=now)
    read = [
        sorted(one.text for one in zxingcpp.read_barcodes(Image.open(io.BytesIO(page)).convert("L")))
        for page in document.pngs(150)
    ]
    assert [len(page) for page in read] == [10, 2]
    held = batch.tickets.select_related("signup")
    assert sorted(read[0] + read[1]) == sorted(tickets.address(one) for one in held)
    pages = text(document.pdf())
    assert [page.count("农民") for page in pages] == [10, 2]
    said = "".join("".join(pages).split())
    assert all(one.short_code in said for one in held)


def test_another_reader_of_codes_reads_them_off_the_pdf(world, now, tmp_path):
    batch = made(world, now, many=10)
    (tmp_path / "cards.pdf").write_bytes(printed.document(batch=batch, session=world.session, at=now).pdf())
    subprocess.run(["pdftoppm", "-r", "150", "-png", "cards.pdf", "page"], cwd=tmp_path, check=True)
    read = subprocess.run(["zbarimg", "--raw", "-q", "page-1.png"], cwd=tmp_path, capture_output=True, check=True)
    assert sorted(read.stdout.decode().split()) == sorted(
        tickets.address(one) for one in batch.tickets.select_related("signup")
    )


def test_a_long_title_leaves_its_code_readable_and_is_no_markup(world, now):
    world.session.activity.name = HOSTILE.replace("\x07", "") * 4
    world.session.venue = "天门市" * 30
    document = printed.document(batch=made(world, now, many=10), session=world.session, at=now)
    pages = document.pngs(150)
    assert len(pages) == 1
    assert len(zxingcpp.read_barcodes(Image.open(io.BytesIO(pages[0])).convert("L"))) == 10


def test_an_ended_batch_prints_no_card(world, now):
    batch = cards.end_batch(by=world.owner, batch=made(world, now), at=now)
    assert printed.document(batch=batch, session=world.session, at=now).data["cards"] == []


@pytest.mark.parametrize("many", [1, 40])
def test_a_sheet_of_cards_costs_one_query_however_many(world, now, many, django_assert_num_queries):
    batch = made(world, now, many)
    with django_assert_num_queries(1):
        printed.document(batch=batch, session=world.session, at=now)
