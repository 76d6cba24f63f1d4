"""A signed sheet comes back: photos as evidence, its numbers as headcounts, its ticks as attendance."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from events.models import History
from registrations.models import Attendance, Correction, Evidence, Headcount, Signup
from registrations.operations import accounts, attendance, sheets
from registrations.operations.held import Count
from registrations.operations.signups import Line, Party
from tests import factories
from tests.registrations.operations.handing_in import code_of, scan, send


def photo(colour="white", name="sheet.jpg"):
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def count(world, now, total=None, basis="everyone", **groups):
    stated = {code: Count(number, "exact", str(number)) for code, number in groups.items()}
    whole = None if total is None else Count(total, "exact", str(total))
    return sheets.count(
        by=world.owner, session=world.session, total=whole, groups=stated, basis=basis, counted_by="张义工", at=now
    )


def keep(world, now, *photos):
    return sheets.keep(by=world.owner, session=world.session, photos=photos, at=now)


def village(*names):
    return Party("village", tuple(Line(name, village="江桥村") for name in names), "村书记", unit="江桥村")


def tick(world, now, present):
    return attendance.correct_all(by=world.owner, session=world.session, present=present, reason="签到表", at=now)


def test_a_sheet_is_kept_once_however_often_it_is_sent(world, now):
    assert len(keep(world, now, photo(), photo("red"))) == 2
    assert keep(world, now, photo(name="again.jpg")) == []
    kept = Evidence.objects.get(title="sheet.jpg", sha256=Evidence.objects.first().sha256)
    assert (kept.kind, kept.activity, list(kept.sessions.all())) == ("sheet", world.activity, [world.session])


def test_a_photo_that_is_none_keeps_the_others_out_too(world, now):
    with pytest.raises(accounts.FileUnfit):
        keep(world, now, photo(), SimpleUploadedFile("x.jpg", b"GIF89a", "image/jpeg"))
    assert not Evidence.objects.exists()


def test_total_and_groups_are_counted_and_the_same_numbers_once_more_change_nothing(world, now):
    assert len(count(world, now, 46, farmers=30, elderly=10)) == 3
    assert count(world, now, 46, farmers=30, elderly=10) == []
    assert set(Headcount.objects.values_list("audience_group", "people")) == {
        ("", 46),
        ("farmers", 30),
        ("elderly", 10),
    }


def test_another_number_for_what_is_counted_already_is_refused_and_none_of_the_rest_written(world, now):
    count(world, now, 46)
    with pytest.raises(accounts.AlreadyCounted):
        count(world, now, 47, farmers=30)
    assert Headcount.objects.count() == 1


def test_groups_that_exceed_the_total_and_an_empty_sheet_are_refused(world, now):
    with pytest.raises(sheets.GroupsExceedTotal):
        count(world, now, 20, farmers=15, elderly=10)
    with pytest.raises(sheets.NothingCounted):
        count(world, now)


def test_many_are_ticked_off_at_once_and_changing_the_ticks_undoes_them(world, now):
    signup = factories.signup(world.session, village("刘忠", "何平", "周卫国"))
    first, second, third = signup.attendees.order_by("position")
    assert tick(world, now, {first.pk: 1, second.pk: 1, third.pk: 0}) == attendance.Ticked(changed=2, gone=0)
    assert set(Attendance.objects.values_list("attendee__name", "present", "grade")) == {
        ("刘忠", 1, "confirmed"),
        ("何平", 1, "confirmed"),
    }
    assert tick(world, now, {second.pk: 0}).changed == 1
    assert [one.attendee.name for one in Attendance.objects.all()] == ["刘忠"]
    assert History.objects.filter(verb="correct").count() == Correction.objects.count() == 3


def test_the_same_ticks_twice_are_the_same_as_once(world, now):
    line = factories.signup(world.session, factories.many(40)).attendees.get()
    assert tick(world, now, {line.pk: 38}).changed == 1
    assert tick(world, now, {line.pk: 38}).changed == 0
    assert Correction.objects.count() == 1


def test_whoever_was_scanned_stays_scanned_where_the_sheet_says_the_same(world, station, now):
    signup = factories.signup(world.session, factories.one())
    send(station, now, scan(world, code_of(signup), now))
    tick(world, now, {signup.attendees.get().pk: 1})
    assert Attendance.objects.get().grade == "scanned"


def test_somebody_who_left_the_roster_meanwhile_keeps_nobody_else_out(world, now):
    signup = factories.signup(world.session, village("刘忠", "何平"))
    first, second = signup.attendees.order_by("position")
    signup.attendees.filter(pk=second.pk).update(removed_at=now)
    assert tick(world, now, {first.pk: 1, second.pk: 1, 10**9: 1}) == attendance.Ticked(changed=1, gone=2)
    assert Attendance.objects.get().attendee == first


def test_too_many_or_somebody_elses_line_is_refused_and_nothing_is_written(world, now):
    mine = factories.signup(world.session, factories.many(3)).attendees.get()
    other = factories.session(world.activity, now)
    theirs = factories.signup(other, factories.one("何平")).attendees.get()
    with pytest.raises(attendance.MorePresentThanSignedUp):
        tick(world, now, {mine.pk: 4})
    with pytest.raises(attendance.NotOfThisSession):
        tick(world, now, {mine.pk: 3, theirs.pk: 1})
    assert not Correction.objects.exists()


@pytest.mark.parametrize("many", [2, 30])
def test_ticking_costs_the_same_queries_however_many(world, now, many, django_assert_num_queries):
    factories.signup(world.session, village(*(f"村民{n}" for n in range(many))))
    for n in range(many // 10):
        factories.signup(world.session, factories.one(f"学员{n}"))
    present = dict.fromkeys(Signup.objects.values_list("attendees", flat=True), 1)
    with django_assert_num_queries(20):
        tick(world, now, present)
