import datetime
import json

import pytest
from django.core import serializers
from django.core.management import call_command

from events.access import Act
from registrations.models import Attendance, Attendee, DataAccess, RosterChange, Signup
from registrations.operations import attendance, privacy, session_changes
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


def after(now, days):
    return now + datetime.timedelta(days=days)


def test_nothing_is_left_to_try_names_out_against(world, now):
    """The digest of what was asked for would tell a guessed name and phone from wrong ones."""
    signup = factories.signup(world.session, factories.one(phone="19900000001"))
    assert signup.request_digest
    privacy.erase(by="participant", signup=signup, at=now)
    assert Signup.objects.get().request_digest == ""


def test_phones_with_the_roster_fetch_the_line_without_its_name(world, now):
    signup = factories.signup(world.session, factories.one())
    before = RosterChange.objects.filter(kind="ticket").count()
    privacy.erase(by="participant", signup=signup, at=now)
    assert RosterChange.objects.filter(kind="ticket").count() > before


def test_what_is_due_is_erased_in_parts_and_the_rest_stays(world, now):
    for n in range(5):
        factories.signup(world.session, factories.one(f"刘{n}"))
    young = factories.activity(world.campaign)
    factories.signup(factories.session(young, after(now, 30)), factories.one("年轻"))
    late = after(now, 181)
    assert [privacy.erase_due(by="system", at=late, limit=2) for _ in range(4)] == [2, 2, 1, 0]
    assert [one.contact_name for one in Signup.objects.filter(erased_at=None)] == ["年轻"]


def test_before_its_day_nothing_is_erased(world, now):
    factories.signup(world.session, factories.one())
    assert privacy.erase_due(by="system", at=after(now, 180)) == 0


def test_a_legal_hold_keeps_files_from_the_job_and_from_the_person(world, now):
    world.activity.legal_hold_until = datetime.date(2028, 1, 1)
    world.activity.save()
    signup = factories.signup(world.session, factories.one())
    assert privacy.erase_due(by="system", at=after(now, 181)) == 0
    with pytest.raises(privacy.HeldByLaw) as refused:
        privacy.erase_own(by="participant", signup=signup, at=now)
    assert refused.value.facts == {"until": "2028-01-01"}


def test_an_owner_erases_within_the_own_reach_only(world, now):
    elsewhere = factories.organization("elsewhere")
    theirs = factories.session(factories.activity(factories.campaign(elsewhere)), now)
    factories.signup(theirs, factories.one("别处"))
    factories.signup(world.session, factories.one("本地"))
    within = world.owner.where(Act.RUN_PEOPLE, "organization__path")
    assert privacy.erase_due(by=world.owner, at=after(now, 181), within=within) == 1
    assert [one.contact_name for one in Signup.objects.filter(erased_at=None)] == ["别处"]


def test_the_command_shows_first_and_erases_then(world, now, capsys):
    factories.signup(factories.session(world.activity, after(now, -300)), factories.one("旧人"))
    session_changes.call_off(by=world.owner, session=world.session, reason="取消", at=now)
    assert world.activity.sessions.count() == 2
    call_command("retention", "--dry-run")
    said = capsys.readouterr().out
    assert "食品安全讲座" in said
    assert "旧人" not in said
    assert "1 sign-ups are due" in said
    assert Signup.objects.get().contact_name == "旧人"
    call_command("retention")
    assert Signup.objects.get().contact_name == ""
    assert "1 sign-ups erased" in capsys.readouterr().out
    call_command("retention")
    assert "0 sign-ups erased" in capsys.readouterr().out
