"""Replies over time against the plan, and the small mark of an expected range."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from buergerrat.charts.svg import Canvas, Picture, narrow_canvas, number, wide_canvas
from buergerrat.charts.words import count, decimal, short_day

_Scale = Callable[[float], float]


@dataclass(frozen=True)
class PlanPoint:
    """Replies planned to have arrived by the end of `day`: expected, with its range."""

    day: date
    low: float
    expected: float
    high: float


def nice_step(top: float, lines: int = 4) -> int:
    """The smallest of 1, 2, 5, 10, 20 … that needs at most `lines` grid lines."""
    scale = 1
    while True:
        for factor in (1, 2, 5):
            if top / (factor * scale) <= lines:
                return factor * scale
        scale *= 10


def _plan(canvas: Canvas, plan: Sequence[PlanPoint], x: _Scale, y: _Scale) -> None:
    if not plan:
        return
    upper = "L".join(f"{number(x(p.day.toordinal()))} {number(y(p.high))}" for p in plan)
    lower = "L".join(f"{number(x(p.day.toordinal()))} {number(y(p.low))}" for p in reversed(plan))
    middle = "L".join(f"{number(x(p.day.toordinal()))} {number(y(p.expected))}" for p in plan)
    canvas.path("d-plan", f"M{upper}L{lower}Z")
    canvas.path("d-plan-linie", f"M{middle}")


def _curve(canvas: Canvas, counts: Sequence[tuple[date, int]], x: _Scale, y: _Scale) -> None:
    first, arrived = counts[0]
    d = f"M{number(x(first.toordinal()))} {number(y(arrived))}"
    for day, arrived in counts[1:]:
        d += f"H{number(x(day.toordinal()))}V{number(y(arrived))}"
    canvas.path("d-rat-linie", d)
    last, arrived = counts[-1]
    canvas.circle("d-rat", x(last.toordinal()), y(arrived), 5)
    canvas.text("d-wert d-gross", x(last.toordinal()) + 12, y(arrived) + 6, count(arrived))


def _draw(
    canvas: Canvas,
    counts: Sequence[tuple[date, int]],
    plan: Sequence[PlanPoint],
    reminder: date | None,
    marks: int,
) -> Markup:
    days = [day for day, _ in counts] + [point.day for point in plan]
    first, last = min(days), max(days)
    top = max([1.0, *(n for _, n in counts), *(point.high for point in plan)])
    left, right, ground, ceiling = 34.0, canvas.width - 72, canvas.height - 34, 34.0
    span = max((last - first).days, 1)

    def x(ordinal: float) -> float:
        return left + (right - left) * (ordinal - first.toordinal()) / span

    def y(replies: float) -> float:
        return ground - (ground - ceiling) * replies / top

    step = nice_step(top, 5)
    for value in range(0, int(top) + 1, step):
        canvas.line("d-gitter" if value else "d-achse", left, y(value), right, y(value))
        canvas.text("d-rechts", left - 8, y(value) + 5, count(value))
    for i in range(marks):
        day = first + timedelta(days=round(span * i / (marks - 1)))
        canvas.text("d-mitte", x(day.toordinal()), canvas.height - 10, short_day(day))
    _plan(canvas, plan, x, y)
    if reminder is not None and first <= reminder <= last:
        at = x(reminder.toordinal())
        canvas.line("d-marke", at, 20, at, ground)
        canvas.text("d-mitte", min(max(at, left + 34), right - 34), 14, "Erinnerung")
    _curve(canvas, counts, x, y)
    if plan:
        end, height = plan[-1], y(plan[-1].expected)
        if abs(height - y(counts[-1][1])) < 24:
            height = y(counts[-1][1]) + 26
        canvas.text("", right + 12, height, "Plan")
        canvas.text("", right + 12, height + 17, f"{round(end.low)}–{round(end.high)}")
    return canvas.markup()


def replies_over_time(
    counts: Sequence[tuple[date, int]],
    plan: Sequence[PlanPoint],
    reminder: date | None = None,
    title: str = "Antworten im Vergleich zum Plan",
    desc: str = "",
) -> Picture:
    """Replies that had arrived by each day (cumulative, at least one day) over the planned band."""
    if not counts:
        raise ValueError("no day to draw")
    last, arrived = counts[-1]
    if not desc:
        desc = f"Bis zum {last:%d.%m.%Y} kamen {count(arrived)} Antworten."
        if plan:
            desc += f" Geplant waren {round(plan[-1].low)} bis {round(plan[-1].high)}."
    wide, narrow = wide_canvas(760, 330, title, desc), narrow_canvas(350, 260, title, desc)
    return Picture(
        title,
        desc,
        _draw(wide, counts, plan, reminder, marks=5),
        _draw(narrow, counts, plan, reminder, marks=3),
    )


def expected_range(low: float, high: float, value: float, top: float | None = None) -> Markup:
    """A grey band (expected) and a dot (counted) on one line of 196 pixels."""
    end = top or max(high, value) * 1.1 or 1
    canvas = Canvas(
        196,
        20,
        "Erwartet und gezählt",
        f"Erwartet {decimal(low, 0)} bis {decimal(high, 0)}, gezählt {decimal(value, 0)}.",
    )

    def x(v: float) -> float:
        return 6 + 182 * min(v / end, 1)

    canvas.line("d-gitter", 6, 10, 188, 10)
    canvas.rect("d-plan", x(low), 3, x(high) - x(low), 14, 2)
    canvas.circle("d-rat", x(value), 10, 6)
    return canvas.markup()
