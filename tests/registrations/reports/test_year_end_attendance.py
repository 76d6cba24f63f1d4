"""People: how many came, how it is known, and in which year they count."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from registrations.figures import Grade, amount
from registrations.models import Attendance, Attendee, ScanOutcome
from registrations.operations import accounts, attendance, privacy, session_changes
from registrations.operations.signups import Line, Party
from tests import factories
from tests.registrations.reports.counting import LAST_DAY, come, figure, number, report, send, station


def heads(world, session, people, *, group="", **values):
    return factories.heads(session, people, by=world.owner, audience_group=group, **values)


def test_people_who_were_scanned_are_the_years_attendance_graded_scanned(world):
    phone = station(world)
    come(phone, world.session, factories.signup(world.session, factories.one()))
    come(phone, world.session, factories.signup(world.session, factories.many(20)), arriving=18)
    found = figure(world.lead, "attendance")
    assert found.grades == {Grade.SCANNED: amount(19, "exact")}
    assert [(ref.kind, ref.id) for ref in found.records] == [("session", world.session.pk)]


def test_scanning_somebody_twice_counts_once(world):
    phone, signup = station(world), factories.signup(world.session, factories.one())
    come(phone, world.session, signup)
    come(phone, world.session, signup, minutes=9)
    assert number(world.lead, "attendance") == (1, "exact")


def test_where_nobody_was_scanned_or_counted_nothing_is_said(world):
    factories.signup(world.session, factories.one())
    assert figure(world.lead, "attendance") is None
    assert number(world.lead, "sessions") == (1, "exact")


def test_a_count_of_everyone_adds_only_those_who_were_not_checked_in(world):
    come(station(world), world.session, factories.signup(world.session, factories.many(20)), arriving=20)
    heads(world, world.session, 57)
    found = figure(world.lead, "attendance")
    assert found.grades == {Grade.SCANNED: amount(20, "exact"), Grade.TALLIED: amount(37, "exact")}
    assert (found.number, found.bound) == (57, "exact")
    assert len(found.records) == 1


def test_a_count_of_everyone_smaller_than_the_scans_takes_nothing_away(world):
    come(station(world), world.session, factories.signup(world.session, factories.many(20)), arriving=20)
    heads(world, world.session, 12)
    assert number(world.lead, "attendance") == (20, "exact")


def test_people_counted_besides_the_scans_are_added_and_an_estimate_is_graded_as_one(world):
    come(station(world), world.session, factories.signup(world.session, factories.one()))
    heads(world, world.session, 30, basis="besides")
    heads(world, world.session, 200, basis="besides", method="estimated", bound="about", group="farmers")
    found = figure(world.lead, "attendance")
    assert found.grades == {
        Grade.SCANNED: amount(1, "exact"),
        Grade.TALLIED: amount(30, "exact"),
        Grade.ESTIMATED: amount(200, "about"),
    }
    assert (found.number, found.bound, found.whole.low) == (231, "about", 31)


def test_walk_ins_and_headcounts_from_a_phone_count(world):
    phone = station(world)
    send(phone, world.session, kind="walk_in", people=3)
    send(phone, world.session, kind="headcount", people=40, basis="everyone", counted_by="张义工")
    assert number(world.lead, "attendance") == (43, "exact")


def test_a_withdrawn_count_counts_no_more(world):
    row = heads(world, world.session, 57)
    accounts.withdraw(by=world.owner, row=row, at=world.session.ends_at)
    assert figure(world.lead, "attendance") is None


def test_a_persons_correction_is_graded_confirmed(world, now):
    signup = factories.signup(world.session, factories.many(46))
    attendance.correct(
        by=world.owner, attendee=signup.attendees.get(), session=world.session, present=42, reason="名单", at=now
    )
    assert figure(world.lead, "attendance").grades == {Grade.CONFIRMED: amount(42, "exact")}


def test_a_statement_takes_the_place_of_what_is_counted(world, now):
    come(station(world), world.session, factories.signup(world.session, factories.one()))
    accounts.state(
        by=world.owner, activity=world.activity, measure="attendance", number=300, bound="at_least",
        phrase="300余人次", at=now,
    )  # fmt: skip
    assert number(world.lead, "attendance") == (300, "at_least")
    assert set(figure(world.lead, "attendance").grades) == {Grade.REPORTED}


def test_a_statement_marked_additional_is_added(world, now):
    come(station(world), world.session, factories.signup(world.session, factories.one()))
    said = accounts.state(
        by=world.owner, activity=world.activity, measure="attendance", number=300, bound="at_least",
        phrase="另有300余人次", effect="adds", at=now,
    )  # fmt: skip
    assert number(world.lead, "attendance") == (301, "at_least")
    accounts.withdraw(by=world.owner, row=said, at=now)
    assert number(world.lead, "attendance") == (1, "exact")


def test_a_statement_of_one_measure_leaves_the_others_alone(world, now):
    come(station(world), world.session, factories.signup(world.session, factories.one()))
    accounts.state(
        by=world.owner, activity=world.activity, measure="leaflets", number=5, bound="exact", phrase="5份", at=now
    )
    assert number(world.lead, "attendance") == (1, "exact")
    assert number(world.lead, "leaflets") == (5, "exact")


def shanghai(*when: int) -> datetime.datetime:
    return datetime.datetime(*when, tzinfo=timezone.get_default_timezone())


def test_a_session_counts_in_the_year_of_its_local_start(world):
    """Half past eleven at night on New Year's Eve in Tianmen; in UTC it is the afternoon, and it ends next year."""
    late = factories.session(world.activity, shanghai(2026, 12, 31, 23, 30))
    early = factories.session(world.activity, shanghai(2027, 1, 1, 0, 30))  # in UTC still 2026
    heads(world, late, 10)
    heads(world, early, 7)
    assert number(world.lead, "attendance", year=2026) == (10, "exact")
    assert number(world.lead, "attendance", year=2027) == (7, "exact")
    assert number(world.lead, "sessions", year=2026) == (2, "exact")
    assert number(world.lead, "sessions", year=2027) == (1, "exact")


