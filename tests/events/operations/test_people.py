import datetime

import pytest
from django.contrib.auth import authenticate

from events.access import Actor
from events.errors import Invalid, NotFound
from events.models import ApiToken, History, Membership, ResetCode, Role
from events.operations import people, tokens
from tests import factories

DAY = datetime.timedelta(days=1)


@pytest.fixture
def lead(db):
    return factories.organization("tianmen")


@pytest.fixture
def owner(lead):
    return factories.actor(lead)


def test_an_invitation_makes_one_account_with_its_role(lead, owner, now):
    _made, secret = people.invite(by=owner, organization=lead, role=Role.ORGANIZER, name="周组织", at=now)
    user = people.accept_invitation(
        secret=secret, username="zhou", name="周组织", password=factories.PASSWORD, at=now + DAY
    )
    assert user.memberships.get().role == Role.ORGANIZER
    with pytest.raises(people.InvitationUnusable):
        people.accept_invitation(secret=secret, username="other", name="谁", password=factories.PASSWORD, at=now + DAY)


@pytest.mark.parametrize("later", [datetime.timedelta(days=7), datetime.timedelta(days=400)])
def test_an_invitation_ends_after_seven_days(lead, owner, now, later):
    _made, secret = people.invite(by=owner, organization=lead, role=Role.READER, name="李", at=now)
    with pytest.raises(people.InvitationUnusable):
        people.usable_invitation(secret=secret, at=now + later)


def test_a_withdrawn_invitation_opens_nothing(lead, owner, now):
    made, secret = people.invite(by=owner, organization=lead, role=Role.READER, name="李", at=now)
    people.withdraw_invitation(by=owner, invitation=made, at=now)
    with pytest.raises(people.InvitationUnusable):
        people.usable_invitation(secret=secret, at=now)


def test_the_secret_of_an_invitation_is_kept_nowhere(lead, owner, now):
    made, secret = people.invite(by=owner, organization=lead, role=Role.READER, name="李", at=now)
    assert secret not in str(made.__dict__)


def test_taking_up_an_invitation_never_takes_a_greater_role_away(lead, owner, now):
    _made, secret = people.invite(by=owner, organization=lead, role=Role.READER, name="自己", at=now)
    held = people.accept_invitation_as(by=owner, secret=secret, at=now)
    assert held.role == Role.OWNER


def test_taking_up_an_invitation_with_an_account_adds_the_role(lead, owner, now):
    township = factories.organization("wangchang", parent=lead)
    user = factories.user(township, Role.READER)
    _made, secret = people.invite(by=owner, organization=lead, role=Role.VOLUNTEER, name="王", at=now)
    people.accept_invitation_as(by=Actor(user), secret=secret, at=now)
    assert {(one.organization, one.role) for one in user.memberships.all()} == {
        (township, Role.READER),
        (lead, Role.VOLUNTEER),
    }


def test_user_names_differ_by_more_than_their_case(db, now):
    factories.user(username="zhou")
    with pytest.raises(people.UsernameTaken) as refused:
        people.make_account(by="test", username="Zhou", name="周", password=factories.PASSWORD, at=now)
    assert refused.value.field == "username"


@pytest.mark.parametrize("password", ["short", "password123", "1234567890"])
def test_a_weak_password_is_refused_beside_its_field(db, now, password):
    with pytest.raises(Invalid) as refused:
        people.make_account(by="test", username="zhou", name="周", password=password, at=now)
    assert list(refused.value.facts["fields"]) == ["password"]


def test_the_last_owner_can_neither_leave_nor_become_less(lead, owner, now):
    held = owner.user.memberships.get()
    with pytest.raises(people.LastOwner):
        people.take_role(by=owner, membership=held, at=now)
    with pytest.raises(people.LastOwner):
        people.give_role(by=owner, user=owner.user, organization=lead, role=Role.READER, at=now)
    assert Membership.objects.owners_of(lead).count() == 1


def test_an_owner_who_cannot_sign_in_any_more_does_not_count_as_one(lead, owner, now):
    gone = factories.user(lead, Role.OWNER)
    gone.is_active = False
    gone.save()
    with pytest.raises(people.LastOwner):
        people.take_role(by=owner, membership=owner.user.memberships.get(), at=now)


def test_one_of_two_owners_may_leave_and_their_keys_end(lead, owner, now):
    other = factories.actor(lead)
    token, _key = tokens.make(by=other, organization=lead, role=Role.READER, name="报表", expires_at=now + DAY, at=now)
    people.take_role(by=owner, membership=other.user.memberships.get(), at=now)
    token.refresh_from_db()
    assert token.revoked_at == now
    assert not ApiToken.objects.usable_at(now).exists()


