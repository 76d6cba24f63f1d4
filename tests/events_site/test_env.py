"""What the installation is told from outside, tried in a process of its own: settings are read once."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SECRETS = {
    "KEPU_SECRET_KEY": "s" * 60,
    "KEPU_DATA_KEYS": "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE=",
    "KEPU_HASH_KEY": "h" * 40,
    "KEPU_TICKET_KEYS": "3:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
}
PRODUCTION = {"KEPU_ENV": "production", "KEPU_BASE_URL": "https://kepu.example"}


def start(code, tmp_path, **variables):
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("KEPU_", "DATABASE_"))}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=plain | {"KEPU_VAR": str(tmp_path)} | variables,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("missing", SECRETS)
def test_production_does_not_start_without_a_secret_and_names_it(tmp_path, missing):
    given = {name: value for name, value in SECRETS.items() if name != missing}
    done = start("import events_site.settings", tmp_path, **PRODUCTION, **given)
    assert done.returncode != 0
    assert missing in done.stderr.splitlines()[-1]
    assert not (tmp_path / "secrets.json").exists()


def test_production_is_strict(tmp_path):
    code = """
import json
from events_site import settings as s
print(json.dumps([s.DEBUG, s.ALLOWED_HOSTS, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0]))
"""
    done = start(code, tmp_path, **PRODUCTION, **SECRETS)
    assert json.loads(done.stdout) == [False, ["kepu.example"], True, True, True]


def test_development_makes_its_secrets_once_for_the_owner_alone(tmp_path):
    code = "from events_site import settings; print(settings.SECRET_KEY)"
    first, second = start(code, tmp_path), start(code, tmp_path)
    assert first.stdout == second.stdout != "\n"
    assert (tmp_path / "secrets.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("keys", ["16:" + "A" * 43 + "=", "0:AAAA", "nonsense"])
def test_ticket_keys_that_cannot_be_are_refused(tmp_path, keys):
    done = start("import events_site.settings", tmp_path, **PRODUCTION, **(SECRETS | {"KEPU_TICKET_KEYS": keys}))
    assert done.returncode != 0
    assert "KEPU_TICKET_KEYS" in done.stderr


def test_reading_the_settings_opens_no_database_and_writes_nothing_but_secrets(tmp_path):
    start("import events_site.settings", tmp_path)
    assert {file.name for file in tmp_path.iterdir()} == {"secrets.json"}


def test_the_demo_is_not_loaded_in_production(tmp_path):
    code = """
import sys
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "demo"])
"""
    done = start(code, tmp_path, **PRODUCTION, **SECRETS, DJANGO_SETTINGS_MODULE="events_site.settings")
    assert done.returncode == 1
    assert "production" in done.stderr
