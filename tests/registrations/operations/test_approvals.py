"""Approval and offers: who is looked at first, who is asked whether they still come."""

import datetime

import pytest

from registrations.models import SeatPool, Signup
from registrations.operations import approvals, offers, outbox, signups, waitlist
from registrations.reports import calls
from tests import factories

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def before(now):
    return now - 48 * HOUR


@pytest.fixture
def reached(monkeypatch):
    """A channel reaches everybody."""
    monkeypatch.setattr(outbox, "reaches", lambda signup: True)


def place(world, party, at, **values):
    return factories.place(world.activity, [world.session], party, at, **values).signup


def fresh(signup):
    return Signup.objects.get(pk=signup.pk)


def test_what_waits_for_approval_holds_its_seats_and_is_confirmed_by_it(world, before):
    factories.terms(world.activity, approval=True)
    signup = place(world, factories.many(30), before)
    assert (signup.state, SeatPool.objects.get().taken) == ("pending", 30)
    approved = approvals.approve(by=world.owner, signup=signup, at=before)
    assert (approved.state, approved.approved_at) == ("confirmed", before)
    assert approvals.approve(by=world.owner, signup=signup, at=before + HOUR).approved_at == before


def test_a_refusal_says_why_and_its_seats_go_to_whoever_waits(world, before):
    factories.terms(world.activity, approval=True)
    large, small = place(world, factories.many(40), before), place(world, factories.one(), before)
    refused = approvals.refuse(by=world.owner, signup=large, reason="本次只面向小学生", at=before)
    assert (refused.state, refused.refusal_reason) == ("refused", "本次只面向小学生")
    assert (fresh(small).state, SeatPool.objects.get().taken) == ("pending", 1)


def test_a_refusal_without_a_reason_is_refused(world, before):
    factories.terms(world.activity, approval=True)
    signup = place(world, factories.one(), before)
    with pytest.raises(approvals.ReasonMissing):
        approvals.refuse(by=world.owner, signup=signup, reason=" ", at=before)
    assert fresh(signup).state == "pending"


def test_one_on_the_waiting_list_is_approved_there_and_in_as_soon_as_seats_are_free(world, before):
    factories.terms(world.activity, approval=True)
    large, small = place(world, factories.many(40), before), place(world, factories.one(), before)
    assert approvals.approve(by=world.owner, signup=small, at=before).state == "waiting"
    signups.cancel(by="participant", signup=large, at=before)
    assert fresh(small).state == "confirmed"


def test_what_is_not_asked_for_cannot_be_approved(world, before):
    signup = place(world, factories.one(), before)
    with pytest.raises(approvals.NothingToApprove):
        approvals.approve(by=world.owner, signup=signup, at=before)
    with pytest.raises(approvals.NothingToApprove):
        approvals.refuse(by=world.owner, signup=signup, reason="x", at=before)


@pytest.mark.parametrize(
    "again, by, state",
    [(True, "participant", "pending"), (False, "participant", "confirmed"), (True, "office", "confirmed")],
)
def test_a_change_is_looked_at_anew_where_the_terms_say_so(world, before, again, by, state):
    factories.terms(world.activity, approval=True, changes_need_approval=again)
    signup = place(world, factories.many(30), before)
    approvals.approve(by=world.owner, signup=signup, at=before)
    who = "participant" if by == "participant" else world.owner
    changed = signups.change(by=who, signup=signup, party=factories.many(31), at=before)
    assert (changed.state, SeatPool.objects.get().taken) == (state, 31)


def test_a_new_phone_alone_is_no_reason_to_look_anew(world, before):
    factories.terms(world.activity, approval=True, changes_need_approval=True)
    signup = place(world, factories.one(), before)
    approvals.approve(by=world.owner, signup=signup, at=before)
    changed = signups.change(by="participant", signup=signup, party=factories.one(phone="13912345678"), at=before)
    assert changed.state == "confirmed"


