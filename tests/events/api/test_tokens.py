"""Keys for programs, and what a caller is told about itself."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from events.access import Actor
from events.models import ApiToken, User
from events.operations import tokens
from tests import factories
from tests.events.api import asking

URL, ME = f"{asking.V1}/tokens", f"{asking.V1}/me"


def in_days(days: int) -> str:
    return (timezone.now() + datetime.timedelta(days=days)).isoformat()


def new(**values: Any) -> dict[str, Any]:
    return {"organization": "tianmen", "role": "organizer", "name": "网站", "expires_at": in_days(90)} | values


def test_a_token_is_shown_once_and_works(owner: APIClient, coming: factories.World) -> None:
    answer = owner.post(URL, new())

    assert answer.status_code == 201
    made = answer.json()
    assert made["key"].startswith(made["prefix"])
    assert (made["organization"], made["role"], made["name"], made["revoked_at"], made["last_used_on"]) == (
        "tianmen", "organizer", "网站", None, None,
    )  # fmt: skip
    assert made["user"] == coming.owner.user.username
    listed = owner.get(URL)
    assert made["key"] not in listed.content.decode()
    assert "key" not in listed.json()["results"][0]
    program = asking.with_key("Bearer", made["key"])
    assert program.get(ME).json()["token"] == "网站"
    assert ApiToken.objects.get(pk=made["id"]).last_used_on == timezone.now().date()


def test_a_token_may_no_more_than_its_role(owner: APIClient, coming: factories.World) -> None:
    reader = asking.with_key("Bearer", owner.post(URL, new(role="reader")).json()["key"])
    address = f"{asking.V1}/campaigns/{coming.campaign.pk}"

    me = reader.get(ME).json()
    assert me["roles"] == [{"organization": "tianmen", "organization_name": coming.lead.name, "role": "reader"}]
    assert me["may"] == ["see_figures", "see_plan", "see_signups"]
    asking.refusal(reader.patch(address, {"theme": "x"}), 403, "not_allowed")
    asking.refusal(reader.get(URL), 403, "not_allowed")
    asking.refusal(reader.post(URL, new()), 403, "not_allowed")


def test_a_token_may_no_more_than_its_maker(coming: factories.World) -> None:
    volunteer = asking.program(factories.actor(coming.lead, "volunteer"), coming.lead, role="owner")

    assert volunteer.get(ME).json()["roles"][0]["role"] == "volunteer"
    asking.refusal(volunteer.post(f"{asking.V1}/campaigns", {}), 403, "not_allowed")


def test_a_token_reaches_its_own_organization_and_below_only(coming: factories.World) -> None:
    base = factories.organization("base", parent=coming.lead)
    farm = factories.organization("farm", parent=base)
    narrowed = asking.program(coming.owner, base)

    assert [role["organization"] for role in narrowed.get(ME).json()["roles"]] == ["base"]
    for code, status in (("base", 201), ("farm", 201), ("tianmen", 404)):
        sent = {"organization": code, "name": "讲座月", "kind": "routine", "year": 2027}
        assert narrowed.post(f"{asking.V1}/campaigns", sent).status_code == status
    assert farm.campaigns.count() == 1
    asking.refusal(narrowed.patch(f"{asking.V1}/campaigns/{coming.campaign.pk}", {"theme": "x"}), 404, "not_found")


def test_a_token_ends_within_400_days_and_not_in_the_past(owner: APIClient) -> None:
    before = asking.rows_of_all_tables()

    for days in (401, 0, -1):
        body = asking.refusal(owner.post(URL, new(expires_at=in_days(days))), 400, "token_lasts_too_long", "expires_at")
        assert body["facts"] == {"days": 400}
    asking.refusal(owner.post(URL, new(expires_at="9999-12-31T00:00:00Z")), 400, "invalid", "expires_at")

    assert asking.rows_of_all_tables() == before
    assert owner.post(URL, new(expires_at=in_days(399))).status_code == 201


def test_no_token_is_made_for_an_organization_beyond_reach(owner: APIClient, stranger: APIClient) -> None:
    asking.refusal(owner.post(URL, new(organization="elsewhere")), 404, "not_found")
    asking.refusal(owner.post(URL, new(organization="nobody")), 404, "not_found")
    assert asking.results(stranger.get(URL), "organization") == ["elsewhere"]


def test_a_revoked_token_is_told_so_and_revoking_again_changes_nothing(owner: APIClient) -> None:
    made = owner.post(URL, new()).json()
    program = asking.with_key("Bearer", made["key"])
    assert program.get(ME).status_code == 200

    revoked = owner.post(f"{URL}/{made['id']}/revoke")
    assert revoked.json()["revoked_at"]
    assert owner.post(f"{URL}/{made['id']}/revoke").json() == revoked.json()

    answer = program.get(ME)
    asking.refusal(answer, 401, "token_unusable")
    assert answer["WWW-Authenticate"].startswith("Bearer")
    # Not even what is public: a program must notice that its key has ended.
    asking.refusal(program.get(f"{asking.V1}/campaigns"), 401, "token_unusable")


def test_another_organizations_token_cannot_be_revoked(stranger: APIClient, owner: APIClient) -> None:
    made = owner.post(URL, new()).json()

    asking.refusal(stranger.post(f"{URL}/{made['id']}/revoke"), 404, "not_found")
    asking.refusal(stranger.post(f"{URL}/{made['id'] + 1000}/revoke"), 404, "not_found")


def test_an_expired_token_and_one_of_a_closed_account_are_unusable(coming: factories.World) -> None:
    at = timezone.now() - datetime.timedelta(days=2)
    _token, old = tokens.make(
        by=coming.owner, organization=coming.lead, role="owner", name="旧", expires_at=at + datetime.timedelta(days=1),
        at=at,
    )  # fmt: skip
    leaver = factories.user(coming.lead, "reader")
    program = asking.program(Actor(leaver), coming.lead)
    assert program.get(ME).status_code == 200
    User.objects.filter(pk=leaver.pk).update(is_active=False)

    asking.refusal(asking.with_key("Bearer", old).get(ME), 401, "token_unusable")
    asking.refusal(program.get(ME), 401, "token_unusable")


@pytest.mark.parametrize("key", ["", "kepu_", "kepu_" + "x" * 43, "很", "a b c"])
def test_a_broken_token_is_refused_and_nothing_is_written(coming: factories.World, key: str) -> None:
    before = asking.rows_of_all_tables()
    client = asking.with_key("Bearer", key)

    asking.refusal(client.get(ME), 401, "token_unusable")
    asking.refusal(client.post(f"{asking.V1}/campaigns", {}), 401, "token_unusable")

    assert asking.rows_of_all_tables() == before


def test_a_key_of_an_unknown_scheme_is_nobodys(db: None) -> None:
    asking.refusal(asking.with_key("Basic", "YTpi").get(ME), 401, "not_signed_in")
    assert asking.with_key("Basic", "YTpi").get(f"{asking.V1}/campaigns").status_code == 200


@pytest.mark.parametrize("more", [0, 3])
def test_a_list_of_tokens_takes_four_queries_however_long_it_is(
    owner: APIClient, coming: factories.World, django_assert_num_queries: Any, more: int
) -> None:
    for _number in range(more):
        asking.program(coming.owner, coming.lead)

    # The token, its maker's roles, how many there are, the page.
    with django_assert_num_queries(4):
        assert len(asking.results(owner.get(URL))) == 1 + more


def test_a_person_at_a_page_of_ours_is_known_by_the_sign_in_and_writes_only_with_a_csrf_token(
    coming: factories.World,
) -> None:
    browser = APIClient(enforce_csrf_checks=True)
    browser.force_login(coming.owner.user)
    me = browser.get(ME).json()
    before = asking.rows_of_all_tables()

    assert (me["username"], me["token"]) == (coming.owner.user.username, None)
    assert "plan" in me["may"]
    asking.refusal(browser.post(URL, new()), 403, "csrf_missing")
    assert asking.rows_of_all_tables() == before


def test_nobody_has_no_account(anybody: APIClient, db: None) -> None:
    asking.refusal(anybody.get(ME), 401, "not_signed_in")
    asking.refusal(anybody.get(URL), 401, "not_signed_in")
