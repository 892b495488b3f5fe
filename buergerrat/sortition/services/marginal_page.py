"""What the page of the population shows: each feature as a picture, its source, the fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from buergerrat.assemblies.models import Assembly
from buergerrat.charts import Picture, PopulationRow, population_rows
from buergerrat.formats import number, percent
from buergerrat.sortition.features import NOT_SAID, Feature
from buergerrat.sortition.models import Marginal
from buergerrat.sortition.services import marginals
from buergerrat.sortition.services import quotas as quota_service
from buergerrat.sortition.services.replies import pool_is_frozen

FROM_REGISTER = ("age_band", "sex", "district")


@dataclass(frozen=True)
class Entry:
    """One field of the form by hand."""

    value: str
    label: str
    text: str


@dataclass(frozen=True)
class Block:
    """One feature of the population. `origin`: register, given, or empty while nothing is known."""

    key: str
    label: str
    origin: str
    source: str
    note: str
    picture: Picture | None
    rows: list[list[str]]
    entries: list[Entry]
    source_typed: str
    year_typed: str

    @property
    def known(self) -> bool:
        return bool(self.origin)


@dataclass(frozen=True)
class Page:
    blocks: list[Block]
    people: int
    strata: int
    frozen: bool
    choices: list[tuple[str, str]]

    @property
    def missing(self) -> list[str]:
        return [block.label for block in self.blocks if not block.known]


def build(assembly: Assembly, typed: Mapping[str, str] | None = None, feature: str = "") -> Page:
    """`typed`: what the form of `feature` held when it could not be taken."""
    features = quota_service.features_of(assembly)
    given, register = marginals.of(assembly), quota_service.register_counts(assembly)
    shares, sources = quota_service.population(assembly), quota_service.sources(assembly)
    blocks = [
        _block(
            one,
            assembly.seats,
            given.get(one.key, []),
            shares.get(one.key, {}),
            register.get(one.key, {}),
            sources.get(one.key, ""),
            typed if typed is not None and feature == one.key else None,
        )
        for one in features
        if one.values
    ]
    return Page(
        blocks,
        sum(register["sex"].values()),
        len(marginals.strata_of(assembly)),
        pool_is_frozen(assembly),
        [("", _("in der Datei benannt")), *((f.key, f.label) for f in features)],
    )


def _block(
    feature: Feature,
    seats: int,
    rows: list[Marginal],
    shares: Mapping[str, float],
    counts: Mapping[str, int],
    source: str,
    typed: Mapping[str, str] | None,
) -> Block:
    people = {row.value: row.people for row in rows} if rows else dict(counts)
    labels = dict(feature.values)
    # A district that the sums know and the extract does not is shown too: it must not go unseen.
    values = [*feature.values, *((v, v) for v in shares if v not in labels)]
    seen = [v for v in values if v[0] in shares or v[0] not in (*feature.open_values, NOT_SAID)]
    table = [_row(label, people.get(v), shares.get(v), seats) for v, label in seen]
    drawn = [PopulationRow(label, shares.get(v), _said(shares.get(v), seats)) for v, label in seen]
    return Block(
        key=feature.key,
        label=feature.label,
        origin="given" if rows else "register" if shares else "",
        source=source,
        note=rows[0].note if rows else "",
        picture=population_rows(drawn, feature.label) if shares else None,
        rows=table,
        entries=[
            Entry(v, label, typed.get(v, "") if typed is not None else _text(v, rows))
            for v, label in feature.values
        ],
        source_typed=typed.get("source", "") if typed is not None else _first(rows, "source"),
        year_typed=typed.get("year", "") if typed is not None else _first(rows, "year"),
    )


def _row(label: str, people: int | None, share: float | None, seats: int) -> list[str]:
    if share is None:
        return [label, "–", "–", "–"]
    told = number(people) if people is not None else "–"
    return [label, told, percent(share), number(share * seats, 1)]


def _said(share: float | None, seats: int) -> str:
    if share is None:
        return str(_("nicht bekannt"))
    plain = {"share": percent(share), "seats": number(share * seats, 1)}
    return str(_("%(share)s · %(seats)s Plätze", **plain))


def _text(value: str, rows: list[Marginal]) -> str:
    row = next((row for row in rows if row.value == value), None)
    if row is None:
        return ""
    return str(row.people) if row.people is not None else number(100 * row.share, 1)


def _first(rows: list[Marginal], name: str) -> str:
    found: Any = getattr(rows[0], name) if rows else None
    return "" if found is None else str(found)
