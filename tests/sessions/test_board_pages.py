"""The board: numbering, two who write at once, replays, crossing out, themes."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from buergerrat.accounts.models import User
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, new_uid, writing
from buergerrat.sessions.differing import differing
from buergerrat.sessions.models import AssemblySession, Note, NoteRevision, Theme
from buergerrat.sessions.services import notes, planning, themes
from buergerrat.sessions.services.notes import NewCard
from tests.sessions.conftest import ONE
from tests.support import BrowserLike

BOARD = f"{ONE}/tafel"
CARDS = f"{BOARD}/karten"


def put(client: BrowserLike, uid: str, text: str, revision: int = 0, **more: Any) -> TestResponse:
    """What static/js/autosave.js sends."""
    return client.put(
        f"{CARDS}/{uid}",
        json={"list": "solution", "text": text, **more},
        headers={
            "Origin": "http://localhost",
            "X-CSRF-Token": client.csrf(),
            "If-Match": f'"{revision}"',
        },
    )


def texts() -> list[str]:
    db.session.expire_all()
    return [note.text for note in db.session.query(Note).order_by(Note.id)]


@pytest.fixture
def card(session: AssemblySession) -> Note:
    """L 1 with the text „Eine Bank am Markt“."""
    with writing():
        return notes.add_note(session, "Eine Bank am Markt", NewCard("solution"))


def test_cards_are_numbered_per_list(clerk: BrowserLike, session: AssemblySession) -> None:
    for df_list, text in (
        ("solution", "Bank"),
        ("challenge", "Wie wird es kühl?"),
        ("solution", "Brunnen"),
    ):
        answer = clerk.submit(CARDS, {"uid": new_uid(), "list": df_list, "text": text})
        assert answer.status_code == 303
    page = clerk.get(BOARD).text
    labels = re.findall(r'data-label="([HLBI] \d+)"', page)
    assert labels == ["H 1", "L 2", "L 1"]


def test_numbers_go_on_in_the_next_session(session: AssemblySession, assembly: Assembly) -> None:
    with writing():
        second = planning.plan_session(assembly, "Sitzung 2", session.day)
        first = notes.add_note(session, "Bank", NewCard("solution"))
        later = notes.add_note(second, "Brunnen", NewCard("solution"))
    assert (first.number, later.number) == (1, 2)


def test_two_devices_at_the_same_moment_get_two_numbers(
    app: Flask, session: AssemblySession, people: dict[str, User]
) -> None:
    writers: list[Any] = [app.test_client().sign_in(people["facilitator"]) for _ in range(4)]
    db.session.rollback()

    def write(client: Any) -> list[int]:
        with app.app_context():
            return [put(client, new_uid(), f"Idee {n}").status_code for n in range(3)]

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(write, writers))
    assert answers == [[201] * 3] * 4
    db.session.expire_all()
    assert sorted(note.number for note in db.session.query(Note)) == list(range(1, 13))


def test_a_replay_of_the_same_card_does_nothing_twice(
    clerk: BrowserLike, session: AssemblySession
) -> None:
    uid = new_uid()
    assert put(clerk, uid, "Sitzstufen am Bach").status_code == 201
    again = put(clerk, uid, "Sitzstufen am Bach")
    assert (again.status_code, again.json["state"]) == (200, "same")
    assert texts() == ["Sitzstufen am Bach"]
    assert db.session.query(NoteRevision).count() == 1


def test_two_who_edit_different_words_are_merged(clerk: BrowserLike, card: Note) -> None:
    assert put(clerk, card.uid, "Eine lange Bank am Markt", 1).json["state"] == "saved"
    merged = put(clerk, card.uid, "Eine Bank am Markt, im Schatten", 1)
    assert merged.json["state"] == "merged"
    assert texts() == ["Eine lange Bank am Markt, im Schatten"]
    kept = [row.text for row in notes.revisions(card)]
    assert kept == [
        "Eine lange Bank am Markt, im Schatten",
        "Eine lange Bank am Markt",
        "Eine Bank am Markt",
    ]


def test_two_who_edit_the_same_word_both_keep_it(clerk: BrowserLike, card: Note) -> None:
    put(clerk, card.uid, "Eine Schaukel am Markt", 1)
    clash = put(clerk, card.uid, "Eine Rutsche am Markt", 1)
    assert clash.status_code == 409
    assert clash.json["state"] == "clash"
    assert clash.json["theirs"] == "Eine Schaukel am Markt"
    assert texts() == ["Eine Schaukel am Markt"]


def test_the_two_versions_are_shown_and_one_is_chosen(clerk: BrowserLike, card: Note) -> None:
    put(clerk, card.uid, "Eine Schaukel am Markt", 1)
    url = f"{BOARD}/L/1/fassungen"
    shown = clerk.submit(url, {"text": "Eine Rutsche am Markt", "revision": "1"})
    assert shown.status_code == 409
    assert "Eine Schaukel am Markt" in shown.text
    assert "Eine Rutsche am Markt" in shown.text
    chosen = clerk.submit(url, {"text": "Eine Rutsche am Markt", "revision": "2"})
    assert chosen.status_code == 303
    assert f"geklaert={card.uid}" in chosen.location
    assert texts() == ["Eine Rutsche am Markt"]


def test_the_form_without_script_merges_and_shows_two_versions_too(
    clerk: BrowserLike, card: Note
) -> None:
    put(clerk, card.uid, "Eine Schaukel am Markt", 1)
    form = {"text": "Eine Rutsche am Markt", "revision": "1", "table": "", "refers_to": ""}
    assert clerk.submit(f"{BOARD}/L/1", form).status_code == 409
    form["text"] = "Eine Bank am Markt, im Schatten"
    assert clerk.submit(f"{BOARD}/L/1", form).status_code == 303
    assert texts() == ["Eine Schaukel am Markt, im Schatten"]


def test_a_device_that_typed_on_names_its_own_base(clerk: BrowserLike, card: Note) -> None:
    """Sent: „… Markt, grün“; merged with another's word; meanwhile „… Markt, grün und lang“."""
    put(clerk, card.uid, "Eine breite Bank am Markt", 1)
    assert put(clerk, card.uid, "Eine Bank am Markt, grün", 1).json["state"] == "merged"
    on = put(
        clerk, card.uid, "Eine Bank am Markt, grün und lang", 1, base="Eine Bank am Markt, grün"
    )
    assert on.json["state"] == "merged"
    assert texts() == ["Eine breite Bank am Markt, grün und lang"]


