"""Local search over panels: one seat goes from a class to another as long as that helps."""

import numpy as np
from numpy.typing import NDArray

from .pool import Panel, Pool
from .solver import Array

Floats = NDArray[np.float32]
TOLERANCE = 1e-9


class Swapper:
    """Swaps inside panels of one pool; `lower` and `upper` may change between calls.

    They bound the rows of `pool.incidence`, whose entries are 0 or 1: a swap moves a sum by at
    most one, and only rows that stand at a bound can forbid it.
    """

    def __init__(self, pool: Pool, lower: Array, upper: Array) -> None:
        self._lower, self._upper = lower, upper
        self._incidence = pool.incidence
        self._caps = pool.caps
        self._groups = np.array([item.group for item in pool.classes])
        self._group_sizes = np.array(pool.group_sizes)
        self._ones: Floats = pool.incidence.astype(np.float32)
        self._zeros: Floats = 1 - self._ones

    def allowed(self, panel: Panel, leaving: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return classes × leaving: may that class take the seat of a leaving one?"""
        sums = self._incidence @ panel
        full = sums >= self._upper
        scarce = sums <= self._lower
        over = self._ones[full].T @ self._zeros[full][:, leaving]
        under = self._zeros[scarce].T @ self._ones[scarce][:, leaving]
        seated = np.bincount(self._groups, weights=panel, minlength=len(self._group_sizes))
        crowded = (seated >= self._group_sizes)[self._groups]
        housed = ~crowded[:, None] | (self._groups[:, None] == self._groups[leaving])
        free = (panel < self._caps)[:, None]
        result: NDArray[np.bool_] = ((over + under) < 0.5) & free & housed
        return result

    def ascend(self, panel: Panel, weight: Array) -> Panel:
        """Return a panel that no single swap makes heavier; starts from a valid panel."""
        current = panel.copy()
        while True:
            leaving = np.flatnonzero(current > 0)
            gain = weight[:, None] - weight[leaving][None, :]
            gain[~self.allowed(current, leaving)] = -1.0
            best = int(gain.argmax())
            entering, position = divmod(best, len(leaving))
            if gain[entering, position] <= TOLERANCE:
                return current
            current[entering] += 1
            current[leaving[position]] -= 1
