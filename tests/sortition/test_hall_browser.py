"""Hall, preview, members with reserve, and one's own chance, in a real browser at three widths."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from buergerrat.accounts.models import User
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, utcnow, writing
from buergerrat.sortition.commitment import SeedKind, SeedProcedure
from buergerrat.sortition.models import Invitee
from buergerrat.sortition.services import drawing, lottery, members, quotas
from tests.browser import (  # noqa: F401
    DESK,
    PHONE,
    Server,
    browser,
    live_server,
    page,
    violations,
)

Fill = Callable[[Assembly, int], list[Invitee]]
HOME = "/elbtal/buergerraete/ortsmitte-2035"
NARROW = {"width": 320, "height": 700}


def looks(page: Page) -> None:  # noqa: F811
    for size in (DESK, PHONE, NARROW):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, (page.url, size, wide)
        assert violations(page, f"{page.url} {size['width']}") == []
    page.set_viewport_size(DESK)  # type: ignore[arg-type]


@pytest.fixture
def built(assembly: Assembly, fill_pool: Fill) -> Callable[[str], None]:
    def make(kind: str) -> None:
        fill_pool(assembly, 40)
        pick = SeedProcedure(SeedKind(kind), "Lotto am Samstag", "2026-10-27", "Nächster Samstag")
        with writing():
            quotas.save(assembly, quotas.proposal(assembly, width=2))
            draw = lottery.freeze(assembly, None, panels=1000, pick=pick)
            drawing.build(draw, None)
            assembly.published_at = utcnow()
        db.session.rollback()

    return make


@pytest.mark.browser
def test_from_the_first_digit_to_the_preview(
    live_server: Server,  # noqa: F811
    page: Page,  # noqa: F811
    people: dict[str, User],
    assembly: Assembly,
    built: Callable[[str], None],
) -> None:
    built("digits")
    live_server.sign_in(page.context, people["administration"])
    page.goto(f"{live_server.url}{HOME}/losung/1/saal")
    looks(page)
    page.get_by_label("Gezogene Ziffer", exact=True).fill("3")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_text("Die Ziffer 3 zurücknehmen").click()
    looks(page)
    page.get_by_label("Grund, steht").select_option("falsch eingetippt")
    with page.expect_navigation():
        page.get_by_role("button", name="Ziffer zurücknehmen").click()
    assert "zurückgenommen: falsch eingetippt" in page.content()
    for digit in "352":
        page.get_by_label("Gezogene Ziffer", exact=True).fill(digit)
        if page.get_by_label("Zur Sicherheit").count():
            page.get_by_label("Zur Sicherheit").fill(digit)
        with page.expect_navigation():
            page.keyboard.press("Enter")
    assert page.title().startswith("352 ist gezogen")
    looks(page)
    page.goto(f"{live_server.url}{HOME}/mitglieder?ausfall=10")
    looks(page)
    page.get_by_role("link", name="scheidet aus").first.click()
    page.locator("select#reason").select_option("weggezogen")
    page.get_by_text("Gleichzeitig scheiden weitere").click()
    page.locator("details select").first.select_option("nicht erreichbar")
    looks(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Vorschau ansehen").click()
    assert "2 Personen rücken nach" in page.content()
    looks(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Ausscheiden eintragen").click()
    assert len(members.of(assembly, ("declined",))) == 2


@pytest.mark.browser
def test_a_public_value_and_ones_own_chance(
    live_server: Server,  # noqa: F811
    page: Page,  # noqa: F811
    people: dict[str, User],
    assembly: Assembly,
    built: Callable[[str], None],
) -> None:
    built("lotto")
    live_server.sign_in(page.context, people["administration"])
    page.goto(f"{live_server.url}{HOME}/losung/1/saal")
    looks(page)
    page.get_by_label("Öffentlicher Wert").fill("3 11 23 34 40 49 / 7")
    page.keyboard.press("Enter")
    page.get_by_text("03-11-23-34-40-49/7").wait_for()
    looks(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Der Wert stimmt").click()
    looks(page)
    page.context.clear_cookies()
    invitee = db.session.query(Invitee).order_by(Invitee.id).first()
    assert invitee is not None
    page.goto(f"{live_server.url}/elbtal/ortsmitte-2035/lostopf")
    page.get_by_label("Ihr Code").fill(invitee.code)
    page.keyboard.press("Enter")
    page.get_by_text("Meine Zeile herunterladen").wait_for()
    looks(page)
    page.get_by_label("Ihr Code, noch einmal").fill(invitee.code)
    with page.expect_download() as download:
        page.get_by_role("button", name="Meine Zeile herunterladen").click()
    assert download.value.suggested_filename.startswith("meine-zeile-")
    page.goto(f"{live_server.url}/elbtal/ortsmitte-2035/#losung")
    looks(page)