def test_tags_of_two_people_are_both_kept(
    clerk: BrowserLike, card: Note, assembly: Assembly
) -> None:
    with writing():
        themes.add_theme(assembly, "Grün")
        themes.add_theme(assembly, "Verkehr")
    form = {"text": card.text, "revision": "1", "table": "", "refers_to": "", "themes_before": ""}
    clerk.submit(f"{BOARD}/L/1", {**form, "themes": ["1"]})
    clerk.submit(f"{BOARD}/L/1", {**form, "themes": ["2"]})
    db.session.expire_all()
    assert [theme.name for theme in card.themes] == ["Grün", "Verkehr"]
    clerk.submit(f"{BOARD}/L/1", {**form, "themes_before": "1,2", "themes": ["2"]})
    db.session.expire_all()
    assert [theme.name for theme in card.themes] == ["Verkehr"]


def test_a_struck_card_stays_readable_and_comes_back(clerk: BrowserLike, card: Note) -> None:
    clerk.submit(f"{BOARD}/L/1/streichen")
    page = clerk.get(BOARD).text
    assert "ist-gestrichen" in page
    assert "Eine Bank am Markt" in page
    refused = put(clerk, card.uid, "Etwas anderes", 1)
    assert (refused.status_code, refused.json["state"]) == (409, "refused")
    assert "Eine Bank am Markt" not in clerk.get(f"{ONE}/grossbild").text
    clerk.submit(f"{BOARD}/L/1/zurueckholen")
    assert "ist-gestrichen" not in clerk.get(BOARD).text


def test_a_concern_refers_to_a_solution(clerk: BrowserLike, card: Note) -> None:
    clerk.submit(CARDS, {"uid": new_uid(), "list": "concern", "text": "Wer reinigt sie?"})
    form = {"text": "Wer reinigt sie?", "revision": "1", "table": "", "refers_to": "1"}
    assert clerk.submit(f"{BOARD}/B/1", form).status_code == 303
    assert 'href="#L1"' in clerk.get(BOARD).text


def test_polling_answers_304_until_something_changes(
    clerk: BrowserLike, card: Note, assembly: Assembly
) -> None:
    first = clerk.get(CARDS)
    tag = first.headers["ETag"]
    assert first.json["lists"]["solution"][0]["label"] == "L 1"
    assert clerk.get(CARDS, headers={"If-None-Match": tag}).status_code == 304
    for change in (
        lambda: put(clerk, card.uid, "Zwei Bänke", 1),
        lambda: clerk.submit(f"{ONE}/themen", {"name": "Grün"}),
        lambda: clerk.submit(f"{ONE}/themen/zuordnen", {"theme": "1", "karte": [card.uid]}),
        lambda: clerk.submit(f"{BOARD}/L/1/streichen"),
        lambda: clerk.submit(f"{ONE}/oeffnen"),
    ):
        assert change().status_code < 400
        answer = clerk.get(CARDS, headers={"If-None-Match": tag})
        assert answer.status_code == 200
        tag = answer.headers["ETag"]


def test_filters_show_one_table_or_theme(
    clerk: BrowserLike, session: AssemblySession, assembly: Assembly
) -> None:
    with writing():
        green = themes.add_theme(assembly, "Grün")
        notes.add_note(session, "Baum", NewCard("solution", 1, themes=[green]))
        notes.add_note(session, "Bus", NewCard("solution", 2))

    def shown(query: str) -> list[str]:
        cards = clerk.get(f"{CARDS}?{query}").json["lists"]["solution"]
        return [one["text"] for one in cards]

    assert shown("") == ["Bus", "Baum"]
    assert shown("tisch=2") == ["Bus"]
    assert shown("thema=1") == ["Baum"]
    assert shown("thema=ohne") == ["Bus"]
    assert shown("tisch=2&thema=1") == []
    assert shown("tisch=x&thema=%27") == ["Bus", "Baum"]


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 2001])
def test_a_card_needs_a_text_of_sane_length(
    clerk: BrowserLike, session: AssemblySession, text: str
) -> None:
    answer = put(clerk, new_uid(), text)
    assert (answer.status_code, answer.json["state"]) == (409, "refused")
    assert texts() == []


