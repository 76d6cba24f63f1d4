"""Cards and stands over REST: made, listed, filtered, closed; reports accepted, sent back, taken back."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from rest_framework.test import APIClient

from registrations.models import Output, Signup, Stand, StandReport
from registrations.operations import stands
from registrations.operations.stands import Numbers, Place
from registrations.operations.tickets import address as code_of
from tests import factories
from tests.events.api import asking
from tests.registrations.operations.handing_in import send

V1 = asking.V1


def cards_of(world: factories.World) -> str:
    return f"{V1}/sessions/{world.session.pk}/cards"


def stands_of(world: factories.World) -> str:
    return f"{V1}/activities/{world.activity.pk}/stands"


def reports_of(world: factories.World) -> str:
    return f"{V1}/activities/{world.activity.pk}/stand-reports"


def make_cards(client: APIClient, world: factories.World, key: str = "", **values: Any) -> Any:
    headers = {"Idempotency-Key": key or uuid.uuid4().hex}
    return client.post(cards_of(world), {"group": "elderly", "many": 3} | values, headers=headers)


def planned(world: factories.World, *names: str) -> list[Stand]:
    places = [Place(name, "市场监管局", "A3") for name in names]
    at = world.session.starts_at
    return stands.add(by=world.owner, activity=world.activity, session=world.session, places=places, at=at)


def handed_in(world: factories.World, stand: Stand, key: str = "k1", leaflets: int = 300) -> StandReport:
    numbers = Numbers(leaflets_taken=leaflets, leaflets_left=0, consultations=20)
    return stands.hand_in(stand=stand, numbers=numbers, key=key, at=world.session.starts_at)


def test_cards_are_made_once_for_a_key_listed_with_who_came_and_ended(
    owner: APIClient, running: factories.World
) -> None:
    made = make_cards(owner, running, "k1")
    assert made.status_code == 201, made.json()
    assert make_cards(owner, running, "k1").json()["id"] == made.json()["id"]
    ticket = Signup.objects.cards().get().tickets.exclude(attendee=None)[0]
    at = running.session.starts_at
    station, _key = factories.station(running.owner, running.lead, running.session, at=at)
    send(station, at, factories.scan(running.session, code_of(ticket), at))

    listed = owner.get(cards_of(running)).json()["results"]
    assert [(one["size"], one["came"], one["audience_group"], one["session"]) for one in listed] == [
        (3, 1, "elderly", running.session.pk)
    ]
    ended = owner.post(f"{V1}/cards/{made.json()['id']}/end").json()
    assert ended["ended_at"]
    assert ended["came"] == 1


@pytest.mark.parametrize(("asked", "groups"), [({}, 2), ({"group": "farmers"}, 1), ({"ended": "true"}, 1)])
def test_cards_are_narrowed_by_group_and_by_whether_they_ended(
    owner: APIClient, coming: factories.World, asked: dict[str, str], groups: int
) -> None:
    make_cards(owner, coming, group="farmers")
    other = make_cards(owner, coming).json()["id"]
    owner.post(f"{V1}/cards/{other}/end")
    assert len(owner.get(cards_of(coming), asked).json()["results"]) == groups


@pytest.mark.parametrize("values", [{"many": 0}, {"many": 301}, {"group": "robots"}, {"extra": 1}])
def test_cards_that_do_not_fit_are_refused_and_none_are_made(
    owner: APIClient, coming: factories.World, values: dict[str, Any]
) -> None:
    assert make_cards(owner, coming, **values).status_code == 400
    asking.refusal(owner.post(cards_of(coming), {"group": "elderly", "many": 3}), 400, "idempotency_key_missing")
    assert not Signup.objects.exists()


@pytest.mark.parametrize("more", [1, 4])
def test_a_list_of_cards_takes_six_queries_however_long_it_is(
    owner: APIClient, coming: factories.World, django_assert_num_queries: Any, more: int
) -> None:
    for _number in range(more):
        make_cards(owner, coming)
    with django_assert_num_queries(6):
        assert len(owner.get(cards_of(coming)).json()["results"]) == more


def test_a_stand_is_added_changed_given_another_code_and_removed(owner: APIClient, coming: factories.World) -> None:
    body = {"name": "食品安全", "unit": "市场监管局", "place": "A3", "session": coming.session.pk}
    made = owner.post(stands_of(coming), body)
    assert made.status_code == 201, made.json()
    assert made.json() | body == made.json()
    assert made.json()["state"] is None
    asking.refusal(owner.post(stands_of(coming), body), 409, "two_stands_alike", "name")
    one = f"{V1}/stands/{made.json()['id']}"
    assert (
        owner.patch(one, {"place": "B1"}).json() | {"name": "食品安全", "place": "B1"}
        == owner.get(stands_of(coming)).json()["results"][0]
    )
    assert owner.post(f"{one}/new-code").json()["link"] != made.json()["link"]
    assert owner.post(f"{one}/remove").json()["removed_at"]
    assert owner.get(stands_of(coming)).json()["results"] == []


def test_a_stand_of_a_session_elsewhere_is_refused(owner: APIClient, coming: factories.World) -> None:
    elsewhere = factories.session(factories.activity(coming.campaign, name="别处"), asking.soon())
    answer = owner.post(stands_of(coming), {"name": "食品安全", "session": elsewhere.pk})
    asking.refusal(answer, 400, "session_elsewhere", "session")


@pytest.mark.parametrize(
    ("state", "names"), [("none", ["科普阅读"]), ("sent", ["防震减灾"]), ("accepted", ["食品安全"]), ("returned", [])]
)
def test_stands_are_narrowed_by_how_their_report_stands(
    owner: APIClient, coming: factories.World, state: str, names: list[str]
) -> None:
    first, second, _third = planned(coming, "食品安全", "防震减灾", "科普阅读")
    accepted = handed_in(coming, first)
    stands.accept(by=coming.owner, report=accepted, at=coming.session.starts_at)
    handed_in(coming, second)
    assert asking.results(owner.get(stands_of(coming), {"state": state})) == names
    assert asking.results(owner.get(stands_of(coming), {"state": state, "session": coming.session.pk})) == names


def test_a_report_is_accepted_counts_and_is_taken_back(owner: APIClient, coming: factories.World) -> None:
    report = handed_in(coming, planned(coming, "食品安全")[0])
    one = f"{V1}/stand-reports/{report.pk}"
    assert owner.post(f"{one}/accept").json()["state"] == "accepted"
    assert owner.post(f"{one}/accept").status_code == 200
    assert Output.objects.filter(withdrawn_at=None, measure="leaflets").get().number == 300
    asking.refusal(owner.post(f"{one}/send-back", {"answer": "数字不对"}), 409, "stand_has_counted")
    assert owner.post(f"{one}/take-back").json()["state"] == "sent"
    assert not Output.objects.filter(withdrawn_at=None).exists()
    asking.refusal(owner.post(f"{one}/take-back"), 409, "report_not_accepted")


def test_a_report_is_sent_back_with_a_word_and_the_next_takes_its_place(
    owner: APIClient, coming: factories.World
) -> None:
    stand = planned(coming, "食品安全")[0]
    report = handed_in(coming, stand)
    one = f"{V1}/stand-reports/{report.pk}"
    asking.refusal(owner.post(f"{one}/send-back", {}), 400, "invalid", "answer")
    back = owner.post(f"{one}/send-back", {"answer": "请再数一次"}).json()
    assert (back["state"], back["answer"]) == ("returned", "请再数一次")
    handed_in(coming, stand, "k2", leaflets=280)
    asking.refusal(owner.post(f"{one}/accept"), 409, "report_replaced")
    assert asking.results(owner.get(reports_of(coming), {"replaced": "false"}), "leaflets") == [280]
    assert asking.results(owner.get(reports_of(coming), {"state": "returned"}), "leaflets") == [300]
    assert asking.results(owner.get(reports_of(coming), {"stand": stand.pk, "session": coming.session.pk}), "leaflets") \
        == [280, 300]  # fmt: skip


@pytest.mark.parametrize("more", [1, 4])
def test_lists_of_stands_and_of_their_reports_take_a_fixed_number_of_queries(
    owner: APIClient, coming: factories.World, django_assert_num_queries: Any, more: int
) -> None:
    for stand in planned(coming, *[f"展位{number}" for number in range(more)]):
        handed_in(coming, stand)
    with django_assert_num_queries(7):
        assert len(owner.get(stands_of(coming)).json()["results"]) == more
    with django_assert_num_queries(6):
        assert len(owner.get(reports_of(coming)).json()["results"]) == more


def test_nobody_elsewhere_sees_or_touches_cards_stands_or_reports(
    owner: APIClient, stranger: APIClient, coming: factories.World
) -> None:
    batch = make_cards(owner, coming).json()["id"]
    stand = planned(coming, "食品安全")[0]
    report = handed_in(coming, stand)
    for address in (cards_of(coming), stands_of(coming), reports_of(coming)):
        assert stranger.get(address).status_code in {403, 404}
    for address in (f"cards/{batch}/end", f"stands/{stand.pk}/remove", f"stand-reports/{report.pk}/accept"):
        asking.refusal(stranger.post(f"{V1}/{address}"), 404, "not_found")
