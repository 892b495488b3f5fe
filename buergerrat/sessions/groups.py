"""Seats at tables: mixed tables and new encounters, for the people who are really there.

Pair-swap annealing over one round; the rounds already sat are fixed. It stops by iterations,
never by the clock, so the same seed gives the same plan on every machine.
Formulation and bound: social golfer (repeats = Σ over pairs of C(times met, 2)) plus maximally
diverse grouping (each value at each table between ⌊ideal⌋ and ⌈ideal⌉).
"""

import hashlib
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from buergerrat.sessions.encounters import (
    BrokenWish,
    Pair,
    Report,
    Round,
    Seatable,
    evaluate,
    pairs_at_tables,
    quota_range,
    repeats_bound,
)

__all__ = [
    "BrokenWish",
    "Report",
    "Seatable",
    "TablePlan",
    "evaluate",
    "repeats_bound",
    "seat_tables",
]

_MISS = 2.0  # one person outside a table's quota weighs as much as two repeated encounters
_WISH = 12.0  # a wish (interpreter beside her guest) outweighs both
_HOT, _COLD = 3.0, 0.08


@dataclass(frozen=True)
class TablePlan:
    """Person id → table number (from 1), and what the plan achieves."""

    assignment: dict[str, int]
    report: Report

    def tables(self) -> dict[int, tuple[str, ...]]:
        """Table number → ids in order."""
        found: dict[int, list[str]] = {}
        for person, table in sorted(self.assignment.items()):
            found.setdefault(table, []).append(person)
        return {table: tuple(found[table]) for table in sorted(found)}


def seat_tables(
    people: Sequence[Seatable],
    tables: int,
    rounds_before: Sequence[Round] = (),
    pins: Mapping[str, int] | None = None,
    together: Sequence[Pair] = (),
    apart: Sequence[Pair] = (),
    seed: bytes = b"",
    iterations: int = 100_000,
) -> TablePlan:
    """Seat `people` at `tables` tables whose sizes differ by at most one.

    Pins and wishes that name someone absent are passed over. The order of `people` plays no
    part. Raises ValueError with a German sentence when the task cannot be met at all.
    """
    ordered = sorted(people, key=lambda person: person.id)
    ids = [person.id for person in ordered]
    _check(ids, tables)
    pinned = _pins(pins or {}, ids, tables)
    sizes = _sizes(len(ids), tables, pinned)
    search = _Search(ordered, sizes, _pull(ids, rounds_before, together, apart))
    search.place(pinned, np.random.PCG64(_number(seed, ids)))
    search.anneal([i for i, name in enumerate(ids) if name not in pinned], iterations)
    assignment = {name: search.best[i] + 1 for i, name in enumerate(ids)}
    report = evaluate(ordered, assignment, tables, rounds_before, together, apart)
    return TablePlan(assignment, report)


