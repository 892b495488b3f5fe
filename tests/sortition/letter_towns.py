"""An assembly of one's own for a whole module, for tests of what a letter says."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from buergerrat import create_app
from buergerrat.accounts.models import Municipality
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, writing
from buergerrat.sortition import letter_texts
from buergerrat.sortition.letters import Letter
from tests.support import make_settings

URL = "https://mitreden.elbtal.example"
LONG = "Freifrau Maximiliane-Wilhelmine von und zu Übergrünmühlensteinhöfer-Quellenbrück"


@pytest.fixture(scope="module")
def mandate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assembly]:
    """It is in no table; the database beside it is empty, so all periods are the usual ones."""
    app = create_app(make_settings(tmp_path_factory.mktemp("letters")))
    with app.app_context():
        with writing():
            db.create_all()
        yield _mandate()
        db.session.remove()
        db.engine.dispose()


def _mandate() -> Assembly:
    town = Municipality(
        slug="elbtal", name="Stadt Elbtal", short_name="Elbtal", office="Hauptamt",
        street="Markt 1", postcode="39999", place="Elbtal", phone="01234 45-0",
        email="rathaus@elbtal.example", mayor="Anna Lindner", mayor_title="Bürgermeisterin",
        council_name="Stadtrat", privacy_officer="", town_colour="#003041",
    )  # fmt: skip
    values: dict[str, Any] = {
        "municipality": town,
        "title": "Ortsmitte 2035",
        "guiding_question": "Wie soll die Mitte von Elbtal im Jahr 2035 aussehen?",
        "legal_basis": "§ 37 BMG, Art. 6 Abs. 1 Buchst. e DSGVO",
        "resolution_number": "2026/061",
        "resolution_date": dt.date(2026, 8, 18),
        "seats": 16,
        "reserve": 4,
        "min_age": 16,
        "accept_days": 10,
        "reference_date": dt.date(2026, 9, 1),
        "letters_on": dt.date(2026, 9, 21),
        "reply_deadline": dt.date(2026, 10, 15),
        "lottery_at": dt.datetime(2026, 10, 26, 17, tzinfo=dt.UTC),
        "lottery_place": "Ratssaal",
        "first_session_on": dt.date(2026, 11, 14),
        "last_session_on": dt.date(2026, 11, 15),
        "session_place": "Haus am Markt",
        "session_note": "Jeweils von 10 bis 16.30 Uhr",
        "allowance": "60 Euro für jeden Tag",
        "answer_promised_by": dt.date(2027, 5, 31),
        "retention_until": dt.date(2028, 5, 31),
    }
    return Assembly(**values)


def letters(one: Assembly) -> list[Letter]:
    """A usual one, the longest names and address, six lines, under 18, only a number."""
    usual = replace(letter_texts.sample_letter(one, URL), postcode="10000")
    long = replace(
        usual, postcode="20000", title="Prof. Dr. Dr.", first_name=LONG, last_name=LONG,
        street="Straße der Freundschaft der Völker 112 b, Hinterhaus", place="Elbtal-Übergrünmühle",
    )  # fmt: skip
    six = replace(
        usual, postcode="30000", first_name="Maria Magdalena Theresia Walburga Kunigunde",
        last_name="Gräfin von Hohenstein-Übersee", street="Bei den Alten Mühlen an der Elbe 112 b, "
        "Hinterhaus, dritter Stock links",
    )  # fmt: skip
    young = replace(usual, postcode="40000", minor=True, title="")
    young_long = replace(long, postcode="50000", minor=True)
    nobody = replace(
        usual, salutation="", title="", first_name="", last_name="", street="", postcode="",
        place="", label="Nr. 012",
    )  # fmt: skip
    return [usual, long, six, young, young_long, nobody]
