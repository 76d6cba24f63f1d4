"""Signing up over REST: placing, repeating, waiting; one's own sign-up by its key; the ticket; the organizers' list."""

from __future__ import annotations

import io
import json
import re
import uuid
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from rest_framework.response import Response
from rest_framework.test import APIClient

from events.models import Activity, Session
from registrations import proof
from registrations.models import DataAccess, SeatPool, Signup
from registrations.operations import records, signups
from tests import factories
from tests.events.api import asking

URL, MINE, SESSIONS = f"{asking.V1}/signups", f"{asking.V1}/signups/mine", f"{asking.V1}/sessions"


def asked_for(session: Session, name: str = "刘桂英", **values: Any) -> dict[str, Any]:
    return {
        "activity": session.activity_id,
        "sessions": [session.pk],
        "kind": "person",
        "lines": [{"name": name}],
        "contact_phone": "13912345678",
        "consent": True,
    } | values


def place(client: APIClient, body: Any, key: str | None = None) -> Response:
    headers = {"idempotency-key": key if key is not None else uuid.uuid4().hex}
    return client.post(URL, body, headers=headers)


def opened(answer: Response) -> APIClient:
    """Whoever holds the key that an answer gave."""
    return asking.with_key("Manage", answer.json()["manage_key"])


def taken(session: Session) -> int:
    return SeatPool.objects.get(session=session).taken


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
    assert (made.source, made.consent_version) == ("web", signups.CONSENT_VERSION)
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


def test_ones_own_sign_up_is_read_changed_and_cancelled_by_its_key(anybody: APIClient, coming: factories.World) -> None:
    answer = place(anybody, asked_for(coming.session))
    mine = opened(answer)
    placed = answer.json()
    del placed["manage_key"]

    assert mine.get(MINE).json() == placed
    changed = mine.patch(MINE, {"note": "会晚到", "contact_phone": ""}).json()
    assert (changed["note"], changed["contact_phone"], changed["lines"]) == ("会晚到", "", placed["lines"])
    more = mine.patch(MINE, {"lines": [{"name": "刘桂英", "village": "汪场村"}, {"size": 3}]}).json()
    assert (more["size"], more["note"], len(more["lines"])) == (4, "会晚到", 2)
    assert taken(coming.session) == 4
    assert mine.patch(MINE, {"lines": [{"name": "刘桂英"}]}).json()["size"] == 1
    assert taken(coming.session) == 1

    cancelled = mine.delete(MINE).json()
    assert cancelled["state"] == "cancelled"
    assert cancelled["cancelled_at"]
    assert mine.delete(MINE).json() == cancelled
    asking.refusal(mine.patch(MINE, {"note": "doch"}), 409, "signup_over")
    assert taken(coming.session) == 0


def test_a_person_of_a_list_keeps_a_phone_of_their_own(anybody: APIClient, coming: factories.World) -> None:
    named = {
        "lines": [{"name": "刘桂英", "phone": "139 1234 5678"}, {"name": "张三"}],
        "kind": "village",
        "unit": "汪场村",
    }
    answer = place(anybody, asked_for(coming.session) | named)
    assert [line["phone"] for line in answer.json()["lines"]] == ["13912345678", ""]
    mine = opened(answer)
    changed = mine.patch(MINE, {"lines": answer.json()["lines"], "note": "会晚到"}).json()
    assert [line["phone"] for line in changed["lines"]] == ["13912345678", ""]
    asking.refusal(mine.patch(MINE, {"lines": [{"name": "刘桂英", "phone": "12"}]}), 400, "phone_unreadable", "lines")


def test_a_group_does_not_grow_beyond_the_seats(anybody: APIClient, coming: factories.World) -> None:
    mine = opened(place(anybody, asked_for(coming.session)))
    factories.signup(coming.session, factories.many(38))

    body = asking.refusal(mine.patch(MINE, {"lines": [{"size": 3}]}), 409, "session_full")
    assert body["facts"] == {"free": 1}
    assert mine.get(MINE).json()["size"] == 1
    assert taken(coming.session) == 39


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"lines": []}, "invalid", "lines"),
        ({"lines": None}, "invalid", "lines"),
        ({"kind": "family"}, "invalid", "kind"),
        ({"state": "confirmed"}, "invalid", "state"),
        ({"contact_phone": "1"}, "phone_unreadable", "contact_phone"),
        ({"lines": [{"size": 500}, {"size": 500}]}, "party_unfit", "lines"),
    ],
)
def test_a_change_that_cannot_be_is_refused_and_nothing_is_written(
    anybody: APIClient, coming: factories.World, values: dict[str, Any], code: str, field: str
) -> None:
    mine = opened(place(anybody, asked_for(coming.session)))
    before = mine.get(MINE).json()

    asking.refusal(mine.patch(MINE, values), 400, code, field)
    assert mine.get(MINE).json() == before


