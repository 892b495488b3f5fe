"""The answer in a real browser: a phone, a keyboard, no script; and a card without a mouse."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from reply_people import invite

from buergerrat.accounts.models import User
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db
from buergerrat.sortition import codes
from buergerrat.sortition.models import Invitee, Reply
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
    onward("Weiter", "unterstuetzung")
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
        ("/antwort/unterstuetzung", ["radio:value", "Space", "Enter"]),
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


def test_a_card_without_a_mouse(
    live_server: Server,  # noqa: F811
    page: Page,  # noqa: F811
    app: Flask,
    assembly: Assembly,
    people: dict[str, User],
) -> None:
    persons = invite(assembly, 3)
    live_server.sign_in(page.context, people["administration"])
    base = f"{live_server.url}/elbtal/buergerraete/ortsmitte-2035/antworten"
    page.goto(f"{base}/karte")
    page.locator("#text:focus").wait_for()
    for person, key in ((persons[0], "j"), (persons[1], "n")):
        page.keyboard.type(codes.show(person.code).lower())
        page.keyboard.press("Enter")
        page.wait_for_url("**/karte/*")
        page.locator("input[name=answer]:focus").wait_for()
        page.keyboard.press(key)
        page.keyboard.press("Enter")
        page.get_by_text(f"Gespeichert: {person.name}").wait_for()
        page.locator("#text:focus").wait_for()
    db.session.rollback()
    answers = {row.invitee.uid: row.answer for row in db.session.query(Reply)}
    assert answers == {persons[0].uid: "yes", persons[1].uid: "no"}


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
