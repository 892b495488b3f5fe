"""Pairs of classes that count alike: two seats of a panel can go from one pair to another."""

import numpy as np
from numpy.typing import NDArray

from .swaps import Ids

MATCHES = 60_000  # combinations that are compared when two seats are moved
PAIRED = 1500  # classes that pairs are made of
CODE = 0x9E3779B97F4A7C15


class Pairs:
    """Pairs of classes, found by what they count in together."""

    def __init__(self, binding: NDArray[np.int64]) -> None:
        """`binding`: classes × quotas that stand at a bound on every panel."""
        weights = np.array(
            [CODE * (2 * place + 1) ** 5 % 2**64 for place in range(binding.shape[1])],
            dtype=np.uint64,
        )
        self._codes = (binding.astype(np.uint64) * weights).sum(axis=1, dtype=np.uint64)
        some = np.linspace(0, len(binding) - 1, min(PAIRED, len(binding))).astype(np.int32)
        first, second = (some[index] for index in np.triu_indices(len(some)))
        sums = self._codes[first] + self._codes[second]
        order = np.argsort(sums, kind="stable")
        self._sums, self._first, self._second = sums[order], first[order], second[order]

    def like(self, column: int, partners: Ids) -> tuple[Ids, Ids, Ids]:
        """Return (which partner, first, second): pairs that count like `column` and the partner.

        The last partners are left out where there are very many.
        """
        wanted = self._codes[column] + self._codes[partners]
        begin = np.searchsorted(self._sums, wanted, side="left")
        length = np.searchsorted(self._sums, wanted, side="right") - begin
        length[np.cumsum(length) > MATCHES] = 0
        which = np.repeat(np.arange(len(partners)), length)
        offsets = np.arange(len(which)) - np.repeat(np.cumsum(length) - length, length)
        places = np.repeat(begin, length) + offsets
        return which, self._first[places], self._second[places]
