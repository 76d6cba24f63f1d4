"""Tokens as a program reads them that has nothing of ours: coreutils and OpenSSL."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
GOLDEN = json.loads((HERE / "tokens.json").read_text(encoding="utf-8"))

# A developer's machine may lack the program. `.ci/run` installs it and sets the variable: there nothing is skipped.
pytestmark = pytest.mark.skipif(
    shutil.which("openssl") is None and not os.environ.get("KEPU_BROWSER_REQUIRED"), reason="needs OpenSSL's program"
)


def independent(text: str) -> tuple[str, dict[str, str]]:
    """What read_token.sh says: the reading, and the fields."""
    keys = [f"{key_id}={key}" for key_id, key in GOLDEN["keys"].items()]
    done = subprocess.run([HERE / "read_token.sh", text, *keys], capture_output=True, text=True, check=True, timeout=30)
    reading, *fields = done.stdout.split()
    assert done.stderr == ""
    return reading, dict(field.split("=", 1) for field in fields)


@pytest.mark.parametrize("case", GOLDEN["tokens"], ids=lambda case: case["name"])
def test_openssl_reads_every_golden_token_as_we_do(case: dict[str, Any]):
    reading, fields = independent(case["text"])
    assert reading == case["reading"]
    assert fields == {name: str(value) for name, value in (case.get("fields") or {}).items()}


def test_the_golden_tokens_show_every_reading():
    assert {case["reading"] for case in GOLDEN["tokens"]} == {"signed", "forged", "unreadable"}


def test_the_golden_keys_belong_to_the_golden_seeds():
    """RFC 8410: a private key as DER is sixteen bytes that are always the same, and the seed."""
    for key_id, seed in GOLDEN["seeds"].items():
        der = bytes.fromhex("302e020100300506032b657004220420" + seed)
        done = subprocess.run(
            ["openssl", "pkey", "-inform", "DER", "-pubout", "-outform", "DER"],
            input=der,
            capture_output=True,
            check=True,
            timeout=30,
        )
        assert done.stdout[-32:].hex() == GOLDEN["keys"][key_id]
