"""The dates of a Bürgerrat on one line: across at a desk, downwards on a phone.

True to scale up to the handover; what comes after it stands behind a gap. A filled circle is done,
a hollow one to come; the thick bar is the time to reply; the dashed line is today.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from buergerrat.charts.svg import Canvas, Picture, narrow_canvas, wide_canvas

MONTHS = ("Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez")
_LETTER, _LINE = 7.7, 20  # average width of a letter at 14 px; height of a lane's line
_LANES = 5  # above the line, and as many below
_WIDTH, _MIDDLE = 1200, 292


@dataclass(frozen=True)
class Stop:
    """One date. `said`: what stands under the name, e.g. "Mo, 4.1." or "überfällig"."""

    name: str
    day: date
    said: str
    done: bool = False
    late: bool = False


@dataclass(frozen=True)
class Span:
    """A time that is drawn as a bar, from one day to another."""

    start: date
    end: date


def timeline(
    stops: Sequence[Stop],
    today: date,
    today_said: str,
    span: Span | None = None,
    scale_until: date | None = None,
    title: str = "Zeitplan",
) -> Picture:
    """`stops` in the order of their days; at least two. After `scale_until` no scale holds."""
    desc = " ".join(f"{stop.name}: {stop.said}." for stop in stops) + f" {today_said}."
    wide = wide_canvas(_WIDTH, 2 * _MIDDLE, title, desc)
    narrow = narrow_canvas(350, _down_height(stops), title, desc)
    until = scale_until or stops[-1].day
    return Picture(
        title,
        desc,
        _across(wide, stops, today, today_said, span, until),
        _down(narrow, stops, today, today_said, span),
    )


class _Ruler:
    """Days to pixels: to scale up to `until`, then at even steps."""

    def __init__(self, stops: Sequence[Stop], until: date, right: float) -> None:
        self.first, self.until, self.left = stops[0].day, until, 70.0
        self.after = sorted({stop.day for stop in stops if stop.day > until})
        self.right = right - 120.0 * len(self.after) - (30 if self.after else 0)

    def __call__(self, day: date) -> float:
        if day > self.until:
            place = sum(1 for later in self.after if later < day)
            return self.right + 90 + 120 * place
        whole = max(1, (self.until - self.first).days)
        return self.left + (self.right - self.left) * (day - self.first).days / whole


def _across(
    canvas: Canvas,
    stops: Sequence[Stop],
    today: date,
    today_said: str,
    span: Span | None,
    until: date,
) -> Markup:
    x = _Ruler(stops, until, canvas.width - 40)
    y = canvas.height / 2
    _months(canvas, x, y)
    canvas.line("d-achse", x(stops[0].day), y, x.right, y)
    if x.after:
        canvas.line("d-marke", x.right, y, x(x.after[-1]), y)
    if span is not None:
        start, end = x(span.start), x(span.end)
        canvas.rect("d-quote", start, y - 10, end - start, 20, 2)
    if stops[0].day <= today <= until:
        canvas.line("d-grenze", x(today), 24, x(today), canvas.height - 24)
        canvas.text("d-mitte d-wert", x(today), 16, today_said)
    _labels(canvas, stops, x, y)
    for stop in stops:
        _dot(canvas, x(stop.day), y, stop)
    return canvas.markup()


def _labels(canvas: Canvas, stops: Sequence[Stop], x: _Ruler, y: float) -> None:
    """Names above and below in turn, each in the nearest lane where nothing is in the way."""
    ends: dict[tuple[int, int], float] = {}
    for index, stop in enumerate(stops):
        at = x(stop.day)
        half = max(len(stop.name), len(stop.said)) * _LETTER / 2 + 10
        middle = min(max(at, half), canvas.width - half)
        first = -1 if index % 2 == 0 else 1
        places = [(side, lane) for lane in range(_LANES) for side in (first, -first)]
        free = [place for place in places if ends.get(place, 0.0) <= middle - half]
        side, lane = free[0] if free else places[-1]
        ends[side, lane] = middle + half
        base = y + side * (52 + lane * (2 * _LINE + 6)) + (0 if side > 0 else -_LINE + 6)
        canvas.line("d-marke", at, y + side * 12, at, base - 14 if side > 0 else base + _LINE + 6)
        canvas.text("d-mitte d-wert", middle, base, stop.name)
        canvas.text("d-mitte", middle, base + _LINE - 2, stop.said)


def _months(canvas: Canvas, x: _Ruler, y: float) -> None:
    day = (x.first.replace(day=1) + timedelta(days=32)).replace(day=1)
    while day <= x.until:
        canvas.line("d-gitter", x(day), y - 16, x(day), y + 16)
        canvas.text("", x(day) + 4, y + 28, MONTHS[day.month - 1])
        day = (day + timedelta(days=32)).replace(day=1)


def _dot(canvas: Canvas, x: float, y: float, stop: Stop) -> None:
    if stop.late:
        canvas.circle("d-topf", x, y, 9)
        canvas.line("d-mass", x - 4, y - 4, x + 4, y + 4)
        canvas.line("d-mass", x - 4, y + 4, x + 4, y - 4)
    else:
        canvas.circle("d-rat" if stop.done else "d-topf", x, y, 8)


def _gaps(stops: Sequence[Stop]) -> list[float]:
    """Height between two stops: longer for longer times, but never too little to read."""
    pairs = itertools.pairwise(stops)
    return [min(120.0, 56.0 + 0.6 * (after.day - before.day).days) for before, after in pairs]


def _down_height(stops: Sequence[Stop]) -> float:
    return 64 + sum(_gaps(stops)) + 30


def _down(
    canvas: Canvas, stops: Sequence[Stop], today: date, today_said: str, span: Span | None
) -> Markup:
    places, y = [], 32.0
    for gap in [*_gaps(stops), 0.0]:
        places.append(y)
        y += gap
    at = [(stop.day, place) for stop, place in zip(stops, places, strict=True)]
    canvas.line("d-achse", 14, places[0], 14, places[-1])
    if span is not None:
        top, low = _between(at, span.start), _between(at, span.end)
        canvas.rect("d-quote", 4, top, 20, low - top, 2)
    for stop, place in zip(stops, places, strict=True):
        _dot(canvas, 14, place, stop)
        canvas.text("d-wert", 36, place + 1, stop.name)
        canvas.text("", 36, place + 20, stop.said)
    if stops[0].day <= today <= stops[-1].day:
        now = _between(at, today)
        canvas.line("d-grenze", 0, now, 268, now)
        canvas.text("d-rechts d-wert", canvas.width, now + 5, today_said)
    return canvas.markup()


def _between(at: Sequence[tuple[date, float]], day: date) -> float:
    """Height of a day between the stops around it; a little off a stop, so that both are read."""
    for (before, top), (after, low) in itertools.pairwise(at):
        if before <= day <= after:
            whole = max(1, (after - before).days)
            return top + (low - top) * (day - before).days / whole
    return at[-1][1]
