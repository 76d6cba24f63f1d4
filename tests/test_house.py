"""What docs/architecture.md says of the house, checked on the source itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("events", "registrations", "frontend", "events_site")

#: Methods that write rows, whatever they are called on.
ALWAYS = {"create", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
#: Methods that write rows when called on a model or queryset.
OFTEN = {"save", "delete", "update"}
#: Where one of these is something else: pictures, and digests.
NOT_ROWS = {
    ("registrations/pictures.py", "save"),
    ("registrations/reports/qr.py", "save"),
    ("registrations/reports/sharing.py", "save"),
    ("registrations/reports/ticket_picture.py", "save"),
}


def sources() -> Iterator[tuple[str, ast.Module]]:
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in file.parts and "node_modules" not in file.parts:
                yield str(file.relative_to(ROOT)), ast.parse(file.read_text(encoding="utf-8"))


def writes(module: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ALWAYS | OFTEN:
            yield node.lineno, node.func.attr


def test_rows_are_written_by_operations_alone():
    wrong = [
        f"{file}:{line} .{name}()"
        for file, module in sources()
        if "/operations/" not in file
        for line, name in writes(module)
        if (file, name) not in NOT_ROWS
    ]
    assert not wrong, "\n".join(wrong)


def test_the_finder_of_writes_finds_them():
    found = [name for _line, name in writes(ast.parse("Signup.objects.create(size=1)\nrow.save()\nrows.update(a=1)"))]
    assert found == ["create", "save", "update"]


def test_only_one_module_reads_the_environment():
    """Settings come from `events_site.env`; the WSGI module names the settings, which is no reading."""
    wrong = [
        f"{file}:{node.lineno}"
        for file, module in sources()
        if file not in {"events_site/env.py", "events_site/wsgi.py"}
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute)
        and node.attr in {"environ", "getenv"}
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
    ]
    assert not wrong, "\n".join(wrong)


def test_nothing_below_the_edge_reads_the_clock():
    """The clock is read at the edge; below it `at` is passed in. `timezone.localtime(x)` reads no clock."""
    below = ("/operations/", "/models/", "registrations/checkin/", "registrations/tickets/", "registrations/figures.py")
    wrong = [
        f"{file}:{node.lineno}"
        for file, module in sources()
        if any(part in file for part in below)
        for node in ast.walk(module)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr in {"now", "utcnow", "today"} or (node.func.attr == "localdate" and not node.args)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("package", ["events", "registrations"])
def test_every_operation_with_a_name_of_its_own_promises_something(package):
    """Public functions of operations have a docstring, or a name and a body of at most eight lines that say it all."""
    wrong = [
        f"{file}:{node.lineno} {node.name}"
        for file, module in sources()
        if file.startswith(f"{package}/operations/")
        for node in module.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        if not ast.get_docstring(node) and (node.end_lineno or 0) - node.lineno > 12
    ]
    assert not wrong, "\n".join(wrong)


def test_constraints_read_as_rules():
    """A constraint's name is a sentence: words, at least three of them."""
    from django.apps import apps

    wrong = [
        f"{model.__name__}.{constraint.name}"
        for app in ("events", "registrations")
        for model in apps.get_app_config(app).get_models()
        for constraint in model._meta.constraints
        if len(constraint.name.split("_")) < 3
    ]
    assert not wrong, "\n".join(wrong)


def test_nothing_names_a_registry_or_this_workplace():
    """Lock files included: what is installed comes from wherever the client is set up to ask."""
    hosts = ("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "registry." + "npm", "deb" + ".debian.org")
    wrong = []
    for file in ROOT.rglob("*"):
        if not file.is_file() or {".git", ".venv", "var", "node_modules", "dist"} & set(file.parts):
            continue
        if file.suffix in {".png", ".mo", ".pyc", ".woff2", ".jpg"}:
            continue
        text = file.read_text(encoding="utf-8", errors="ignore")
        wrong += [f"{file.relative_to(ROOT)}: {host}" for host in hosts if host in text]
    assert not wrong, "\n".join(wrong)
