"""Check-in points over REST: making, pairing, revoking, and fetching what changed."""

from __future__ import annotations

import base64
import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from registrations.models import Station, Ticket
from registrations.operations import records, roster, stations
from tests import factories
from tests.events.api import asking

URL = f"{asking.V1}/stations"
PAIR, CHANGES, RECORDS = (f"{asking.V1}/station/{name}" for name in ("pair", "changes", "records"))


def in_days(days: float) -> str:
    return (timezone.now() + datetime.timedelta(days=days)).isoformat()


def new(**values: Any) -> dict[str, Any]:
    return {"organization": "tianmen", "name": "东门", "expires_at": in_days(1)} | values


def phone(world: factories.World, **values: Any) -> APIClient:
    """A paired phone of the association."""
    _station, key = factories.station(world.owner, world.lead, **values)
    return asking.with_key("Station", key)


def test_a_check_in_point_is_made_paired_and_told_to_its_organizer(
    owner: APIClient, anybody: APIClient, coming: factories.World
) -> None:
    answer = owner.post(URL, new(session=coming.session.pk))

    assert answer.status_code == 201
    made = answer.json()
    assert (made["name"], made["session"], made["paired_at"], made["compare_number"]) == (
        "东门", coming.session.pk, None, "",
    )  # fmt: skip
    assert made["pairing_code"].isdigit()
    assert len(made["pairing_code"]) == 6
    paired = anybody.post(PAIR, {"code": made["pairing_code"]})
    assert paired.status_code == 200
    body = paired.json()
    assert body["key"].startswith("station_")
    assert (body["station"]["id"], body["station"]["organization_name"]) == (made["id"], coming.lead.name)
    listed = owner.get(URL).json()["results"]
    assert [row["compare_number"] for row in listed] == [body["station"]["compare_number"]]
    assert listed[0]["paired_at"]
    for secret in (made["pairing_code"], body["key"]):
        assert secret not in owner.get(URL).content.decode()


@pytest.mark.parametrize("code", ["000000", "１２３４５６", "abcdef", "0", "1" * 40])
def test_a_wrong_pairing_code_pairs_nothing(
    anybody: APIClient, owner: APIClient, coming: factories.World, code: str
) -> None:
    made = owner.post(URL, new()).json()
    if code == made["pairing_code"]:
        code = "000001"
    before = asking.rows_of_all_tables()

    asking.refusal(anybody.post(PAIR, {"code": code}), 409, "pairing_code_wrong", "code")
    assert asking.rows_of_all_tables() == before


@pytest.mark.parametrize(
    "body", [{}, {"code": ""}, {"code": None}, {"code": "1" * 41}, {"code": ["1"]}, {"code": "1\x00"}]
)
def test_a_pairing_code_that_cannot_be_read_is_refused(anybody: APIClient, db: None, body: dict[str, Any]) -> None:
    asking.refusal(anybody.post(PAIR, body), 400, "invalid", "code")


def test_a_pairing_code_works_once(anybody: APIClient, owner: APIClient, coming: factories.World) -> None:
    code = owner.post(URL, new()).json()["pairing_code"]

    assert anybody.post(PAIR, {"code": f" {code} "}).status_code == 200
    asking.refusal(anybody.post(PAIR, {"code": code}), 409, "pairing_code_wrong", "code")


def test_a_pairing_code_works_for_ten_minutes(anybody: APIClient, coming: factories.World) -> None:
    made = []
    for minutes in (9.5, 10):
        at = timezone.now() - datetime.timedelta(minutes=minutes)
        _station, code = stations.make(
            by=coming.owner, organization=coming.lead, session=None, name="门", at=at,
            expires_at=at + datetime.timedelta(days=1),
        )  # fmt: skip
        made.append(code)

    assert anybody.post(PAIR, {"code": made[0]}).status_code == 200
    asking.refusal(anybody.post(PAIR, {"code": made[1]}), 409, "pairing_code_wrong", "code")


def test_another_phone_takes_the_place_of_the_first_whose_key_dies(
    anybody: APIClient, owner: APIClient, coming: factories.World
) -> None:
    made = owner.post(URL, new()).json()
    first = asking.with_key("Station", anybody.post(PAIR, {"code": made["pairing_code"]}).json()["key"])
    again = owner.post(f"{URL}/{made['id']}/pairing-code")
    assert again.status_code == 201
    assert first.get(CHANGES).status_code == 200
    second = asking.with_key("Station", anybody.post(PAIR, {"code": again.json()["pairing_code"]}).json()["key"])

    assert second.get(CHANGES).status_code == 200
    asking.refusal(first.get(CHANGES), 401, "station_unknown")
    asking.refusal(first.post(RECORDS, {"records": []}), 401, "station_unknown")


