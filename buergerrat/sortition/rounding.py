"""A list of equally likely panels whose counts come as near to wanted chances as they can.

Chances are met when everybody is on ⌊wanted⌋ or ⌈wanted⌉ panels of the list. What is too much or
too little for that is moved from class to class: one seat of one panel at a time, and where
quotas forbid that, two seats of one panel at once.
"""

from collections.abc import Sequence
from functools import cached_property
from math import comb

import numpy as np
from numpy.typing import NDArray

from .columns import UNIT, Mixture, Tick, in_units
from .pairs import Pairs
from .pool import Panel, Pool
from .solver import Array
from .swaps import Ids, Swapper, stirred

Listed = NDArray[np.int64]  # panels × classes
NEAR = 1e-6  # a wanted count this close to a whole number is one
LOOKED_AT = 160  # panels compared when one seat is moved
CHOICES = 300  # pairs of classes that are tried when two seats are moved
PARTNERS = 320  # classes that may move with another
VARIED, TRIED = 3, 4  # how often equal panels are told apart, and how many ways are tried
SIDEWAYS = 500  # moves without gain before it is enough
REST = 40  # moves for which a class takes nothing back
STIRS, STIRRED = 12, 24  # how often, and how many moves are made, when nothing helps
TURN = 37  # how far the search for a panel moves on each time


