"""Draw many times and see whether chance does what the record says.

    python benchmarks/fairness.py                     1,000 seeds, 100 picks each
    python benchmarks/fairness.py --seeds 200 --picks 500

A small pool with unequal chances and a household, a fresh lottery per seed, and per lottery many
picks out of a public source. Prints how often each person was drawn beside the chance that the
records state, and three chi-square tests. Takes about two minutes.
"""

from __future__ import annotations

import argparse
import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from table import decimal, table

from buergerrat.sortition.commitment import SeedKind, pick_number
from buergerrat.sortition.panels import Lottery, build
from buergerrat.sortition.pool import Person, Quota

SEATS = 4
WATCHED = (0, 187, 999)  # lists looked at closely: the first, one within, the last
PEOPLE = [
    *(Person(f"0{n}", {"Alter": "jung", "Ort": "Kernstadt"}) for n in range(1, 6)),
    *(Person(f"0{n}", {"Alter": "alt", "Ort": "Kernstadt"}) for n in range(6, 9)),
    Person("09", {"Alter": "alt", "Ort": "Weinberg"}),
    Person("10", {"Alter": "alt", "Ort": "Weinberg"}),
    Person("11", {"Alter": "jung", "Ort": "Weinberg"}, "heim"),
    Person("12", {"Alter": "jung", "Ort": "Weinberg"}, "heim"),
]
QUOTAS = [
    Quota("Alter", "jung", 1, 2),
    Quota("Alter", "alt", 2, 3),
    Quota("Ort", "Kernstadt", 2, 3),
    Quota("Ort", "Weinberg", 1, 2),
]
ALIKE = (PEOPLE[:5], PEOPLE[5:8], PEOPLE[8:10], PEOPLE[10:])


def seed(number: int) -> bytes:
    """The seed of one simulated draw."""
    return hashlib.sha256(f"buergerrat/simulation/{number}".encode()).digest()


def tail(statistic: float, freedom: int) -> float:
    """Probability that chi-square is at least this large (Wilson and Hilferty's approximation)."""
    spread = 2 / (9 * freedom)
    z = ((statistic / freedom) ** (1 / 3) - (1 - spread)) / math.sqrt(spread)
    return math.erfc(z / math.sqrt(2)) / 2


class Holders:
    """Who of several equal people holds the seats of one list, over many lotteries.

    Where a list has s of m equal people, each holds a seat with chance s/m; the counts hang
    together because s of them do, which `statistic` takes into account.
    """

    def __init__(self, ids: Sequence[str]) -> None:
        self.ids = tuple(ids)
        self.held: Counter[str] = Counter()
        self._expected = self._variance = 0.0

    def see(self, panel: Iterable[str]) -> None:
        inside = set(panel).intersection(self.ids)
        self.held.update(inside)
        share = len(inside) / len(self.ids)
        self._expected += share
        self._variance += share * (1 - share)

    @property
    def statistic(self) -> float:
        """Chi-square with len(ids) - 1 degrees of freedom if all are treated alike."""
        squares = sum((self.held[one] - self._expected) ** 2 for one in self.ids)
        size = len(self.ids)
        return squares * (size - 1) / (size * self._variance)


def even(counts: Mapping[int, int], cells: int) -> float:
    """Chi-square of counts that should be equal, cells - 1 degrees of freedom."""
    expected = sum(counts.values()) / cells
    return sum((counts.get(cell, 0) - expected) ** 2 for cell in range(cells)) / expected


def digest(lottery: Lottery) -> str:
    """Stands for the checksum of the record's lists."""
    return hashlib.sha256(
        "\n".join(",".join(panel) for panel in lottery.panels).encode()
    ).hexdigest()


class Simulation:
    """Everything that is counted over the draws."""

    def __init__(self) -> None:
        self.draws = 0
        self.drawn: Counter[str] = Counter()
        self.stated = {person.id: 0.0 for person in PEOPLE}  # mean of the lotteries' chances
        self.numbers: Counter[int] = Counter()
        self.together: Counter[tuple[str, str]] = Counter()
        self.holders = {
            (group[0].id, place): Holders([person.id for person in group])
            for group in ALIKE
            for place in WATCHED
        }

    def run(self, seeds: int, picks: int) -> None:
        for number in range(seeds):
            own = seed(number)
            lottery = build(PEOPLE, QUOTAS, SEATS, own)
            for (_, place), holders in self.holders.items():
                holders.see(lottery.panels[place])
            for one, chance in lottery.chances.items():
                self.stated[one] += float(chance) / seeds
            listed = digest(lottery)
            for pick in range(picks):
                dice = f"{number * picks + pick:020}"
                drawn = pick_number(own, listed, SeedKind.DICE, dice, len(lottery.panels))
                self.numbers[drawn] += 1
                self.drawn.update(lottery.panels[drawn])
                self.together.update(combinations(lottery.panels[drawn], 2))
            self.draws += picks

    def report(self) -> str:
        rows = [
            (person.id, decimal(100 * self.stated[person.id], 2),
             decimal(100 * self.drawn[person.id] / self.draws, 2))
            for person in PEOPLE
        ]  # fmt: skip
        worst = max(abs(self.drawn[p.id] / self.draws - self.stated[p.id]) for p in PEOPLE)
        cells = len(self.numbers)
        lines = [
            table(("Person", "Chance laut Protokoll in %", "gelost in %"), rows),
            "",
            f"{self.draws} Losungen. Größter Unterschied: {decimal(100 * worst, 2)} Prozentpunkte.",
            f"Nummern der Liste ({cells} kamen vor): p = {tail(even(self.numbers, 1000), 999):.3f}",
        ]
        for (_, place), holders in self.holders.items():
            p = tail(holders.statistic, len(holders.ids) - 1)
            lines.append(f"Liste {place:03}, wer von {', '.join(holders.ids)}: p = {p:.3f}")
        return "\n".join([*lines, *self._pairs()])

    def _pairs(self) -> list[str]:
        """How often two equal people were drawn together, per pair: the range in a group."""
        lines = []
        for group in ALIKE:
            shares = [
                100 * self.together[pair] / self.draws
                for pair in combinations([person.id for person in group], 2)
            ]
            span = f"{decimal(min(shares), 2)} bis {decimal(max(shares), 2)} %"
            names = ", ".join(person.id for person in group)
            lines.append(f"Zu zweit gelost, aus {names}: {span}")
        return lines


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--picks", type=int, default=100, help="per seed")
    given = parser.parse_args()
    simulation = Simulation()
    simulation.run(given.seeds, given.picks)
    print(simulation.report())


if __name__ == "__main__":
    main()
