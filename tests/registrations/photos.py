"""Photos as phones take them: with noise, an orientation, a place and a moment."""

from __future__ import annotations

import io
import random

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import ExifTags, Image, ImageDraw


def scene(seed: int = 1, size: tuple[int, int] = (800, 600)) -> Image.Image:
    """A picture with enough on it to be told from others."""
    chance = random.Random(seed)  # no secret
    image = Image.new("RGB", size, (200, 220, 240))
    draw = ImageDraw.Draw(image)
    for _one in range(60):
        x, y = chance.randrange(size[0]), chance.randrange(size[1])
        wide, high = chance.randrange(30, 200), chance.randrange(30, 200)
        colour = tuple(chance.randrange(256) for _channel in range(3))
        draw.rectangle((x, y, x + wide, y + high), fill=colour)
    return image


def taken(
    image: Image.Image, *, at: str = "2018:09:17 09:30:05", offset: str = "", orientation: int = 1, quality: int = 92
) -> bytes:
    """A JPEG with EXIF: GPS, maker, comment, orientation."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "SecretPhoneMaker"
    exif[ExifTags.Base.Orientation] = orientation
    details = exif.get_ifd(ExifTags.IFD.Exif)
    details[ExifTags.Base.DateTimeOriginal] = at
    if offset:
        details[ExifTags.Base.OffsetTimeOriginal] = offset
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef], place[ExifTags.GPS.GPSLatitude] = "N", (30.0, 39.0, 0.0)
    place[ExifTags.GPS.GPSLongitudeRef], place[ExifTags.GPS.GPSLongitude] = "E", (113.0, 10.0, 0.0)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, exif=exif, comment=b"SecretComment")
    return out.getvalue()


def upload(name: str = "现场.jpg", seed: int = 1, **more: object) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, taken(scene(seed), **more), content_type="image/jpeg")  # type: ignore[arg-type]
