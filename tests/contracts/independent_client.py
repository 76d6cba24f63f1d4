"""A check-in point written from docs/protocols.md alone, with nothing but Python's standard library: pairs, fetches the
roster, reads a ticket's code, hands records in – twice –, and fetches what came of them. Prints what it saw as JSON.

    python tests/contracts/independent_client.py BASE PAIRING_CODE TICKET_ADDRESS
"""

import base64
import datetime
import json
import sys
import time
import urllib.error
import urllib.request
import uuid

BASE, CODE, ADDRESS = sys.argv[1:]


def ask(path, body=None, key=None):
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Station {key}"} if key else {})
    data = json.dumps(body).encode() if body is not None else None
    try:
        with urllib.request.urlopen(urllib.request.Request(BASE + path, data, headers), timeout=30) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def read(address):
    """Activity and ticket of a token: 79 bytes of Base32 behind «/T/»."""
    raw = base64.b32decode(address.rsplit("/T/", 1)[1] + "=")
    return int.from_bytes(raw[1:5], "big"), raw[5:12].hex()


def changes(key, cursor=""):
    pages = []
    while True:
        status, page = ask(f"/api/v1/station/changes?since={cursor}", key=key)
        assert status == 200, page
        pages.append(page)
        cursor = page["cursor"]
        if not page["more"]:
            return pages, cursor


def until(key, cursor, enough):
    """«What was just written may come with a later fetch»: a client asks again, as it does all day."""
    pages = []
    for _try in range(80):
        more, cursor = changes(key, cursor)
        pages += more
        if enough(pages):
            break
        time.sleep(0.5)
    return pages, cursor


def stamp():
    return datetime.datetime.now(datetime.timezone.utc).isoformat()  # noqa: UP017  # as anybody would write it


status, paired = ask("/api/v1/station/pair", {"code": CODE})
key = paired["key"]
activity, ticket = read(ADDRESS)
roster, cursor = until(key, "", lambda pages: any(row["ticket"] == ticket for page in pages for row in page["tickets"]))
known = next(row for page in roster for row in page["tickets"] if row["ticket"] == ticket)
epoch, made = str(uuid.uuid4()), stamp()
common = {"made_at": made, "epoch": epoch, "session": known["sessions"][0]}
records = [
    {
        "id": str(uuid.uuid4()),
        "kind": "scan",
        "sequence": 1,
        "code": ADDRESS,
        "direction": "entry",
        "arriving": 1,
        **common,
    },
    {"id": str(uuid.uuid4()), "kind": "scan", "sequence": 2, "code": known["short_code"], **common},
    {"id": str(uuid.uuid4()), "kind": "headcount", "sequence": 3, "people": 7, "counted_by": "李站长", **common},
    {"id": "no uuid", "kind": "scan", "sequence": 4, "code": ADDRESS, **common},
]
first = ask("/api/v1/station/records", {"sent_at": stamp(), "records": records}, key)[1]["answers"]
again = ask("/api/v1/station/records", {"sent_at": stamp(), "records": records}, key)[1]["answers"]
later, _cursor = until(key, cursor, lambda pages: sum(len(page["outcomes"]) for page in pages) >= 2)
print(
    json.dumps(
        {
            "paired": status,
            "activity": activity == known["activity"],
            "name": known["name"],
            "answers": [[one["status"], one["code"]] for one in first],
            "the same again": first == again,
            "outcomes": sorted(row["outcome"] for page in later for row in page["outcomes"]),
            "roster": json.dumps(roster, ensure_ascii=False),
        },
        ensure_ascii=False,
    )
)
