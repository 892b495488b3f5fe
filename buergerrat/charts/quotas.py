"""Quotas of one group: population, pool, allowed seats and what this pool makes possible."""

from dataclasses import dataclass

from markupsafe import Markup

from buergerrat.charts.replies import nice_step
from buergerrat.charts.svg import Canvas, number
from buergerrat.charts.words import GERMAN, Words

WIDTH, MARGIN = 262.0, 8.0


@dataclass(frozen=True)
class QuotaMark:
    """One group. `population` and `pool` are exact shares in seats, the rest whole seats.

    `seats`: how many one list gives the group.
    """

    label: str
    population: float | None
    pool: float | None
    low: int
    high: int
    possible: tuple[int, int] | None
    conflict: bool = False
    seats: int | None = None


def _x(seats: float, top: int) -> float:
    return MARGIN + (WIDTH - 2 * MARGIN) * min(seats, top) / max(top, 1)


def quota_ticks(top: int) -> range:
    return range(0, top + 1, nice_step(top, 4))


def quota_axis(top: int) -> Markup:
    """The scale above the rows, 0 to `top` seats; decoration, the numbers stand in the table."""
    canvas = Canvas(WIDTH, 22)
    for seats in quota_ticks(top):
        canvas.text("d-mitte", _x(seats, top), 12, str(seats))
        canvas.line("d-achse", _x(seats, top), 17, _x(seats, top), 22)
    return canvas.markup()


def _describe(mark: QuotaMark, words: Words) -> str:
    _ = words.text
    said = []
    if mark.population is not None:
        said.append(_("Bevölkerung %(seats)s Plätze", seats=words.decimal(mark.population)))
    if mark.pool is not None:
        said.append(_("Lostopf %(seats)s Plätze", seats=words.decimal(mark.pool)))
    said.append(_("Quote %(low)s bis %(high)s", low=mark.low, high=mark.high))
    if mark.possible is not None:
        low, high = mark.possible
        said.append(_("möglich %(low)s bis %(high)s", low=low, high=high))
    if mark.seats is not None:
        said.append(_("auf dieser Liste %(seats)s", seats=mark.seats))
    return ", ".join(said) + "."


def quota_row(mark: QuotaMark, top: int, words: Words = GERMAN) -> Markup:
    """One row of the quota table, 262 by 48 pixels, the scale 0 to `top` seats."""
    _ = words.text
    canvas = Canvas(
        WIDTH,
        48,
        _("%(group)s: Lage der Quote", group=mark.label),
        _describe(mark, words),
        css="br-bild d-fehler" if mark.conflict else "br-bild",
    )
    for seats in quota_ticks(top):
        canvas.line("d-gitter", _x(seats, top), 0, _x(seats, top), 48)
    if mark.possible is not None:
        a, b = (number(_x(v, top)) for v in mark.possible)
        canvas.path("d-moeglich", f"M{a} 33H{b}M{a} 28v10M{b} 28v10")
    start, end = _x(mark.low, top), _x(mark.high, top)
    if end - start < 10:  # a single number of seats is still a bar one can see
        start, end = (start + end) / 2 - 5, (start + end) / 2 + 5
    canvas.rect("d-quote", start, 25, end - start, 16)
    canvas.path("d-quote-rand", f"M{number(start)} 24v18M{number(end)} 24v18")
    if mark.population is not None:
        canvas.line("d-bev", _x(mark.population, top), 5, _x(mark.population, top), 44)
    if mark.pool is not None:
        canvas.circle("d-topf", _x(mark.pool, top), 14, 5.5)
    if mark.seats is not None:
        canvas.circle("d-rat", _x(mark.seats, top), 33, 5.5)
    return canvas.markup()
