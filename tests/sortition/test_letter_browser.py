"""The pages of the letters in a real browser: made in parts, worded with the page beside them."""

import pytest
import stage_one as stage
from playwright.sync_api import Page, expect

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
    page.get_by_label("English").first.press("Space")
    page.get_by_label("Aufteilung für die Druckerei").focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="Briefe erstellen", exact=True).press("Enter")
    page.get_by_role("link", name="Teil 3").wait_for()
    assert page.get_by_text("Briefe 11 bis 20").count() == 1
    page.get_by_text("Noch einmal erstellen").first.click()
    assert page.get_by_label("Aufteilung für die Druckerei").input_value() == "10"
    assert page.get_by_label("English").first.is_checked()
    look_at(page)


def test_the_page_follows_the_words_and_placeholders_are_put_in_by_button(
    live_server: Server, page: Page, people: dict[str, User], assembly: Assembly
) -> None:
    live_server.sign_in(page.context, people["administration"])
    page.goto(live_server.url + stage.page("briefe/einladung/text"))
    shown = page.locator("#vorschau-seiten svg.br-seite")
    expect(shown).to_have_count(1)
    look_at(page)
    subject = page.get_by_label("Betreff")
    subject.fill("Kommen Sie nach ")
    page.get_by_role("button", name="{ort}").click()
    assert subject.input_value() == "Kommen Sie nach {ort}"
    expect(shown.get_by_text("Kommen Sie nach Elbtal")).to_have_count(1)
    subject.fill("{quatsch}")
    expect(page.locator("#vorschau-seiten")).to_contain_text(
        "Diesen Platzhalter gibt es hier nicht"
    )
    look_at(page)


def look_at(page: Page) -> None:
    for size in (DESK, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert violations(page) == []
        assert not overflows(page)
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
