"""A session while it runs: counted from real scans, and from many rows at once."""

import datetime
import itertools
import uuid

import pytest

from events.models import Session
from registrations.models import Attendance, Attendee, Signup, SignupSession
from registrations.operations import attendance, signups
from registrations.reports import live
from tests import factories
from tests.registrations.operations.handing_in import MINUTE, code_of, scan, send


@pytest.fixture
def station(world, now):
    return factories.station(world.owner, world.lead, world.session, at=now)[0]


def counts(session):
    return live.counts(Session.objects.select_related("activity").get(pk=session.pk))


def line(name, group=""):
    return signups.Party("person", (signups.Line(name, audience_group=group),), name)


def test_before_anybody_comes_everybody_is_missing(world):
    factories.signup(world.session, factories.many(3))
    found = counts(world.session)
    assert (found.people, found.present, found.missing, found.leave, found.inside) == (3, 0, 3, 0, None)
    assert (found.bars, found.gates, found.share) == ([], [], 0)


def test_who_came_who_did_not_and_who_asked_for_leave_are_told_apart(world, station, now):
    came, late, away = (factories.signup(world.session, line(name)) for name in "甲乙丙")
    klass = factories.signup(world.session, factories.many(10))
    send(station, now, scan(world, code_of(came), now), scan(world, code_of(klass), now, sequence=2, arriving=8))
    attendance.mark_leave(by=world.owner, attendee=away.attendees.get(), session=world.session, reason="来电", at=now)
    found = counts(world.session)
    assert (found.people, found.came, found.missing, found.leave) == (13, 9, 3, 1)
    assert found.share == 69
    missing = {row.signup_id: row.lacking for row in live.missing(world.session)}
    assert missing == {late.pk: 1, klass.pk: 2}
    assert [row.signup_id for row in live.on_leave(world.session)] == [away.pk]


def test_waiting_and_cancelled_sign_ups_are_expected_of_nobody(world, now):
    gone = factories.signup(world.session, line("甲"))
    signups.cancel(by="participant", signup=gone, at=now)
    factories.signup(world.session, factories.many(40))
    factories.signup(world.session, line("乙"))
    assert counts(world.session).people == 40
    assert live.missing(world.session).count() == 1


def test_a_course_expects_those_of_the_whole_course_and_those_at_the_door_of_a_lesson(world, now):
    course = factories.activity(world.campaign, form="training", signup_by="course")
    lesson, _other = (factories.session(course, now + datetime.timedelta(days=n)) for n in range(2))
    factories.place(course, list(course.sessions.all()), line("甲"), now - 60 * MINUTE)
    found = counts(lesson)
    assert (found.people, found.missing) == (1, 1)


def test_by_gate_by_group_and_by_time_it_is_the_same_people(world, station, now):
    gate = factories.station(world.owner, world.lead, world.session, at=now)[0]
    people = [factories.signup(world.session, line(f"学员{n}", "farmers" if n % 2 else "")) for n in range(6)]
    for n, signup in enumerate(people[:5]):
        at = now + n * 4 * MINUTE
        send(station if n < 3 else gate, at, scan(world, code_of(signup), at, sequence=n))
    ticked = people[5].attendees.get()
    attendance.correct(
        by=world.owner, attendee=ticked, session=world.session, present=1, reason="名单", at=now + 21 * MINUTE
    )
    found = counts(world.session)
    assert [(gate.people, gate.last_at) for gate in found.gates] == [
        (3, now + 8 * MINUTE),
        (2, now + 16 * MINUTE),
    ]
    assert found.ticked == 1
    assert [(group.code, group.people, group.came) for group in found.groups] == [("", 3, 3), ("farmers", 3, 3)]
    assert found.width == 5
    assert [bar.people for bar in found.bars] == [2, 1, 1, 1, 1]
    assert (found.bars[0].since, found.bars[-1].until) == (now, now + 25 * MINUTE)


def test_who_left_is_not_inside_where_people_are_scanned_out(world, now):
    lecture = factories.activity(world.campaign, checks_out=True)
    session = factories.session(lecture, now)
    phone = factories.station(world.owner, world.lead, session, at=now)[0]
    for n, signup in enumerate([factories.signup(session, line(name)) for name in "甲乙"]):
        send(phone, now, factories.scan(session, code_of(signup), now, sequence=n))
    send(phone, now + MINUTE, factories.scan(session, code_of(signup), now + MINUTE, sequence=9, direction="exit"))
    assert (counts(session).present, counts(session).inside) == (2, 1)


def test_who_came_with_another_sessions_ticket_is_present_and_nobody_is_missing_for_it(world, station, now):
    from registrations.models import Scan
    from registrations.operations import desk

    other = factories.session(world.activity, now + datetime.timedelta(days=1))
    guest = factories.signup(other, line("甲"))
    factories.signup(world.session, line("乙"))
    send(station, now, scan(world, code_of(guest), now))
    wish = desk.Wish(Scan.objects.get(), "count", world.session)
    desk.decide(by=world.owner, wishes=[wish], reason="核对", at=now)
    found = counts(world.session)
    assert (found.people, found.came, found.others, found.missing) == (1, 0, 1, 1)


@pytest.mark.parametrize("minutes, width", [(0, 5), (170, 5), (180, 15), (600, 30)])
def test_bars_grow_wider_before_there_are_too_many(minutes, width):
    nine = datetime.datetime(2026, 11, 24, 9, tzinfo=datetime.UTC)
    bars, found = live._bars([(nine, 1), (nine + minutes * MINUTE, 2)])
    assert found == width
    assert len(bars) <= live.BARS
    assert sum(bar.people for bar in bars) == 3
    assert all(one.until == other.since for one, other in itertools.pairwise(bars))


def crowd(world, now, many):
    """So many people signed up at once, every second of whom came."""
    signed_up = Signup.objects.bulk_create(
        Signup(
            activity=world.activity, kind="person", state="confirmed", size=1, manage_key_hash=uuid.uuid4().hex,
            idempotency_key=uuid.uuid4().hex, request_digest="d", placed_at=now,
        )
        for _ in range(many)
    )  # fmt: skip
    SignupSession.objects.bulk_create(SignupSession(signup=one, session=world.session) for one in signed_up)
    lines = Attendee.objects.bulk_create(Attendee(signup=one, position=1) for one in signed_up)
    Attendance.objects.bulk_create(
        Attendance(attendee=one, session=world.session, present=1, grade="scanned", first_at=now) for one in lines[::2]
    )


@pytest.mark.parametrize("many", [10, 2_000])
@pytest.mark.django_db(transaction=True)
def test_the_counts_cost_the_same_queries_however_many_signed_up(now, many, on_postgresql, django_assert_num_queries):
    world = factories.world(now)
    gate = factories.station(world.owner, world.lead, world.session, at=now)[0]
    ticket = factories.signup(world.session, line("甲"))
    crowd(world, now, many)
    session = Session.objects.select_related("activity").get(pk=world.session.pk)
    own = 0 if on_postgresql else 1  # PostgreSQL says in one breath of which life it is and what changed
    with django_assert_num_queries(5 + own):  # read as a whole
        found = live.counts(session)
    assert (found.people, found.present, found.missing) == (many + 1, many // 2, many // 2 + 1)
    with django_assert_num_queries(2 + own):  # nothing changed
        assert live.counts(session) == found
    send(gate, now, scan(world, code_of(ticket), now))
    with django_assert_num_queries(7 + own):  # somebody came, at the first check-in point that is named
        found = live.counts(session)
    assert (found.people, found.present, found.missing) == (many + 1, many // 2 + 1, many // 2)
