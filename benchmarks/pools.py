"""Pools to measure with: folders in the field's format, and made ones of the same shapes.

A pool is a folder NAME_SEATS with categories.csv (feature,value,min,max) and respondents.csv
(id and one column per feature).
"""

from __future__ import annotations

import csv
import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from buergerrat.sortition.feasibility import Feasible
from buergerrat.sortition.pool import Person, Quota, make_pool
from buergerrat.sortition.quotas import check

VALUES = (2, 4, 3, 4, 2, 5, 3, 6)  # values of the first, second … feature
SHAPES = {  # people, features; the seats are in the name
    "mass_24": (70, 5),
    "sf_c_44": (161, 7),
    "example_small_20": (200, 2),
    "hd_30": (239, 7),
    "sf_b_20": (250, 6),
    "sf_a_35": (312, 6),
    "obf_30": (321, 8),
    "nexus_170": (342, 5),
    "sf_d_40": (404, 6),
    "cca_75": (825, 4),
    "sf_e_110": (1727, 7),
    "example_large_200": (2000, 2),
}
GROWTH = (500, 1_000, 2_000, 5_000, 10_000)
GROWTH_SEATS, GROWTH_FEATURES = 100, 7
START = 20_350_601  # of the made pools; any number would do, it only has to stay


@dataclass(frozen=True)
class Source:
    """A pool on disk."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def seats(self) -> int:
        return int(self.name.rsplit("_", 1)[1])


def found_in(folder: Path) -> list[Source]:
    """Return the pools of a folder, the one with the shortest list of people first."""
    pools = [
        Source(inside)
        for inside in folder.iterdir()
        if re.fullmatch(r".+_[1-9][0-9]*", inside.name)
        and (inside / "categories.csv").is_file()
        and (inside / "respondents.csv").is_file()
    ]
    return sorted(pools, key=lambda pool: ((pool.folder / "respondents.csv").stat().st_size, pool))


def read(folder: Path) -> tuple[list[Person], list[Quota]]:
    """Return people and quotas of a pool; raises KeyError or ValueError for other formats."""
    with (folder / "categories.csv").open(encoding="utf-8-sig", newline="") as file:
        quotas = [
            Quota(row["feature"], row["value"], int(row["min"]), int(row["max"]))
            for row in csv.DictReader(file)
        ]
    features = {quota.feature for quota in quotas}
    with (folder / "respondents.csv").open(encoding="utf-8-sig", newline="") as file:
        people = [
            Person(row["id"], {name: row[name] for name in features})
            for row in csv.DictReader(file)
        ]
    return people, quotas


def made(people: int, seats: int, features: int) -> tuple[list[Person], list[Quota]]:
    """Return a pool in which some groups answered more readily than others.

    The quotas follow the population and are about 5 % of the seats wide, as organisers write
    them; where that leaves no panel, they are widened by the smallest change that does.
    """
    random_ = random.Random(f"{START} {people} {seats} {features}")
    population: dict[str, list[float]] = {}
    for place in range(features):
        weights = [random_.uniform(0.6, 1.4) for _ in range(VALUES[place % len(VALUES)])]
        population[f"feature{place}"] = [weight / sum(weights) for weight in weights]
    answering = {
        name: [share * random_.uniform(0.6, 1.6) for share in shares]
        for name, shares in population.items()
    }
    pool = [
        Person(
            f"p{number}",
            {
                name: f"value{random_.choices(range(len(weights)), weights)[0]}"
                for name, weights in answering.items()
            },
        )
        for number in range(people)
    ]
    quotas = _quotas(pool, population, seats)
    if not Feasible(make_pool(pool, quotas, seats)).possible():
        quotas = list(check(pool, quotas, seats).changed)
    return pool, quotas


def _quotas(pool: Sequence[Person], population: dict[str, list[float]], seats: int) -> list[Quota]:
    counts = Counter(item for person in pool for item in person.features.items())
    half = max(1, round(seats * 0.025))
    quotas = []
    for name, shares in population.items():
        for number, share in enumerate(shares):
            value, wanted = f"value{number}", round(share * seats)
            low = min(max(0, wanted - half), counts[name, value])
            quotas.append(Quota(name, value, low, wanted + half))
    return quotas


def write(folder: Path, people: Sequence[Person], quotas: Sequence[Quota]) -> Source:
    """Write a pool into a folder NAME_SEATS and return it."""
    folder.mkdir(parents=True)
    with (folder / "categories.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("feature", "value", "min", "max"))
        rows.writerows((q.feature, q.value, q.min, q.max) for q in quotas)
    features = list(dict.fromkeys(quota.feature for quota in quotas))
    with (folder / "respondents.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("id", *features))
        rows.writerows((p.id, *(p.features[name] for name in features)) for p in people)
    return Source(folder)


def write_shapes(folder: Path, names: Sequence[str]) -> list[Source]:
    """Make the pools of these names (all twelve where none is given)."""
    written = []
    for name in names or SHAPES:
        people, features = SHAPES[name]
        seats = Source(folder / name).seats
        written.append(write(folder / name, *made(people, seats, features)))
    return written
