"""What the page of the invitation draw shows: pictures and tables of a plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from buergerrat import charts
from buergerrat.charts.svg import Picture
from buergerrat.formats import number, percent
from buergerrat.sortition.models import InvitationDraw
from buergerrat.sortition.services.plan import Line, Plan
from buergerrat.sortition.strata import SEX_LABELS, Stratum, age_band_label, sort_strata


@dataclass(frozen=True)
class Figures:
    """Two pictures (by sex and age, by district) and the table of all strata."""

    people: int
    letters: int
    low: int
    high: int
    chance: int  # one in so many gets a letter
    strata: int
    by_age: Picture
    by_district: Picture | None
    groups: list[dict[str, Any]]


def figures(plan: Plan) -> Figures:
    people, letters = sum(plan.people.values()), sum(plan.letters.values())
    strata = sort_strata(plan.people)
    kinds = dict.fromkeys(_kind(s) for s in sorted(strata, key=_by_sex))
    ages = [plan.line(kind, [s for s in strata if _kind(s) == kind]) for kind in kinds]
    names = dict.fromkeys(s.district for s in strata if not s.is_small_group)
    districts = [
        plan.line(
            name or _("ohne Ortsteil"),
            [s for s in strata if s.district == name and not s.is_small_group],
        )
        for name in names
    ]
    small = [s for s in strata if s.is_small_group]
    if small:
        districts.append(plan.line(_("ganze Stadt"), small))
    return Figures(
        people=people,
        letters=letters,
        low=plan.expected.low,
        high=plan.expected.high,
        chance=round(people / letters) if letters else 0,
        strata=len(strata),
        by_age=_picture(ages, people, letters, _("Briefe nach Geschlecht und Alter")),
        by_district=_picture(districts, people, letters, _("Briefe nach Ortsteil"))
        if len(names) > 1
        else None,
        groups=_table(plan, strata),
    )


def _kind(stratum: Stratum) -> str:
    sex = SEX_LABELS[stratum.sex]
    return f"{sex}, {age_band_label(stratum.age_band)}" if stratum.age_band else sex


def _by_sex(stratum: Stratum) -> tuple[int, str]:
    return list(SEX_LABELS).index(stratum.sex), stratum.age_band


def _picture(lines: list[Line], people: int, letters: int, title: str) -> Picture:
    rows = [
        charts.Stratum(
            line.label,
            line.people / people if people else 0,
            line.letters,
            line.letters / letters if letters else 0,
            line.expected.mean,
        )
        for line in lines
    ]
    return charts.strata_bars(rows, title)


def _table(plan: Plan, strata: list[Stratum]) -> list[dict[str, Any]]:
    """Rows for `ui.table`, grouped by district; the small groups at the end."""
    rows: list[dict[str, Any]] = []
    district = None
    for stratum in strata:
        line = plan.line(stratum.label, [stratum])
        place = (
            _("ganze Stadt") if stratum.is_small_group else stratum.district or _("ohne Ortsteil")
        )
        if place != district:
            rows.append({"group": place})
            district = place
        rows.append(
            {
                "group": None,
                "class": "",
                "cells": [
                    _kind(stratum),
                    number(line.people),
                    percent(line.people / max(1, sum(plan.people.values()))),
                    number(line.letters),
                    f"{line.expected.low}–{line.expected.high}",
                ],
            }
        )
    rows.append({"group": _("zusammen")})
    rows.append({"group": None, "class": "", "cells": _sum(plan)})
    return rows


def _sum(plan: Plan) -> list[str]:
    people, letters = sum(plan.people.values()), sum(plan.letters.values())
    expected = f"{plan.expected.low}–{plan.expected.high}"
    return [_("alle Gruppen"), number(people), percent(1), number(letters), expected]


def drawn_rows(draw: InvitationDraw) -> list[list[str]]:
    """Per stratum: planned and drawn letters, of how many people."""
    return [
        [
            Stratum(row["sex"], row["age_band"], row["district"]).label,
            number(row["people"]),
            number(row["letters"]),
            number(row.get("drawn", 0)),
        ]
        for row in draw.letters
    ]
