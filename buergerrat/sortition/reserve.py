"""How many people of the pool to hold ready, so that whoever leaves can be replaced by the rule.

Method. Each simulation starts with a panel. Everybody on it and everybody in the pool drops out
independently with the same probability (`rate`, whole per cent): a member leaves, somebody in the
pool does not come when asked. All members leave at once; their seats are filled one after the
other by the rule of `replacements.next_replacement`: the first in the order who keeps all quotas
and the household rule. A simulation is kept when nobody has to be taken who breaks anything.

The reserve of size r are the first r people of the order. Because the rule always takes the
earliest who fits, a simulation is kept by the reserve of size r exactly when the last place it
reached in the order is at most r. So one run with the whole pool gives the curve for all sizes.

Chance comes from the seed alone: per simulation HMAC-SHA-256 gives a key, SHAKE-256 of the key one
64-bit number per person; a person drops out where the number is below rate · 2^64 / 100.

Idea: Assos, Baharav, Flanigan, Procaccia, "Alternates, Assemble! Selecting Optimal Alternates for
Citizens' Assemblies", 2025: drop-outs as a random set, quotas after replacement as what counts.
They choose the alternates; here the order is drawn and published, and only its length is asked.
"""

import hashlib
import hmac
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from .pool import Person, Quota
from .replacements import broken_quotas

LABEL = b"buergerrat/reserve/1\0"
AIM = Fraction(95, 100)
SIMULATIONS = 1000
RATES = range(5, 45, 5)  # per cent
ANY = 2**31  # more seats than there are: the upper bound of what has no quota

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Reserve:
    """What the simulations found.

    leaving: half of the simulations lose at most the first number of members, 95 in 100 at most
    the second. curve[r]: share of simulations that a reserve of r people keeps; the last entry
    is the whole pool. recommended: the smallest r that keeps 95 in 100, None when the pool is
    too small.
    """

    rate: int
    simulations: int
    leaving: tuple[int, int]
    curve: tuple[Fraction, ...]

    @property
    def kept(self) -> Fraction:
        """Share of simulations in which the whole pool is enough."""
        return self.curve[-1]

    @property
    def waiting(self) -> int:
        """How many people wait in the pool."""
        return len(self.curve) - 1

    @property
    def recommended(self) -> int | None:
        return next((r for r, share in enumerate(self.curve) if share >= AIM), None)


