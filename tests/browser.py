"""Real Chromium against a real server, for tests marked `browser`.

from tests.browser import Server, live_server, page  # noqa: F401

@pytest.mark.browser
def test_…(live_server: Server, page: Page) -> None:
    live_server.sign_in(page.context, people["facilitator"])
    page.goto(live_server.url + "/…")
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

from buergerrat.accounts.models import User
from buergerrat.accounts.websession import COOKIE

AXE = Path(__file__).parent.parent / "node_modules" / "axe-core" / "axe.min.js"
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def chromium() -> str:
    """Path of the machine's Chromium; without one the test is left out with one line."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("Chromium fehlt: apt-get install chromium")
    return found


@contextmanager
def open_browser() -> Iterator[Browser]:
    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        try:
            yield browser
        finally:
            browser.close()


class Server:
    """The test's application on a port of its own, in threads."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        app.config["ANSWER_SECONDS"] = 0  # this browser is faster than people with a code
        self.server = make_server("127.0.0.1", 0, app, threaded=True)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def sign_in(self, context: BrowserContext, user: User) -> None:
        """Give the browser a session of this user."""
        client: Any = self.app.test_client()
        client.sign_in(user)
        context.add_cookies([{"name": COOKIE, "value": client.token, "url": self.url}])


def violations(page: Page, context: str = "") -> list[str]:
    """What axe finds on the page (WCAG 2.2 A and AA), a line each; empty when all is well."""
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        """async () => (await axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a",
            "wcag21aa", "wcag22aa", "best-practice"]})).violations
            .map(v => v.id + ": " + v.nodes.map(n => n.target.join(" ")).slice(0, 3).join(", "))"""
    )
    return [f"{context} {line}".strip() for line in found]


def overflows(page: Page) -> bool:
    """Whether the page has to be scrolled sideways."""
    return bool(
        page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    )


@pytest.fixture
def live_server(app: Flask) -> Iterator[Server]:
    server = Server(app)
    yield server
    server.stop()


_open: list[Browser] = []


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium per process, in however many modules this fixture is known."""
    if _open:
        yield _open[0]
        return
    with open_browser() as found:
        _open.append(found)
        yield found
        _open.clear()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh browser profile at desk width."""
    context = browser.new_context(viewport=DESK, bypass_csp=False, locale="de-DE")  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(15_000)
    yield page
    context.close()
