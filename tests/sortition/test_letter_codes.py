"""The codes on a letter, module by module against the full calculation, and read as a camera
reads them."""

import io
import re
import string
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pymupdf
import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from buergerrat.sortition import letter_pages, letter_parts, letter_stream
from buergerrat.sortition.letter_codes import Symbol, data_matrix, qr_code
from buergerrat.sortition.letter_layout import (
    FOLDS,
    FOOT,
    INFO_LEFT,
    INFO_TOP,
    LEFT,
    MM,
    PAGE,
    WINDOW,
    Pen,
    register_fonts,
)
from buergerrat.sortition.letters import (
    fill,
    greeting_lines,
    in_order,
    parts_of,
    pdf_of,
    write_letters,
)
from tests.sortition.letter_samples import sample_sheet
from tests.sortition.test_letters import LETTERS, LONG, fonts

__all__ = ["fonts"]
CODE = st.text(alphabet="23456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=10, max_size=10)


def modules(code: Symbol) -> set[tuple[int, int]]:
    """Row and column of the dark ones."""
    dark = set()
    for column, row, length in re.findall(r"(\d+) (\d+) (\d+) 1\.02 re", code.bars):
        dark |= {(int(row), int(column) + n) for n in range(int(length))}
    return dark


def possible(link: str) -> list[set[tuple[int, int]]]:
    """The eight codes, one for each mask, that the standard has for a link."""
    codes = []
    for mask in range(8):
        code = segno.make_qr(link, error="m", boost_error=False, mode="byte", mask=mask)
        rows = enumerate(code.matrix)
        codes.append({(r, c) for r, line in rows for c, bit in enumerate(line) if bit})
    return codes


@settings(deadline=None, max_examples=25)
@given(CODE, st.sampled_from(["https://mitreden.elbtal.example/antwort#", "https://x.example/#"]))
def test_a_qr_code_holds_the_modules_of_its_link(code: str, stem: str) -> None:
    symbol = qr_code(stem + code)
    assert modules(symbol) in possible(stem + code)
    assert symbol.side == len(segno.make_qr(stem + code, error="m", boost_error=False).matrix)


@settings(deadline=None, max_examples=15)
@given(st.text(alphabet=string.ascii_letters + "äß#/:", min_size=1, max_size=40))
def test_any_text_can_be_a_link(link: str) -> None:
    assert modules(qr_code(link)) in possible(link)


def read(page: pymupdf.Page, left: float, top: float, width: float, room: float) -> str:
    """What a reader makes of a square on the page, with `room` around it; all in mm."""
    square = pymupdf.Rect(left - room, top - room, left + width + room, top + width + room) * MM
    picture = page.get_pixmap(dpi=400, clip=square, colorspace=pymupdf.csGRAY)
    text, _ = pymupdf.mupdf.fz_decode_barcode_from_pixmap2(picture.this, 0)
    return str(text)


@pytest.fixture(scope="module")
def spots(fonts: Path) -> letter_pages.Spots:
    register_fonts(fonts)
    shared = letter_pages.set_shared(Pen(Canvas(io.BytesIO())), fill(sample_sheet(fonts)), False)
    return shared.spots[0]


def test_every_code_on_every_sheet_can_be_read(fonts: Path, spots: letter_pages.Spots) -> None:
    out = io.BytesIO()
    write_letters(out, LETTERS, sample_sheet(fonts))
    pdf = pymupdf.Document(stream=out.getvalue(), filetype="pdf")
    for place, letter in enumerate(in_order(LETTERS)):
        sheets = [pdf[3 * place + n] for n in range(3)]
        for number, sheet in enumerate(sheets, start=1):
            assert read(sheet, *letter_parts.MATRIX, 1) == f"{place + 1:06d}{number}3"
        left = LEFT + 7
        assert read(sheets[0], left, spots.qr, letter_pages.QR_LETTER, 3) == letter.url
        left, top = INFO_LEFT, INFO_TOP + 1
        assert read(sheets[2], left, top, letter_pages.QR_CARD, 2) == letter.url


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 99_999_999))
def test_the_machine_reads_the_digits(number: int) -> None:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(20 * MM, 20 * MM))
    canvas.translate(5 * MM, 15 * MM)
    canvas.scale(0.7 * MM, -0.7 * MM)
    canvas.drawPath(data_matrix(f"{number:08d}"), stroke=0, fill=1)
    canvas.save()
    page = pymupdf.Document(stream=out.getvalue(), filetype="pdf")[0]
    assert read(page, 0, 0, 20, 0) == f"{number:08d}"


