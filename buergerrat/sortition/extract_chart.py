"""The picture of the refused rows: one bar per reason, the longest first."""

from collections.abc import Sequence

from buergerrat.charts.svg import Canvas, Picture, narrow_canvas, wide_canvas
from buergerrat.charts.words import count


def refused_bars(rows: Sequence[tuple[str, int]], title: str) -> Picture:
    """`rows`: reason and number of rows, in the order in which they are drawn."""
    desc = " ".join(f"{label}: {count(number)} Zeilen." for label, number in rows)
    wide = wide_canvas(760, 36 * len(rows) + 4, title, desc)
    narrow = narrow_canvas(350, 54 * len(rows) + 4, title, desc)
    most = max((number for _, number in rows), default=1) or 1
    for index, (label, number) in enumerate(rows):
        _bar(wide, label, number / most, count(number), index * 36 + 8, 230, 760 - 320)
        _bar(narrow, label, number / most, count(number), index * 54 + 28, 0, 350 - 60)
    return Picture(title, desc, wide.markup(), narrow.markup())


def _bar(
    canvas: Canvas, label: str, share: float, number: str, top: float, left: float, room: float
) -> None:
    if left:
        canvas.text("d-name", 0, top + 14, label)
    else:
        canvas.text("d-name", 0, top - 8, label)
    length = max(2, room * share)
    canvas.rect("d-rat", left, top, length, 18, 2)
    canvas.text("d-wert", left + length + 8, top + 14, number)
