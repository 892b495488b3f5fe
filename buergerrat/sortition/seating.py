"""Turns seats per class into people, so that people who are alike sit on equally many panels."""

import hmac
from collections import Counter
from collections.abc import Collection, MutableSequence, Sequence
from struct import unpack
from typing import Any

import numpy as np

from .pool import Panel, Pool
from .tickets import ticket

ORDER_LABEL = b"buergerrat/reihenfolge/1\0"
WORD = 2**64


class Stream:
    """Random numbers out of the seed: 64-bit words of HMAC-SHA-256 blocks 0, 1, 2, …"""

    def __init__(self, seed: bytes) -> None:
        self._seed = seed
        self._block = 0
        self._words: list[int] = []

    def below(self, limit: int) -> int:
        """Return a number from 0 to limit - 1; words that would favour any are thrown away."""
        fair = WORD - WORD % limit
        while True:
            if not self._words:
                label = ORDER_LABEL + self._block.to_bytes(8, "big")
                self._words = list(unpack(">4Q", hmac.digest(self._seed, label, "sha256")))[::-1]
                self._block += 1
            word = self._words.pop()
            if word < fair:
                return word % limit


def shuffle(items: MutableSequence[Any], stream: Stream) -> None:
    """Shuffle in place (Fisher–Yates)."""
    for last in range(len(items) - 1, 0, -1):
        other = stream.below(last + 1)
        items[last], items[other] = items[other], items[last]


def deal(ids: Sequence[str], seats: Sequence[int], stream: Stream) -> list[list[str]]:
    """Hand `seats` per panel round like cards: everybody once, in random order, then again.

    Nobody gets two seats of a panel: who had one already goes to the end of the new round.
    """
    deck: list[str] = []
    hands = []
    for wanted in seats:
        hand = deck[:wanted]
        del deck[:wanted]
        if len(hand) < wanted:
            fresh = list(ids)
            shuffle(fresh, stream)
            seated = set(hand)
            deck = [one for one in fresh if one not in seated]
            deck += [one for one in fresh if one in seated]
            missing = wanted - len(hand)
            hand += deck[:missing]
            del deck[:missing]
        hands.append(hand)
    return hands


