"""What was sent, as the office sees it."""

import pytest
from django.utils import timezone

from registrations.models import Message
from tests import factories
from tests.frontend.conftest import signed_in


@pytest.fixture
def by_email(settings):
    settings.KEPU_EMAIL = True


def signed_up(world, number=1):
    for n in range(number):
        factories.signup(world.session, factories.one(f"第{n}人", contact_email=f"liu{n}@example.cn"), timezone.now())


def test_every_message_is_listed_with_its_state_and_a_masked_address(soon, by_email):
    signed_up(soon)
    page = signed_in(soon.owner.user).get("/console/deliveries/").content.decode()
    assert "l***@example.cn" in page
    assert "liu0@example.cn" not in page
    assert "待发送" in page


def test_what_failed_is_sent_again_by_a_button_that_others_do_not_have(soon, by_email):
    signed_up(soon, 2)
    failed, _sent = Message.objects.order_by("pk")
    Message.objects.filter(pk=failed.pk).update(state="failed", problem="550 no such user")
    Message.objects.exclude(pk=failed.pk).update(state="sent", sent_at=timezone.now())
    owner = signed_in(soon.owner.user)
    page = owner.get("/console/deliveries/").content.decode()
    assert page.count("send-again/") == 1
    assert "550 no such user" in page
    owner.post(f"/console/deliveries/{failed.pk}/send-again/")
    assert Message.objects.get(pk=failed.pk).state == "queued"


def test_a_state_narrows_the_list(soon, by_email):
    signed_up(soon, 2)
    Message.objects.filter(pk=Message.objects.first().pk).update(state="failed")
    page = signed_in(soon.owner.user).get("/console/deliveries/?state=failed").content.decode()
    assert page.count("l***@example.cn") == 1


def test_another_organization_sees_none_of_it(soon, by_email):
    signed_up(soon)
    stranger = signed_in(factories.user(factories.organization("elsewhere")))
    assert "example.cn" not in stranger.get("/console/deliveries/").content.decode()
    assert stranger.post(f"/console/deliveries/{Message.objects.get().pk}/send-again/").status_code == 404


@pytest.mark.parametrize("number", [1, 30])
def test_the_list_costs_the_same_queries_whatever_its_length(soon, by_email, number, django_assert_num_queries):
    signed_up(soon, number)
    owner = signed_in(soon.owner.user)
    with django_assert_num_queries(6):
        owner.get("/console/deliveries/")


def test_where_no_mail_server_is_set_up_nothing_speaks_of_e_mail(soon, client):
    owner = signed_in(soon.owner.user)
    assert "/console/deliveries/" not in owner.get("/console/").content.decode()
    assert "reminder_hours" not in owner.get(f"/console/activities/{soon.activity.pk}/terms/").content.decode()
    assert "contact_email" not in client.get(f"/sessions/{soon.session.pk}/sign-up/").content.decode()


def test_with_one_an_address_may_be_given_when_signing_up(soon, client, by_email):
    page = client.get(f"/sessions/{soon.session.pk}/sign-up/").content.decode()
    assert 'name="contact_email"' in page
    assert "电子邮箱（可不填）" in page
