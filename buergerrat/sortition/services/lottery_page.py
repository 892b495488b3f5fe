"""What the lottery's pages show: chances as pictures, lists, composition. No names anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

from markupsafe import Markup

from buergerrat.charts import (
    CompositionRow,
    Picture,
    chance_axis,
    chance_row,
    chance_staircase,
    hall_row,
)
from buergerrat.sortition.models import PanelDraw
from buergerrat.sortition.services import lottery


@dataclass(frozen=True)
class ChanceLine:
    label: str
    people: int
    low: float
    mean: float
    high: float
    picture: Markup


@dataclass(frozen=True)
class Figures:
    """Chances 0–1. `everywhere`: how many people are on every list."""

    people: int
    panels: int
    lowest: float
    highest: float
    mean: float
    bound: float
    deviation: float
    attained: bool
    everywhere: int
    excluded: int
    distinct: int
    staircase: Picture
    steps: list[tuple[str, int]]
    groups: list[tuple[str, list[ChanceLine]]]
    axis: Markup


def figures(draw: PanelDraw) -> Figures:
    """Everything about chances, from the stored counts."""
    result = draw.result
    total = draw.panels.count("\n") + 1
    counts: Mapping[str, int] = result["counts"]
    excluded = set(result["excluded"])
    chances = {one: count / total for one, count in counts.items()}
    inside = [c for one, c in chances.items() if one not in excluded]
    bound = float(Fraction(result["bound"]))
    return Figures(
        people=len(chances),
        panels=total,
        lowest=min(inside),
        highest=max(inside),
        mean=sum(chances.values()) / len(chances),
        bound=bound,
        deviation=float(Fraction(result["deviation"])),
        attained=result["attained"],
        everywhere=sum(1 for c in inside if c == 1),
        excluded=len(excluded),
        distinct=result["distinct"],
        staircase=chance_staircase(sorted(inside), bound),
        steps=_steps(inside),
        groups=_groups(draw, chances, excluded),
        axis=chance_axis(),
    )


def _steps(chances: Sequence[float]) -> list[tuple[str, int]]:
    """How many people share about the same chance, in whole per cent."""
    steps: dict[int, int] = {}
    for chance in sorted(chances):
        steps[round(100 * chance)] = steps.get(round(100 * chance), 0) + 1
    return [(f"{percent}\u00a0%", people) for percent, people in steps.items()]


def _groups(
    draw: PanelDraw, chances: Mapping[str, float], excluded: set[str]
) -> list[tuple[str, list[ChanceLine]]]:
    if draw.pool_sealed is None:  # deleted on time: features are gone, the counts stay
        return []
    entrants = [e for e in lottery.entrants_of(draw) if e.number not in excluded]
    groups: dict[str, list[ChanceLine]] = {}
    for quota in lottery.quotas_of(draw):
        having = [
            chances[e.number] for e in entrants if e.features.get(quota.feature) == quota.value
        ]
        if having:
            low, high = min(having), max(having)
            mean = sum(having) / len(having)
            picture = chance_row(quota.value, low, mean, high)
            line = ChanceLine(quota.value, len(having), low, mean, high, picture)
            groups.setdefault(quota.feature, []).append(line)
    return list(groups.items())


@dataclass(frozen=True)
class ListRow:
    number: str
    losnummern: list[str]
    drawn: bool


def lists(
    draw: PanelDraw, losnummer: str = "", page: int = 1, size: int = 50
) -> tuple[list[ListRow], int]:
    """One page of the lists, all or only those with a Losnummer, and how many there are."""
    rows = [
        ListRow(
            f"{number:03d}", line.split(" "), draw.state == "picked" and number == _picked(draw)
        )
        for number, line in enumerate(lottery.panel_lines(draw))
    ]
    if losnummer:
        rows = [row for row in rows if losnummer in row.losnummern]
    start = (page - 1) * size
    return rows[start : start + size], len(rows)


def _picked(draw: PanelDraw) -> int:
    return int(draw.digits) if len(draw.digits) == 3 else -1


def hall(draw: PanelDraw) -> list[tuple[str, list[tuple[dict[str, Any], Markup]]]]:
    """The drawn panel's composition by feature, for the projector."""
    features: dict[str, list[tuple[dict[str, Any], Markup]]] = {}
    rows = draw.result.get("composition", [])
    seats = len(draw.result.get("panel", ()))
    most = max((ceil(max(r["seats"], (r["population"] or 0) * seats)) for r in rows), default=1)
    for row in rows:
        if row["seats"] == 0 and not row["population"]:
            continue
        in_seats = (row["population"] or 0.0) * seats
        shown = CompositionRow(row["value"], row["seats"], in_seats)
        features.setdefault(row["feature"], []).append((row, hall_row(shown, most)))
    return list(features.items())


def range_left(digits: str) -> tuple[int, str, str]:
    """After the digits drawn so far: how many lists are left, the first and the last."""
    left = 10 ** (3 - len(digits))
    first = int(digits or "0") * left
    return left, f"{first:03d}", f"{first + left - 1:03d}"
