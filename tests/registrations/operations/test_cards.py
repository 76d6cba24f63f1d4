"""Codes printed in advance: nobody's sign-up, and a person there as soon as one is scanned."""

import pytest

from events.errors import NotFound
from registrations import access
from registrations.models import Attendance, RosterChange, Signup, Ticket
from registrations.operations import cards, privacy, session_changes, signups, tickets
from registrations.reports import attendance, changes, retention
from registrations.reports import cards as printed
from tests import factories
from tests.registrations.operations.handing_in import MINUTE, came, scan, send


def batch(world, now, many=3, group="farmers", key="k", session=None):
    return cards.print_batch(by=world.owner, session=session or world.session, group=group, many=many, key=key, at=now)


def codes(made):
    return [tickets.address(one) for one in made.tickets.select_related("signup").order_by("pk")]


def test_each_card_is_a_ticket_of_one_person_of_the_group(world, now):
    made = batch(world, now)
    lines = [(one.name, one.size, one.audience_group) for one in made.attendees.all()]
    assert lines == [("", 1, "farmers")] * 3
    assert made.tickets.exclude(attendee=None).count() == 3
    assert len(set(codes(made))) == 3


def test_unused_cards_are_in_no_figure_no_list_and_hold_no_seat(world, now):
    batch(world, now, many=60)
    totals = attendance.totals([world.session])[world.session.pk]
    assert (totals.signups, totals.people, totals.waiting, totals.checked_in, totals.whole) == (0, 0, 0, 0, None)
    assert not Signup.objects.for_session(world.session).exists()
    assert not Signup.objects.standing().exists()
    assert world.session.pools.get().taken == 0
    assert factories.signup(world.session, factories.many(40)).state == Signup.State.CONFIRMED


def test_nobody_waits_longer_because_cards_were_printed(world, now):
    first = factories.signup(world.session, factories.many(40))
    waiting = factories.signup(world.session, factories.one("何平"))
    batch(world, now, many=60)
    signups.cancel(by=world.owner, signup=first, at=now)
    waiting.refresh_from_db()
    assert waiting.state == Signup.State.CONFIRMED


def test_a_scanned_card_lets_one_person_in_once(world, station, now):
    made = batch(world, now)
    one, other, _third = codes(made)
    answers = send(
        station,
        now,
        scan(world, one, now),
        scan(world, one, now + MINUTE, sequence=2),
        scan(world, other, now, sequence=3),
    )
    assert [answer["code"] for answer in answers] == ["admit", "duplicate", "admit"]
    assert came(world) == 2
    assert set(Attendance.objects.values_list("attendee__audience_group", "grade")) == {("farmers", "scanned")}
    assert [(row.cards.size, row.came) for row in printed.of(world.session)] == [(3, 2)]
    totals = attendance.totals([world.session])[world.session.pk]
    assert (totals.signups, totals.people, totals.checked_in) == (0, 0, 2)


def test_a_card_is_good_for_its_own_session_alone(world, now):
    second = factories.session(world.activity, now)
    made = batch(world, now, session=second)
    at_the_first = factories.station(world.owner, world.lead, world.session, at=now)[0]
    assert send(at_the_first, now, scan(world, codes(made)[0], now))[0]["code"] == "wrong_session"


def test_check_in_points_know_the_cards_at_once_and_without_a_name(world, station, settled, now):
    batch(world, now)
    settled()
    page = changes.page(station=station, since="", at=now)
    assert [(one["state"], one["size"], one["name"], one["village"]) for one in page.tickets] == [
        ("valid", 1, "", "农民")
    ] * 3


def test_an_ended_batch_lets_nobody_in_and_who_came_stays(world, station, now):
    made = batch(world, now)
    used, unused, _third = codes(made)
    send(station, now, scan(world, used, now))
    other = batch(world, now, key="another")
    cards.end_batch(by=world.owner, batch=made, at=now)
    cards.end_batch(by=world.owner, batch=made, at=now)
    answers = send(station, now, scan(world, unused, now, sequence=2), scan(world, codes(other)[0], now, sequence=3))
    assert [answer["code"] for answer in answers] == ["revoked", "admit"]
    assert came(world) == 2
    assert Ticket.objects.filter(signup=made, state="revoked").count() == 3
    assert RosterChange.objects.filter(kind="ticket", object_id__in=made.tickets.values("pk")).count() == 6


def test_the_same_form_sent_twice_prints_one_batch(world, now):
    assert batch(world, now).pk == batch(world, now).pk
    assert Ticket.objects.count() == 3


@pytest.mark.parametrize("many", [0, cards.MOST + 1])
def test_too_many_or_none_are_refused(world, now, many):
    with pytest.raises(cards.CardsUnfit):
        batch(world, now, many=many)


def test_an_unknown_group_and_a_session_called_off_are_refused(world, now):
    with pytest.raises(cards.GroupUnknown):
        batch(world, now, group="martians")
    session_changes.call_off(by=world.owner, session=world.session, reason="雨", at=now)
    world.session.refresh_from_db()
    with pytest.raises(cards.SessionCalledOff):
        batch(world, now)


def test_a_batch_is_no_signup_to_cancel_and_a_signup_is_no_batch(world, now):
    made = batch(world, now)
    signup = factories.signup(world.session, factories.one())
    with pytest.raises(NotFound):
        access.signup(world.owner, pk=made.pk)
    with pytest.raises(NotFound):
        access.cards(world.owner, pk=signup.pk)
    assert access.manage_key(made) == ""


def test_nothing_of_a_batch_is_due_to_be_erased(world, now):
    made = batch(world, now)
    world.activity.refresh_from_db()
    later = now.replace(year=2031)
    assert retention.preview(on=later.date()).signups == 0
    privacy.erase_due(by="system", at=later, limit=10)
    assert made.attendees.filter(audience_group="farmers").count() == 3


def test_a_session_without_signup_has_cards_too(world, now, station):
    open_day = factories.session(factories.activity(world.campaign, signup_by="none", name="科普广场"), now)
    made = batch(world, now, session=open_day)
    point = factories.station(world.owner, world.lead, open_day, at=now)[0]
    answer = send(point, now, factories.scan(open_day, codes(made)[0], now))[0]
    assert answer["code"] == "admit"
    assert attendance.totals([open_day])[open_day.pk].checked_in == 1


@pytest.mark.parametrize("many", [3, 40])
def test_printing_costs_the_same_queries_however_many(world, now, many, django_assert_num_queries):
    with django_assert_num_queries(11):
        batch(world, now, many=many)