def simulate(
    people: Sequence[Person],
    quotas: Sequence[Quota],
    seats: int,
    panels: Sequence[Collection[str]],
    rate: int,
    seed: bytes,
    order: Sequence[str] | None = None,
    waiting: Collection[str] | None = None,
    simulations: int = SIMULATIONS,
) -> Reserve:
    """Simulate drop-outs at `rate` per cent (0–100); the same input and seed give the same.

    panels: one or more panels (ids); simulation s starts with the s-th, again from the first
    when they run out. Before the draw these are the lists, afterwards the one panel of today.
    order: the published order of replacements (ids); None before the draw, then each simulation
    draws its own. waiting: who may be asked; None: everybody who is not on the panel.
    Raises ValueError for a rate outside 0–100 or without panels.
    """
    if not 0 <= rate <= 100 or not panels or simulations < 1:
        raise ValueError("rate 0 to 100, at least one panel and one simulation")
    pool = _Pool(sorted(people, key=lambda person: person.id), quotas, seats)
    panels = panels[:simulations]
    starts = [pool.flags(panel) for panel in panels]
    bounds = [pool.bounds(panel) for panel in panels]
    may = pool.flags(waiting) if waiting is not None else np.ones(len(pool.ids), dtype=bool)
    turn = None if order is None else np.array([pool.ids[one] for one in order], dtype=np.int64)
    reached, left, longest = [], [], 0
    for number in range(simulations):
        place = number % len(starts)
        on, (low, high) = starts[place], bounds[place]
        drops, tickets = _chance(seed, number, len(pool.ids), rate)
        ranked = np.argsort(tickets, kind="stable") if turn is None else turn
        ranked = ranked[(may & ~on)[ranked]]
        left.append(int((on & drops).sum()))
        reached.append(pool.refill(on & ~drops, left[-1], ranked, drops, (low, high)))
        longest = max(longest, len(ranked))
    left.sort()
    return Reserve(
        rate,
        simulations,
        (left[(simulations - 1) // 2], left[(95 * simulations + 99) // 100 - 1]),
        _curve(reached, longest),
    )


def _curve(reached: Sequence[int | None], longest: int) -> tuple[Fraction, ...]:
    found = np.zeros(longest + 1, dtype=np.int64)
    for place in reached:
        if place is not None:
            found[place] += 1
    return tuple(Fraction(int(kept), len(reached)) for kept in np.cumsum(found))


def _chance(seed: bytes, number: int, people: int, rate: int) -> tuple[Flags, NDArray[np.uint64]]:
    """Return who drops out in this simulation, and everybody's ticket for the order."""
    key = hmac.digest(seed, LABEL + str(number).encode(), "sha256")
    numbers = np.frombuffer(hashlib.shake_256(key).digest(16 * people), dtype=">u8")
    limit = rate * 2**64 // 100
    low = numbers[:people].astype(np.uint64)
    drops = np.ones(people, dtype=bool) if rate == 100 else low < np.uint64(limit)
    return drops, numbers[people:].astype(np.uint64)


class _Pool:
    """People as rows of the quotas they count in. Where a feature has no quota for a value,
    a row without bounds stands in, so that every person has one row per feature."""

    def __init__(self, people: Sequence[Person], quotas: Sequence[Quota], seats: int) -> None:
        self.people, self.quotas, self.seats = people, quotas, seats
        self.ids: Mapping[str, int] = {person.id: place for place, person in enumerate(people)}
        features = sorted({quota.feature for quota in quotas})
        rows = {(quota.feature, quota.value): place for place, quota in enumerate(quotas)}
        spare = {feature: len(quotas) + place for place, feature in enumerate(features)}
        self._group: Whole = np.array(
            [features.index(quota.feature) for quota in quotas] + list(range(len(features))),
            dtype=np.int64,
        )
        self._features = len(features)
        self._rows: Whole = np.array(
            [
                [rows.get((f, person.features.get(f, "")), spare[f]) for f in features]
                for person in people
            ],
            dtype=np.int64,
        ).reshape(len(people), len(features))
        homes: dict[str, int] = {}
        self._home: Whole = np.array(
            [homes.setdefault(p.household or f"\0{p.id}", len(homes)) for p in people],
            dtype=np.int64,
        )
        self._homes = len(homes)

    def flags(self, ids: Collection[str]) -> Flags:
        found = np.zeros(len(self.ids), dtype=bool)
        found[[self.ids[one] for one in ids]] = True
        return found

    def bounds(self, panel: Collection[str]) -> tuple[Whole, Whole]:
        """Return lowest and highest seats per row; what the panel breaks already counts as kept."""
        members = [self.people[self.ids[one]] for one in sorted(panel)]
        _amount, broken = broken_quotas(members, self.quotas, self.seats)
        low = [quota.min for quota in self.quotas] + [0] * self._features
        high = [quota.max for quota in self.quotas] + [ANY] * self._features
        counts = self._count(self.flags(panel))
        for place, quota in enumerate(self.quotas):
            if quota.name in broken:
                low[place] = min(low[place], int(counts[place]))
                high[place] = max(high[place], int(counts[place]))
        return np.array(low, dtype=np.int64), np.array(high, dtype=np.int64)

    def _count(self, inside: Flags) -> Whole:
        return np.bincount(self._rows[inside].ravel(), minlength=len(self._group))

    def refill(
        self,
        members: Flags,
        wanted: int,
        ranked: Whole,
        drops: Flags,
        bounds: tuple[Whole, Whole],
    ) -> int | None:
        """Fill `wanted` seats by the rule; return the last place reached in the order (0: none
        wanted), None when nobody keeps the quotas."""
        low, high = bounds
        counts = self._count(members)
        empty = self.seats - int(members.sum())
        taken = np.zeros(self._homes, dtype=bool)
        taken[self._home[members]] = True
        places = np.flatnonzero(~drops[ranked])
        coming = ranked[places]
        rows, homes = self._rows[coming], self._home[coming]
        last = 0
        for _seat in range(wanted):
            lacking = np.maximum(low - counts, 0)
            short = np.bincount(self._group, weights=lacking, minlength=self._features)
            spare = (empty - short.astype(np.int64))[self._group]
            allowed = (counts < high) & ((spare > 0) | ((spare == 0) & (lacking > 0)))
            fits = allowed[rows].all(axis=1) & ~taken[homes]
            first = int(fits.argmax()) if len(fits) else 0
            if not len(fits) or not fits[first]:
                return None
            counts[rows[first]] += 1
            taken[homes[first]] = True
            empty -= 1
            last = max(last, int(places[first]) + 1)
        return last
