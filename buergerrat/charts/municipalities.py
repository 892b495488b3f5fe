"""Where the places of a draw of municipalities lie: regions downwards, size classes across."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from markupsafe import Markup

from buergerrat.charts.svg import Canvas, Picture, narrow_canvas, wide_canvas
from buergerrat.charts.words import count

_DOTS = 10  # places that are drawn as dots; more as a number


@dataclass(frozen=True)
class Field:
    """One cell: share of all people (0 to 1), places of the draw in it."""

    people: int
    share: float
    places: int


@dataclass(frozen=True)
class Row:
    """A region with a field per size class; None where it has no town of that size."""

    label: str
    fields: tuple[Field | None, ...]


def places_grid(columns: Sequence[str], rows: Sequence[Row], title: str) -> Picture:
    """Pale bar: share of the people, longest for the largest cell; dot: one place."""
    desc = " ".join(
        f"{row.label}, {column}: {count(cell.people)} Menschen, {cell.places} Plätze."
        for row in rows
        for column, cell in zip(columns, row.fields, strict=True)
        if cell is not None
    )
    wide = wide_canvas(1200, 30 + 44 * len(rows), title, desc)
    narrow = narrow_canvas(350, sum(_height(row) for row in rows), title, desc)
    top = max((cell.share for row in rows for cell in row.fields if cell), default=1.0) or 1.0
    return Picture(title, desc, _grid(wide, columns, rows, top), _list(narrow, columns, rows, top))


def _grid(canvas: Canvas, columns: Sequence[str], rows: Sequence[Row], top: float) -> Markup:
    left = 260.0
    width = (canvas.width - left) / len(columns)
    for index, column in enumerate(columns):
        canvas.text("d-wert", left + index * width, 16, column)
    for number, row in enumerate(rows):
        y = 30.0 + 44 * number
        canvas.line("d-gitter", 0, y, canvas.width, y)
        canvas.text("d-name", 0, y + 27, row.label[:30])
        for index, cell in enumerate(row.fields):
            _field(canvas, left + index * width, y + 8, width - 24, cell, top)
    return canvas.markup()


def _field(
    canvas: Canvas, x: float, y: float, width: float, cell: Field | None, top: float
) -> None:
    if cell is None:
        canvas.text("d-leise", x, y + 19, "–")
        return
    canvas.rect("d-quote", x, y, max(2.0, width * cell.share / top), 28, 2)
    shown = min(cell.places, _DOTS if width > 140 else 5)
    for place in range(shown):
        canvas.circle("d-rat", x + 12 + 17 * place, y + 14, 6)
    if cell.places > shown:
        canvas.text("d-wert", x + 12 + 17 * shown, y + 19, f"+ {cell.places - shown}")


def _height(row: Row) -> float:
    return 34.0 + 40 * sum(1 for cell in row.fields if cell is not None)


def _list(canvas: Canvas, columns: Sequence[str], rows: Sequence[Row], top: float) -> Markup:
    y = 0.0
    for row in rows:
        canvas.text("d-name", 0, y + 20, row.label[:38])
        line = y + 34
        for column, cell in zip(columns, row.fields, strict=True):
            if cell is None:
                continue
            canvas.text("", 0, line + 19, column)
            _field(canvas, 150, line, 196, cell, top)
            line += 40
        y += _height(row)
    return canvas.markup()


@dataclass(frozen=True)
class Spread:
    """Chances of a letter in one class: smallest, mean, largest."""

    label: str
    low: Fraction
    mean: Fraction
    high: Fraction


def chance_spreads(rows: Sequence[Spread], title: str) -> Picture:
    """Line from the smallest to the largest chance, filled mark at the mean; from 0 on."""
    desc = " ".join(f"{row.label}: {said(row)}." for row in rows)
    wide = wide_canvas(760, 44 * len(rows), title, desc)
    narrow = narrow_canvas(350, 60 * len(rows), title, desc)
    top = max((row.high for row in rows), default=Fraction(1)) or Fraction(1)
    return Picture(title, desc, _spreads(wide, rows, top, 200), _spreads(narrow, rows, top, 0))


def said(row: Spread) -> str:
    """`1 von 412`, or from–to."""
    if row.high == 0:
        return "niemand"
    low = f"1 von {count(round(1 / row.low))}" if row.low else "0"
    return f"{low} bis 1 von {count(round(1 / row.high))}"


def _spreads(canvas: Canvas, rows: Sequence[Spread], top: Fraction, left: float) -> Markup:
    narrow = left == 0
    right = canvas.width - (10 if narrow else 230)
    for index, row in enumerate(rows):
        y = index * (60.0 if narrow else 44.0) + (40 if narrow else 22)
        canvas.text("d-name", 0, y - 16 if narrow else y + 6, row.label)
        low, mean, high = (
            left + (right - left) * float(value / top) for value in (row.low, row.mean, row.high)
        )
        canvas.line("d-gitter", left, y, right, y)
        canvas.line("d-rat-linie", low, y, max(high, low + 2), y)
        canvas.circle("d-rat", mean, y, 7)
        canvas.text("d-rechts d-wert", canvas.width, y - 16 if narrow else y + 6, said(row))
    return canvas.markup()
