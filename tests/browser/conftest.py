"""A real Chromium on a real server. Pictures of each page are kept under test-artefacts/."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from PIL import Image
from playwright.sync_api import Page

from tests import factories

ARTEFACTS = Path(__file__).resolve().parent.parent.parent / "test-artefacts"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A developer's machine may lack the browser. `.ci/run` installs it and sets KEPU_BROWSER_REQUIRED: there nothing that
    needs one is skipped, and without one it fails."""
    here = Path(__file__).parent
    missing = shutil.which("chromium") is None and not os.environ.get("KEPU_BROWSER_REQUIRED")
    for item in items:
        if here in Path(item.fspath).parents:
            item.add_marker(pytest.mark.browser)
            if missing:
                item.add_marker(pytest.mark.skip(reason="needs Debian's chromium"))


@pytest.fixture(scope="session")
def camera_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the faked camera films: read anew each time a page starts it."""
    file = tmp_path_factory.mktemp("camera") / "film.mjpeg"
    file.write_bytes(film([Image.new("L", (640, 480), 200)]))
    return file


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], camera_file: Path) -> dict[str, Any]:
    return browser_type_launch_args | {
        "executable_path": shutil.which("chromium"),
        "args": [*FLAGS, f"--use-file-for-fake-video-capture={camera_file}"],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return browser_context_args | {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "viewport": PHONE}


def film(pictures: list[Image.Image]) -> bytes:
    """Motion JPEG: one picture after the other, each for a few frames."""
    out = io.BytesIO()
    for picture in pictures:
        frame = io.BytesIO()
        picture.convert("RGB").save(frame, "JPEG", quality=90)
        for _ in range(5):
            out.write(frame.getvalue())
    return out.getvalue()


def held_up(png: bytes) -> Image.Image:
    """A ticket as a camera sees it: on a grey ground, not quite straight."""
    ground = Image.new("L", (640, 480), 170)
    ticket = Image.open(io.BytesIO(png)).convert("L").resize((380, 380)).rotate(4, fillcolor=255, expand=True)
    ground.paste(ticket, ((640 - ticket.width) // 2, (480 - ticket.height) // 2))
    return ground


@pytest.fixture
def site(live_server: Any, settings: Any) -> Iterator[str]:
    """The address of a served site in Chinese, whose tickets lead back to it."""
    settings.KEPU_BASE_URL = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    translation.activate("zh-hans")
    yield live_server.url
    translation.deactivate()


@pytest.fixture
def faults(page: Page) -> Iterator[list[str]]:
    """What the page complains of: errors of scripts, refused by the policy, files that are missing. Must stay empty."""
    found: list[str] = []
    watch(page, found)
    yield found
    assert not found, "\n".join(found)


def watch(page: Page, found: list[str]) -> None:
    page.on("pageerror", lambda error: found.append(f"{page.url}: {error}"))
    page.on("console", lambda said: found.append(f"{page.url}: {said.text}") if said.type == "error" else None)


@pytest.fixture
def shot(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Keep a picture of a page at both widths, and claim that nothing is wider than the screen."""

    def take(page: Page, name: str) -> None:
        ARTEFACTS.mkdir(exist_ok=True)
        before = page.viewport_size
        page.wait_for_load_state("networkidle")
        for size in (PHONE, DESK):
            page.set_viewport_size(size)  # type: ignore[arg-type]  # a TypedDict there
            page.screenshot(path=ARTEFACTS / f"{name}-{size['width']}.png", full_page=True, animations="disabled")
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, f"{page.url} is {wide} pixels wider than {size['width']}"
        if before:
            page.set_viewport_size(before)

    return take


def sign_in(page: Page, site: str, username: str, password: str = factories.PASSWORD) -> None:
    page.goto(f"{site}/accounts/login/")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/console/**")