@pytest.mark.parametrize("key", ["x" * 24, "", "很", "'; DROP TABLE"])
def test_another_key_opens_nothing(anybody: APIClient, coming: factories.World, key: str) -> None:
    place(anybody, asked_for(coming.session))
    wrong = asking.with_key("Manage", key)
    before = asking.rows_of_all_tables()

    for ask in (wrong.get, wrong.delete):
        asking.refusal(ask(MINE), 404, "not_found")
    asking.refusal(wrong.patch(MINE, {"note": "x"}), 404, "not_found")
    for kind in ("svg", "png"):
        asking.refusal(wrong.get(f"{MINE}/ticket.{kind}"), 404, "not_found")
    assert asking.rows_of_all_tables() == before


def test_no_key_at_all_is_asked_for_one(anybody: APIClient, owner: APIClient, coming: factories.World) -> None:
    for client in (anybody, owner):
        asking.refusal(client.get(MINE), 401, "not_signed_in")
        asking.refusal(client.get(f"{MINE}/ticket.png"), 401, "not_signed_in")


def test_a_manage_key_opens_nothing_else(anybody: APIClient, coming: factories.World) -> None:
    mine = opened(place(anybody, asked_for(coming.session)))

    asking.refusal(mine.get(f"{SESSIONS}/{coming.session.pk}/signups"), 401, "not_signed_in")
    asking.refusal(mine.get(f"{asking.V1}/me"), 401, "not_signed_in")


def test_the_ticket_as_a_picture_says_its_address(anybody: APIClient, coming: factories.World) -> None:
    placed = place(anybody, asked_for(coming.session))
    ticket = placed.json()["ticket"]
    assert ticket["png"].startswith("http://testserver/api/v1/")
    answer = opened(placed).get(ticket["png"], headers={"accept": "image/png"})

    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    picture = Image.open(io.BytesIO(answer.content))
    assert picture.width >= 600
    assert [code.text for code in zxingcpp.read_barcodes(picture.convert("L"))] == [ticket["address"]]


def test_the_ticket_as_a_drawing_says_its_address(anybody: APIClient, coming: factories.World) -> None:
    placed = place(anybody, asked_for(coming.session))
    ticket = placed.json()["ticket"]
    answer = opened(placed).get(ticket["svg"], headers={"accept": "image/svg+xml"})

    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    drawing = answer.content.decode()
    assert [code.text for code in zxingcpp.read_barcodes(painted(drawing))] == [ticket["address"]]


def painted(drawing: str, scale: int = 6) -> Image.Image:
    """The drawing's dark runs (`Mx yhlengthv1…`) painted as a picture."""
    side = int(re.search(r'viewBox="0 0 (\d+) \1"', drawing)[1])  # type: ignore[index]  # it has one
    path = re.search(r'fill="#000" d="([^"]*)"', drawing)[1]  # type: ignore[index]  # so
    picture = Image.new("L", (side * scale, side * scale), 255)
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path):
        left, top = int(x) * scale, int(y) * scale
        picture.paste(0, (left, top, left + int(length) * scale, top + scale))
    return picture


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


def test_without_an_account_or_a_proof_of_work_the_sixth_sign_up_in_ten_minutes_is_told_to_wait(
    anybody: APIClient, owner: APIClient, coming: factories.World
) -> None:
    answers = [place(anybody, asked_for(coming.session, f"刘{n}")) for n in range(6)]

    assert [one.status_code for one in answers] == [201, 201, 201, 201, 201, 429]
    body = asking.refusal(answers[5], 429, "too_many_requests")
    assert int(answers[5]["Retry-After"]) == body["facts"]["wait"] > 0
    assert place(owner, asked_for(coming.session, "刘六")).status_code == 201


def test_with_the_solution_of_its_own_challenge_a_program_goes_on(anybody: APIClient, coming: factories.World) -> None:
    for n in range(5):
        place(anybody, asked_for(coming.session, f"刘{n}"))
    asked = {"activity": coming.activity.pk}
    challenge = anybody.get(f"{URL}/challenge", asked, headers={"idempotency-key": "k6"}).json()
    solved = {"altcha": proof.solve(json.dumps(challenge))}
    body = asked_for(coming.session, "刘六")

    asking.refusal(anybody.post(URL, body, headers={"idempotency-key": "k7"} | solved), 429, "too_many_requests")
    assert anybody.post(URL, body, headers={"idempotency-key": "k6"} | solved).status_code == 201


def test_a_challenge_is_asked_for_with_the_key_and_the_activity(anybody: APIClient, db: None) -> None:
    asking.refusal(anybody.get(f"{URL}/challenge", {"activity": 1}), 400, "idempotency_key_missing")
    asking.refusal(anybody.get(f"{URL}/challenge", headers={"idempotency-key": "k"}), 400, "invalid", "activity")


def test_a_station_key_signs_nobody_up_as_an_organizer(coming: factories.World) -> None:
    _station, key = factories.station(coming.owner, coming.lead)
    answer = place(asking.with_key("Station", key), asked_for(coming.session))

    assert Signup.objects.get(pk=answer.json()["id"]).source == "web"
