"""What is kept of a session between two readings: the same as counting anew, whatever happened in between."""

import contextlib
import random

import pytest
from django.db import transaction

from events.errors import Refusal
from events.models import Session
from registrations.models import Attendee, Scan, Signup, StationMove, Ticket
from registrations.operations import approvals, attendance, desk, offers, roster, session_changes, signups, tickets
from registrations.reports import live, watched
from tests import factories
from tests.registrations.operations.handing_in import MINUTE, send
from tests.registrations.reports import counted_plainly

GROUPS = ("", "farmers", "students")


def fresh(session):
    return Session.objects.select_related("activity__organization").get(pk=session.pk)


def told(session):
    found = live.counts(fresh(session))
    assert found.people == sum(group.people for group in found.groups)
    assert sum(bar.people for bar in found.bars) == found.present
    assert found.lines == live.missing(fresh(session)).count()
    return {
        "groups": sorted((group.code, group.people, group.came) for group in found.groups),
        "others": found.others,
        "missing": found.missing,
        "leave": found.leave,
        "inside": found.inside,
        "gates": sorted((gate.name, gate.people, gate.last_at) for gate in found.gates),
        "arrived": found.present,
    }


class Day:
    """Two lectures with few seats, or two lessons of a course, two phones, and a person at the desk."""

    def __init__(self, now, seed):
        self.dice = random.Random(seed)
        world = factories.world(now)
        self.by, self.at = world.owner, now
        by = "course" if seed % 3 == 0 else "session"
        self.activity = factories.activity(world.campaign, form="training", signup_by=by, checks_out=True)
        if seed % 2:
            factories.terms(self.activity, approval=True, changes_need_approval=True)
        self.sessions = [factories.session(self.activity, now + n * 30 * MINUTE, capacity=14) for n in range(2)]
        self.activity = self.sessions[0].activity
        self.phones = [factories.station(world.owner, world.lead, None, at=now)[0] for _ in range(2)]
        for number, phone in enumerate(self.phones):
            phone.name = f"{number}号门"
            phone.save()

    def any(self, model, **where):
        rows = list(model.objects.filter(**where).order_by("pk"))
        return self.dice.choice(rows) if rows else None

    def session(self):
        return self.dice.choice(self.sessions)

    def happen(self):
        self.at += self.dice.choice([0, 1, 3]) * MINUTE
        deed = self.dice.choice(DEEDS)
        with contextlib.suppress(Refusal):
            deed(self)

    def party(self):
        lines = tuple(
            signups.Line(audience_group=self.dice.choice(GROUPS), **one)
            for one in self.dice.choice(
                [({"size": 4},), ({"name": "甲"},), ({"name": "乙"}, {"name": "丙"}, {"size": 2})]
            )
        )
        return signups.Party("person" if len(lines) == 1 and lines[0].name else "group", lines, "程老师", unit="一村")

    def sign_up(self):
        chosen = (
            self.sessions
            if self.activity.signup_by == "course"
            else self.dice.choice([self.sessions, [self.session()]])
        )
        factories.place(self.activity, chosen, self.party(), self.at - 60 * MINUTE, when_full="wait", by=self.by)

    def change(self):
        if signup := self.any(Signup, activity=self.activity):
            signups.change(by=self.dice.choice([self.by, "participant"]), signup=signup, party=self.party(), at=self.at)

    def cancel(self):
        if signup := self.any(Signup, activity=self.activity):
            signups.cancel(by=self.by, signup=signup, at=self.at)

    def approve(self):
        if signup := self.any(Signup, activity=self.activity):
            if signup.state == "offered":
                offers.accept(by=self.by, signup=signup, at=self.at)
            else:
                approvals.approve(by=self.by, signup=signup, at=self.at)

    def scan(self):
        if ticket := self.any(Ticket, signup__activity=self.activity):
            direction = self.dice.choice(["entry", "entry", "entry", "exit"])
            sent = factories.scan(
                self.session(), tickets.address(ticket), self.at, self.dice.randrange(9999), direction=direction,
                arriving=self.dice.randint(1, 3),
            )  # fmt: skip
            send(self.dice.choice(self.phones), self.at, *[sent] * self.dice.choice([1, 2]))

    def scan_nothing(self):
        send(self.phones[0], self.at, factories.scan(self.session(), "nothing", self.at))

    def walk_in(self):
        one = factories.record("walk_in", self.at, session=self.session().pk, people=2, name="丁", consent=True)
        send(self.phones[1], self.at, one | {"audience_group": "farmers"})

    def take_back(self):
        if scan := self.any(Scan):
            send(scan.station, self.at, factories.record("withdrawal", self.at, 99, of=str(scan.scan_id)))

    def decide(self):
        if scan := self.any(Scan):
            kind = self.dice.choice(["count", "count", "refuse", "reopen"])
            ticket = self.any(Ticket, signup__activity=self.activity)
            extra = self.dice.choice([0, 0, 2]) if kind == "count" else 0
            wish = desk.Wish(scan, kind, self.session() if kind == "count" else None, ticket, extra)
            desk.decide(by=self.by, wishes=[wish], reason="核对", at=self.at)

    def move(self):
        move = self.any(StationMove, undone_at=None)
        if move:
            desk.undo_move(by=self.by, move=move, at=self.at)
        else:
            desk.move_span(
                by=self.by, station=self.phones[0], session=self.sessions[0], to_session=self.sessions[1],
                since=self.at - 30 * MINUTE, until=self.at + MINUTE, reason="选错场次", at=self.at,
            )  # fmt: skip

    def say(self):
        if line := self.any(Attendee, signup__activity=self.activity, removed_at=None):
            word = self.dice.choice([attendance.mark_leave, attendance.take_leave_back, attendance.correct])
            present = {"present": self.dice.randint(0, line.size)} if word is attendance.correct else {}
            word(by=self.by, attendee=line, session=self.session(), reason="名单", at=self.at, **present)

    def tick(self):
        session = self.session()
        lines = counted_plainly.expected(session)
        attendance.correct_all(
            by=self.by, session=session, present={one.pk: self.dice.randint(0, one.size) for one in lines[::2]},
            reason="签到表", at=self.at,
        )  # fmt: skip

    def postpone(self):
        session = fresh(self.sessions[0])
        later = session.starts_at + self.dice.choice([0, 5]) * MINUTE
        session_changes.move(by=self.by, session=session, at=self.at, starts_at=later, ends_at=later + 120 * MINUTE)


