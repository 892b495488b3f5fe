"""The board in a real browser: nothing typed is lost, whatever the network does."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route, expect

from buergerrat.accounts.models import User
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, writing
from buergerrat.sessions.models import AssemblySession, Note
from buergerrat.sessions.services import attendance, notes, tables, themes
from buergerrat.sessions.services.notes import NewCard
from buergerrat.sortition.models import Member
from tests.browser import (  # noqa: F401
    DESK,
    PHONE,
    Server,
    browser,
    live_server,
    overflows,
    page,
    violations,
)
from tests.sessions.conftest import BASE, ONE

pytestmark = pytest.mark.browser
BOARD = f"{ONE}/tafel"
HERE_ONLY = "nur auf diesem Gerät"


def texts() -> list[str]:
    db.session.rollback()
    db.session.expire_all()
    found = [note.text for note in db.session.query(Note).order_by(Note.id)]
    db.session.rollback()
    return found


@pytest.fixture
def board(
    live_server: Server,  # noqa: F811
    page: Page,  # noqa: F811
    people: dict[str, User],
    session: AssemblySession,
) -> Page:
    """The facilitator's browser with the board open."""
    live_server.sign_in(page.context, people["facilitator"])
    page.goto(live_server.url + BOARD)
    expect(page.locator("#netz")).to_have_text("verbunden")
    return page


@pytest.fixture
def bench(session: AssemblySession) -> Note:
    with writing():
        return notes.add_note(session, "Eine Bank am Markt", NewCard("solution"))


def test_a_card_saves_itself_and_enter_begins_the_next(board: Page) -> None:
    field = board.locator("#neu-l")
    field.press_sequentially("Sitzstufen am Bach")
    expect(board.locator("[data-liste=solution] [data-stand]")).to_have_text(
        re.compile(r"gespeichert \d\d:\d\d, L 1")
    )
    field.press("Enter")
    expect(field).to_have_value("")
    expect(board.locator("#L1 p")).to_have_text("Sitzstufen am Bach")
    field.fill("Trinkbrunnen")
    field.press("Enter")
    expect(board.locator("#L2")).to_contain_text("gespeichert")
    expect(board.locator("[data-liste=solution] [data-zahl]")).to_have_text("2")
    assert texts() == ["Sitzstufen am Bach", "Trinkbrunnen"]


def test_offline_in_the_middle_of_a_card(board: Page) -> None:
    field = board.locator("#neu-h")
    field.press_sequentially("Wie kommen Kinder ")
    board.context.set_offline(True)
    field.press_sequentially("sicher zur Schule?")
    stand = board.locator("[data-liste=challenge] [data-stand]")
    expect(stand).to_contain_text(HERE_ONLY)
    expect(board.locator("#netz")).to_contain_text("keine Verbindung")
    field.press("Enter")
    expect(board.locator("[data-liste=challenge] .ist-lokal")).to_contain_text(HERE_ONLY)
    assert texts() == []
    board.context.set_offline(False)
    expect(board.locator("#H1")).to_contain_text("gespeichert")
    expect(board.locator(".ist-lokal")).to_have_count(0)
    expect(board.locator("[data-liste=challenge] li")).to_have_count(1)
    assert texts() == ["Wie kommen Kinder sicher zur Schule?"]


def test_a_tab_closed_offline_sends_when_it_is_opened_again(
    board: Page,
    live_server: Server,  # noqa: F811
) -> None:
    context = board.context
    context.set_offline(True)
    board.locator("#neu-i").press_sequentially("Der Bus fährt bis 19 Uhr")
    expect(board.locator("[data-liste=information] [data-stand]")).to_contain_text(HERE_ONLY)
    board.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(live_server.url + BOARD)
    expect(again.locator("#I1")).to_contain_text("gespeichert")
    again.reload()
    expect(again.locator("#I1 p")).to_have_text("Der Bus fährt bis 19 Uhr")
    expect(again.locator("#netz")).to_have_text("verbunden")
    assert texts() == ["Der Bus fährt bis 19 Uhr"]


def test_an_answer_that_is_lost_makes_no_second_card(board: Page) -> None:
    lost: list[str] = []

    def lose_the_first(route: Route) -> None:
        if route.request.method == "PUT" and not lost:
            lost.append(route.fetch().text())
            route.abort()
        else:
            route.continue_()

    board.route("**/tafel/karten/*", lose_the_first)
    field = board.locator("#neu-l")
    field.fill("Eine Uhr")
    expect(board.locator("[data-liste=solution] [data-stand]")).to_contain_text(HERE_ONLY)
    expect(board.locator("#netz")).to_contain_text("keine Verbindung")
    field.press_sequentially("brücke")
    field.press("Enter")
    expect(board.locator("#L1")).to_contain_text("gespeichert")
    expect(board.locator("#L1 p")).to_have_text("Eine Uhrbrücke")
    assert len(lost) == 1
    assert texts() == ["Eine Uhrbrücke"]


def test_who_was_signed_out_keeps_the_text_and_sends_it_after_signing_in(
    board: Page,
    live_server: Server,  # noqa: F811
    people: dict[str, User],
) -> None:
    board.context.clear_cookies()
    board.locator("#neu-l").fill("Ein Brunnen")
    board.locator("#neu-l").press("Enter")
    expect(board.locator("#netz")).to_contain_text("abgemeldet")
    expect(board.locator(".ist-lokal")).to_contain_text(HERE_ONLY)
    live_server.sign_in(board.context, people["facilitator"])
    board.reload()
    expect(board.locator("#L1")).to_contain_text("gespeichert")
    assert texts() == ["Ein Brunnen"]


