"""Attacks on how many lists people are on: by Losnummer (rejected), and as format 2 says it.

Format 2 says how many people are on how many lists, and not who.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from attack_pools import Array, Subject, Whole

from buergerrat.sortition.leximin import relaxed
from buergerrat.sortition.pool import Person, make_pool

SIMULATED = 30  # pools the attacker draws for himself
NEAREST = 150  # simulated people with the nearest chances who are asked
SURE = 0.9


def raked(item: Subject) -> Array:
    """Weights of the town's people under which they give the pool's published sums."""
    weights = np.full(len(item.town), 1.0 / len(item.town))
    for _ in range(20):
        for feature in range(item.rows.shape[1]):
            width = int(max(item.town[:, feature].max(), item.rows[:, feature].max())) + 1
            now = np.bincount(item.town[:, feature], weights, width)
            goal = np.bincount(item.rows[:, feature], minlength=width) / len(item.rows)
            weights *= (goal / np.maximum(now, 1e-12))[item.town[:, feature]]
    total: Array = weights / weights.sum()
    return total


def simulate(item: Subject, weights: Array) -> tuple[Array, Whole]:
    """Chances and rows of people in pools that the attacker draws from the town himself."""
    rng = np.random.default_rng(3)
    chances, rows = [], []
    for _ in range(SIMULATED * 3):
        drawn = item.town[rng.choice(len(item.town), len(item.people), p=weights)]
        people = [
            Person(f"{n:04}", {f: f"value{v}" for f, v in zip(item.features, row, strict=True)})
            for n, row in enumerate(drawn.tolist())
        ]
        pool = make_pool(people, item.quotas, item.seats)
        try:
            aim = relaxed(pool).chances
        except ValueError:
            continue  # this pool could not have been drawn from
        by_id = {one: aim[c] for c, cell in enumerate(pool.classes) for one in cell.ids}
        chances.append([by_id[f"{n:04}"] for n in range(len(people))])
        rows.append(drawn)
        if len(rows) == SIMULATED:
            break
    return np.concatenate(chances), np.concatenate(rows)


def posterior(chance: float, prior: Array, chances: Array, values: Whole) -> Array:
    """Shares of a feature's values among the simulated people with the nearest chances."""
    if not len(chances):
        return prior
    near = np.argpartition(np.abs(chances - chance), min(NEAREST, len(chances) - 1))[:NEAREST]
    seen = np.bincount(values[near], minlength=len(prior))
    shares: Array = (seen + 10 * prior) / (seen.sum() + 10)
    return shares


@dataclass(frozen=True)
class Guess:
    """Over people and features: hit rates before and after, bits gained, how many are sure."""

    before: float
    after: float
    bits: float
    most_bits: float
    sure: int
    sure_right: float


def judged(prior: list[Array], post: list[Array], rows: Whole) -> Guess:
    """Compare guesses (per feature: people × values) with the truth."""
    hits, bits, sure = [], [], []
    places = np.arange(len(rows))
    for feature, (old, new) in enumerate(zip(prior, post, strict=True)):
        truth = rows[:, feature]
        hits.append(((old.argmax(axis=1) == truth).mean(), (new.argmax(axis=1) == truth).mean()))
        bits.append(float(np.log2(new[places, truth] / old[places, truth]).mean()))
        certain = (new.max(axis=1) >= SURE) & (old.max(axis=1) < SURE)
        sure += (new.argmax(axis=1) == truth)[certain].tolist()
    before, after = np.mean(hits, axis=0)
    return Guess(float(before), float(after), float(np.mean(bits)), max(bits), len(sure),
                 float(np.mean(sure)) if sure else 0.0)  # fmt: skip


def widths(item: Subject) -> list[int]:
    return [int(max(item.rows[:, f].max(), item.town[:, f].max())) + 1
            for f in range(item.rows.shape[1])]  # fmt: skip


def from_counts(item: Subject, chances: Array, rows: Whole, grid: int = 1) -> Guess:
    """Guess every Losnummer's features from its count; `grid`: counts rounded to so many lists."""
    counts = np.round(item.counts / grid) * grid / len(item.lottery.panels)
    asked = np.round(chances * len(item.lottery.panels) / grid) * grid / len(item.lottery.panels)
    prior, post = [], []
    for feature, width in enumerate(widths(item)):
        shares = np.bincount(item.rows[:, feature], minlength=width) / len(item.rows)
        shares = np.maximum(shares, 1e-3)
        table = {c: posterior(c, shares, asked, rows[:, feature]) for c in set(counts.tolist())}
        prior.append(np.tile(shares, (len(item.rows), 1)))
        post.append(np.array([table[count] for count in counts.tolist()]))
    return judged(prior, post, item.rows)


def from_histogram(item: Subject, chances: Array, rows: Whole) -> Guess:
    """Guess from the counts without Losnummern: the same mixture of all counts for everybody."""
    counts = item.counts / len(item.lottery.panels)
    prior, post = [], []
    for feature, width in enumerate(widths(item)):
        shares = np.bincount(item.rows[:, feature], minlength=width) / len(item.rows)
        shares = np.maximum(shares, 1e-3)
        table = [posterior(count, shares, chances, rows[:, feature]) for count in counts]
        prior.append(np.tile(shares, (len(item.rows), 1)))
        post.append(np.tile(np.mean(table, axis=0), (len(item.rows), 1)))
    return judged(prior, post, item.rows)


def by_division(item: Subject) -> tuple[int, int, int]:
    """Divide each quota by the people who share it: (named, right, values so found).

    Whoever has a value of which the pool has too many shares its `max` with all the others, so
    their counts are lists·max/people; as many Losnummern with that count are those people.
    """
    lists, named, right, found = len(item.lottery.panels), 0, 0, 0
    for quota in item.quotas:
        feature, value = item.cell(quota)
        truth = item.rows[:, feature] == value
        for seats in {quota.min, quota.max} if truth.any() else set():
            near = np.abs(item.counts - lists * seats / truth.sum()) <= 1.5
            fits = 0.95 <= near.sum() / truth.sum() <= 1.05
            if fits and abs(item.counts[near].sum() / (lists * seats) - 1) < 0.05:
                named, right, found = named + near.sum(), right + (near & truth).sum(), found + 1
                break
    return int(named), int(right), found


def knowing_the_others(item: Subject) -> Guess:
    """The most counts can give: whoever knows features and counts of all the others guesses one."""
    counts, rows = item.counts, item.rows
    prior, post = [], []
    for feature, width in enumerate(widths(item)):
        shares = np.maximum(np.bincount(rows[:, feature], minlength=width) / len(rows), 1e-3)
        table = np.empty((len(rows), width))
        for one, count in enumerate(counts):
            far = np.abs(counts - count).astype(float)
            far[one] = np.inf
            near = np.flatnonzero(far <= max(1.0, np.sort(far)[7]))
            seen = np.bincount(rows[near, feature], minlength=width) + 2 * shares
            table[one] = seen / seen.sum()
        prior.append(np.tile(shares, (len(rows), 1)))
        post.append(table)
    return judged(prior, post, rows)
