"""The pool as the lottery sees it: quotas, people, and classes of people who are alike.

Two people are alike when they count in the same quotas and live with people who do. A fair
lottery gives people who are alike equal chances, so it is enough to compute with classes.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .solver import Array, Program

Panel = NDArray[np.int64]  # seats per class
TypeKey = tuple[int, ...]  # the quota rows a person counts in


@dataclass(frozen=True)
class Quota:
    """At least `min` and at most `max` seats for people with this value of a feature."""

    feature: str
    value: str
    min: int
    max: int

    @property
    def name(self) -> str:
        """As a person reads it, such as "Ortsteil: Weinberg"."""
        return f"{self.feature}: {self.value}"


@dataclass(frozen=True)
class Person:
    """Somebody in the pool; a person without household lives alone."""

    id: str
    features: Mapping[str, str]
    household: str | None = None


@dataclass(frozen=True)
class HouseholdClass:
    """People who are alike: ids sorted; `group` says which kind of household they live in."""

    key: TypeKey
    group: int
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Pool:
    """Classes, kinds of household and quota rows of a pool.

    `group_sizes`: how many households of each kind there are; each gives at most one seat.
    `incidence`: quotas × classes, 1 where the class counts in the quota.
    """

    classes: tuple[HouseholdClass, ...]
    group_sizes: tuple[int, ...]
    quotas: tuple[Quota, ...]
    seats: int
    incidence: NDArray[np.int64]
    households: Mapping[str, str]

    @property
    def sizes(self) -> NDArray[np.int64]:
        """People per class."""
        return np.array([len(item.ids) for item in self.classes], dtype=np.int64)

    @property
    def caps(self) -> NDArray[np.int64]:
        """Most seats a class can have in one panel: the number of its households."""
        sizes = [self.group_sizes[item.group] for item in self.classes]
        return np.array(sizes, dtype=np.int64)

    @property
    def pool_counts(self) -> list[int]:
        """People in the pool per quota."""
        return [int(count) for count in self.incidence @ self.sizes]


def _types(people: Sequence[Person], quotas: Sequence[Quota]) -> dict[str, TypeKey]:
    rows = {(quota.feature, quota.value): index for index, quota in enumerate(quotas)}
    return {
        person.id: tuple(sorted(rows[item] for item in person.features.items() if item in rows))
        for person in people
    }


def make_pool(people: Sequence[Person], quotas: Sequence[Quota], seats: int) -> Pool:
    """Sort people into classes; the result does not depend on the order of people.

    Raises ValueError when an id appears twice.
    """
    if len({person.id for person in people}) != len(people):
        raise ValueError("Eine Losnummer kommt im Lostopf doppelt vor.")
    types = _types(people, quotas)
    members: dict[str, list[str]] = {}
    households = {person.id: f"\0{person.id}" for person in people}
    households.update({p.id: p.household for p in people if p.household is not None})
    for person in sorted(people, key=lambda item: item.id):
        members.setdefault(households[person.id], []).append(person.id)
    kinds = {home: tuple(sorted(types[one] for one in ids)) for home, ids in members.items()}
    group_sizes = Counter(kinds.values())
    groups = sorted(group_sizes)
    ids_of: dict[tuple[int, TypeKey], list[str]] = {}
    for index, group in enumerate(groups):
        for key in sorted(set(group)):
            ids_of[index, key] = []
    positions = {group: index for index, group in enumerate(groups)}
    for home, ids in members.items():
        for one in ids:
            ids_of[positions[kinds[home]], types[one]].append(one)
    classes = tuple(
        HouseholdClass(key, group, tuple(sorted(ids))) for (group, key), ids in ids_of.items()
    )
    incidence = np.zeros((len(quotas), len(classes)), dtype=np.int64)
    for column, item in enumerate(classes):
        incidence[list(item.key), column] = 1
    sizes = tuple(group_sizes[group] for group in groups)
    return Pool(classes, sizes, tuple(quotas), seats, incidence, households)


def shared_groups(pool: Pool) -> list[tuple[int, list[int]]]:
    """Return (kind of household, its classes) where people of several classes live together."""
    inside: dict[int, list[int]] = {}
    for column, item in enumerate(pool.classes):
        inside.setdefault(item.group, []).append(column)
    return [(group, columns) for group, columns in inside.items() if len(columns) > 1]


def panel_rows(pool: Pool) -> tuple[Array, Array, Array]:
    """Return matrix, lower and upper bounds of what a panel must meet.

    Rows: the quotas in their order, the number of seats, the shared households. A quota
    whose `min` lies above its `max` is left open; `check` names it.
    """
    groups = shared_groups(pool)
    matrix = np.zeros((len(pool.quotas) + 1 + len(groups), len(pool.classes)))
    matrix[: len(pool.quotas)] = pool.incidence
    matrix[len(pool.quotas)] = 1
    lower = [float(q.min) if q.min <= q.max else 0.0 for q in pool.quotas] + [float(pool.seats)]
    upper = [float(q.max) if q.min <= q.max else np.inf for q in pool.quotas] + [float(pool.seats)]
    for row, (group, columns) in enumerate(groups, start=len(pool.quotas) + 1):
        matrix[row, columns] = 1
        lower.append(0.0)
        upper.append(float(pool.group_sizes[group]))
    return matrix, np.array(lower), np.array(upper)


def panel_program(pool: Pool, integer: bool) -> Program:
    """Return the program whose columns are seats per class and whose points are panels."""
    matrix, lower, upper = panel_rows(pool)
    caps = pool.caps.astype(np.float64)
    return Program(matrix, (lower, upper), (np.zeros(len(caps)), caps), integer)
