"""The sign-up form under a rush: with a proof of work, without one, and by staff."""

import html
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from registrations import proof
from registrations.models import Signup
from tests.frontend.conftest import signed_in


def opened(client, session):
    """(the form's key, its challenge) of a freshly opened page."""
    page = client.get(reverse("sign_up", args=[session.pk])).content.decode()
    challenge = re.search(r'data-proof="([^"]*)"', page)
    return re.search(r'name="key" value="(\w+)"', page)[1], html.unescape(challenge[1]) if challenge else ""


def send(client, session, key, name="刘桂英", solution="", **values):
    given = {"kind": "person", "name": name, "contact_phone": "", "note": "坐轮椅", "consent": "on", "key": key}
    return client.post(reverse("sign_up", args=[session.pk]), given | {"proof": solution} | values)


def plain(session, count, **values):
    """As many people without scripts behind one address."""
    for n in range(count):
        client = Client()
        yield send(client, session, opened(client, session)[0], f"刘{n}", **values)


def test_five_people_without_scripts_pass_and_the_sixth_is_told_when_to_try_again(soon):
    answers = list(plain(soon.session, 6))
    assert [one.status_code for one in answers] == [302, 302, 302, 302, 302, 429]
    assert Signup.objects.count() == 5
    assert 0 < int(answers[5]["Retry-After"]) <= 600


def test_what_was_typed_is_kept_when_it_was_too_much(soon):
    with translation.override("en"):
        page = list(plain(soon.session, 6))[5].content.decode()
    assert 'value="刘5"' in page
    assert 'value="坐轮椅"' in page
    assert 'role="alert"' in page


def test_whoever_brings_a_proof_passes_where_plain_forms_no_longer_do(soon, client):
    list(plain(soon.session, 6))
    key, challenge = opened(client, soon.session)
    assert send(client, soon.session, key, solution=proof.solve(challenge)).status_code == 302


def test_a_page_that_was_refused_carries_a_new_challenge_for_the_same_form(soon, client):
    list(plain(soon.session, 5))
    key, _challenge = opened(client, soon.session)
    page = send(client, soon.session, key).content.decode()
    again = html.unescape(re.search(r'data-proof="([^"]*)"', page)[1])
    assert f'name="key" value="{key}"' in page
    assert send(client, soon.session, key, solution=proof.solve(again)).status_code == 302


def test_the_proof_of_one_form_opens_no_other(soon, client):
    list(plain(soon.session, 5))
    _key, challenge = opened(client, soon.session)
    solution = proof.solve(challenge)
    assert send(client, soon.session, "another-key", solution=solution).status_code == 429


def test_slips_cost_nothing(soon, client):
    key, _challenge = opened(client, soon.session)
    for _ in range(9):
        assert send(client, soon.session, key, contact_name="", name="").status_code == 200
    assert send(client, soon.session, key).status_code == 302


def test_staff_are_asked_for_no_proof_and_held_to_no_limit(soon):
    client = signed_in(soon.owner.user)
    for n in range(8):
        key, challenge = opened(client, soon.session)
        assert challenge == ""
        assert send(client, soon.session, key, f"刘{n}").status_code == 302


@pytest.mark.parametrize("junk", ["x", "e30=", "非", "A" * 1999])
def test_a_proof_that_is_none_is_as_good_as_none(soon, client, junk):
    key, _challenge = opened(client, soon.session)
    assert send(client, soon.session, key, solution=junk).status_code == 302