def test_pairing_is_tried_thirty_times_a_minute_at_most(anybody: APIClient, db: None) -> None:
    for number in range(30):
        anybody.post(PAIR, {"code": f"{number:06d}"})

    asking.refusal(anybody.post(PAIR, {"code": "000031"}), 429, "too_many_requests")


def test_a_check_in_point_ends_in_the_future(owner: APIClient, coming: factories.World) -> None:
    asking.refusal(owner.post(URL, new(expires_at=in_days(-1))), 400, "station_ends_in_the_past", "expires_at")
    asking.refusal(owner.post(URL, new(expires_at="soon")), 400, "invalid", "expires_at")
    asking.refusal(owner.post(URL, new(session=2**63 - 1)), 404, "not_found")
    asking.refusal(owner.post(URL, new(name="")), 400, "invalid", "name")


def test_only_who_runs_check_in_points_makes_lists_and_revokes_them(
    anybody: APIClient, reader: APIClient, stranger: APIClient, coming: factories.World
) -> None:
    station, _key = factories.station(coming.owner, coming.lead)
    before = asking.rows_of_all_tables()

    for action in ("revoke", "pairing-code"):
        asking.refusal(anybody.post(f"{URL}/{station.pk}/{action}"), 401, "not_signed_in")
        asking.refusal(reader.post(f"{URL}/{station.pk}/{action}"), 403, "not_allowed")
        asking.refusal(stranger.post(f"{URL}/{station.pk}/{action}"), 404, "not_found")
    asking.refusal(stranger.post(URL, new()), 404, "not_found")
    asking.refusal(stranger.post(URL, new(organization="elsewhere", session=coming.session.pk)), 404, "not_found")
    asking.refusal(reader.get(URL), 403, "not_allowed")
    assert asking.results(stranger.get(URL)) == []
    assert asking.rows_of_all_tables() == before


@pytest.mark.parametrize("size", [1, 4])
def test_a_list_of_check_in_points_takes_four_queries_however_long_it_is(
    owner: APIClient, coming: factories.World, django_assert_num_queries: Any, size: int
) -> None:
    for _number in range(size):
        factories.station(coming.owner, coming.lead, coming.session)

    # The token, its maker's roles, how many there are, the page.
    with django_assert_num_queries(4):
        assert len(asking.results(owner.get(URL))) == size


def test_a_phone_fetches_everything_first_and_then_only_what_changed(
    coming: factories.World, settled: Callable[[], None]
) -> None:
    signup = factories.signup(coming.session, factories.one(unit="汪场村"))
    scanner = phone(coming)
    settled()
    first = scanner.get(CHANGES).json()

    assert (first["whole"], first["more"], first["gone"], first["outcomes"]) == (True, False, [], [])
    assert [row["id"] for row in first["sessions"]] == [coming.session.pk]
    ticket = signup.tickets.get()
    assert first["tickets"] == [
        {
            "id": ticket.pk,
            "ticket": f"{ticket.code:014x}",
            "activity": coming.activity.pk,
            "short_code": ticket.short_code,
            "sessions": [coming.session.pk],
            "size": 1,
            "state": "valid",
            "name": "刘**",
            "initials": "l",
            "village": "汪场村",
        }
    ]
    assert [len(key["public_key"]) for key in first["keys"]] == [64]

    second = scanner.get(CHANGES, {"since": first["cursor"]}).json()
    assert (second["whole"], second["sessions"], second["tickets"]) == (False, [], [])
    later = factories.signup(coming.session, factories.many(30))
    factories.signups.cancel(by="participant", signup=signup, at=timezone.now())
    settled()
    third = scanner.get(CHANGES, {"since": second["cursor"]}).json()
    assert {row["id"]: row["state"] for row in third["tickets"]} == {
        ticket.pk: "cancelled", later.tickets.get().pk: "valid",
    }  # fmt: skip
    assert third["sessions"] == []


def test_a_moved_session_travels_to_the_phone(coming: factories.World, settled: Callable[[], None]) -> None:
    scanner = phone(coming)
    settled()
    cursor = scanner.get(CHANGES).json()["cursor"]
    factories.session_changes.move(by=coming.owner, session=coming.session, venue="新址", at=timezone.now())
    settled()

    assert [row["venue"] for row in scanner.get(CHANGES, {"since": cursor}).json()["sessions"]] == ["新址"]


