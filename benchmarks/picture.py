"""How time grows, as one SVG that stands on its own."""

from __future__ import annotations

from collections.abc import Sequence

from table import seconds, whole

from buergerrat.charts.svg import FONT_OF_PRINT, TOWN_DATA_COLOUR, Canvas, number

TITLE = "Zeit für 1.000 Listen nach Größe des Lostopfs"
ROOM = 56  # pixels that the words of a point need
STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500)


def growth_picture(points: Sequence[tuple[int, float]]) -> str:
    """Draw (people, seconds) with both axes from zero; at least one point."""
    canvas = Canvas(760, 380, standalone=True)
    left, right, ground, ceiling = 64.0, 700.0, 330.0, 56.0
    widest, longest = max(people for people, _ in points), max(time for _, time in points)
    step = next((step for step in STEPS if longest / step <= 5), longest / 5)

    def x(people: float) -> float:
        return left + (right - left) * people / widest

    def y(time: float) -> float:
        return ground - (ground - ceiling) * time / longest

    canvas.parts.append('<rect width="760" height="380" fill="#FFFFFF"/>')
    canvas.text("d-name", left, 24, f"{TITLE} (Sekunden)")
    for line in range(int(longest / step) + 1):
        at = line * step
        canvas.line("d-gitter" if line else "d-achse", left, y(at), right, y(at))
        canvas.text("d-dazu d-rechts", left - 8, y(at) + 5, f"{at:g}".replace(".", ","))
    path = "L".join(f"{number(x(people))} {number(y(time))}" for people, time in points)
    canvas.parts.append(
        f'<path fill="none" stroke="{TOWN_DATA_COLOUR}" stroke-width="2.5" d="M{path}"/>'
    )
    following = [*(x(people) for people, _ in points[1:]), canvas.width * 2]
    for (people, time), after in zip(points, following, strict=True):
        canvas.circle("d-rat", x(people), y(time), 5)
        if after - x(people) > ROOM:  # the table has them all
            canvas.text("d-dazu d-mitte", x(people), ground + 24, whole(people))
            canvas.text("d-zahl d-rechts", x(people) - 8, y(time) - 10, seconds(time))
    canvas.text("d-dazu d-rechts", right, ground + 44, "Personen im Lostopf")
    svg = str(canvas.markup()).replace(f'"{FONT_OF_PRINT}"', f'"{FONT_OF_PRINT}, sans-serif"')
    said = "; ".join(f"{whole(people)} Personen {seconds(time)}" for people, time in points)
    head, body = svg.split(">", 1)
    return f'{head} role="img"><title>{TITLE}</title><desc>{said}</desc>{body}\n'
