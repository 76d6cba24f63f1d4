"""What the documents say is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from events_site import env
from registrations.checkin.verdicts import Code

ROOT = Path(__file__).resolve().parent.parent
TEXTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: file.name)
def test_every_link_and_picture_leads_somewhere(file):
    found = re.findall(r"\]\(([^)#]+)[^)]*\)|<img[^>]+src=\"([^\"]+)\"", file.read_text(encoding="utf-8"))
    for target in filter(None, (one or other for one, other in found)):
        if not target.startswith(("http:", "https:", "mailto:")):
            assert (file.parent / target).exists(), target


def test_the_table_of_settings_is_that_of_the_module_that_reads_them():
    text = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", text, re.M))
    assert {name: rows.get(name) for name in env.HELP} == env.HELP


def test_every_verdict_stands_in_the_protocols():
    text = (ROOT / "docs" / "protocols.md").read_text(encoding="utf-8")
    assert [code for code in Code if f"`{code.value}`" not in text] == []


def test_every_command_stands_in_the_manual():
    text = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
    commands = [file.stem for file in ROOT.glob("*/management/commands/*.py") if file.stem != "__init__"]
    assert [name for name in commands if f"manage.py {name}" not in text] == []


def test_the_worked_example_is_the_first_golden_token():
    import json

    text = (ROOT / "docs" / "protocols.md").read_text(encoding="utf-8")
    golden = json.loads((ROOT / "tests" / "contracts" / "tokens.json").read_text(encoding="utf-8"))
    assert golden["tokens"][0]["text"] in text
    assert golden["keys"]["0"] in text