@dataclass
class _Search:
    """State of the annealing: people and tables are indices, sizes never change."""

    people: Sequence[Seatable]
    sizes: Sequence[int]
    pull: list[list[float]]  # cost of two people sharing a table
    at: list[int] = field(default_factory=list)
    best: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        values = sorted({pair for person in self.people for pair in person.features.items()})
        number = {value: i for i, value in enumerate(values)}
        self.has = [
            tuple(number[pair] for pair in sorted(person.features.items()))
            for person in self.people
        ]
        totals = Counter(v for row in self.has for v in row)
        self.price = [
            [_prices(totals[v], size, len(self.people)) for v in range(len(values))]
            for size in self.sizes
        ]

    def place(self, pinned: Mapping[str, int], source: np.random.PCG64) -> None:
        """First seating: pinned people, then the others in an order shuffled by the seed."""
        self.source = source
        free = list(self.sizes)
        self.at = [-1] * len(self.people)
        for i, person in enumerate(self.people):
            if person.id in pinned:
                self.at[i] = pinned[person.id] - 1
                free[self.at[i]] -= 1
        open_seats = [table for table, count in enumerate(free) for _ in range(count)]
        waiting = [i for i, table in enumerate(self.at) if table < 0]
        keys = source.random_raw(len(waiting)).tolist()
        shuffled = sorted(range(len(waiting)), key=lambda seat: (keys[seat], seat))
        for i, seat in zip(waiting, shuffled, strict=True):
            self.at[i] = open_seats[seat]
        self.count = [[0] * len(self.price[0]) for _ in self.sizes]
        self.draw = [[0.0] * len(self.sizes) for _ in self.people]
        for i, table in enumerate(self.at):
            for value in self.has[i]:
                self.count[table][value] += 1
            for other, cost in enumerate(self.pull[i]):
                self.draw[other][table] += cost
        self.best = list(self.at)

    def anneal(self, movable: Sequence[int], iterations: int) -> None:
        """Swap pairs of `movable` people, cooling geometrically; keep the best seating."""
        if len(movable) < 2 or len(self.sizes) < 2 or iterations < 1:
            return
        raw = self.source.random_raw(3 * iterations)
        first = (raw[0::3] % np.uint64(len(movable))).tolist()
        second = (raw[1::3] % np.uint64(len(movable))).tolist()
        dice = (raw[2::3] / 2.0**64).tolist()
        cooling = (_COLD / _HOT) ** (1 / iterations)
        heat, cost, lowest = _HOT, 0.0, 0.0
        for a, b, die in zip(first, second, dice, strict=True):
            heat *= cooling
            i, j = movable[a], movable[b]
            if self.at[i] == self.at[j]:
                continue
            change = self._change(i, j)
            if change <= 0 or die < math.exp(-change / heat):
                self._swap(i, j)
                cost += change
                if cost < lowest - 1e-9:
                    lowest, self.best = cost, list(self.at)

    def _change(self, i: int, j: int) -> float:
        here, there = self.at[i], self.at[j]
        mine, yours = self.draw[i], self.draw[j]
        change = mine[there] - mine[here] + yours[here] - yours[there] - 2 * self.pull[i][j]
        if self.has[i] == self.has[j]:
            return change
        count_here, count_there = self.count[here], self.count[there]
        price_here, price_there = self.price[here], self.price[there]
        leaving, coming = set(self.has[i]), set(self.has[j])
        for value in leaving - coming:
            a, b = count_here[value], count_there[value]
            row_here, row_there = price_here[value], price_there[value]
            change += row_here[a - 1] - row_here[a] + row_there[b + 1] - row_there[b]
        for value in coming - leaving:
            a, b = count_here[value], count_there[value]
            row_here, row_there = price_here[value], price_there[value]
            change += row_here[a + 1] - row_here[a] + row_there[b - 1] - row_there[b]
        return change

    def _swap(self, i: int, j: int) -> None:
        here, there = self.at[i], self.at[j]
        for value in self.has[i]:
            self.count[here][value] -= 1
            self.count[there][value] += 1
        for value in self.has[j]:
            self.count[here][value] += 1
            self.count[there][value] -= 1
        for row, going, coming in zip(self.draw, self.pull[i], self.pull[j], strict=True):
            if going != coming:
                row[here] += coming - going
                row[there] += going - coming
        self.at[i], self.at[j] = there, here


def _prices(total: int, size: int, people: int) -> list[float]:
    """Cost of k people with a value at a table, for k = 0 … size + 1."""
    low, high = quota_range(total, size, people)
    return [_MISS * max(0, low - k, k - high) for k in range(size + 2)]


def _pull(
    ids: Sequence[str], rounds: Sequence[Round], together: Sequence[Pair], apart: Sequence[Pair]
) -> list[list[float]]:
    index = {name: i for i, name in enumerate(ids)}
    pull = [[0.0] * len(ids) for _ in ids]
    costs = [(pair, 1.0) for seating in rounds for pair in pairs_at_tables(seating)]
    costs += [(pair, -_WISH) for pair in together] + [(pair, _WISH) for pair in apart]
    for (first, second), cost in costs:
        if first in index and second in index and first != second:
            pull[index[first]][index[second]] += cost
            pull[index[second]][index[first]] += cost
    return pull


def _check(ids: Sequence[str], tables: int) -> None:
    if not ids:
        raise ValueError("Es ist noch niemand als anwesend eingetragen.")
    if len(set(ids)) < len(ids):
        raise ValueError("Eine Person steht zweimal auf der Liste der Anwesenden.")
    if not 1 <= tables <= len(ids):
        raise ValueError(f"Für {len(ids)} Anwesende sind 1 bis {len(ids)} Tische möglich.")


def _pins(pins: Mapping[str, int], ids: Sequence[str], tables: int) -> dict[str, int]:
    present = set(ids)
    kept = {name: table for name, table in sorted(pins.items()) if name in present}
    for table in kept.values():
        if not 1 <= table <= tables:
            raise ValueError(f"Tisch {table} gibt es nicht. Es gibt die Tische 1 bis {tables}.")
    return kept


def _sizes(people: int, tables: int, pinned: Mapping[str, int]) -> list[int]:
    """Seats per table; the larger tables are those with the most people fixed to them."""
    small, larger = divmod(people, tables)
    fixed = Counter(pinned.values())
    order = sorted(range(1, tables + 1), key=lambda table: (-fixed[table], table))
    sizes = [small] * tables
    for table in order[:larger]:
        sizes[table - 1] += 1
    for table, count in sorted(fixed.items()):
        if count > sizes[table - 1]:
            raise ValueError(
                f"An Tisch {table} sind {count} Personen fest gesetzt, "
                f"er hat aber nur {sizes[table - 1]} Plätze."
            )
    return sizes


def _number(seed: bytes, ids: Sequence[str]) -> int:
    text = "\n".join(ids).encode()
    return int.from_bytes(hashlib.sha256(seed + b"\x00" + text).digest(), "big")
