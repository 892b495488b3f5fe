"""How many letters each stratum gets, and how many replies to expect."""

import heapq
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from buergerrat.german import count
from buergerrat.sortition.strata import Stratum, sort_strata

METHODS: dict[str, str] = {
    "proportional": "wie in der Bevölkerung",
    "equal": "in jeder Gruppe gleich viele",
    "expected_reply": "nach erwartetem Rücklauf",
}
DEFAULT_RATE = 0.05
LEAST_RESERVE = 3
"""Next tickets kept of a stratum at least, so that a returned letter finds its successor."""
Rates = float | Mapping[Stratum, float]


class PlanError(ValueError):
    """A plan that cannot be met; the text is a sentence for the page."""


@dataclass(frozen=True, slots=True)
class Replies:
    """Replies to expect: 5 % quantile, mean, 95 % quantile."""

    low: int
    mean: float
    high: int


def rate_of(rates: Rates, stratum: Stratum) -> float:
    rate = rates if isinstance(rates, int | float) else rates.get(stratum, DEFAULT_RATE)
    if not 0 < rate <= 1:
        raise PlanError("Der erwartete Rücklauf muss über 0 % und höchstens 100 % sein.")
    return float(rate)


def plan_letters(
    counts: Mapping[Stratum, int],
    letters_total: int,
    method: str = "proportional",
    rates: Rates = DEFAULT_RATE,
    minimum: int = 1,
    population: Mapping[Stratum, float] | None = None,
) -> dict[Stratum, int]:
    """Letters per stratum, adding up to `letters_total`, never more than people there are.

    `counts` are the people who can be drawn; `population` those of the town, where the extract
    is only a sample of it. Every stratum first gets `minimum` letters (or all its people), then Sainte-Laguë (odd
    divisors) by weight hands out the rest one by one. So one more letter in total never
    takes a letter from any stratum. Exact fractions, ties by the order of the strata.
    Raises `PlanError`.
    """
    strata = [stratum for stratum in sort_strata(counts) if counts[stratum] > 0]
    letters = {stratum: min(max(minimum, 0), counts[stratum]) for stratum in strata}
    _check_total(letters_total, sum(counts[s] for s in strata), sum(letters.values()))
    weight = _weights(method, population or counts, strata, rates)
    heap = [
        (-weight[s] / (2 * letters[s] + 1), place)
        for place, s in enumerate(strata)
        if letters[s] < counts[s]
    ]
    heapq.heapify(heap)
    for _ in range(letters_total - sum(letters.values())):
        place = heap[0][1]
        stratum = strata[place]
        letters[stratum] += 1
        if letters[stratum] < counts[stratum]:
            heapq.heapreplace(heap, (-weight[stratum] / (2 * letters[stratum] + 1), place))
        else:
            heapq.heappop(heap)
    return letters


def reserve_letters(letters: int, share: float) -> int:
    """How many next tickets of a stratum are kept: `share` (0–2) per letter, at least three.

    None where nothing is sent, and none at all when the share is 0.
    """
    if letters < 1 or share <= 0:
        return 0
    return max(LEAST_RESERVE, math.ceil(Fraction(str(share)) * letters))


def _check_total(letters_total: int, people: int, least: int) -> None:
    if letters_total < 1:
        raise PlanError("Bitte planen Sie mindestens einen Brief.")
    if letters_total > people:
        raise PlanError(
            f"{count(letters_total)} Briefe sind zu viele: Im Lostopf sind {count(people)} Personen."
        )
    if letters_total < least:
        raise PlanError(
            f"{count(letters_total)} Briefe sind zu wenige: Mit der Mindestzahl für jede Gruppe "
            f"sind es schon {count(least)}. Erhöhen Sie die Zahl der Briefe oder bilden Sie "
            "weniger Gruppen."
        )


def _weights(
    method: str, counts: Mapping[Stratum, float], strata: list[Stratum], rates: Rates
) -> dict[Stratum, Fraction]:
    """Share of each stratum, to any common scale."""
    share: Callable[[Stratum], Fraction]
    if method == "proportional":
        share = lambda s: Fraction(counts[s])  # noqa: E731
    elif method == "expected_reply":
        share = lambda s: Fraction(counts[s]) / Fraction(str(rate_of(rates, s)))  # noqa: E731
    elif method == "equal":
        # Small groups keep the average chance: an equal share would invite all of them.
        large = [counts[s] for s in strata if not s.is_small_group]
        average = Fraction(sum(large)) / len(large) if large else Fraction(1)
        share = lambda s: Fraction(counts[s]) if s.is_small_group else average  # noqa: E731
    else:
        raise ValueError(method)
    return {s: share(s) for s in strata}


def expected_replies(letters: int, rate: float) -> Replies:
    """Replies to `letters` letters when each is answered yes with chance `rate` (0–1)."""
    return _replies(_binomial(letters, rate), letters * rate)


def expected_total(plan: Mapping[Stratum, int], rates: Rates = DEFAULT_RATE) -> Replies:
    """Replies to the whole plan: the sum of independent binomials, convolved exactly."""
    by_rate: dict[float, int] = {}
    for stratum, letters in plan.items():
        rate = rate_of(rates, stratum)
        by_rate[rate] = by_rate.get(rate, 0) + letters
    chances, start = np.ones(1), 0
    for rate, letters in by_rate.items():
        part = _binomial(letters, rate)
        held = np.flatnonzero(part)  # far from the mode the chances are nothing
        chances = np.convolve(chances, part[held[0] : held[-1] + 1])
        start += int(held[0])
    found = _replies(chances, sum(letters * rate for rate, letters in by_rate.items()))
    return Replies(found.low + start, found.mean, found.high + start)


def rate_key(stratum: Stratum) -> str:
    """The row of the table of rates: sex and age band, as `female|16-29`."""
    return f"{stratum.sex}|{stratum.age_band}"


def stratum_rates(
    strata: Iterable[Stratum], base: float, rates: Mapping[str, float]
) -> dict[Stratum, float]:
    """Rate of every stratum: that of its sex and age band, else `base`."""
    return {stratum: rates.get(rate_key(stratum), base) for stratum in strata}


def _replies(chances: NDArray[np.float64], mean: float) -> Replies:
    below = np.cumsum(chances)
    low, high = (int(np.searchsorted(below, share)) for share in (0.05, 0.95))
    return Replies(low, mean, high)


def _binomial(n: int, p: float) -> NDArray[np.float64]:
    """Chances of 0…n successes, by the ratio of neighbours from the mode outwards."""
    if n < 0 or not 0 <= p <= 1:
        raise ValueError((n, p))
    chances = np.zeros(n + 1)
    mode = min(n, math.floor((n + 1) * p))
    chances[mode] = 1.0
    if 0 < p < 1:
        odds = p / (1 - p)
        for k in range(mode, n):
            chances[k + 1] = chances[k] * (n - k) / (k + 1) * odds
            if chances[k + 1] < 1e-18:
                break
        for k in range(mode, 0, -1):
            chances[k - 1] = chances[k] * k / (n - k + 1) / odds
            if chances[k - 1] < 1e-18:
                break
    total: NDArray[np.float64] = chances / chances.sum()
    return total
