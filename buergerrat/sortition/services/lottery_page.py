"""What the lottery's page shows: chances as pictures, rehearsals side by side. No names anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

from flask_babel import gettext as _
from markupsafe import Markup

from buergerrat.assemblies.models import Assembly
from buergerrat.charts import Picture, Words, chance_axis, chance_row, chance_staircase
from buergerrat.sortition.commitment import SeedKind
from buergerrat.sortition.models import PanelDraw
from buergerrat.sortition.panels import label
from buergerrat.sortition.services import lottery
from buergerrat.sortition.services.chart_words import words


@dataclass(frozen=True)
class ChanceLine:
    """Chances of the people with one value, 0–1; `middle`: the median."""

    label: str
    people: int
    low: float
    middle: float
    high: float
    picture: Markup


@dataclass(frozen=True)
class Figures:
    """Chances 0–1, of those who can be drawn. `best`: the smallest chance that whole lists allow
    at all. `everywhere`: how many people are on every list. `excluded`: Losnummern on none."""

    people: int
    panels: int
    first: str
    last: str
    lowest: float
    highest: float
    mean: float
    bound: float
    best: float
    deviation: float
    attained: bool
    everywhere: int
    excluded: list[str]
    accepted: bool
    distinct: int
    staircase: Picture
    steps: list[tuple[str, int]]
    groups: list[tuple[str, list[ChanceLine]]]
    axis: Markup


def figures(draw: PanelDraw) -> Figures:
    """Everything about chances, from the stored counts."""
    result, said = draw.result, words()
    total = lottery.panels_of(draw)
    counts: Mapping[str, int] = result["counts"]
    excluded = set(result["excluded"])
    chances = {one: count / total for one, count in counts.items()}
    inside = sorted(c for one, c in chances.items() if one not in excluded)
    bound = float(Fraction(result["bound"]))
    return Figures(
        people=len(chances),
        panels=total,
        first=label(0, total),
        last=label(total - 1, total),
        lowest=inside[0],
        highest=inside[-1],
        mean=sum(chances.values()) / len(chances),
        bound=bound,
        best=min(c for one, c in result["target"].items() if one not in excluded),
        deviation=float(Fraction(result["deviation"])),
        attained=result["attained"],
        everywhere=sum(1 for c in inside if c == 1),
        excluded=sorted(excluded),
        accepted=bool(draw.frozen.get("excluded_accepted")),
        distinct=result["distinct"],
        staircase=chance_staircase(inside, bound, words=said),
        steps=_steps(inside, said),
        groups=_groups(draw, chances, excluded, said),
        axis=chance_axis(said),
    )


def _steps(chances: Sequence[float], said: Words) -> list[tuple[str, int]]:
    """How many people share about the same chance, in whole per cent."""
    steps: dict[int, int] = {}
    for chance in chances:
        steps[round(100 * chance)] = steps.get(round(100 * chance), 0) + 1
    return [(said.percent(percent / 100, 0), people) for percent, people in steps.items()]


def _groups(
    draw: PanelDraw, chances: Mapping[str, float], excluded: set[str], said: Words
) -> list[tuple[str, list[ChanceLine]]]:
    if draw.pool_sealed is None:  # deleted on time: features are gone, the counts stay
        return []
    having: dict[tuple[str, str], list[float]] = {}
    for entrant in lottery.entrants_of(draw):
        if entrant.number not in excluded:
            for item in entrant.features.items():
                having.setdefault(item, []).append(chances[entrant.number])
    groups: dict[str, list[ChanceLine]] = {}
    for quota in lottery.quotas_of(draw):
        found = having.get((quota.feature, quota.value))
        if found:
            low, middle, high = min(found), median(found), max(found)
            picture = chance_row(quota.value, low, middle, high, said)
            line = ChanceLine(quota.value, len(found), low, middle, high, picture)
            groups.setdefault(quota.feature, []).append(line)
    return list(groups.items())


def how_it_is_picked(draw: PanelDraw, assembly: Assembly) -> str:
    """Who picks the list and how, as announced when Lostopf and quotas were frozen."""
    pick = lottery.commitment_of(draw).pick
    if pick.kind is not SeedKind.DIGITS:
        return str(
            _("Die Liste ergibt sich aus der angekündigten Quelle: %(event)s.", event=pick.event)
        )
    town = assembly.municipality
    words_of = {2: _("zwei"), 3: _("drei"), 4: _("vier")}
    return str(
        _(
            "%(title)s %(mayor)s zieht nacheinander %(count)s Ziffern.",
            title=town.mayor_title,
            mayor=town.mayor,
            count=words_of[lottery.places(lottery.panels_of(draw))],
        )
    )


@dataclass(frozen=True)
class Rehearsed:
    """One rehearsal beside the others; chances 0–1, None while its lists are not built."""

    draw: PanelDraw
    panels: int
    people: int
    lowest: float | None
    bound: float | None
    deviation: float | None
    excluded: int


def rehearsed(assembly: Assembly) -> list[Rehearsed]:
    return [_rehearsed(draw) for draw in lottery.rehearsals(assembly)]


def _rehearsed(draw: PanelDraw) -> Rehearsed:
    fixed, result = lottery.commitment_of(draw), draw.result
    if not result:
        return Rehearsed(draw, fixed.panels, fixed.people, None, None, None, 0)
    excluded = set(result["excluded"])
    lowest = min(count for one, count in result["counts"].items() if one not in excluded)
    return Rehearsed(
        draw,
        fixed.panels,
        fixed.people,
        lowest / fixed.panels,
        float(Fraction(result["bound"])),
        float(Fraction(result["deviation"])),
        len(excluded),
    )
