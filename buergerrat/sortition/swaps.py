"""Local search over panels: one seat goes from a class to another as long as that helps.

A swap moves the sum of a quota by at most one, so only quotas whose sum stands at a bound can
forbid it. Which quotas a class counts in is a bit mask, and so are the quotas at a bound: a
swap is allowed where no bit speaks against it.
"""

import numpy as np
from numpy.typing import NDArray

from .pool import Panel, Pool
from .solver import Array

Masks = NDArray[np.uint64]
Ids = NDArray[np.int64]  # indices of classes
TOLERANCE = 1e-9
BLOCK = 48  # classes with the greatest weight that are looked at together
WORD = 64
GOLDEN = (1 + 5**0.5) / 2


class Swapper:
    """Swaps inside panels of one pool; `lower` and `upper` may change between calls.

    They bound the rows of `pool.incidence`, whose entries are 0 or 1. Masks are words × classes.
    """

    def __init__(self, pool: Pool, lower: Array, upper: Array) -> None:
        self._pool = pool
        self._lower, self._upper = lower, upper
        self.incidence = np.ascontiguousarray(pool.incidence.T)
        self.caps = pool.caps
        self.groups = np.array([item.group for item in pool.classes])
        self._group_sizes = np.array(pool.group_sizes)
        self.shared = len(self._group_sizes) < len(self.groups)
        self.masks = packed(pool.incidence.T.astype(bool))
        self._others = ~self.masks

    def fixed(self, rows: NDArray[np.bool_], sums: NDArray[np.int64]) -> "Swapper":
        """Return one that keeps the sums of these quotas exactly as given."""
        lower, upper = np.where(rows, sums, self._lower), np.where(rows, sums, self._upper)
        return Swapper(self._pool, lower, upper)

    def bounds(self, sums: NDArray[np.int64]) -> tuple[Masks, Masks]:
        """Return the quotas at their upper and those at their lower bound: words × panels.

        `sums`: panels × quotas.
        """
        return packed(sums >= self._upper), packed(sums <= self._lower)

    def crowded(self, panel: Panel) -> NDArray[np.bool_]:
        """Return per class whether every home of its kind has a seat."""
        result: NDArray[np.bool_] = (self._seated(panel) >= self._group_sizes)[self.groups]
        return result

    def housed(self, panel: Panel) -> bool:
        """Say whether there is a home of its own for every seat."""
        return bool((self._seated(panel) <= self._group_sizes).all())

    def _seated(self, panel: Panel) -> Array:
        found = np.bincount(self.groups, weights=panel, minlength=len(self._group_sizes))
        return found.astype(np.float64)

    def forbidden(self, full: Masks, scarce: Masks, entering: Ids, leaving: Ids) -> Masks:
        """Return entering × leaving: not 0 where a quota forbids the swap.

        `full` and `scarce`: one word each per 64 quotas (or words × 1), see `bounds`.
        """
        blocked: Masks = np.zeros((len(entering), len(leaving)), dtype=np.uint64)
        for word, (top, bottom) in enumerate(zip(full, scarce, strict=True)):
            into = self.masks[word][entering] & top
            out = self.masks[word][leaving] & bottom
            blocked |= into[:, None] & self._others[word][leaving]
            blocked |= self._others[word][entering][:, None] & out
        return blocked

    def within(self, sums: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Say of each panel (panels × quotas) whether its sums lie within their bounds."""
        inside = (sums >= self._lower) & (sums <= self._upper)
        result: NDArray[np.bool_] = np.all(inside, axis=1)
        return result

    def ascend(self, panel: Panel, weight: Array) -> Panel:
        """Return a panel that no single swap makes heavier; starts from a valid panel."""
        current = panel.copy()
        sums = current @ self.incidence
        order = np.argsort(-weight, kind="stable")
        blocks = [order[start : start + BLOCK] for start in range(0, len(order), BLOCK)]
        heaviest = [float(weight[block[0]]) for block in blocks]
        now, failed = 0, 0  # blocks are looked at in turn until none has a swap any more
        full, scarce, leaving, out_weight, least, crowded = self._state(current, sums, weight)
        while failed < len(blocks):
            if heaviest[now] - least <= TOLERANCE:  # nor has any block behind it
                failed += len(blocks) - now
                now = 0
                continue
            entering = blocks[now]
            gain = weight[entering][:, None] - out_weight
            gain *= self.forbidden(full, scarce, entering, leaving) == 0
            gain *= (current[entering] < self.caps[entering])[:, None]
            if crowded is not None:
                apart = self.groups[entering][:, None] != self.groups[leaving]
                gain *= ~(crowded[entering][:, None] & apart)
            into, out = divmod(int(gain.argmax()), len(leaving))
            if gain[into, out] <= TOLERANCE:
                failed += 1
                now = (now + 1) % len(blocks)
                continue
            failed = 0
            current[entering[into]] += 1
            current[leaving[out]] -= 1
            sums += self.incidence[entering[into]] - self.incidence[leaving[out]]
            full, scarce, leaving, out_weight, least, crowded = self._state(current, sums, weight)
        return current

    def _state(
        self, current: Panel, sums: NDArray[np.int64], weight: Array
    ) -> tuple[Masks, Masks, Ids, Array, float, NDArray[np.bool_] | None]:
        full, scarce = self.bounds(sums[None, :])
        leaving = current.nonzero()[0]
        out_weight = weight[leaving]
        crowded = self.crowded(current) if self.shared else None
        return full, scarce, leaving, out_weight, float(out_weight.min(initial=np.inf)), crowded


def packed(flags: NDArray[np.bool_]) -> Masks:
    """Return rows of flags as words of 64 bits: words × items, least bit first."""
    items, length = flags.shape
    words = max(1, -(-length // WORD))
    if length < words * WORD:
        wide = np.zeros((items, words * WORD), dtype=bool)
        wide[:, :length] = flags
        flags = wide
    return np.packbits(flags, axis=1, bitorder="little").view("<u8").astype(np.uint64).T


def stirred(count: int, turn: int) -> Array:
    """Return fixed weights from 0 to 1, different each turn, that lead to another corner."""
    weights: Array = np.arange(1.0, count + 1) * (turn * GOLDEN) % 1.0
    return weights
