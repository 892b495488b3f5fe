"""Whole panels whose mixture gives the wanted chances: column generation over classes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .pool import Panel, Pool, panel_program, panel_rows
from .solver import INFINITE, Array, Program, Solution
from .swaps import Swapper, stirred

IMPROVES = 1e-7
ATTEMPTS, STARTS, STIR = 120, 6, 0.3  # panels tried for a price, from where, how far off
RECENT = 512  # panels among which a walk looks for a start
ATTAINED = 1e-6
DUAL = 1e-7

UNIT = 2**40  # what is owed and worth is counted in whole units: no processor rounds otherwise

Tick = Callable[[], None]


def in_units(values: Array) -> NDArray[np.int64]:
    """Return the values as whole units."""
    return np.rint(values * UNIT).astype(np.int64)


@dataclass(frozen=True)
class Mixture:
    """Panels with their shares (summing to 1) and the chances per class they give."""

    panels: list[Panel]
    shares: Array
    chances: Array


class Columns:
    """The panels known so far, and a program that mixes them.

    Row c says: (mixed chance of class c) - weight_c·z >= floor_c; z is what is maximised.
    """

    def __init__(self, pool: Pool, first: Panel, tick: Tick) -> None:
        self.pool = pool
        self._tick = tick
        self._sizes = pool.sizes.astype(np.float64)
        _, lower, upper = panel_rows(pool)
        quotas = len(pool.quotas)
        self.swapper = Swapper(pool, lower[:quotas], upper[:quotas])
        self._exact: Program | None = None
        self._stirs = 0
        self.panels: list[Panel] = []
        self._seen: set[bytes] = set()
        self._owed = np.zeros(len(self._sizes), dtype=np.int64)
        self._recent = np.zeros((RECENT, len(self._sizes)), dtype=np.int64)
        count = len(self._sizes)
        rows = np.zeros((count + 1, 1))
        self._program = Program(
            rows,
            (np.append(np.zeros(count), 1.0), np.append(np.full(count, INFINITE), 1.0)),
            (np.array([-1.0]), np.array([1.0])),
            grows=True,
        )
        self.add(first)

    def add(self, panel: Panel) -> bool:
        """Add a panel; False when it is already there."""
        key = panel.tobytes()
        if key in self._seen:
            return False
        self._seen.add(key)
        self._recent[len(self.panels) % RECENT] = panel
        self.panels.append(panel)
        self._program.add_column(0.0, INFINITE, np.append(panel / self._sizes, 1.0))
        return True

    def walk(self, chances: Array, steps: int) -> None:
        """Collect panels that pay what is owed: each step every class is owed its chance.

        Starts from the known panel that pays most; goes on where the last walk ended.
        """
        step = in_units(chances)
        for _ in range(steps):
            self._owed += step
            worth = self._recent[: len(self.panels)] @ self._owed
            last = len(self.panels) - 1
            place = last - (last - int(worth.argmax())) % RECENT
            panel = self.swapper.ascend(self.panels[place], self._owed / UNIT)
            self._owed -= panel * UNIT // self.pool.sizes
            self.add(panel)
            self._tick()

    def set_rows(self, weights: Array, floors: Array) -> None:
        """Choose which classes share z and what the others are promised."""
        for column, (weight, floor) in enumerate(zip(weights, floors, strict=True)):
            self._program.set_coefficient(column, 0, -float(weight))
            self._program.set_row(column, float(floor), INFINITE)

    def mix(self) -> Solution:
        """Return the best mixture of the panels known so far."""
        self._tick()
        goal = np.zeros(len(self.panels) + 1)
        goal[0] = 1.0
        found = self._program.maximise(goal)
        if found is None:
            raise ArithmeticError("the mixture has no solution")
        return found

    def optimum(self, enough: float = INFINITE) -> tuple[float, Array, Array]:
        """Return z, the multiplier per class and the shares, over all panels there are.

        Panels are added until none improves z (or z reaches `enough`).
        """
        count = len(self._sizes)
        while True:
            found = self.mix()
            multipliers = np.maximum(0.0, -found.row_duals[:count])
            if found.value >= enough or not self._price(multipliers, float(found.row_duals[count])):
                return found.value, multipliers, found.columns[1:]

    def _price(self, multipliers: Array, price: float) -> bool:
        """Add panels worth more than the price; False when there is none."""
        units = in_units(multipliers / self._sizes)
        worth = units / UNIT
        starts = np.argsort(-(np.array(self.panels) @ units), kind="stable")
        added = 0
        for attempt in range(ATTEMPTS):
            panel = self.panels[int(starts[attempt % len(starts)])]
            if attempt >= STARTS:
                self._stirs += 1
                noise = stirred(len(worth), self._stirs)
                panel = self.swapper.ascend(panel, worth + worth.max() * noise * STIR)
            panel = self.swapper.ascend(panel, worth)
            if int(units @ panel) > (price + IMPROVES) * UNIT and self.add(panel):
                added += 1
        if added:
            return True
        if self._exact is None:
            self._exact = panel_program(self.pool, integer=True)
        best = self._exact.maximise(worth)
        if best is None or best.value <= price + IMPROVES:
            return False
        return self.add(np.rint(best.columns).astype(np.int64))


def first_panel(pool: Pool) -> Panel | None:
    """Return any panel, or None where the quotas allow none."""
    if not pool.classes:
        return None
    found = panel_program(pool, integer=True).maximise(np.zeros(len(pool.classes)))
    return None if found is None else np.rint(found.columns).astype(np.int64)


def attain(columns: Columns, chances: Array) -> Mixture | None:
    """Return a mixture of whole panels with exactly these chances, None where there is none."""
    columns.set_rows(np.ones(len(chances)), chances)
    gap, _, shares = columns.optimum(enough=-ATTAINED / 10)
    if gap < -ATTAINED:
        return None
    return _mixture(columns, shares)


def integer_leximin(columns: Columns, excluded: Sequence[int]) -> Mixture:
    """Return the leximin mixture over whole panels, level by level."""
    count = len(columns.pool.classes)
    weights, floors = np.ones(count), np.zeros(count)
    weights[list(excluded)] = 0.0
    shares = np.zeros(0)
    while weights.any():
        columns.set_rows(weights, floors)
        level, multipliers, shares = columns.optimum()
        held = (multipliers > DUAL) & (weights > 0)
        if not held.any():
            held[int(np.argmax(np.where(weights > 0, multipliers, -1.0)))] = True
        floors[held] = max(0.0, level - 1e-9)
        weights[held] = 0.0
    return _mixture(columns, shares)


def _mixture(columns: Columns, shares: Array) -> Mixture:
    used = np.flatnonzero(shares > 1e-12)
    part = shares[used] / shares[used].sum()
    panels = [columns.panels[int(index)] for index in used]
    chances = (part[:, None] * np.array(panels)).sum(axis=0) / columns.pool.sizes
    return Mixture(panels, part, chances)
