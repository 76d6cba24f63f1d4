import pytest

from events.errors import NotFound
from events.models import History
from registrations import access
from registrations.operations import links, privacy, transfers
from registrations.operations.signups import SignupErased, ticket_of
from tests import factories


@pytest.fixture
def placed(world, now):
    return factories.place(world.activity, [world.session], factories.one(), now - (world.session.ends_at - now))


def test_a_replaced_link_opens_nothing_and_the_ticket_stays(world, now, placed):
    ticket = ticket_of(placed.signup)
    out = transfers.offer(by="participant", signup=placed.signup, at=placed.signup.placed_at)
    calendar = access.calendar_key(placed.signup)
    replaced = links.replace(by=world.owner, signup=placed.signup, at=now)
    assert access.signup_by_key(access.manage_key(replaced)) == placed.signup
    for opens, key in (
        (access.signup_by_key, placed.manage_key),
        (access.signup_by_transfer_key, out),
        (access.signup_by_calendar_key, calendar),
    ):
        with pytest.raises(NotFound):
            opens(key)
    assert ticket_of(replaced) == ticket


def test_history_says_who_replaced_it_and_no_key(world, now, placed):
    replaced = links.replace(by=world.owner, signup=placed.signup, at=now)
    row = History.objects.get(verb="replace_link")
    assert (row.user, row.object_id) == (world.owner.user, placed.signup.pk)
    assert access.manage_key(replaced) not in str(list(History.objects.values()))


def test_of_an_erased_sign_up_there_is_no_link(world, now, placed):
    privacy.erase(by="test", signup=placed.signup, at=now)
    placed.signup.refresh_from_db()
    assert access.manage_link(placed.signup) == ""
    assert access.earlier_keys(placed.signup) == []
    with pytest.raises(SignupErased):
        links.replace(by=world.owner, signup=placed.signup, at=now)


@pytest.mark.parametrize("key", ["", "x", "1", "-", "1-", "0-aa", f"{'9' * 40}-aa", "１-aa", "1-" + "0" * 32, "²-a"])
def test_a_key_of_nobody_opens_no_calendar(placed, key):
    with pytest.raises(NotFound):
        access.signup_by_calendar_key(key)
