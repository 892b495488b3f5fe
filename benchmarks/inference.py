"""What an attacker learns from a published lottery: all lists by Losnummer, or sealed seats.

    python benchmarks/inference.py [FOLDER WITH POOLS]

Without a folder the pools are made (shapes of three usual ones, and one with households). For
every pool: what solving the published lists gives (format 1), what the counts per Losnummer give
when the seats are sealed (format 2), with names, and what a replacement gives. The text to the
figures is docs/rueckschluesse.md. Only numpy and highspy; under two minutes on two cores.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pools import read

from buergerrat.sortition.leximin import relaxed
from buergerrat.sortition.panels import Lottery, build
from buergerrat.sortition.pool import Person, Quota, make_pool
from buergerrat.sortition.quotas import check
from buergerrat.sortition.replacements import next_replacement, order
from buergerrat.sortition.solver import Program

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
KNOWN = ("mass_24", "sf_c_44", "hd_30")
SHAPES = {"klein_24": (70, 5, 24, 0), "mittel_44": (161, 7, 44, 0), "breit_30": (239, 7, 30, 0),
          "haushalte_30": (239, 5, 30, 40)}  # fmt: skip
WIDTHS = (2, 4, 3, 4, 2, 5, 3)
TOWN = 17_000
VISIBLE = 2  # the first features, usually sex and age, that anybody sees in a named member
TRIES = 100  # corners looked at per value
WIDER = 6  # directions taken beyond those that quotas explain
SIMULATED = 30  # pools the attacker draws for himself
NEAREST = 150  # simulated people with the nearest chances who are asked
SURE = 0.9


@dataclass(frozen=True)
class Subject:
    """A pool with its lottery; `rows`: value numbers, people × features; `town`: who lives there."""

    name: str
    people: list[Person]
    quotas: list[Quota]
    seats: int
    features: tuple[str, ...]
    rows: Whole
    town: Whole
    lottery: Lottery

    @property
    def counts(self) -> Array:
        return np.array([self.lottery.counts[one.id] for one in self.people], dtype=float)

    @property
    def matrix(self) -> Array:
        """Lists × people, 1 where the person is on the list."""
        place = {one.id: column for column, one in enumerate(self.people)}
        found = np.zeros((len(self.lottery.panels), len(self.people)))
        for row, panel in enumerate(self.lottery.panels):
            found[row, [place[one] for one in panel]] = 1
        return found

    def cell(self, quota: Quota) -> tuple[int, int]:
        return self.features.index(quota.feature), int(quota.value.removeprefix("value"))


def subject(name: str, people: list[Person], quotas: list[Quota], town: Whole | None) -> Subject:
    seats = int(name.rsplit("_", 1)[1])
    features = tuple(dict.fromkeys(quota.feature for quota in quotas))
    rows = np.array([[int(p.features[f].removeprefix("value")) for f in features] for p in people])
    lottery = build(people, quotas, seats, b"rueckschluesse")
    return Subject(name, people, quotas, seats, features, rows, rows if town is None else town,
                   lottery)  # fmt: skip


def made(name: str) -> Subject:
    """A pool out of a made town whose features hang together; some answer more readily."""
    number, count, seats, couples = SHAPES[name]
    rng = np.random.default_rng(number + couples)
    milieu = rng.integers(0, 4, TOWN)
    columns, readiness = [], np.ones(TOWN)
    for width in WIDTHS[:count]:
        shares = rng.dirichlet(np.full(width, 6.0), size=4)
        drawn = (rng.random(TOWN)[:, None] > shares[milieu].cumsum(axis=1)).sum(axis=1)
        columns.append(np.minimum(drawn, width - 1))
        readiness *= rng.uniform(0.6, 1.6, width)[columns[-1]]
    town = np.array(columns).T
    chosen = rng.choice(TOWN, number, replace=False, p=readiness / readiness.sum())
    homes = [f"h{place // 2}" if place < 2 * couples else None for place in range(number)]
    features = [f"feature{place}" for place in range(count)]
    people = [
        Person(f"p{place:03}", {f: f"value{v}" for f, v in zip(features, town[row], strict=True)}, home)
        for place, (row, home) in enumerate(zip(chosen, homes, strict=True))
    ]  # fmt: skip
    quotas = []
    for place, feature in enumerate(features):
        for value in range(WIDTHS[place]):
            aim = round(seats * float((town[:, place] == value).mean()))
            here = int((town[chosen, place] == value).sum())
            quotas.append(Quota(feature, f"value{value}", min(max(0, aim - 1), here), aim + 1))
    answer = check(people, quotas, seats)
    return subject(name, people, list(answer.changed), town)


# Format 1: every list by Losnummer


def strain(sums: Array, low: float, high: float) -> Array:
    """How badly the seats of a guessed group break its quota over the lists, and how they vary."""
    off = np.maximum(0, sums - high) - np.minimum(0, sums - low)
    found: Array = (off * off).sum(axis=-1) + 0.05 * sums.var(axis=-1) * sums.shape[-1]
    return found


def polish(lists: Array, guess: Array, low: float, high: float) -> tuple[Array, float]:
    """Exchange one person for another in the guessed group while the strain goes down."""
    sums, columns = lists @ guess, lists.T
    best = float(strain(sums, low, high))
    while True:
        slope = columns @ (np.maximum(0, sums - high) + np.minimum(0, sums - low)
                           + 0.05 * (sums - sums.mean()))  # fmt: skip
        inside, outside = np.flatnonzero(guess > 0.5), np.flatnonzero(guess < 0.5)
        out, into = (
            inside[np.argsort(-slope[inside])[:10]],
            outside[np.argsort(slope[outside])[:10]],
        )
        trial = sums - columns[out][:, None, :] + columns[into][None, :, :]
        values = strain(trial, low, high)
        if not values.size or values.min() >= best - 1e-9:
            return guess, best
        i, j = np.unravel_index(int(values.argmin()), values.shape)
        best, sums, guess = float(values[i, j]), trial[i, j], guess.copy()
        guess[out[i]], guess[into[j]] = 0.0, 1.0


def group(
    lists: Array, plane: Array, always: int, quota: Quota, size: int, rng: np.random.Generator
) -> tuple[Array, float]:
    """Guess who has a value: corners of the box inside the plane of small variance.

    `always`: people who are on every list; how many of them have the value is a further unknown.
    """
    people, width = plane.shape
    rows = np.ones((people + 2, width + 1))
    rows[:people, :-1], rows[:people, -1] = plane, 0.0
    rows[people, :-1], rows[people + 1, :-1] = plane.sum(axis=0), lists.mean(axis=0) @ plane
    limits = (
        np.concatenate([np.full(people, -0.02), [size], [quota.min]]),
        np.concatenate([np.full(people, 1.02), [size], [quota.max]]),
    )
    program = Program(
        rows,
        limits,
        (np.append(np.full(width, -np.inf), 0.0), np.append(np.full(width, np.inf), always)),
    )
    best, least = np.zeros(people), np.inf
    for _ in range(TRIES):
        found = program.maximise(np.append(plane.T @ rng.normal(size=people), 0.0))
        if found is None:
            break
        fixed = round(float(found.columns[-1]))
        low, high = quota.min - fixed, quota.max - fixed
        guess = np.zeros(people)
        guess[np.argsort(-(plane @ found.columns[:-1]))[: size - fixed]] = 1.0
        if float(strain(lists @ guess, low, high)) < 4 * least + 20:
            guess, value = polish(lists, guess, low, high)
            if value < least:
                best, least = guess, value
        if least < 1.0:
            break
    return best, least


def solve_lists(item: Subject) -> dict[str, float]:
    """Recover everybody's features from the lists, quotas and pool sums alone."""
    rng = np.random.default_rng(1)
    every = item.matrix
    moving = np.flatnonzero(every.min(axis=0) < every.max(axis=0))
    lists, always = every[:, moving], every.shape[1] - len(moving)
    spread, axes = np.linalg.eigh(np.cov(lists.T))
    width = len(item.quotas) - len(item.features) + 1 + WIDER
    plane = axes[:, np.argsort(spread)[:width]]
    guessed = np.full(item.rows.shape, -1)
    found, sure, right = [], 0, 0
    for quota in item.quotas:
        feature, value = item.cell(quota)
        size = int((item.rows[:, feature] == value).sum())
        if size:
            guess, left = group(lists, plane, always, quota, size, rng)
            members = np.zeros(len(every.T), dtype=bool)
            members[moving] = guess > 0.5
            found.append((left, feature, value, members))
            if left < 1.0:  # the attacker sees by himself that this fits every list
                sure += int(members.sum())
                right += int((item.rows[members, feature] == value).sum())
    for _, feature, value, members in sorted(found, key=lambda one: one[0]):
        guessed[members & (guessed[:, feature] < 0), feature] = value
    for feature in range(item.rows.shape[1]):
        rest = Counter(item.rows[:, feature].tolist()) - Counter(guessed[:, feature].tolist())
        usual = max(rest, key=lambda value: rest[value], default=0)
        guessed[guessed[:, feature] < 0, feature] = usual
    hits = guessed == item.rows
    prior = np.mean([np.bincount(column).max() / len(column) for column in item.rows.T])
    return {"hit": float(hits.mean()), "prior": float(prior), "sure": float(sure),
            "right": right / sure if sure else 0.0, "best": float(hits.mean(axis=0).max()),
            "cells": float(hits.size)}  # fmt: skip


