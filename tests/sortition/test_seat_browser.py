"""The seat in a real browser: by keyboard alone and without a script, on a phone, in three languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page
from seat_people import code_session, pick, seated, waiting

from buergerrat.accounts.websession import COOKIE
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db
from buergerrat.sortition.models import Invitee
from tests.browser import (  # noqa: F401 - fixtures
    PHONE,
    Server,
    browser,
    live_server,
    overflows,
    violations,
)

pytestmark = pytest.mark.browser
Fill = Callable[[Assembly, int], list[Invitee]]


def test_a_seat_by_keyboard_without_a_script(
    live_server: Server,  # noqa: F811
    browser: Browser,  # noqa: F811
    assembly: Assembly,
    fill_pool: Fill,
) -> None:
    fill_pool(assembly, 40)
    pick(assembly)
    first, second = seated(assembly)[:2]
    seat = f"{live_server.url}/antwort/platz"

    def open_page(invitee: Invitee, script: bool) -> Page:
        context = browser.new_context(
            viewport=PHONE,  # type: ignore[arg-type]
            bypass_csp=True,
            java_script_enabled=script,
        )
        context.add_cookies(
            [{"name": COOKIE, "value": code_session(invitee), "url": live_server.url}]
        )
        return context.new_page()

    def press(page: Page, name: str) -> None:
        """Tab until what is focused has this name, then Enter."""
        for _tab in range(40):
            page.keyboard.press("Tab")
            focused = page.locator(":focus")
            if focused.count() and name in focused.inner_text():
                with page.expect_navigation():
                    page.keyboard.press("Enter")
                return
        pytest.fail(f"{name}: not reached by keyboard")

    plain = open_page(first.invitee, script=False)
    plain.goto(seat)
    press(plain, "Ja, ich nehme den Platz an")
    press(plain, "Zustimmen: Fotos")
    assert "Zugestimmt am" in plain.inner_text("main")
    other = open_page(second.invitee, script=False)
    other.goto(seat)
    press(other, "Nein, ich kann nicht")
    press(other, "Ja, ich sage ab")
    assert "Sie haben abgesagt" in other.inner_text("h1")
    db.session.expire_all()
    assert (first.state, second.state) == ("accepted", "declined")

    seen = []
    for invitee, path in (
        (first.invitee, ""),
        (seated(assembly)[2].invitee, ""),
        (seated(assembly)[2].invitee, "/absage"),
        (waiting(assembly), "?sprache=leicht"),
        (first.invitee, "?sprache=en"),
    ):
        page = open_page(invitee, script=True)
        page.goto(seat + path)
        seen += violations(page, path)
        assert not overflows(page)
    assert seen == []
