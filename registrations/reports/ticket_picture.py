"""A ticket as one picture: what somebody presses long in WeChat and keeps, or prints out."""

from __future__ import annotations

import functools
import io
from collections.abc import Sequence
from importlib import resources

from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageFont

from events.models import Session
from registrations import masks
from registrations.models import Ticket
from registrations.operations import tickets
from registrations.reports import qr

WIDTH, MARGIN = 900, 60
_INK, _QUIET, _ACCENT = "#17212b", "#5b6b78", "#0b6e69"


@functools.cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    with resources.as_file(resources.files("pylopdf_fonts_zh_cn") / "NotoSansSC-Regular.otf") as file:
        return ImageFont.truetype(str(file), size)


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Lines that fit; Chinese breaks anywhere, so breaking by characters is right."""
    lines, line = [], ""
    for char in text:
        if line and font.getlength(line + char) > width:
            lines.append(line)
            line = ""
        line += char
    return [*lines, line] if line else lines


def png(*, ticket: Ticket, sessions: Sequence[Session]) -> bytes:
    """900 pixels wide: activity, sessions, QR code, short code, for how many. Names are masked: pictures travel."""
    signup = ticket.signup
    parts: list[tuple[str, int, str]] = [(signup.activity.name, 46, _INK)]
    for session in sessions[:6]:
        start, end = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
        parts.append((f"{start:%Y-%m-%d %H:%M}–{end:%H:%M}  {session.venue}", 32, _INK))
    if len(sessions) > 6:
        parts.append((_("and %(more)s further sessions") % {"more": len(sessions) - 6}, 32, _QUIET))
    who = masks.name(signup.contact_name) + (f"  {signup.unit}" if signup.unit else "")
    below: list[tuple[str, int, str]] = [
        (f"{ticket.short_code[:4]} {ticket.short_code[4:]}", 64, _ACCENT),
        (_("%(who)s, %(size)s people") % {"who": who.strip(), "size": signup.size}, 32, _INK),
        (_("Show this code at the entrance. Without a phone the short code is enough."), 28, _QUIET),
    ]
    laid_out = [_lay_out(block) for block in (parts, below)]
    code = Image.open(io.BytesIO(qr.png(tickets.address(ticket)))).convert("L")
    height = MARGIN * 2 + code.height + 40 + sum(step for block in laid_out for *_rest, step in block)
    picture = Image.new("RGB", (WIDTH, height), "white")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, WIDTH, 14), fill=_ACCENT)
    top = _draw(draw, laid_out[0], MARGIN)
    picture.paste(code, ((WIDTH - code.width) // 2, top + 20))
    _draw(draw, laid_out[1], top + code.height + 40)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _lay_out(block: Sequence[tuple[str, int, str]]) -> list[tuple[str, ImageFont.FreeTypeFont, str, int]]:
    """(line, font, colour, height it takes) of each line."""
    lines = []
    for text, size, colour in block:
        font = _font(size)
        for line in _wrapped(text, font, WIDTH - 2 * MARGIN):
            lines.append((line, font, colour, round(size * 1.6)))
    return lines


def _draw(draw: ImageDraw.ImageDraw, lines: Sequence[tuple[str, ImageFont.FreeTypeFont, str, int]], top: int) -> int:
    for line, font, colour, step in lines:
        draw.text((WIDTH / 2, top), line, font=font, fill=colour, anchor="ma")
        top += step
    return top
