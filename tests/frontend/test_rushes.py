"""Keys and codes are not tried out for ever; who has the right one is not held up by the others' slips for long."""

import pytest
from django.urls import reverse
from django.utils import timezone

from events.models import Role
from events.operations import people
from tests import factories


def test_thirty_wrong_keys_of_sign_ups_are_listened_to(soon, client):
    answers = [client.post("/mine/open/", {"key": f"wrong{n}"}) for n in range(31)]
    assert {one.status_code for one in answers[:30]} == {200}
    assert answers[30].status_code == 429
    assert 0 < int(answers[30]["Retry-After"]) <= 600
    assert "too_many_requests" in answers[30].content.decode()


def test_a_school_opens_as_many_links_as_it_likes(soon, client):
    placed = factories.place(soon.activity, [soon.session], factories.one(), timezone.now())
    for _ in range(40):
        assert client.post("/mine/open/", {"key": placed.manage_key}).status_code == 302


def test_twenty_wrong_reset_codes_are_listened_to(world, client):
    given = {"username": world.owner.user.username, "code": "00000000", "password": "long enough 10"}
    answers = [client.post("/reset/", given).status_code for _ in range(21)]
    assert answers == [200] * 20 + [429]


def test_after_twenty_wrong_invitations_the_right_one_waits_too(world, client):
    now = timezone.now()
    _made, secret = people.invite(by=world.owner, organization=world.lead, role=Role.READER, name="新同事", at=now)
    given = {"username": "newcomer", "name": "新同事", "password": "long enough 10"}
    answers = [client.post("/join/", given | {"key": f"wrong{n}"}).status_code for n in range(20)]
    assert answers == [200] * 20
    assert client.post("/join/", given | {"key": secret}).status_code == 429


@pytest.mark.parametrize("waiting", [0, 30])
def test_the_form_of_a_full_session_costs_no_more_queries_however_many_wait(
    soon, client, waiting, django_assert_num_queries
):
    factories.place(soon.activity, [soon.session], factories.many(40), timezone.now())
    for n in range(waiting):
        factories.place(soon.activity, [soon.session], factories.one(f"候补{n}"), timezone.now())
    with django_assert_num_queries(7):
        client.get(reverse("sign_up", args=[soon.session.pk]))
