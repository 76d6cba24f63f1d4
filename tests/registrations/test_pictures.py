"""Photos as they are kept."""

import datetime
import io

import pytest
from PIL import Image

from registrations import pictures
from tests.registrations.photos import scene, taken


def read(data: bytes) -> pictures.Picture:
    return pictures.read(io.BytesIO(data))


def test_place_maker_and_comment_leave_the_file_and_the_moment_is_read():
    data = taken(scene(), at="2018:09:17 09:30:05", offset="+08:00")
    assert b"SecretPhoneMaker" in data
    assert b"SecretComment" in data
    assert Image.open(io.BytesIO(data)).getexif().get_ifd(0x8825)
    kept = read(data)
    for part in (kept.data, kept.small):
        again = Image.open(io.BytesIO(part))
        assert not dict(again.getexif())
        assert not {"exif", "comment", "icc_profile", "xmp"} & again.info.keys()
        assert b"Secret" not in part
        assert b"GPS" not in part
    assert kept.taken_at == datetime.datetime.fromisoformat("2018-09-17T09:30:05+08:00")


def test_a_camera_without_an_offset_gives_its_own_clock_and_nonsense_gives_nothing():
    assert read(taken(scene(), at="2018:09:17 09:30:05")).taken_at == datetime.datetime(2018, 9, 17, 9, 30, 5)
    assert read(taken(scene(), at="0000:00:00 00:00:00")).taken_at is None


def test_a_photo_held_sideways_is_kept_upright():
    image = scene(size=(800, 600))
    kept = read(taken(image.transpose(Image.Transpose.ROTATE_90), orientation=6))
    assert kept.size == (800, 600)
    assert pictures.same(kept.looks, read(taken(image)).looks)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_png_and_webp_lose_what_was_written_into_them_too(kind):
    out = io.BytesIO()
    exif = Image.Exif()
    exif[271] = "SecretPhoneMaker"
    scene().save(out, kind, exif=exif)
    assert b"SecretPhoneMaker" in out.getvalue()
    kept = read(out.getvalue())
    assert kept.media_type == f"image/{kind.lower()}"
    assert b"Secret" not in kept.data


def test_the_small_copy_is_small_and_what_is_kept_no_larger_than_a_screen_needs():
    kept = read(taken(scene(size=(5000, 400))))
    assert max(kept.size) == pictures.LARGEST
    assert max(Image.open(io.BytesIO(kept.small)).size) == pictures.SMALL


def test_the_same_photo_saved_anew_smaller_or_paler_is_told_again():
    image = scene(3)
    first = read(taken(image))
    assert read(taken(image)).pixels == first.pixels
    worse = read(taken(image, quality=40))
    assert worse.pixels != first.pixels
    assert pictures.same(first.looks, worse.looks)
    assert pictures.same(first.looks, read(taken(image.resize((400, 300)))).looks)


def test_twenty_different_photos_are_all_different():
    looks = [read(taken(scene(seed))).looks for seed in range(20)]
    assert not [(a, b) for a in range(20) for b in range(a) if pictures.same(looks[a], looks[b])]


def test_two_blank_walls_of_other_colours_are_not_one_photo():
    blue, red = (read(taken(Image.new("RGB", (400, 300), colour))) for colour in ("navy", "maroon"))
    assert not pictures.same(blue.looks, red.looks)
    assert blue.pixels != red.pixels


@pytest.mark.parametrize("data", [b"", b"<svg/>", b"\xff\xd8\xff\xe0 nothing", b"GIF89a" + bytes(40)])
def test_what_is_no_photo_of_ours_is_refused(data):
    with pytest.raises(pictures.NotAPicture):
        read(data)
