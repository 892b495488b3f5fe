"""What a seating achieves: new encounters, repeats against a proven bound, mixed tables.

Repeats = Σ over pairs of C(times met, 2). Quota of a value at a table: between ⌊ideal⌋ and
⌈ideal⌉, ideal = people with the value · seats / people present.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

Round = Mapping[str, int]
Pair = tuple[str, str]


@dataclass(frozen=True)
class Seatable:
    """One person present: a pseudonymous id and the features that tables should mix."""

    id: str
    features: Mapping[str, str]


@dataclass(frozen=True)
class BrokenWish:
    """A wish the plan could not keep; `kind` is "together" or "apart"."""

    kind: str
    first: str
    second: str


@dataclass(frozen=True)
class Report:
    """What a plan achieves. Repeats, pairs and people met count all rounds so far."""

    pairs: int
    new_pairs: int
    repeats: int
    repeats_bound: int
    most_meetings: int
    quota_misses: int
    worst_feature: str | None
    min_met: int
    median_met: float
    broken_wishes: tuple[BrokenWish, ...] = ()

    @property
    def gap(self) -> int:
        """Repeats above what no plan at all could avoid."""
        return self.repeats - self.repeats_bound


def evaluate(
    people: Sequence[Seatable],
    assignment: Round,
    tables: int,
    rounds_before: Sequence[Round] = (),
    together: Sequence[Pair] = (),
    apart: Sequence[Pair] = (),
) -> Report:
    """Report on any plan for this round, also one that was changed by hand."""
    before: Counter[Pair] = Counter()
    for earlier in rounds_before:
        before.update(pairs_at_tables(earlier))
    after = before + Counter(pairs_at_tables(assignment))
    met: Counter[str] = Counter()
    for first, second in after:
        met.update((first, second))
    reach = [met[name] for name in assignment] or [0]
    misses = _misses(people, assignment, tables)
    return Report(
        pairs=len(after),
        new_pairs=len(after) - len(before),
        repeats=sum(math.comb(times, 2) for times in after.values()),
        repeats_bound=repeats_bound([*rounds_before, assignment]),
        most_meetings=max(after.values(), default=0),
        quota_misses=sum(misses.values()),
        worst_feature=max(misses, key=lambda name: (misses[name], name)) if +misses else None,
        min_met=min(reach),
        median_met=float(median(reach)),
        broken_wishes=_broken(assignment, together, apart),
    )


def repeats_bound(rounds: Sequence[Round]) -> int:
    """Repeats that no plan can avoid, by the pigeonhole principle.

    Of an earlier table with s people who are there again, spread over G tables (s = q·G + r),
    at least r·C(q+1,2) + (G−r)·C(q,2) pairs meet again; summed over tables and pairs of rounds.
    """
    bound = 0
    for earlier, later in combinations(rounds, 2):
        tables = len(set(later.values()))
        again = Counter(table for person, table in earlier.items() if person in later)
        for size in again.values():
            share, rest = divmod(size, tables)
            bound += rest * math.comb(share + 1, 2) + (tables - rest) * math.comb(share, 2)
    return bound


def quota_range(total: int, size: int, people: int) -> tuple[int, int]:
    """⌊ideal⌋ and ⌈ideal⌉ of a value that `total` of `people` have, at a table of `size`."""
    share, rest = divmod(total * size, people)
    return share, share + (1 if rest else 0)


def _misses(people: Sequence[Seatable], assignment: Round, tables: int) -> Counter[str]:
    """Feature → people outside [⌊ideal⌋, ⌈ideal⌉], summed over tables and values."""
    seated = [person for person in people if person.id in assignment]
    sizes = Counter(assignment[person.id] for person in seated)
    totals = Counter(pair for person in seated for pair in person.features.items())
    found = Counter(
        (assignment[person.id], pair) for person in seated for pair in person.features.items()
    )
    misses: Counter[str] = Counter()
    for table in range(1, tables + 1):
        for pair, total in totals.items():
            low, high = quota_range(total, sizes[table], len(seated))
            misses[pair[0]] += max(0, low - found[table, pair], found[table, pair] - high)
    return misses


def pairs_at_tables(seating: Round) -> list[Pair]:
    """Everybody who sits with everybody, each pair once and in order."""
    at: dict[int, list[str]] = {}
    for person, table in seating.items():
        at.setdefault(table, []).append(person)
    return [pair for group in at.values() for pair in combinations(sorted(group), 2)]


def _broken(
    seating: Round, together: Sequence[Pair], apart: Sequence[Pair]
) -> tuple[BrokenWish, ...]:
    wishes = [("together", pair) for pair in together] + [("apart", pair) for pair in apart]
    return tuple(
        BrokenWish(kind, *pair)
        for kind, pair in wishes
        if pair[0] in seating
        and pair[1] in seating
        and (seating[pair[0]] == seating[pair[1]]) != (kind == "together")
    )
