"""Photos as they are kept: upright, of a sensible size, without anything that a camera or a program has written into them
but the moment they were taken; with a small copy for lists, and two ways to tell the same picture again. Pure.
"""

from __future__ import annotations

import datetime
import hashlib
import io
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

from PIL import ExifTags, Image, ImageCms, ImageOps, UnidentifiedImageError

#: Pixels along the longer side: of what is kept, and of the small copy.
LARGEST, SMALL = 4096, 400
#: Pixels a file may claim before it is refused unread: more has no camera of ours.
MOST_PIXELS = 120_000_000
FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "MPO": "image/jpeg"}
SMALL_TYPE = "image/webp"
#: Cells along a side of the difference hash, and how many of its bits may differ in the same picture saved anew.
_CELLS, _APART = 16, 14
#: A picture of fewer edges – a blank wall, a dark room – looks like any other of that kind, and is told by its pixels.
_FEWEST_EDGES = 12


class NotAPicture(ValueError):
    """Not a picture we keep, or one that does not open."""


@dataclass(frozen=True, slots=True)
class Picture:
    """`taken_at` is aware where the camera knew its offset, else the clock of the place, naive; None where it says nothing.
    `looks` is empty for a picture with nothing to see on it."""

    media_type: str
    data: bytes
    small: bytes
    pixels: str
    looks: str
    taken_at: datetime.datetime | None
    size: tuple[int, int]


def read(file: IO[bytes]) -> Picture:
    """Raises NotAPicture."""
    try:
        with Image.open(file, formats=("JPEG", "PNG", "WEBP", "MPO")) as image:
            if image.width * image.height > MOST_PIXELS:
                raise NotAPicture("too many pixels")
            kind = FORMATS[image.format or ""]
            taken_at = _taken_at(image)
            image.draft("RGB", (LARGEST, LARGEST))  # a JPEG of 50 million pixels is not unpacked whole
            upright = _plain(image)
    except NotAPicture:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError, KeyError) as error:
        raise NotAPicture(str(error)) from error
    upright.thumbnail((LARGEST, LARGEST))
    small = upright.convert("RGB") if upright.mode != "RGB" else upright.copy()
    small.thumbnail((SMALL, SMALL))
    return Picture(
        kind,
        _saved(upright, kind),
        _saved(small, SMALL_TYPE, quality=78),
        hashlib.sha256(f"{upright.mode} {upright.size}".encode() + upright.tobytes()).hexdigest(),
        _looks(upright),
        taken_at,
        upright.size,
    )


def _plain(image: Image.Image) -> Image.Image:
    """The first frame upright and in sRGB, as pixels alone: what else the file held stays behind."""
    profile = image.info.get("icc_profile")
    upright = ImageOps.exif_transpose(image)
    wanted = "RGBA" if "A" in upright.getbands() or "transparency" in upright.info else "RGB"
    if profile and upright.mode == "RGB":
        with suppress(ImageCms.PyCMSError, OSError):
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            upright = ImageCms.profileToProfile(upright, source, ImageCms.createProfile("sRGB")) or upright
    upright = upright.convert(wanted)
    return Image.frombytes(wanted, upright.size, upright.tobytes())


def _saved(image: Image.Image, media_type: str, quality: int = 90) -> bytes:
    out = io.BytesIO()
    if media_type == "image/jpeg":
        image.convert("RGB").save(out, "JPEG", quality=quality, optimize=True)
    elif media_type == "image/webp":
        image.save(out, "WEBP", quality=quality)
    else:
        image.save(out, "PNG")
    return out.getvalue()


def _taken_at(image: Image.Image) -> datetime.datetime | None:
    exif = image.getexif()
    details = exif.get_ifd(ExifTags.IFD.Exif)
    text = str(details.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime) or "").strip("\0 ")
    offset = str(details.get(ExifTags.Base.OffsetTimeOriginal) or "").strip("\0 ")
    with suppress(ValueError):
        if offset:
            return datetime.datetime.strptime(f"{text} {offset}", "%Y:%m:%d %H:%M:%S %z")
    with suppress(ValueError):
        return datetime.datetime.strptime(text, "%Y:%m:%d %H:%M:%S")  # the place's own clock
    return None


def _looks(image: Image.Image) -> str:
    """Which of two neighbouring cells is the brighter one, 256 times: it outlives saving, scaling and mild retouching."""
    grey = image.convert("L").resize((_CELLS + 1, _CELLS), Image.Resampling.BOX)
    cells = grey.tobytes()
    bits = edges = 0
    for row in range(_CELLS):
        start = row * (_CELLS + 1)
        for at in range(start, start + _CELLS):
            difference = cells[at + 1] - cells[at]
            bits = bits << 1 | (difference > 0)
            edges += abs(difference) > 3
    return f"{bits:064x}" if edges >= _FEWEST_EDGES else ""


def same(looks: str, other: str) -> bool:
    """Whether two pictures are one by their looks."""
    return bool(looks and other) and (int(looks, 16) ^ int(other, 16)).bit_count() <= _APART


def for_paper(file: IO[bytes], side: int = 900) -> tuple[bytes, tuple[int, int]]:
    """A kept photo as a JPEG small enough to print at 8 cm, and its size in pixels."""
    with Image.open(file) as image:
        image.draft("RGB", (side, side))
        plain = image.convert("RGB")
    plain.thumbnail((side, side))
    return _saved(plain, "image/jpeg", quality=82), plain.size
