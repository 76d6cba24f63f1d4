"""Is it alive, is it ready, what does it do: for whoever keeps it running."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django_prometheus.exports import ExportToDjangoView

from events.access import Act


def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    return "ok" if not executor.migration_plan(executor.loader.graph.leaf_nodes()) else "pending"


def _cache() -> str:
    cache.set("readyz", "1", 5)
    return "ok" if cache.get("readyz") == "1" else "lost"


CHECKS: dict[str, Callable[[], str]] = {"database": _database, "migrations": _migrations, "cache": _cache}


def ready(request: HttpRequest) -> HttpResponse:
    """200 when every part answers, else 503; names the part, never an address or a secret."""
    found = {}
    for name, check in CHECKS.items():
        try:
            found[name] = check()
        except Exception:  # whatever is wrong, the answer is "not ready"
            found[name] = "down"
    return JsonResponse(found, status=200 if set(found.values()) == {"ok"} else 503)


def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus: with the bearer token, or from this machine where no token is set."""
    token = settings.KEPU_METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    local = request.META.get("REMOTE_ADDR") in {"127.0.0.1", "::1"} and "X-Forwarded-For" not in request.headers
    if secrets.compare_digest(given, token) if token else local:
        return ExportToDjangoView(request)
    return HttpResponseForbidden()


for _view in (alive, ready, metrics):
    _view.act = Act.SEE_PUBLIC  # type: ignore[attr-defined]  # every page names its act
