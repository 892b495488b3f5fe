"""The page of the letters in a real browser: before and after they are made, in parts."""

import pytest
import stage_one as stage
from playwright.sync_api import Page

from buergerrat.accounts.models import User
from buergerrat.assemblies.models import Assembly
from buergerrat.sortition.services import letters
from tests.browser import DESK, PHONE, Server, browser, live_server, overflows, page, violations
from tests.support import BrowserLike

__all__ = ["browser", "live_server", "page"]
pytestmark = pytest.mark.browser


def test_the_size_is_chosen_by_keyboard_and_the_parts_are_listed(
    live_server: Server,
    page: Page,
    clerk: BrowserLike,
    people: dict[str, User],
    assembly: Assembly,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(letters, "PART_SIZES", (10, 20))
    stage.whole_draw(clerk)
    live_server.sign_in(page.context, people["administration"])
    page.goto(live_server.url + stage.page("briefe"))
    look_at(page)
    page.get_by_label("Aufteilung für die Druckerei").focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="Briefe erstellen").press("Enter")
    page.get_by_role("link", name="Teil 3").wait_for()
    assert page.get_by_text("Briefe 11 bis 20").count() == 1
    assert page.get_by_label("Aufteilung für die Druckerei").input_value() == "10"
    look_at(page)


def look_at(page: Page) -> None:
    for size in (DESK, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert violations(page) == []
        assert not overflows(page)
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
