"""The walk goes on: sessions, recommendations, report, the council's answer, the deletion."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import expect
from sqlalchemy import select

from buergerrat.cli import cli
from buergerrat.db import db, utcnow
from buergerrat.sortition.models import Invitee, PanelDraw
from tests.browser import PHONE
from tests.walk.conftest import in_days
from tests.walk.people import Person
from tests.walk.world import HOME, OPEN, QUESTION, SEATS, World, assembly

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.usefixtures("in_order"),
]


def test_8_a_session_is_held(world: World) -> None:
    facilitator = world.facilitator
    facilitator.go(f"{HOME}/sitzungen")
    facilitator.fill("Tag", in_days(0))
    facilitator.click("Sitzung planen")
    facilitator.is_at("Sitzung 1")
    facilitator.fill("Was geschieht", "Lösungen sammeln")
    facilitator.page.locator("#kind").select_option("table_work")
    facilitator.click("Punkt hinzufügen")
    facilitator.sees("Lösungen sammeln")
    facilitator.click("Sitzung öffnen")
    facilitator.looks()
    facilitator.go(f"{HOME}/sitzungen/1/anwesenheit")
    facilitator.page.get_by_role("button", name="fehlt").last.click()
    facilitator.sees(f"0 von {SEATS} sind da.")
    facilitator.click(f"Alle {SEATS - 1} übrigen sind da")
    facilitator.sees(f"{SEATS - 1} von {SEATS} sind da.")
    facilitator.looks()
    facilitator.go(f"{HOME}/sitzungen/1/tische")
    facilitator.fill("Zahl der Tische", 2)
    facilitator.click("Tische vorschlagen")
    facilitator.looks()
    facilitator.click("Runde festlegen")
    facilitator.sees("Tisch 1", "Tisch 2", "festgelegt")
    _notes(facilitator)
    world.done = 8


def _notes(facilitator: Person) -> None:
    """Cards save themselves; two of them get a theme."""
    page = facilitator.page
    facilitator.go(f"{HOME}/sitzungen/1/tafel")
    for field_id, text, card in (
        ("#neu-l", "Sitzstufen am Bach", "#L1"),
        ("#neu-l", "Trinkbrunnen am Markt", "#L2"),
        ("#neu-b", "Wer pflegt das alles?", "#B1"),
    ):
        page.locator(field_id).fill(text)
        page.locator(field_id).press("Enter")
        expect(page.locator(card)).to_contain_text("gespeichert")
    facilitator.looks()
    facilitator.go(f"{HOME}/sitzungen/1/themen")
    facilitator.fill("Name des Themas", "Wasser")
    facilitator.click("Thema anlegen")
    facilitator.tick("Sitzstufen am Bach")
    facilitator.tick("Trinkbrunnen am Markt")
    facilitator.click("Zuordnen")
    expect(page.locator("#thema-1").locator("xpath=ancestor-or-self::section[1]")).to_contain_text(
        "Sitzstufen am Bach"
    )
    facilitator.go(f"{HOME}/sitzungen/1/grossbild?nach=themen")
    facilitator.sees("Wasser", "Trinkbrunnen am Markt")


def test_9_a_recommendation_is_voted_on(world: World) -> None:
    facilitator = world.facilitator
    facilitator.go(f"{HOME}/empfehlungen/neu")
    facilitator.fill("Titel", "Wasser in der Mitte")
    facilitator.fill("Wortlaut", "Die Stadt baut Sitzstufen am Bach.")
    facilitator.fill("Begründung", "Am Wasser trifft man sich.")
    facilitator.tick("Sitzstufen am Bach")
    facilitator.looks()
    facilitator.page.get_by_role("button", name="Als Entwurf speichern").last.click()
    facilitator.sees("Wasser in der Mitte", "Sitzstufen am Bach")
    facilitator.follow("Karten hinzufügen")
    facilitator.looks()
    facilitator.follow("Empfehlung 1")
    facilitator.follow("Neue Fassung schreiben")
    facilitator.fill("Wortlaut", "Die Stadt baut bis 2030 Sitzstufen am Bach.")
    facilitator.fill("Was ist neu?", "mit Jahr")
    facilitator.looks()
    facilitator.click("Neue Fassung speichern")
    facilitator.sees("mit Jahr")
    facilitator.go(f"{HOME}/empfehlungen/1/abstimmung")
    facilitator.looks()
    facilitator.click("Abstimmung beginnen")
    for label, votes in (("Ja", 6), ("Nein", 2), ("Enthaltungen", 5)):
        facilitator.page.get_by_label(label, exact=True).fill(str(votes))
    facilitator.click("Ergebnis eintragen")
    expect(facilitator.page.locator(".kern-error")).not_to_have_count(0)
    facilitator.page.get_by_label("Enthaltungen", exact=True).fill("1")
    facilitator.looks()
    facilitator.click("Ergebnis eintragen")
    facilitator.follow("Sondervotum eintragen")
    facilitator.page.locator("#text").fill("Erst die Brücke, dann die Stufen.")
    facilitator.fill("Getragen von", 2)
    facilitator.looks()
    facilitator.click("Sondervotum speichern")
    facilitator.sees("getragen von 2 Mitgliedern", "Mit 6 von 8 Stimmen beschlossen")
    world.done = 9


def test_10_the_report_is_handed_over(world: World) -> None:
    clerk = world.clerk
    clerk.go(f"{HOME}/gutachten")
    clerk.looks()
    clerk.follow("Texte bearbeiten")
    clerk.fill("Vorwort", "Der Bürgerrat hat an zwei Tagen beraten.")
    clerk.click("Texte speichern")
    clerk.follow("Zur Übergabe")
    clerk.looks()
    clerk.click("Gutachten übergeben")
    assert clerk.download("PDF").startswith(b"%PDF")
    clerk.looks()
    world.facilitator.go(f"{HOME}/empfehlungen/1")
    expect(world.facilitator.page.get_by_role("link", name="Neue Fassung")).to_have_count(0)
    world.done = 10


def test_11_the_council_answers(world: World) -> None:
    council = world.council
    council.sign_in("rat@elbtal.example")
    council.go("/elbtal/rat/ortsmitte-2035/1")
    council.sees("Die Stadt baut bis 2030 Sitzstufen am Bach.", "Erst die Brücke")
    council.tick("Abgelehnt")
    council.click("Antwort veröffentlichen")
    council.sees("gehört ein Grund dazu")
    council.looks()
    council.page.locator("#reason").fill("Der Bach liegt auf privatem Grund.")
    council.click("Antwort veröffentlichen")
    council.sees("Die Antwort ist veröffentlicht.")
    council.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    council.looks()
    world.done = 11


def test_12_everybody_can_see_it(world: World) -> None:
    public = world.resident
    public.go(f"{OPEN}/")
    public.sees(
        QUESTION,
        "Wasser in der Mitte",
        "Der Bach liegt auf privatem Grund.",
        "Abgelehnt",
    )
    public.looks()
    public.go(f"{OPEN}/lostopf")
    public.page.locator("input[name=code]").fill(world.codes[3])
    public.page.locator("main button[type=submit]").click()
    public.sees("Chance")
    public.looks()
    public.go(f"{OPEN}/pruefen")
    (world.kept / "losprotokoll.zip").write_bytes(public.download("Losprotokoll"))
    public.page.set_input_files("#pruefung-datei", world.kept / "losprotokoll.zip")
    public.sees("Alles stimmt")
    public.looks()
    world.done = 12


def test_13_people_are_forgotten_and_the_draw_still_verifies(world: World) -> None:
    clerk, app = world.clerk, world.server.app
    with app.app_context():
        world.clock.moment = utcnow() + (
            assembly("ortsmitte-2035").retention_until - in_days(0) + dt.timedelta(days=1)
        )
        db.session.remove()
    clerk.sign_in("verwaltung@elbtal.example")
    clerk.go(f"{HOME}/loeschen")
    clerk.looks()
    clerk.click("Jetzt löschen")
    clerk.sees("Alle Personendaten sind gelöscht")
    clerk.looks()
    with app.app_context():
        left = db.session.scalars(select(Invitee).where(Invitee.state != "erased")).all()
        assert left == []
        draw = db.session.scalars(select(PanelDraw)).one()
        assert draw.pool_sealed is None
        db.session.remove()
    public = world.resident
    public.go(f"{OPEN}/pruefen")
    published = public.download("Losprotokoll")
    assert published == (world.kept / "losprotokoll.zip").read_bytes()
    _verifies(world.kept / "losprotokoll.zip")
    _verifies(world.kept / "ziehung.zip")


def _verifies(record: Path) -> None:
    """`buergerrat verify` accepts it; a changed byte in it is found."""
    good = CliRunner().invoke(cli, ["verify", str(record)])
    assert good.exit_code == 0, good.output
    bent = record.with_name("bent.zip")
    content = bytearray(record.read_bytes())
    content[len(content) // 2] ^= 1
    bent.write_bytes(content)
    assert CliRunner().invoke(cli, ["verify", str(bent)]).exit_code != 0