class Seating:
    """Hands seats round where people share a household; counts of people who are alike stay
    within one."""

    def __init__(self, pool: Pool, alone: Collection[int], seed: bytes) -> None:
        """`alone`: the classes that are seated by `deal`."""
        self._pool = pool
        self._seed = seed
        self.counts: Counter[str] = Counter()
        self._home_counts: Counter[str] = Counter()
        self._members: dict[tuple[int, str], list[str]] = {}
        self._homes: dict[int, list[str]] = {}
        self._columns: dict[int, list[int]] = {}
        self._shared = [c for c in range(len(pool.classes)) if c not in alone]
        for column in self._shared:
            item = pool.classes[column]
            self._columns.setdefault(item.group, []).append(column)
            for one in item.ids:
                home = pool.households[one]
                self._members.setdefault((column, home), []).append(one)
                homes = self._homes.setdefault(item.group, [])
                if home not in homes:
                    homes.append(home)
        self.panels: list[set[str]] = []

    def seat(self, panel: Panel) -> None:
        """Seat the people of one more panel."""
        label = f"platz/{len(self.panels)}"
        chosen: set[str] = set()
        for group, columns in self._columns.items():
            wanted = {column: int(panel[column]) for column in columns if panel[column]}
            if wanted:
                chosen |= self._seat_group(group, wanted, label)
        self.panels.append(chosen)
        self.counts.update(chosen)
        self._home_counts.update(self._pool.households[one] for one in chosen)

    def _tie(self, label: str, name: str) -> bytes:
        return ticket(self._seed, label, name)

    def _order(self, name: str) -> bytes:
        return self._tie("ausgleich", name)

    def _seat_group(self, group: int, wanted: dict[int, int], label: str) -> set[str]:
        """Choose the households served least so far, then who of them takes which seat."""
        homes = sorted(
            self._homes[group], key=lambda home: (self._home_counts[home], self._tie(label, home))
        )[: sum(wanted.values())]
        seats = [column for column, times in wanted.items() for _ in range(times)]
        if len(wanted) > 1:
            seats = self._match(homes, seats, label)
        return {self._least(column, home, label) for column, home in zip(seats, homes, strict=True)}

    def _least(self, column: int, home: str, label: str) -> str:
        return min(
            self._members[column, home], key=lambda one: (self.counts[one], self._tie(label, one))
        )

    def _match(self, homes: Sequence[str], seats: list[int], label: str) -> list[int]:
        """Assign seats to households so that those served least in a class come first."""
        cost = {
            (home, column): self.counts[self._least(column, home, label)]
            for home in homes
            for column in set(seats)
        }
        improved = True
        while improved:
            improved = False
            for i in range(len(homes)):
                for j in range(i):
                    now = cost[homes[i], seats[i]] + cost[homes[j], seats[j]]
                    then = cost[homes[i], seats[j]] + cost[homes[j], seats[i]]
                    if then < now:
                        seats[i], seats[j] = seats[j], seats[i]
                        improved = True
        return seats

    def level(self) -> None:
        """Even out what the households' rule left uneven, one exchange at a time."""
        while any(self._level_class(column) for column in self._shared):
            pass

    def _level_class(self, column: int) -> bool:
        ids = sorted(self._pool.classes[column].ids, key=self._order)
        most = max(ids, key=lambda one: self.counts[one])
        least = min(ids, key=lambda one: self.counts[one])
        if self.counts[most] - self.counts[least] < 2:
            return False
        for over in (one for one in ids if self.counts[one] == self.counts[most]):
            for under in (one for one in ids if self.counts[one] == self.counts[least]):
                if any(self._replace(panel, over, under) for panel in self.panels):
                    return True
        return False

    def _replace(self, panel: set[str], over: str, under: str) -> bool:
        """Put `under` in the place of `over`; if their household is there, exchange households."""
        if over not in panel:
            return False
        homes = self._pool.households
        blocking = [one for one in panel if homes[one] == homes[under] and one != over]
        if not blocking:
            self._move(panel, [over], [under])
            return True
        column = next(c for c in self._shared if blocking[0] in self._pool.classes[c].ids)
        twins = self._members.get((column, homes[over]), [])
        twin = min(twins, key=lambda one: (self.counts[one], self._order(one)), default=None)
        if twin is None or twin == over or self.counts[twin] >= self.counts[blocking[0]] + 1:
            return False
        self._move(panel, [over, blocking[0]], [under, twin])
        return True

    def _move(self, panel: set[str], out: Sequence[str], into: Sequence[str]) -> None:
        panel.difference_update(out)
        panel.update(into)
        self.counts.subtract(out)
        self.counts.update(into)


def seat_all(pool: Pool, panels: Sequence[Panel], seed: bytes) -> list[tuple[str, ...]]:
    """Return the people of every panel, sorted by id; the panels are in random order before."""
    panels = list(panels)
    stream = Stream(seed)
    shuffle(panels, stream)
    columns = Counter(item.group for item in pool.classes)
    alone = {
        column: item
        for column, item in enumerate(pool.classes)
        if columns[item.group] == 1 and len(item.ids) == pool.group_sizes[item.group]
    }
    seated: list[set[str]] = [set() for _ in panels]
    seats = np.array(panels)
    for column, item in alone.items():
        places = np.flatnonzero(seats[:, column])
        hands = deal(item.ids, seats[places, column].tolist(), stream)
        for place, hand in zip(places.tolist(), hands, strict=True):
            seated[place].update(hand)
    if len(alone) < len(pool.classes):
        seating = Seating(pool, alone, seed)
        for panel in panels:
            seating.seat(panel)
        seating.level()
        for chosen, others in zip(seated, seating.panels, strict=True):
            chosen |= others
    return [tuple(sorted(chosen)) for chosen in seated]
