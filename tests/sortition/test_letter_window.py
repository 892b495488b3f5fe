"""Letters of every kind as pictures: in the window stand the sender and the address, all of it and
nothing else."""

import io
import re
from pathlib import Path

import numpy as np
import pymupdf
import pytest
from letter_towns import URL, letters, mandate
from numpy.typing import NDArray

from buergerrat.assemblies.models import Assembly
from buergerrat.sortition import letter_texts
from buergerrat.sortition.letter_kinds import EASY, KINDS, STANDARD, languages_of
from buergerrat.sortition.letter_layout import MM
from buergerrat.sortition.letters import in_order, pages_of, write_letters
from tests.sortition.test_letters import fonts

__all__ = ["fonts", "mandate"]
DPI = 120
LEFT, TOP, WIDTH, HEIGHT = 20.0, 45.0, 90.0, 45.0  # the envelope's window over form B
INSIDE = 1.5  # mm that the sheet may slip in its envelope
Picture = NDArray[np.uint8]


def kinds() -> list[str]:
    return list(KINDS)


def plain(text: str) -> str:
    return re.sub(r"\s+", "", text)


def picture(page: pymupdf.Page) -> Picture:
    shown = page.get_pixmap(dpi=DPI, colorspace=pymupdf.csGRAY)
    return np.frombuffer(shown.samples, dtype=np.uint8).reshape(shown.height, shown.stride)


def inked(shown: Picture, box: pymupdf.Rect) -> int:
    """Dark dots of a rectangle in mm."""
    x0, y0, x1, y1 = (round(value * DPI / 25.4) for value in box)
    return int((shown[y0:y1, x0:x1] < 160).sum())


def lines_in(page: pymupdf.Page, window: pymupdf.Rect) -> list[tuple[pymupdf.Rect, str]]:
    found = []
    for block in page.get_text("dict")["blocks"]:
        for line in block.get("lines", ()):
            box = pymupdf.Rect(line["bbox"]) / MM
            text = "".join(span["text"] for span in line["spans"])
            if text.strip() and box.intersects(window):
                found.append((box, text))
    return found


@pytest.mark.parametrize("kind", kinds())
def test_every_line_of_every_address_shows_in_the_window_and_nothing_else(
    fonts: Path, mandate: Assembly, kind: str
) -> None:
    out = io.BytesIO()
    sheet = letter_texts.sheet(mandate, None, URL, kind)
    write_letters(out, letters(mandate), sheet)
    pdf = pymupdf.Document(stream=out.getvalue(), filetype="pdf")
    window = pymupdf.Rect(LEFT, TOP, LEFT + WIDTH, TOP + HEIGHT)
    safe = pymupdf.Rect(LEFT + INSIDE, TOP + INSIDE, LEFT + WIDTH - INSIDE, TOP + HEIGHT - INSIDE)
    counts = []
    for place, letter in enumerate(in_order(letters(mandate))):
        page = pdf[place * pages_of(sheet)]
        shown = picture(page)
        sender, *address = lines_in(page, window)
        assert plain(sender[1]) == plain(sheet.sender_line)
        assert plain("".join(text for _, text in address)) == plain("".join(letter.address))
        for box, text in (sender, *address):
            assert box in safe, text
            assert inked(shown, box) > 0, text
        assert inked(shown, window) == inked(shown, safe), "nothing reaches the edge"
        blank = shown.copy()
        for box, _text in (sender, *address):
            x0, y0, x1, y1 = (round(value * DPI / 25.4) for value in box)
            blank[y0 - 1 : y1 + 1, x0 - 1 : x1 + 1] = 255
        assert inked(blank, window) == 0, "nothing else shows"
        counts.append(len(address))
    assert counts[0] == 4
    assert max(counts) == 6
    assert counts[-1] == 1, "of whom no address is known only the number shows"


def test_guardians_are_addressed_greeted_and_asked_to_sign(fonts: Path, mandate: Assembly) -> None:
    out = io.BytesIO()
    young = letter_texts.sample_letter(mandate, URL, minor=True)
    grown = letter_texts.sample_letter(mandate, URL)
    write_letters(out, [young, grown], letter_texts.sheet(mandate, None, URL))
    pdf = pymupdf.Document(stream=out.getvalue(), filetype="pdf")
    pages = {page.number: plain(page.get_text()) for page in pdf}
    first = 0 if "AndieSorgeberechtigtenvon" in pages[0] else 3
    assert "AndieSorgeberechtigtenvonMaxiMuster" in pages[first]
    assert "GutenTagMaxiMuster,sehrgeehrteSorgeberechtigte," in pages[first]
    assert "brauchenwirIhreZustimmung" in pages[first]
    assert "UnterschriftenderSorgeberechtigten" in pages[first + 2]
    other = 3 - first
    assert not any("Sorgeberechtigte" in pages[other + n] for n in range(3))


@pytest.mark.parametrize("kind", kinds())
def test_built_in_texts_fit_their_pages_and_say_how_to_answer_and_what_rights_there_are(
    fonts: Path, mandate: Assembly, kind: str
) -> None:
    languages = languages_of(KINDS[kind])[1:]
    sheet = letter_texts.sheet(mandate, None, URL, kind, languages=languages)
    out = io.BytesIO()
    write_letters(out, [letter_texts.sample_letter(mandate, URL)], sheet)
    pages = [page.get_text() for page in pymupdf.Document(stream=out.getvalue(), filetype="pdf")]
    whole = "".join(pages)
    assert "\ufffd" not in whole
    assert "{" not in whole
    assert ("FGHJK" in whole) == KINDS[kind].answers
    rights = "elbtal/datenschutz" in plain(pages[0]) or "Artikel13und14" in plain(pages[1])
    assert rights
    assert plain(mandate.legal_basis) in plain("".join(pages[:2]))
    for language in languages:
        heading = plain(letter_texts.EXTRA[language].rights[0])
        answer = plain(letter_texts.EXTRA[language].answer[0])
        behind = plain("".join(pages[len(sheet.pages) :]))
        assert heading in behind
        assert (answer in behind) == KINDS[kind].answers
    assert languages[0] == EASY
    assert STANDARD not in languages
