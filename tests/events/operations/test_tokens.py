import datetime

import pytest

from events.access import Act, Actor
from events.models import ApiToken, Role
from events.operations import tokens
from tests import factories

DAY = datetime.timedelta(days=1)


@pytest.fixture
def lead(db):
    return factories.organization("tianmen")


def made(by, organization, role, now):
    return tokens.make(by=by, organization=organization, role=role, name="报表", expires_at=now + DAY, at=now)[0]


def test_a_key_is_shown_once_and_kept_as_a_digest(lead, now):
    token, key = tokens.make(
        by=factories.actor(lead), organization=lead, role=Role.READER, name="报表", expires_at=now + DAY, at=now
    )
    assert key.startswith("kepu_")
    assert len(key) == 48
    assert key not in str(token.__dict__)


@pytest.mark.parametrize("after", [datetime.timedelta(0), -DAY, 401 * DAY])
def test_a_key_ends_in_the_future_and_within_400_days(lead, now, after):
    with pytest.raises(tokens.TokenLastsTooLong):
        tokens.make(
            by=factories.actor(lead), organization=lead, role=Role.READER, name="报表", expires_at=now + after, at=now
        )


def test_a_token_never_does_more_than_its_role(lead, now):
    owner = factories.actor(lead)
    reader = Actor(owner.user, made(owner, lead, Role.READER, now))
    assert reader.may(Act.SEE_FIGURES, lead.path)
    assert not reader.may(Act.PLAN, lead.path)


def test_a_token_never_does_more_than_its_maker_may_now(lead, now):
    owner, other = factories.actor(lead), factories.actor(lead)
    token = made(owner, lead, Role.OWNER, now)
    membership = owner.user.memberships.get()
    membership.role = Role.READER
    membership.save()
    assert not Actor(owner.user, token).may(Act.PLAN, lead.path)
    assert other.may(Act.PLAN, lead.path)


def test_a_token_reaches_its_organization_and_what_lies_below_and_nothing_beside(lead, now):
    township, other = factories.organization("wangchang", parent=lead), factories.organization("yuekou", parent=lead)
    owner = factories.actor(lead)
    narrow = Actor(owner.user, made(owner, township, Role.OWNER, now))
    assert narrow.may(Act.PLAN, township.path)
    assert not narrow.may(Act.SEE_PLAN, lead.path)
    assert not narrow.may(Act.SEE_PLAN, other.path)


def test_a_revoked_or_expired_token_or_one_of_somebody_gone_is_not_usable(lead, now):
    owner = factories.actor(lead)
    token = made(owner, lead, Role.READER, now)
    assert ApiToken.objects.usable_at(now).get() == token
    assert not ApiToken.objects.usable_at(now + DAY).exists()
    tokens.revoke(by=owner, token=token, at=now)
    assert not ApiToken.objects.usable_at(now).exists()


def test_a_role_reaches_down_the_tree_and_not_up(lead):
    township = factories.organization("wangchang", parent=lead)
    above, below = factories.actor(lead, Role.READER), factories.actor(township, Role.OWNER)
    assert above.may(Act.SEE_FIGURES, township.path)
    assert not below.may(Act.SEE_FIGURES, lead.path)


def test_an_organization_whose_number_begins_alike_is_not_below(db):
    """«/1/» and «/12/»: paths end in a slash, so that a prefix is an ancestor."""
    first = factories.organization()
    owner = factories.actor(first)
    alike = factories.organization()
    alike.path = first.path[:-1] + "2/"
    assert not owner.may(Act.SEE_PLAN, alike.path)
