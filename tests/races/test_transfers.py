import datetime
from functools import partial

import pytest

from registrations.models import SeatHold, SeatPool, Signup
from registrations.operations import signups, transfers
from tests import factories

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db, now):
    return factories.world(now, capacity=5)


def offered(world, before, name="刘桂英"):
    signup = factories.signup(world.session, factories.one(name, "19900000001"), before)
    return signup, transfers.offer(by="participant", signup=signup, at=before)


def accept(key, name, before):
    return partial(transfers.accept, key=key, party=factories.one(name, "19900000002"), consent="2026-11", at=before)


def kinds(results):
    return sorted(type(one).__name__ for one in results)


@pytest.mark.parametrize("_again", range(3))
def test_of_two_who_open_the_same_link_at_once_one_has_it(world, now, at_once, _again):
    before = now - datetime.timedelta(days=1)
    signup, key = offered(world, before)
    results = at_once([accept(key, name, before) for name in ("司马青", "欧阳红")])
    assert kinds(results) == ["HandedOn", "NotFound"]
    winner = next(one for one in results if isinstance(one, transfers.HandedOn))
    signup.refresh_from_db()
    assert signup.key_generation == 1
    assert signup.contact_name == winner.signup.contact_name == signup.attendees.standing().get().name
    assert signup.tickets.filter(state="valid").count() == 1


@pytest.mark.parametrize("_again", range(3))
def test_a_sign_up_is_either_cancelled_or_handed_on_and_its_seat_is_counted_once(world, now, at_once, _again):
    before = now - datetime.timedelta(days=1)
    signup, key = offered(world, before)
    results = at_once(
        [accept(key, "司马青", before), partial(signups.cancel, by="participant", signup=signup, at=before)]
    )
    signup.refresh_from_db()
    if signup.state == "cancelled":
        assert kinds(results) == ["Signup", "SignupOver"]
    else:
        assert kinds(results) == ["HandedOn", "NotFound"]
        assert signup.contact_name == "司马青"
    held = sum(SeatHold.objects.values_list("seats", flat=True))
    assert SeatPool.objects.get(session=world.session).taken == held == int(signup.state == "confirmed")


@pytest.mark.parametrize("_again", range(3))
def test_who_takes_a_sign_up_over_and_signs_up_at_the_same_moment_has_one(world, now, at_once, _again):
    before = now - datetime.timedelta(days=1)
    _signup, key = offered(world, before)
    himself = partial(factories.place, world.activity, [world.session], factories.one("司马青", "19900000002"), before)
    results = at_once([accept(key, "司马青", before), himself])
    assert "AlreadySignedUp" in kinds(results)
    assert Signup.objects.standing().filter(contact_name="司马青").count() == 1
