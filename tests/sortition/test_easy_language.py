"""Leichte Sprache: a catalogue of its own for the answer pages, complete, short, kept in step."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import force_locale
from flask_babel import gettext as _
from reply_people import invite

from buergerrat import i18n
from buergerrat.assemblies.models import Assembly
from buergerrat.i18n import EASY_LOCALE
from buergerrat.sortition.features import REPLY_FEATURES
from buergerrat.sortition.services.replies import SUPPORT_NEEDS
from tests.support import BrowserLike

ROOT = Path(__file__).parent.parent.parent
PO = ROOT / "translations" / EASY_LOCALE / "LC_MESSAGES" / "messages.po"
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
SOURCES = (
    *sorted((ROOT / "templates" / "sortition" / "answer").glob("*.html")),
    *sorted((ROOT / "templates" / "sortition" / "seat").glob("*.html")),
    *sorted((ROOT / "templates" / "sortition" / "seat").glob("*.html")),
    ROOT / "templates" / "layout" / "step.html",
    *(
        ROOT / "buergerrat" / "sortition" / name
        for name in (
            "consents.py",
            "register_answers.py",
            "summary.py",
            "forms/answer.py",
            "views/answer.py",
            "views/answer_steps.py",
            "views/answer_after.py",
            "views/seat.py",
            "services/seat.py",
            "services/seat_consents.py",
            "views/seat.py",
        )
    ),
)
# In the pieces that every page is made of.
COMMON = {"freiwillig", "Sprache", "Eine Angabe fehlt noch oder passt nicht"}


def used() -> set[str]:
    """Every text that the answer pages can show."""
    keywords = {**DEFAULT_KEYWORDS, "_l": None, "N_": None}
    found = set(COMMON) | {str(word) for _key, word in SUPPORT_NEEDS}
    for source in SOURCES:
        method = "jinja2" if source.suffix == ".html" else "python"
        content = io.BytesIO(source.read_bytes())
        for _line, message, _comments, _context in extract(
            method, content, keywords, options={"trimmed": "true"}
        ):
            found.add(message[0] if isinstance(message, tuple) else message)
    for feature in REPLY_FEATURES:
        found |= {feature.question, feature.why, *(label for _key, label, _value in feature.asked)}
    return found


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    with PO.open("rb") as source:
        return read_po(source, locale=EASY_LOCALE)


def texts(catalog: Catalog) -> dict[str, list[str]]:
    return {
        m.id[0] if isinstance(m.id, tuple) else m.id: (
            list(m.string) if isinstance(m.string, tuple) else [m.string]
        )
        for m in catalog
        if m.id
    }


def test_every_text_of_the_answer_pages_has_its_easy_one(app: Flask, catalog: Catalog) -> None:
    with app.test_request_context("/"):
        assert sorted(used() ^ set(texts(catalog))) == []
    assert all(all(found) for found in texts(catalog).values())


def test_placeholders_are_kept(catalog: Catalog) -> None:
    for german, found in texts(catalog).items():
        for text in found:
            wanted = set(PLACEHOLDER.findall(german))
            assert set(PLACEHOLDER.findall(text)) - {"num"} == wanted - {"num"}, german


def test_every_line_is_one_short_sentence(catalog: Catalog) -> None:
    long = [
        line
        for found in texts(catalog).values()
        for text in found
        for line in text.split("\n")
        if len(line.split()) > 14 or len(re.findall(r"[^\d][.!?](?=\s)", line)) > 0
    ]
    assert long == []


def test_the_code_page_is_there_in_three_languages_without_a_cookie(client: BrowserLike) -> None:
    for asked, tag, heading in (
        ("", "de", "Antworten mit dem Code aus dem Brief"),
        ("?sprache=leicht", "de-simple", "Geben Sie Ihren Code ein"),
        ("?sprache=en", "en", None),
    ):
        page = client.get(f"/antwort{asked}")
        assert f'<html lang="{tag}"' in page.text
        assert heading is None or f'<h1 class="br-q">{heading}</h1>' in page.text
        assert page.text.split("<main")[0].count("br-lang__item") == 3
        assert "Set-Cookie" not in page.headers


def test_the_choice_is_kept_behind_the_code_and_forgotten_at_the_end(
    client: BrowserLike, assembly: Assembly
) -> None:
    code = invite(assembly, 1)[0].code
    client.submit("/antwort?sprache=leicht", {"code": code})
    page = client.get("/antwort/mitmachen").text
    assert '<html lang="de-simple"' in page
    assert "Das nennt man: Bürger·rat." in page
    assert '<html lang="en"' in client.get("/antwort/mitmachen?sprache=en").text
    assert '<html lang="en"' in client.get("/antwort/mitmachen").text
    client.get("/antwort/mitmachen?sprache=leicht")
    staff = client.get("/hilfe").text
    assert '<html lang="de"' in staff
    assert "Leichte Sprache" not in staff.split("<main")[0]
    client.submit("/antwort/ende")
    client.submit("/antwort", {"code": code})
    assert '<html lang="de"' in client.get("/antwort/mitmachen").text


def test_a_further_catalogue_is_offered_on_the_answer_pages_alone(
    client: BrowserLike, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [Locale.parse(name) for name in ("de", "en", EASY_LOCALE, "ar")]
    monkeypatch.setattr(i18n.babel, "list_translations", lambda: found)
    page = client.get("/antwort?sprache=ar").text
    assert '<html lang="ar" dir="rtl"' in page
    assert page.split("<main")[0].count("br-lang__item") == 4
    assert ">العربية</a>" in page
    assert '<html lang="de"' in client.get("/anmelden?sprache=ar").text


def test_what_the_catalogue_lacks_stays_german(app: Flask) -> None:
    with app.test_request_context("/"), force_locale(EASY_LOCALE):
        assert _("Ja, ich mache mit") == "Ja"
        assert _("Melderegister") == "Melderegister"
