"""The QR code of a ticket's address, as a drawing and as a picture.

Version 6 or 7 at level M, because the address is upper case throughout and stays in alphanumeric mode; four modules of
quiet zone, because scanners look for it and stickers and chat windows crop.
"""

from __future__ import annotations

import base64
import io
import re

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import MODE_ALPHA_NUM, QRData

_ALPHANUMERIC = re.compile(r"[0-9A-Z $%*+\-./:]+")
QUIET = 4
#: Pixels of a module: version 6 is 686 wide with its quiet zone, version 7 is 742.
MODULE = 14


def code(address: str) -> qrcode.QRCode:
    """The code of an address, its version as small as it can be: a ticket's is upper case and of «$%*+-./:» only."""
    made = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET, box_size=MODULE)
    if _ALPHANUMERIC.fullmatch(address):
        made.add_data(QRData(address.encode("ascii"), mode=MODE_ALPHA_NUM), optimize=0)
    else:
        made.add_data(address)
    made.make(fit=True)
    return made


def svg(address: str) -> str:
    """One black path on white, without styles or scripts: fit to stand inside a page under the strictest policy."""
    rows = code(address).get_matrix()
    side = len(rows)
    path = "".join(
        f"M{x} {y}h{length}v1h-{length}z" for y, row in enumerate(rows) for x, length in _runs(row)
    )  # one piece for each run of dark modules: a third of the size of one for each module
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="{side * 8}" height="{side * 8}" '
        f'shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/><path fill="#000" d="{path}"/></svg>'
    )


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """(where it begins, its length) of each run of dark modules."""
    runs: list[tuple[int, int]] = []
    for place, dark in enumerate(row):
        if dark and runs and sum(runs[-1]) == place:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif dark:
            runs.append((place, 1))
    return runs


def png(address: str) -> bytes:
    """At least 600 pixels wide, quiet zone included."""
    out = io.BytesIO()
    code(address).make_image().save(out, "PNG")
    return out.getvalue()


def data_uri(address: str) -> str:
    """The drawing as the source of an image, for codes that must not have an address of their own."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg(address).encode()).decode()