DEEDS = [
    *[Day.sign_up, Day.scan, Day.scan] * 3,
    Day.change, Day.cancel, Day.approve, Day.approve, *[Day.scan_nothing, Day.decide] * 3, Day.walk_in, Day.take_back,
    Day.move, Day.say, Day.say, Day.tick, Day.postpone,
]  # fmt: skip


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.django_db(transaction=True)
def test_whatever_happens_in_a_day_the_numbers_are_those_counted_plainly(now, seed):
    day = Day(now, seed)
    for step in range(45):
        day.happen()
        if step % 3 == 0:
            for session in day.sessions:
                assert told(session) == counted_plainly.counts(fresh(session)), step


@pytest.mark.django_db(transaction=True)
def test_what_was_seen_in_a_transaction_that_was_taken_back_is_not_kept(now):
    world = factories.world(now)
    told(world.session)
    with transaction.atomic():
        factories.signup(world.session, factories.one())
        assert told(world.session)["missing"] == 1
        transaction.set_rollback(True)
    assert told(world.session)["missing"] == 0


@pytest.mark.django_db(transaction=True)
def test_a_session_that_was_pushed_out_by_others_is_read_anew(now):
    world = factories.world(now)
    others = [factories.session(world.activity, now) for _ in range(watched.MOST)]
    told(world.session)
    factories.signup(world.session, factories.one())
    for other in others:
        told(other)
    assert told(world.session)["missing"] == 1


@pytest.mark.django_db(transaction=True)
def test_after_a_restore_everything_is_read_anew(now):
    world = factories.world(now)
    told(world.session)
    signup = factories.signup(world.session, factories.one())
    told(world.session)
    Attendee.objects.filter(signup=signup).update(audience_group="farmers")
    roster.begin_epoch(at=now)
    assert told(world.session)["groups"] == [("farmers", 1, 0)]


@pytest.mark.django_db(transaction=True)
def test_more_lines_than_are_followed_one_by_one_are_counted_all_the_same(now, monkeypatch):
    world = factories.world(now)
    told(world.session)
    monkeypatch.setattr(watched, "AT_ONCE", 3)
    for number in range(6):
        factories.signup(world.session, factories.one(f"学员{number}"))
    assert told(world.session)["missing"] == 6
