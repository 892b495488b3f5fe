"""The page of a Bürgerrat without an account, from the first day to the last answer."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import event, select

from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, writing
from buergerrat.public.services import drawing, facts
from buergerrat.sortition.models import PanelDraw, Replacement
from buergerrat.sortition.services import members, records
from tests.public.course import Course, at, later
from tests.support import BrowserLike, Factory

PAGE = "/elbtal/ortsmitte-2035/"


def look(client: BrowserLike, query: str = "") -> str:
    """The page, which sets no cookie and may be kept by anybody."""
    response = client.get(PAGE + query)
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
    assert response.headers["Cache-Control"] == "public, max-age=60"
    text = response.get_data(as_text=True)
    assert "Vorname" not in text
    assert "Nachname" not in text
    return text


@pytest.mark.parametrize(
    "path", ["", "lostopf", "pruefen", "pruefen/verify.py", "datei/sitzungen.ics"]
)
def test_what_is_not_published_is_not_there(
    client: BrowserLike, assembly: Assembly, path: str
) -> None:
    with writing():
        assembly.published_at = None
    assert client.get(PAGE + path).status_code == 404


def test_every_stage_says_what_is_there_and_what_comes(client: BrowserLike, course: Course) -> None:
    assembly = course.assembly
    assert "Noch ist kein Brief ausgelost" in look(client)
    course.replied()
    text = look(client)
    assert "45 ausgeloste Menschen" in text
    assert "festschreibung-1.json" in text
    assert "Die Mitglieder sind noch nicht gelost" in text
    course.replied = list  # type: ignore[method-assign] - already done
    course.seated()
    text = look(client)
    assert "die Ziffern 3, 5 und 2 gezogen" in text
    assert "Keine Losung mit diesen Quoten könnte die kleinste Chance über" in text
    assert "Der Bürgerrat tagt vom" in text
    course.met(state="planned")
    text = look(client)
    assert "Gang durch die Mitte" in text
    assert "Vertrauliche Runde" not in text
    assert "Mona Mod" not in text
    assert "Öffentlich ist die Sitzung zwischen 10:00 und 11:00 Uhr" in text
    first, _second = course.handed_over()
    text = look(client)
    assert "2 Empfehlungen sind noch offen" in text
    assert "keine Mehrheit" in text
    assert "12 Ja, 2 Nein, 1 Enthaltung" in text
    course.answered(first)
    text = look(client)
    assert "1 von 2 sind beantwortet" in text
    assert "Bauamt" in text
    course.answered(_second, "rejected")
    assert "hat jede Empfehlung beantwortet" in look(client)
    chosen = look(client, "?antwort=no")
    assert 'id="e2"' in chosen
    assert 'id="e1"' not in chosen
    with at(later(900)):
        assert "Wo der Bürgerrat steht" in look(client)
    assert assembly.published_at is not None


def test_the_page_asks_the_same_number_of_questions_whatever_its_length(
    app: Flask, client: BrowserLike, course: Course
) -> None:
    course.seated()
    course.met()
    for recommendation in course.handed_over(count=7):
        course.answered(recommendation)
    asked: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    look(client)
    event.remove(db.engine, "before_cursor_execute", count)
    queries = [statement for statement in asked if statement.startswith("SELECT")]
    assert len(queries) <= 15
    assert not any("invitee.last_name" in query or "pool_sealed" in query for query in queries)


def test_files_appear_with_what_they_are_about(client: BrowserLike, course: Course) -> None:
    names = [
        "losprotokoll.zip",
        "losprotokoll.pdf",
        "festschreibung-1.json",
        *(f"gutachten.{kind}" for kind in ("pdf", "docx", "csv", "json")),
    ]
    for name in names:
        assert client.get(f"{PAGE}datei/{name}").status_code == 404
    course.seated()
    course.handed_over(1)
    for name in names:
        response = client.get(f"{PAGE}datei/{name}")
        assert response.status_code == 200
        assert "Set-Cookie" not in response.headers
        assert b"Nachname" not in response.data
        again = client.get(
            f"{PAGE}datei/{name}", headers={"If-None-Match": response.headers["ETag"]}
        )
        assert again.status_code == 304
    for name in ("gutachten", "gutachten.exe", "festschreibung-2.json", "festschreibung-0.json"):
        assert client.get(f"{PAGE}datei/{name}").status_code == 404


def test_calendar_holds_the_public_part_only(client: BrowserLike, course: Course) -> None:
    course.met(state="planned")
    text = client.get(f"{PAGE}datei/sitzungen.ics").get_data(as_text=True)
    assert "Gang durch die Mitte" in text
    assert "Vertrauliche" not in text


def test_english_by_a_parameter(client: BrowserLike, assembly: Assembly) -> None:
    text = look(client, "?sprache=en")
    assert '<html lang="en"' in text
    assert f"{PAGE}pruefen?sprache=en" in text


def test_one_town_is_the_front_page_several_are_listed(
    client: BrowserLike, factory: Factory, assembly: Assembly
) -> None:
    assert client.get("/").headers["Location"] == "/elbtal/"
    assert assembly.guiding_question in client.get("/elbtal/").get_data(as_text=True)
    other = factory.town("nachbarstadt")
    factory.assembly(other, "hitze", title="Hitze", published_at=None)
    assert client.get("/").status_code == 302
    factory.assembly(other, "wald", title="Unser Wald")
    text = client.get("/").get_data(as_text=True)
    assert "Unser Wald" in text
    assert "Hitze" not in text
    assert "Hitze" not in client.get("/nachbarstadt/").get_data(as_text=True)


def test_a_signed_in_reader_gets_no_page_for_everybody(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    response = clerk.get(PAGE)
    assert "public" not in response.headers.get("Cache-Control", "")
    assert "Katrin Behrens" in response.get_data(as_text=True)


def test_dates_behind_us_are_not_promised(client: BrowserLike, course: Course) -> None:
    """The day of the lottery has passed, and nobody drew."""
    course.replied()
    with writing():
        course.assembly.reply_deadline = later(-10).date()
        course.assembly.lottery_at = later(-1) - dt.timedelta(hours=1)
    assert "wird hier bekannt gegeben" in look(client)


def test_the_composition_tells_nothing_of_who_accepts_leaves_or_moves_up(
    client: BrowserLike, course: Course
) -> None:
    """If the numbers followed the members, each change would be the features of one person."""
    draw = course.picked()
    drawn = drawing.composition_table(facts.of(course.assembly))
    seats = sum(quota["seats"] for quota in draw.result["composition"])
    assert sum(int(row[3]) for row in drawn if isinstance(row, list)) == seats
    for member in members.of(course.assembly):
        with writing():
            members.accept(member)
        assert drawing.composition_table(facts.of(course.assembly)) == drawn
    assert "seither nachgerückt" not in look(client)
    with writing():
        members.leave(course.assembly, members.of(course.assembly)[0], "Umzug", None)
    assert drawing.composition_table(facts.of(course.assembly)) == drawn
    text = look(client)
    assert "Ein Mitglied ist seither nachgerückt" in text
    assert "nicht eingehalten" not in text


def test_a_broken_quota_is_named_nowhere_in_public(client: BrowserLike, course: Course) -> None:
    """What a replacement breaks would tell what the one who left has."""
    course.seated()
    with writing():
        members.leave(course.assembly, members.of(course.assembly)[0], "Umzug", None)
        row = db.session.scalars(select(Replacement)).one()
        row.broken = ["Ortsteil: Verratenes Dorf"]
        records.write(db.session.get_one(PanelDraw, row.panel_draw_id))
    for path in ("", "lostopf", "pruefen", "datei/losprotokoll.zip"):
        assert b"Verratenes Dorf" not in client.get(PAGE + path).data
    assert b"eine Quote oder die Haushaltsregel" in client.get(PAGE + "datei/losprotokoll.zip").data
