"""What the page of the municipality draw shows: cells, chances, towns; for the public page too."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _

from buergerrat.charts.municipalities import Field, Row, Spread, chance_spreads, places_grid, said
from buergerrat.charts.svg import Picture
from buergerrat.formats import number
from buergerrat.sortition.models import MunicipalityDraw
from buergerrat.sortition.municipalities import Cell, Chance, Plan, Town, cells, chances, size_class

MOST_ROWS = 20  # regions in the picture; the table has all


@dataclass(frozen=True)
class Figures:
    """The plan in numbers; chances are those of one person."""

    towns: int
    people: int
    places: int
    letters: int
    mean: str
    grid: Picture
    cells: list[list[Any]]
    spreads: Picture
    spread_rows: list[list[Any]]
    short: int  # letters that no town may take
    without: int  # people in cells without a place


def class_names(bounds: Sequence[int]) -> list[str]:
    """`unter 5.000`, `5.000 bis 19.999`, …, `ab 80.000`."""
    if not bounds:
        return [_("alle Größen")]
    between = [f"{number(low)} – {number(high - 1)}" for low, high in itertools.pairwise(bounds)]
    return [
        _("unter %(bound)s", bound=number(bounds[0])),
        *between,
        _("ab %(bound)s", bound=number(bounds[-1])),
    ]


def figures(towns: Sequence[Town], plan: Plan) -> Figures:
    """Raises DrawError for a plan that cannot be met."""
    made = cells(towns, plan)
    people = sum(cell.people for cell in made)
    words = class_names(plan.bounds)
    rows = [
        [
            f"{cell.region or '–'}, {words[cell.size]}",
            number(sum(len(unit.towns) for unit in cell.units)),
            number(cell.people),
            cell.places,
        ]
        for cell in made
    ]
    spreads, letters = _spreads(towns, plan, words)
    return Figures(
        towns=len(towns),
        people=people,
        places=plan.places,
        letters=plan.places * plan.letters,
        mean=number(round(people / (plan.places * plan.letters))),
        grid=places_grid(words, _rows(made, people, len(words)), _("Plätze nach Region und Größe")),
        cells=rows,
        spreads=chance_spreads(spreads, _("Chance auf einen Brief nach Größe der Gemeinde")),
        spread_rows=[[row.label, said(row), _one_in(row.mean)] for row in spreads],
        short=round(plan.places * plan.letters - letters),
        without=sum(cell.people for cell in made if not cell.places),
    )


def _one_in(chance: Fraction) -> str:
    return _odds(round(1 / chance) if chance else 0)


def _rows(made: Sequence[Cell], people: int, classes: int) -> list[Row]:
    """The regions with most people, in their order; the others as one."""
    totals: dict[str, int] = {}
    for cell in made:
        totals[cell.region] = totals.get(cell.region, 0) + cell.people
    largest = sorted(totals, key=lambda region: -totals[region])[:MOST_ROWS]
    rows = []
    for region in sorted(largest):
        found = {cell.size: cell for cell in made if cell.region == region}
        fields = [
            Field(found[n].people, found[n].people / people, found[n].places)
            if n in found
            else None
            for n in range(classes)
        ]
        rows.append(Row(region or _("alle"), tuple(fields)))
    return rows


def _spreads(
    towns: Sequence[Town], plan: Plan, words: Sequence[str]
) -> tuple[list[Spread], Fraction]:
    """Per size class the chances of a letter, and the letters sent in the mean."""
    groups: dict[int, list[Chance]] = {}
    for one in chances(towns, plan):
        groups.setdefault(size_class(one.town.people, plan.bounds), []).append(one)
    found, letters = [], Fraction(0)
    for size in sorted(groups):
        rows = groups[size]
        sent = _sent(rows)
        letters += sent
        people = sum(one.town.people for one in rows)
        found.append(
            Spread(
                words[size],
                min(one.letter for one in rows),
                sent / people,
                max(one.letter for one in rows),
            )
        )
    return found, letters


def _sent(rows: Sequence[Chance]) -> Fraction:
    """Letters in the mean; first by cell, where all fractions have one denominator."""
    by_cell: dict[str, Fraction] = {}
    for one in rows:
        letters = one.letter * one.town.people
        by_cell[one.cell] = by_cell.get(one.cell, Fraction(0)) + letters
    return sum(by_cell.values(), Fraction(0))


@dataclass(frozen=True)
class TownRow:
    """A town that takes part or refused. state: in | refused | came."""

    ags: str
    name: str
    region: str
    size: str
    people: int
    letters: int
    chance: str
    state: str
    reason: str = ""
    came: str = ""


def town_rows(row: MunicipalityDraw) -> list[TownRow]:
    """All towns that were drawn or came in, in the order of the record."""
    bounds, known = row.plan["bounds"], row.result["known"]
    words = class_names(bounds)
    refused = {refusal["ags"]: refusal for refusal in row.result["refusals"]}
    came = [one for refusal in row.result["refusals"] for one in refusal["came"]]
    rows = []
    for state, shares in (("in", row.result["towns"]), ("came", came)):
        for share in shares:
            town, refusal = known[share["ags"]], refused.get(share["ags"])
            names = [known[one["ags"]]["name"] for one in refusal["came"]] if refusal else []
            rows.append(
                TownRow(
                    share["ags"],
                    town["name"],
                    town["region"],
                    words[size_class(town["people"], bounds)],
                    town["people"],
                    share["letters"],
                    _odds(town["odds"]),
                    "refused" if refusal else state,
                    refusal["reason"] if refusal else "",
                    ", ".join(names),
                )
            )
    return rows


def _odds(count: int) -> str:
    return str(_("1 von %(n)s", n=number(count)) if count else _("niemand"))


def spare_rows(row: MunicipalityDraw) -> list[list[Any]]:
    """Per cell the next towns in order, without those that came in already."""
    known, words = row.result["known"], class_names(row.plan["bounds"])
    gone = {one["ags"] for refusal in row.result["refusals"] for one in refusal["came"]}
    rows = []
    for cell, groups in row.result["spare"].items():
        size, region = cell.split("/", 1)
        left = [
            " + ".join(known[key]["name"] for key in group)
            for group in groups
            if group[0] not in gone
        ]
        rows.append([f"{region or '–'}, {words[int(size)]}", ", ".join(left) or "–"])
    return rows


def public_part(row: MunicipalityDraw | None) -> dict[str, Any] | None:
    """For the assembly's public page, from the commitment on; None before."""
    if row is None or row.committed_at is None:
        return None
    rows = town_rows(row) if row.state == "drawn" else []
    names = [one.name for one in rows if one.state != "refused"]
    return {"draw": row, "rows": rows, "names": names, "taking_part": len(names)}