def proven_group(item: Subject) -> int:
    """For how many people and values an LP proves from lists and quotas that they have it."""
    lists, proven = item.matrix, 0
    ones = np.ones((1, len(item.people)))
    for quota in item.quotas:
        feature, value = item.cell(quota)
        truth = item.rows[:, feature] == value
        count = len(lists)
        lower = np.append(np.full(count, float(quota.min)), truth.sum())
        upper = np.append(np.full(count, float(quota.max)), truth.sum())
        box = (np.zeros(len(truth)), np.ones(len(truth)))
        program = Program(np.vstack([lists, ones]), (lower, upper), box)
        inside = np.ones(len(truth), dtype=bool)  # who had it in every solution so far
        rng = np.random.default_rng(2)
        for _ in range(3):
            found = program.maximise(rng.normal(size=len(truth)))
            inside &= found is not None and found.columns > 1 - 1e-6
        for person in np.flatnonzero(inside):
            found = program.maximise(-np.eye(len(truth))[person])
            proven += found is not None and found.value < -1e-6
    return int(proven)


def couples(item: Subject) -> tuple[int, int, int] | None:
    """Pairs that never sit together though it was to be expected: (named, right, there are)."""
    homes: dict[str, list[int]] = {}
    for place, person in enumerate(item.people):
        if person.household is not None:
            homes.setdefault(person.household, []).append(place)
    true = {tuple(ids) for ids in homes.values() if len(ids) == 2}
    if not true:
        return None
    lists = item.matrix
    together, chance = lists.T @ lists, lists.mean(axis=0)
    expected = len(lists) * np.outer(chance, chance)
    rows, columns = np.where(np.triu((together == 0) & (expected > 6), 1))
    named = set(zip(rows.tolist(), columns.tolist(), strict=True))
    return len(named), len(named & true), len(true)