class Leveller:
    """Moves seats inside a list until the counts of all classes are as wanted."""

    def __init__(
        self, pool: Pool, swapper: Swapper, panels: Sequence[Panel], chances: Array
    ) -> None:
        self.panels: Listed = np.array(panels)
        sums = self.panels @ swapper.incidence
        binding = (sums == sums[0]).all(axis=0)
        self._swapper = swapper.fixed(binding, sums[0])
        self._binding = swapper.incidence[:, binding]
        self._sizes = pool.sizes
        self._wanted = chances * len(panels)
        self._low = np.floor(self._wanted + NEAR).astype(np.int64) * self._sizes
        self._high = np.ceil(self._wanted - NEAR).astype(np.int64) * self._sizes
        self.totals = self.panels.sum(axis=0)
        self._sums = sums
        self._turn = 0

    @property
    def deviation(self) -> float:
        """How many panels the count of anybody is away from what is wanted, at most."""
        fewest, most = self.totals // self._sizes, -(-self.totals // self._sizes)
        return float(np.maximum(self._wanted - fewest, most - self._wanted).max(initial=0.0))

    def _costs(self, totals: NDArray[np.int64]) -> Array:
        """Return per class the squared seats outside of what is wanted, per person."""
        outside = np.maximum(0, totals - self._high) + np.maximum(0, self._low - totals)
        result: Array = outside.astype(np.float64) ** 2 / self._sizes
        return result

    def run(self, tick: Tick) -> None:
        """Move seats until nothing is outside, or neither moves nor stirring help any more."""
        count = len(self._sizes)
        patience, stirs = SIDEWAYS, STIRS
        rested = np.zeros(count, dtype=np.int64)
        stuck = np.zeros(count, dtype=bool)
        move, gained = 0, False
        while patience > 0:
            costs = self._costs(self.totals)
            tried = np.where(stuck, 0.0, costs)
            column = int(tried.argmax())
            if tried[column] == 0.0:
                if not costs.any():
                    return
                if not gained:
                    if not stirs:
                        return
                    stirs -= 1
                    self._stir()
                gained = False
                stuck[:] = False
                continue
            out = bool(self.totals[column] > self._high[column])
            gain = self._best(column, out, rested > move)
            tick()
            move += 1
            if gain is None:
                stuck[column] = True
            elif gain < NEAR:
                patience -= 1
                rested[column] = move + REST
            else:
                gained = True

    def _stir(self) -> None:
        """Make some moves that do no harm, so that others become possible."""
        free = np.zeros(len(self._sizes), dtype=bool)
        inside = np.flatnonzero(self._low < self._high)
        for column in inside[np.argsort(self._ties(len(inside)), kind="stable")][:STIRRED]:
            self._best(int(column), bool(self.totals[column] > self._low[column]), free)

    def _best(self, column: int, out: bool, resting: NDArray[np.bool_]) -> float | None:
        """Move a seat out of (or into) a class, alone or with another; returns the gain."""
        gain = self._one(column, out, resting)
        return self._two(column, out, resting) if gain is None else gain

    def _one(self, column: int, out: bool, resting: NDArray[np.bool_]) -> float | None:
        """Move one seat out of (or into) a class; returns the gain, None if nothing can move."""
        step = -1 if out else 1
        now = self._costs(self.totals)
        gain = now - self._costs(self.totals - step)
        gain += now[column] - self._costs(self.totals + step)[column]
        gain[column] = -np.inf
        gain[resting] = -np.inf
        others = self._choices(gain)
        where = self._where(column, out)
        for begin in range(0, len(where) if len(others) else 0, LOOKED_AT):
            part = where[begin : begin + LOOKED_AT]
            free = self._allowed(part, column, others, out)
            hits = free.any(axis=0)
            if hits.any():
                best = int(hits.argmax())
                other = int(others[best])
                self._move(int(part[int(free[:, best].argmax())]), column, other, out)
                return float(gain[other])
        return None

    def _choices(self, gain: Array) -> Ids:
        """Return the places of the greatest gains that are no loss, the greatest first."""
        able = np.flatnonzero(gain > -NEAR)
        score = -gain[able] - self._ties(len(able))
        if len(able) > CHOICES:
            best = np.argpartition(score, CHOICES)[:CHOICES]
            able, score = able[best], score[best]
        return able[np.argsort(score, kind="stable")]

    def _ties(self, count: int) -> Array:
        """Return small numbers that decide between equals, each time otherwise."""
        self._turn += TURN
        return stirred(count, self._turn) * NEAR

    def _where(self, column: int, out: bool) -> Ids:
        """Return the panels that can give (or take) a seat of the class; each time another first."""
        seats = self.panels[:, column]
        where = np.flatnonzero(seats > 0 if out else seats < self._swapper.caps[column])
        self._turn += TURN
        return np.roll(where, -(self._turn % max(1, len(where))))

    def _allowed(self, part: Ids, column: int, others: Ids, out: bool) -> NDArray[np.bool_]:
        """Return panels × others: may the seat go from `column` to the other, or come from it?"""
        swapper = self._swapper
        blocked = np.zeros((len(part), len(others)), dtype=np.uint64)
        for word, (full, scarce) in enumerate(zip(*swapper.bounds(self._sums[part]), strict=True)):
            mine, theirs = swapper.masks[word][column], swapper.masks[word][others]
            into, leaving = (theirs, mine) if out else (mine, theirs)
            blocked |= full[:, None] & (into & ~leaving)
            blocked |= scarce[:, None] & (leaving & ~into)
        free: NDArray[np.bool_] = blocked == 0
        seats = self.panels[np.ix_(part, others)]
        free &= (seats < swapper.caps[others]) if out else (seats > 0)
        if swapper.shared:
            for row, place in enumerate(part):
                crowded = swapper.crowded(self.panels[place])
                same = swapper.groups[others] == swapper.groups[column]
                free[row] &= same | ~(crowded[others] if out else crowded[column])
        return free

    def _two(self, column: int, out: bool, resting: NDArray[np.bool_]) -> float | None:
        """Move a seat of the class together with another one that makes up for it in the quotas.

        Two seats of a panel go to two classes that together count in the same binding quotas.
        Returns the gain, None where no panel has such seats without harm to other classes.
        """
        now = self._costs(self.totals)
        giving = now - self._costs(self.totals - 1)
        taking = now - self._costs(self.totals + 1)
        mine, theirs = (giving, taking) if out else (taking, giving)
        own = mine[column]
        mine[resting] = theirs[resting] = -np.inf
        partners = np.flatnonzero(own + mine > -NEAR)
        partners = partners[partners != column]
        partners = partners[np.argsort(self._ties(len(partners)), kind="stable")[:PARTNERS]]
        row, first, second = self._pairs.like(column, partners)
        partner = partners[row]
        gain = own + mine[partner] + theirs[first] + theirs[second]
        gain[(first == column) | (second == column) | (first == second)] = -1.0
        gain[(first == partner) | (second == partner)] = -1.0
        for choice in self._choices(gain):
            mates = [column, int(partner[choice])]
            others = [int(first[choice]), int(second[choice])]
            leaving, entering = (mates, others) if out else (others, mates)
            place = self._place(leaving, entering)
            if place is not None:
                for old, new in zip(leaving, entering, strict=True):
                    self._move(place, old, new, out=True)
                return float(gain[choice])
        return None

    @cached_property
    def _pairs(self) -> Pairs:
        return Pairs(self._binding)

    def _place(self, leaving: list[int], entering: list[int]) -> int | None:
        """Return a panel in which two seats can go to two other classes."""
        caps = self._swapper.caps
        able = (self.panels[:, leaving] > 0).all(axis=1)
        able &= (self.panels[:, entering] < caps[entering]).all(axis=1)
        rows = self._swapper.incidence
        change = rows[entering].sum(axis=0) - rows[leaving].sum(axis=0)
        places = np.flatnonzero(able)
        if len(places):
            places = places[self._swapper.within(self._sums[places] + change)]
        if not len(places):
            return None
        self._turn += TURN
        for place in np.roll(places, -(self._turn % len(places))):
            if not self._swapper.shared or self._housed(int(place), leaving, entering):
                return int(place)
        return None

    def vary(self, tick: Tick) -> None:
        """Make panels differ that seat the same classes: two panels exchange seats, and every
        class keeps as many as before.

        Panels whose people can change anyway, since their classes are large, are left alone.
        """
        for _ in range(VARIED):
            known: set[bytes] = set()
            changed = False
            for place in range(len(self.panels)):
                panel = self.panels[place]
                if panel.tobytes() in known and self._fixed(panel):
                    tick()
                    changed |= self._exchange(place)
                known.add(self.panels[place].tobytes())
            if not changed:
                return

    def _fixed(self, panel: Panel) -> bool:
        ways = 1
        for column in panel.nonzero()[0]:
            ways *= comb(int(self._sizes[column]), int(panel[column]))
        return ways < len(self.panels) * len(self.panels)

    def _exchange(self, place: int) -> bool:
        """Give one or two seats of a panel to classes that count alike, and take as many of
        theirs on another panel in return."""
        panel, caps = self.panels[place], self._swapper.caps
        seated = panel.nonzero()[0]
        seated = seated[np.argsort(self._ties(len(seated)), kind="stable")]
        for column in seated[:TRIED]:
            partners = seated[seated != column]
            row, first, second = self._pairs.like(int(column), partners)
            partner = partners[row]
            free = (first != second) & (panel[first] < caps[first]) & (panel[second] < caps[second])
            free &= (first != column) & (second != column)
            free &= (first != partner) & (second != partner)
            able = np.flatnonzero(free)
            for choice in able[np.argsort(self._ties(len(able)), kind="stable")[: 2 * TRIED]]:
                leaving = [int(column), int(partner[choice])]
                entering = [int(first[choice]), int(second[choice])]
                if self._swap(place, leaving, entering):
                    return True
        return False

    def _swap(self, place: int, leaving: list[int], entering: list[int]) -> bool:
        rows = self._swapper.incidence
        change = rows[entering].sum(axis=0) - rows[leaving].sum(axis=0)
        if not self._swapper.within(self._sums[[place]] + change)[0]:
            return False
        if self._swapper.shared and not self._housed(place, leaving, entering):
            return False
        other = self._place(entering, leaving)
        if other is None or other == place:
            return False
        for old, new in zip(leaving, entering, strict=True):
            self._move(place, old, new, out=True)
            self._move(other, new, old, out=True)
        return True

    def _housed(self, place: int, leaving: list[int], entering: list[int]) -> bool:
        panel = self.panels[place].copy()
        panel[leaving] -= 1
        panel[entering] += 1
        return self._swapper.housed(panel)

    def _move(self, place: int, column: int, other: int, out: bool) -> None:
        into, leaving = (other, column) if out else (column, other)
        self.panels[place, into] += 1
        self.panels[place, leaving] -= 1
        self._sums[place] += self._swapper.incidence[into] - self._swapper.incidence[leaving]
        self.totals[into] += 1
        self.totals[leaving] -= 1


