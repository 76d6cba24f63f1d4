"""What is decided about scans: counted here or there or not at all, in spans, taken back – in every order of arrival."""

import datetime
import itertools

import pytest

from events.models import History
from registrations.models import Attendance, Scan, ScanDecision, ScanOutcome
from registrations.operations import attendance, desk, signups, stations, tickets
from registrations.operations.desk import Wish
from registrations.operations.signups import ticket_of
from registrations.tickets import token
from tests import factories
from tests.registrations.operations.handing_in import MINUTE, came, code_of, scan, send, withdrawal

HOUR = 60 * MINUTE


@pytest.fixture
def other(world, now):
    return factories.session(world.activity, now + datetime.timedelta(days=1))


def decide(world, kind, scans, now, **values):
    wishes = [Wish(one, kind, **values) for one in scans]
    return desk.decide(by=world.owner, wishes=wishes, reason="核对", at=now)


def people(session):
    return sum(Attendance.objects.filter(session=session).values_list("present", flat=True))


def state():
    """All that follows from scans and decisions, without the numbers of rows."""
    outcomes = ScanOutcome.objects.order_by("scan__corrected_at", "scan__scan_id")
    presence = Attendance.objects.order_by("attendee", "session")
    return (
        list(outcomes.values_list("session", "outcome", "counted", "duplicate_of__corrected_at", "why")),
        list(presence.values_list("attendee", "session", "present", "grade", "first_at", "left_at")),
    )


def fold_everything_again():
    places = {
        attendance.Place(signup, session)
        for signup in Scan.objects.values_list("ticket__signup", flat=True).distinct()
        for session in ScanOutcome.objects.values_list("session", flat=True).distinct()
        if signup and session
    }
    attendance.refold(places=places)
    desk.settle(scans=Scan.objects.all())


def test_a_ticket_of_another_session_is_counted_there_and_the_scan_is_not_touched(world, station, other, now):
    signup = factories.signup(other, factories.one())
    send(station, now, scan(world, code_of(signup), now))
    held = Scan.objects.get()
    before = Scan.objects.values().get()
    assert held.outcome.why == "wrong_session"
    decide(world, "count", [held], now, session=other)
    assert (people(other), came(world)) == (1, 0)
    assert Scan.objects.values().get() == before
    outcome = ScanOutcome.objects.get()
    assert (outcome.session, outcome.outcome, outcome.why) == (other, "counted", "")
    line = History.objects.get(verb="desk_count")
    assert (line.kind, line.object_id, line.user) == ("registrations.scan", held.pk, world.owner.user)


def test_it_can_be_counted_where_it_was_made_and_then_not_at_all_and_then_be_open_again(world, station, other, now):
    signup = factories.signup(other, factories.one())
    send(station, now, scan(world, code_of(signup), now))
    held = Scan.objects.get()
    open_again = state()
    decide(world, "count", [held], now, session=world.session)
    assert (came(world), people(other)) == (1, 0)
    decide(world, "refuse", [held], now + MINUTE)
    assert (came(world), ScanOutcome.objects.get().why) == (0, "")
    decide(world, "reopen", [held], now + 2 * MINUTE)
    assert state() == open_again
    assert ScanDecision.objects.count() == 3


def test_who_is_counted_there_already_is_a_duplicate_and_counts_once(world, station, other, now):
    signup = factories.signup(other, factories.one())
    send(station, now, scan(world, code_of(signup), now))
    there = factories.station(world.owner, world.lead, other, at=now)[0]
    send(there, other.starts_at, factories.scan(other, code_of(signup), other.starts_at))
    decide(world, "count", [Scan.objects.get(judged="wrong_session")], now, session=other)
    assert people(other) == 1
    assert sorted(ScanOutcome.objects.values_list("outcome", flat=True)) == ["counted", "duplicate"]


