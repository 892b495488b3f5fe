"""What several pages of a letter share: marks, head, foot, address, and the check for room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from buergerrat.sortition.letter_codes import data_matrix
from buergerrat.sortition.letter_layout import (
    ADDRESS_LINE,
    ADDRESS_TOP,
    DARK,
    FOLDS,
    FOOT,
    GREY,
    LEFT,
    MM,
    PUNCH,
    RIGHT,
    WINDOW,
    LetterError,
    Pen,
    wrapped,
)

if TYPE_CHECKING:
    from buergerrat.sortition.letters import LetterSheet

WIDTH = RIGHT - LEFT
ADDRESS_LINES = 6
ADDRESS_SIZES = (10.5, 9.5, 8.5, 7.5, 6.5, 6.0)
LETTER_END, PAGE_END = 274.0, 281.0
BODY, LEADING, GAP = 10.3, 14.6, 2.7
CODE_LABEL = "Ihr Code"
MATRIX = (8.0, 278.0, 7.0)
"""The data-matrix of the enveloping machine: left, top and width in mm, in the left margin below
the last fold and clear of the window."""

# The mark of the house: eight people around a table, in units of its 44 × 24 drawing.
_MARK = (
    (13.6, 23.6), (22.0, 15.2), (30.4, 23.6), (2.6, 23.6),
    (8.3, 9.9), (22.0, 4.2), (35.7, 9.9), (41.4, 23.6),
)  # fmt: skip


class Nowhere:
    """A canvas that takes every call and draws nothing, to see how much room a text needs."""

    def __getattr__(self, _name: str) -> Nowhere:
        return self

    def __call__(self, *_args: object, **_kwargs: object) -> Nowhere:
        return self

    def stringWidth(self, *_args: object) -> float:
        return 0.0


def end_page(pen: Pen, number: int, page: int, pages: int) -> None:
    """What the enveloping machine and the clerk go by: six digits of the letter, page, pages."""
    left, top, width = MATRIX
    digits = 1 if pages < 10 else 2
    pen.symbol(data_matrix(f"{number:06d}{page:0{digits}d}{pages:0{digits}d}"), left, top, width)
    pen.text(left, FOOT, f"{number:06d} {page}/{pages}", 6, colour=DARK, fit=15)
    pen.canvas.showPage()


def marks(pen: Pen) -> None:
    for fold in FOLDS:
        pen.line(5, fold, 9, fold)
    pen.line(5, PUNCH, 11, PUNCH)


def brand(pen: Pen, sheet: LetterSheet, title: str, line: str) -> None:
    left = LEFT
    if sheet.crest is not None:
        pen.drawing(sheet.crest, LEFT, 13, 14)
        left += 18
    pen.text(left, 20.8, title, 14.5, bold=True)
    pen.text(left, 25.8, line, 9.5, colour=DARK)
    for x, y in _MARK:
        pen.dot(RIGHT - 24 + x * 24 / 44, 14.5 + y * 24 / 44, 1.75, sheet.colour)


def address(pen: Pen, lines: tuple[str, ...]) -> None:
    """At most six lines in the window. Long names are wrapped, and set smaller if need be."""
    room = WINDOW[2] - 8
    for size in ADDRESS_SIZES:
        shown = [part for line in lines for part in wrapped(line, room, size)]
        if len(shown) <= ADDRESS_LINES:
            break
    else:
        shown = list(lines)[-ADDRESS_LINES:]
    for place, line in enumerate(shown):
        pen.text(LEFT, ADDRESS_TOP + place * ADDRESS_LINE + 3.5, line, size, fit=room)


def foot(pen: Pen, sheet: LetterSheet, page: int, pages: int) -> None:
    pen.line(LEFT, FOOT - 4.2, RIGHT, FOOT - 4.2, 0.2, GREY)
    pen.text(LEFT, FOOT, sheet.foot, 7.4, colour=DARK, fit=WIDTH - 24)
    pen.right(RIGHT, FOOT, f"Seite {page} von {pages}", 7.4, DARK)


def check_room(what: str, y: float, end: float, leading: float = LEADING) -> None:
    if y > end:
        lines = int((y - end) / (leading / MM)) + 1
        raise LetterError(
            f"{what} ist um {lines} {'Zeile' if lines == 1 else 'Zeilen'} zu lang für eine Seite. "
            "Bitte kürzen Sie den Text."
        )
