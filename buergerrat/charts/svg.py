"""The one way a picture is drawn: elements with classes, or with colours of their own.

On a page the stylesheet colours the classes (`static/css/charts.css`); one unit of the picture is
one CSS pixel, so text is never scaled. For print the same canvas writes presentation attributes
instead (`standalone=True`), because no stylesheet travels with a PDF.
"""

import zlib
from dataclasses import dataclass, field

from markupsafe import Markup, escape

TOWN_DATA_COLOUR = "#00536E"
INK, MUTED, EDGE, LINE = "#131525", "#51577A", "#6E7597", "#CFD2E0"
FONT_OF_PRINT = "Noto Sans"

# What the stylesheet says, for pictures that have to carry their colours along.
_PRINT: dict[str, dict[str, str]] = {
    "d-bev": {"stroke": INK, "stroke-width": "2.5", "fill": "none"},
    "d-grund": {"stroke": LINE, "stroke-width": "1", "fill": "none"},
    "d-gitter": {"stroke": LINE, "stroke-width": "1", "fill": "none"},
    "d-achse": {"stroke": EDGE, "stroke-width": "1", "fill": "none"},
    "d-mass": {"stroke": INK, "stroke-width": "4", "fill": "none"},
    "d-rat": {"fill": "{data}"},
    "d-ring": {"fill": "#FFFFFF", "stroke": EDGE, "stroke-width": "2"},
    "d-kreuz": {"stroke": EDGE, "stroke-width": "2", "fill": "none"},
    "d-name": {"font-size": "16", "fill": INK},
    "d-zahl": {"font-size": "16", "fill": INK, "font-weight": "bold"},
    "d-dazu": {"font-size": "16", "fill": MUTED},
    "d-rechts": {"text-anchor": "end"},
    "d-mitte": {"text-anchor": "middle"},
}


def number(value: float) -> str:
    """A coordinate: at most one decimal, no trailing zero."""
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


@dataclass(frozen=True)
class Picture:
    """A large picture, computed once for the desk and once for the phone."""

    title: str
    desc: str
    wide: Markup
    narrow: Markup


@dataclass
class Canvas:
    """Collects the elements of one picture; width and height in CSS pixels."""

    width: float
    height: float
    title: str = ""
    desc: str = ""
    css: str = "br-bild"
    standalone: bool = False
    data_colour: str = TOWN_DATA_COLOUR
    parts: list[str] = field(default_factory=list)

    def _dress(self, css: str) -> str:
        if not css:
            return ""
        if not self.standalone:
            return f' class="{escape(css)}"'
        looks: dict[str, str] = {}
        for name in css.split():
            looks.update(_PRINT.get(name, {}))
        return "".join(
            f' {key}="{escape(value.format(data=self.data_colour))}"'
            for key, value in looks.items()
        )

    def path(self, css: str, d: str) -> None:
        self.parts.append(f'<path{self._dress(css)} d="{d}"/>')

    def line(self, css: str, x1: float, y1: float, x2: float, y2: float) -> None:
        self.path(css, f"M{number(x1)} {number(y1)}L{number(x2)} {number(y2)}")

    def rect(
        self, css: str, x: float, y: float, width: float, height: float, rx: float = 0
    ) -> None:
        corner = f' rx="{number(rx)}"' if rx else ""
        self.parts.append(
            f'<rect{self._dress(css)} x="{number(x)}" y="{number(y)}" '
            f'width="{number(max(width, 0))}" height="{number(max(height, 0))}"{corner}/>'
        )

    def circle(self, css: str, cx: float, cy: float, r: float) -> None:
        self.parts.append(
            f'<circle{self._dress(css)} cx="{number(cx)}" cy="{number(cy)}" r="{number(r)}"/>'
        )

    def text(self, css: str, x: float, y: float, words: str) -> None:
        family = f' font-family="{FONT_OF_PRINT}"' if self.standalone else ""
        self.parts.append(
            f'<text{self._dress(css)}{family} x="{number(x)}" y="{number(y)}">{escape(words)}</text>'
        )

    def markup(self) -> Markup:
        """The finished element; without a title it is decoration and hidden from readers."""
        box = f'viewBox="0 0 {number(self.width)} {number(self.height)}"'
        size = f'width="{number(self.width)}" height="{number(self.height)}" {box}'
        body = "".join(self.parts)
        if self.standalone:
            return Markup(f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{body}</svg>')  # noqa: S704
        head = f'<svg class="{escape(self.css)}" {size}'
        if not self.title:
            return Markup(f'{head} aria-hidden="true" focusable="false">{body}</svg>')  # noqa: S704
        key = f"b{zlib.crc32((self.title + self.desc + self.css + body).encode()):08x}"
        named, names = f'<title id="{key}t">{escape(self.title)}</title>', f"{key}t"
        if self.desc:
            named += f'<desc id="{key}d">{escape(self.desc)}</desc>'
            names += f" {key}d"
        return Markup(f'{head} role="img" aria-labelledby="{names}">{named}{body}</svg>')  # noqa: S704


def wide_canvas(width: float, height: float, title: str, desc: str) -> Canvas:
    return Canvas(width, height, title, desc, css="br-bild br-nur-breit")


def narrow_canvas(width: float, height: float, title: str, desc: str) -> Canvas:
    return Canvas(width, height, title, desc, css="br-bild br-nur-schmal")
