"""The plan of the invitation: per stratum the population's share and the share of the letters."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from buergerrat.charts.svg import Canvas, Picture, narrow_canvas, wide_canvas
from buergerrat.charts.words import count, decimal, percent


@dataclass(frozen=True)
class Stratum:
    """Shares are 0 to 1; `letters` whole letters; `expected` persons in the pool, if planned."""

    label: str
    population: float
    letters: int
    letters_share: float
    expected: float | None = None


def _bars(canvas: Canvas, rows: Sequence[Stratum], label_width: float) -> Markup:
    narrow = label_width == 0
    row_height = 58.0 if narrow else 36.0
    left, right = label_width, canvas.width - (0 if narrow else 150)
    top = max([0.01, *(max(row.population, row.letters_share) for row in rows)])
    for index, row in enumerate(rows):
        base = index * row_height + (22 if narrow else 0)
        canvas.text("d-name", 0, base - 6 if narrow else base + 23, row.label)
        length = (right - left) * row.letters_share / top
        canvas.rect("d-rat", left, base + 9, length, 16, 2)
        if row.population > 0:  # nobody, or not known: no tick
            tick = left + (right - left) * row.population / top
            canvas.line("d-bev", tick, base + 3, tick, base + 31)
        said = count(row.letters)
        if row.expected is not None:
            said += f" · {decimal(row.expected, 0)} erwartet"
        end = canvas.width
        canvas.text("d-rechts d-wert", end, base - 6 if narrow else base + 22, said)
    return canvas.markup()


def strata_bars(
    rows: Sequence[Stratum], title: str = "Briefe je Gruppe", desc: str = ""
) -> Picture:
    """Filled bar: share of the letters; tick: share of the population; number: letters."""
    desc = desc or " ".join(
        f"{row.label}: {count(row.letters)} Briefe ({percent(row.letters_share)}), "
        f"Bevölkerung {percent(row.population)}."
        for row in rows
    )
    wide = wide_canvas(760, 36 * len(rows) + 4, title, desc)
    narrow = narrow_canvas(350, 58 * len(rows), title, desc)
    return Picture(title, desc, _bars(wide, rows, 220), _bars(narrow, rows, 0))