def test_more_people_than_signed_up_count_when_somebody_says_so(world, station, now):
    signup = factories.signup(world.session, factories.many(3))
    send(station, now, scan(world, code_of(signup), now, arriving=5))
    held = Scan.objects.get()
    assert (came(world), held.outcome.why) == (3, "beyond_size")
    decide(world, "count", [held], now, session=world.session, extra=2)
    assert (came(world), ScanOutcome.objects.get().counted) == (5, 5)
    decide(world, "count", [held], now + MINUTE, session=world.session)
    assert (came(world), ScanOutcome.objects.get().why) == (3, "")


def test_people_beyond_a_sign_up_whose_people_all_have_tickets_of_their_own_are_on_its_last_line(world, station, now):
    party = signups.Party("family", (signups.Line("肖文"), signups.Line("肖建国")), "肖文")
    signup = factories.signup(world.session, party)
    lines = list(signup.attendees.order_by("position"))
    for line in lines:
        own = signup.tickets.filter(attendee=line).first() or tickets.issue(signup=signup, attendee=line, at=now)
        send(station, now, scan(world, tickets.address(own), now, sequence=line.position))
    send(station, now, scan(world, code_of(signup), now + MINUTE, sequence=9, arriving=1))
    held = Scan.objects.get(ticket__attendee=None)
    assert held.outcome.outcome == "awaiting"
    decide(world, "count", [held], now, session=world.session, extra=1)
    assert list(Attendance.objects.order_by("attendee__position").values_list("present", flat=True)) == [1, 2]


def test_a_scan_after_the_end_of_a_point_counts_with_the_ticket_that_was_read(world, station, now):
    signup = factories.signup(world.session, factories.one())
    stations.revoke(by=world.owner, station=station, at=now - HOUR)
    send(station, now, scan(world, code_of(signup), now))
    held = Scan.objects.get()
    assert (held.ticket, held.outcome.why) == (None, "station_ended")
    decide(world, "count", [held], now, session=world.session, ticket=ticket_of(signup))
    assert came(world) == 1
    decide(world, "refuse", [Scan.objects.get()], now + MINUTE)
    assert came(world) == 0
    decide(world, "reopen", [Scan.objects.get()], now + 2 * MINUTE)
    outcome = ScanOutcome.objects.get()
    assert (outcome.outcome, outcome.why, came(world)) == ("awaiting", "station_ended", 0)


def test_a_ticket_that_nobody_knows_cannot_be_counted(world, station, now, settings):
    key_id, seed = settings.KEPU_TICKET_KEYS[0]
    unknown = token.sign(token.Token(key_id, world.activity.pk, 12345, 1, now.date()), seed)
    send(station, now, scan(world, unknown, now))
    with pytest.raises(desk.TicketNotOnTheList):
        decide(world, "count", [Scan.objects.get()], now, session=world.session)
    decide(world, "refuse", [Scan.objects.get()], now)
    assert ScanOutcome.objects.get().outcome == "refused"


def test_what_the_volunteer_took_back_is_not_counted_and_stays_taken_back(world, station, other, now):
    signup = factories.signup(other, factories.one())
    record = scan(world, code_of(signup), now)
    send(station, now, record)
    decide(world, "count", [Scan.objects.get()], now, session=other)
    send(station, now, withdrawal(record["id"], now, 2))
    assert people(other) == 0
    with pytest.raises(desk.ScanTakenBack):
        decide(world, "count", [Scan.objects.get()], now, session=other)


def test_a_decision_states_its_reason_and_is_about_so_many_scans_at_most(world, station, now):
    with pytest.raises(desk.ReasonMissing):
        desk.decide(by=world.owner, wishes=[], reason=" ", at=now)
    send(station, now, scan(world, "x", now))
    with pytest.raises(desk.TooManyAtOnce):
        decide(world, "refuse", [Scan.objects.get()] * 501, now)


