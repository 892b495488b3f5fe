"""Letters as print-ready PDF.

An invitation has three pages per person: letter, privacy notice (Art. 13 and 14 DSGVO), reply
form; other kinds have fewer, and further languages follow behind. What is the same for everybody
is set once and referred to on every page, so a letter costs only its own lines. An invitation
without the privacy notice cannot be made, nor any other letter that does not say where it stands.
"""

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, BinaryIO

from reportlab.pdfgen.canvas import Canvas

from buergerrat.sortition import letter_blocks, letter_pages
from buergerrat.sortition.codes import show
from buergerrat.sortition.households import plain_street
from buergerrat.sortition.letter_codes import qr_code
from buergerrat.sortition.letter_extra import ExtraPage
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
from buergerrat.sortition.letter_parts import CODE_LABEL, Nowhere
from buergerrat.sortition.letter_stream import Face, GrowingPdf, PageStream, face

__all__ = ["Letter", "LetterError", "LetterSheet", "Part", "Question", "parts_of", "write_letters"]

PROGRESS_EVERY = 25
GUARDIANS = "An die Sorgeberechtigten von"


@dataclass(frozen=True, slots=True)
class Letter:
    """Whom one letter goes to. `salutation` is Frau, Herr or empty; `code` ten characters.

    `minor`: under 18, so the guardians are addressed. `label`: what stands in the window of a
    letter whose name and address are not known here.
    """

    salutation: str
    title: str
    first_name: str
    last_name: str
    street: str
    postcode: str
    place: str
    code: str
    url: str
    minor: bool = False
    label: str = ""

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.title, self.first_name, self.last_name) if part)

    @property
    def address(self) -> tuple[str, ...]:
        if not self.name:
            return (self.label,)
        first = GUARDIANS if self.minor else self.salutation
        lines = (first, self.name, self.street, f"{self.postcode} {self.place}".strip())
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
    """Everything that is the same for all. Texts may hold `{placeholders}`, which `values` fills;
    without values a brace is a brace. An empty question, heading of the reply or notice is left
    out."""

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
    values: Mapping[str, str] | None = field(default_factory=dict)
    pages: tuple[str, ...] = ("letter", "privacy", "card")
    greeting: str = "{anrede},"
    guardian_text: str = ""
    guardian_line: str = ""
    notice: str = ""
    extra: tuple[ExtraPage, ...] = ()
    what: str = "Einladungen"
    """Title of the file."""


def greeting(letter: Letter) -> str:
    """`Sehr geehrte Frau Dr. Sommer`; without Frau or Herr `Guten Tag Kim Sommer`."""
    start = {"Frau": "Sehr geehrte Frau", "Herr": "Sehr geehrter Herr"}.get(letter.salutation)
    if letter.minor or start is None:
        return f"Guten Tag {letter.name}".strip()
    return " ".join(part for part in (start, letter.title, letter.last_name) if part)


def greeting_lines(letter: Letter, template: str = "{anrede},") -> tuple[str, ...]:
    """As the town words it; a letter to somebody under 18 greets the guardians too."""
    values = {"anrede": greeting(letter), "name": letter.name or "Sie"}
    line = letter_blocks.fill(template, values).strip()
    return (line, "sehr geehrte Sorgeberechtigte,") if letter.minor else (line,)


def in_order(letters: Iterable[Letter]) -> list[Letter]:
    """By postcode, then as the post walks; the place in this list is the sequence number."""
    return sorted(
        letters,
        key=lambda one: (
            not one.name,
            one.label,
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
    values = sheet.values
    if values is None:
        return sheet

    def filled(value: Any) -> Any:
        if isinstance(value, str):
            return letter_blocks.fill(value, values)
        if isinstance(value, Question):
            return Question(*(filled(getattr(value, part.name)) for part in fields(value)))
        return tuple(map(filled, value)) if isinstance(value, tuple) else value

    keep = {"fonts", "crest", "signature", "colour", "values", "pages", "greeting", "extra"}
    names = [part.name for part in fields(sheet) if part.name not in keep]
    return replace(sheet, **{name: filled(getattr(sheet, name)) for name in names})


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
    return pages_of(sheet) * len(part.letters)


def pages_of(sheet: LetterSheet) -> int:
    """Pages of one letter. Raises `LetterError` if a text does not fit its page, a placeholder has
    no value or the privacy notice is missing."""
    return set_nowhere(sheet).pages


def set_nowhere(sheet: LetterSheet) -> letter_pages.Shared:
    """Set everything without drawing it. Raises as `pages_of`."""
    _check(sheet)
    register_fonts(sheet.fonts)
    return letter_pages.set_shared(Pen(Nowhere()), fill(sheet))


def _check(sheet: LetterSheet) -> None:
    if "privacy" in sheet.pages and not any(text.strip() for _, text in sheet.privacy):
        raise LetterError("Ohne den Hinweis zum Datenschutz darf kein Brief hinaus.")
    if "privacy" not in sheet.pages and not sheet.notice.strip():
        raise LetterError("Ohne den Hinweis zum Datenschutz darf kein Brief hinaus.")


def pdf_of(part: Part, sheet: LetterSheet, progress: Progress | None = None) -> Iterator[bytes]:
    """The PDF of one part, chunk by chunk.

    Raises `LetterError` with the first chunk as `pages_of` does.
    """
    _check(sheet)
    register_fonts(sheet.fonts)
    start, faces, shared = _shared(part.letters, fill(sheet))
    pdf, total = GrowingPdf(start), len(part.letters)
    for done, letter in enumerate(part.letters, start=1):
        qr = qr_code(letter.url) if sheet.reply_heading else None
        own = pdf.form(qr) if qr is not None else 0
        pages = [PageStream(faces, qr) for _ in range(shared.pages)]
        letter_pages.write_pages(
            [Pen(page) for page in pages],
            letter,
            greeting_lines(letter, sheet.greeting),
            qr,
            shared,
            part.first + done - 1,
        )
        for page in pages:
            pdf.page(page, own)
        if done % PROGRESS_EVERY == 0 or done == total:
            yield pdf.take()
            if progress is not None:
                progress(done, total)
    yield pdf.end()


def _shared(
    letters: Sequence[Letter], sheet: LetterSheet
) -> tuple[bytes, dict[str, Face], letter_pages.Shared]:
    """A document of one page with the forms and fonts of all; where the characters stand in the
    fonts, and the personal lines on the page."""
    out = io.BytesIO()
    canvas = Canvas(
        out, pagesize=(PAGE[0] * MM, PAGE[1] * MM), pageCompression=1, invariant=1, lang="de-DE"
    )
    canvas.setTitle(f"{sheet.what}, {sheet.assembly}")
    canvas.setAuthor(sheet.town)
    shared = letter_pages.set_shared(Pen(canvas), sheet, any(one.minor for one in letters))
    used = set(CODE_LABEL + "0123456789/ \u00a0")
    codes = set(" ")
    for letter in letters:
        used.update(*greeting_lines(letter, sheet.greeting), *letter.address)
        codes.update(show(letter.code))
    faces = {
        REGULAR: face(REGULAR, used, canvas._doc),
        BOLD: face(BOLD, codes, canvas._doc),
    }
    for form in shared.names:
        canvas.doForm(form)
    canvas.showPage()
    canvas.save()
    return out.getvalue(), faces, shared
