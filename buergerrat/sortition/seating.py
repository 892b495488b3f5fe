"""Turns seats per class into people, so that people who are alike sit on equally many panels."""

import hmac
from collections import Counter
from collections.abc import Iterator, MutableSequence, Sequence
from typing import Any

from .pool import Panel, Pool
from .tickets import ticket

ORDER_LABEL = b"buergerrat/reihenfolge/1\0"


def numbers(seed: bytes) -> Iterator[int]:
    """Yield 256-bit numbers out of the seed: HMAC-SHA-256 of 0, 1, 2, …"""
    count = 0
    while True:
        block = hmac.digest(seed, ORDER_LABEL + count.to_bytes(8, "big"), "sha256")
        yield int.from_bytes(block, "big")
        count += 1


def shuffle(items: MutableSequence[Any], seed: bytes) -> None:
    """Shuffle in place (Fisher–Yates); numbers that would favour anybody are thrown away."""
    stream = numbers(seed)
    for last in range(len(items) - 1, 0, -1):
        fair = 2**256 - 2**256 % (last + 1)
        number = next(stream)
        while number >= fair:
            number = next(stream)
        other = number % (last + 1)
        items[last], items[other] = items[other], items[last]


class Seating:
    """Hands seats round within classes; counts of people who are alike stay within one."""

    def __init__(self, pool: Pool, seed: bytes) -> None:
        self._pool = pool
        self._seed = seed
        self.counts: Counter[str] = Counter()
        self._home_counts: Counter[str] = Counter()
        self._members: dict[tuple[int, str], list[str]] = {}
        self._homes: dict[int, list[str]] = {}
        self._columns: dict[int, list[int]] = {}
        for column, item in enumerate(pool.classes):
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
        while any(self._level_class(column) for column in range(len(self._pool.classes))):
            pass

    def _level_class(self, column: int) -> bool:
        ids = self._pool.classes[column].ids
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
        column = next(c for c, item in enumerate(self._pool.classes) if blocking[0] in item.ids)
        twins = self._members.get((column, homes[over]), [])
        twin = min(twins, key=lambda one: self.counts[one], default=None)
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
    """Return the people of every panel, sorted by id."""
    seating = Seating(pool, seed)
    for panel in panels:
        seating.seat(panel)
    seating.level()
    return [tuple(sorted(chosen)) for chosen in seating.panels]
