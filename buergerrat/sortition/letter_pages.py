"""The three pages of an invitation: what is set once for all, and what each letter adds."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from buergerrat.sortition.codes import show
from buergerrat.sortition.letter_codes import Symbol, data_matrix
from buergerrat.sortition.letter_layout import (
    ADDRESS_LINE,
    ADDRESS_TOP,
    DARK,
    FOLDS,
    FOOT,
    GREY,
    INFO_LEFT,
    INFO_TOP,
    LEFT,
    MM,
    PUNCH,
    RIGHT,
    SENDER_BASE,
    TEXT_TOP,
    WINDOW,
    LetterError,
    Pen,
    wrapped,
)

if TYPE_CHECKING:
    from buergerrat.sortition.letters import Letter, LetterSheet, Question

WIDTH = RIGHT - LEFT
ADDRESS_LINES = 6
BODY, LEADING, GAP = 10.3, 14.6, 2.7
LETTER_END = 274.0
PAGE_END = 281.0
QR_LETTER, QR_CARD = 27.0, 22.0
PAGES = 3
CODE_LABEL = "Ihr Code"
MATRIX = (8.0, 278.0, 7.0)
"""The data-matrix of the enveloping machine: left, top and width in mm, in the left margin below
the last fold and clear of the window."""

# The mark of the house: eight people around a table, in units of its 44 × 24 drawing.
_MARK = (
    (13.6, 23.6), (22.0, 15.2), (30.4, 23.6), (2.6, 23.6),
    (8.3, 9.9), (22.0, 4.2), (35.7, 9.9), (41.4, 23.6),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spots:
    """Where the personal lines of page 1 stand, in mm from the top."""

    greeting: float
    qr: float
    code: float


def set_shared(pen: Pen, sheet: "LetterSheet") -> Spots:
    """Set the parts that all letters share. Raises `LetterError` if a page overflows."""
    canvas = pen.canvas
    canvas.beginForm("letter")
    _marks(pen)
    _brand(pen, sheet, sheet.town, sheet.office)
    pen.text(LEFT, SENDER_BASE, sheet.sender_line, 6.6, fit=WINDOW[2] - 8)
    _info(pen, sheet)
    spots = _body(pen, sheet)
    _languages(pen, sheet)
    _foot(pen, sheet, 1)
    canvas.endForm()
    canvas.beginForm("privacy")
    _marks(pen)
    _privacy(pen, sheet)
    _foot(pen, sheet, 2)
    canvas.endForm()
    canvas.beginForm("card")
    _marks(pen)
    _brand(pen, sheet, sheet.town, sheet.assembly)
    _address(pen, sheet.card_address)
    _card(pen, sheet)
    _foot(pen, sheet, 3)
    canvas.endForm()
    return spots


def letter_page(
    pen: Pen, letter: "Letter", greeting: str, qr: Symbol, spots: Spots, number: int
) -> None:
    pen.canvas.doForm("letter")
    _address(pen, letter.address)
    pen.text(LEFT, spots.greeting, greeting, BODY, fit=WIDTH)
    pen.symbol(qr, LEFT + 7, spots.qr, QR_LETTER)
    pen.text(LEFT + 63, spots.code, show(letter.code), 17, bold=True)
    _end(pen, number, 1)


def privacy_page(pen: Pen, number: int) -> None:
    pen.canvas.doForm("privacy")
    _end(pen, number, 2)


def card_page(pen: Pen, letter: "Letter", qr: Symbol, number: int) -> None:
    pen.canvas.doForm("card")
    pen.symbol(qr, INFO_LEFT, INFO_TOP + 1, QR_CARD)
    pen.text(INFO_LEFT + QR_CARD + 5, INFO_TOP + 6, CODE_LABEL, 8.6)
    pen.text(INFO_LEFT + QR_CARD + 5, INFO_TOP + 12.5, show(letter.code), 12.5, bold=True)
    _end(pen, number, 3)


def _end(pen: Pen, number: int, page: int) -> None:
    """What the enveloping machine and the clerk go by: six digits of the letter, page, pages."""
    left, top, width = MATRIX
    pen.symbol(data_matrix(f"{number:06d}{page}{PAGES}"), left, top, width)
    pen.text(left, FOOT, f"{number:06d} {page}/{PAGES}", 6, colour=DARK, fit=15)
    pen.canvas.showPage()


def _marks(pen: Pen) -> None:
    for fold in FOLDS:
        pen.line(5, fold, 9, fold)
    pen.line(5, PUNCH, 11, PUNCH)


def _brand(pen: Pen, sheet: "LetterSheet", title: str, line: str) -> None:
    left = LEFT
    if sheet.crest is not None:
        pen.drawing(sheet.crest, LEFT, 13, 14)
        left += 18
    pen.text(left, 20.8, title, 14.5, bold=True)
    pen.text(left, 25.8, line, 9.5, colour=DARK)
    for x, y in _MARK:
        pen.dot(RIGHT - 24 + x * 24 / 44, 14.5 + y * 24 / 44, 1.75, sheet.colour)


def _address(pen: Pen, lines: tuple[str, ...]) -> None:
    """At most six lines in the window. Long names are wrapped, and set smaller if need be."""
    room = WINDOW[2] - 8
    for size in (10.5, 9.5, 8.5, 7.5, 6.5, 6.0):
        shown = [part for line in lines for part in wrapped(line, room, size)]
        if len(shown) <= ADDRESS_LINES:
            break
    else:
        shown = list(lines)[-ADDRESS_LINES:]
    for place, line in enumerate(shown):
        pen.text(LEFT, ADDRESS_TOP + place * ADDRESS_LINE + 3.5, line, size, fit=room)


def _info(pen: Pen, sheet: "LetterSheet") -> None:
    base = INFO_TOP + 3.4
    for label, text in sheet.info:
        if not label and not text:
            base += 2.5
            continue
        pen.text(INFO_LEFT, base, label, 9, colour=DARK)
        pen.text(INFO_LEFT + 19, base, text, 9, fit=RIGHT - INFO_LEFT - 19)
        base += 4.4


def _body(pen: Pen, sheet: "LetterSheet") -> Spots:
    y = pen.block(LEFT, TEXT_TOP, WIDTH, sheet.subject, 14, 18.5, bold=True) + 3.2
    greeting = y + 0.76 * LEADING / MM
    y += LEADING / MM + GAP
    y = _paragraphs(pen, sheet.before_question, y)
    bottom = pen.block(LEFT + 5, y, WIDTH - 5, sheet.question, 12, 16.5, bold=True)
    pen.line(LEFT + 0.5, y, LEFT + 0.5, bottom, 1, sheet.colour)
    y = _paragraphs(pen, sheet.after_question, bottom + GAP)
    bottom, code = _reply_box(pen, sheet, y)
    top_of_qr = y + (bottom - y - QR_LETTER) / 2
    y = _paragraphs(pen, sheet.after_reply, bottom + GAP + 0.6)
    y = pen.block(LEFT, y + 1, WIDTH, sheet.closing, BODY, LEADING)
    if sheet.signature is not None:
        pen.drawing(sheet.signature, LEFT - 1, y + 1, 46)
    y += 14.5
    for line in sheet.signatory:
        y = pen.block(LEFT, y, WIDTH, line, BODY, LEADING)
    _check_room("Der Brief", y, LETTER_END)
    return Spots(greeting, top_of_qr, code)


def _paragraphs(pen: Pen, paragraphs: tuple[str, ...], y: float) -> float:
    for text in paragraphs:
        y = pen.block(LEFT, y, WIDTH, text, BODY, LEADING) + GAP
    return y


def _reply_box(pen: Pen, sheet: "LetterSheet", top: float) -> tuple[float, float]:
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


def _languages(pen: Pen, sheet: "LetterSheet") -> None:
    start, rest = sheet.languages
    pen.text(LEFT, 279.5, start, 8.8, bold=True)
    width = pen.canvas.stringWidth(start, "NotoSans_600SemiBold", 8.8) / MM
    pen.text(LEFT + width, 279.5, rest, 8.8, colour=DARK, fit=WIDTH - width)


def _foot(pen: Pen, sheet: "LetterSheet", page: int) -> None:
    pen.line(LEFT, FOOT - 4.2, RIGHT, FOOT - 4.2, 0.2, GREY)
    pen.text(LEFT, FOOT, sheet.foot, 7.4, colour=DARK, fit=WIDTH - 22)
    pen.right(RIGHT, FOOT, f"Seite {page} von {PAGES}", 7.4, DARK)


def _privacy(pen: Pen, sheet: "LetterSheet") -> None:
    y = pen.block(LEFT, 18, WIDTH, sheet.privacy_heading, 16, 21, bold=True) + 1.8
    top = pen.block(LEFT, y, 150, sheet.privacy_intro, BODY, LEADING) + 6
    for size in (9.8, 9.4, 9.0, 8.6):
        heights = [_section_height(heading, text, size) for heading, text in sheet.privacy]
        split = _best_split(heights)
        if top + max(sum(heights[:split]), sum(heights[split:])) <= PAGE_END:
            break
    else:
        raise LetterError("Der Hinweis zum Datenschutz ist zu lang für eine Seite.")
    for left, part in ((LEFT, sheet.privacy[:split]), (LEFT + 87, sheet.privacy[split:])):
        y = top
        for heading, text in part:
            y = pen.block(left, y, 78, heading, size + 0.6, size * 1.42, bold=True)
            y = pen.block(left, y + 0.2, 78, text, size, size * 1.4) + size / 2


def _section_height(heading: str, text: str, size: float) -> float:
    head = len(wrapped(heading, 78, size + 0.6, True)) * size * 1.42
    body = len(wrapped(text, 78, size)) * size * 1.4
    return (head + body) / MM + 0.2 + size / 2


def _best_split(heights: list[float]) -> int:
    """After how many sections the second column begins, so that the longer one is shortest."""
    return min(range(len(heights) + 1), key=lambda n: max(sum(heights[:n]), sum(heights[n:])))


def _card(pen: Pen, sheet: "LetterSheet") -> None:
    y = pen.block(LEFT, TEXT_TOP, WIDTH, sheet.card_heading, 15, 19.5, bold=True) + 1
    y = pen.block(LEFT, y, 155, sheet.card_intro, BODY, LEADING) + 3.5
    for number, question in enumerate(sheet.questions, start=1):
        y = _question(pen, number, question, y)
    y = _lines(pen, sheet.card_end, y - 4)
    _check_room("Die Antwortkarte", y, PAGE_END + 1)


def _question(pen: Pen, number: int, question: "Question", y: float) -> float:
    pen.line(LEFT, y, RIGHT, y)
    title = f"{number} {question.title}"
    base = y + 6.4
    pen.text(LEFT, base, title, 10.8, bold=True, fit=WIDTH - 22)
    if question.voluntary:
        width = pen.canvas.stringWidth(title, "NotoSans_600SemiBold", 10.8) / MM
        pen.text(LEFT + min(width, WIDTH - 22) + 1.2, base, "(freiwillig)", 9)
    y = _boxes(pen, question.options, base + 2.8)
    if question.consent:
        y = _consent(pen, question.consent, y + 0.4)
    if question.lines:
        y = _lines(pen, question.lines, y - 3) + 1
    return y + 4.4


def _boxes(pen: Pen, options: tuple[str, ...], y: float) -> float:
    """Tick boxes in three columns; a row is as high as its longest text."""
    column = (WIDTH - 12) / 3 + 6
    for start in range(0, len(options), 3):
        most = 1
        for place, option in enumerate(options[start : start + 3]):
            left = LEFT + place * column
            pen.box(left, y, 5, 5)
            lines = wrapped(option, column - 14, 9.6)
            most = max(most, len(lines))
            for line_number, line in enumerate(lines):
                pen.text(left + 8, y + 3.7 + line_number * 4.6, line, 9.6)
        y += 1.9 + 4.7 * most
    return y


def _consent(pen: Pen, text: str, y: float) -> float:
    lines = wrapped(text, WIDTH - 14, 8.8)
    height = max(8.0, len(lines) * 4.2 + 3.4)
    pen.box(LEFT, y, WIDTH, height, radius=1, fill=(0.945, 0.945, 0.957), stroke=0)
    pen.box(LEFT + 2.5, y + (height - 5) / 2, 5, 5, fill=(1, 1, 1))
    for number, line in enumerate(lines):
        pen.text(LEFT + 10.5, y + 4.7 + number * 4.2, line, 8.8)
    return y + height


def _lines(pen: Pen, labels: tuple[str, ...], y: float) -> float:
    """Lines to write on, two side by side, with 9 mm of room above each."""
    half = (WIDTH - 8) / 2
    for start in range(0, len(labels), 2):
        y += 12
        for place, label in enumerate(labels[start : start + 2]):
            left = LEFT + place * (half + 8)
            pen.line(left, y, left + half, y)
            pen.text(left, y + 3.6, label, 7.8, colour=DARK, fit=half)
        y += 4.5
    return y


def _check_room(what: str, y: float, end: float) -> None:
    if y > end:
        lines = int((y - end) / (LEADING / MM)) + 1
        raise LetterError(
            f"{what} ist um {lines} {'Zeile' if lines == 1 else 'Zeilen'} zu lang für eine Seite. "
            "Bitte kürzen Sie den Text."
        )