# Format 2: sealed seats, counts per Losnummer


def raked(item: Subject) -> Array:
    """Weights of the town's people under which they give the pool's published sums."""
    weights = np.full(len(item.town), 1.0 / len(item.town))
    for _ in range(20):
        for feature in range(item.rows.shape[1]):
            width = int(max(item.town[:, feature].max(), item.rows[:, feature].max())) + 1
            now = np.bincount(item.town[:, feature], weights, width)
            goal = np.bincount(item.rows[:, feature], minlength=width) / len(item.rows)
            weights *= (goal / np.maximum(now, 1e-12))[item.town[:, feature]]
    return weights / weights.sum()


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


def scaled(table: Array, columns: Array) -> Array:
    """Scale to row sums 1 and the given column sums: the members' published composition."""
    table = np.maximum(table, 1e-9)
    columns = np.maximum(columns, 1e-6)
    for _ in range(60):
        table = table * (columns / table.sum(axis=0))
        table = table / table.sum(axis=1, keepdims=True)
    return table


def members(item: Subject, chances: Array, rows: Whole) -> tuple[Guess, Guess]:
    """Named members of drawn panels, sex and age seen: composition only, then with the counts."""
    place = {one.id: n for n, one in enumerate(item.people)}
    size = widths(item)
    look = item.rows[:, 0] * size[1] + item.rows[:, 1]
    looks = rows[:, 0] * size[1] + rows[:, 1]
    truth, flat, plain, counted = [], [[] for _ in size], [[] for _ in size], [[] for _ in size]
    for number in range(0, len(item.lottery.panels), 40):
        ids = np.array([place[one] for one in item.lottery.panels[number]])
        counts = item.counts[ids] / len(item.lottery.panels)
        seen = np.bincount(looks, minlength=size[0] * size[1]) + 1.0
        match = np.array([posterior(c, seen / seen.sum(), chances, looks) for c in counts])
        match = scaled(match.T[look[ids]], np.ones(len(ids)))  # names × Losnummern
        truth.append(item.rows[ids])
        for feature in range(VISIBLE, len(size)):
            there = np.bincount(item.rows[ids, feature], minlength=size[feature]).astype(float)
            share = np.maximum(there / there.sum(), 1e-3)
            by_look = {one: rows[looks == one, feature] for one in set(look[ids].tolist())}
            simple = np.array(
                [
                    np.bincount(by_look[one], minlength=size[feature]) + 10 * share
                    for one in look[ids]
                ]
            )
            rich = np.zeros_like(simple)
            for one in set(look[ids].tolist()):
                here = looks == one
                values = chances[here]
                at = np.array([posterior(c, share, values, by_look[one]) for c in counts])
                mine = look[ids] == one
                rich[mine] = match[mine] @ at
            flat[feature].append(np.tile(share, (len(ids), 1)))
            plain[feature].append(scaled(simple, there))
            counted[feature].append(scaled(rich, there))
    rows_of = np.concatenate(truth)[:, VISIBLE:]
    stacked = [[np.concatenate(part) for part in kind[VISIBLE:]] for kind in (flat, plain, counted)]
    return judged(stacked[0], stacked[1], rows_of), judged(stacked[1], stacked[2], rows_of)


