"""Page 1 of a letter, and all pages of a letter in their order: what is set once for all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from buergerrat.sortition import letter_card, letter_extra
from buergerrat.sortition.codes import show
from buergerrat.sortition.letter_codes import Symbol
from buergerrat.sortition.letter_layout import (
    BOLD,
    DARK,
    INFO_LEFT,
    INFO_TOP,
    LEFT,
    MM,
    RIGHT,
    SENDER_BASE,
    TEXT_TOP,
    WINDOW,
    LetterError,
    Pen,
    wrapped,
)
from buergerrat.sortition.letter_parts import (
    BODY,
    CODE_LABEL,
    LEADING,
    LETTER_END,
    WIDTH,
    Nowhere,
    address,
    brand,
    check_room,
    end_page,
    foot,
    marks,
)

if TYPE_CHECKING:
    from buergerrat.sortition.letters import Letter, LetterSheet

QR_LETTER, QR_CARD = 27.0, 22.0
SIZES = tuple((size, size * LEADING / BODY) for size in (BODY, 10.0, 9.7, 9.4, 9.1))
"""Type and leading of the letter, from the usual down to the smallest, in points."""
NOTICE = (8.6, 12.0)


@dataclass(frozen=True, slots=True)
class Spots:
    """Where the personal lines of page 1 stand, in mm from the top, and their type in points."""

    greeting: float
    qr: float
    code: float
    size: float
    leading: float


@dataclass(frozen=True, slots=True)
class Shared:
    """The forms of a letter in their order, and where its own lines stand; [1]: under 18."""

    forms: tuple[tuple[str, ...], tuple[str, ...]]
    spots: tuple[Spots, Spots]

    @property
    def names(self) -> list[str]:
        return list(dict.fromkeys(name for forms in self.forms for name in forms))

    @property
    def pages(self) -> int:
        return len(self.forms[0])


def set_shared(pen: Pen, sheet: LetterSheet, minors: bool = True) -> Shared:
    """Set the parts that all letters share. Raises `LetterError` if a page overflows.

    Without `minors` nobody is under 18: then both variants are the same.
    """
    extra = [page for one in sheet.extra for page in letter_extra.pages_of(one)]
    pages = len(sheet.pages) + len(extra)
    variants = [
        _variant(pen, sheet, minor, pages) for minor in ((False, True) if minors else (False,))
    ]
    behind = []
    for place, page in enumerate(extra, start=len(sheet.pages) + 1):
        behind.append(f"extra{place}")
        pen.canvas.beginForm(behind[-1])
        marks(pen)
        letter_extra.draw(pen, page)
        foot(pen, sheet, place, pages)
        pen.canvas.endForm()
    first, last = variants[0], variants[-1]
    return Shared((first[0] + tuple(behind), last[0] + tuple(behind)), (first[1], last[1]))


def _variant(
    pen: Pen, sheet: LetterSheet, minor: bool, pages: int
) -> tuple[tuple[str, ...], Spots]:
    """The pages in German; those that do not differ for people under 18 are set once."""
    canvas, names = pen.canvas, []
    spots = None
    for place, page in enumerate(sheet.pages, start=1):
        differs = minor and page != "privacy"
        names.append(f"{page}young" if differs else page)
        if minor and not differs:
            continue
        canvas.beginForm(names[-1])
        marks(pen)
        if page == "letter":
            spots = _letter(pen, sheet, minor)
        elif page == "privacy":
            letter_card.privacy(pen, sheet)
        else:
            brand(pen, sheet, sheet.town, sheet.assembly)
            address(pen, sheet.card_address)
            letter_card.card(pen, sheet, minor)
        foot(pen, sheet, place, pages)
        canvas.endForm()
    if spots is None:
        raise LetterError("Ein Brief hat eine erste Seite.")
    return tuple(names), spots


def write_pages(
    pens: list[Pen], letter: Letter, greeting: tuple[str, ...], qr: Symbol | None,
    shared: Shared, number: int,
) -> None:  # fmt: skip
    """The lines of one letter on its pages, a pen for each."""
    spots = shared.spots[letter.minor]
    for place, (pen, form) in enumerate(
        zip(pens, shared.forms[letter.minor], strict=True), start=1
    ):
        pen.canvas.doForm(form)
        if form.startswith("letter"):
            address(pen, letter.address)
            for row, line in enumerate(greeting):
                base = spots.greeting + row * spots.leading / MM
                pen.text(LEFT, base, line, spots.size, fit=WIDTH)
            if qr is not None:
                pen.symbol(qr, LEFT + 7, spots.qr, QR_LETTER)
                pen.text(LEFT + 63, spots.code, show(letter.code), 17, bold=True)
        elif form.startswith("card") and qr is not None:
            pen.symbol(qr, INFO_LEFT, INFO_TOP + 1, QR_CARD)
            pen.text(INFO_LEFT + QR_CARD + 5, INFO_TOP + 6, CODE_LABEL, 8.6)
            pen.text(INFO_LEFT + QR_CARD + 5, INFO_TOP + 12.5, show(letter.code), 12.5, bold=True)
        end_page(pen, number, place, shared.pages)


def _letter(pen: Pen, sheet: LetterSheet, minor: bool) -> Spots:
    brand(pen, sheet, sheet.town, sheet.office)
    pen.text(LEFT, SENDER_BASE, sheet.sender_line, 6.6, fit=WINDOW[2] - 8)
    _info(pen, sheet)
    end = LETTER_END - _notice(pen, sheet)
    for size, leading in SIZES:
        bottom, _spots = _body(Pen(Nowhere()), sheet, minor, size, leading)
        if bottom <= end:
            break
    check_room("Der Brief", bottom, end, leading)
    _bottom, spots = _body(pen, sheet, minor, size, leading)
    _languages(pen, sheet)
    return spots


def _info(pen: Pen, sheet: LetterSheet) -> None:
    base = INFO_TOP + 3.4
    for label, text in sheet.info:
        if not label and not text:
            base += 2.5
            continue
        pen.text(INFO_LEFT, base, label, 9, colour=DARK)
        pen.text(INFO_LEFT + 19, base, text, 9, fit=RIGHT - INFO_LEFT - 19)
        base += 4.4


def _body(
    pen: Pen, sheet: LetterSheet, minor: bool, size: float, leading: float
) -> tuple[float, Spots]:
    """The text from subject to signature; returns its end and the personal spots."""
    gap = 2.7 * size / BODY
    y = pen.block(LEFT, TEXT_TOP, WIDTH, sheet.subject, 14, 18.5, bold=True) + 3.2
    greeting = y + 0.76 * leading / MM
    y += (2 if minor else 1) * leading / MM + gap
    qr = code = 0.0

    def paragraphs(texts: tuple[str, ...], y: float) -> float:
        for text in texts:
            y = pen.block(LEFT, y, WIDTH, text, size, leading) + gap
        return y

    y = paragraphs(sheet.before_question, y)
    if sheet.question:
        bottom = pen.block(LEFT + 5, y, WIDTH - 5, sheet.question, 12, 16.5, bold=True)
        pen.line(LEFT + 0.5, y, LEFT + 0.5, bottom, 1, sheet.colour)
        y = bottom + gap
    y = paragraphs(sheet.after_question, y)
    if minor and sheet.guardian_text:
        y = paragraphs((sheet.guardian_text,), y)
    if sheet.reply_heading:
        bottom, code = _reply_box(pen, sheet, y)
        qr = y + (bottom - y - QR_LETTER) / 2
        y = bottom + gap + 0.6
    y = paragraphs(sheet.after_reply, y)
    y = pen.block(LEFT, y + 1, WIDTH, sheet.closing, size, leading)
    if sheet.signature is not None:
        pen.drawing(sheet.signature, LEFT - 1, y + 1, 46)
    y += 14.5
    for line in sheet.signatory:
        y = pen.block(LEFT, y, WIDTH, line, size, leading)
    return y, Spots(greeting, qr, code, size, leading)


def _reply_box(pen: Pen, sheet: LetterSheet, top: float) -> tuple[float, float]:
    """The framed box with the ways to answer; returns its bottom and the code's baseline."""
    left, column = LEFT + 41, LEFT + 63
    base = top + 8
    pen.text(left, base, sheet.reply_heading, 11.5, bold=True, fit=RIGHT - left - 5)
    base += 6
    pen.text(left, base, "Internet", 9.8, colour=DARK)
    pen.text(column, base, sheet.website, 9.8, bold=True, fit=RIGHT - column - 5)
    base += 7.6
    code = base
    pen.text(left, base - 0.6, CODE_LABEL, 9.8, colour=DARK)
    base += 6.6
    for label, text in sheet.ways:
        pen.text(left, base, label, 9.8, colour=DARK)
        for line in wrapped(text, RIGHT - column - 5, 9.8):
            pen.text(column, base, line, 9.8)
            base += 5.4
    bottom = max(base + 0.2, top + QR_LETTER + 9)
    pen.box(LEFT, top, WIDTH, bottom - top, radius=1.5)
    return bottom, code


def _notice(pen: Pen, sheet: LetterSheet) -> float:
    """The legal basis and where to read about privacy, at the foot of letters that have no page
    for it; returns the height it takes in mm."""
    if not sheet.notice:
        return 0.0
    size, leading = NOTICE
    height = len(wrapped(sheet.notice, WIDTH, size)) * leading / MM
    pen.block(LEFT, LETTER_END + 2 - height, WIDTH, sheet.notice, size, leading, colour=DARK)
    return height + 1


def _languages(pen: Pen, sheet: LetterSheet) -> None:
    start, rest = sheet.languages
    pen.text(LEFT, 279.5, start, 8.8, bold=True)
    width = pen.canvas.stringWidth(start, BOLD, 8.8) / MM
    pen.text(LEFT + width, 279.5, rest, 8.8, colour=DARK, fit=WIDTH - width)
