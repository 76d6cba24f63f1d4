"""Loaded before Django reads its settings (`-p tests.environment` in pyproject.toml): tests know nothing of the
developer's database, secrets or uploads. A conftest would come too late: pytest-django reads the settings first."""

import os
from pathlib import Path

os.environ["KEPU_VAR"] = str(Path(__file__).resolve().parent.parent / "var" / "tests")
os.environ["KEPU_BASE_URL"] = "http://testserver"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
os.environ.pop("KEPU_ENV", None)
