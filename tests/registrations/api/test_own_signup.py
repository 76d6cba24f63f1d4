"""One's own sign-up by its manage key: read, changed, cancelled, and its ticket as a picture."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from rest_framework.test import APIClient

from tests import factories
from tests.events.api import asking
from tests.registrations.api.placing import MINE, SESSIONS, asked_for, opened, place, taken


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
    for kind in ("svg", "png", "pdf"):
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


def test_the_ticket_is_a_document_once_the_seats_are_certain(anybody: APIClient, coming: factories.World) -> None:
    placed = place(anybody, asked_for(coming.session))
    address = placed.json()["ticket"]["pdf"]
    answer = opened(placed).get(address, headers={"accept": "application/pdf"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Cache-Control"] == "no-store"
    assert answer.content.startswith(b"%PDF-")
    asking.refusal(anybody.get(address), 401, "not_signed_in")

    opened(placed).delete(MINE)
    asking.refusal(opened(placed).get(address), 404, "not_found")


def painted(drawing: str, scale: int = 6) -> Image.Image:
    """The drawing's dark runs (`Mx yhlengthv1…`) painted as a picture."""
    side = int(re.search(r'viewBox="0 0 (\d+) \1"', drawing)[1])  # type: ignore[index]  # it has one
    path = re.search(r'fill="#000" d="([^"]*)"', drawing)[1]  # type: ignore[index]  # so
    picture = Image.new("L", (side * scale, side * scale), 255)
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path):
        left, top = int(x) * scale, int(y) * scale
        picture.paste(0, (left, top, left + int(length) * scale, top + scale))
    return picture


def test_everything_that_is_kept_is_read_and_erased_with_the_manage_key(
    anybody: APIClient, coming: factories.World
) -> None:
    key = place(anybody, asked_for(coming.session, note="轮椅"))
    kept = opened(key).get(f"{MINE}/data").json()
    assert (kept["signup"]["contact_name"], kept["signup"]["note"]) == ("刘桂英", "轮椅")
    assert "天" in kept["consent"]["text"]

    erased = opened(key).post(f"{MINE}/erase").json()
    assert (erased["state"], erased["contact_name"], erased["size"]) == ("cancelled", "", 1)
    asking.refusal(opened(key).patch(MINE, {"note": "x"}, format="json"), 409, "signup_erased")