def test_handing_over_is_one_act(lead, owner, now):
    township = factories.organization("wangchang", parent=lead)
    people.give_role(by=owner, user=owner.user, organization=township, role=Role.ORGANIZER, at=now)
    successor = factories.user(lead, Role.READER)
    given = people.hand_over(by=owner, giver=owner.user, successor=successor, organization=lead, at=now)
    assert {(one.organization.code, one.role) for one in given} == {
        ("tianmen", Role.OWNER),
        ("wangchang", Role.ORGANIZER),
    }
    assert not owner.user.memberships.exists()
    assert History.objects.filter(verb="hand_over", user=owner.user).count() == 1


def test_handing_over_keeps_the_greater_role_of_the_successor(lead, owner, now):
    successor = factories.user(lead, Role.OWNER)
    giver = factories.user(lead, Role.VOLUNTEER)
    people.hand_over(by=owner, giver=giver, successor=successor, organization=lead, at=now)
    assert successor.memberships.get().role == Role.OWNER


def test_nobody_hands_over_to_themselves_or_what_they_do_not_have(lead, owner, now):
    with pytest.raises(people.SamePerson):
        people.hand_over(by=owner, giver=owner.user, successor=owner.user, organization=lead, at=now)
    with pytest.raises(NotFound):
        people.hand_over(by=owner, giver=factories.user(), successor=owner.user, organization=lead, at=now)


def test_another_owners_code_sets_a_new_password_once(lead, owner, now):
    user = factories.user(lead, Role.ORGANIZER, username="zhou")
    code = people.make_reset_code(by=owner, user=user, at=now)
    people.use_reset_code(username=" Zhou ", code=code, password="another good one", at=now)
    assert authenticate(username="zhou", password="another good one") == user
    with pytest.raises(people.ResetCodeWrong):
        people.use_reset_code(username="zhou", code=code, password="yet another one", at=now)


def test_a_reset_code_ends_after_an_hour_and_after_five_wrong_tries(lead, owner, now):
    user = factories.user(lead, Role.ORGANIZER, username="zhou")
    code = people.make_reset_code(by=owner, user=user, at=now)
    with pytest.raises(people.ResetCodeWrong):
        people.use_reset_code(
            username="zhou", code=code, password="another good one", at=now + datetime.timedelta(hours=1)
        )
    for _ in range(people.RESET_CODE_TRIES):
        with pytest.raises(people.ResetCodeWrong):
            people.use_reset_code(username="zhou", code="00000000", password="another good one", at=now)
    assert ResetCode.objects.get().failed_tries == people.RESET_CODE_TRIES
    with pytest.raises(people.ResetCodeWrong):
        people.use_reset_code(username="zhou", code=code, password="another good one", at=now)


def test_a_new_reset_code_ends_the_one_before(lead, owner, now):
    user = factories.user(lead, Role.ORGANIZER, username="zhou")
    first = people.make_reset_code(by=owner, user=user, at=now)
    people.make_reset_code(by=owner, user=user, at=now + datetime.timedelta(minutes=1))
    with pytest.raises(people.ResetCodeWrong):
        people.use_reset_code(
            username="zhou", code=first, password="another good one", at=now + datetime.timedelta(minutes=2)
        )


def test_nobody_makes_a_reset_code_for_themselves(owner, now):
    with pytest.raises(people.NotForYourself):
        people.make_reset_code(by=owner, user=owner.user, at=now)


def test_an_owner_below_cannot_set_the_password_of_somebody_above(lead, owner, now):
    """Whoever sets a password acts as that person, with all they may do elsewhere."""
    township = factories.organization("wangchang", parent=lead)
    below = factories.actor(township)
    people.give_role(by=owner, user=owner.user, organization=township, role=Role.READER, at=now)
    with pytest.raises(people.HoldsMoreElsewhere):
        people.make_reset_code(by=below, user=owner.user, at=now)
    assert not ResetCode.objects.exists()


def test_history_names_what_changed_and_never_a_value(lead, owner, now):
    user = factories.user(lead, Role.READER)
    people.give_role(by=owner, user=user, organization=lead, role=Role.ORGANIZER, at=now)
    row = History.objects.filter(verb="give_role", user=owner.user).get()
    assert (row.by, row.kind, row.fields) == (f"user:{owner.user.pk}", "events.membership", ["role"])
