"""Signing up over REST: placing, repeating, waiting, a course and several sessions, on somebody's behalf."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from events.models import Activity
from registrations.models import ConsentNotice, SeatPool, Signup
from tests import factories
from tests.events.api import asking
from tests.registrations.api.placing import MINE, URL, asked_for, opened, place, taken


def test_anybody_signs_up_without_an_account(anybody: APIClient, coming: factories.World) -> None:
    town = factories.region()
    answer = place(anybody, asked_for(coming.session, unit="汪场村", region=town.code, note="轮椅"))

    assert answer.status_code == 201
    body = answer.json()
    assert (body["state"], body["size"], body["contact_name"], body["contact_phone"]) == (
        "confirmed", 1, "刘桂英", "13912345678",
    )  # fmt: skip
    assert (body["unit"], body["region"], body["note"], body["covers_course"]) == ("汪场村", town.code, "轮椅", False)
    assert [one["id"] for one in body["sessions"]] == [coming.session.pk]
    assert body["lines"] == [{"name": "刘桂英", "size": 1, "village": "", "audience_group": "", "phone": ""}]
    assert body["ticket"]["address"].startswith("HTTP://TESTSERVER/T/")
    assert len(body["ticket"]["short_code"]) == 8
    assert body["waiting_position"] is None
    made = Signup.objects.get(pk=body["id"])
    kept = ConsentNotice.objects.get(version=made.consent_version)
    assert made.source == "web"
    assert f"“{coming.activity.name}”" in kept.text
    assert taken(coming.session) == 1


def test_the_same_key_with_the_same_content_gets_the_first_answer_again(
    anybody: APIClient, coming: factories.World
) -> None:
    first = place(anybody, asked_for(coming.session), "k1")
    before = asking.rows_of_all_tables()
    again = place(anybody, asked_for(coming.session), "k1")

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert asking.rows_of_all_tables() == before
    assert Signup.objects.count() == 1


def test_the_same_key_with_other_content_is_refused(anybody: APIClient, coming: factories.World) -> None:
    place(anybody, asked_for(coming.session), "k1")
    before = asking.rows_of_all_tables()

    asking.refusal(place(anybody, asked_for(coming.session, "张三"), "k1"), 409, "idempotency_key_reused")
    assert asking.rows_of_all_tables() == before


def test_a_repeat_is_answered_after_sign_up_has_closed_and_seats_have_gone(
    anybody: APIClient, coming: factories.World
) -> None:
    first = place(anybody, asked_for(coming.session), "k1")
    factories.session_changes.call_off(by=coming.owner, session=coming.session, reason="暴雨", at=asking.soon(0))

    assert place(anybody, asked_for(coming.session), "k1").json()["id"] == first.json()["id"]
    asking.refusal(place(anybody, asked_for(coming.session, "张三")), 409, "session_called_off")


@pytest.mark.parametrize(
    ("key", "code", "fields"),
    [
        ("", "idempotency_key_missing", []),
        ("   ", "idempotency_key_missing", []),
        ("x" * 65, "invalid", ["Idempotency-Key"]),
        ("a\x00b", "invalid", ["Idempotency-Key"]),
    ],
)
def test_a_sign_up_without_a_usable_key_is_refused(
    anybody: APIClient, coming: factories.World, key: str, code: str, fields: list[str]
) -> None:
    before = asking.rows_of_all_tables()

    asking.refusal(place(anybody, asked_for(coming.session), key), 400, code, *fields)
    asking.refusal(anybody.post(URL, asked_for(coming.session)), 400, "idempotency_key_missing")
    assert asking.rows_of_all_tables() == before


@pytest.mark.parametrize(
    ("values", "code", "fields"),
    [
        ({"consent": False}, "consent_missing", ["consent"]),
        ({"consent": None}, "invalid", ["consent"]),
        ({"consent": "perhaps"}, "invalid", ["consent"]),
        ({"contact_phone": "12345"}, "phone_unreadable", ["contact_phone"]),
        ({"contact_phone": "打电话"}, "phone_unreadable", ["contact_phone"]),
        ({"contact_phone": "1\x00"}, "invalid", ["contact_phone"]),
        ({"sessions": []}, "sessions_unfit", ["sessions"]),
        ({"sessions": [2**63 - 1]}, "sessions_unfit", ["sessions"]),
        ({"sessions": [2**63]}, "invalid", ["sessions.0"]),
        ({"sessions": "1"}, "invalid", ["sessions"]),
        ({"sessions": [None]}, "invalid", ["sessions.0"]),
        ({"lines": []}, "invalid", ["lines"]),
        ({"lines": [{}] * 501}, "invalid", ["lines"]),
        ({"lines": [{"size": 500}, {"size": 1}]}, "party_unfit", ["lines"]),
        ({"lines": [{"name": "刘桂英", "size": 2}]}, "party_unfit", ["lines"]),
        ({"lines": [{"size": 0}]}, "invalid", ["lines.0.size"]),
        ({"lines": [{"size": 1}, {"name": "长" * 61}]}, "invalid", ["lines.1.name"]),
        ({"lines": [{"audience_group": "cats"}]}, "invalid", ["lines.0.audience_group"]),
        ({"lines": [{"id_number": "429006"}]}, "invalid", ["lines.0.id_number"]),
        ({"lines": ["刘桂英"]}, "invalid", ["lines.0"]),
        ({"lines": {"name": "刘桂英"}}, "invalid", ["lines"]),
        ({"kind": "crowd"}, "invalid", ["kind"]),
        ({"when_full": "push"}, "invalid", ["when_full"]),
        ({"region": "nowhere"}, "invalid", ["region"]),
        ({"note": "长" * 301}, "invalid", ["note"]),
        ({"state": "confirmed"}, "invalid", ["state"]),
    ],
)
def test_a_sign_up_that_cannot_be_read_is_refused_by_its_field_and_nothing_is_written(
    anybody: APIClient, coming: factories.World, values: dict[str, Any], code: str, fields: list[str]
) -> None:
    before = asking.rows_of_all_tables()

    asking.refusal(place(anybody, asked_for(coming.session, **values)), 400, code, *fields)
    assert asking.rows_of_all_tables() == before


def test_an_unknown_activity_and_a_draft_are_not_found_by_the_public(
    anybody: APIClient, coming: factories.World
) -> None:
    draft = factories.session(factories.activity(coming.campaign, state="draft"), asking.soon())
    before = asking.rows_of_all_tables()

    asking.refusal(place(anybody, asked_for(draft)), 404, "not_found")
    asking.refusal(place(anybody, asked_for(coming.session, activity=2**63 - 1)), 404, "not_found")
    asking.refusal(place(anybody, asked_for(coming.session, sessions=[draft.pk])), 400, "sessions_unfit", "sessions")
    assert asking.rows_of_all_tables() == before


def test_sign_up_is_refused_outside_its_window_and_where_there_is_none(
    anybody: APIClient, coming: factories.World
) -> None:
    early = factories.session(coming.activity, asking.soon(9), signup_opens_at=asking.soon(5))
    late = factories.session(coming.activity, asking.soon(9), signup_closes_at=asking.soon(-1))
    begun = factories.session(coming.activity, asking.soon(-1))
    free = factories.session(factories.activity(coming.campaign, signup_by="none"), asking.soon())
    before = asking.rows_of_all_tables()

    body = asking.refusal(place(anybody, asked_for(early)), 409, "signup_not_open_yet")
    assert set(body["facts"]) == {"opens_at"}
    asking.refusal(place(anybody, asked_for(late)), 409, "signup_closed")
    asking.refusal(place(anybody, asked_for(begun)), 409, "signup_closed")
    asking.refusal(place(anybody, asked_for(free)), 409, "signup_not_offered")
    assert asking.rows_of_all_tables() == before


def test_the_same_person_under_the_same_phone_signs_up_once(anybody: APIClient, coming: factories.World) -> None:
    place(anybody, asked_for(coming.session))

    asking.refusal(
        place(anybody, asked_for(coming.session, contact_phone="+86 139-1234-5678")), 409, "already_signed_up"
    )
    assert place(anybody, asked_for(coming.session, "刘桂兰")).status_code == 201


def test_a_full_session_refuses_or_lets_wait_as_asked(anybody: APIClient, coming: factories.World) -> None:
    factories.signup(coming.session, factories.many(39))
    two = asked_for(coming.session, kind="family", lines=[{"name": "刘桂英"}, {"size": 1}], contact_name="刘桂英")
    before = asking.rows_of_all_tables()

    body = asking.refusal(place(anybody, two | {"when_full": "refuse"}), 409, "session_full")
    assert body["facts"] == {"free": 1}
    assert asking.rows_of_all_tables() == before

    first = place(anybody, two).json()
    assert (first["state"], first["waiting_position"]) == ("waiting", 1)
    # While anybody waits newcomers queue, even one who would fit.
    second = place(anybody, asked_for(coming.session, "张三")).json()
    assert (second["state"], second["waiting_position"]) == ("waiting", 2)
    asking.refusal(place(anybody, asked_for(coming.session, "李四", when_full="refuse")), 409, "session_full")


def test_whoever_waits_moves_up_when_seats_are_given_back(anybody: APIClient, coming: factories.World) -> None:
    full = place(anybody, asked_for(coming.session, kind="class", lines=[{"size": 40}], contact_name="程老师"))
    waiting = place(anybody, asked_for(coming.session, "张三"))
    assert waiting.json()["state"] == "waiting"

    assert opened(full).delete(MINE).json()["state"] == "cancelled"
    assert opened(waiting).get(MINE).json()["state"] == "confirmed"
    assert taken(coming.session) == 1


@pytest.fixture
def course(coming: factories.World) -> Activity:
    made = factories.activity(coming.campaign, name="养蜂培训", form="training", signup_by="course")
    for days in (7, 8, 9):
        factories.session(made, asking.soon(days), capacity=20)
    return made


def test_a_course_is_signed_up_for_as_a_whole(anybody: APIClient, course: Activity) -> None:
    body = asked_for(course.sessions.first())
    del body["sessions"]
    answer = place(anybody, body)

    assert answer.status_code == 201
    assert answer.json()["covers_course"] is True
    assert [one["id"] for one in answer.json()["sessions"]] == list(course.sessions.values_list("pk", flat=True))
    assert SeatPool.objects.get(activity=course).taken == 1


def test_several_sessions_are_taken_together_or_not_at_all(anybody: APIClient, coming: factories.World) -> None:
    full = factories.session(coming.activity, asking.soon(9), capacity=0)
    both = asked_for(coming.session, sessions=[coming.session.pk, full.pk])

    asking.refusal(place(anybody, both | {"when_full": "refuse"}), 409, "session_full")
    assert taken(coming.session) == 0


def test_an_organizer_signs_people_up_as_the_organizer(
    owner: APIClient, stranger: APIClient, coming: factories.World
) -> None:
    for client, name, source in ((owner, "刘桂英", "organizer"), (stranger, "张三", "web")):
        answer = place(client, asked_for(coming.session, name))
        assert Signup.objects.get(pk=answer.json()["id"]).source == source


def test_a_station_key_signs_nobody_up_as_an_organizer(coming: factories.World) -> None:
    _station, key = factories.station(coming.owner, coming.lead)
    answer = place(asking.with_key("Station", key), asked_for(coming.session))

    assert Signup.objects.get(pk=answer.json()["id"]).source == "web"
