"""The words of letters: placeholders, the page beside the form, two people at once."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pymupdf
import pytest
import stage_one as stage
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from letter_towns import URL, mandate
from reportlab.pdfbase import pdfmetrics

from buergerrat.assemblies.models import Assembly
from buergerrat.db import db
from buergerrat.sortition import letter_blocks, letter_preview, letter_texts
from buergerrat.sortition.letter_layout import MM, PAGE
from buergerrat.sortition.letters import LetterError, write_letters
from buergerrat.sortition.models import LetterText
from buergerrat.sortition.services import letter_wording
from tests.sortition.test_letters import fonts
from tests.support import BrowserLike

__all__ = ["fonts", "mandate"]
TEXT = "briefe/einladung/text"


@settings(deadline=None, max_examples=50)
@given(st.lists(st.sampled_from(["Wort", " ", "{frage}", "{ort}", "\n", "{nichts}", "{}"])))
def test_known_placeholders_are_filled_and_all_others_named(parts: list[str]) -> None:
    text = "".join(parts)
    unknown = letter_blocks.unknown(text, ("frage", "ort"))
    assert set(unknown) == set(parts) & {"{nichts}", "{}"}
    if unknown:
        with pytest.raises(LetterError):
            letter_blocks.fill(text, {"frage": "F", "ort": "{ort}"})
        return
    filled = letter_blocks.fill(text, {"frage": "F", "ort": "{ort}"})
    assert filled.count("{ort}") == parts.count("{ort}"), "what stands in a value stays as it is"
    assert filled.count("F") == parts.count("{frage}")


def test_blank_lines_part_stanzas_and_lines_without_words_are_left_out() -> None:
    text = "Eins\n{leer}\nZwei\n\n\nDrei?\n"
    assert letter_blocks.stanzas(text, {"leer": ""}) == (("Eins", "Zwei"), ("Drei?",))
    assert letter_blocks.is_heading(("Drei?",))
    assert letter_blocks.with_contacts("A {leer}\nB", {"leer": ""}) == "B"


def spots(svg: str) -> dict[str, list[tuple[float, float]]]:
    shown: dict[str, list[tuple[float, float]]] = {}
    for x, y, text in re.findall(r'matrix\(1 0 0 -1 ([\d.]+) ([\d.]+)\)"[^>]*>([^<]+)<', svg):
        shown.setdefault(text.strip(), []).append((float(x), float(y)))
    return shown


@pytest.mark.parametrize("kind", ["invitation", "refusal"])
def test_the_preview_shows_the_lines_of_the_pdf_where_they_stand(
    fonts: Path, mandate: Assembly, kind: str
) -> None:
    sheet = letter_texts.sheet(mandate, None, URL, kind, languages=("leicht",))
    letter = letter_texts.sample_letter(mandate, URL)
    out = io.BytesIO()
    write_letters(out, [letter], sheet)
    pdf = pymupdf.Document(stream=out.getvalue(), filetype="pdf")
    pictures = letter_preview.pages(sheet, letter)
    assert len(pictures) == len(pdf)
    for svg, page in zip(pictures, pdf, strict=True):
        shown = spots(svg)
        for block in page.get_text("dict")["blocks"]:
            for line in block.get("lines", ()):
                text = "".join(span["text"] for span in line["spans"]).strip()
                x, y = line["spans"][0]["origin"]
                place = pytest.approx((x, PAGE[1] * MM - y), abs=0.6)
                assert text not in shown or place in shown[text]
        printed = re.sub(r"\s+", "", page.get_text())
        for text in shown:
            assert re.sub(r"\s+", "", text) in printed


def form(client: BrowserLike, **changes: str) -> dict[str, str]:
    """What the page would send: the built-in text, revision 0, and the changes."""
    return {**letter_texts.standard("invitation"), "revision": "0", **changes}


def test_a_text_is_changed_printed_and_put_back(
    app: Flask, clerk: BrowserLike, assembly: Assembly
) -> None:
    page = clerk.get(stage.page(TEXT)).text
    assert "Sie sind ausgelost" in page
    assert "<svg" in page
    assert "{antwortfrist}" in page
    words = form(clerk, subject="Kommen Sie in den Bürgerrat über {titel}")
    assert clerk.submit(stage.page(TEXT), words).status_code == 303
    row = db.session.scalars(db.select(LetterText)).one()
    assert row.blocks == {"subject": words["subject"]}, "only what differs is kept"
    pdf = clerk.get(stage.page("briefe/muster.pdf")).data
    text = pymupdf.Document(stream=pdf, filetype="pdf")[0].get_text()
    assert "Kommen Sie in den Bürgerrat über Ortsmitte 2035" in text
    answer = clerk.submit(stage.page(f"{TEXT}/zuruecksetzen"), {"revision": "1"})
    assert answer.status_code == 303
    db.session.expire_all()
    assert db.session.scalars(db.select(LetterText.blocks)).one() == {}


def test_the_page_needs_no_letter_before_it(
    clerk: BrowserLike, assembly: Assembly, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a fresh process no font is known yet."""
    monkeypatch.setattr(pdfmetrics, "_fonts", {})
    assert clerk.get(stage.page(TEXT)).status_code == 200


