"""How many further letters help the groups that stay too small. Pure, numbers only."""

from __future__ import annotations

import heapq
import math
from collections.abc import Collection, Hashable, Mapping
from fractions import Fraction
from typing import TypeVar

from buergerrat.sortition.strata import Stratum, sort_strata

Key = TypeVar("Key", bound=Hashable)


def still_to_answer(rate: float, arrived: float) -> float:
    """Chance (0–1) that somebody who is silent so far answers yet.

    `rate`: of all who were written to, how many answer in the end; `arrived`: which share of
    these should have come by now (0–1). Bayes: rate·(1 − arrived) / (1 − rate·arrived).
    """
    if not 0 <= rate <= 1 or not 0 <= arrived <= 1:
        raise ValueError((rate, arrived))
    left = 1 - rate * arrived
    return rate * (1 - arrived) / left if left > 0 else 0.0


def propose(
    people: Mapping[Stratum, int],
    kept: Mapping[Stratum, int],
    missing: Mapping[Key, float],
    members: Mapping[Key, Collection[Stratum]],
    rates: Mapping[Stratum, float],
) -> dict[Stratum, int]:
    """Letters per stratum so that each group may expect the replies it misses.

    `missing`: replies a group still needs; `members`: the strata it is made of. The largest gap
    is filled first; a letter into a stratum of two weak groups counts for both. Inside a group
    letters follow the number of people (Sainte-Laguë), but never exceed the `kept` tickets.
    """
    letters: dict[Stratum, int] = {}
    for key in sorted(missing, key=lambda one: (-missing[one], str(one))):
        strata = [s for s in sort_strata(members[key]) if kept.get(s, 0) > 0]
        brought = sum(letters.get(s, 0) * rates[s] for s in strata)
        _fill(letters, strata, missing[key] - brought, people, kept, rates)
    return letters


def _fill(
    letters: dict[Stratum, int],
    strata: list[Stratum],
    wanted: float,
    people: Mapping[Stratum, int],
    kept: Mapping[Stratum, int],
    rates: Mapping[Stratum, float],
) -> None:
    def item(place: int) -> tuple[Fraction, int]:
        stratum = strata[place]
        return -Fraction(people.get(stratum, 1), 2 * letters.get(stratum, 0) + 1), place

    heap = [item(p) for p, s in enumerate(strata) if letters.get(s, 0) < kept[s]]
    heapq.heapify(heap)
    while wanted > 1e-9 and heap:
        place = heapq.heappop(heap)[1]
        stratum = strata[place]
        letters[stratum] = letters.get(stratum, 0) + 1
        wanted -= rates[stratum]
        if letters[stratum] < kept[stratum]:
            heapq.heappush(heap, item(place))


def letters_for(replies: float, rate: float) -> int:
    """Letters that may bring so many replies."""
    return math.ceil(replies / rate - 1e-9) if replies > 0 else 0
