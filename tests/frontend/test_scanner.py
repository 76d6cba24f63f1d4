"""What the scanner's pages and files must be like so that a phone can keep them."""

from __future__ import annotations

import json
import re

from django.contrib.staticfiles import finders

from registrations.indicators import measures


def plan(client) -> dict:
    text = client.get("/scan/sw.js").content.decode()
    return json.loads(re.match(r"const PLAN=(\{.*?\});\n", text).group(1))


def test_the_service_worker_is_a_script_of_its_own_scope_that_is_asked_for_every_time(client, db):
    response = client.get("/scan/sw.js")
    assert response.headers["Content-Type"] == "text/javascript"
    assert response.headers["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in response.headers["Content-Security-Policy"]


def test_everything_the_plan_names_is_there(client, db):
    kept = plan(client)
    for path in [*kept["files"], *kept["shells"].values()]:
        if path.startswith("/static/"):
            assert finders.find(path.removeprefix("/static/")), path
        else:
            assert client.get(path).status_code == 200, path
    names = " ".join(kept["files"])
    for part in ("main-", ".css", "icons-scanner.svg", "/scan/build/decode-", "/scan/build/zxing_reader-"):
        assert part in names


def test_a_kept_page_is_the_same_for_everybody_and_carries_nothing_of_anybody(client, db):
    first = client.get("/scan/zh/")
    client.post("/language/", {"language": "en", "next": "/"})
    again = client.get("/scan/zh/")
    assert first.content == again.content
    assert b"csrf" not in first.content
    assert not first.cookies
    assert 'lang="en"' in client.get("/scan/en/").content.decode()
    assert client.get("/scan/fr/").status_code == 404


def test_the_version_is_the_same_until_something_changes(client, db, settings, monkeypatch):
    before = plan(client)["version"]
    client.post("/language/", {"language": "en", "next": "/"})
    assert plan(client)["version"] == before
    monkeypatch.setattr(measures, "ENTERED", ("leaflets",))
    assert plan(client)["version"] != before


def test_the_decoder_is_served_under_the_scope_packed_where_the_browser_takes_that(client, db):
    wasm = next(path for path in plan(client)["files"] if path.endswith(".wasm"))
    whole, packed = client.get(wasm), client.get(wasm, headers={"Accept-Encoding": "gzip, br"})
    assert whole.headers["Content-Type"] == "application/wasm"
    assert whole.content[:4] == b"\0asm"
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(whole.content) / 2
    assert "immutable" in packed.headers["Cache-Control"]
    assert client.get("/scan/build/main.js").status_code == 404
    assert client.get("/scan/build/..%2Fmanifest.json").status_code == 404


def test_the_page_names_the_measures_and_groups_that_the_server_takes(client, db):
    page = client.get("/scan/zh/").content.decode().replace("&quot;", '"')
    assert all(f'"code": "{code}"' in page for code in measures.ENTERED)
    assert '"code": "farmers"' in page


def test_a_phone_can_put_the_scanner_on_its_home_screen(client, db):
    said = client.get("/scan/app.webmanifest").json()
    assert (said["start_url"], said["scope"], said["display"]) == ("/scan/", "/scan/", "standalone")
    assert {icon["sizes"] for icon in said["icons"]} >= {"192x192", "512x512"}
    for icon in said["icons"]:
        assert finders.find(icon["src"].removeprefix("/static/"))
