"""Every page of the walk: well, readable for everybody, at desk, phone and fourfold zoom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request

from buergerrat.accounts.models import User
from buergerrat.db import db, writing
from buergerrat.sessions.services import planning
from buergerrat.sortition.services import members
from tests.browser import AXE, DESK, PHONE, Server, overflows, violations
from tests.walk.conftest import in_days, person
from tests.walk.pages import ELSEWHERE, PAGES
from tests.walk.world import assembly

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ZOOMED = {"width": 320, "height": 640}  # 1280 pixels at 400 %
WHO = {
    "clerk": "verwaltung",
    "facilitator": "moderation",
    "council": "rat",
    "observer": "datenschutz",
    "system": "system",
}
LOOKS = sorted({look for looks in PAGES.values() for look in looks})


class Watched:
    """A browser tab that keeps what went wrong and where it asked for something."""

    def __init__(self, page: Page, home: str) -> None:
        self.page, self.home = page, home
        self.problems: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("request", self._request)

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(self.home).netloc:
            self.problems.append(f"asked elsewhere: {request.url}")


@pytest.fixture(scope="module")
def values(demo: Server) -> dict[str, str]:
    """What stands for the names in angle brackets; a session in the second Bürgerrat."""
    with demo.app.app_context():
        first, second = assembly("ortsmitte-2035"), assembly("hitze-in-der-stadt")
        found = {
            "<losnummer>": members.of(first, ["accepted"])[0].losnummer,
            "<invitee>": members.of(first, ["accepted"])[0].invitee.uid,
            "<user>": str(person(demo.app, "rat").id),
        }
        with writing():
            session = planning.plan_session(second, "Sitzung 1", in_days(84), "Ratssaal")
            item = planning.ItemData("Ankommen", "plenary", 30, dt.time(9), is_public=True)
            planning.add_item(session, item)
        db.session.remove()
    return found


@pytest.fixture(scope="module")
def tabs(demo: Server, browser: Browser) -> Iterator[dict[str, BrowserContext]]:
    """A browser profile per role, signed in."""
    profiles = {}
    for role in [*WHO, "public"]:
        profiles[role] = browser.new_context(viewport=DESK, locale="de-DE")  # type: ignore[arg-type]
        if role != "public":
            with demo.app.app_context():
                user: User = person(demo.app, WHO[role])
                demo.sign_in(profiles[role], user)
                db.session.remove()
    yield profiles
    for profile in profiles.values():
        profile.close()


def test_every_page_is_looked_at(demo: Server) -> None:
    known = set(PAGES) | set().union(*ELSEWHERE.values())
    routes = {r.endpoint for r in demo.app.url_map.iter_rules() if "GET" in (r.methods or ())}
    assert routes == known


@pytest.mark.parametrize(("role", "url"), LOOKS)
def test_page(
    role: str,
    url: str,
    demo: Server,
    tabs: dict[str, BrowserContext],
    values: dict[str, str],
) -> None:
    if not AXE.exists():
        pytest.skip("axe-core fehlt: make setup")
    for name, value in values.items():
        url = url.replace(name, value)
    tab = tabs[role].new_page()
    watched = Watched(tab, demo.url)
    answer = tab.goto(demo.url + url)
    assert answer is not None
    assert answer.status == 200
    assert urlsplit(tab.url).path == urlsplit(url).path
    problems = _heading(tab) + violations(tab, "1280") + _wide(tab, "1280") + _keyboard(tab)
    tab.set_viewport_size(PHONE)  # type: ignore[arg-type]
    problems += violations(tab, "390") + _wide(tab, "390")
    tab.set_viewport_size(ZOOMED)  # type: ignore[arg-type]
    problems += _wide(tab, "320")
    if role == "public":
        assert tabs[role].cookies() == []
    tab.close()
    assert problems + watched.problems == []


def _heading(tab: Page) -> list[str]:
    """One h1, and the tab's title begins with its words (a long one may be shorter there)."""
    headings = [" ".join(text.split()) for text in tab.locator("h1").all_inner_texts()]
    if len(headings) != 1:
        return [f"{len(headings)} headings of the first order"]
    title = tab.title()
    stem = title.rsplit(" – ", 1)[0]
    if title.startswith(headings[0]) or headings[0].startswith(stem):
        return []
    return [f"title „{title}“ for „{headings[0]}“"]


def _wide(tab: Page, width: str) -> list[str]:
    return [f"{width}: scrolls sideways"] if overflows(tab) else []


def _keyboard(tab: Page) -> list[str]:
    """The first Tab reaches the skip link; it and the next stop can be seen to have the focus."""
    found = []
    tab.evaluate(START)
    tab.keyboard.press("Tab")
    if tab.evaluate("document.activeElement.getAttribute('href')") != "#inhalt":
        found.append("the first stop is not the way to the content")
    for stop in (1, 2):
        if not tab.evaluate(SEEN):
            found.append(f"stop {stop}: the focus cannot be seen")
        tab.keyboard.press("Tab")
    return found


# A page may put the cursor into a field; this begins before everything.
START = """() => {
  const start = document.createElement("span");
  start.tabIndex = -1;
  document.body.prepend(start);
  start.focus();
  start.remove();
}"""
SEEN = """() => {
  if (document.activeElement === document.body) return true;  // no second stop on this page
  const style = getComputedStyle(document.activeElement), box = document.activeElement.getBoundingClientRect();
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  return (ring || style.boxShadow !== "none") && box.width > 0 && box.bottom > 0 && box.right > 0;
}"""
