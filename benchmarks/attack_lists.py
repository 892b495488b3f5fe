"""Attacks on a record that shows every list by Losnummer (format 1, withdrawn)."""

from __future__ import annotations

from collections import Counter

import numpy as np
from attack_pools import Array, Subject

from buergerrat.sortition.pool import Quota
from buergerrat.sortition.solver import Program

TRIES = 100  # corners looked at per value
WIDER = 6  # directions taken beyond those that quotas explain


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