def test_nonsense_from_a_device_is_refused_in_a_sentence(
    clerk: BrowserLike, session: AssemblySession
) -> None:
    for uid, body in (("zz", {}), (new_uid(), {"list": "poem"})):
        answer = put(clerk, uid, "Text", **body)
        assert answer.status_code == 409
        assert answer.json["message"].endswith(".")
    head = {"Origin": "http://localhost", "X-CSRF-Token": clerk.csrf()}
    assert clerk.put(f"{CARDS}/{new_uid()}", data=b"\xff", headers=head).status_code == 400
    assert put(clerk, new_uid(), "Bank", theme="77").status_code == 404
    assert clerk.get(f"{BOARD}/X/1").status_code == 404
    assert clerk.get(f"{BOARD}/L/99").status_code == 404
    assert texts() == []


def test_numbers_too_long_for_a_database_are_not_there(clerk: BrowserLike, card: Note) -> None:
    long = "9" * 40
    assert clerk.get(f"{BOARD}?tisch={long}&thema={long}").status_code == 200
    assert put(clerk, new_uid(), "Bank", table=long, item=long, theme=long).status_code == 201
    form = {"text": "Bank", "revision": long}
    assert clerk.submit(f"{BOARD}/L/1/fassungen", form).status_code == 409
    assert clerk.submit(f"{ONE}/themen/zuordnen", {"theme": long}).status_code == 404
    assert clerk.get(f"{BOARD}/L/{long}").status_code == 404
    assert clerk.get(f"{ONE}{long}").status_code == 404


def test_a_card_without_csrf_token_is_refused(clerk: BrowserLike, session: AssemblySession) -> None:
    answer = clerk.put(
        f"{CARDS}/{new_uid()}",
        json={"list": "solution", "text": "Bank"},
        headers={"Origin": "http://localhost", "If-Match": '"0"'},
    )
    assert answer.status_code == 400
    assert texts() == []


def test_another_assemblys_card_is_not_overwritten(
    clerk: BrowserLike, card: Note, factory: Any, town: Any
) -> None:
    other = factory.assembly(town, slug="anderer-rat")
    with writing():
        far = planning.plan_session(other, "Sitzung 1", card.created_at.date())
        theirs = notes.add_note(far, "Fern", NewCard("solution"))
    assert put(clerk, theirs.uid, "Gekapert", 1).status_code == 409
    assert texts() == ["Eine Bank am Markt", "Fern"]


def test_a_closed_session_takes_no_card(clerk: BrowserLike, card: Note) -> None:
    clerk.submit(f"{ONE}/oeffnen")
    clerk.submit(f"{ONE}/schliessen")
    answer = put(clerk, new_uid(), "Zu spät")
    assert (answer.status_code, answer.json["state"]) == (409, "refused")
    assert "geschlossen" in answer.json["message"]
    for url in ("streichen", "fassungen"):
        data = {"text": "Anders", "revision": "1"}
        assert clerk.submit(f"{BOARD}/L/1/{url}", data).status_code == 409
    assert "Neue Karte" not in clerk.get(BOARD).text
    assert texts() == ["Eine Bank am Markt"]


def test_themes_are_made_named_and_filled(clerk: BrowserLike, card: Note) -> None:
    clerk.submit(f"{ONE}/themen", {"name": " Grün  und Schatten "})
    assert clerk.submit(f"{ONE}/themen", {"name": "Grün und Schatten"}).status_code == 409
    clerk.submit(f"{ONE}/themen/1", {"name": "Grün"})
    clerk.submit(f"{ONE}/themen/zuordnen", {"theme": "1", "karte": [card.uid]})
    db.session.expire_all()
    assert [theme.name for theme in card.themes] == ["Grün"]
    assert "Eine Bank am Markt" in clerk.get(f"{ONE}/grossbild?nach=themen&nur=1").text
    clerk.submit(f"{ONE}/themen/zuordnen", {"weg": "1", "karte": [card.uid]})
    db.session.expire_all()
    assert card.themes == []
    assert db.session.query(Theme).count() == 1


def test_what_is_typed_is_shown_as_text(clerk: BrowserLike, session: AssemblySession) -> None:
    put(clerk, new_uid(), '<script>alert(1)</script> & "so"')
    for url in (BOARD, f"{BOARD}/L/1", f"{ONE}/grossbild", f"{ONE}/themen"):
        page = clerk.get(url).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>" not in clerk.get(CARDS).json["lists"]["solution"][0]["html"]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_the_difference_holds_both_texts(before: str, after: str) -> None:
    parts = differing(before, after)
    assert "".join(text for op, text in parts if op != "ins") == before
    assert "".join(text for op, text in parts if op != "del") == after
