"""Forms that are sent twice at the same moment, and an office that accepts what a stand is just replacing."""

from functools import partial

import pytest

from registrations.models import Headcount, Output, Signup, StandReport, Ticket
from registrations.operations import attendance, cards, sheets, stands
from registrations.operations.held import Count
from registrations.operations.stands import Numbers, Place
from tests import factories

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db, now):
    return factories.world(now)


@pytest.fixture
def stand(world, now):
    places = [Place("食品安全")]
    return stands.add(by=world.owner, activity=world.activity, session=world.session, places=places, at=now)[0]


def hand_in(stand, now, key, many):
    return partial(stands.hand_in, stand=stand, numbers=Numbers(consultations=many), key=key, at=now)


def kinds(results):
    return sorted(type(one).__name__ for one in results)


def test_what_two_people_accept_at_once_counts_once(world, stand, now, at_once):
    report = hand_in(stand, now, "k", 46)()
    results = at_once([partial(stands.accept, by=world.owner, report=report, at=now)] * 3)
    assert kinds(results) == ["StandReport"] * 3
    assert Output.objects.get().number == 46


def test_a_form_sent_twice_at_once_is_one_report(stand, now, at_once):
    assert kinds(at_once([hand_in(stand, now, "k", 46)] * 3)) == ["StandReport"] * 3
    assert StandReport.objects.count() == 1


@pytest.mark.parametrize("_again", range(3))
def test_what_is_replaced_while_it_is_accepted_is_either_accepted_or_replaced(world, stand, now, at_once, _again):
    report = hand_in(stand, now, "k", 46)()
    accept = partial(stands.accept, by=world.owner, report=report, at=now)
    accepted, sent = at_once([accept, hand_in(stand, now, "k2", 64)])
    assert kinds([accepted, sent]) in (["ReportReplaced", "StandReport"], ["StandHasCounted", "StandReport"])
    latest = StandReport.objects.get(replaced_at=None)
    assert list(Output.objects.values_list("number", flat=True)) == ([46] if latest.pk == report.pk else [])


def test_a_batch_asked_for_twice_at_once_is_printed_once(world, now, at_once):
    ask = partial(cards.print_batch, by=world.owner, session=world.session, group="farmers", many=5, key="k", at=now)
    assert kinds(at_once([ask] * 3)) == ["Signup"] * 3
    assert (Signup.objects.cards().count(), Ticket.objects.count()) == (1, 5)


def test_a_total_sent_twice_at_once_is_one_headcount(world, now, at_once):
    count = partial(
        sheets.count,
        by=world.owner,
        session=world.session,
        total=Count(46, "exact", "46"),
        groups={},
        basis="everyone",
        counted_by="张义工",
        at=now,
    )
    assert kinds(at_once([count] * 3)) == ["list"] * 3
    assert Headcount.objects.get().people == 46


def test_ticks_sent_twice_at_once_are_said_once(world, now, at_once):
    line = factories.signup(world.session, factories.many(20)).attendees.get()
    tick = partial(
        attendance.correct_all, by=world.owner, session=world.session, present={line.pk: 18}, reason="签到表", at=now
    )
    assert sorted(one.changed for one in at_once([tick] * 3)) == [0, 0, 1]
