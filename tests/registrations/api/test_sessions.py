"""Sessions over REST: listing them with their seats, scheduling, moving, calling off."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from events.models import Session
from registrations.models import RosterChange, SeatPool
from tests import factories
from tests.events.api import asking

URL = f"{asking.V1}/sessions"
PAST = datetime.datetime(2025, 6, 1, 9, tzinfo=datetime.timezone(datetime.timedelta(hours=8)))
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def plan(coming: factories.World) -> factories.World:
    """Four public sessions, named by their venue, beside one of a draft. Only 东方社区活动室 is open for sign-up."""
    town = factories.region(parent=factories.city())
    village = factories.region("429006104201", "汪场社区", "village", parent=town)
    base = factories.organization("base", parent=coming.lead, kind="base")
    weeks = factories.campaign(coming.lead, name="科技周", kind="st_week", year=2025)
    show = factories.activity(weeks, name="展板巡展", form="exhibition", signup_by="none", audiences=["farmers"])
    factories.session(show, PAST, region=town, venue="汪场广场", name="巡展首站")
    visit = factories.activity(weeks, name="基地参观", form="visit", organization=base, audiences=["youth"])
    factories.session(visit, PAST + datetime.timedelta(days=1), region=village, venue="示范基地")
    later = factories.session(coming.activity, asking.soon(9), venue="报告厅", capacity=10)
    session_call_off(coming, later)
    draft = factories.activity(weeks, name="未定", state="draft")
    factories.session(draft, PAST, venue="未定处")
    return coming


def session_call_off(world: factories.World, session: Session) -> None:
    factories.session_changes.call_off(by=world.owner, session=session, reason="暴雨", at=asking.soon(0))


@pytest.mark.parametrize(
    ("asked", "venues"),
    [
        ({}, {"东方社区活动室", "报告厅", "汪场广场", "示范基地"}),
        ({"kind": "st_week"}, {"汪场广场", "示范基地"}),
        ({"form": "exhibition"}, {"汪场广场"}),
        ({"organization": "base"}, {"示范基地"}),
        ({"organization": "nobody"}, set()),
        ({"state": "called_off"}, {"报告厅"}),
        ({"state": "scheduled", "form": "lecture"}, {"东方社区活动室"}),
        ({"audience": "farmers"}, {"汪场广场"}),
        ({"audience": "youth"}, {"示范基地"}),
        ({"open": "true"}, {"东方社区活动室"}),
        ({"open": "false"}, {"报告厅", "汪场广场", "示范基地"}),
        ({"search": "首站"}, {"汪场广场"}),
        ({"search": "食品"}, {"东方社区活动室", "报告厅"}),
        ({"region": "429006104000"}, {"汪场广场", "示范基地"}),
        ({"region": "429006104201"}, {"示范基地"}),
        ({"region": "429006000000"}, {"汪场广场"}),
        ({"from": "2025-06-01", "until": "2025-06-01"}, {"汪场广场"}),
        ({"from": "2025-06-02", "until": "2025-12-31"}, {"示范基地"}),
        ({"until": "2025-05-31"}, set()),
    ],
)
def test_sessions_are_narrowed_by_each_filter(
    anybody: APIClient, plan: factories.World, asked: dict[str, Any], venues: set[str]
) -> None:
    assert set(asking.results(anybody.get(URL, asked), "venue")) == venues


def test_sessions_are_narrowed_by_activity_and_campaign(anybody: APIClient, plan: factories.World) -> None:
    for asked in ({"activity": plan.activity.pk}, {"campaign": plan.campaign.pk}):
        assert set(asking.results(anybody.get(URL, asked), "venue")) == {"东方社区活动室", "报告厅"}


def test_sessions_are_sorted_both_ways(anybody: APIClient, plan: factories.World) -> None:
    by_time = ["汪场广场", "示范基地", "东方社区活动室", "报告厅"]

    assert asking.results(anybody.get(URL, {"ordering": "starts_at"}), "venue") == by_time
    assert asking.results(anybody.get(URL, {"ordering": "-starts_at"}), "venue") == by_time[::-1]
    names = asking.results(anybody.get(URL, {"ordering": "name"}), "activity_name")
    assert names == sorted(names)
    names = asking.results(anybody.get(URL, {"ordering": "-name"}), "activity_name")
    assert names == sorted(names, reverse=True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("activity", "x"),
        ("campaign", "-1"),
        ("campaign", str(2**63)),
        ("kind", "party"),
        ("form", "dance"),
        ("region", "nowhere"),
        ("state", "lost"),
        ("audience", "cats"),
        ("open", "TRUE"),
        ("from", "x"),
        ("until", "9999-12-31"),
        ("search", "\x00"),
        ("organization", "x" * 41),
        ("ordering", "venue"),
        ("page_size", "201"),
        ("page", "0"),
    ],
)
def test_a_filter_that_cannot_be_read_is_refused_by_its_name(
    anybody: APIClient, db: None, name: str, value: str
) -> None:
    asking.refusal(anybody.get(URL, {name: value}), 400, "invalid", name)


def test_a_session_of_a_draft_is_not_found_by_the_public_nor_by_another_organization(
    anybody: APIClient, owner: APIClient, stranger: APIClient, plan: factories.World
) -> None:
    draft = Session.objects.get(venue="未定处")

    asking.own_reach_only(URL, draft, "未定处", owner=owner, outside=(anybody, stranger), column="venue")


@pytest.mark.parametrize("more", [0, 3])
def test_a_list_of_sessions_takes_six_queries_however_long_it_is(
    owner: APIClient, coming: factories.World, django_assert_num_queries: Any, more: int
) -> None:
    for days in range(more):
        factories.session(coming.activity, asking.soon(8 + days), capacity=days)

    # The token, its maker's roles, how many there are, the page, their seats, the seats of their courses.
    with django_assert_num_queries(6):
        assert len(asking.results(owner.get(URL), "venue")) == 1 + more


def test_a_session_is_told_with_its_seats(anybody: APIClient, coming: factories.World) -> None:
    factories.signup(coming.session, factories.many(12))
    body = anybody.get(f"{URL}/{coming.session.pk}").json()

    assert body["seats"] == {"capacity": 40, "taken": 12, "free": 28, "waiting": 0, "kept": []}
    assert (body["open"], body["signup_by"], body["form"]) == (True, "session", "lecture")
    assert datetime.datetime.fromisoformat(body["starts_at"]) == coming.session.starts_at
    assert body["starts_at"].endswith("T09:00:00+08:00")


def test_seats_are_null_where_there_is_no_sign_up_and_without_limit_where_there_is_no_number(
    anybody: APIClient, coming: factories.World
) -> None:
    free = factories.session(factories.activity(coming.campaign, signup_by="none"), asking.soon())
    endless = factories.session(coming.activity, asking.soon(), capacity=None)

    assert anybody.get(f"{URL}/{free.pk}").json()["seats"] is None
    seats = anybody.get(f"{URL}/{endless.pk}").json()["seats"]
    assert seats == {"capacity": None, "taken": 0, "free": None, "waiting": 0, "kept": []}


def test_the_lessons_of_a_course_share_its_seats(anybody: APIClient, owner: APIClient, coming: factories.World) -> None:
    course = factories.activity(coming.campaign, form="training", signup_by="course")
    sent = {"activity": course.pk, "venue": "文化站", "capacity": 30}
    lessons = []
    for days in (7, 8):
        at = asking.soon(days)
        times = {"starts_at": at.isoformat(), "ends_at": (at + 2 * HOUR).isoformat()}
        lessons.append(owner.post(URL, sent | times).json())
    factories.place(course, list(course.sessions.all()), factories.many(4), asking.soon(0))

    for lesson in lessons:
        assert anybody.get(f"{URL}/{lesson['id']}").json()["seats"]["free"] == 26
    assert owner.post(f"{URL}/{lessons[1]['id']}/capacity", {"capacity": 4}).json()["seats"]["free"] == 0
    assert SeatPool.objects.filter(activity=course).count() == 1


def new(coming: factories.World, **values: Any) -> dict[str, Any]:
    at = asking.soon(10)
    return {
        "activity": coming.activity.pk, "venue": "报告厅", "starts_at": at.isoformat(),
        "ends_at": (at + HOUR).isoformat(),
    } | values  # fmt: skip


def test_a_session_is_scheduled_whole(owner: APIClient, coming: factories.World) -> None:
    town = factories.region()
    at = asking.soon(10)
    values = {
        "name": "第二讲", "address": "三楼", "online_url": "https://live.example/2", "region": town.code,
        "signup_opens_at": asking.soon(1).isoformat(), "signup_closes_at": asking.soon(9).isoformat(),
    }  # fmt: skip
    checks = {"check_in_opens_at": at.isoformat(), "check_in_closes_at": (at + 2 * HOUR).isoformat()}
    answer = owner.post(URL, new(coming, capacity=15, **values, **checks))

    assert answer.status_code == 201
    body = answer.json()
    assert {name: body[name] for name in values} == values
    assert (body["seats"]["capacity"], body["state"], body["open"]) == (15, "scheduled", False)
    made = Session.objects.get(pk=body["id"])
    assert made.check_in_window == (at, at + 2 * HOUR)
    assert owner.get(f"{URL}/{made.pk}").json() == body


def test_a_moment_without_an_offset_is_local_time(owner: APIClient, coming: factories.World) -> None:
    answer = owner.post(URL, new(coming, starts_at="2027-03-01T14:30", ends_at="2027-03-01T16:00"))

    assert answer.json()["starts_at"] == "2027-03-01T14:30:00+08:00"


def test_a_session_is_moved_with_its_sign_ups_and_the_stations_are_told(
    owner: APIClient, coming: factories.World
) -> None:
    signup = factories.signup(coming.session, factories.one())
    told = RosterChange.objects.count()
    at = asking.soon(12)
    moved = owner.patch(
        f"{URL}/{coming.session.pk}",
        {"starts_at": at.isoformat(), "ends_at": (at + HOUR).isoformat(), "venue": "新址"},
    ).json()

    assert (moved["venue"], datetime.datetime.fromisoformat(moved["starts_at"])) == ("新址", at)
    coming.session.refresh_from_db()
    assert coming.session.sequence == 1
    assert list(signup.chosen.values_list("session", flat=True)) == [coming.session.pk]
    assert RosterChange.objects.count() > told


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"ends_at": "2020-01-01T00:00:00Z"}, "times_reversed", "ends_at"),
        (
            {"signup_opens_at": "2026-01-02T00:00:00Z", "signup_closes_at": "2026-01-01T00:00:00Z"},
            "signup_times_reversed",
            "signup_closes_at",
        ),
        ({"starts_at": "soon"}, "invalid", "starts_at"),
        ({"starts_at": "2027-02-30T09:00"}, "invalid", "starts_at"),
        ({"starts_at": "0001-01-01T00:00:00Z"}, "invalid", "starts_at"),
        ({"starts_at": "9999-12-31T23:59:59-12:00"}, "invalid", "starts_at"),
        ({"starts_at": None}, "invalid", "starts_at"),
        ({"venue": ""}, "invalid", "venue"),
        ({"online_url": "javascript:alert(1)"}, "invalid", "online_url"),
        ({"region": "nowhere"}, "invalid", "region"),
        ({"region": {}}, "invalid", "region"),
        ({"region": "a\x00"}, "invalid", "region"),
    ],
)
def test_a_session_that_cannot_be_is_refused_by_its_field_new_or_changed(
    owner: APIClient, coming: factories.World, values: dict[str, Any], code: str, field: str
) -> None:
    before = asking.rows_of_all_tables()

    asking.refusal(owner.post(URL, new(coming) | values), 400, code, field)
    asking.refusal(owner.patch(f"{URL}/{coming.session.pk}", values), 400, code, field)

    assert asking.rows_of_all_tables() == before


@pytest.mark.parametrize("capacity", [-1, 1.5, "many", 1_000_001, True, []])
def test_a_number_of_seats_that_cannot_be_is_refused(owner: APIClient, coming: factories.World, capacity: Any) -> None:
    asking.refusal(owner.post(URL, new(coming, capacity=capacity)), 400, "invalid", "capacity")
    asking.refusal(
        owner.post(f"{URL}/{coming.session.pk}/capacity", {"capacity": capacity}), 400, "invalid", "capacity"
    )


def test_more_seats_go_to_those_who_wait_and_never_fewer_than_promised(
    owner: APIClient, coming: factories.World
) -> None:
    address = f"{URL}/{coming.session.pk}/capacity"
    factories.signup(coming.session, factories.many(38))
    waiting = factories.signup(coming.session, factories.many(5))
    assert waiting.state == "waiting"

    body = asking.refusal(owner.post(address, {"capacity": 37}), 409, "capacity_below_taken", "capacity")
    assert body["facts"] == {"taken": 38, "capacity": 37}
    assert owner.post(address, {"capacity": 43}).json()["seats"] == {
        "capacity": 43, "taken": 43, "free": 0, "waiting": 0, "kept": [],
    }  # fmt: skip
    waiting.refresh_from_db()
    assert waiting.state == "confirmed"
    assert owner.post(address, {"capacity": None}).json()["seats"]["free"] is None
    asking.refusal(owner.post(address, {}), 400, "invalid", "capacity")


def test_where_there_is_no_sign_up_there_are_no_seats_to_change(owner: APIClient, coming: factories.World) -> None:
    free = factories.session(factories.activity(coming.campaign, signup_by="none"), asking.soon())

    asking.refusal(owner.post(f"{URL}/{free.pk}/capacity", {"capacity": 3}), 409, "signup_not_offered")


def test_a_session_is_called_off_once_with_its_reason(owner: APIClient, coming: factories.World) -> None:
    signup = factories.signup(coming.session, factories.one())
    address = f"{URL}/{coming.session.pk}/call-off"

    asking.refusal(owner.post(address, {}), 400, "invalid", "reason")
    body = owner.post(address, {"reason": "暴雨"}).json()
    assert (body["state"], body["called_off_reason"], body["open"]) == ("called_off", "暴雨", False)
    asking.refusal(owner.post(address, {"reason": "暴雨"}), 409, "already_called_off")
    asking.refusal(owner.patch(f"{URL}/{coming.session.pk}", {"venue": "x"}), 409, "already_called_off")
    signup.refresh_from_db()
    assert signup.state == "confirmed"


@pytest.mark.parametrize("action", ["", "/capacity", "/call-off"])
def test_only_who_plans_changes_a_session_and_anothers_looks_like_none(
    anybody: APIClient, reader: APIClient, stranger: APIClient, coming: factories.World, action: str
) -> None:
    before = asking.rows_of_all_tables()
    sent = {"": {"venue": "x"}, "/capacity": {"capacity": 1}, "/call-off": {"reason": "x"}}[action]
    for client, status, code in (
        (anybody, 401, "not_signed_in"),
        (reader, 403, "not_allowed"),
        (stranger, 404, "not_found"),
    ):
        ask = client.post if action else client.patch
        asking.refusal(ask(f"{URL}/{coming.session.pk}{action}", sent), status, code)
        asking.refusal(client.post(URL, new(coming)), status, code)

    assert asking.rows_of_all_tables() == before


def test_a_session_of_an_activity_that_does_not_exist_is_not_scheduled(
    owner: APIClient, coming: factories.World
) -> None:
    asking.refusal(owner.post(URL, new(coming, activity=2**63 - 1)), 404, "not_found")
    asking.refusal(owner.post(URL, new(coming, activity=2**63)), 400, "invalid", "activity")
