"""Whatever page a photo comes in by, it is kept without its place and with its moment."""

import datetime
import io

import pytest
from PIL import Image

from registrations.models import Evidence
from registrations.operations import accounts, evidence, files, sheets, stands
from tests.registrations.photos import upload

TAKEN = datetime.datetime.fromisoformat("2018-09-17T09:30:05+08:00")


def by_held_page(world, now):
    accounts.add_evidence(
        by=world.owner, organization=world.lead, kind="photo", activity=world.activity, file=upload(), at=now
    )


def by_paper_sheet(world, now):
    sheets.keep(by=world.owner, session=world.session, photos=[upload()], at=now)


def by_stand(world, now):
    (stand,) = stands.add(
        by=world.owner, activity=world.activity, session=world.session, places=[stands.Place("食品安全")], at=now
    )
    report = stands.hand_in(stand=stand, numbers=stands.Numbers(panels=3), key="k", photo=upload(), at=now)
    assert b"SecretPhoneMaker" not in report.photo.read()
    stands.accept(by=world.owner, report=report, at=now)


def by_record(world, now):
    evidence.add_many(by=world.owner, activity=world.activity, uploads=[upload()], at=now)


@pytest.mark.parametrize("enter", [by_held_page, by_paper_sheet, by_stand, by_record])
def test_every_entrance_of_photos_takes_the_place_out_and_keeps_the_moment(world, now, enter):
    enter(world, now)
    kept = Evidence.objects.get()
    data = kept.file.read()
    assert not dict(Image.open(io.BytesIO(data)).getexif())
    assert b"Secret" not in data
    assert kept.taken_at == TAKEN
    assert max(Image.open(kept.thumbnail).size) == 400


def test_a_sheet_that_is_handed_in_twice_is_kept_once_although_what_is_kept_is_another_file(world, now):
    by_paper_sheet(world, now)
    by_paper_sheet(world, now)
    kept = Evidence.objects.get()
    assert kept.sha256 == files.sha256(upload())
    assert kept.sha256 != files.sha256(kept.file)


def test_of_several_files_with_one_that_is_unfit_none_is_kept(world, now):
    unfit = upload("名单.jpg")
    unfit.file = io.BytesIO(b"<html>")
    with pytest.raises(files.FileUnfit):
        evidence.add_many(by=world.owner, activity=world.activity, uploads=[upload(), unfit], at=now)
    assert not Evidence.objects.exists()
