"""The page about privacy and the reply card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from buergerrat.sortition.letter_layout import (
    DARK,
    LEFT,
    MM,
    RIGHT,
    TEXT_TOP,
    LetterError,
    Pen,
    wrapped,
)
from buergerrat.sortition.letter_parts import BODY, LEADING, PAGE_END, WIDTH, check_room

if TYPE_CHECKING:
    from buergerrat.sortition.letters import LetterSheet, Question


def privacy(pen: Pen, sheet: LetterSheet) -> None:
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


def card(pen: Pen, sheet: LetterSheet, minor: bool = False) -> None:
    """For people under 18 with a line for their guardians."""
    y = pen.block(LEFT, TEXT_TOP, WIDTH, sheet.card_heading, 15, 19.5, bold=True) + 1
    y = pen.block(LEFT, y, 155, sheet.card_intro, BODY, LEADING) + 3.5
    for number, question in enumerate(sheet.questions, start=1):
        y = _question(pen, number, question, y)
    ends = (*sheet.card_end, sheet.guardian_line) if minor else sheet.card_end
    y = _lines(pen, ends, y - 4, len(ends))
    check_room("Die Antwortkarte", y, PAGE_END + 1)


def _question(pen: Pen, number: int, question: Question, y: float) -> float:
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


def _lines(pen: Pen, labels: tuple[str, ...], y: float, columns: int = 2) -> float:
    """Lines to write on, side by side, with 9 mm of room above each."""
    width = (WIDTH - 8 * (columns - 1)) / columns
    for start in range(0, len(labels), columns):
        y += 12
        for place, label in enumerate(labels[start : start + columns]):
            left = LEFT + place * (width + 8)
            pen.line(left, y, left + width, y)
            pen.text(left, y + 3.6, label, 7.8, colour=DARK, fit=width)
        y += 4.5
    return y
