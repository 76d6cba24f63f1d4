"""Sign-ups as organizers see and cancel them."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from registrations.models import DataAccess
from registrations.operations import records
from tests import factories
from tests.events.api import asking
from tests.registrations.api.placing import SESSIONS, URL, asked_for, place, taken


def test_organizers_see_names_and_phones_masked(
    anybody: APIClient, owner: APIClient, reader: APIClient, coming: factories.World
) -> None:
    place(anybody, asked_for(coming.session, unit="汪场村"))
    for client in (owner, reader):
        answer = client.get(f"{SESSIONS}/{coming.session.pk}/signups")
        row = answer.json()["results"][0]
        assert (row["contact_name"], row["contact_phone"], row["unit"]) == ("刘**", "139****5678", "汪场村")
        assert row["lines"][0]["name"] == "刘**"
        assert "13912345678" not in answer.content.decode()
        assert "刘桂英" not in answer.content.decode()
    assert not DataAccess.objects.exists()


def test_sign_ups_are_narrowed_by_state_and_kind(owner: APIClient, coming: factories.World) -> None:
    address = f"{SESSIONS}/{coming.session.pk}/signups"
    factories.signup(coming.session, factories.many(40))
    factories.signup(coming.session, factories.one())

    assert asking.results(owner.get(address), "kind") == ["class", "person"]
    assert asking.results(owner.get(address, {"state": "waiting"}), "kind") == ["person"]
    assert asking.results(owner.get(address, {"kind": "class"}), "state") == ["confirmed"]
    assert asking.results(owner.get(address, {"kind": "class", "state": "waiting"}), "id") == []
    asking.refusal(owner.get(address, {"state": "lost"}), 400, "invalid", "state")
    asking.refusal(owner.get(address, {"kind": "x"}), 400, "invalid", "kind")
    asking.refusal(owner.get(address, {"page_size": "500"}), 400, "invalid", "page_size")
    asking.refusal(owner.get(address, {"page": 2}), 404, "not_found")


@pytest.mark.parametrize("size", [1, 4])
def test_a_list_of_sign_ups_takes_seven_queries_however_long_it_is(
    owner: APIClient, coming: factories.World, django_assert_num_queries: Any, size: int
) -> None:
    for _number in range(size):
        factories.signup(coming.session, factories.many(2))

    # The token, its maker's roles, the session, whether its sign-ups are seen, how many, the page, their lines.
    with django_assert_num_queries(7):
        assert len(asking.results(owner.get(f"{SESSIONS}/{coming.session.pk}/signups"), "id")) == size


def test_an_organizer_cancels_on_somebodys_behalf(owner: APIClient, coming: factories.World) -> None:
    signup = factories.signup(coming.session, factories.one(phone="13912345678"))
    answer = owner.post(f"{URL}/{signup.pk}/cancel")

    assert (answer.json()["state"], answer.json()["contact_phone"]) == ("cancelled", "139****5678")
    assert owner.post(f"{URL}/{signup.pk}/cancel").json() == answer.json()
    assert taken(coming.session) == 0


def test_nobody_is_cancelled_who_has_been_checked_in(owner: APIClient, running: factories.World) -> None:
    signup = factories.signup(running.session, factories.one())
    station, _key = factories.station(running.owner, running.lead)
    at = running.session.starts_at
    record = factories.scan(running.session, signup.tickets.get().short_code, at)
    records.receive(station=station, records=[record], sent_at=None, at=at)

    asking.refusal(owner.post(f"{URL}/{signup.pk}/cancel"), 409, "already_attended")


def test_only_who_keeps_sign_ups_cancels_them_and_only_who_reads_them_lists_them(
    anybody: APIClient, reader: APIClient, stranger: APIClient, coming: factories.World
) -> None:
    signup = factories.signup(coming.session, factories.one())
    volunteer = asking.program(factories.actor(coming.lead, "volunteer"), coming.lead)
    cancel, listed = f"{URL}/{signup.pk}/cancel", f"{SESSIONS}/{coming.session.pk}/signups"
    before = asking.rows_of_all_tables()

    asking.refusal(anybody.post(cancel), 401, "not_signed_in")
    asking.refusal(reader.post(cancel), 403, "not_allowed")
    asking.refusal(volunteer.post(cancel), 403, "not_allowed")
    asking.refusal(stranger.post(cancel), 404, "not_found")
    asking.refusal(anybody.get(listed), 401, "not_signed_in")
    asking.refusal(volunteer.get(listed), 403, "not_allowed")
    asking.refusal(stranger.get(listed), 404, "not_found")
    assert asking.rows_of_all_tables() == before