def test_many_scans_are_decided_in_the_same_queries_however_many(world, station, other, now, django_assert_num_queries):
    codes = [code_of(factories.signup(other, factories.one(f"学员{n}"))) for n in range(12)]
    send(station, now, *[scan(world, code, now, sequence=n) for n, code in enumerate(codes)])
    rows = Scan.objects.select_related("ticket", "withdrawal", "station__organization").order_by("pk")
    for some in (list(rows[:2]), list(rows[2:])):
        with django_assert_num_queries(26):
            decide(world, "count", some, now, session=other)
    assert people(other) == 12


def test_stations_of_both_sessions_hear_of_a_scan_that_counts_elsewhere(world, station, other, now):
    from registrations.models import RosterChange

    signup = factories.signup(other, factories.one())
    send(station, now, scan(world, code_of(signup), now))
    before = RosterChange.objects.latest("pk").pk
    decide(world, "count", [Scan.objects.get()], now, session=other)
    told = RosterChange.objects.filter(pk__gt=before, kind="outcome").values_list("session", flat=True)
    assert set(told) == {world.session.pk, other.pk}


# Spans


def move(world, station, to, since, until, at):
    return desk.move_span(
        by=world.owner, station=station, session=world.session, to_session=to, since=since, until=until,
        reason="选错场次", at=at,
    )  # fmt: skip


def test_a_span_moves_what_counts_there_and_leaves_what_does_not(world, station, other, now):
    right, wrong = factories.signup(other, factories.one("甲")), factories.signup(world.session, factories.one("乙"))
    late = factories.signup(other, factories.one("丙"))
    send(
        station, now + HOUR,
        scan(world, code_of(right), now), scan(world, code_of(wrong), now + MINUTE, sequence=2),
        scan(world, "x", now + MINUTE, sequence=3), scan(world, code_of(late), now + HOUR, sequence=4),
        sent_at=now + HOUR,
    )  # fmt: skip
    before = list(Scan.objects.order_by("pk").values())
    made = move(world, station, other, now, now + HOUR, now + HOUR)
    assert (people(other), came(world)) == (1, 0)
    whys = dict(ScanOutcome.objects.values_list("scan__record__sequence", "why"))
    assert whys == {1: "", 2: "wrong_session", 3: "", 4: "wrong_session"}
    assert list(Scan.objects.order_by("pk").values()) == before
    desk.undo_move(by=world.owner, move=made, at=now + 2 * HOUR)
    desk.undo_move(by=world.owner, move=made, at=now + 3 * HOUR)
    assert (people(other), came(world)) == (0, 1)
    assert History.objects.filter(verb__contains="move_scans").count() == 2


def test_a_later_move_of_the_same_span_stands_until_it_is_undone(world, station, other, now):
    third = factories.session(world.activity, now + datetime.timedelta(days=2))
    signup = factories.place(world.activity, [other, third], factories.one(), now - HOUR).signup
    send(station, now, scan(world, code_of(signup), now))
    move(world, station, other, now, now + HOUR, now)
    second = move(world, station, third, now, now + HOUR, now + MINUTE)
    assert (people(other), people(third)) == (0, 1)
    desk.undo_move(by=world.owner, move=second, at=now + HOUR)
    assert (people(other), people(third)) == (1, 0)


def test_what_was_decided_by_itself_stays_where_it_was_decided(world, station, other, now):
    signup = factories.signup(other, factories.one())
    send(station, now, scan(world, code_of(signup), now))
    decide(world, "count", [Scan.objects.get()], now, session=world.session)
    move(world, station, other, now, now + HOUR, now + MINUTE)
    assert (people(other), came(world)) == (0, 1)


def test_a_span_needs_an_end_another_session_a_reason_and_scans(world, station, other, now):
    with pytest.raises(desk.SpanIsEmpty):
        move(world, station, other, now, now, now)
    with pytest.raises(desk.SpanIsEmpty):
        move(world, station, world.session, now, now + HOUR, now)
    with pytest.raises(desk.NothingInTheSpan):
        move(world, station, other, now, now + HOUR, now)


