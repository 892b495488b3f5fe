"""Invitation letters as print-ready PDF.

Three pages per person: letter, privacy notice (Art. 13 and 14 DSGVO), reply form. What is the
same for everybody is set once and referred to on every page, so a letter costs only its own
lines. A letter without the privacy notice cannot be made.
"""

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, BinaryIO

from reportlab.pdfgen.canvas import Canvas

from buergerrat.sortition import letter_pages
from buergerrat.sortition.codes import show
from buergerrat.sortition.households import plain_street
from buergerrat.sortition.letter_codes import qr_code
from buergerrat.sortition.letter_layout import (
    BOLD,
    MM,
    PAGE,
    REGULAR,
    Drawing,
    LetterError,
    Pen,
    register_fonts,
)
from buergerrat.sortition.letter_stream import Face, GrowingPdf, PageStream, face

__all__ = ["Letter", "LetterError", "LetterSheet", "Part", "Question", "parts_of", "write_letters"]

PAGES_PER_LETTER = letter_pages.PAGES
PROGRESS_EVERY = 25
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Letter:
    """Whom one letter goes to. `salutation` is Frau, Herr or empty; `code` ten characters."""

    salutation: str
    title: str
    first_name: str
    last_name: str
    street: str
    postcode: str
    place: str
    code: str
    url: str

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.title, self.first_name, self.last_name) if part)

    @property
    def address(self) -> tuple[str, ...]:
        lines = (self.salutation, self.name, self.street, f"{self.postcode} {self.place}".strip())
        return tuple(line for line in lines if line)


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the reply form: tick boxes, a consent of its own, or lines to write on."""

    title: str
    options: tuple[str, ...] = ()
    voluntary: bool = True
    consent: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class LetterSheet:
    """Everything on the three pages that is the same for all. Texts may hold `{placeholders}`,
    which `values` fills."""

    fonts: Path
    town: str
    office: str
    assembly: str
    sender_line: str
    info: tuple[tuple[str, str], ...]
    """Label and text; a pair of empty strings is a gap."""
    subject: str
    before_question: tuple[str, ...]
    question: str
    after_question: tuple[str, ...]
    reply_heading: str
    website: str
    ways: tuple[tuple[str, str], ...]
    """Further ways to answer, below website and code."""
    after_reply: tuple[str, ...]
    closing: str
    signatory: tuple[str, ...]
    languages: tuple[str, str]
    """The bold beginning and the rest."""
    foot: str
    privacy_heading: str
    privacy_intro: str
    privacy: tuple[tuple[str, str], ...]
    card_heading: str
    card_intro: str
    card_address: tuple[str, ...]
    questions: tuple[Question, ...]
    card_end: tuple[str, ...]
    """Labels of the lines for date and signature."""
    crest: Drawing | None = None
    signature: Drawing | None = None
    colour: tuple[float, float, float] = (0.0, 0.188, 0.255)
    values: Mapping[str, str] = field(default_factory=dict)


def greeting(letter: Letter) -> str:
    """`Sehr geehrte Frau Dr. Sommer,`; without Frau or Herr `Guten Tag Kim Sommer,`."""
    start = {"Frau": "Sehr geehrte Frau", "Herr": "Sehr geehrter Herr"}.get(letter.salutation)
    if start is None:
        return f"Guten Tag {letter.name},"
    return " ".join(part for part in (start, letter.title, letter.last_name) if part) + ","


def in_order(letters: Iterable[Letter]) -> list[Letter]:
    """By postcode, then as the post walks; the place in this list is the sequence number."""
    return sorted(
        letters,
        key=lambda one: (
            one.postcode,
            plain_street(re.sub(r"\d.*", "", one.street)),
            int((re.findall(r"\d+", one.street) or [0])[0]),
            one.street,
            one.last_name,
            one.first_name,
            one.code,
        ),
    )


def fill(sheet: LetterSheet) -> LetterSheet:
    """The sheet with its placeholders filled. Raises `LetterError` for one without a value."""

    def filled(value: Any) -> Any:
        if isinstance(value, str):
            text = _PLACEHOLDER.sub(lambda match: _value(sheet, match[1]), value)
            return re.sub("  +", " ", text)
        if isinstance(value, Question):
            return Question(*(filled(getattr(value, part.name)) for part in fields(value)))
        return tuple(map(filled, value)) if isinstance(value, tuple) else value

    keep = {"fonts", "crest", "signature", "colour", "values"}
    names = [part.name for part in fields(sheet) if part.name not in keep]
    return replace(sheet, **{name: filled(getattr(sheet, name)) for name in names})


def _value(sheet: LetterSheet, name: str) -> str:
    if name not in sheet.values:
        raise LetterError(
            f"Der Platzhalter {{{name}}} hat keinen Inhalt. Bitte ergänzen Sie die Angabe oder "
            "nehmen Sie den Platzhalter aus dem Text."
        )
    return sheet.values[name]


Progress = Callable[[int, int], None]
"""Gets letters done and letters in all."""


@dataclass(frozen=True, slots=True)
class Part:
    """The letters of one file. `first` is the sequence number of the first one, from 1 on."""

    number: int
    first: int
    letters: Sequence[Letter]

    @property
    def last(self) -> int:
        return self.first + len(self.letters) - 1


def parts_of(letters: Iterable[Letter], size: int = 0) -> list[Part]:
    """The letters in posting order, `size` to a file; 0 puts all into one.

    Raises `LetterError` if there are none.
    """
    ordered = in_order(letters)
    if not ordered:
        raise LetterError("Es gibt noch keine Briefe. Losen Sie zuerst die Einladungen aus.")
    size = size or len(ordered)
    return [
        Part(number, start + 1, ordered[start : start + size])
        for number, start in enumerate(range(0, len(ordered), size), start=1)
    ]


def write_letters(
    out: BinaryIO,
    letters: Iterable[Letter],
    sheet: LetterSheet,
    progress: Progress | None = None,
) -> int:
    """Write the PDF of all letters in posting order; returns the number of pages.

    Raises `LetterError` as `parts_of` and `pdf_of` do.
    """
    [part] = parts_of(letters)
    for chunk in pdf_of(part, sheet, progress):
        out.write(chunk)
    return PAGES_PER_LETTER * len(part.letters)


def pdf_of(part: Part, sheet: LetterSheet, progress: Progress | None = None) -> Iterator[bytes]:
    """The PDF of one part, chunk by chunk.

    Raises `LetterError` with the first chunk if a text does not fit its page, a placeholder has
    no value or the privacy notice is missing.
    """
    if not any(text.strip() for _, text in sheet.privacy):
        raise LetterError("Ohne den Hinweis zum Datenschutz darf kein Brief hinaus.")
    register_fonts(sheet.fonts)
    start, faces, spots = _shared(part.letters, fill(sheet))
    pdf, total = GrowingPdf(start), len(part.letters)
    for done, letter in enumerate(part.letters, start=1):
        number = part.first + done - 1
        qr = qr_code(letter.url)
        own = pdf.form(qr)
        pages = [PageStream(faces, qr) for _ in range(PAGES_PER_LETTER)]
        first, privacy, card = map(Pen, pages)
        letter_pages.letter_page(first, letter, greeting(letter), qr, spots, number)
        letter_pages.privacy_page(privacy, number)
        letter_pages.card_page(card, letter, qr, number)
        for page in pages:
            pdf.page(page, own)
        if done % PROGRESS_EVERY == 0 or done == total:
            yield pdf.take()
            if progress is not None:
                progress(done, total)
    yield pdf.end()


def _shared(
    letters: Sequence[Letter], sheet: LetterSheet
) -> tuple[bytes, dict[str, Face], letter_pages.Spots]:
    """A document of one page with the forms and fonts of all; where the characters stand in the
    fonts, and the personal lines on the page."""
    out = io.BytesIO()
    canvas = Canvas(
        out, pagesize=(PAGE[0] * MM, PAGE[1] * MM), pageCompression=1, invariant=1, lang="de-DE"
    )
    canvas.setTitle(f"Einladungen, {sheet.assembly}")
    canvas.setAuthor(sheet.town)
    spots = letter_pages.set_shared(Pen(canvas), sheet)
    used = set(letter_pages.CODE_LABEL + "0123456789/ \u00a0")
    codes = set(" ")
    for letter in letters:
        used.update(greeting(letter), *letter.address)
        codes.update(show(letter.code))
    faces = {
        REGULAR: face(REGULAR, used, canvas._doc),
        BOLD: face(BOLD, codes, canvas._doc),
    }
    for form in ("letter", "privacy", "card"):
        canvas.doForm(form)
    canvas.showPage()
    canvas.save()
    return out.getvalue(), faces, spots
