"""Chances: the staircase of all persons, one row per group, and one person's place between."""

from collections.abc import Sequence
from itertools import groupby

from markupsafe import Markup

from buergerrat.charts.svg import Canvas, Picture, narrow_canvas, number, wide_canvas
from buergerrat.charts.words import GERMAN, Words, percent, say

ROW_WIDTH = 470.0


def _persons(n: int, words: Words) -> str:
    ngettext = words.plural
    return ngettext("%(people)s Person", "%(people)s Personen", n, people=words.count(n))


def _steps(chances: Sequence[float]) -> list[tuple[int, int, int]]:
    """Neighbours with the same whole per cent as (first, how many, per cent)."""
    steps: list[tuple[int, int, int]] = []
    first = 0
    for share, group in groupby(round(100 * chance) for chance in chances):
        size = len(list(group))
        steps.append((first, size, share))
        first += size
    return steps


def _scale_top(largest: float) -> float:
    """The end of the scale: 20, 40, 60, 80 or 100 per cent, so that four lines are round."""
    return next(top for top in (0.2, 0.4, 0.6, 0.8, 1.0) if largest <= top + 1e-9)


def _step_labels(
    steps: Sequence[tuple[int, int, int]], left: float, width: float
) -> list[tuple[float, tuple[int, int, int]]]:
    """Which steps get their number, and where: both ends always, the others where there is room."""
    right = left + width * sum(size for _, size, _ in steps)

    def place(step: tuple[int, int, int]) -> float:
        return min(max(left + width * (step[0] + step[1] / 2), left + 22), right - 22)

    chosen: list[tuple[float, tuple[int, int, int]]] = []
    by_width = sorted(steps[1:-1], key=lambda step: -step[1])
    for step in [steps[0], steps[-1], *by_width]:
        if all(abs(place(step) - at) >= 50 for at, _ in chosen):
            chosen.append((place(step), step))
    return chosen


def _stairs(canvas: Canvas, chances: Sequence[float], bound: float | None, words: Words) -> Markup:
    _ = words.text
    left, right, ceiling, ground = 52.0, canvas.width - 16, 30.0, canvas.height - 34
    width = (right - left) / len(chances)
    top = _scale_top(max([*chances, bound or 0]))

    def y(share: float) -> float:
        return ground - (ground - ceiling) * share / top

    for quarter in range(5):
        share = top * quarter / 4
        canvas.line("d-gitter" if quarter else "d-achse", left, y(share), right, y(share))
        canvas.text("d-rechts", left - 8, y(share) + 5, words.percent(share, 0))
    edge, at_person = "", 0
    for chance, same in groupby(chances):
        at_person += len(list(same))
        edge += f"V{number(y(chance))}H{number(left + width * at_person)}"
    canvas.path("d-rat-flaeche", f"M{number(left)} {number(ground)}{edge}V{number(ground)}Z")
    canvas.path("d-rat-linie", f"M{number(left)} {number(y(chances[0]))}{edge}")
    words_from = right
    if bound is not None:
        said = _(
            "bewiesene Obergrenze für die kleinste Chance: %(bound)s", bound=words.percent(bound)
        )
        if canvas.width < 500:
            said = _("Obergrenze %(bound)s", bound=words.percent(bound))
        canvas.line("d-grenze", left, y(bound), right, y(bound))
        canvas.text("d-rechts", right, y(bound) + 18, said)
        words_from = right - 7 * len(said)
    for at, (first, size, share) in _step_labels(_steps(chances), left, width):
        height = y(chances[first])
        under_its_end = chances[min(int((at + 16 - left) / width), len(chances) - 1)]
        canvas.text("d-mitte d-wert", at, y(under_its_end) - 8, words.percent(share / 100, 0))
        gap = abs(y(bound) - height) if bound is not None else ground
        if size * width > 90 and (gap > 40 or (gap < 8 and at + 60 < words_from)):
            canvas.text("d-mitte", at, height + 18, _persons(size, words))
    people = _persons(len(chances), words)
    canvas.text(
        "", left, canvas.height - 10, _("%(people)s im Lostopf, nach Chance", people=people)
    )
    return canvas.markup()


