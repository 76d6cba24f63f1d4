"""Who came, over REST: lines with totals, and corrections by named people."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from registrations.models import Attendance, Correction, Signup
from registrations.operations import records
from tests import factories
from tests.events.api import asking

SESSIONS = f"{asking.V1}/sessions"


def address(world: factories.World, what: str = "attendance") -> str:
    return f"{SESSIONS}/{world.session.pk}/{what}"


def scanned(world: factories.World, signup: Signup, arriving: int = 1) -> None:
    station, _key = factories.station(world.owner, world.lead)
    record = factories.scan(world.session, signup.tickets.get().short_code, world.session.starts_at, arriving=arriving)
    now = timezone.now()
    records.receive(station=station, records=[record], sent_at=now, at=now)


@pytest.fixture
def came(running: factories.World) -> dict[str, Signup]:
    """刘桂英 was scanned, 张三 did not come, of a class of ten seven came; six more were counted besides."""
    made = {
        "one": factories.signup(running.session, factories.one(unit="汪场村")),
        "none": factories.signup(running.session, factories.one("张三")),
        "class": factories.signup(running.session, factories.many(10)),
    }
    scanned(running, made["one"])
    scanned(running, made["class"], 7)
    counted = {"basis": "besides", "method": "estimated", "bound": "about"}
    factories.heads(running.session, 6, timezone.now(), by=running.owner, **counted)
    return made


def test_everybody_who_signed_up_stands_in_a_line_with_who_came(
    reader: APIClient, running: factories.World, came: dict[str, Signup]
) -> None:
    body = reader.get(address(running)).json()

    assert [(row["name"], row["size"], row["present"], row["grade"], row["village"]) for row in body["results"]] == [
        ("刘**", 1, 1, "scanned", "汪场村"),
        ("张*", 1, 0, None, ""),
        ("", 10, 7, "scanned", "佛子山镇中学七（2）班"),
    ]
    assert datetime.datetime.fromisoformat(body["results"][0]["first_at"]) == running.session.starts_at
    assert body["results"][1]["first_at"] is None


def test_the_totals_are_those_of_the_whole_session_on_every_page(
    reader: APIClient, running: factories.World, came: dict[str, Signup]
) -> None:
    first = reader.get(address(running), {"page_size": 2}).json()
    second = reader.get(first["next"]).json()

    assert (first["total"], len(first["results"]), len(second["results"]), second["next"]) == (3, 2, 1, None)
    assert first["totals"] == second["totals"] == {
        "signups": 3,
        "people": 12,
        "waiting": 0,
        "checked_in": 8,
        "no_show": 4,
        "leave": 0,
        "awaiting": 0,
        "whole": {"number": 14, "bound": "about", "low": 8, "high": None},
        "grades": {
            "scanned": {"number": 8, "bound": "exact", "low": 8, "high": 8},
            "estimated": {"number": 6, "bound": "about", "low": 0, "high": None},
        },
    }  # fmt: skip


def test_what_nobody_recorded_is_null_and_not_zero(owner: APIClient, coming: factories.World) -> None:
    factories.signup(coming.session, factories.one())
    totals = owner.get(address(coming)).json()["totals"]

    assert (totals["whole"], totals["grades"], totals["checked_in"], totals["no_show"]) == (None, {}, 0, 1)


def test_those_who_wait_stand_in_their_own_total_and_cancelled_ones_nowhere(
    owner: APIClient, coming: factories.World
) -> None:
    full = factories.signup(coming.session, factories.many(40))
    factories.signup(coming.session, factories.one())
    gone = factories.signup(coming.session, factories.one("张三"))
    factories.signups.cancel(by="participant", signup=gone, at=timezone.now())
    body = owner.get(address(coming)).json()

    assert (body["totals"]["signups"], body["totals"]["people"], body["totals"]["waiting"]) == (1, 40, 1)
    assert body["total"] == 2
    assert body["results"][0]["signup"] == full.pk


@pytest.mark.parametrize("size", [1, 4])
def test_a_list_of_who_came_takes_thirteen_queries_however_long_it_is(
    owner: APIClient, coming: factories.World, django_assert_num_queries: Any, size: int
) -> None:
    for _number in range(size):
        factories.signup(coming.session, factories.many(2))

    # Token, roles, the session, whether it is seen, how many lines, the page, who came; six for the totals.
    with django_assert_num_queries(13):
        assert len(asking.results(owner.get(address(coming)), "size")) == size


def correction(signup: Signup, **values: Any) -> dict[str, Any]:
    attendee = signup.attendees.first()
    assert attendee is not None
    return {"attendee": attendee.pk, "present": 1, "reason": "纸质签到表"} | values


def test_a_named_persons_word_takes_the_place_of_what_was_scanned(
    owner: APIClient, running: factories.World, came: dict[str, Signup]
) -> None:
    answer = owner.post(address(running, "corrections"), correction(came["class"], present=9))

    assert answer.status_code == 201
    body = answer.json()
    assert (body["present"], body["reason"], body["grade"], body["session"]) == (
        9, "纸质签到表", "confirmed", running.session.pk,
    )  # fmt: skip
    row = owner.get(address(running)).json()["results"][2]
    assert (row["present"], row["grade"]) == (9, "confirmed")
    assert Correction.objects.get().by == running.owner.user


def test_a_later_word_takes_the_place_of_an_earlier_one_and_both_are_kept(
    owner: APIClient, running: factories.World, came: dict[str, Signup]
) -> None:
    for present in (1, 0, 1, 0):
        assert owner.post(address(running, "corrections"), correction(came["one"], present=present)).status_code == 201

    assert owner.get(address(running)).json()["results"][0]["present"] == 0
    assert Correction.objects.count() == 4
    assert not Attendance.objects.filter(attendee__signup=came["one"]).exists()


@pytest.mark.parametrize(
    ("values", "status", "code", "fields"),
    [
        ({"present": 2}, 409, "more_present_than_signed_up", ["present"]),
        ({"present": -1}, 400, "invalid", ["present"]),
        ({"present": 2**40}, 400, "invalid", ["present"]),
        ({"present": None}, 400, "invalid", ["present"]),
        ({"present": "all"}, 400, "invalid", ["present"]),
        ({"reason": ""}, 400, "invalid", ["reason"]),
        ({"reason": "长" * 201}, 400, "invalid", ["reason"]),
        ({"reason": "\x00"}, 400, "invalid", ["reason"]),
        ({"attendee": 2**63}, 400, "invalid", ["attendee"]),
        ({"attendee": 2**63 - 1}, 404, "not_found", ["attendee"]),
        ({"grade": "scanned"}, 400, "invalid", ["grade"]),
    ],
)
def test_a_correction_that_cannot_be_is_refused_and_nothing_is_written(
    owner: APIClient,
    running: factories.World,
    came: dict[str, Signup],
    values: dict[str, Any],
    status: int,
    code: str,
    fields: list[str],
) -> None:
    before = asking.rows_of_all_tables()

    asking.refusal(
        owner.post(address(running, "corrections"), correction(came["one"], **values)), status, code, *fields
    )
    assert asking.rows_of_all_tables() == before


def test_somebody_of_another_session_is_not_corrected_here(owner: APIClient, running: factories.World) -> None:
    other = factories.session(running.activity, asking.soon())
    signup = factories.signup(other, factories.one())

    asking.refusal(owner.post(address(running, "corrections"), correction(signup)), 404, "not_found", "attendee")


def test_only_who_records_corrects_and_only_who_reads_sign_ups_sees_who_came(
    anybody: APIClient, reader: APIClient, stranger: APIClient, running: factories.World, came: dict[str, Signup]
) -> None:
    volunteer = asking.program(factories.actor(running.lead, "volunteer"), running.lead)
    sent = correction(came["one"], present=0)
    before = asking.rows_of_all_tables()

    for client, status, code in (
        (anybody, 401, "not_signed_in"),
        (volunteer, 403, "not_allowed"),
        (stranger, 404, "not_found"),
    ):
        asking.refusal(client.get(address(running)), status, code)
        asking.refusal(client.post(address(running, "corrections"), sent), status, code)
    asking.refusal(reader.post(address(running, "corrections"), sent), 403, "not_allowed")
    assert asking.rows_of_all_tables() == before


def test_a_page_of_lines_that_cannot_be_read_is_refused(owner: APIClient, coming: factories.World) -> None:
    asking.refusal(owner.get(address(coming), {"page_size": 201}), 400, "invalid", "page_size")
    asking.refusal(owner.get(address(coming), {"page": "x"}), 400, "invalid", "page")
    asking.refusal(owner.get(address(coming), {"page": 2}), 404, "not_found")
