"""The scanner's shell, and what keeps it usable without a network: everything else it gets from the API with its
station's key.

The service worker is served under `/scan/`, its scope, with the list of what it keeps written above it. Its version is a
digest of all that, so that a new build, a new text or another list of audience groups makes a new version.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from events import audiences
from events.access import Act
from events.errors import NotFound
from frontend.language import chinese
from frontend.pages import Request, page
from registrations.indicators import measures

#: Languages as addresses name them: the shell of each is kept on the phone.
SHELLS = {"zh": "zh-hans", "en": "en"}
ICONS = (("icon-192.png", 192, "any"), ("icon-512.png", 512, "any"), ("icon-maskable.png", 512, "maskable"))
TYPES = {".js": "text/javascript", ".wasm": "application/wasm"}


def _built(name: str) -> Path:
    found = finders.find(name)
    return Path(found) if isinstance(found, str) else Path(settings.STATIC_ROOT) / name


@functools.cache
def _parts() -> dict[str, Any]:
    """What the build says of the scanner's files: `service`, `files`, `inScope`."""
    said: dict[str, Any] = json.loads(_built("scanner.json").read_text(encoding="utf-8"))
    return said


def _shell(request: Request) -> HttpResponse:
    """The page, the same for everybody who reads the language: it may be kept on the phone."""
    language = "zh" if chinese() else "en"
    groups = audiences.current(timezone.localdate().year)
    context = {
        "groups": json.dumps([{"code": one.code, "label": one.zh if chinese() else one.en} for one in groups]),
        "measures": json.dumps(
            [
                {"code": code, "label": measure.label(language), "unit": measure.unit if chinese() else measure.unit_en}
                for code, measure in ((code, measures.get(code)) for code in measures.ENTERED)
            ]
        ),
        "parts": reverse("scanner_part", args=["-"]).removesuffix("-"),
    }
    return render(request, "scanner/scan.html", context)


@page(Act.SEE_PUBLIC)
def scan(request: Request) -> HttpResponse:
    return _shell(request)


@page(Act.SEE_PUBLIC)
def shell(request: Request, language: str) -> HttpResponse:
    """The page in one language, whatever the cookie says."""
    if language not in SHELLS:
        raise NotFound
    with translation.override(SHELLS[language]):
        return _shell(request)


@page(Act.SEE_PUBLIC)
def service(request: Request) -> HttpResponse:
    """The service worker, its plan above it. Asked for at every start, so never kept itself."""
    shells = {code: reverse("scanner_shell", args=[code]) for code in SHELLS}
    parts = _parts()
    files = [*parts["files"], "icons-scanner.svg", "favicon.svg", *(name for name, _side, _purpose in ICONS)]
    plan = {
        "files": [
            *(static(name) for name in files),
            *(reverse("scanner_part", args=[Path(name).name]) for name in parts["inScope"]),
            reverse("scanner_manifest"),
        ],
        "shells": shells,
    }
    script = _built(parts["service"]).read_text(encoding="utf-8")
    pages = [shell(request, code).content for code in SHELLS]
    unnamed = [_built(name).read_bytes() for name in files if "/" not in name]  # not named by their content
    digest = hashlib.sha256(b"".join([json.dumps(plan).encode(), script.encode(), *unnamed, *pages]))
    head = f"const PLAN={json.dumps(plan | {'version': digest.hexdigest()[:16]})};\n"
    return HttpResponse(head + script, content_type="text/javascript", headers={"Cache-Control": "no-cache"})


@functools.cache
def _packed(name: str) -> bytes:
    return gzip.compress(_built(f"build/{name}").read_bytes(), 6, mtime=0)


@page(Act.SEE_PUBLIC)
def part(request: Request, name: str) -> HttpResponse:
    """The decoder, a second time under the scope of the service worker: for a worker's own files a browser asks the
    service worker only there."""
    if name not in {Path(one).name for one in _parts()["inScope"]}:
        raise NotFound
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    content = _packed(name) if packed else _built(f"build/{name}").read_bytes()
    response = HttpResponse(content, content_type=TYPES[Path(name).suffix])
    if packed:
        response["Content-Encoding"] = "gzip"
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


@page(Act.SEE_PUBLIC)
def manifest(request: Request) -> JsonResponse:
    """What a phone needs to put the scanner on its home screen."""
    return JsonResponse(
        {
            "name": _("Check-in scanner"),
            "short_name": _("Check-in"),
            "lang": "zh-Hans" if chinese() else "en",
            "id": reverse("scan"),
            "start_url": reverse("scan"),
            "scope": reverse("scan"),
            "display": "standalone",
            "orientation": "portrait",
            "background_color": "#f4f7f8",
            "theme_color": "#f4f7f8",
            "icons": [
                {"src": static(name), "sizes": f"{side}x{side}", "type": "image/png", "purpose": purpose}
                for name, side, purpose in ICONS
            ],
        },
        content_type="application/manifest+json",
    )
