"""Who came: records folded in any order, taken back, corrected."""

import itertools

import pytest

from registrations.models import Attendance, Headcount, Output, Scan, ScanOutcome
from registrations.operations import attendance, signups
from tests import factories
from tests.registrations.operations.handing_in import MINUTE, came, code_of, scan, send, withdrawal


def test_an_undone_scan_counts_no_more_and_stays(world, station, now):
    signup = factories.signup(world.session, factories.one())
    record = scan(world, code_of(signup), now)
    send(station, now, record)
    send(station, now, withdrawal(record["id"], now, 2))
    assert came(world) == 0
    assert Scan.objects.get().outcome.outcome == "withdrawn"


def test_scanned_undone_and_scanned_again_in_one_batch_is_let_in_again(world, station, now):
    signup = factories.signup(world.session, factories.one())
    first, again = scan(world, code_of(signup), now), scan(world, code_of(signup), now + MINUTE, sequence=3)
    answers = send(station, now + MINUTE, first, withdrawal(first["id"], now, 2), again)
    assert [one["code"] for one in answers] == ["admit", "stored", "admit"]
    assert came(world) == 1


@pytest.mark.parametrize("kind", ["scan", "headcount", "output"])
def test_a_withdrawal_that_comes_before_what_it_takes_back_takes_it_back(world, station, now, kind):
    signup = factories.signup(world.session, factories.one())
    record = {
        "scan": scan(world, code_of(signup), now),
        "headcount": scan(world, "", now, kind="headcount", people=57, basis="everyone"),
        "output": scan(world, "", now, kind="output", measure="leaflets", number=200),
    }[kind]
    send(station, now, withdrawal(record["id"], now, 2))
    send(station, now, record)
    assert came(world) == 0
    assert not Headcount.objects.filter(withdrawn_at=None).exists()
    assert not Output.objects.filter(withdrawn_at=None).exists()


def test_any_order_of_arrival_ends_in_the_same_attendance(world, now):
    """Two offline phones scanned the same ticket; whichever delivers first, the earlier scan is the first."""
    results = set()
    for order in itertools.permutations(range(3)):
        signup = factories.signup(world.session, factories.one(f"学员{order}"))
        phones = [factories.station(world.owner, world.lead, world.session, at=now)[0] for _ in range(3)]
        sent = [scan(world, code_of(signup), now + n * MINUTE) for n in range(3)]
        for place in order:
            send(phones[place], now + 60 * MINUTE, sent[place], sent_at=now + 60 * MINUTE)
        first = Attendance.objects.get(attendee__signup=signup).first_at
        outcomes = Scan.objects.filter(ticket__signup=signup).in_fold_order().values_list("outcome__outcome", flat=True)
        results.add((first, tuple(outcomes)))
    assert results == {(now, ("counted", "duplicate", "duplicate"))}


def test_folding_again_changes_nothing(world, station, now):
    signup = factories.signup(world.session, factories.many(40))
    code = code_of(signup)
    send(station, now, *[scan(world, code, now + n * MINUTE, sequence=n, arriving=15) for n in range(4)])
    before = list(ScanOutcome.objects.order_by("pk").values()), list(Attendance.objects.values())
    attendance.refold(places=[attendance.Place(signup.pk, world.session.pk)])
    assert (list(ScanOutcome.objects.order_by("pk").values()), list(Attendance.objects.values())) == before


def test_named_people_on_one_ticket_are_counted_in_their_order(world, station, now):
    party = signups.Party("family", tuple(signups.Line(name) for name in ("肖文", "肖建国", "王秀兰")), "肖文")
    signup = factories.signup(world.session, party)
    send(station, now, scan(world, code_of(signup), now, arriving=2))
    assert list(Attendance.objects.order_by("attendee__position").values_list("attendee__name", "present")) == [
        ("肖文", 1),
        ("肖建国", 1),
    ]


def test_a_correction_stands_whatever_the_scans_say(world, station, now):
    signup = factories.signup(world.session, factories.many(40))
    line = signup.attendees.get()
    send(station, now, scan(world, code_of(signup), now, arriving=40))
    attendance.correct(by=world.owner, attendee=line, session=world.session, present=38, reason="班主任", at=now)
    assert Attendance.objects.get().present == 38
    assert Attendance.objects.get().grade == "confirmed"
    send(station, now, scan(world, code_of(signup), now + MINUTE, sequence=2))
    assert came(world) == 38
    attendance.correct(
        by=world.owner, attendee=line, session=world.session, present=0, reason="看错了", at=now + MINUTE
    )
    assert came(world) == 0


def test_a_correction_stays_within_the_line_and_the_session(world, now):
    signup = factories.signup(world.session, factories.many(40))
    line = signup.attendees.get()
    with pytest.raises(attendance.MorePresentThanSignedUp):
        attendance.correct(by=world.owner, attendee=line, session=world.session, present=41, reason="x", at=now)
    other = factories.session(world.activity, now)
    with pytest.raises(attendance.NotOfThisSession):
        attendance.correct(by=world.owner, attendee=line, session=other, present=1, reason="x", at=now)
