"""What the names of members, a replacement and small groups give away."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
from attack_counts import Guess, judged, posterior, widths
from attack_pools import Array, Subject, Whole

from buergerrat.sortition.replacements import next_replacement, order

VISIBLE = 2  # the first features, usually sex and age, that anybody sees in a named member


def scaled(table: Array, columns: Array) -> Array:
    """Scale to row sums 1 and the given column sums: the members' published composition."""
    table = np.maximum(table, 1e-9)
    columns = np.maximum(columns, 1e-6)
    for _ in range(60):
        table = table * (columns / table.sum(axis=0))
        table = table / table.sum(axis=1, keepdims=True)
    return table


def shares_of(
    item: Subject, ids: Whole, feature: int, sample: tuple[Array, Whole], match: Array
) -> tuple[Array, Array, Array]:
    """Shares of a feature's values for the members of one panel, as three attackers guess them:
    by the composition; by the town's statistics of sex and age too; by the counts too."""
    chances, rows = sample
    width = widths(item)[feature]
    look, looks = looks_of(item, item.rows)[ids], looks_of(item, rows)
    counts = item.counts[ids] / len(item.lottery.panels)
    there = np.bincount(item.rows[ids, feature], minlength=width).astype(float)
    share = np.maximum(there / there.sum(), 1e-3)
    simple, rich = np.zeros((len(ids), width)), np.zeros((len(ids), width))
    for one in set(look.tolist()):
        mine, alike = look == one, looks == one
        values = rows[alike, feature]
        simple[mine] = np.bincount(values, minlength=width) + 10 * share
        at = np.array([posterior(c, share, chances[alike], values) for c in counts])
        rich[mine] = match[mine] @ at
    return np.tile(share, (len(ids), 1)), scaled(simple, there), scaled(rich, there)


def looks_of(item: Subject, rows: Whole) -> Whole:
    """Sex and age as one number."""
    looks: Whole = rows[:, 0] * widths(item)[1] + rows[:, 1]
    return looks


def members(item: Subject, chances: Array, rows: Whole) -> tuple[Guess, Guess]:
    """Named members of drawn panels, sex and age seen: composition only, then with the counts."""
    place = {one.id: n for n, one in enumerate(item.people)}
    size = widths(item)
    looks = looks_of(item, rows)
    seen = np.bincount(looks, minlength=size[0] * size[1]) + 1.0
    kinds: list[list[list[Array]]] = [[[] for _ in size[VISIBLE:]] for _ in range(3)]
    truth: list[Whole] = []
    for number in range(0, len(item.lottery.panels), 40):
        ids = np.array([place[one] for one in item.lottery.panels[number]])
        counts = item.counts[ids] / len(item.lottery.panels)
        match = np.array([posterior(c, seen / seen.sum(), chances, looks) for c in counts])
        own = looks_of(item, item.rows)[ids]
        match = scaled(match.T[own], np.ones(len(ids)))  # names × Losnummern
        truth.append(item.rows[ids, VISIBLE:])
        for feature in range(VISIBLE, len(size)):
            for kind, part in zip(
                kinds, shares_of(item, ids, feature, (chances, rows), match), strict=True
            ):
                kind[feature - VISIBLE].append(part)
    flat, plain, counted = ([np.concatenate(part) for part in kind] for kind in kinds)
    every = np.concatenate(truth)
    return judged(flat, plain, every), judged(plain, counted, every)


def replacements(item: Subject, times: int = 60) -> dict[str, float]:
    """What it says about the newcomer that the quotas hold, to who knows the one who left."""
    rnd = random.Random(4)
    place = {one.id: n for n, one in enumerate(item.people)}
    turn = order(place, b"nachruecken")
    same, usual, skipped = [], [], []
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