def test_what_is_gone_travels_as_a_tombstone(coming: factories.World, settled: Callable[[], None]) -> None:
    signup = factories.signup(coming.session, factories.one())
    extra = factories.session(coming.activity, asking.soon(8))
    scanner = phone(coming)
    settled()
    cursor = scanner.get(CHANGES).json()["cursor"]
    ticket = Ticket.objects.get(signup=signup)
    number = ticket.pk
    roster.ticket_changed(signup=signup)
    ticket.delete()
    # Moved to before the station was made: it is none of its sessions any more.
    past = timezone.now() - datetime.timedelta(days=5)
    factories.session_changes.move(
        by=coming.owner, session=extra, starts_at=past, ends_at=past + datetime.timedelta(hours=1), at=timezone.now()
    )
    settled()

    page = scanner.get(CHANGES, {"since": cursor}).json()
    assert {(row["kind"], row["id"]) for row in page["gone"]} == {("ticket", number), ("session", extra.pk)}


def test_changes_come_in_pages_until_there_are_no_more(coming: factories.World, settled: Callable[[], None]) -> None:
    signup = factories.signup(coming.session, factories.one())
    for _number in range(1005):
        roster.ticket_changed(signup=signup)
    scanner = phone(coming)
    settled()
    first = scanner.get(CHANGES).json()
    second = scanner.get(CHANGES, {"since": first["cursor"]}).json()

    assert (first["whole"], first["more"]) == (True, True)
    assert (second["whole"], second["more"]) == (False, False)
    assert Station.objects.get().roster_at is not None


def test_a_station_of_one_session_sees_nothing_of_the_others(
    coming: factories.World, settled: Callable[[], None]
) -> None:
    other = factories.session(coming.activity, asking.soon(8))
    factories.signup(other, factories.one("别人"))
    scanner = phone(coming, session=coming.session)
    settled()
    page = scanner.get(CHANGES).json()

    assert [row["id"] for row in page["sessions"]] == [coming.session.pk]
    assert page["tickets"] == []


def test_a_station_sees_nothing_of_another_organization(coming: factories.World, settled: Callable[[], None]) -> None:
    other = factories.organization("elsewhere")
    theirs = factories.session(factories.activity(factories.campaign(other)), asking.soon())
    factories.signup(theirs, factories.one("别人"))
    settled()
    page = phone(coming).get(CHANGES).json()

    assert [row["id"] for row in page["sessions"]] == [coming.session.pk]
    assert page["tickets"] == []


@pytest.mark.parametrize("calls", [False, True])
def test_the_roster_holds_no_phone_and_a_whole_name_only_where_the_roll_is_called(
    coming: factories.World, settled: Callable[[], None], calls: bool
) -> None:
    lecture = factories.activity(coming.campaign, calls_the_roll=calls)
    session = factories.session(lecture, asking.soon())
    factories.signup(session, factories.one("欧阳桂英", phone="13912345678"))
    settled()
    answer = phone(coming).get(CHANGES)

    assert "13912345678" not in answer.content.decode()
    assert [row["name"] for row in answer.json()["tickets"]] == ["欧阳桂英" if calls else "欧***"]


def cursor(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "since",
    [
        "garbage",
        "很",
        "=",
        cursor("a.b.c"),
        cursor("1.2"),
        cursor("00000000000000000000000000000000.x.1"),
        cursor("00000000000000000000000000000000.1.1.1"),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    ],
)
def test_a_cursor_that_cannot_be_read_is_refused(coming: factories.World, since: str) -> None:
    asking.refusal(phone(coming).get(CHANGES, {"since": since}), 400, "cursor_unreadable", "since")


@pytest.mark.parametrize(
    ("name", "value"), [("since", "x" * 201), ("since", "a\x00"), ("app_version", "x" * 41), ("app_version", "\x00")]
)
def test_parameters_of_a_fetch_that_cannot_be_read_are_refused_by_name(
    coming: factories.World, name: str, value: str
) -> None:
    asking.refusal(phone(coming).get(CHANGES, {name: value}), 400, "invalid", name)


