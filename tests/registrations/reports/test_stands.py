"""The sheets that hang at stands, read off the pages."""

import io
import subprocess

import pytest
import zxingcpp
from PIL import Image

from registrations.operations import stands
from registrations.operations.stands import Place
from registrations.reports import stands as listed
from tests.registrations.reports.test_sign_in_sheets import HOSTILE, text


def made(world, now, *places):
    return stands.add(by=world.owner, activity=world.activity, session=world.session, places=places, at=now)


@pytest.mark.parametrize("paper, size", [("a4", "595.276 x 841.89"), ("a5", "419.528 x 595.276")])
def test_each_stand_has_a_page_with_its_code_its_name_and_the_code_to_type(world, now, tmp_path, paper, size):
    held = made(world, now, Place("食品安全", "市场监管局", "A3"), Place("义诊", "市人民医院"))
    document = listed.document(stands=held, activity=world.activity, paper=paper, at=now)
    (tmp_path / "stands.pdf").write_bytes(document.pdf())
    about = subprocess.run(["pdfinfo", tmp_path / "stands.pdf"], capture_output=True, check=True).stdout.decode()
    assert size in about
    subprocess.run(["pdftoppm", "-r", "100", "-png", "stands.pdf", "page"], cwd=tmp_path, check=True)
    for place, (one, page) in enumerate(zip(held, text(document.pdf()), strict=True), start=1):
        read = zxingcpp.read_barcodes(Image.open(tmp_path / f"page-{place}.png").convert("L"))
        assert [code.text for code in read] == [listed.address(one)]
        said = "".join(page.split())
        assert one.name in said
        assert one.unit in said
        assert listed.written(one).replace(" ", "") in said


@pytest.mark.parametrize("name", ["展" * 60, HOSTILE.replace("\x07", ""), "W" * 60])
def test_long_names_and_names_like_markup_leave_the_code_readable_on_one_page(world, now, name):
    world.activity.name = "全国科普日广场活动" * 15
    (one,) = made(world, now, Place(name, "单位" * 60, "位" * 60))
    pages = listed.document(stands=[one], activity=world.activity, paper="a5", at=now).pngs(120)
    assert len(pages) == 1
    read = zxingcpp.read_barcodes(Image.open(io.BytesIO(pages[0])).convert("L"))
    assert [code.text for code in read] == [listed.address(one)]
