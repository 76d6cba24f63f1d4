import datetime
import json

from django.core import serializers

from registrations.models import Attendance, Attendee, DataAccess, Signup
from registrations.operations import attendance, privacy
from registrations.operations.signups import Line, Party
from registrations.reports import yearend
from tests import factories


def family():
    lines = (Line("肖文", village="东方社区"), Line("肖建国", village="东方社区"))
    return Party("family", lines, "肖文", "19900000003", unit="东方社区", note="带轮椅", guardian_name="肖文")


def test_erasing_leaves_no_name_or_phone_in_any_table(world, now):
    signup = factories.signup(world.session, family())
    privacy.erase(by="participant", signup=signup, at=now)
    kept = json.dumps(
        [json.loads(serializers.serialize("json", model.objects.all())) for model in (Signup, Attendee)],
        ensure_ascii=False,
    )
    assert not any(word in kept for word in ("肖", "1990000", "轮椅"))
    signup.refresh_from_db()
    assert (signup.size, signup.contact_phone_hash, signup.erased_at) == (2, "", now)


def test_erasing_changes_no_figure(world, now):
    signup = factories.signup(world.session, family())
    for line in signup.attendees.all():
        attendance.correct(by=world.owner, attendee=line, session=world.session, present=1, reason="签到表", at=now)

    def figures():
        report = yearend.evaluate_year(
            organization=world.lead, year=2026, scope="own", as_of=datetime.date(2026, 12, 31)
        )
        return report.as_json()

    before = figures()
    privacy.erase(by=world.owner, signup=signup, at=now)
    assert figures() == before
    assert Attendance.objects.count() == 2


def test_one_persons_lines_keep_one_key_and_it_is_another_than_before(world, now):
    course = factories.activity(world.campaign, form="training", signup_by="course")
    lesson = factories.session(course, now)
    signup = factories.signup(lesson, Party("village", (Line("刘忠", village="江桥村"),), "村书记"))
    before = Attendee.objects.get(signup=signup).person_key
    privacy.erase(by="participant", signup=signup, at=now)
    after = Attendee.objects.get(signup=signup).person_key
    assert before
    assert after
    assert before != after


def test_erasing_again_changes_nothing(world, now):
    signup = factories.signup(world.session, factories.one(phone="19900000001"))
    privacy.erase(by="participant", signup=signup, at=now)
    key = Attendee.objects.get().person_key
    privacy.erase(by="participant", signup=signup, at=now + datetime.timedelta(days=1))
    assert Attendee.objects.get().person_key == key
    assert Signup.objects.get().erased_at == now


def test_who_saw_people_whole_is_written_down_with_the_purpose(world, now):
    privacy.note_access(
        by=world.owner,
        organization=world.lead,
        what="roster",
        purpose="电话通知改期",
        on=world.session,
        people=12,
        at=now,
    )
    row = DataAccess.objects.get()
    assert (row.user, row.purpose, row.people, row.kind) == (world.owner.user, "电话通知改期", 12, "events.session")


def test_erasing_reaches_what_stations_were_answered(world, now):
    """The answer is kept for ever; the name in it is not."""
    from registrations.models import StationRecord
    from registrations.operations import records, tickets
    from registrations.operations.signups import ticket_of

    signup = factories.signup(world.session, family())
    station, _key = factories.station(world.owner, world.lead, world.session, at=now)
    scan = factories.scan(world.session, tickets.address(ticket_of(signup)), now)
    (first,) = records.receive(station=station, records=[scan], sent_at=now, at=now)
    assert (first["name"], first["unit"]) == ("肖*", "东方社区")
    (again,) = records.receive(station=station, records=[scan], sent_at=now, at=now)
    assert again == first
    privacy.erase(by="participant", signup=signup, at=now)
    kept = json.dumps(StationRecord.objects.get().answer, ensure_ascii=False)
    assert "肖" not in kept
    (after,) = records.receive(station=station, records=[scan], sent_at=now, at=now)
    assert after["name"] == ""
    assert after | {"name": first["name"]} == first
