"""From the letters to the Lostopf as bars, and one group: in the Lostopf, expected, needed."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from buergerrat.charts.quotas import MARGIN, WIDTH
from buergerrat.charts.replies import nice_step
from buergerrat.charts.svg import Canvas, Picture, narrow_canvas, number, wide_canvas
from buergerrat.charts.words import GERMAN, Words, count


@dataclass(frozen=True)
class Portion:
    """A part of all letters: it begins where `before` people end. kept: still on the way."""

    label: str
    people: int
    before: int
    kept: bool


def _bars(canvas: Canvas, portions: Sequence[Portion], left: float, high: int) -> Markup:
    most = max((one.before + one.people for one in portions), default=0) or 1
    room = canvas.width - left - 58
    for place, one in enumerate(portions):
        top = place * high
        start, width = left + room * one.before / most, room * one.people / most
        middle = top + (high - 18 if left == 0 else high / 2)
        canvas.text("", 0, top + 14 if left == 0 else middle + 5, one.label)
        if place:
            canvas.line("d-gitter", start, middle - (high if left else 24), start, middle)
        canvas.rect("d-rat" if one.kept else "d-plan", start, middle - 9, max(width, 2), 18, 2)
        canvas.text("d-wert", start + max(width, 2) + 8, middle + 5, count(one.people))
    return canvas.markup()


def way_to_the_pool(portions: Sequence[Portion], title: str, desc: str) -> Picture:
    """All letters as the first bar; below it what came of them, each bar where the last one ends."""
    wide = wide_canvas(760, 36 * len(portions), title, desc)
    narrow = narrow_canvas(350, 52 * len(portions), title, desc)
    return Picture(title, desc, _bars(wide, portions, 236, 36), _bars(narrow, portions, 0, 52))


@dataclass(frozen=True)
class GroupMark:
    """One group, in people: in the Lostopf, to expect at the deadline (5–95 %), seats it needs."""

    label: str
    pool: int
    low: int
    high: int
    need: int
    most: int | None  # None: any number of seats will do
    weak: bool = False

    @property
    def top(self) -> int:
        return max(self.pool, self.high, self.most or 0, 1)


def _x(people: float, top: int) -> float:
    return MARGIN + (WIDTH - 2 * MARGIN) * min(people, top) / max(top, 1)


def group_row(mark: GroupMark, top: int, words: Words = GERMAN) -> Markup:
    """One row of the table, 262 by 48 pixels, the scale 0 to `top` people."""
    _ = words.text
    title = _("%(group)s: Stand im Lostopf", group=mark.label)
    desc = _(
        "Im Lostopf %(pool)s, erwartet %(low)s bis %(high)s.",
        pool=mark.pool, low=mark.low, high=mark.high,
    )  # fmt: skip
    if mark.most is not None:
        desc += " " + _("Plätze %(need)s bis %(most)s.", need=mark.need, most=mark.most)
    css = "br-bild d-fehler" if mark.weak else "br-bild"
    canvas = Canvas(WIDTH, 48, title, desc, css=css)
    for people in range(0, top + 1, nice_step(top, 4)):
        canvas.line("d-gitter", _x(people, top), 0, _x(people, top), 48)
    if mark.high > mark.pool:
        start, end = _x(mark.low, top), _x(mark.high, top)
        canvas.rect("d-plan", start, 6, max(end - start, 3), 16, 2)
        line = f"M{number(_x(mark.pool, top))} 14H{number(end)}"
        canvas.path("d-plan-linie", line)
    if mark.most is not None:
        start, end = _x(mark.need, top), _x(mark.most, top)
        if end - start < 6:  # a single number of seats is still a bar one can see
            start, end = (start + end) / 2 - 3, (start + end) / 2 + 3
        canvas.rect("d-quote", start, 27, end - start, 14)
        canvas.path("d-quote-rand", f"M{number(start)} 26v16M{number(end)} 26v16")
    canvas.circle("d-topf", _x(mark.pool, top), 14, 5.5)
    return canvas.markup()
