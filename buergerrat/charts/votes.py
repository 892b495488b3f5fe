"""A vote: one mark per ballot; filled = yes, ring with a cross = no, empty ring = abstention."""

from collections.abc import Callable

from markupsafe import Markup

from buergerrat.charts.svg import Canvas, Picture, narrow_canvas, number, wide_canvas
from buergerrat.charts.words import say

PITCH, RADIUS, TOP, ROW = 27.5, 9.0, 34.0, 34.0


def _mark(canvas: Canvas, kind: str, x: float, y: float) -> None:
    if kind == "yes":
        canvas.circle("d-rat", x, y, RADIUS)
        return
    canvas.circle("d-ring", x, y, RADIUS - 1)
    if kind == "no":
        a, b, c, d = (number(v) for v in (x - 3.6, y - 3.6, x + 3.6, y + 3.6))
        canvas.path("d-kreuz", f"M{a} {b}L{c} {d}M{c} {b}L{a} {d}")


def _rows(
    canvas: Canvas, kinds: list[str], per_row: int, needed: int | None, said: str, lang: str
) -> Markup:
    for index, kind in enumerate(kinds):
        row, column = divmod(index, per_row)
        _mark(canvas, kind, RADIUS + 1 + column * PITCH, TOP + row * ROW)
    if needed is not None and 0 < needed <= len(kinds):
        row, column = divmod(needed - 1, per_row)
        x, y = RADIUS + 1 + (column + 0.5) * PITCH, TOP + row * ROW
        canvas.line("d-grenze", x, y - 16, x, y + 16)
        words = f"{say('nötig', lang)}: {needed}"
        if row == 0:
            canvas.text("d-mitte", max(x, 30), 12, words)
        else:  # no room between the rows
            said += f" · {words}"
    canvas.text("d-wert", 0, canvas.height - 6, said)
    return canvas.markup()


def votes(
    yes: int,
    no: int,
    abstain: int,
    needed: int | None = None,
    lang: str = "de",
    title: str = "",
    desc: str = "",
) -> Picture:
    """Ballots of one vote; `needed` draws the dashed line after that many yes votes."""
    title = title or ("Vote" if lang == "en" else "Abstimmung")
    word = say("Enthaltung" if abstain == 1 else "Enthaltungen", lang)
    said = f"{yes} {say('Ja', lang)}, {no} {say('Nein', lang)}, {abstain} {word}"
    desc = desc or said + (f"; {say('nötig', lang)}: {needed}." if needed else ".")
    kinds = ["yes"] * yes + ["no"] * no + ["abstain"] * abstain

    def draw(make: Callable[[float, float, str, str], Canvas], per_row: int) -> Markup:
        height = TOP + ROW * max(-(-len(kinds) // per_row), 1) + 8
        width = 2 * RADIUS + 2 + (min(max(len(kinds), 10), per_row) - 1) * PITCH
        canvas = make(width, height, title, desc)
        return _rows(canvas, kinds, per_row, needed, said, lang)

    return Picture(title, desc, draw(wide_canvas, 25), draw(narrow_canvas, 12))
