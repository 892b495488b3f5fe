"""Local search over panels: one seat goes from a class to another as long as that helps."""

import numpy as np
from numpy.typing import NDArray

from .pool import Panel
from .solver import Array

Floats = NDArray[np.float32]
TOLERANCE = 1e-9


class Swapper:
    """Swaps inside panels of one pool; `lower` and `upper` may change between calls.

    Every entry of `matrix` is 0 or 1, so one swap moves a row's sum by at most one, and only
    rows that stand at a bound can forbid it.
    """

    def __init__(self, matrix: Array, lower: Array, upper: Array, caps: NDArray[np.int64]) -> None:
        self.matrix, self.lower, self.upper, self.caps = matrix, lower, upper, caps
        self._ones: Floats = matrix.astype(np.float32)
        self._zeros: Floats = 1 - self._ones

    def allowed(self, panel: Panel, leaving: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return classes × leaving: may that class take the seat of a leaving one?"""
        sums = self.matrix @ panel
        full = sums >= self.upper
        scarce = sums <= self.lower
        over = self._ones[full].T @ self._zeros[full][:, leaving]
        under = self._zeros[scarce].T @ self._ones[scarce][:, leaving]
        free = (panel < self.caps)[:, None]
        result: NDArray[np.bool_] = ((over + under) < 0.5) & free
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
