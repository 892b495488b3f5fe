"""What a plan may bring: the range of replies of a group against the seats it is to fill."""

from dataclasses import dataclass

from markupsafe import Markup

from buergerrat.charts.quotas import MARGIN, WIDTH, quota_ticks
from buergerrat.charts.svg import Canvas
from buergerrat.charts.words import GERMAN, Words


@dataclass(frozen=True)
class ExpectationMark:
    """One group. low, high: replies in nine of ten cases; `needed`: its seats, None: not known."""

    label: str
    low: int
    mean: float
    high: int
    needed: float | None
    short: bool = False


def expectation_row(mark: ExpectationMark, top: int, words: Words = GERMAN) -> Markup:
    """One row beside a table, on the scale of `quota_axis`: 0 to `top` persons or seats.

    Pale bar: the range; dashed: the plan's mean; tick: the seats.
    """
    _ = words.text
    said = [
        _("Erwartet %(low)s bis %(high)s Zusagen", low=mark.low, high=mark.high),
        _("im Mittel %(mean)s", mean=words.decimal(mark.mean)),
    ]
    if mark.needed is not None:
        said.append(_("gebraucht %(seats)s Plätze", seats=words.decimal(mark.needed)))
    canvas = Canvas(
        WIDTH,
        40,
        _("%(group)s: Zusagen und Plätze", group=mark.label),
        ", ".join(said) + ".",
        css="br-bild d-fehler" if mark.short else "br-bild",
    )

    def x(value: float) -> float:
        return MARGIN + (WIDTH - 2 * MARGIN) * min(value, top) / max(top, 1)

    for value in quota_ticks(top):
        canvas.line("d-gitter", x(value), 0, x(value), 40)
    start, end = x(mark.low), x(mark.high)
    if end - start < 4:
        start, end = start - 2, end + 2
    canvas.rect("d-quote", start, 12, end - start, 16)
    canvas.line("d-grenze", x(mark.mean), 8, x(mark.mean), 32)
    if mark.needed is not None:
        canvas.line("d-bev", x(mark.needed), 4, x(mark.needed), 36)
    return canvas.markup()
