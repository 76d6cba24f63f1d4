"""docs/rest-api.md is run: its requests, in their order, against a real database, and its answers hold.

A request is a fenced block «http»: a line with method and address, headers, an empty line, a body. After it stand, each
where needed, a comment `<!-- keep: session = id, code = ticket.short_code -->` that names values of the answer for later
requests, the status as `200 OK`, and the answer as a fenced block «json». `$session` stands for a value known by then.

An answer may leave keys out. «…» is any value, and at the end of a text the rest of it; a list goes on where it ends in
«…», and there each of its other entries only has to be found, in their order.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from events.operations import tokens
from tests import factories

TEXT = (Path(__file__).parents[3] / "docs" / "rest-api.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(
    r"^```http\n(?P<request>.*?)\n```\n\n"
    r"(?:<!-- keep: (?P<keep>.*?) -->\n\n)?"
    r"`(?P<status>\d{3}) (?P<phrase>[A-Za-z ]+)`\n"
    r"(?:\n```json\n(?P<answer>.*?)\n```)?",
    re.MULTILINE | re.DOTALL,
)
REST = "…"


@dataclass(frozen=True)
class Example:
    line: int
    request: str
    keep: dict[str, str]
    status: int
    phrase: str
    answer: str


def examples() -> Iterator[Example]:
    for found in EXAMPLE.finditer(TEXT):
        kept = [pair.split(" = ") for pair in (found["keep"] or "").split(", ") if pair]
        yield Example(
            line=TEXT.count("\n", 0, found.start()) + 1,
            request=found["request"],
            keep=dict(kept),
            status=int(found["status"]),
            phrase=found["phrase"],
            answer=found["answer"] or "",
        )


def filled(text: str, known: dict[str, str]) -> str:
    """With every `$name` replaced by what it stands for. Raises KeyError where that is not known yet."""
    return re.sub(r"\$([a-z_0-9]+)", lambda found: known[found[1]], text)


def looked_up(body: Any, path: str) -> str:
    for part in path.split("."):
        body = body[int(part)] if isinstance(body, list) else body[part]
    return str(body)


def differences(shown: Any, given: Any, where: str = "answer") -> list[str]:
    """What is shown and does not hold."""
    if shown == REST:
        return []
    if isinstance(shown, dict) and isinstance(given, dict):
        missing = [f"{where}.{key} is missing" for key in shown if key not in given]
        inside = [
            text for key in shown if key in given for text in differences(shown[key], given[key], f"{where}.{key}")
        ]
        return missing + inside
    if isinstance(shown, list) and isinstance(given, list):
        if shown and shown[-1] == REST:
            return _found_in_order(shown[:-1], given, where)
        if len(shown) != len(given):
            return [f"{where} has {len(given)} entries, not {len(shown)}: {given}"]
        return [
            text
            for place, (one, other) in enumerate(zip(shown, given, strict=True))
            for text in differences(one, other, f"{where}.{place}")
        ]
    if isinstance(shown, str) and isinstance(given, str) and shown.endswith(REST) and given.startswith(shown[:-1]):
        return []
    # A number and true are equal in Python and not in JSON.
    return [] if shown == given and type(shown) is type(given) else [f"{where} is {given!r}, not {shown!r}"]


def _found_in_order(shown: list[Any], given: list[Any], where: str) -> list[str]:
    rest = iter(given)
    return [
        f"{where} does not hold {one!r}: {given}"
        for one in shown
        if not any(not differences(one, other) for other in rest)
    ]


def ask(client: Client, request: str) -> Any:
    head, _empty, body = request.partition("\n\n")
    first, *lines = head.split("\n")
    method, address = first.split(" ")
    headers = dict(line.split(": ", 1) for line in lines)
    kind = headers.pop("Content-Type", "application/octet-stream")
    return client.generic(method, address, body, kind, headers=headers, secure=True, SERVER_NAME="kepu.example")


@pytest.fixture
def known(db: None, settings: Any) -> dict[str, str]:
    """What the text presupposes: the association in its city with a town, its owner's token, and the time."""
    settings.KEPU_BASE_URL = "https://kepu.example"
    factories.region(parent=factories.city())
    lead = factories.organization("tianmen")
    now = timezone.localtime().replace(microsecond=0)
    soon, later, far = (now + datetime.timedelta(hours=hours) for hours in (1, 3, 90 * 24))
    _token, key = tokens.make(
        by=factories.actor(lead), organization=lead, role="owner", name="示例", expires_at=far, at=now
    )
    return {
        "owner": key,
        "soon": soon.isoformat(),
        "later": later.isoformat(),
        "now": now.isoformat(),
        "day": soon.date().isoformat(),
        "year": str(soon.year),
        "today": now.date().isoformat(),
        "in_90_days": far.isoformat(),
    }


def test_every_documented_example_holds(settled: Callable[[], None], known: dict[str, str]) -> None:
    client = Client()
    for example in examples():
        place = f"docs/rest-api.md:{example.line}: {example.request.splitlines()[0]}"
        settled()
        response = ask(client, filled(example.request, known))
        told = response.content.decode(errors="replace")[:2000]
        assert response.status_code == example.status, f"{place}: {response.status_code} {told}"
        assert HTTPStatus(example.status).phrase == example.phrase, place
        if example.answer or example.keep:
            body = response.json()
            known |= {name: looked_up(body, path) for name, path in example.keep.items()}
            wrong = differences(json.loads(filled(example.answer or "{}", known)), body)
            assert not wrong, "\n".join([place, *wrong])


def test_every_request_of_the_text_is_an_example_that_runs() -> None:
    assert len(list(examples())) == TEXT.count("```http\n") > 30
    assert sum(bool(example.answer) for example in examples()) == TEXT.count("```json\n")


def test_the_text_shows_each_part_of_the_api() -> None:
    shown = {example.request.split()[1].split("?")[0].split("/")[3] for example in examples()}

    assert shown >= {
        "me", "tokens", "campaigns", "activities", "sessions", "signups", "stations", "station", "headcounts",
        "organizations",
    }  # fmt: skip


def test_the_text_names_no_host_but_the_example() -> None:
    assert set(re.findall(r"https?://[^/\s\"`)]+", TEXT, re.IGNORECASE)) <= {
        "https://kepu.example", "HTTPS://KEPU.EXAMPLE",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("shown", "given", "holds"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ({"a": 1, "b": 2}, {"a": 1}, False),
        ({"a": "…"}, {"a": None}, True),
        ({"a": "kepu_…"}, {"a": "kepu_123"}, True),
        ({"a": "kepu_…"}, {"a": "123"}, False),
        ({"a": 1}, {"a": True}, False),
        ({"a": None}, {"a": 0}, False),
        ([1], [1, 2], False),
        ([1, "…"], [1, 2], True),
        ([1, 3, "…"], [0, 1, 2, 3], True),
        ([3, 1, "…"], [1, 2, 3], False),
        (["…"], [], True),
        ([], [1], False),
    ],
)
def test_an_answer_holds_where_everything_shown_is_so(shown: Any, given: Any, holds: bool) -> None:
    assert (not differences(shown, given)) is holds
