"""When what is deleted: one line of time, one row for each period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from buergerrat.charts.svg import Canvas, Picture, narrow_canvas, wide_canvas

_ROW_WIDE, _ROW_NARROW = 34.0, 68.0


@dataclass(frozen=True)
class Deadline:
    """`day`: when; `fixed`: whether the day is certain or only planned; `said`: how much."""

    label: str
    day: dt.date
    fixed: bool
    said: str


def deadlines(rows: Sequence[Deadline], today: dt.date, title: str, now_word: str) -> Picture:
    """Filled mark: the day is certain; hollow: planned. The dashed tick is today."""
    desc = ". ".join(f"{row.label}: {row.day:%d.%m.%Y}, {row.said}" for row in rows) + "."
    wide = wide_canvas(760, 30 + _ROW_WIDE * len(rows), title, desc)
    narrow = narrow_canvas(350, 30 + _ROW_NARROW * len(rows), title, desc)
    return Picture(title, desc, _drawn(wide, rows, today, now_word, 372), _drawn(
        narrow, rows, today, now_word, 0))  # fmt: skip


def _drawn(
    canvas: Canvas, rows: Sequence[Deadline], today: dt.date, now_word: str, label_width: float
) -> Markup:
    narrow = label_width == 0
    height = _ROW_NARROW if narrow else _ROW_WIDE
    left, right = label_width + 10, canvas.width - (10 if narrow else 182)
    first = min([today, *(row.day for row in rows)])
    days = max(1, (max([today, *(row.day for row in rows)]) - first).days)

    def x(day: dt.date) -> float:
        return left + (right - left) * (day - first).days / days

    canvas.text("" if x(today) - left < 60 else "d-mitte", x(today), 14, now_word)
    for index, row in enumerate(rows):
        base = 30 + index * height
        middle = base + (50 if narrow else 14)
        said = f"{row.day:%d.%m.%Y} · {row.said}"
        canvas.text("d-name", 0, base + (14 if narrow else 19), row.label)
        if narrow:
            canvas.text("d-wert", 0, base + 34, said)
        else:
            canvas.text("d-rechts d-wert", canvas.width, base + 19, said)
        canvas.line("d-grund", left, middle, right, middle)
        canvas.line("d-grenze", x(today), middle - 9, x(today), middle + 9)
        canvas.circle("d-rat" if row.fixed else "d-topf", x(row.day), middle, 6)
    return canvas.markup()
