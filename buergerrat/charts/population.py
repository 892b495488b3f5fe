"""What the population is made of: a tick per value on one scale of percent."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from buergerrat.charts.svg import Canvas, Picture, narrow_canvas, wide_canvas
from buergerrat.charts.words import percent

_STEPS = (0.02, 0.05, 0.1, 0.2, 0.25)


@dataclass(frozen=True)
class PopulationRow:
    """One value of a feature; `share` 0–1, None when nobody knows; `said` stands at the end."""

    label: str
    share: float | None
    said: str


def _scale(rows: Sequence[PopulationRow]) -> tuple[float, float]:
    """The end of the scale and the step of its lines."""
    highest = max([0.05, *(row.share or 0 for row in rows)])
    step = next((s for s in _STEPS if highest / s <= 5), _STEPS[-1])
    lines = -(-highest // step)
    return lines * step, step


def _draw(canvas: Canvas, rows: Sequence[PopulationRow], label_width: float) -> Markup:
    narrow = label_width == 0
    height, head = (52.0, 24.0) if narrow else (38.0, 26.0)
    left, right = label_width + 8, canvas.width - (8 if narrow else 190)
    top, step = _scale(rows)

    def x(share: float) -> float:
        return left + (right - left) * min(share / top, 1)

    ground = head + height * len(rows)
    for line in range(round(top / step) + 1):
        at = x(line * step)
        canvas.text("d-mitte", at, 14, percent(line * step, 0))
        canvas.line("d-gitter", at, head - 5, at, ground)
    for index, row in enumerate(rows):
        base = head + index * height
        canvas.text("d-name", 0, base + (18 if narrow else 25), row.label)
        canvas.text("d-rechts d-wert", canvas.width, base + (18 if narrow else 25), row.said)
        middle = base + (36 if narrow else 19)
        if row.share is not None:
            reach = 10 if narrow else 13
            canvas.line("d-grund", left, middle, x(row.share), middle)
            canvas.line("d-bev", x(row.share), middle - reach, x(row.share), middle + reach)
    return canvas.markup()


def population_rows(rows: Sequence[PopulationRow], title: str) -> Picture:
    """One feature of the population, a row for each value, the tick at its share."""
    desc = " ".join(f"{row.label}: {row.said}." for row in rows)
    wide = wide_canvas(760, 26 + 38 * len(rows) + 4, title, desc)
    narrow = narrow_canvas(350, 24 + 52 * len(rows) + 4, title, desc)
    return Picture(title, desc, _draw(wide, rows, 220), _draw(narrow, rows, 0))