def replacements(item: Subject, times: int = 60) -> dict[str, float]:
    """What it says about the newcomer that the quotas hold, to who knows the one who left."""
    rnd = random.Random(4)
    place = {one.id: n for n, one in enumerate(item.people)}
    turn = order(place, b"nachruecken")
    same, usual, skipped, fits = [], [], [], []
    for _ in range(times):
        panel = set(item.lottery.panels[rnd.randrange(len(item.lottery.panels))])
        left = rnd.choice(sorted(panel))
        seated, free = panel - {left}, set(turn) - panel
        found = next_replacement(item.people, item.quotas, item.seats, seated, free, turn)
        if found is None or found.broken:
            continue
        new, old = item.rows[place[found.person_id]], item.rows[place[left]]
        same.append(float((new == old).mean()))
        outside = item.rows[[place[one] for one in free]]
        usual.append(float((outside == old).mean()))
        passed = [one for one in turn if one in free]
        skipped.append(passed.index(found.person_id))
        fits.append(1 / (passed.index(found.person_id) + 1))
    return {"same": float(np.mean(same)), "usual": float(np.mean(usual)),
            "skipped": float(np.mean(skipped)), "kept": len(same) / times}  # fmt: skip


def small_cells(item: Subject) -> dict[str, int]:
    """Small cells: quota rows with few in the pool, values only one member has, chance 1."""
    pool = [int((item.rows[:, f] == v).sum()) for f, v in map(item.cell, item.quotas)]
    place = {one.id: n for n, one in enumerate(item.people)}
    panel = item.rows[[place[one] for one in item.lottery.panels[187]]]
    seats = [int((panel[:, f] == v).sum()) for f, v in map(item.cell, item.quotas)]
    alone = Counter(map(tuple, panel.tolist()))
    return {"pool": min(pool), "panel": min(seats), "ones": sum(s == 1 for s in seats),
            "unique": sum(n == 1 for n in alone.values()),
            "forced": int((item.counts == len(item.lottery.panels)).sum()),
            "levels": len(set(item.counts.tolist()))}  # fmt: skip


def percent(value: float) -> str:
    return f"{100 * value:.0f} %"


def show(item: Subject) -> None:
    print(f"\n## {item.name}: {len(item.people)} Personen, {item.seats} Plätze, "
          f"{len(item.features)} Merkmale")  # fmt: skip
    solved = solve_lists(item)
    print(f"Fassung 1: richtig {percent(solved['hit'])} der Angaben (geraten "
          f"{percent(solved['prior'])}), bestes Merkmal {percent(solved['best'])}; selbst bestätigt "
          f"{solved['sure']:.0f} von {solved['cells']:.0f} Angaben, davon richtig "
          f"{percent(solved['right'])}; durch LP bewiesen {proven_group(item)}")  # fmt: skip
    pairs = couples(item)
    if pairs:
        print(f"  Haushalte: {pairs[0]} Paare genannt, {pairs[1]} richtig, {pairs[2]} gibt es")
    chances, rows = simulate(item, raked(item))
    for words, grid in (("genau", 1), ("auf 20 gerundet", 20), ("auf 100 gerundet", 100)):
        told(f"Fassung 2, Anzahl je Losnummer {words}", from_counts(item, chances, rows, grid))
    told("Fassung 2, wer alle anderen kennt", knowing_the_others(item))
    plain, counted = members(item, chances, rows)
    told("Mitglied mit Namen: Statistik statt Zusammensetzung", plain)
    told("Mitglied mit Namen: dazu die Anzahlen", counted)
    print("Nachrücken", {k: round(v, 2) for k, v in replacements(item).items()})
    print("Kleine Zellen", small_cells(item))


def told(words: str, guess: Guess) -> None:
    print(f"{words}: {percent(guess.before)} → {percent(guess.after)}, {guess.bits:+.3f} Bit im "
          f"Mittel, höchstens {guess.most_bits:+.3f}; neu sicher {guess.sure}, davon richtig "
          f"{percent(guess.sure_right)}")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    folder = parser.parse_args().folder
    for name in KNOWN if folder else SHAPES:
        show(subject(name, *read(folder / name), None) if folder else made(name))


if __name__ == "__main__":
    main()
