"""People who work here: invitations, passwords, handing over, keys."""

import datetime
import re

from django.utils import timezone

from events.models import Membership, Role
from tests import factories
from tests.frontend.conftest import signed_in


def test_people_are_invited_by_a_link_that_is_shown_once(world, owner, client):
    given = {"name": "周组织", "organization": world.lead.code, "role": "organizer"}
    page = owner.post("/console/people/invite/", given).content.decode()
    key = re.search(r"/join/#k=([\w-]+)", page)[1]
    assert key not in owner.get("/console/people/").content.decode()
    form = {"key": key, "username": "zhou", "name": "周组织", "password": "a very good one"}
    assert client.post("/join/", form | {"password": "short"}).status_code == 200
    assert client.post("/join/", form).headers["Location"] == "/console/"
    assert client.get("/console/").status_code == 200
    assert Membership.objects.get(user__username="zhou").role == "organizer"
    assert client.post("/join/", form | {"username": "other"}).status_code == 200


def test_a_forgotten_password_is_set_by_another_owners_code(world, owner, client):
    user = factories.user(world.lead, Role.ORGANIZER, username="zhou")
    page = owner.post(f"/console/people/{user.pk}/reset-code/").content.decode()
    code = "".join(re.search(r'class="pairing-code">(\d{4}) (\d{4})<', page).groups())
    form = {"username": "zhou", "code": code, "password": "a very good one"}
    assert client.post("/reset/", form).headers["Location"] == "/accounts/login/"
    given = {"login": "zhou", "password": "a very good one"}
    assert client.post("/accounts/login/", given).headers["Location"] == "/console/"


def test_the_last_owner_is_told_why_they_cannot_go(world, owner):
    held_role = world.owner.user.memberships.get()
    page = owner.post(f"/console/people/roles/{held_role.pk}/", {"role": "none"}, follow=True).content.decode()
    assert "notice error" in page
    assert Membership.objects.filter(pk=held_role.pk).exists()


def test_work_is_handed_over_in_one_act(world, owner):
    successor = factories.user(world.lead, Role.READER)
    given = {
        "organization": world.lead.code,
        "giver": world.owner.user.pk,
        "successor": successor.pk,
        "sure": "on",
    }
    assert owner.post("/console/people/hand-over/", given | {"sure": ""}).status_code == 200
    owner.post("/console/people/hand-over/", given)
    assert successor.memberships.get().role == Role.OWNER
    assert owner.get("/console/").status_code == 403
    assert signed_in(successor).get("/console/history/").status_code == 200


def test_a_key_for_programs_is_shown_once_and_works(world, owner, client):
    given = {"name": "报表", "organization": world.lead.code, "role": "reader"}
    given["last_day"] = (timezone.localdate() + datetime.timedelta(days=30)).isoformat()
    page = owner.post("/console/tokens/", given).content.decode()
    key = re.search(r"kepu_[\w-]{43}", page)[0]
    assert key not in owner.get("/console/tokens/").content.decode()
    me = client.get("/api/v1/me", headers={"Authorization": f"Bearer {key}"}).json()
    assert me["token"] == "报表"
