"""The lists as a table to search, and one list against its quotas. No names anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from buergerrat.charts import QuotaMark, quota_axis, quota_row
from buergerrat.sortition.models import PanelDraw
from buergerrat.sortition.panels import composition, label
from buergerrat.sortition.services import lottery
from buergerrat.sortition.services.chart_words import words

PAGE = 50


@dataclass(frozen=True)
class ListRow:
    number: str
    losnummern: list[str]
    drawn: bool


def lists(
    draw: PanelDraw, losnummer: str = "", page: int = 1, size: int = PAGE
) -> tuple[list[ListRow], int]:
    """One page of the lists, all or only those with a Losnummer, and how many there are."""
    lines = list(enumerate(lottery.panel_lines(draw)))
    if losnummer:
        lines = [(n, line) for n, line in lines if f" {losnummer} " in f" {line} "]
    start, panels = (page - 1) * size, lottery.panels_of(draw)
    rows = [_row(draw, n, line, panels) for n, line in lines[start : start + size]]
    return rows, len(lines)


def _row(draw: PanelDraw, number: int, line: str, panels: int) -> ListRow:
    shown = label(number, panels)
    return ListRow(shown, line.split(" "), draw.state == "picked" and draw.digits == shown)


def losnummer_as_written(draw: PanelDraw, typed: str) -> str:
    """ "42" → "042"; what is no Losnummer of this Lostopf stays as it was typed."""
    width = max((len(one) for one in draw.result["counts"]), default=0)
    typed = typed.strip()
    return typed.zfill(width) if typed.isascii() and typed.isdigit() else typed


def list_number(draw: PanelDraw, typed: str) -> str | None:
    """The number of a list as it is written, or None when there is no such list."""
    typed, panels = typed.strip(), lottery.panels_of(draw)
    if not (typed.isascii() and typed.isdigit()) or len(typed) > len(label(panels - 1, panels)):
        return None
    return label(int(typed), panels) if int(typed) < panels else None


@dataclass(frozen=True)
class Composed:
    """One quota of a list: seats on it, within the quota or not, population in seats."""

    value: str
    share: float | None
    population: float | None
    pool: int
    min: int
    max: int
    seats: int
    picture: Markup

    @property
    def kept(self) -> bool:
        return self.min <= self.seats <= self.max


@dataclass(frozen=True)
class OneList:
    number: str
    losnummern: list[str]
    drawn: bool
    features: list[tuple[str, list[Composed]]]  # empty once the features are deleted
    axis: Markup
    same: int  # lists with the same people, itself included
    before: str | None
    after: str | None


def one_list(draw: PanelDraw, shown: str) -> OneList:
    lines, panels = lottery.panel_lines(draw), lottery.panels_of(draw)
    number = int(shown)
    row = _row(draw, number, lines[number], panels)
    features, axis = _features(draw, row.losnummern)
    return OneList(
        number=shown,
        losnummern=row.losnummern,
        drawn=row.drawn,
        features=features,
        axis=axis,
        same=lines.count(lines[number]),
        before=label(number - 1, panels) if number else None,
        after=label(number + 1, panels) if number + 1 < panels else None,
    )


def _features(draw: PanelDraw, ids: list[str]) -> tuple[list[tuple[str, list[Composed]]], Markup]:
    if draw.pool_sealed is None:  # deleted on time
        return [], Markup("")
    quotas = lottery.quotas_of(draw)
    people = [one.person() for one in lottery.entrants_of(draw)]
    seats = composition(people, quotas, ids)
    frozen: dict[str, Any] = draw.frozen
    ends = [q.max for q in quotas if q.max <= len(ids)]
    top = max([4, *ends, *seats])
    top += -top % 4
    made: dict[str, list[Composed]] = {}
    said = words()
    for quota, share, pool, count in zip(
        quotas, frozen["population"], frozen["pool_counts"], seats, strict=True
    ):
        population = None if share is None else share * len(ids)
        in_seats = pool * len(ids) / len(people)
        mark = QuotaMark(quota.value, population, in_seats, quota.min, quota.max, None, seats=count)
        row = Composed(
            quota.value,
            share,
            population,
            pool,
            quota.min,
            quota.max,
            count,
            quota_row(mark, top, said),
        )
        made.setdefault(quota.feature, []).append(row)
    return list(made.items()), quota_axis(top)