def pay(panels: Sequence[Panel], owed: Array, sizes: NDArray[np.int64], number: int) -> list[Panel]:
    """Return `number` of the panels, one after the other always the one that pays most.

    `owed`: seats per person of each class, over the whole list.
    """
    stack = np.array(panels)
    rate = in_units(owed / max(1, number))
    open_now = np.zeros(len(sizes), dtype=np.int64)
    chosen = []
    for _ in range(number):
        open_now += rate
        panel = panels[int(np.argmax(stack @ open_now))]
        open_now -= panel * UNIT // sizes
        chosen.append(panel)
    return chosen


def round_mixture(mixture: Mixture, sizes: NDArray[np.int64], number: int) -> list[Panel]:
    """Return `number` panels whose mixture comes close to the given one."""
    copies = np.floor(number * mixture.shares + NEAR).astype(int)
    panels = [
        panel for panel, times in zip(mixture.panels, copies, strict=True) for _ in range(times)
    ][:number]
    given = np.sum(panels, axis=0) / sizes if panels else 0.0
    return panels + pay(
        mixture.panels, number * mixture.chances - given, sizes, number - len(panels)
    )


def binding(pool: Pool, chances: Array) -> NDArray[np.int64]:
    """Return the quotas that every panel must meet at a bound, for these chances to come out."""
    seats = pool.incidence @ (chances * pool.sizes)
    bounds = np.array([(quota.min, quota.max) for quota in pool.quotas])
    near: NDArray[np.int64] = np.flatnonzero(np.abs(bounds - seats[:, None]).min(axis=1) < NEAR)
    return near
