"""Members in a half circle, and the way from the register to the panel as areas."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin, sqrt

from markupsafe import Markup

from buergerrat.charts.svg import Canvas

WIDTH, HEIGHT = 280.0, 152.0
CENTRE, GROUND = 140.0, 138.0


def _arcs(members: int) -> list[tuple[float, int]]:
    """Rows of the half circle as (radius, seats), seats in proportion to the length of the row."""
    rows = 1 if members < 8 else 2 if members < 20 else 3 if members < 40 else 4
    radii = [128 - 30 * row for row in range(rows)] if rows < 4 else [128, 106, 84, 62]
    seats = [round(members * radius / sum(radii)) for radius in radii]
    seats[0] += members - sum(seats)
    return list(zip(radii, seats, strict=True))


def hemicycle(members: int, word: str = "Mitglieder", title: str = "") -> Markup:
    """One filled dot per member and the number in the middle; for the dark ground of the hero."""
    canvas = Canvas(
        WIDTH,
        HEIGHT,
        title or f"{members} {word} im Halbkreis",
        css="br-bild br-bild--hero br-hemi",
    )
    size = 8.5 if members < 40 else 6.0
    for radius, seats in _arcs(members):
        for seat in range(seats):
            angle = pi * (seat / (seats - 1) if seats > 1 else 0.5)
            x, y = CENTRE - radius * cos(angle), GROUND - radius * sin(angle)
            canvas.circle("d-rat", x, y, size)
    canvas.text("d-mitte d-ziffer", CENTRE, 120, str(members))
    canvas.text("d-mitte d-wort", CENTRE, 142, word)
    return canvas.markup()


@dataclass(frozen=True)
class FunnelStep:
    """One stage: how many people, what they are, and a line that explains it."""

    count: int
    label: str
    note: str = ""


@dataclass(frozen=True)
class FunnelPicture:
    step: FunnelStep
    picture: Markup


def funnel(steps: Sequence[FunnelStep]) -> list[FunnelPicture]:
    """A circle per stage, its area in proportion to the people; the largest fills 180 pixels."""
    most = max((step.count for step in steps), default=0)
    pictures = []
    for step in steps:
        canvas = Canvas(180, 180, css="br-bild br-funnel__pic")
        if step.count > 0:
            radius = max(88 * sqrt(step.count / most), 1.5)
            canvas.circle("d-rat", 1 + radius, 179 - radius, radius)
        pictures.append(FunnelPicture(step, canvas.markup()))
    return pictures
