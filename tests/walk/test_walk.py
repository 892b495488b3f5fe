"""The thirteen steps in a browser, from an empty town to the council's answer and the deletion.

One test per phase; they build on each other and share one installation. Here: from the mandate
to the members. `test_walk_on.py` goes on from there.
"""

from __future__ import annotations

import csv
import io

import pytest
from playwright.sync_api import expect

from buergerrat.db import db, writing
from buergerrat.demo.register import write_register
from buergerrat.sortition.services import members, replies
from tests.walk.conftest import in_days
from tests.walk.people import PASSWORD, Person
from tests.walk.world import HOME, LETTERS, QUESTION, SEATS, World, assembly

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.usefixtures("in_order"),
]


def test_1_the_clerk_founds_the_buergerrat(world: World) -> None:
    clerk = world.clerk
    clerk.sign_in("verwaltung@elbtal.example")
    clerk.is_at("Bürgerräte")
    clerk.follow("Bürgerrat gründen")
    clerk.fill("Name", "Ortsmitte 2035")
    clerk.page.locator("#guiding_question").fill(QUESTION)
    clerk.fill("Nummer des Beschlusses", "2026/061")
    clerk.fill("Datum des Beschlusses", in_days(-30))
    clerk.fill("Plätze", SEATS)
    clerk.page.get_by_text("Alles Weitere ansehen und ändern").click()
    clerk.fill("Ort der Losung", "Ratssaal")
    clerk.fill("Erster Sitzungstag", in_days(120))
    clerk.fill("Letzter Sitzungstag", in_days(121))
    clerk.page.get_by_role("button", name="Termine vorschlagen").click()
    expect(clerk.page.locator("#letters_on")).not_to_have_value("")
    clerk.click("Bürgerrat gründen")
    clerk.is_at("Ortsmitte 2035")
    clerk.sees("Als Nächstes", QUESTION)
    clerk.go(f"{HOME}/auftrag")
    clerk.click("Freischalten")
    world.done = 1


def test_2_the_register_is_read(world: World) -> None:
    clerk = world.clerk
    clerk.go(f"{HOME}/melderegister")
    register = io.BytesIO()
    write_register(register, seed=7, people=3000)
    upload = {"name": "auszug.csv", "mimeType": "text/csv", "buffer": register.getvalue()}
    clerk.page.set_input_files("input[type=file]", files=upload)  # type: ignore[arg-type]
    clerk.click("Einlesen")
    clerk.sees("Personen in der Datei", "Nebenwohnung", "Summenzeile", "Windows-1252")
    clerk.looks()
    world.done = 2


def test_3_the_invitations_are_drawn(world: World) -> None:
    clerk = world.clerk
    clerk.go(f"{HOME}/einladungslosung")
    clerk.fill("Briefe insgesamt", LETTERS)
    clerk.fill("Erwarteter Rücklauf", "20")
    clerk.click("Plan speichern")
    clerk.sees("Der Plan ist gespeichert.")
    clerk.fill("Öffentliches Ereignis", "Zehnseitiger Würfel in der Sitzung des Stadtrats")
    clerk.page.locator("#due").fill(in_days(0).isoformat())
    clerk.click("Festschreiben und veröffentlichen")
    clerk.sees("Der Plan ist festgeschrieben und öffentlich.", "Startwert eingeben")
    clerk.looks()
    clerk.fill("Öffentlicher Wert", "1 2 3")
    clerk.click("Startwert festhalten")
    expect(clerk.page.locator(".kern-error")).not_to_have_count(0)
    clerk.fill("Öffentlicher Wert", "4 7 1 9 0 3 8 2 6 5 5 1 7 7 0 9 2 4 8 3 6 1")
    clerk.click("Startwert festhalten")
    clerk.looks()
    clerk.click("Jetzt losen")
    clerk.sees(str(LETTERS), "Briefe erstellen")
    world.done = 3


def test_4_the_letters_are_made(world: World) -> None:
    clerk = world.clerk
    clerk.go(f"{HOME}/briefe")
    clerk.click("Briefe erstellen")
    clerk.looks()
    assert clerk.download("Briefe als PDF").startswith(b"%PDF")
    table = clerk.download("Adressen als CSV-Datei").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table), delimiter=";"))
    assert len(rows) == LETTERS
    world.codes = [row["Code"] for row in rows]
    assert len(set(world.codes)) == LETTERS
    clerk.click("Versand vermerken")
    clerk.sees("in der Post")
    world.done = 4


def test_5_residents_answer(world: World) -> None:
    with_script, without, others = world.codes[0], world.codes[1], world.codes[3:33]
    _answer_on_a_phone(world.resident, with_script)
    _answer_on_a_phone(world.without_script, without)
    _the_clerk_types_a_card(world, world.codes[2])
    with world.server.app.app_context():
        rat = assembly("ortsmitte-2035")
        schools = ("upper", "secondary", "lower")
        for number, code in enumerate(others):
            with writing():
                invitee = replies.find_by_code(code)
                assert invitee is not None
                said = {
                    "education": schools[number % 3],
                    "migration_history": "yes" if number % 4 == 0 else "no",
                }
                answer = replies.Answer("yes", said, phone="01234 567890")
                replies.save(rat, invitee, answer, source="online")
        db.session.remove()
    world.clerk.go(f"{HOME}/antworten")
    world.clerk.looks()
    world.done = 5


