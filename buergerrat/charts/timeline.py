"""The dates of a Bürgerrat on one line: across at a desk, downwards on a phone.

True to scale up to the handover; what comes after it stands behind a gap. A filled circle is done,
a hollow one to come; the thick bar is the time to reply; the dashed line is today.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from markupsafe import Markup

from buergerrat.charts.svg import Canvas, Picture, narrow_canvas, wide_canvas

MONTHS = ("Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez")
_LETTER, _LANE = 7.9, 46  # average width of a letter at 14 px; height of a lane of labels
_WIDTH, _NEAR = 1200, 52  # height from the line to the first lane


@dataclass(frozen=True)
class Stop:
    """One date. `said`: what stands under the name, e.g. "Mo, 4.1." or "überfällig"."""

    name: str
    day: date
    said: str
    done: bool = False
    late: bool = False
    now: bool = False


@dataclass(frozen=True)
class Span:
    """A time that is drawn as a bar, from one day to another."""

    start: date
    end: date


def timeline(
    stops: Sequence[Stop],
    today: date,
    words: tuple[str, str],
    span: Span | None = None,
    scale_until: date | None = None,
    title: str = "Zeitplan",
) -> Picture:
    """`stops` in the order of their days, at least two; `words` for today: name and date.

    After `scale_until` no scale holds.
    """
    desc = " ".join(f"{stop.name}: {stop.said}." for stop in stops) + f" {' '.join(words)}."
    every = list(stops)
    if stops[0].day <= today <= stops[-1].day:
        place = next(n for n, stop in enumerate(stops) if stop.day >= today)
        every.insert(place, Stop(words[0], today, words[1], now=True))
    return Picture(
        title,
        desc,
        _across(every, span, scale_until or stops[-1].day, title, desc),
        _down(every, span, title, desc),
    )


class _Ruler:
    """Days to pixels: to scale up to `until`, then at even steps."""

    def __init__(self, stops: Sequence[Stop], until: date, right: float) -> None:
        self.first, self.until, self.left = stops[0].day, until, 12.0
        self.after = sorted({stop.day for stop in stops if stop.day > until})
        self.right = right - 150.0 * max(0, len(self.after) - 1) - (90 if self.after else 0)

    def __call__(self, day: date) -> float:
        if day > self.until:
            place = sum(1 for later in self.after if later < day)
            return self.right + 90 + 150 * place
        whole = max(1, (self.until - self.first).days)
        return self.left + (self.right - self.left) * (day - self.first).days / whole


@dataclass(frozen=True)
class _Label:
    """A name right of the thread that leads to its date, like a flag.

    `at`: x of the thread; `end`: of the name. side -1 above, 1 below; lane 0 is the nearest.
    """

    stop: Stop
    at: float
    end: float
    side: int = 0
    lane: int = 0

    def hinders(self, other: _Label) -> bool:
        """The same lane at the same place, or a name in the way of the other's thread."""
        if self.side != other.side:
            return False
        if self.lane == other.lane:
            return self.at < other.end and other.at < self.end
        near, far = (self, other) if self.lane < other.lane else (other, self)
        return near.at + 4 < far.at < near.end


def _labels(stops: Sequence[Stop], x: _Ruler) -> list[_Label]:
    """Each name in the nearest lane where nothing is in the way, from the last one back.

    An earlier thread never meets a later name, so there is always a lane further out.
    """
    placed: list[_Label] = []
    for index, stop in enumerate(reversed(stops)):
        width = max(len(stop.name), len(stop.said)) * _LETTER + 18
        plain = _Label(stop, x(stop.day), x(stop.day) + width)
        first = -1 if index % 2 == 0 else 1
        tried = (
            replace(plain, side=side, lane=lane)
            for lane in range(len(stops) + 1)
            for side in (first, -first)
        )
        placed.append(next(one for one in tried if not any(one.hinders(other) for other in placed)))
    return placed


def _across(stops: Sequence[Stop], span: Span | None, until: date, title: str, desc: str) -> Markup:
    x = _Ruler(stops, until, _WIDTH - 150)
    labels = _labels(stops, x)
    above, below = (
        max((one.lane for one in labels if one.side == side), default=0) for side in (-1, 1)
    )
    y = _NEAR + 20.0 + _LANE * above
    canvas = wide_canvas(_WIDTH, y + _NEAR + 30 + _LANE * below, title, desc)
    _months(canvas, x, y)
    canvas.line("d-achse", x(stops[0].day), y, x.right, y)
    if x.after:
        canvas.line("d-marke", x.right, y, x(x.after[-1]), y)
    if span is not None:
        canvas.rect("d-quote", x(span.start), y - 10, x(span.end) - x(span.start), 20, 2)
    for label in labels:
        _label(canvas, label, y)
    for label in labels:
        _dot(canvas, label.at, y, label.stop)
    return canvas.markup()


def _label(canvas: Canvas, label: _Label, y: float) -> None:
    base = y + label.side * (_NEAR + label.lane * _LANE) - (18 if label.side < 0 else 0)
    tip = base + 20 if label.side > 0 else base - 12
    canvas.line("d-grenze" if label.stop.now else "d-marke", label.at, y, label.at, tip)
    canvas.text("d-wert", label.at + 8, base, label.stop.name)
    canvas.text("", label.at + 8, base + 18, label.stop.said)


def _months(canvas: Canvas, x: _Ruler, y: float) -> None:
    day = (x.first.replace(day=1) + timedelta(days=32)).replace(day=1)
    while day <= x.until:
        canvas.line("d-gitter", x(day), y - 16, x(day), y + 16)
        canvas.text("d-leise", x(day) + 4, y + 30, MONTHS[day.month - 1])
        day = (day + timedelta(days=32)).replace(day=1)


def _dot(canvas: Canvas, x: float, y: float, stop: Stop) -> None:
    if stop.now:
        return
    if stop.late:
        canvas.circle("d-topf", x, y, 9)
        canvas.line("d-mass", x - 4, y - 4, x + 4, y + 4)
        canvas.line("d-mass", x - 4, y + 4, x + 4, y - 4)
    else:
        canvas.circle("d-rat" if stop.done else "d-topf", x, y, 8)


def _down(stops: Sequence[Stop], span: Span | None, title: str, desc: str) -> Markup:
    """Longer gaps for longer times, but never too little to read."""
    places, y = [], 24.0
    for before, after in itertools.pairwise(stops):
        places.append(y)
        y += min(120.0, 56.0 + 0.6 * (after.day - before.day).days)
    places.append(y)
    canvas = narrow_canvas(350, y + 36, title, desc)
    canvas.line("d-achse", 14, places[0], 14, places[-1])
    at = [(stop.day, place) for stop, place in zip(stops, places, strict=True)]
    if span is not None:
        top, low = _between(at, span.start), _between(at, span.end)
        canvas.rect("d-quote", 4, top, 20, low - top, 2)
    for stop, place in zip(stops, places, strict=True):
        _dot(canvas, 14, place, stop)
        if stop.now:
            canvas.line("d-grenze", 0, place, 30, place)
        canvas.text("d-wert", 38, place + 1, stop.name)
        canvas.text("", 38, place + 20, stop.said)
    return canvas.markup()


def _between(at: Sequence[tuple[date, float]], day: date) -> float:
    """Height of a day between the stops around it."""
    for (before, top), (after, low) in itertools.pairwise(at):
        if before <= day <= after:
            whole = max(1, (after - before).days)
            return top + (low - top) * (day - before).days / whole
    return at[-1][1]
