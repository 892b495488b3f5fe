"""The answer in a real browser: a phone, a keyboard, no script; and a card without a mouse."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from reply_people import invite

from buergerrat.accounts.models import User
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, writing
from buergerrat.sortition import answer_steps as way
from buergerrat.sortition import codes
from buergerrat.sortition.models import Invitee, Reply
from buergerrat.sortition.services import replies
from tests.browser import (  # noqa: F401 - fixtures
    PHONE,
    Server,
    browser,
    live_server,
    overflows,
    page,
    violations,
)

pytestmark = pytest.mark.browser


def reply() -> Reply:
    db.session.rollback()
    return db.session.query(Reply).one()


def test_on_a_phone_with_the_code_of_the_qr_picture(
    live_server: Server,  # noqa: F811
    browser: Browser,  # noqa: F811
    assembly: Assembly,
) -> None:
    code = invite(assembly, 1)[0].code
    context = browser.new_context(viewport=PHONE, bypass_csp=True, has_touch=True)  # type: ignore[arg-type]
    phone = context.new_page()
    requested: list[str] = []
    phone.on("request", lambda request: requested.append(request.url))
    phone.goto(f"{live_server.url}/antwort#{codes.show(code)}")
    assert phone.input_value("#code") == codes.show(code)
    assert phone.url == f"{live_server.url}/antwort"
    assert context.cookies() == []
    seen = []

    def onward(button: str, path: str) -> None:
        phone.get_by_role("button", name=button).tap()
        phone.wait_for_url(f"{live_server.url}/antwort/{path}")
        look()

    def look() -> None:
        seen.extend(violations(phone, phone.url.rsplit("/", 1)[-1]))
        assert not overflows(phone)

    look()
    onward("Weiter", "mitmachen")
    phone.locator("label", has_text="Ja, ich mache mit").tap()
    onward("Weiter", "schulabschluss")
    phone.locator("label", has_text="Realschule, POS 10. Klasse").tap()
    phone.locator("label", has_text="Ja, die Stadt Elbtal darf").tap()
    onward("Weiter", "einwanderung")
    phone.locator("label", has_text="Das möchte ich nicht sagen").tap()
    onward("Weiter", "erreichbar")
    phone.go_back()
    phone.go_forward()
    phone.get_by_label("Telefon").fill("0171 3920012")
    onward("Weiter", "zusammenfassung")
    onward("Antwort absenden", "danke")
    assert seen == []
    assert not any(code in url or codes.show(code) in url for url in requested)
    assert reply().submitted_at is not None
    assert [f.value for f in reply().features] == ["secondary"]
    context.close()


def test_with_the_keyboard_alone_and_without_a_script(
    live_server: Server,  # noqa: F811
    browser: Browser,  # noqa: F811
    assembly: Assembly,
) -> None:
    code = invite(assembly, 1)[0].code
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]
    plain = context.new_page()
    plain.goto(f"{live_server.url}/antwort")
    tab_to(plain, "#code")
    plain.keyboard.type(code.lower())
    for step, keys in (
        ("/antwort/mitmachen", ["Enter"]),
        ("/antwort/schulabschluss", ["radio:answer", "Space", "Enter"]),
        ("/antwort/einwanderung", ["radio:value", "Space", "radio:consent", "Space", "Enter"]),
        ("/antwort/erreichbar", ["radio:value", "Space", "Enter"]),
        ("/antwort/zusammenfassung", ["radio:phone", "Enter"]),
        ("/antwort/danke", ["button", "Enter"]),
    ):
        for key in keys:
            if key == "button":
                tab_to(plain, "button[type=submit]")
            elif key.startswith("radio:"):
                tab_to(plain, f"[name={key[6:]}]")
            else:
                plain.keyboard.press(key)
        plain.wait_for_url(live_server.url + step)
    assert [f.value for f in reply().features] == ["in_school"]
    assert reply().submitted_at is not None
    context.close()


def tab_to(where: Page, selector: str) -> None:
    """Press Tab until something that fits has the focus."""
    for _ in range(60):
        where.keyboard.press("Tab")
        if where.locator(f"{selector}:focus").count():
            return
    raise AssertionError(f"{selector} cannot be reached")


def test_every_step_in_every_language_is_accessible_at_320(
    live_server: Server,  # noqa: F811
    browser: Browser,  # noqa: F811
    assembly: Assembly,
) -> None:
    """All steps there are: of a minor whom the register did not name and who needs support."""
    person = invite(assembly, 1)[0]
    with writing():
        row = db.session.query(Invitee).filter_by(uid=person.uid).one()
        row.recruitment_path, row.minor = "forwarded", True
        told = {"education": "upper", "migration_history": "no"}
        answer = replies.Answer("yes", told, ["transport"], phone="01234 5", wants_support=True)
        replies.save(assembly, row, answer)
    context = browser.new_context(viewport={"width": 320, "height": 640}, bypass_csp=True)
    phone = context.new_page()
    found: list[str] = []
    languages: dict[tuple[str, str], bool] = {}
    for language, tag in (("de", "de"), ("leicht", "de-simple"), ("en", "en")):
        phone.goto(f"{live_server.url}/antwort?sprache={language}")
        found += violations(phone, f"code {language}")
        assert not overflows(phone)
        phone.fill("#code", person.code)
        phone.keyboard.press("Enter")
        phone.wait_for_url("**/antwort/zusammenfassung*")
        steps = (
            *way.steps(forwarded=True, minor=True, wants_support=True),
            "danke",
            "zustimmungen",
        )
        for step in steps:
            phone.goto(f"{live_server.url}/antwort/{step}")
            languages[language, step] = phone.locator("html").get_attribute("lang") == tag
            found += violations(phone, f"{step} {language}")
            assert not overflows(phone), (step, language)
            assert phone.get_by_role("link", name="Leichte Sprache").is_visible()
    assert found == []
    assert all(languages.values())
    context.close()


def keyboard_card(page: Page, keys: list[str]) -> int:  # noqa: F811
    """Press the keys, one stroke each; a text counts its letters."""
    strokes = 0
    for key in keys:
        if len(key) > 1 and key != "Enter":
            page.keyboard.type(key)
            strokes += len(key)
        else:
            page.keyboard.press(key)
            strokes += 1
    return strokes


def test_a_card_without_a_mouse(
    live_server: Server,  # noqa: F811
    page: Page,  # noqa: F811
    app: Flask,
    assembly: Assembly,
    people: dict[str, User],
) -> None:
    """A yes with both features is 17 strokes, a no 13, from one code field to the next."""
    persons = invite(assembly, 3)
    live_server.sign_in(page.context, people["administration"])
    base = f"{live_server.url}/elbtal/buergerraete/ortsmitte-2035/antworten"
    page.goto(f"{base}/karte")
    page.locator("#text:focus").wait_for()
    strokes = []
    for person, keys in (
        (persons[0], ["j", "5", "z", "2", "z", "Enter"]),
        (persons[1], ["n", "Enter"]),
        (persons[2], ["u", "0", "0", "Enter"]),
    ):
        count = keyboard_card(page, [person.code.lower(), "Enter"])
        page.wait_for_url("**/karte/*")
        page.locator("input[name=answer]:focus").wait_for()
        strokes.append(count + keyboard_card(page, keys))
        page.get_by_text(f"Gespeichert: {person.name}").wait_for()
        page.locator("#text:focus").wait_for()
    assert strokes == [17, 13, 15]
    db.session.rollback()
    answers = {row.invitee.uid: row for row in db.session.query(Reply)}
    assert [answers[one.uid].answer for one in persons] == ["yes", "no", "yes"]
    said = {row.feature: row.value for row in answers[persons[0].uid].features}
    assert said == {"education": "upper", "migration_history": "no"}
    assert replies.answer_of(answers[persons[2].uid]).wants_support


def test_a_card_with_the_keyboard_and_without_a_script(
    live_server: Server,  # noqa: F811
    browser: Browser,  # noqa: F811
    assembly: Assembly,
    people: dict[str, User],
) -> None:
    """Tab, arrows and the digits that every list knows."""
    person = invite(assembly, 1)[0]
    context = browser.new_context(java_script_enabled=False)
    desk = context.new_page()
    live_server.sign_in(context, people["administration"])
    base = f"{live_server.url}/elbtal/buergerraete/ortsmitte-2035/antworten"
    desk.goto(f"{base}/karte/{person.uid}")
    tab_to(desk, "[name=answer]")
    desk.keyboard.press("Space")
    tab_to(desk, "#education")
    desk.keyboard.press("5")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Space")
    desk.keyboard.press("Enter")
    desk.get_by_text(f"Gespeichert: {person.name}").wait_for()
    assert [f.value for f in reply().features] == ["upper"]
    context.close()


def test_the_second_entry_without_a_mouse(
    live_server: Server,  # noqa: F811
    page: Page,  # noqa: F811
    assembly: Assembly,
    people: dict[str, User],
) -> None:
    person = invite(assembly, 1)[0]
    with writing():
        row = db.session.query(Invitee).filter_by(uid=person.uid).one()
        replies.save(assembly, row, replies.Answer("yes", {"education": "upper"}), source="card")
    live_server.sign_in(page.context, people["administration"])
    page.goto(f"{live_server.url}/elbtal/buergerraete/ortsmitte-2035/antworten/zweiteingabe")
    page.locator("#text:focus").wait_for()
    found = violations(page, "queue")
    keyboard_card(page, [person.code, "Enter"])
    page.locator("input[name=answer]:focus").wait_for()
    found += violations(page, "form")
    keyboard_card(page, ["j", "5", "z", "2", "z", "Enter"])
    page.get_by_role("heading", name="1 Angabe ist verschieden").wait_for()
    found += violations(page, "choose")
    tab_to(page, "[name=wahl-migration_history]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_text(f"Geprüft und gespeichert: {person.name}").wait_for()
    assert {f.feature: f.value for f in reply().features} == {
        "education": "upper",
        "migration_history": "no",
    }
    assert reply().checked_at is not None
    assert found == []


@pytest.mark.parametrize("width", [390, 1280])
def test_the_clerks_pages_are_accessible(
    live_server: Server,  # noqa: F811
    browser: Browser,  # noqa: F811
    assembly: Assembly,
    people: dict[str, User],
    width: int,
) -> None:
    uid = invite(assembly, 3)[0].uid
    context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
    desk = context.new_page()
    live_server.sign_in(context, people["administration"])
    base = f"{live_server.url}/elbtal/buergerraete/ortsmitte-2035/antworten"
    found = []
    for path in ("", "/personen", f"/personen/{uid}", "/karte", f"/karte/{uid}"):
        desk.goto(base + path)
        found += violations(desk, path)
        assert not overflows(desk)
    assert found == []
    assert db.session.query(Invitee).count() == 3
    context.close()