def _answer_on_a_phone(resident: Person, code: str) -> None:
    """Code, six steps, a correction; nothing of it needs a script."""
    resident.go("/antwort")
    resident.fill("Code aus dem Brief", "AAAAA-AAAAA")
    resident.click("Weiter")
    resident.sees("Dieser Code passt nicht.")
    resident.fill("Code aus dem Brief", code.lower())
    resident.click("Weiter")
    resident.is_at("Möchten Sie beim Bürgerrat mitmachen?")
    for choice in ("Ja, aber ich brauche Unterstützung", "Abitur"):
        _looks(resident)
        resident.tick(choice)
        if choice == "Abitur":
            resident.tick("Ja, die Stadt Elbtal darf")
        resident.click("Weiter")
    resident.page.locator(".br-choice label").first.click()  # no consent: it is not stored
    _looks(resident)
    resident.click("Weiter")
    resident.is_at("Welche Unterstützung brauchen Sie?")
    _looks(resident)
    resident.click("Weiter")
    resident.is_at("Wie erreichen wir Sie?")
    resident.fill("Telefon", "01234 567890")
    _looks(resident)
    resident.click("Weiter")
    resident.is_at("Zusammenfassung")
    _looks(resident)
    resident.click("Antwort absenden")
    resident.is_at("Danke für Ihre Antwort")
    _looks(resident)
    resident.click("Beenden")
    resident.sees("Sie sind fertig")


def _looks(resident: Person) -> None:
    """Axe needs a script."""
    if resident.js:
        resident.looks()


def _the_clerk_types_a_card(world: World, code: str) -> None:
    clerk = world.clerk
    clerk.go(f"{HOME}/antworten/karte")
    clerk.fill("Code, Name oder Straße", code)
    clerk.click("Weiter")
    clerk.tick("Ja, macht mit")
    clerk.page.locator("#education").select_option("lower")
    clerk.tick("Zustimmung zum Schulabschluss")
    clerk.looks()
    clerk.click("Speichern und nächste Karte")
    clerk.sees("Gespeichert:")


def test_6_quotas_and_the_public_draw(world: World) -> None:
    clerk = world.clerk
    clerk.go(f"{HOME}/quoten")
    for sex in ("weiblich", "männlich"):
        clerk.fill(f"{sex}: höchstens", SEATS)
        clerk.fill(f"{sex}: mindestens", SEATS - 2)
    clerk.sees(
        "So geht es nicht auf", "widersprechen sich", "Geprüft, aber noch nicht gespeichert."
    )
    clerk.looks()
    clerk.click("Vorschlag übernehmen")
    clerk.sees("Der Vorschlag ist übernommen", "Die Quoten gehen auf")
    for words in clerk.page.locator("label[for^=accept_excluded]").all():
        words.click()  # by chance of the draw somebody may be on no list
    clerk.click("Quoten festschreiben")
    clerk.is_at("Losung")
    clerk.looks()
    clerk.click("Listen bilden")
    clerk.is_at("1.000 gleich wahrscheinliche Listen")
    clerk.follow("Saalbild öffnen")
    for digit in "352":
        clerk.looks()
        clerk.fill("Gezogene Ziffer", digit)
        if digit == "2":
            clerk.fill("Zur Sicherheit noch einmal", digit)
        clerk.click("Ziffer eintragen")
    clerk.is_at("352 ist gezogen")
    clerk.looks()
    clerk.go(f"{HOME}/losung")
    assert clerk.download("Losprotokoll zum Lesen").startswith(b"%PDF")
    (world.kept / "ziehung.zip").write_bytes(clerk.download("Losprotokoll zum Nachprüfen"))
    world.done = 6


def test_7_members_accept_and_one_leaves(world: World) -> None:
    clerk = world.clerk
    clerk.go(f"{HOME}/mitglieder")
    clerk.is_at(f"0 von {SEATS} Plätzen")
    clerk.click("Zusage eintragen")
    clerk.is_at(f"1 von {SEATS} Plätzen")
    clerk.page.get_by_role("link", name="scheidet aus").last.click()
    clerk.page.locator("select#reason").select_option(index=1)
    clerk.click("Vorschau ansehen")
    clerk.sees("Wer geht, wer kommt")
    clerk.looks()
    clerk.click("Ausscheiden eintragen")
    clerk.sees("rückt nach", "nachgerückt")
    clerk.looks()
    with world.server.app.app_context():
        with writing():
            for member in members.of(assembly("ortsmitte-2035"), ["asked"]):
                members.accept(member)
        db.session.remove()
    world.clerk.go(f"{HOME}/mitglieder")
    clerk.is_at(f"{SEATS} von {SEATS} Plätzen")
    _the_facilitator_is_invited(world)
    world.done = 7


def _the_facilitator_is_invited(world: World) -> None:
    """By a link that the clerk hands over."""
    clerk, facilitator = world.clerk, world.facilitator
    clerk.go("/elbtal/konten/neu")
    clerk.fill("E-Mail", "moderation@elbtal.example")
    clerk.page.locator("#name").fill("Mehmet Aydın")
    clerk.tick("Moderation")
    clerk.page.locator("select#assembly").select_option(label="Ortsmitte 2035")
    clerk.looks()
    clerk.click("Person einladen")
    clerk.looks()
    link = clerk.page.locator("#link").input_value()
    facilitator.go(f"/einladung/{link.rsplit('/', 1)[1]}")
    facilitator.looks()
    for box in facilitator.page.locator("input[type=password]").all():
        box.fill(PASSWORD)
    facilitator.page.locator("main button[type=submit]").first.click()
    facilitator.set_up_second_factor()