@pytest.mark.parametrize(
    ("block", "text", "message"),
    [
        ("body", "Rufen Sie {handy} an.", "Diesen Platzhalter gibt es hier nicht: {handy}"),
        ("body", "Liebe {name}, kommen Sie.", "geht nur in der Zeile"),
        ("subject", "  ", "darf nicht leer sein"),
        ("body", "Ein Absatz mit vielen Worten, der steht.\n" * 40, "zu lang für eine Seite"),
        ("opening", "Willkommen \u0645\u0631\u062d\u0628\u0627", "kann der Brief nicht drucken"),
    ],
)
def test_what_cannot_be_printed_is_said_at_its_block_and_kept(
    clerk: BrowserLike, assembly: Assembly, block: str, text: str, message: str
) -> None:
    answer = clerk.submit(stage.page(TEXT), form(clerk, **{block: text}))
    assert answer.status_code == 422
    error = re.search(rf'id="{block}-fehler">.*?</p>', answer.text, re.DOTALL)
    assert error is not None
    assert message in error[0]
    assert text.strip()[:20] in answer.text
    assert db.session.scalars(db.select(LetterText)).all() == []


def test_the_second_of_two_people_sees_both_texts_and_loses_nothing(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    clerk.submit(stage.page(TEXT), form(clerk, closing="Herzliche Grüße"))
    second = clerk.submit(stage.page(TEXT), form(clerk, closing="Viele Grüße"))
    assert second.status_code == 409
    for words in ("Herzliche Grüße", "Viele Grüße", 'name="revision" value="1"'):
        assert words in second.text
    assert letter_wording.current(assembly, "invitation", "de")[0]["closing"] == "Herzliche Grüße"
    stale = clerk.submit(stage.page(f"{TEXT}/zuruecksetzen"), {"revision": "0"})
    assert stale.status_code == 409
    again = clerk.submit(stage.page(TEXT), form(clerk, closing="Viele Grüße", revision="1"))
    assert again.status_code == 303
    assert letter_wording.current(assembly, "invitation", "de")[0]["closing"] == "Viele Grüße"


def test_the_preview_follows_what_is_typed_and_keeps_nothing(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    typed = form(clerk, subject="Ein <b>neuer</b> Betreff")
    live = clerk.submit(stage.page(f"{TEXT}/vorschau"), typed)
    assert "Ein &lt;b&gt;neuer&lt;/b&gt; Betreff" in live.text
    button = clerk.submit(stage.page(TEXT), {**typed, "preview": "1"})
    assert button.status_code == 200
    assert button.text.count("Ein &lt;b&gt;neuer") == 2, "in the field and on the page"
    broken = clerk.submit(stage.page(f"{TEXT}/vorschau"), form(clerk, subject="{oje}"))
    assert "Diesen Platzhalter gibt es hier nicht: {oje}" in broken.text
    assert db.session.scalars(db.select(LetterText)).all() == []


def test_what_the_law_wants_stays_whatever_is_written(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    words = dict.fromkeys(letter_texts.standard("reminder"), ".")
    own = {"de": words, "tr": {"subject": ".", "body": "."}}
    sheet = letter_texts.sheet(assembly, None, URL, "reminder", own=own, languages=("tr",))
    assert assembly.legal_basis in sheet.notice
    assert sheet.question == assembly.guiding_question
    assert sheet.website in sheet.reply_heading + sheet.website
    assert sheet.extra[0].answer[0]
    assert sheet.extra[0].rights[1]


def test_kinds_and_languages_that_do_not_exist_are_not_found(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    assert clerk.get(stage.page("briefe/rechnung/text")).status_code == 404
    assert clerk.get(stage.page("briefe/dank/text?sprache=tr")).status_code == 404
    assert clerk.get(stage.page("briefe/dank/text?sprache=leicht")).status_code == 200
