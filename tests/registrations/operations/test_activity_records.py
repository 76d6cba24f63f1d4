"""The activity record: filled in by one, reviewed by another, taken up again with a reason."""

import pytest

from events.models import Role
from registrations.models import ActivityRecord
from registrations.operations import activity_records, evidence
from registrations.operations.activity_records import Written
from registrations.reports import record_paper, records
from tests import factories
from tests.registrations.photos import upload

WRITTEN = Written(expected=60, experts="李明", partners="市卫健局", summary="讲了食品标签。", paper_place="2018-3号盒")


@pytest.fixture
def colleague(world):
    return factories.actor(world.lead, Role.ORGANIZER)


def hand_in(world, now, written=WRITTEN, session=None):
    return activity_records.hand_in(by=world.owner, activity=world.activity, session=session, written=written, at=now)


def test_it_is_filled_in_by_one_and_reviewed_by_another_person(world, now, colleague):
    record = hand_in(world, now)
    assert (record.state, record.filled_in_by) == ("filled_in", world.owner.user)
    with pytest.raises(activity_records.ReviewedByAnother):
        activity_records.review(by=world.owner, record=record, at=now)
    record = activity_records.review(by=colleague, record=record, at=now)
    assert (record.state, record.reviewed_by, record.reviewed_at) == ("reviewed", colleague.user, now)


def test_a_draft_is_not_reviewed_and_nothing_is_handed_in_without_a_word(world, now, colleague):
    record = activity_records.save(by=world.owner, activity=world.activity, session=None, written=WRITTEN, at=now)
    with pytest.raises(activity_records.NothingToReview):
        activity_records.review(by=colleague, record=record, at=now)
    with pytest.raises(activity_records.RecordEmpty):
        hand_in(world, now, Written(summary=" "))


def test_after_the_review_it_changes_only_with_a_reason_and_is_to_be_reviewed_again(world, now, colleague):
    record = activity_records.review(by=colleague, record=hand_in(world, now), at=now)
    with pytest.raises(activity_records.RecordReviewed):
        hand_in(world, now)
    with pytest.raises(activity_records.ReopeningUnexplained):
        activity_records.reopen(by=world.owner, record=record, reason=" ", at=now)
    record = activity_records.reopen(by=world.owner, record=record, reason="人数写错", at=now)
    assert (record.state, record.reviewed_by) == ("filled_in", None)
    assert record.reopenings.get().reason == "人数写错"
    assert hand_in(world, now).state == "filled_in"


def test_session_and_activity_have_one_record_each_however_often_they_are_saved(world, now):
    for session in (None, world.session, None, world.session):
        hand_in(world, now, session=session)
    assert sorted(ActivityRecord.objects.values_list("session", flat=True), key=bool) == [None, world.session.pk]


def test_the_record_shows_what_was_counted_and_who_else_uses_its_photo(world, now):
    factories.heads(world.session, 46, now)
    hand_in(world, now)
    other = factories.activity(world.campaign, name="另一场讲座")
    for activity, quality in ((world.activity, 92), (other, 50)):
        evidence.add_many(by=world.owner, activity=activity, uploads=[upload(quality=quality)], at=now)
    sheet = records.read(world.activity, None, world.owner)
    assert (sheet.expected, sheet.whole.stated, sheet.photos_missing) == (60, 46, 1)
    (twins,) = sheet.twins.values()
    assert [one.used_at for one in twins] == ["另一场讲座"]
    assert [one.used_at for (one,) in records.read(other, None, world.owner).twins.values()] == ["食品安全讲座"]
    stranger = factories.actor(factories.organization("elsewhere"))
    assert not records.read(world.activity, None, stranger).twins


def test_what_changes_after_the_review_is_told(world, now, colleague):
    activity_records.review(by=colleague, record=hand_in(world, now), at=now)
    assert not records.read(world.activity, None, world.owner).changed_since
    (photo,) = evidence.add_many(by=world.owner, activity=world.activity, uploads=[upload()], at=world.session.ends_at)
    assert records.read(world.activity, None, world.owner).changed_since
    assert photo.taken_at.isoformat() == "2018-09-17T09:30:05+08:00"


def test_taken_out_evidence_is_kept_and_can_be_put_back(world, now):
    (photo,) = evidence.add_many(by=world.owner, activity=world.activity, uploads=[upload()], at=now)
    evidence.withdraw(by=world.owner, evidence=photo, at=now)
    assert not records.read(world.activity, None, world.owner).photos
    assert photo.file.storage.exists(photo.file.name)
    evidence.put_back(by=world.owner, evidence=photo, at=now)
    assert records.read(world.activity, None, world.owner).photos == [photo]


@pytest.mark.parametrize("photos", [0, 1, 2, 5])
def test_the_paper_is_one_page_with_any_number_of_photos(world, now, photos):
    factories.heads(world.session, 46, now)
    hand_in(world, now, Written(summary="科普讲座很受欢迎。" * 100, experts="李明、" * 80))
    uploads = [upload(f"{seed}.jpg", seed) for seed in range(photos)]
    evidence.add_many(by=world.owner, activity=world.activity, uploads=uploads, at=now)
    sheet = records.read(world.activity, None, world.owner)
    assert len(record_paper.document(sheet, at=now).pngs(40)) == 1