def chance_staircase(
    chances: Sequence[float],
    bound: float | None = None,
    title: str = "",
    desc: str = "",
    words: Words = GERMAN,
) -> Picture:
    """The chance of every person in the pool (0 to 1), smallest first; dashed: proven bound."""
    _ = words.text
    ordered = sorted(chances)
    if not ordered:
        raise ValueError("no chances to draw")
    title = title or _("Chancen: %(people)s", people=_persons(len(ordered), words))
    if not desc:
        desc = _(
            "Die kleinste Chance ist %(low)s, die größte %(high)s, im Durchschnitt %(mean)s.",
            low=words.percent(ordered[0]),
            high=words.percent(ordered[-1]),
            mean=words.percent(sum(ordered) / len(ordered)),
        )
        if bound is not None:
            desc += " " + _(
                "Mehr als %(bound)s geht für die kleinste Chance nicht.",
                bound=words.percent(bound),
            )
    wide, narrow = wide_canvas(1200, 330, title, desc), narrow_canvas(350, 260, title, desc)
    return Picture(
        title,
        desc,
        _stairs(wide, ordered, bound, words),
        _stairs(narrow, ordered, bound, words),
    )


def _row_x(share: float) -> float:
    return 8 + (ROW_WIDTH - 16) * share


def chance_axis(words: Words = GERMAN) -> Markup:
    canvas = Canvas(ROW_WIDTH, 22)
    for share in (0, 0.25, 0.5, 0.75, 1):
        side = "" if share == 0 else "d-rechts" if share == 1 else "d-mitte"
        at = 0.0 if share == 0 else ROW_WIDTH if share == 1 else _row_x(share)
        canvas.text(side, at, 12, words.percent(share, 0))
        canvas.line("d-achse", _row_x(share), 17, _row_x(share), 22)
    return canvas.markup()


def chance_row(label: str, low: float, middle: float, high: float, words: Words = GERMAN) -> Markup:
    """Smallest to largest chance of a group as a line, the middle one as a filled dot."""
    _ = words.text
    desc = _(
        "von %(low)s bis %(high)s, in der Mitte %(middle)s",
        low=words.percent(low),
        high=words.percent(high),
        middle=words.percent(middle),
    )
    canvas = Canvas(ROW_WIDTH, 40, _("%(group)s: Chancen", group=label), desc)
    for share in (0, 0.25, 0.5, 0.75, 1):
        canvas.line("d-gitter", _row_x(share), 0, _row_x(share), 40)
    if _row_x(high) - _row_x(low) > 1:
        a, b = number(_row_x(low)), number(_row_x(high))
        canvas.path("d-rat-linie", f"M{a} 20H{b}M{a} 14v12M{b} 14v12")
    canvas.circle("d-rat", _row_x(middle), 20, 5.5)
    return canvas.markup()


def _place(canvas: Canvas, marks: tuple[float, float, float, float], lang: str) -> Markup:
    mine, low, mean, high = marks
    left, right = 4.0, canvas.width - 4

    def x(share: float) -> float:
        return left + (right - left) * ((share - low) / (high - low) if high > low else 0.5)

    canvas.line("d-achse", left, 62, right, 62)
    for share in marks[1:]:
        canvas.line("d-bev", x(share), 52, x(share), 72)
    canvas.circle("d-rat", x(mine), 62, 9)
    above, side = x(mine), "d-mitte d-zahl"
    if above < 34:
        above, side = 0.0, "d-zahl"
    elif above > canvas.width - 34:
        above, side = canvas.width, "d-rechts d-zahl"
    canvas.text(side, above, 18, say("Sie", lang))
    canvas.text(side, above, 40, percent(mine, lang=lang))
    middle = min(max(x(mean), 122), canvas.width - 116)
    for at, side, share, word in (
        (left, "", low, "kleinste"),
        (middle, "d-mitte", mean, "Durchschnitt"),
        (right, "d-rechts", high, "größte"),
    ):
        canvas.text(f"{side} d-name".strip(), at, 96, percent(share, lang=lang))
        canvas.text(f"{side} d-dazu".strip(), at, 118, say(word, lang))
    return canvas.markup()


def chance_scale(
    mine: float,
    low: float,
    mean: float,
    high: float,
    lang: str = "de",
    title: str = "Ihre Chance im Vergleich",
    desc: str = "",
) -> Picture:
    """One person's chance (0 to 1) between the smallest, the mean and the largest of the pool."""
    desc = desc or (
        f"{say('Sie', lang)}: {percent(mine, lang=lang)}; {say('kleinste', lang)}: "
        f"{percent(low, lang=lang)}; {say('Durchschnitt', lang)}: {percent(mean, lang=lang)}; "
        f"{say('größte', lang)}: {percent(high, lang=lang)}."
    )
    marks = (mine, low, mean, high)
    wide, narrow = wide_canvas(448, 124, title, desc), narrow_canvas(338, 124, title, desc)
    return Picture(title, desc, _place(wide, marks, lang), _place(narrow, marks, lang))
