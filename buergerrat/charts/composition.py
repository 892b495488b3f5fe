"""Who is in: one dot per seat, a tick where the population's exact share would end."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from buergerrat.charts.svg import TOWN_DATA_COLOUR, Canvas
from buergerrat.charts.words import decimal

WIDTH, ROW = 338.0, 58.0
SEATS_IN_FULL_WIDTH = 24


@dataclass(frozen=True)
class CompositionRow:
    """One group: seats it has, and its exact share of the population in seats."""

    label: str
    seats: int
    population: float


def composition(
    feature: str,
    rows: Sequence[CompositionRow],
    total: int,
    lang: str = "de",
    standalone: bool = False,
    data_colour: str = TOWN_DATA_COLOUR,
) -> Markup:
    """One feature, 338 pixels wide on desk, phone and paper; `standalone` carries its colours."""
    of = "of" if lang == "en" else "von"
    town = "by share of population" if lang == "en" else "nach dem Anteil in der Stadt wären es"
    seats_word = "seats" if lang == "en" else "Plätzen"
    desc = " ".join(
        f"{row.label}: {row.seats} {of} {total} {seats_word}, "
        f"{town} {decimal(row.population, lang=lang)}."
        for row in rows
    )
    canvas = Canvas(
        WIDTH, ROW * len(rows), feature, desc, standalone=standalone, data_colour=data_colour
    )
    most = max([SEATS_IN_FULL_WIDTH, *(max(row.seats, row.population) for row in rows)])
    pitch = WIDTH / most
    for index, row in enumerate(rows):
        base = index * ROW
        canvas.text("d-name", 0, base + 16, row.label)
        canvas.text("d-zahl d-rechts", WIDTH, base + 16, str(row.seats))
        canvas.line("d-grund", 0, base + 37, WIDTH, base + 37)
        for seat in range(row.seats):
            canvas.circle("d-rat", (seat + 0.5) * pitch, base + 37, min(5.5, pitch * 0.4))
        at = min(row.population * pitch, WIDTH - 1.5)
        canvas.line("d-bev", max(at, 1.5), base + 26, max(at, 1.5), base + 48)
    return canvas.markup()


def hall_row(row: CompositionRow, most: float, pool: float | None = None) -> Markup:
    """One row of the hall page: a square per seat, the population's share as a measure below.

    `most` is the largest number of all rows on the page, so that every row has one scale;
    `pool`: the share of the Lostopf in seats, a hollow circle on the measure.
    """
    width = 280.0
    pitch = min(30.0, (width - 8) / max(most, 1))
    canvas = Canvas(width, 42)
    for seat in range(row.seats):
        canvas.rect("d-rat", 3 + seat * pitch, 0, pitch - min(4, pitch / 4), 26, 3)
    end = 3 + row.population * pitch
    if row.population:  # unknown or nobody: no measure
        canvas.line("d-mass", 3, 36, end, 36)
        canvas.line("d-mass", end, 30, end, 42)
    if pool is not None:
        canvas.circle("d-topf", 3 + pool * pitch, 36, 4.5)
    return canvas.markup()
