"""Founding a Bürgerrat: what the form wants, what it proposes, what later may not change."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from buergerrat.accounts.models import Municipality, User
from buergerrat.assemblies import schedule, services
from buergerrat.assemblies.models import Assembly
from buergerrat.audit import AuditEntry
from buergerrat.crypto import assembly_key
from buergerrat.db import db
from tests.support import BrowserLike

LIST = "/elbtal/buergerraete/"
FIRST = dt.date(2027, 3, 5)


def form(**changes: Any) -> dict[str, Any]:
    """What a browser sends when everything is filled in."""
    plan = schedule.proposal(FIRST)
    dates = {name: getattr(plan, name).isoformat() for name in vars(plan) if name != "lottery_at"}
    return {
        "title": "Freibad Niederau",
        "guiding_question": "Was soll aus dem Freibad werden?",
        "legal_basis": "§ 37 BMG",
        "resolution_number": "2026/099",
        "resolution_date": "2026-10-01",
        "seats": "16",
        "reserve": "4",
        "min_age": "16",
        "age_bounds": "16, 30, 45, 65",
        "lottery_at": "2027-02-05T18:00",
        **dates,
        **changes,
    }


def newest() -> Assembly:
    db.session.rollback()
    return db.session.scalars(db.select(Assembly).order_by(Assembly.id.desc())).first()


@settings(deadline=None, max_examples=60)
@given(st.dates(dt.date(2024, 1, 1), dt.date(2040, 1, 1)))
def test_the_proposal_keeps_its_own_rules(first: dt.date) -> None:
    plan = schedule.proposal(first)
    assert plan.first_session_on == first
    assert first - plan.letters_on >= dt.timedelta(weeks=8, days=5)
    assert schedule.problems(plan) == {}


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=80))
def test_an_address_is_made_of_any_title(title: str) -> None:
    slug = services.slug_of(title)
    assert 1 <= len(slug) <= 50
    assert slug == services.slug_of(slug)
    assert all(c.isascii() and (c.isalnum() or c == "-") for c in slug)


def test_a_clerk_founds_a_buergerrat(
    app: Flask, clerk: BrowserLike, town: Municipality, assembly: Assembly
) -> None:
    page = clerk.get(LIST + "neu")
    assert page.status_code == 200
    assert "§ 37 Bundesmeldegesetz" in page.text
    answer = clerk.submit(LIST + "neu", form())
    assert answer.status_code == 303
    made = newest()
    assert answer.location.endswith("/buergerraete/freibad-niederau/")
    assert (made.slug, made.seats, made.age_bounds) == ("freibad-niederau", 16, "16,30,45,65")
    assert made.lottery_at == dt.datetime(2027, 2, 5, 17, tzinfo=dt.UTC), "typed as Berlin time"
    assert len(assembly_key(made.id)) == 32
    entry = db.session.scalars(db.select(AuditEntry).where(AuditEntry.action == "found")).one()
    assert (entry.assembly_id, entry.municipality_id) == (made.id, town.id)


def test_the_same_title_twice_gets_its_own_address(clerk: BrowserLike, assembly: Assembly) -> None:
    for expected in ("freibad-niederau", "freibad-niederau-2"):
        assert clerk.submit(LIST + "neu", form()).status_code == 303
        assert newest().slug == expected


@pytest.mark.parametrize("title", ["Neu", "Buergerraete"])
def test_an_address_never_hides_a_page(clerk: BrowserLike, assembly: Assembly, title: str) -> None:
    clerk.submit(LIST + "neu", form(title=title))
    assert newest().slug == f"{title.lower()}-2"
    assert clerk.get(f"{LIST}{title.lower()}-2/").status_code == 200


WRONG: list[tuple[dict[str, str], str]] = [
    ({"title": ""}, "Diese Angabe fehlt."),
    ({"title": "!!!"}, "Der Name braucht Buchstaben."),
    ({"seats": "7"}, "Zwischen 8 und 200 Plätzen."),
    ({"seats": "201"}, "Zwischen 8 und 200 Plätzen."),
    ({"min_age": "11"}, "Zwischen 12 und 27 Jahren."),
    ({"age_bounds": "18, 30"}, "beginnt mit dem Mindestalter"),
    ({"age_bounds": "16, 16"}, "aufsteigend"),
    ({"slug": "Straße 1"}, "Nur kleine Buchstaben"),
    ({"slug": "farben.css"}, "Nur kleine Buchstaben"),
    *(
        ({"slug": word}, "Dieses Wort wird schon für eine Seite gebraucht.")
        for word in ("rat", "buergerraete", "konten", "neu")
    ),
    ({"reply_deadline": "2026-12-01"}, "muss nach „Versand der Briefe“"),
    ({"lottery_at": "2026-12-01T18:00"}, "muss nach „Antwortfrist“"),
    ({"last_session_on": "2027-03-01"}, "muss nach „erster Sitzungstag“"),
    ({"retention_until": "2027-04-30"}, "muss nach „Antwort des Rats“"),
    ({"resolution_date": "2027-03-01"}, "erst nach dem Beschluss"),
]


def test_what_does_not_fit_is_said_at_the_field(clerk: BrowserLike, assembly: Assembly) -> None:
    for changes, sentence in WRONG:
        answer = clerk.submit(LIST + "neu", form(**changes))
        assert answer.status_code == 422, changes
        assert sentence in answer.text
        assert "Was soll aus dem Freibad werden?" in answer.text, "what was typed is still there"
        assert newest().id == assembly.id


def test_dates_are_counted_from_the_first_session_and_nothing_is_stored(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    typed = form(first_session_on="2028-05-12", title="Mein Titel", letters_on="")
    page = clerk.submit(LIST + "neu/termine", typed)
    assert page.status_code == 200
    assert schedule.proposal(dt.date(2028, 5, 12)).letters_on.isoformat() in page.text
    assert "Mein Titel" in page.text
    assert newest().id == assembly.id


def test_what_is_changed_is_stored_and_logged_by_field(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    clerk.submit(LIST + "neu", form())
    url = f"{LIST}freibad-niederau/auftrag"
    assert clerk.get(url).status_code == 200
    assert clerk.submit(url, form(seats="20", session_place="Turnhalle")).status_code == 303
    assert (newest().seats, newest().session_place) == (20, "Turnhalle")
    entry = db.session.scalars(db.select(AuditEntry).where(AuditEntry.action == "change")).one()
    assert set(entry.detail["fields"]) == {"seats", "session_place"}


def test_a_published_address_stays(clerk: BrowserLike, assembly: Assembly) -> None:
    clerk.submit(LIST + "neu", form())
    home = f"{LIST}freibad-niederau/"
    assert "Öffentliche Seite freischalten" in clerk.get(home).text
    assert clerk.submit(home + "oeffentlichkeit", {"sichtbar": "ja"}).status_code == 303
    assert newest().published_at is not None
    clerk.submit(home + "auftrag", form(slug="anders", title="Anders"))
    assert (newest().slug, newest().title) == ("freibad-niederau", "Anders")
    assert clerk.submit(home + "oeffentlichkeit", {"sichtbar": "nein"}).status_code == 303
    assert newest().published_at is None


def test_only_the_administration_of_the_town_founds(
    app: Flask, people: dict[str, User], assembly: Assembly
) -> None:
    for role in ("council", "facilitator", "observer", "stranger", "system"):
        client = app.test_client()
        assert isinstance(client, BrowserLike)
        client.sign_in(people[role])
        assert client.submit(LIST + "neu", form()).status_code == 403
    assert newest().id == assembly.id
