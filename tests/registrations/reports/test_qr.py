import io
import re
import xml.etree.ElementTree as ET

import pytest
import zxingcpp
from PIL import Image

from registrations.reports import qr

HOSTS = ["https://a.cn", "http://localhost:8000", "https://kepu.tianmen-kexie.gov.cn"]


def address(host: str) -> str:
    return f"{host}/T/{'CAAAAAKK' * 16}"[: len(host) + 3 + 127].upper()


@pytest.mark.parametrize("host", HOSTS)
def test_a_tickets_code_is_small_enough_for_old_phones(host):
    assert qr.code(address(host)).version in {6, 7}


@pytest.mark.parametrize("host", HOSTS)
def test_an_independent_reader_reads_the_picture(host):
    picture = Image.open(io.BytesIO(qr.png(address(host)))).convert("L")
    assert picture.width == picture.height >= 600
    assert zxingcpp.read_barcode(picture).text == address(host)


def test_the_quiet_zone_is_four_modules_of_white():
    picture = Image.open(io.BytesIO(qr.png(address(HOSTS[0])))).convert("L")
    edge = picture.crop((0, 0, picture.width, 4 * qr.MODULE))
    assert edge.getextrema() == (255, 255)
    assert picture.getpixel((4 * qr.MODULE, 4 * qr.MODULE)) == 0


def test_the_drawing_has_the_same_modules_and_no_style_of_its_own():
    text = qr.svg(address(HOSTS[0]))
    assert "style" not in text
    dark = ET.fromstring(text)[1].get("d", "")
    drawn = {
        (int(x) + step, int(y))
        for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", dark)
        for step in range(int(length))
    }
    rows = qr.code(address(HOSTS[0])).get_matrix()
    assert drawn == {(x, y) for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark}