@pytest.mark.parametrize("place", ["99999999999999999999.1", "-5.-5", "0." + "9" * 60])
def test_a_cursor_beyond_everything_is_answered(coming: factories.World, place: str) -> None:
    answer = phone(coming).get(CHANGES, {"since": cursor(f"{roster.epoch(at=timezone.now()).hex}.{place}")})

    assert answer.status_code == 200
    assert answer.json()["whole"] is False


def test_a_cursor_of_another_life_of_the_database_fetches_everything_again(coming: factories.World) -> None:
    scanner = phone(coming)
    before = scanner.get(CHANGES).json()["cursor"]
    roster.begin_epoch(at=timezone.now())

    page = scanner.get(CHANGES, {"since": before}).json()
    assert (page["whole"], len(page["sessions"])) == (True, 1)


def test_a_contact_is_noted_with_the_version_of_the_app(owner: APIClient, coming: factories.World) -> None:
    scanner = phone(coming)
    scanner.get(CHANGES, {"app_version": "1.2.3"})
    scanner.post(RECORDS, {"records": [], "records_pending": 7})

    row = owner.get(URL).json()["results"][0]
    assert (row["app_version"], row["records_pending"]) == ("1.2.3", 7)
    assert row["last_contact_at"] >= row["roster_at"]


@pytest.mark.parametrize("end", ["revoked", "expired"])
def test_a_revoked_or_expired_station_is_shown_nobody_and_hands_in_all_the_same(
    owner: APIClient, running: factories.World, end: str
) -> None:
    signup = factories.signup(running.session, factories.one())
    at = timezone.now()
    made = at if end == "revoked" else at - datetime.timedelta(days=31)
    station, key = factories.station(running.owner, running.lead, at=made)
    scanner = asking.with_key("Station", key)
    if end == "revoked":
        assert owner.post(f"{URL}/{station.pk}/revoke").json()["revoked_at"]
    record = factories.scan(running.session, signup.tickets.get().short_code, at)

    asking.refusal(scanner.get(CHANGES), 403, "station_revoked")
    answer = scanner.post(RECORDS, {"records": [record], "sent_at": at.isoformat()})
    assert answer.status_code == 200
    # What was scanned before the end counts; what was scanned after it waits for a decision.
    code = {"revoked": "admit", "expired": "station_ended"}[end]
    assert [(one["status"], one["code"]) for one in answer.json()["answers"]] == [("stored", code)]
    assert records.StationRecord.objects.count() == 1


def test_a_revoked_station_is_not_paired_again(anybody: APIClient, owner: APIClient, coming: factories.World) -> None:
    made = owner.post(URL, new()).json()
    revoked = owner.post(f"{URL}/{made['id']}/revoke").json()

    asking.refusal(anybody.post(PAIR, {"code": made["pairing_code"]}), 409, "pairing_code_wrong", "code")
    assert owner.post(f"{URL}/{made['id']}/revoke").json() == revoked


def test_a_revoked_station_gets_no_pairing_code(owner: APIClient, coming: factories.World) -> None:
    made = owner.post(URL, new()).json()
    owner.post(f"{URL}/{made['id']}/revoke")

    asking.refusal(owner.post(f"{URL}/{made['id']}/pairing-code"), 403, "station_revoked")


@pytest.mark.parametrize("key", ["", "station_x", "很", "x" * 5000])
def test_an_unknown_station_key_is_refused(db: None, key: str) -> None:
    for ask in (asking.with_key("Station", key).get, asking.with_key("Station", key).post):
        address = CHANGES if ask.__name__ == "get" else RECORDS
        asking.refusal(ask(address), 401, "station_unknown")


def test_neither_a_token_nor_nothing_is_a_station_key(
    owner: APIClient, anybody: APIClient, coming: factories.World
) -> None:
    for client in (owner, anybody):
        asking.refusal(client.get(CHANGES), 401, "not_signed_in")
        asking.refusal(client.post(RECORDS, {"records": []}), 401, "not_signed_in")


def test_a_station_key_opens_nothing_else(coming: factories.World) -> None:
    signup = factories.signup(coming.session, factories.one())
    scanner = phone(coming)

    asking.refusal(scanner.get(f"{asking.V1}/sessions/{coming.session.pk}/signups"), 401, "not_signed_in")
    asking.refusal(scanner.post(f"{asking.V1}/signups/{signup.pk}/cancel"), 401, "not_signed_in")
    asking.refusal(scanner.get(f"{asking.V1}/me"), 401, "not_signed_in")
    assert scanner.get(f"{asking.V1}/sessions").json()["total"] == 1
