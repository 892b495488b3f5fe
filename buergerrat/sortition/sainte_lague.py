"""Whole shares by weight after Sainte-Laguë (Webster): divisors 1, 3, 5, …; exact. Pure."""

import heapq
from collections.abc import Sequence
from fractions import Fraction


def sainte_lague(weights: Sequence[int], total: int, start: Sequence[int]) -> list[int]:
    """Whole shares of `total` by weight, never below `start`; ties to the earlier one.

    The same as handing out one by one to the largest weight / (2 · share + 1): begins with the
    rounded shares and corrects them.
    """
    whole = sum(weights) or 1
    shares = [
        max(least, (2 * weight * total + whole) // (2 * whole))
        for weight, least in zip(weights, start, strict=True)
    ]
    step = 1 if sum(shares) < total else -1
    heap = [
        _turn(weight, shares[place], place, step)
        for place, weight in enumerate(weights)
        if weight and (step > 0 or shares[place] > start[place])
    ]
    heapq.heapify(heap)
    for _ in range(abs(total - sum(shares))):
        place = abs(heap[0][1])
        shares[place] += step
        if step < 0 and shares[place] == start[place]:
            heapq.heappop(heap)
        else:
            heapq.heapreplace(heap, _turn(weights[place], shares[place], place, step))
    return shares


def _turn(weight: int, share: int, place: int, step: int) -> tuple[Fraction, int]:
    """Whose turn it is: the largest quotient gets one more, the smallest gives one back."""
    return Fraction(-step * weight, 2 * share + step), step * place
