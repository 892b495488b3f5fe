"""The reserve: which share of the simulations a reserve of each size would keep; and one seat row
before and after somebody leaves."""

from collections.abc import Sequence

from markupsafe import Markup

from buergerrat.charts.replies import nice_step
from buergerrat.charts.svg import Canvas, Picture, narrow_canvas, number, wide_canvas
from buergerrat.charts.words import GERMAN, Words

AIM = 0.95


def reserve_curve(
    shares: Sequence[float],
    recommended: int | None,
    title: str,
    desc: str,
    words: Words = GERMAN,
) -> Picture:
    """shares[r] (0 to 1): kept by a reserve of r people; dashed: 95 in 100; marked: recommended."""
    if not shares:
        raise ValueError("no reserve to draw")
    wide, narrow = wide_canvas(760, 300, title, desc), narrow_canvas(350, 260, title, desc)
    return Picture(
        title,
        desc,
        _curve(wide, shares, recommended, words),
        _curve(narrow, shares, recommended, words),
    )


def _curve(
    canvas: Canvas, shares: Sequence[float], recommended: int | None, words: Words
) -> Markup:
    _ = words.text
    left, right, ceiling, ground = 52.0, canvas.width - 16, 30.0, canvas.height - 52
    most = max(len(shares) - 1, 1)

    def x(size: float) -> float:
        return left + (right - left) * size / most

    def y(share: float) -> float:
        return ground - (ground - ceiling) * share

    for quarter in (0, 0.25, 0.5, 0.75, 1):
        canvas.line("d-gitter" if quarter else "d-achse", left, y(quarter), right, y(quarter))
        canvas.text("d-rechts", left - 8, y(quarter) + 5, words.percent(quarter, 0))
    step = nice_step(most, 8 if canvas.width > 500 else 4)
    for size in range(0, most + 1, step):
        canvas.line("d-achse", x(size), ground, x(size), ground + 5)
        canvas.text("d-mitte", x(size), ground + 22, str(size))
    canvas.text("", left, ground + 44, _("Personen in Reserve"))
    canvas.line("d-grenze", left, y(AIM), right, y(AIM))
    path = f"M{number(x(0))} {number(y(shares[0]))}"
    for size, share in enumerate(shares[1:], start=1):
        path += f"H{number(x(size))}V{number(y(share))}"
    canvas.path("d-rat-linie", path)
    if recommended is not None:
        said = _("%(size)s in Reserve", size=words.count(recommended))
        _mark(canvas, x(recommended), y(shares[recommended]), ground, said)
    return canvas.markup()


def _mark(canvas: Canvas, at: float, height: float, ground: float, said: str) -> None:
    canvas.line("d-marke", at, height, at, ground)
    canvas.circle("d-rat", at, height, 6.5)
    side, place = ("d-rechts", at - 12) if at > canvas.width * 0.55 else ("", at + 12)
    canvas.text(f"{side} d-wert".strip(), place, (height + ground) / 2, said)


WIDTH, MARGIN = 262.0, 10.0


def change_row(
    label: str,
    seats: tuple[int, int],
    allowed: tuple[int, int],
    top: int,
    words: Words = GERMAN,
    today_only: bool = False,
) -> Markup:
    """One quota, 262 by 40 pixels, scale 0 to `top` seats: the pale bar is what the quota allows,
    the ring today's seats, the filled dot the seats afterwards. today_only: nothing changes."""
    (before, after), (low, high) = seats, allowed

    def x(value: float) -> float:
        return MARGIN + (WIDTH - 2 * MARGIN) * min(value, top) / max(top, 1)

    broken = not low <= after <= high
    _ = words.text
    bounds = {"before": before, "after": after, "low": low, "high": high}
    if today_only:
        desc = _("heute %(after)s, Quote %(low)s bis %(high)s.", **bounds)
    else:
        desc = _("heute %(before)s, danach %(after)s, Quote %(low)s bis %(high)s.", **bounds)
    canvas = Canvas(WIDTH, 40, label, desc, css="br-bild d-fehler" if broken else "br-bild")
    for value in range(0, top + 1, nice_step(top, 4)):
        canvas.line("d-gitter", x(value), 0, x(value), 40)
    start, end = x(low), x(high)
    if end - start < 10:
        start, end = (start + end) / 2 - 5, (start + end) / 2 + 5
    canvas.rect("d-quote", start, 12, end - start, 16)
    canvas.path("d-quote-rand", f"M{number(start)} 11v18M{number(end)} 11v18")
    if before != after:
        canvas.line("d-rat-linie", x(before), 20, x(after), 20)
        canvas.circle("d-leer", x(before), 20, 6)
    canvas.circle("d-rat", x(after), 20, 6.5)
    return canvas.markup()
