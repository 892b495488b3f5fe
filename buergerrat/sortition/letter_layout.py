"""Drawing on a letter sheet in millimetres from its top left corner (reportlab counts points
from the bottom left), and the marks that DIN 5008 form B puts on it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from buergerrat.sortition.letter_codes import Symbol

MM = 72 / 25.4
PAGE = (210.0, 297.0)
WINDOW = (20.0, 45.0, 85.0, 45.0)
"""Address field: left, top, width, height in mm. 17.7 mm for the sender, 27.3 mm below it."""
SENDER_BASE, ADDRESS_TOP, ADDRESS_LINE = 61.2, 62.7, 4.23
"""Lines of 12 points, so that the sixth one shows even when the sheet slips in its envelope."""
LEFT, RIGHT = 25.0, 190.0
INFO_LEFT, INFO_TOP = 125.0, 50.0
TEXT_TOP = 98.46
FOLDS, PUNCH = (105.0, 210.0), 148.5
FOOT = 289.0

REGULAR, BOLD = "NotoSans_400Regular", "NotoSans_600SemiBold"
BLACK, DARK, GREY = (0.0, 0.0, 0.0), (0.2, 0.2, 0.2), (0.53, 0.53, 0.53)
Colour = tuple[float, float, float]

_TOGETHER = re.compile(
    r"(?<!\w)(Artikel|Absatz|Buchstabe|§§?|Nr\.|Dr\.|Prof\.|\d{1,2}\.|\d+(?= (?:Euro|Uhr|Jahren)\b)) (?=\w)"
)
_BREAK = re.compile(r"( |(?<=[a-zäöüß]-)(?=[A-ZÄÖÜ]))")
_TOKEN = re.compile(r"[A-Za-z]|-?(?:\d*\.\d+|\d+)")


class LetterError(ValueError):
    """A letter that cannot be set; the text is a sentence for the page."""


@dataclass(frozen=True, slots=True)
class Shape:
    """An SVG path (`M L H V C S Z`, either case), filled or, with a width, stroked."""

    path: str
    colour: Colour
    stroke: float = 0.0


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes on a canvas of `width` × `height` units, y downwards: a crest, a signature."""

    width: float
    height: float
    shapes: tuple[Shape, ...]


def register_fonts(folder: Path) -> None:
    """Make both weights known to reportlab; they are embedded as subsets."""
    for name in (REGULAR, BOLD):
        if name not in pdfmetrics.getRegisteredFontNames():
            try:
                pdfmetrics.registerFont(TTFont(name, str(folder / f"{name}.ttf")))
            except OSError as error:
                raise LetterError(
                    "Die Schrift für die Briefe fehlt. Bitte führen Sie die Einrichtung aus."
                ) from error


def not_in_font(text: str) -> list[str]:
    """The characters that the letters cannot print, each once."""
    known = pdfmetrics.getFont(REGULAR).face.charToGlyph
    return [one for one in dict.fromkeys(text) if one not in "\r\n\t" and ord(one) not in known]


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """In mm."""
    width: float = pdfmetrics.stringWidth(text, BOLD if bold else REGULAR, size)
    return width / MM


@lru_cache(maxsize=1024)
def wrapped(text: str, width: float, size: float, bold: bool = False) -> tuple[str, ...]:
    """Lines of at most `width` mm. Numbers stay with what they count; a word that is longer
    than a line is cut."""
    lines: list[str] = []
    line = ""
    pieces = _BREAK.split(_TOGETHER.sub("\\1\u00a0", text))
    for joint, word in zip(["", *pieces[1::2]], pieces[::2], strict=True):
        longer = line + joint + word if line else word
        if width_of(longer, size, bold=bold) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while width_of(line, size, bold=bold) > width:
            cut = next(
                n for n in range(len(line) - 1, 0, -1)
                if n == 1 or width_of(line[:n], size, bold=bold) <= width
            )  # fmt: skip
            lines.append(line[:cut])
            line = line[cut:]
    return (*lines, line)