def test_at_a_cut_off_only_sessions_count_that_began_by_the_end_of_that_day(world):
    heads(world, world.session, 10)
    later = factories.session(world.activity, world.session.starts_at + datetime.timedelta(days=1))
    heads(world, later, 5)
    day = timezone.localdate(world.session.starts_at)
    assert number(world.lead, "attendance", as_of=day - datetime.timedelta(days=1)) is None
    assert number(world.lead, "attendance", as_of=day) == (10, "exact")
    assert number(world.lead, "attendance", as_of=LAST_DAY) == (15, "exact")


def course(world, **values):
    made = factories.activity(world.campaign, form="training", signup_by="course", name="大棚蔬菜培训班", **values)
    return made, [factories.session(made, shanghai(2026, 12, day, 9)) for day in (13, 20)]


def test_a_course_counts_once_in_the_year_it_ends_and_its_attendances_in_theirs(world):
    made, lessons = course(world)
    lessons.append(factories.session(made, shanghai(2027, 1, 5, 9)))
    heads(world, lessons[0], 30)
    heads(world, lessons[2], 20)
    assert figure(world.lead, "courses", year=2026) is None
    assert number(world.lead, "attendance_training", year=2026) == (30, "exact")
    assert number(world.lead, "courses", year=2027) == (1, "exact")
    assert number(world.lead, "attendance_training", year=2027) == (20, "exact")


def test_a_course_counts_only_once_it_has_ended(world):
    course(world)
    assert figure(world.lead, "courses", as_of=datetime.date(2026, 12, 19)) is None
    assert number(world.lead, "courses", as_of=datetime.date(2026, 12, 20)) == (1, "exact")


def test_a_course_whose_every_lesson_was_called_off_was_not_held(world, now):
    _made, lessons = course(world)
    session_changes.call_off(by=world.owner, session=lessons[0], reason="大雪", at=now)
    assert number(world.lead, "courses") == (1, "exact")
    session_changes.call_off(by=world.owner, session=lessons[1], reason="大雪", at=now)
    assert figure(world.lead, "courses") is None


def trainee(activity, lessons, name: str, phone: str = "", village: str = ""):
    party = Party("person", (Line(name, village=village),), name, phone)
    return factories.place(activity, lessons, party, lessons[0].starts_at - datetime.timedelta(days=1)).signup