# Order of arrival


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_any_order_of_scans_moves_and_decisions_ends_in_the_same_attendance(world, station, other, now, order):
    """Two scans of a class of three, one of another ticket, and a span that holds for what comes late: whatever comes
    first, it ends as if all scans had been there; and folding it all again changes nothing."""
    pair = factories.signup(other, factories.many(3))
    single = factories.signup(other, factories.one())
    sent = [
        scan(world, code_of(pair), now, arriving=2),
        scan(world, code_of(pair), now + MINUTE, sequence=2, arriving=3),
        scan(world, code_of(single), now + 2 * MINUTE, sequence=3),
    ]
    first = scan(world, "x", now, sequence=9)
    send(station, now + HOUR, first, sent_at=now + HOUR)
    steps = [lambda one=one: send(station, now + HOUR, one, sent_at=now + HOUR) for one in sent]
    steps.append(lambda: move(world, station, other, now, now + HOUR, now + HOUR))
    for place in order:
        steps[place]()
    decide(world, "count", [Scan.objects.get(record__sequence=2)], now + HOUR, session=other, extra=2)
    assert (people(other), came(world)) == (6, 0)
    counted = dict(ScanOutcome.objects.values_list("scan__record__sequence", "counted"))
    assert counted == {9: 0, 1: 2, 2: 3, 3: 1}
    before = state()
    fold_everything_again()
    assert state() == before


def test_a_scan_that_comes_after_the_decision_about_a_later_one_is_the_first_all_the_same(world, other, now):
    """The decided scan was made at 9:01; one of 9:00 comes in afterwards from another phone."""
    signup = factories.signup(other, factories.one())
    phones = [factories.station(world.owner, world.lead, world.session, at=now)[0] for _ in range(2)]
    send(phones[0], now + HOUR, scan(world, code_of(signup), now + MINUTE), sent_at=now + HOUR)
    decide(world, "count", [Scan.objects.get()], now + HOUR, session=other)
    there = factories.station(world.owner, world.lead, other, at=now)[0]
    early = factories.scan(other, code_of(signup), other.check_in_window[0])
    send(there, other.starts_at, early, sent_at=other.starts_at)
    decide(world, "reopen", [Scan.objects.get(station=phones[0])], other.starts_at)
    assert Attendance.objects.get(session=other).first_at == other.check_in_window[0]


# Leave


def test_leave_counts_nobody_and_hides_nobody_who_comes(world, station, now):
    signup = factories.signup(world.session, factories.one())
    line = signup.attendees.get()
    given = {"by": world.owner, "attendee": line, "session": world.session, "reason": "来电"}
    attendance.mark_leave(at=now - HOUR, **given)
    assert came(world) == 0
    send(station, now, scan(world, code_of(signup), now))
    assert came(world) == 1
    assert History.objects.filter(verb="mark_leave").count() == 1


def test_leave_takes_an_earlier_tick_back_and_can_be_taken_back_itself(world, now):
    signup = factories.signup(world.session, factories.one())
    line = signup.attendees.get()
    given = {"by": world.owner, "attendee": line, "session": world.session, "reason": "来电"}
    attendance.correct(present=1, at=now, **given)
    attendance.mark_leave(at=now + MINUTE, **given)
    assert came(world) == 0
    attendance.take_leave_back(at=now + 2 * MINUTE, **given)
    assert came(world) == 0
    attendance.correct(present=1, at=now + 3 * MINUTE, **given)
    assert came(world) == 1


def test_leave_is_of_a_session_one_has_signed_up_for(world, other, now):
    line = factories.signup(world.session, factories.one()).attendees.get()
    with pytest.raises(attendance.NotOfThisSession):
        attendance.mark_leave(by=world.owner, attendee=line, session=other, reason="来电", at=now)
