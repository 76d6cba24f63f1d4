"""Every address of the site, with what it asks of whoever opens it: read off the URL conf."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from events.access import Act
from events.api.permissions import act_of as act_of_endpoint
from frontend.middleware import act_of as act_of_page


@dataclass(frozen=True)
class Route:
    """`path` as the URL conf writes it, without converters: «console/sessions/<pk>/»."""

    method: str
    path: str
    act: Act | None
    api: bool

    def __str__(self) -> str:
        return f"{self.method} /{self.path}"


def _walk(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, path)
        else:
            yield path, pattern


def _plain(path: str) -> str:
    return re.sub(r"<\w+:(\w+)>", r"<\1>", path).removeprefix("^").removesuffix("$")


def every() -> list[Route]:
    """Pages once for GET (their forms POST to the same address), endpoints once for each method they offer."""
    found = []
    for path, pattern in _walk(get_resolver().url_patterns):
        view: Any = pattern.callback
        if hasattr(view, "cls"):
            actions = getattr(view, "actions", None) or {"get": "get"}
            for method, action in actions.items():
                if method == "head":  # the framework adds it at the first request
                    continue
                found.append(Route(method.upper(), _plain(path), act_of_endpoint(view.cls, action), api=True))
        else:
            act = act_of_page(view, pattern.name, getattr(view, "__module__", ""))
            found.append(Route("GET", _plain(path), act, api=False))
    return found