def test_two_edit_different_words_of_a_card(bench: Note, board: Page) -> None:
    board.locator("#L1 a").click()
    field = board.locator("li textarea")
    field.fill("Eine Bank am Markt, im Schatten")
    with writing():
        notes.edit_note(bench, "Eine lange Bank am Markt", 1)
    field.press("Enter")
    expect(board.locator("#L1 p")).to_have_text("Eine lange Bank am Markt, im Schatten")
    assert texts() == ["Eine lange Bank am Markt, im Schatten"]


def test_two_edit_the_same_word_and_choose(bench: Note, board: Page) -> None:
    board.locator("#L1 a").click()
    board.locator("li textarea").fill("Eine Rutsche am Markt")
    with writing():
        notes.edit_note(bench, "Eine Schaukel am Markt", 1)
    board.locator("li textarea").press("Enter")
    expect(board.locator("#L1")).to_have_class(re.compile("ist-strittig"))
    assert texts() == ["Eine Schaukel am Markt"]
    board.reload()
    board.get_by_role("button", name="zwei Fassungen ansehen").click()
    expect(board.get_by_role("heading", level=1)).to_have_text("Zwei Fassungen von L 1")
    expect(board.get_by_text("Eine Schaukel am Markt").first).to_be_visible()
    board.get_by_role("button", name="Ihre Fassung nehmen").click()
    expect(board.locator("#L1 p")).to_have_text("Eine Rutsche am Markt")
    expect(board.locator(".ist-strittig")).to_have_count(0)
    assert texts() == ["Eine Rutsche am Markt"]


def test_others_cards_appear_and_do_not_disturb_who_types(
    bench: Note, board: Page, session: AssemblySession
) -> None:
    board.locator("#L1 a").click()
    field = board.locator("li textarea")
    field.press("End")
    field.press_sequentially(" und")
    with writing():
        notes.add_note(session, "Ein Brunnen", NewCard("solution"))
    expect(board.locator("#L2 p")).to_have_text("Ein Brunnen")
    expect(field).to_be_focused()
    field.press_sequentially(" am Bach")
    expect(field).to_have_value("Eine Bank am Markt und am Bach")
    labels = board.locator("[data-liste=solution] .br-karte__nr a")
    expect(labels).to_have_text(["L 2", "L 1"])


def test_letters_jump_to_their_list_unless_switched_off(board: Page) -> None:
    for letter in "hlbi":
        board.evaluate("document.activeElement.blur()")
        board.keyboard.press(letter)
        expect(board.locator(f"#neu-{letter}")).to_be_focused()
        expect(board.locator(f"#neu-{letter}")).to_have_value("")
    board.locator("#kuerzel").click()
    board.evaluate("document.activeElement.blur()")
    board.keyboard.press("h")
    expect(board.locator("#neu-h")).not_to_be_focused()
    board.reload()
    expect(board.locator("#kuerzel")).to_have_attribute("aria-pressed", "false")


def test_the_hall_screen_follows_the_board(
    board: Page,
    live_server: Server,  # noqa: F811
    session: AssemblySession,
) -> None:
    board.goto(f"{live_server.url}{ONE}/grossbild")
    with writing():
        notes.add_note(session, "Ein Brunnen", NewCard("solution"))
    expect(board.get_by_text("Ein Brunnen")).to_be_visible()


def test_without_script_a_card_is_made_by_the_form(
    browser: Browser,  # noqa: F811
    live_server: Server,  # noqa: F811
    people: dict[str, User],
    session: AssemblySession,
) -> None:
    context = browser.new_context(java_script_enabled=False)
    live_server.sign_in(context, people["facilitator"])
    plain = context.new_page()
    plain.goto(live_server.url + BOARD)
    plain.locator("#neu-b").fill("Wer bezahlt das?")
    plain.locator("[data-liste=concern]").get_by_role("button", name="Karte anlegen").click()
    expect(plain.locator("#B1 p")).to_have_text("Wer bezahlt das?")
    context.close()
    assert texts() == ["Wer bezahlt das?"]


@pytest.fixture
def full_house(
    app: Flask, session: AssemblySession, members: list[Member], assembly: Assembly, bench: Note
) -> None:
    with writing():
        attendance.all_present(session)
        tables.fix_tables(tables.propose_tables(session, 3, session.items[1]))
        tables.propose_tables(session, 3)
        green = themes.add_theme(assembly, "Grün")
        themes.tag([bench], green)
        notes.add_note(session, "Wer pflegt sie?", NewCard("concern", 1, None, [green], bench))
        notes.strike(notes.add_note(session, "Doppelt", NewCard("information")))


PAGES = (
    BASE,
    *(
        f"{ONE}{path}"
        for path in (
            "", "/angaben", "/regieplan", "/punkte/2", "/anwesenheit", "/tische", "/tische/2/druck",
            "/tafel", "/tafel?tisch=1&thema=1", "/tafel/B/1", "/tafel/I/1", "/themen", "/grossbild",
            "/grossbild?nach=themen",
        )
    ),
)  # fmt: skip


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_no_page_hinders_anybody(
    size: dict[str, int],
    full_house: None,
    live_server: Server,  # noqa: F811
    browser: Browser,  # noqa: F811
    people: dict[str, User],
) -> None:
    context = browser.new_context(viewport=size)  # type: ignore[arg-type]
    live_server.sign_in(context, people["administration"])
    view = context.new_page()
    problems: list[str] = []
    complain: Callable[[object], None] = lambda said: problems.append(f"{view.url} {said}")  # noqa: E731
    view.on("pageerror", complain)
    for path in PAGES:
        answer = view.goto(live_server.url + path)
        assert answer is not None
        assert answer.status == 200
        problems += violations(view, path)
        if overflows(view):
            problems.append(f"{path} is wider than the screen")
    context.close()
    assert problems == []
