"""The main job over HTTP, with nothing stubbed: a real server, real pictures, an independent reader of QR codes."""

from __future__ import annotations

import base64
import datetime
import io
import json
import shutil
import subprocess
import urllib.error
import urllib.request
import uuid
from typing import Any

import pytest
import zxingcpp
from django.utils import timezone
from PIL import Image

from events.models import Role
from events.operations import tokens
from tests import factories
from tests.settling import settle

pytestmark = pytest.mark.django_db(transaction=True)


class Http:
    """A program that knows the site's address and a key, and nothing else of it."""

    def __init__(self, base: str) -> None:
        self.base = base

    def send(self, method: str, path: str, body: Any = None, *, key: str = "", **headers: str) -> Any:
        """The answer's JSON, or its bytes where it is none. Raises HTTPError."""
        sent = {"Content-Type": "application/json"} | {name.replace("_", "-"): one for name, one in headers.items()}
        if key:
            sent["Authorization"] = key
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.base}/api/v1/{path}", data, sent, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            raw = answer.read()
            return json.loads(raw) if answer.headers["Content-Type"].startswith("application/json") else raw


def read_code(png: bytes, tmp_path: Any) -> str:
    """What the picture says, by a program that shares nothing with the one that drew it."""
    if shutil.which("zbarimg"):
        file = tmp_path / "ticket.png"
        file.write_bytes(png)
        done = subprocess.run(["zbarimg", "-q", "--raw", str(file)], capture_output=True, text=True, check=True)
        return done.stdout.strip()
    return zxingcpp.read_barcode(Image.open(io.BytesIO(png)).convert("L")).text


def test_from_the_plan_to_the_years_figure(live_server, tmp_path, settings):
    settings.KEPU_BASE_URL = live_server.url
    now = timezone.now()
    lead = factories.organization("tianmen")
    owner = factories.actor(lead)
    _token, secret = tokens.make(
        by=owner,
        organization=lead,
        role=Role.ORGANIZER,
        name="程序",
        expires_at=now + datetime.timedelta(days=30),
        at=now,
    )
    api, key = Http(live_server.url), f"Bearer {secret}"
    year = timezone.localdate(now).year

    def lectures() -> dict[str, Any] | None:
        report = api.send("GET", f"organizations/tianmen/year-end/{year}", key=key)
        return next((one for one in report["figures"] if one["code"] == "attendance_lecture"), None)

    # Plan
    campaign = api.send(
        "POST",
        "campaigns",
        {"organization": "tianmen", "name": "科普进校园", "kind": "school_visits", "year": year},
        key=key,
    )
    activity = api.send(
        "POST",
        "activities",
        {
            "organization": "tianmen",
            "campaign": campaign["id"],
            "name": "地震避险讲座",
            "form": "lecture",
            "signup_by": "session",
        },
        key=key,
    )
    # It begins in a quarter of an hour: sign-up is still open, and check-in is open already.
    starts = now + datetime.timedelta(minutes=15)
    session = api.send(
        "POST",
        "sessions",
        {
            "activity": activity["id"],
            "venue": "实验小学礼堂",
            "starts_at": starts.isoformat(),
            "ends_at": (starts + datetime.timedelta(hours=1)).isoformat(),
            "capacity": 60,
        },
        key=key,
    )
    with pytest.raises(urllib.error.HTTPError, match="404"):
        api.send("GET", f"sessions/{session['id']}")
    # Publish
    for row in (f"campaigns/{campaign['id']}", f"activities/{activity['id']}"):
        assert api.send("POST", f"{row}/state", {"state": "published"}, key=key)["state"] == "published"
    assert api.send("GET", f"sessions/{session['id']}")["open"] is True
    assert lectures() is None or lectures()["number"] == 0

    # Sign up: three people and a class of forty, without an account
    parties = [
        {"kind": "person", "lines": [{"name": name}], "contact_phone": f"1990000000{n}"}
        for n, name in enumerate(("刘桂英", "胡国庆", "肖文"))
    ]
    parties.append({"kind": "class", "lines": [{"size": 40}], "contact_name": "程老师", "unit": "五（2）班"})
    placed = [
        api.send(
            "POST",
            "signups",
            party | {"activity": activity["id"], "sessions": [session["id"]], "consent": True},
            Idempotency_Key=uuid.uuid4().hex,
        )
        for party in parties
    ]
    assert [one["state"] for one in placed] == ["confirmed"] * 4
    assert api.send("GET", f"sessions/{session['id']}")["seats"] == {
        "capacity": 60,
        "taken": 43,
        "free": 17,
        "waiting": 0,
        "kept": [],
    }
    # Their tickets, as the pictures say
    codes = [
        read_code(api.send("GET", "signups/mine/ticket.png", key=f"Manage {one['manage_key']}"), tmp_path)
        for one in placed
    ]
    assert codes == [one["ticket"]["address"] for one in placed]
    assert all(code.startswith(f"{live_server.url}/T/".upper()) for code in codes)

    # A volunteer's phone
    station = api.send(
        "POST",
        "stations",
        {
            "organization": "tianmen",
            "session": session["id"],
            "name": "东门",
            "expires_at": (now + datetime.timedelta(days=1)).isoformat(),
        },
        key=key,
    )
    paired = api.send("POST", "station/pair", {"code": station["pairing_code"]})
    phone = f"Station {paired['key']}"
    settle()
    roster = api.send("GET", "station/changes", key=phone)
    assert {row["size"] for row in roster["tickets"]} == {1, 40}
    assert "1990000000" not in json.dumps(roster)

    raw = bytearray(base64.b32decode(codes[2].rsplit("/", 1)[1] + "="))
    raw[11] ^= 1  # another ticket number under the same signature
    forged = base64.b32encode(bytes(raw)).decode().rstrip("=")

    def scan(number: int, code: str, arriving: int = 1) -> dict[str, Any]:
        return {
            "id": str(uuid.uuid4()),
            "kind": "scan",
            "made_at": timezone.now().isoformat(),
            "sequence": number,
            "epoch": "first",
            "session": session["id"],
            "code": code,
            "arriving": arriving,
        }

    sent = [
        scan(1, codes[0]),
        scan(2, codes[1]),
        scan(3, codes[0]),  # the same ticket a second time
        scan(4, forged),
        scan(5, codes[3], arriving=40),
    ]
    body = {"records": sent, "sent_at": timezone.now().isoformat()}
    answers = api.send("POST", "station/records", body, key=phone)["answers"]
    assert [one["code"] for one in answers] == ["admit", "admit", "duplicate", "forged", "admit"]
    assert api.send("POST", "station/records", body, key=phone)["answers"] == answers

    # Attendance, and the year's figure
    attendance = api.send("GET", f"sessions/{session['id']}/attendance", key=key)
    totals = attendance["totals"]
    assert (totals["people"], totals["checked_in"], totals["no_show"]) == (43, 42, 1)
    assert totals["grades"] == {"scanned": {"number": 42, "bound": "exact", "low": 42, "high": 42}}
    assert [(line["present"], line["grade"]) for line in attendance["results"]] == [
        (1, "scanned"),
        (1, "scanned"),
        (0, None),
        (40, "scanned"),
    ]
    figure = lectures()
    assert figure is not None
    assert (figure["number"], figure["bound"], figure["unit"]) == (42, "exact", "人次")
    assert figure["grades"] == {"scanned": {"number": 42, "bound": "exact"}}
    assert [record["kind"] for record in figure["records"]] == ["session"]
    assert figure["records"][0]["id"] == session["id"]