class Pen:
    """A reportlab canvas, spoken to in mm from the top left. Text stands on its baseline."""

    def __init__(self, canvas: Any) -> None:
        self.canvas = canvas

    def text(
        self, x: float, y: float, text: str, size: float, *, bold: bool = False,
        colour: Colour = BLACK, fit: float | None = None,
    ) -> None:  # fmt: skip
        """One line; with `fit`, set smaller if it would be wider than that many mm."""
        if fit is not None and (width := width_of(text, size, bold=bold)) > fit:
            size *= fit / width
        self.canvas.setFillColorRGB(*colour)
        self.canvas.setFont(BOLD if bold else REGULAR, size)
        self.canvas.drawString(x * MM, (PAGE[1] - y) * MM, text)

    def right(self, x: float, y: float, text: str, size: float, colour: Colour = BLACK) -> None:
        self.text(x - width_of(text, size), y, text, size, colour=colour)

    def block(
        self, x: float, y: float, width: float, text: str, size: float, leading: float,
        *, bold: bool = False, colour: Colour = BLACK,
    ) -> float:  # fmt: skip
        """A paragraph whose top is at `y`; returns the y below it. `leading` in points."""
        step = leading / MM
        for line in wrapped(text, width, size, bold):
            self.text(x, y + 0.76 * step, line, size, bold=bold, colour=colour)
            y += step
        return y

    def line(self, x1: float, y1: float, x2: float, y2: float, width: float = 0.25,
             colour: Colour = BLACK) -> None:  # fmt: skip
        self.canvas.setStrokeColorRGB(*colour)
        self.canvas.setLineWidth(width * MM)
        top = PAGE[1]
        self.canvas.line(x1 * MM, (top - y1) * MM, x2 * MM, (top - y2) * MM)

    def box(
        self, x: float, y: float, width: float, height: float, *, radius: float = 0.6,
        fill: Colour | None = None, stroke: float = 0.35,
    ) -> None:  # fmt: skip
        """A rounded rectangle with its top left corner at x, y."""
        canvas = self.canvas
        canvas.setStrokeColorRGB(*BLACK)
        canvas.setLineWidth(stroke * MM)
        if fill is not None:
            canvas.setFillColorRGB(*fill)
        canvas.roundRect(
            x * MM, (PAGE[1] - y - height) * MM, width * MM, height * MM, radius * MM,
            stroke=int(stroke > 0), fill=int(fill is not None),
        )  # fmt: skip

    def dot(self, x: float, y: float, radius: float, colour: Colour) -> None:
        self.canvas.setFillColorRGB(*colour)
        self.canvas.circle(x * MM, (PAGE[1] - y) * MM, radius * MM, stroke=0, fill=1)

    def drawing(self, art: Drawing, x: float, y: float, width: float) -> None:
        """A drawing with its top left corner at x, y, `width` mm wide."""
        canvas, scale = self.canvas, width / art.width * MM
        canvas.saveState()
        canvas.translate(x * MM, (PAGE[1] - y) * MM)
        canvas.scale(scale, -scale)
        canvas.setLineCap(1)
        canvas.setLineJoin(1)
        for shape in art.shapes:
            path = canvas.beginPath()
            for name, points in _strokes(shape.path):
                getattr(path, name)(*points)
            canvas.setFillColorRGB(*shape.colour)
            canvas.setStrokeColorRGB(*shape.colour)
            canvas.setLineWidth(shape.stroke)
            canvas.drawPath(path, stroke=int(shape.stroke > 0), fill=int(shape.stroke == 0))
        canvas.restoreState()

    def symbol(self, code: Symbol, x: float, y: float, width: float) -> None:
        """A code as vector bars, `width` mm wide without its quiet zone."""
        canvas, scale = self.canvas, width / code.side * MM
        canvas.saveState()
        canvas.setFillColorRGB(*BLACK)
        canvas.translate(x * MM, (PAGE[1] - y) * MM)
        canvas.scale(scale, -scale)
        canvas.drawPath(code, stroke=0, fill=1)
        canvas.restoreState()


def _strokes(path: str) -> Iterator[tuple[str, tuple[float, ...]]]:
    """SVG path → reportlab path calls with absolute points."""
    tokens = _TOKEN.findall(path)
    x = y = 0.0
    control = (0.0, 0.0)
    command, at = "M", 0
    while at < len(tokens):
        if tokens[at].isalpha():
            command, at = tokens[at], at + 1
        kind, relative = command.upper(), command.islower()
        if kind == "Z":
            yield "close", ()
            continue
        count = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4}[kind]
        numbers = [float(token) for token in tokens[at : at + count]]
        at += count
        if kind in "HV":
            numbers = [numbers[0], 0 if relative else y] if kind == "H" else [
                0 if relative else x, numbers[0]]  # fmt: skip
        if relative:
            numbers = [n + (x, y)[place % 2] for place, n in enumerate(numbers)]
        if kind == "S":
            numbers = [2 * x - control[0], 2 * y - control[1], *numbers]
        x, y = numbers[-2:]
        control = (numbers[2], numbers[3]) if kind in "CS" else (x, y)
        name = {"M": "moveTo", "C": "curveTo", "S": "curveTo"}.get(kind, "lineTo")
        yield name, tuple(numbers)
        if kind == "M":
            command = "l" if relative else "L"
