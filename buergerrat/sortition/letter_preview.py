"""A page of a letter as SVG, set by the same code as the PDF: same lines, same places."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfmetrics

from buergerrat.sortition import letter_pages
from buergerrat.sortition.letter_codes import Symbol, qr_code
from buergerrat.sortition.letter_layout import BOLD, MM, PAGE, Pen, register_fonts
from buergerrat.sortition.letters import Letter, LetterSheet, fill, greeting_lines

WIDTH, HEIGHT = PAGE[0] * MM, PAGE[1] * MM


def pages(sheet: LetterSheet, letter: Letter) -> list[str]:
    """Every page of one letter. Raises LetterError as the PDF does."""
    register_fonts(sheet.fonts)
    common = _SvgCanvas({})
    shared = letter_pages.set_shared(Pen(common), fill(sheet), letter.minor)
    own = [_SvgCanvas(common.forms) for _ in range(shared.pages)]
    letter_pages.write_pages(
        [Pen(page) for page in own],
        letter,
        greeting_lines(letter, sheet.greeting),
        qr_code(letter.url) if sheet.reply_heading else None,
        shared,
        1,
    )
    return [
        page.document(f"Seite {number} von {shared.pages}") for number, page in enumerate(own, 1)
    ]


class _Path:
    """What `Pen.drawing` asks of a reportlab path."""

    def __init__(self) -> None:
        self.steps: list[str] = []

    def moveTo(self, x: float, y: float) -> None:
        self.steps.append(f"M{x:g} {y:g}")

    def lineTo(self, x: float, y: float) -> None:
        self.steps.append(f"L{x:g} {y:g}")

    def curveTo(self, *points: float) -> None:
        self.steps.append("C" + " ".join(f"{one:g}" for one in points))

    def close(self) -> None:
        self.steps.append("Z")


class _SvgCanvas:
    """The calls of a reportlab canvas that letters make, as SVG with y upwards as in a PDF."""

    def __init__(self, forms: dict[str, list[str]]) -> None:
        self.forms = forms
        self.parts: list[str] = []
        self.page = self.parts
        self.fill = self.stroke = "#000"
        self.width = 1.0
        self.font, self.size = "", 0.0
        self.open = [0]

    def setFillColorRGB(self, *colour: float) -> None:
        self.fill = _hex(colour)

    def setStrokeColorRGB(self, *colour: float) -> None:
        self.stroke = _hex(colour)

    def setLineWidth(self, width: float) -> None:
        self.width = width

    def setLineCap(self, _mode: int) -> None:
        """Round ends everywhere."""

    def setLineJoin(self, _mode: int) -> None:
        """Round corners everywhere."""

    def setFont(self, name: str, size: float) -> None:
        self.font, self.size = name, size

    def stringWidth(self, text: str, name: str, size: float) -> float:
        width: float = pdfmetrics.stringWidth(text, name, size)
        return width

    def drawString(self, x: float, y: float, text: str) -> None:
        if not text.strip():
            return
        weight = ' font-weight="600"' if self.font == BOLD else ""
        length = self.stringWidth(text, self.font, self.size)
        self.parts.append(
            f'<text transform="matrix(1 0 0 -1 {x:.2f} {y:.2f})" font-size="{self.size:.2f}"'
            f'{weight} fill="{self.fill}" textLength="{length:.2f}">{escape(text)}</text>'
        )

    def line(self, x1: float, y1: float, x2: float, y2: float) -> None:
        self._shape(f"M{x1:.2f} {y1:.2f}L{x2:.2f} {y2:.2f}", stroke=True, fill=False)

    def roundRect(
        self, x: float, y: float, width: float, height: float, radius: float,
        stroke: int = 1, fill: int = 0,
    ) -> None:  # fmt: skip
        self.parts.append(
            f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" '
            f'rx="{radius:.2f}"{self._paint(bool(stroke), bool(fill))}/>'
        )

    def circle(self, x: float, y: float, radius: float, **_how: int) -> None:
        self.parts.append(
            f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius:.2f}" fill="{self.fill}"/>'
        )

    def saveState(self) -> None:
        self.open.append(0)

    def restoreState(self) -> None:
        self.parts.append("</g>" * self.open.pop())

    def translate(self, x: float, y: float) -> None:
        self._group(f"translate({x:.2f} {y:.2f})")

    def scale(self, x: float, y: float) -> None:
        self._group(f"scale({x:.5f} {y:.5f})")

    def beginPath(self) -> _Path:
        return _Path()

    def drawPath(self, path: _Path | Symbol, stroke: int = 0, fill: int = 1) -> None:
        if isinstance(path, Symbol):
            bars = path.bars.split(" re")
            numbers = (bar.split() for bar in bars if bar.strip())
            steps = "".join(f"M{x} {y}h{w}v{h}h-{w}z" for x, y, w, h in numbers)
            self._shape(steps, stroke=False, fill=True)
        else:
            self._shape("".join(path.steps), stroke=bool(stroke), fill=bool(fill))

    def beginForm(self, name: str) -> None:
        self.parts = self.forms[name] = []

    def endForm(self) -> None:
        self.parts = self.page

    def doForm(self, name: str) -> None:
        self.parts.extend(self.forms[name])

    def showPage(self) -> None:
        """A canvas is a page."""

    def document(self, name: str) -> str:
        body = "".join(self.page)
        return (
            f'<svg class="br-seite" xmlns="http://www.w3.org/2000/svg" role="img" '
            f'aria-label="{name}" viewBox="0 0 {WIDTH:.2f} {HEIGHT:.2f}" width="{WIDTH:.0f}" height="{HEIGHT:.0f}">'
            f'<rect width="100%" height="100%" fill="#fff"/>'
            f'<g transform="matrix(1 0 0 -1 0 {HEIGHT:.2f})" stroke-linecap="round" '
            f'stroke-linejoin="round">{body}</g></svg>'
        )

    def _group(self, transform: str) -> None:
        self.parts.append(f'<g transform="{transform}">')
        self.open[-1] += 1

    def _shape(self, steps: str, *, stroke: bool, fill: bool) -> None:
        self.parts.append(f'<path d="{steps}"{self._paint(stroke, fill)}/>')

    def _paint(self, stroke: bool, fill: bool) -> str:
        drawn = f' stroke="{self.stroke}" stroke-width="{self.width:.2f}"' if stroke else ""
        return f' fill="{self.fill if fill else "none"}"{drawn}'


def _hex(colour: tuple[Any, ...]) -> str:
    return "#" + "".join(f"{round(255 * part):02x}" for part in colour)
