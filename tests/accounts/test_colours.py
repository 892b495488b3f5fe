"""A town's own two colours."""

from __future__ import annotations

import pytest
from flask import Flask

from buergerrat.accounts.models import DATA_COLOUR, TOWN_COLOUR, Municipality, User
from buergerrat.accounts.services import towns
from buergerrat.assemblies.models import Assembly
from buergerrat.charts import town_stylesheet
from buergerrat.db import db, writing
from buergerrat.recommendations.services import report
from buergerrat.sortition import letter_texts
from tests.accounts.test_users import TOWN
from tests.support import BrowserLike

OWN = {"town_colour": "#5A0F2E", "data_colour": "#7A2A4C"}
FORM = "/system/elbtal/angaben"
ANGABEN = {key: value for key, value in TOWN.items() if key != "slug"}


@pytest.fixture
def system(client: BrowserLike, people: dict[str, User]) -> BrowserLike:
    return client.sign_in(people["system"])


def test_pages_of_the_town_take_its_colours(
    app: Flask, system: BrowserLike, town: Municipality, assembly: Assembly
) -> None:
    visitor = app.test_client()
    for path in ("/elbtal/", "/elbtal/ortsmitte-2035/"):
        assert "farben.css" not in visitor.get(path).text, "the usual colours need no stylesheet"
    assert system.submit(FORM, {**ANGABEN, **OWN}).status_code == 303
    for path in ("/elbtal/", "/elbtal/ortsmitte-2035/"):
        page = visitor.get(path).text
        assert 'href="/elbtal/farben.css?v=5a0f2e7a2a4c"' in page
    assert "farben.css" not in visitor.get("/nachbarstadt/").text
    sheet = visitor.get("/elbtal/farben.css")
    assert (sheet.status_code, sheet.mimetype) == (200, "text/css")
    assert sheet.text == town_stylesheet(OWN["town_colour"], OWN["data_colour"])
    assert sheet.headers["Cache-Control"] == "public, max-age=86400"
    assert "Set-Cookie" not in sheet.headers


def test_empty_fields_mean_the_usual_colours(
    system: BrowserLike, town: Municipality, assembly: Assembly
) -> None:
    system.submit(FORM, {**ANGABEN, **OWN})
    assert (
        system.submit(FORM, {**ANGABEN, "town_colour": "", "data_colour": " "}).status_code == 303
    )
    db.session.refresh(town)
    assert (town.town_colour, town.data_colour) == (TOWN_COLOUR, DATA_COLOUR)


@pytest.mark.parametrize(
    ("field", "colour", "sentence"),
    [
        ("town_colour", "blau", "mit # und sechs Zeichen"),
        ("town_colour", "003041", "mit # und sechs Zeichen"),
        ("data_colour", "#00304", "mit # und sechs Zeichen"),
        ("data_colour", "#000;} body{", "mit # und sechs Zeichen"),
        ("town_colour", "#FFFFFF", "Ihr Kontrast zu Weiß ist 1,0 zu 1, nötig sind 7,0 zu 1."),
        ("data_colour", "#808080", "Ihr Kontrast zu Weiß ist 3,9 zu 1, nötig sind 4,5 zu 1."),
    ],
)
def test_a_colour_nobody_could_read_is_refused(
    system: BrowserLike, town: Municipality, field: str, colour: str, sentence: str
) -> None:
    answer = system.submit(FORM, {**ANGABEN, field: colour})
    assert answer.status_code == 422
    assert sentence in answer.text
    db.session.refresh(town)
    assert (town.town_colour, town.data_colour) == (TOWN_COLOUR, DATA_COLOUR)


def test_letters_and_report_take_the_colours(town: Municipality, assembly: Assembly) -> None:
    with writing():
        towns.change(town, OWN)
    sheet = letter_texts.sheet(assembly, None, "https://mitreden.example")
    assert [round(255 * share) for share in sheet.colour] == [0x5A, 0x0F, 0x2E]
    made = report.build(assembly)
    assert {"town_colour": made.town_colour, "data_colour": made.data_colour} == OWN
