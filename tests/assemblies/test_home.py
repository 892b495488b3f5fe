"""The home of an assembly, the way as navigation, and who sees which assemblies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import lxml.html
import pytest
from flask import Flask
from sqlalchemy import event

from buergerrat.accounts.models import Municipality, User
from buergerrat.assemblies import overview, way
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, writing
from buergerrat.sessions.services.planning import ItemData, add_item, plan_session
from buergerrat.sessions.timetable import Kind
from tests.support import BrowserLike, Factory

HOME = "/elbtal/buergerraete/ortsmitte-2035/"
STEPS = [key for _slug, _name, steps in way.PHASES for key, _label in steps]


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_c: object, _k: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def test_all_thirteen_steps_say_how_far_they_are(app: Flask) -> None:
    assert len(STEPS) == 13
    assert set(STEPS) == set(way._standings)


def test_a_step_that_nobody_registered_counts_as_not_done(
    app: Flask, assembly: Assembly, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(way, "_standings", {})
    with app.test_request_context("/"):
        made = way.build(assembly)
    assert made.now is not None
    assert (made.now.key, made.step_now) == ("mandate", 1)
    assert [phase.state for phase in made.phases] == ["now", *["later"] * 4]


def test_the_home_shows_the_next_step_dates_and_way(clerk: BrowserLike, assembly: Assembly) -> None:
    page = clerk.get(HOME).text
    assert "Als Nächstes" in page
    assert "Melderegister einlesen" in page
    assert 'aria-current="step"' in page
    assert "Öffentliche Losung" in page
    assert "Schritt 2 von 13" in page
    assert f"„{assembly.guiding_question}“" in page


def test_the_home_needs_few_queries(clerk: BrowserLike, assembly: Assembly) -> None:
    clerk.get(HOME)
    with counted_queries() as queries:
        clerk.get(HOME)
    assert len(queries) < 70, "the way asks small things once, not per row"


@pytest.mark.parametrize("role", ["administration", "facilitator", "observer", "council"])
def test_everybody_of_the_assembly_opens_its_home_and_follows_only_own_links(
    app: Flask, people: dict[str, User], assembly: Assembly, role: str
) -> None:
    client = app.test_client()
    assert isinstance(client, BrowserLike)
    client.sign_in(people[role])
    page = client.get(HOME)
    assert page.status_code == 200
    may = role in ("administration", "observer")
    assert ('href="/elbtal/buergerraete/ortsmitte-2035/melderegister"' in page.text) == may


def test_the_list_shows_what_somebody_belongs_to(
    app: Flask, factory: Factory, town: Municipality, people: dict[str, User], assembly: Assembly
) -> None:
    factory.assembly(town, slug="zweiter", title="Zweiter Rat")
    seen = {"administration": 2, "council": 2, "facilitator": 1, "observer": 1}
    for role, count in seen.items():
        client = app.test_client()
        assert isinstance(client, BrowserLike)
        page = client.sign_in(people[role]).get("/elbtal/buergerraete/")
        assert page.text.count('class="br-person__name"') == count
        assert ("Bürgerrat gründen" in page.text) == (role == "administration")
    for role in ("stranger", "nobody"):
        client = app.test_client()
        assert isinstance(client, BrowserLike)
        assert client.sign_in(people[role]).get("/elbtal/buergerraete/").status_code == 403


def test_dates_show_what_comes_next_and_at_the_end_what_was(assembly: Assembly) -> None:
    before = dt.datetime(2026, 9, 20, tzinfo=dt.UTC)
    rows = overview.dates(assembly, before)
    assert rows[0]["title"] == "Briefe gehen hinaus"
    assert rows[0]["note"] == "in 1 Tag"
    assert [row["near"] for row in rows] == [True, *[False] * 5]
    days = [str(row["iso"]) for row in rows]
    assert days == sorted(days)
    over = overview.dates(assembly, dt.datetime(2040, 1, 1, tzinfo=dt.UTC))
    assert len(over) == 6
    assert not any(row["near"] for row in over)


LINKS = {
    "administration": {"Auftrag ändern", "Zeitplan", "Personendaten löschen", "Protokoll"},
    "observer": {"Auftrag", "Zeitplan", "Personendaten löschen", "Protokoll"},
    "facilitator": {"Zeitplan"},
    "council": {"Zeitplan"},
}


@pytest.mark.parametrize("role", LINKS)
def test_what_is_no_step_is_linked_for_who_may_open_it(
    app: Flask, people: dict[str, User], assembly: Assembly, role: str
) -> None:
    client = app.test_client()
    assert isinstance(client, BrowserLike)
    head = lxml.html.fromstring(client.sign_in(people[role]).get(HOME).text).find_class("br-titel")[
        0
    ]
    links = {link.text: link.get("href") for link in head.iter("a")}
    words = set(links)
    assert words == LINKS[role] | {"öffentliche Seite"}
    for word in words:
        assert client.get(links[word]).status_code == 200


def test_a_page_that_is_not_public_yet_is_not_linked(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    with writing():
        db.session.get_one(Assembly, assembly.id).published_at = None
    assert ">öffentliche Seite</a>" not in clerk.get(HOME).text


def test_the_town_s_accounts_are_linked_for_its_administration(
    app: Flask, people: dict[str, User]
) -> None:
    for role in ("administration", "council", "facilitator"):
        client = app.test_client()
        assert isinstance(client, BrowserLike)
        page = client.sign_in(people[role]).get("/elbtal/buergerraete/")
        assert ('href="/elbtal/konten"' in page.text) == (role == "administration")


def test_planned_sessions_stand_for_the_mandate_s_days(assembly: Assembly) -> None:
    before = dt.datetime(2026, 9, 20, tzinfo=dt.UTC)
    every = [row["title"] for row in overview.dates(assembly, before, most=20)]
    assert {"Erste Sitzung", "Letzte Sitzung"} <= set(every)
    first = assembly.first_session_on
    with writing():
        session = plan_session(assembly, "Auftakt", first, "Turnhalle")
        add_item(session, ItemData("Begrüßung", Kind.PLENARY, 30, dt.time(14)))
    rows = overview.dates(assembly, before, most=20)
    by_title = {str(row["title"]): row for row in rows}
    assert str(by_title["Auftakt"]["when"]).endswith("14 Uhr")
    assert "Erste Sitzung" not in by_title
    assert "Letzte Sitzung" in by_title, "its day is not planned yet"
    with writing():
        plan_session(assembly, "Abschluss", assembly.last_session_on, "Turnhalle")
    titles = [row["title"] for row in overview.dates(assembly, before, most=20)]
    assert "Letzte Sitzung" not in titles
    assert len(titles) == len(every), "no other date gives way"
