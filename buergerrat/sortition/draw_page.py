"""What the page of the invitation draw shows: the plan group by group, beside the seats to fill."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from markupsafe import Markup

from buergerrat.charts import ExpectationMark, expectation_row, quota_axis
from buergerrat.formats import number
from buergerrat.sortition.features import sex_value
from buergerrat.sortition.models import InvitationDraw
from buergerrat.sortition.services.chart_words import words
from buergerrat.sortition.services.plan import Line, Plan
from buergerrat.sortition.services.plan_needs import Needs
from buergerrat.sortition.strata import SEX_LABELS, Stratum, age_band_label, sort_strata

OPEN_AT_ONCE = 40
"""Strata up to which the detail of every district lies open under one fold."""


@dataclass(frozen=True)
class Group:
    """One group of the plan. `needed`: its seats; state: ok, tight or short, empty if unknown."""

    line: Line
    share: float
    letters_share: float
    needed: int | None
    state: str
    picture: Markup


@dataclass(frozen=True)
class Table:
    key: str
    label: str
    groups: list[Group]
    axis: Markup


@dataclass(frozen=True)
class District:
    """The strata of one district for the detail."""

    label: str
    letters: int
    rows: list[list[str]]


@dataclass(frozen=True)
class Figures:
    people: int
    population: int
    letters: int
    low: int
    mean: int
    high: int
    one_in: int
    strata: int
    top: int
    tables: list[Table]
    districts: list[District]
    sampled: bool  # the extract is a sample: shares come from a table of sums

    @property
    def groups(self) -> list[Group]:
        return [group for table in self.tables for group in table.groups]

    def labels(self, state: str) -> list[str]:
        return [group.line.label for group in self.groups if group.state == state]


def figures(plan: Plan, needs: Needs) -> Figures:
    strata = sort_strata(plan.people)
    parts = _parts(plan, strata)
    found = [(key, label, lines) for key, label, lines in parts if len(lines) > 1]
    everyone = plan.line("", strata)
    marks = [line for _key, _label, lines in found for _value, line in lines]
    seats = [n for key, _l, lines in found for v, _ in lines if (n := needs.of(key, v))]
    highest = max([4, *(line.expected.high for line in marks), *seats])
    top = highest + (-highest) % 4
    tables = [
        Table(
            key,
            label,
            [_group(line, everyone, needs.of(key, value), top) for value, line in lines],
            quota_axis(top),
        )
        for key, label, lines in found
    ]
    return Figures(
        people=everyone.people,
        population=round(everyone.population),
        letters=everyone.letters,
        low=everyone.expected.low,
        mean=round(everyone.expected.mean),
        high=everyone.expected.high,
        one_in=everyone.one_in or 0,
        strata=len(strata),
        top=top,
        tables=tables,
        districts=_districts(plan, strata),
        sampled=everyone.people != round(everyone.population),
    )


Part = tuple[str, str, list[tuple[str, Line]]]


def _parts(plan: Plan, strata: Sequence[Stratum]) -> list[Part]:
    """By age band, by sex, by district: (feature, its label, values with their lines)."""

    def lines(
        value: Callable[[Stratum], str], label: Callable[[str], str]
    ) -> list[tuple[str, Line]]:
        keys = dict.fromkeys(value(s) for s in strata if value(s))
        return [(k, plan.line(label(k), [s for s in strata if value(s) == k])) for k in keys]

    ages = lines(lambda s: s.age_band, age_band_label)
    sexes = lines(lambda s: sex_value(s.sex), _sex_label)
    return [
        ("age_band", _("Altersgruppe"), sorted(ages, key=lambda one: _low(one[0]))),
        ("sex", _("Geschlecht"), sexes),
        ("district", _("Ortsteil"), lines(lambda s: s.district, str)),
    ]


def _low(band: str) -> int:
    return int(band.rstrip("+").partition("-")[0])


def _sex_label(value: str) -> str:
    return _("divers, ohne Angabe") if value == "diverse" else SEX_LABELS[value]


def _group(line: Line, everyone: Line, needed: int | None, top: int) -> Group:
    expected = line.expected
    state = ""
    if needed:
        state = "ok" if expected.low >= needed else "tight" if expected.mean >= needed else "short"
    mark = ExpectationMark(
        line.label, expected.low, expected.mean, expected.high, needed or None, state == "short"
    )
    return Group(
        line,
        line.population / everyone.population if everyone.population else 0,
        line.letters / everyone.letters if everyone.letters else 0,
        needed,
        state,
        expectation_row(mark, top, words()),
    )


def _districts(plan: Plan, strata: Sequence[Stratum]) -> list[District]:
    """All strata, grouped by district; the small groups over the whole town at the end."""
    by_place: dict[str, list[Stratum]] = {}
    for stratum in strata:
        place = _("ganzer Ort") if stratum.is_small_group else stratum.district
        by_place.setdefault(place or _("alle Gruppen"), []).append(stratum)
    return [
        District(
            place,
            sum(plan.letters.get(s, 0) for s in some),
            [_row(plan.line(_kind(s), [s])) for s in some],
        )
        for place, some in by_place.items()
    ]


def _kind(stratum: Stratum) -> str:
    sex = SEX_LABELS.get(stratum.sex, _("alle"))
    return f"{sex}, {age_band_label(stratum.age_band)}" if stratum.age_band else sex


def _row(line: Line) -> list[str]:
    return [
        line.label,
        number(line.population),
        number(line.letters),
        chance(line.one_in),
        f"{number(line.expected.low)}–{number(line.expected.high)}",
    ]


def chance(one_in: int | None) -> str:
    return "–" if one_in is None else _("1 zu %(n)s", n=number(one_in))


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


def names(labels: Iterable[str]) -> str:
    """`A, B und C`; the rest is counted from the sixth on."""
    every = list(labels)
    if len(every) > 5:
        some = ", ".join(every[:5])
        return str(_("%(names)s und %(n)s weitere", names=some, n=len(every) - 5))
    return str(_(" und ")).join(filter(None, [", ".join(every[:-1]), *every[-1:]]))
