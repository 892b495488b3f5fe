"""A day's plan and what became of it, as two bars over one clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from markupsafe import Markup

from buergerrat.charts.svg import Canvas, Picture, narrow_canvas, wide_canvas

_BAR = {"done": "t-war", "now": "t-jetzt", "later": "t-kommt"}
_TEXT = {"done": "t-text", "now": "t-jetzt-text", "later": "t-kommt-text"}
_PIXELS_PER_LETTER = 7.6


@dataclass(frozen=True)
class Slot:
    """One part of the day; `state` matters for the actual bar only."""

    name: str
    start: datetime
    end: datetime
    state: Literal["done", "now", "later"] = "later"


def _clock(moment: datetime) -> str:
    return f"{moment.hour}.{moment:%M}"


class _Ruler:
    """Minutes of the day to pixels."""

    def __init__(self, slots: Sequence[Slot], left: float, right: float) -> None:
        self.first = min(slot.start for slot in slots)
        self.last = max(slot.end for slot in slots)
        self.left, self.right = left, right

    def __call__(self, moment: datetime) -> float:
        share = (moment - self.first) / (self.last - self.first)
        return self.left + (self.right - self.left) * share


def _bar(canvas: Canvas, x: _Ruler, slots: Sequence[Slot], y: float, planned: bool) -> None:
    for slot in slots:
        start, end = x(slot.start), x(slot.end)
        canvas.rect("t-plan" if planned else _BAR[slot.state], start, y, end - start - 2, 24, 2)
        if len(slot.name) * _PIXELS_PER_LETTER < end - start - 14:
            canvas.text("" if planned else _TEXT[slot.state], start + 8, y + 17, slot.name)


def _draw(
    canvas: Canvas, plan: Sequence[Slot], actual: Sequence[Slot], now: datetime | None, hours: int
) -> Markup:
    x = _Ruler([*plan, *actual], 46, canvas.width - 8)
    canvas.text("", 0, 17, "Plan")
    canvas.text("", 0, 47, "Ist")
    _bar(canvas, x, plan, 0, planned=True)
    _bar(canvas, x, actual, 30, planned=False)
    at = x(now) if now is not None and x.first <= now <= x.last else None
    hour = x.first.replace(minute=0, second=0, microsecond=0)
    while hour <= x.last:
        clear = at is None or abs(x(hour) - at) > 44
        if hour >= x.first and clear and hour.hour % hours == x.first.hour % hours:
            side = "d-rechts" if x(hour) > canvas.width - 30 else ""
            canvas.text(side, x(hour), 76, _clock(hour))
        hour += timedelta(hours=1)
    if at is not None and now is not None:
        canvas.line("t-nun", at, 26, at, 58)
        canvas.text("d-mitte d-wert", min(max(at, 20), canvas.width - 20), 76, _clock(now))
    return canvas.markup()


def timetable(
    plan: Sequence[Slot],
    actual: Sequence[Slot],
    now: datetime | None = None,
    title: str = "Ablauf: Plan und Ist",
    desc: str = "",
) -> Picture:
    """Grey: plan; pale: over; filled: running now; dashed: to come. All on the same day."""
    if not [*plan, *actual]:
        raise ValueError("a timetable needs at least one slot")
    if not desc:
        running = next((slot for slot in actual if slot.state == "now"), None)
        parts = [f"{slot.name} {_clock(slot.start)} bis {_clock(slot.end)} Uhr" for slot in plan]
        desc = "Plan: " + ", ".join(parts) + "."
        if running:
            desc += f" Jetzt: {running.name}, bis {_clock(running.end)} Uhr."
    wide, narrow = wide_canvas(1200, 82, title, desc), narrow_canvas(350, 82, title, desc)
    return Picture(
        title,
        desc,
        _draw(wide, plan, actual, now, hours=1),
        _draw(narrow, plan, actual, now, hours=2),
    )
