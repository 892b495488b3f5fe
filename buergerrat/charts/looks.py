"""How often personal data were looked at and handed out, week by week."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from buergerrat.charts.svg import Canvas, Picture, narrow_canvas, wide_canvas

_HEIGHT, _TOP, _FOOT = 190.0, 26.0, 24.0


@dataclass(frozen=True)
class Week:
    """`monday`: the week's first day."""

    monday: dt.date
    looks: int
    exports: int


def looks(weeks: Sequence[Week], title: str, look_word: str, export_word: str) -> Picture:
    """Filled bars: looks; hollow bars: exports. Numbers stand above the bars."""
    desc = " ".join(
        f"{week.monday:%d.%m.%Y}: {week.looks} {look_word}, {week.exports} {export_word}."
        for week in weeks
    )
    wide = wide_canvas(760, _HEIGHT, title, desc)
    narrow = narrow_canvas(350, _HEIGHT, title, desc)
    return Picture(title, desc, _drawn(wide, weeks), _drawn(narrow, weeks[-6:]))


def _drawn(canvas: Canvas, weeks: Sequence[Week]) -> Markup:
    top = max([1, *(max(week.looks, week.exports) for week in weeks)])
    step = canvas.width / max(1, len(weeks))
    bar = min(22.0, step * 0.34)
    floor = _HEIGHT - _FOOT
    canvas.line("d-achse", 0, floor, canvas.width, floor)
    for index, week in enumerate(weeks):
        middle = step * (index + 0.5)
        pairs = (("d-rat", middle - bar - 1, week.looks), ("d-leer", middle + 1, week.exports))
        for css, x, value in pairs:
            tall = (floor - _TOP) * value / top
            canvas.rect(css, x, floor - tall, bar, tall)
            if value:
                canvas.text("d-mitte d-wert", x + bar / 2, floor - tall - 6, str(value))
        canvas.text("d-mitte", middle, _HEIGHT - 6, f"{week.monday:%d.%m.}")
    return canvas.markup()
