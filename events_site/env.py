"""What the installation is told from outside: the only module that reads the environment.

In production a missing secret stops the start. In development secrets are made once and kept under `var/`, so that
tickets stay readable between runs.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from environs import Env

BASE = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("KEPU_VAR", BASE / "var"))
_env = Env()

#: name → what it is for; docs/running.md holds the same table, and a test keeps the two equal.
HELP = {
    "KEPU_ENV": "«production» switches on every safety; anything else is development.",
    "KEPU_VAR": "Folder for the SQLite database, uploads and development secrets (default: var/ in the project).",
    "DATABASE_URL": "postgres://user:password@host:port/name, or sqlite:///file (default: SQLite under var/).",
    "KEPU_SECRET_KEY": "Django's secret key: sign-in sessions, CSRF. Required in production.",
    "KEPU_DATA_KEYS": "Fernet keys for phones and ID numbers, comma separated; the first encrypts. Required in production.",
    "KEPU_HASH_KEY": "Key under which phones are found again (any text). Required in production; never changed.",
    "KEPU_TICKET_KEYS": "Ed25519 keys that sign tickets, «id:base64 seed», comma separated, ids 0–15; the first signs."
    " Required in production.",
    "KEPU_BASE_URL": "Address participants reach the site by; it stands in every QR code.",
    "KEPU_ALLOWED_HOSTS": "Host names the site answers to, comma separated (default: that of KEPU_BASE_URL).",
    "KEPU_CACHE_URL": "redis://… or locmem:// (default: locmem, one process each).",
    "KEPU_PROXIES": "How many proxies of ours stand in front; each adds to X-Forwarded-For, from which limits read who"
    " asks (default 0: nobody's word is taken).",
    "KEPU_EMAIL_URL": "Where e-mail goes: submission://user:password@host:587, or smtp://user:password@host:465/?ssl=True; a"
    " literal @ in the user as %40 (default: none, and nothing about e-mail is shown).",
    "KEPU_EMAIL_FROM": "Address that messages come from (default: noreply@ the host of KEPU_BASE_URL).",
    "KEPU_METRICS_TOKEN": "Bearer token for /metrics; without it only this machine may read it.",
    "KEPU_LOG_FORMAT": "«json» or «console» (default: json in production).",
}

PRODUCTION: bool = _env.str("KEPU_ENV", "development") == "production"


def _development_secrets() -> dict[str, str]:
    """Made once, kept readable by the owner alone."""
    file = VAR / "secrets.json"
    if file.exists():
        return dict(json.loads(file.read_text()))
    made = {
        "KEPU_SECRET_KEY": secrets.token_urlsafe(48),
        "KEPU_DATA_KEYS": Fernet.generate_key().decode(),
        "KEPU_HASH_KEY": secrets.token_urlsafe(32),
        "KEPU_TICKET_KEYS": "0:" + base64.b64encode(secrets.token_bytes(32)).decode(),
    }
    VAR.mkdir(parents=True, exist_ok=True)
    # Two processes may start at once: whoever creates the file wins, the other reads it.
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            json.dump(made, out, indent=1)
    except FileExistsError:
        return dict(json.loads(file.read_text()))
    return made


def _secret(name: str) -> str:
    value = _env.str(name, "")
    if value:
        return str(value)
    if PRODUCTION:
        raise ImproperlyConfigured(f"{name} is not set: {HELP[name]}")
    return _development_secrets()[name]


def _ticket_keys(text: str) -> list[tuple[int, bytes]]:
    keys = []
    for part in text.split(","):
        number, _, seed = part.strip().partition(":")
        raw = base64.b64decode(seed)
        if not number.isdigit() or not 0 <= int(number) <= 15 or len(raw) != 32:
            raise ImproperlyConfigured(f"KEPU_TICKET_KEYS: {HELP['KEPU_TICKET_KEYS']}")
        keys.append((int(number), raw))
    return keys


SECRET_KEY: str = _secret("KEPU_SECRET_KEY")
DATA_KEYS: list[str] = [key.strip() for key in _secret("KEPU_DATA_KEYS").split(",")]
HASH_KEY: bytes = hashlib.sha256(_secret("KEPU_HASH_KEY").encode()).digest()
TICKET_KEYS: list[tuple[int, bytes]] = _ticket_keys(_secret("KEPU_TICKET_KEYS"))
BASE_URL: str = str(_env.str("KEPU_BASE_URL", "http://127.0.0.1:" + os.environ.get("PORT", "8000"))).rstrip("/")
ALLOWED_HOSTS: list[str] = list(_env.list("KEPU_ALLOWED_HOSTS", []))
PROXIES: int = int(_env.int("KEPU_PROXIES", 0))
METRICS_TOKEN: str = str(_env.str("KEPU_METRICS_TOKEN", ""))
LOG_FORMAT: str = str(_env.str("KEPU_LOG_FORMAT", "json" if PRODUCTION else "console"))
EMAIL_URL: str = str(_env.str("KEPU_EMAIL_URL", ""))
EMAIL_FROM: str = str(_env.str("KEPU_EMAIL_FROM", "noreply@" + (urlsplit(BASE_URL).hostname or "localhost")))
CACHE_URL: str = str(_env.str("KEPU_CACHE_URL", "locmem://"))


def database() -> dict[str, Any]:
    """Django's settings of the one database. SQLite: WAL, durable, writers queue instead of failing."""
    default = f"sqlite:///{VAR / 'kepu.sqlite3'}"
    config: dict[str, Any] = dict(_env.dj_db_url("DATABASE_URL", default))
    if config["ENGINE"].endswith("sqlite3"):
        VAR.mkdir(parents=True, exist_ok=True)
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        }
    else:
        config["CONN_MAX_AGE"] = 0
        options = config.setdefault("OPTIONS", {})
        options["pool"] = {"min_size": 1, "max_size": 16, "timeout": 20}
        # For statements sent by `events.models.compiled`: planned at their second use in a connection.
        options["prepare_threshold"] = 1
    suffix = os.environ.get("KEPU_TEST_SUFFIX", "")
    if suffix:
        config["TEST"] = {"NAME": f"test_kepu_{suffix}"}
    return config


def email() -> dict[str, Any]:
    """Django's settings of the mail server; where none is named nothing is sent."""
    return dict(_env.dj_email_url("KEPU_EMAIL_URL")) if EMAIL_URL else {}


def cache() -> dict[str, Any]:
    if CACHE_URL.startswith("redis"):
        return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": CACHE_URL}
    return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