def test_the_machines_code_is_clear_of_window_folds_and_text() -> None:
    left, top, width = letter_parts.MATRIX
    assert left >= 5, "no printer reaches the edge"
    assert left + width + width / 14 <= LEFT
    assert top > max(FOLDS) + 5
    assert top + width < FOOT - 2
    assert top > WINDOW[1] + WINDOW[3]


def ink(page: pymupdf.Page) -> list[tuple[float, float, float, float]]:
    """What a picture of the page shows in and around the window: the dark rows as boxes, in mm."""
    left, top, width, height = WINDOW
    around = pymupdf.Rect(left - 5, top - 5, left + width + 5, top + height + 5) * MM
    picture = page.get_pixmap(dpi=200, clip=around, colorspace=pymupdf.csGRAY)
    scale = 25.4 / 200
    boxes = []
    for row in range(picture.height):
        line = picture.samples[row * picture.stride : row * picture.stride + picture.width]
        dark = [place for place, value in enumerate(line) if value < 160]
        if dark:
            y = picture.y + row
            start, end = picture.x + dark[0], picture.x + dark[-1] + 1
            boxes.append((start * scale, y * scale, end * scale, (y + 1) * scale))
    return boxes


def test_in_the_picture_all_lines_stand_in_the_window_and_none_touch(fonts: Path) -> None:
    """Rendered, not asked of the PDF: sender and address lines are bands of ink, apart from each
    other, all of them inside the window with room for the letter to slip by 2 mm."""
    long = replace(LETTERS[0], title="Prof. Dr.", first_name=LONG, last_name=LONG)
    out = io.BytesIO()
    letters = [*LETTERS, long]
    write_letters(out, letters, sample_sheet(fonts))
    pdf = pymupdf.Document(stream=out.getvalue(), filetype="pdf")
    left, top, width, height = WINDOW
    for place, letter in enumerate(in_order(letters)):
        boxes = ink(pdf[3 * place])
        assert min(box[0] for box in boxes) >= left + 2
        assert max(box[2] for box in boxes) <= left + width - 2
        assert min(box[1] for box in boxes) >= top + 2
        assert max(box[3] for box in boxes) <= top + height - 0.5
        starts = [b for a, b in pairwise(boxes) if b[1] - a[3] > 0.2]
        text = pdf[3 * place].get_text(
            clip=pymupdf.Rect(left, top, left + width, top + height) * MM
        )
        assert len(starts) + 1 >= len(text.strip().splitlines()), letter.name


def test_the_stream_shows_what_reportlab_shows(fonts: Path) -> None:
    """The pages written by hand against the same pages on a reportlab canvas, as pictures."""
    sheet, [part] = sample_sheet(fonts), parts_of(LETTERS)
    stream = b"".join(pdf_of(part, sheet))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(PAGE[0] * MM, PAGE[1] * MM))
    pen = Pen(canvas)
    shared = letter_pages.set_shared(pen, fill(sheet))
    for number, letter in enumerate(part.letters, start=1):
        greeting, qr = greeting_lines(letter), qr_code(letter.url)
        letter_pages.write_pages([pen] * 3, letter, greeting, qr, shared, number)
    canvas.save()
    ours, plain = (pymupdf.Document(stream=one, filetype="pdf") for one in (stream, out.getvalue()))
    assert not ours.is_repaired
    for mine, theirs in zip(ours, plain, strict=True):
        pictures = [page.get_pixmap(dpi=110).samples for page in (mine, theirs)]
        apart = max(abs(a - b) for a, b in zip(*pictures, strict=True))
        assert apart < 96, "edges may be softer by a hair, nothing may be elsewhere"
        assert mine.get_text() == theirs.get_text()


def test_the_tree_of_pages_grows_and_odd_names_break_nothing(
    fonts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More pages than one node holds, more characters than one subset of a font holds, and words
    that mean something in a PDF."""
    monkeypatch.setattr(letter_stream, "KIDS", 4)
    names = ["".join(map(chr, range(start, start + 30))) for start in range(0x100, 0x300, 30)]
    letters = [replace(LETTERS[0], last_name=name, street="(A\\ /Pages 1 0 R") for name in names]
    sheet = replace(sample_sheet(fonts), assembly="/Root 9 0 R /Kids [")
    out = io.BytesIO()
    assert write_letters(out, letters, sheet) == 3 * len(names)
    pdf = pymupdf.Document(stream=out.getvalue(), filetype="pdf")
    assert not pdf.is_repaired
    assert len(pdf) == 3 * len(names)
    for place, page in enumerate(pdf):
        assert f"{place // 3 + 1:06d} {place % 3 + 1}/3" in page.get_text()
        assert place % 3 or "(A\\ /Pages 1 0 R" in page.get_text()