def offered(world, before):
    """Somebody who is offered the seats that another gave back."""
    factories.terms(world.activity, offer_hours=24)
    large, small = place(world, factories.many(40), before), place(world, factories.many(2), before)
    signups.cancel(by="participant", signup=large, at=before)
    return fresh(small)


def test_an_offer_holds_the_seats_until_its_hours_are_over_where_a_channel_reaches_them(world, before, reached):
    signup = offered(world, before)
    assert (signup.state, SeatPool.objects.get().taken) == ("offered", 2)
    assert signup.holds.get().offer_expires_at == before + 24 * HOUR


def test_an_offer_ends_when_the_session_begins_at_the_latest(world, now, reached):
    signup = offered(world, now - HOUR)
    assert signup.holds.get().offer_expires_at == now


def test_an_offer_that_lapses_goes_on_to_the_next(world, before, reached):
    signup = offered(world, before)
    following = place(world, factories.many(39), before)
    assert offers.lapse_due(at=before + 23 * HOUR) == 0
    assert offers.lapse_due(at=before + 24 * HOUR) == 1
    assert (fresh(signup).state, fresh(following).state) == ("lapsed", "offered")
    assert SeatPool.objects.get().taken == 39
    with pytest.raises(offers.OfferLapsed):
        offers.accept(by="participant", signup=signup, at=before + 24 * HOUR)


def test_an_offer_whose_hours_are_over_cannot_be_taken_though_nobody_has_let_it_lapse_yet(world, before, reached):
    signup = offered(world, before)
    with pytest.raises(offers.OfferLapsed):
        offers.accept(by="participant", signup=signup, at=before + 25 * HOUR)


def test_taking_an_offer_confirms_it_for_good(world, before, reached):
    signup = offered(world, before)
    assert offers.accept(by="participant", signup=signup, at=before + HOUR).state == "confirmed"
    assert offers.accept(by="participant", signup=signup, at=before + 2 * HOUR).state == "confirmed"
    assert offers.lapse_due(at=before + 30 * HOUR) == 0
    assert (fresh(signup).state, SeatPool.objects.get().taken) == ("confirmed", 2)


def test_where_nobody_can_be_reached_an_offer_waits_for_the_office(world, before):
    signup = offered(world, before)
    assert signup.holds.get().offer_expires_at is None
    assert offers.lapse_due(at=before + 1000 * HOUR) == 0
    following = place(world, factories.many(39), before)
    offers.withdraw(by=world.owner, signup=signup, at=before + HOUR)
    assert (fresh(signup).state, fresh(following).state) == ("lapsed", "offered")
    assert offers.accept(by=world.owner, signup=following, at=before + HOUR).state == "confirmed"


def test_without_an_offer_there_is_nothing_to_take_or_to_let_go(world, before):
    signup = place(world, factories.many(40), before)
    waiting = place(world, factories.one(), before)
    with pytest.raises(offers.NothingOffered):
        offers.accept(by="participant", signup=waiting, at=before)
    with pytest.raises(offers.NothingOffered):
        offers.withdraw(by=world.owner, signup=signup, at=before)


def test_who_lets_an_offer_go_stands_no_longer_and_may_sign_up_again(world, before):
    signup = offered(world, before)
    offers.withdraw(by=world.owner, signup=signup, at=before)
    assert signup not in Signup.objects.standing()
    assert place(world, factories.many(2), before).state == "confirmed"


def test_approval_comes_before_the_question_whether_they_still_come(world, before):
    factories.terms(world.activity, approval=True, offer_hours=24)
    large, small = place(world, factories.many(40), before), place(world, factories.one(), before)
    signups.cancel(by="participant", signup=large, at=before)
    assert fresh(small).state == "pending"
    assert waitlist.promote(activity=world.activity, at=before) == []


def test_whoever_moved_up_stands_on_the_call_list_of_that_matter_and_nobody_else(world, before):
    signup = offered(world, before)
    factories.signup(world.session, factories.one("胡国庆"), before)
    assert [call.signup for call in calls.of(world.session, "moved_up")] == [signup]
    offers.withdraw(by=world.owner, signup=signup, at=before)
    assert calls.of(world.session, "moved_up") == []
