"""Pools to attack: read from a folder, or made from a town whose features hang together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from buergerrat.sortition.panels import Lottery, build
from buergerrat.sortition.pool import Person, Quota
from buergerrat.sortition.quotas import check

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
KNOWN = ("mass_24", "sf_c_44", "hd_30")
SHAPES = {"klein_24": (70, 5, 24, 0), "mittel_44": (161, 7, 44, 0), "breit_30": (239, 7, 30, 0),
          "haushalte_30": (239, 5, 30, 40)}  # fmt: skip
WIDTHS = (2, 4, 3, 4, 2, 5, 3)
TOWN = 17_000


@dataclass(frozen=True)
class Subject:
    """A pool with its lottery; `rows`: value numbers, people × features; `town`: who lives there."""

    name: str
    people: list[Person]
    quotas: list[Quota]
    seats: int
    features: tuple[str, ...]
    rows: Whole
    town: Whole
    lottery: Lottery

    @property
    def counts(self) -> Array:
        return np.array([self.lottery.counts[one.id] for one in self.people], dtype=float)

    @property
    def matrix(self) -> Array:
        """Lists × people, 1 where the person is on the list."""
        place = {one.id: column for column, one in enumerate(self.people)}
        found = np.zeros((len(self.lottery.panels), len(self.people)))
        for row, panel in enumerate(self.lottery.panels):
            found[row, [place[one] for one in panel]] = 1
        return found

    def cell(self, quota: Quota) -> tuple[int, int]:
        return self.features.index(quota.feature), int(quota.value.removeprefix("value"))


def subject(name: str, people: list[Person], quotas: list[Quota], town: Whole | None) -> Subject:
    seats = int(name.rsplit("_", 1)[1])
    features = tuple(dict.fromkeys(quota.feature for quota in quotas))
    rows = np.array([[int(p.features[f].removeprefix("value")) for f in features] for p in people])
    lottery = build(people, quotas, seats, b"rueckschluesse")
    return Subject(name, people, quotas, seats, features, rows, rows if town is None else town,
                   lottery)  # fmt: skip


def made(name: str) -> Subject:
    """A pool out of a made town whose features hang together; some answer more readily."""
    number, count, seats, couples = SHAPES[name]
    rng = np.random.default_rng(number + couples)
    milieu = rng.integers(0, 4, TOWN)
    columns, readiness = [], np.ones(TOWN)
    for width in WIDTHS[:count]:
        shares = rng.dirichlet(np.full(width, 6.0), size=4)
        drawn = (rng.random(TOWN)[:, None] > shares[milieu].cumsum(axis=1)).sum(axis=1)
        columns.append(np.minimum(drawn, width - 1))
        readiness *= rng.uniform(0.6, 1.6, width)[columns[-1]]
    town = np.array(columns).T
    chosen = rng.choice(TOWN, number, replace=False, p=readiness / readiness.sum())
    homes = [f"h{place // 2}" if place < 2 * couples else None for place in range(number)]
    features = [f"feature{place}" for place in range(count)]
    people = [
        Person(f"p{place:03}", {f: f"value{v}" for f, v in zip(features, town[row], strict=True)}, home)
        for place, (row, home) in enumerate(zip(chosen, homes, strict=True))
    ]  # fmt: skip
    quotas = []
    for place, feature in enumerate(features):
        for value in range(WIDTHS[place]):
            aim = round(seats * float((town[:, place] == value).mean()))
            here = int((town[chosen, place] == value).sum())
            quotas.append(Quota(feature, f"value{value}", min(max(0, aim - 1), here), aim + 1))
    answer = check(people, quotas, seats)
    return subject(name, people, list(answer.changed), town)