def test_learners_are_people_and_their_attendances_are_counted_apart(world):
    made, lessons = course(world)
    phone = station(world)
    for signup in (trainee(made, lessons, "刘忠", "19900000001"), trainee(made, lessons, "何平", village="江桥村")):
        for lesson in lessons:
            come(phone, lesson, signup)
    assert number(world.lead, "learners") == (2, "exact")
    assert number(world.lead, "attendance_training") == (4, "exact")


def test_who_attends_two_courses_is_one_learner(world):
    phone = station(world)
    for _ in range(2):
        made, lessons = course(world)
        come(phone, lessons[0], trainee(made, lessons, "刘忠", "19900000001"))
    assert number(world.lead, "courses") == (2, "exact")
    assert number(world.lead, "learners") == (1, "exact")
    assert len(figure(world.lead, "learners").records) == 2


def test_learners_who_could_not_be_matched_make_the_number_about(world):
    made, lessons = course(world)
    phone = station(world)
    come(phone, lessons[0], trainee(made, lessons, "刘忠", "19900000001"))
    come(phone, lessons[0], trainee(made, lessons, "何平"))
    found = figure(world.lead, "learners")
    assert (found.number, found.bound, found.whole.low) == (2, "about", 1)


def test_learners_are_at_least_so_many_where_more_were_counted_than_scanned(world):
    made, lessons = course(world)
    come(station(world), lessons[0], trainee(made, lessons, "刘忠", "19900000001"))
    heads(world, lessons[0], 30)
    assert number(world.lead, "learners") == (1, "at_least")


def test_learners_known_from_a_list_are_graded_confirmed(world, now):
    made, lessons = course(world)
    signup = trainee(made, lessons, "刘忠", "19900000001")
    attendance.correct(
        by=world.owner, attendee=signup.attendees.get(), session=lessons[0], present=1, reason="名单", at=now
    )
    assert set(figure(world.lead, "learners").grades) == {Grade.CONFIRMED}


def everything(world):
    return [report(world.lead, scope=scope).as_json() for scope in ("own", "tree", "region")]


def test_erasing_people_changes_no_figure(world, now):
    made, lessons = course(world)
    phone = station(world)
    mine = [trainee(made, lessons, "刘忠", "19900000001"), trainee(made, lessons, "何平", village="江桥村")]
    for signup in mine:
        come(phone, lessons[0], signup)
    come(phone, world.session, factories.signup(world.session, factories.many(20)), arriving=20)
    before = everything(world)
    for attendee in Attendee.objects.all():
        privacy.erase(by=world.owner, signup=attendee.signup, at=now)
    assert everything(world) == before


def test_erasing_one_of_two_signups_of_the_same_person_changes_no_figure(world, now):
    """The same woman on two courses is one learner, before and after one of her sign-ups is erased."""
    phone, both = station(world), []
    for _ in range(2):
        made, lessons = course(world)
        both.append(trainee(made, lessons, "刘桂英", "19900000001"))
        come(phone, lessons[0], both[-1])
    before = everything(world)
    privacy.erase(by=world.owner, signup=both[0], at=now)
    assert everything(world) == before


def test_folding_again_changes_no_row(world, now):
    phone = station(world)
    signup = factories.signup(world.session, factories.many(20))
    come(phone, world.session, signup, arriving=12)
    come(phone, world.session, signup, arriving=12, minutes=7)
    come(phone, world.session, factories.signup(world.session, factories.one()))
    attendance.correct(
        by=world.owner, attendee=signup.attendees.get(), session=world.session, present=15, reason="名单", at=now
    )

    def rows():
        return [list(model.objects.order_by("pk").values()) for model in (Attendance, ScanOutcome)]

    before = rows()
    places = {attendance.Place(one.attendee.signup_id, one.session_id) for one in Attendance.objects.all()}
    attendance.refold(places=places)
    assert rows() == before
    assert len(places) == 2


@pytest.mark.parametrize("form, code", [("lecture", "attendance_lecture"), ("exhibition", "attendance_exhibition")])
def test_attendance_stands_under_the_one_form_of_its_activity(world, form, code):
    heads(world, factories.session(factories.activity(world.campaign, form=form), world.session.starts_at), 9)
    assert number(world.lead, code) == (9, "exact")
    others = {"attendance_lecture", "attendance_exhibition", "attendance_training", "attendance_visit"} - {code}
    assert all(figure(world.lead, other) is None for other in others)
