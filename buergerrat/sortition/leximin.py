"""The fairest chances the quotas allow, and a proof by addition that none could be higher.

Seats are first allowed to be fractions. The leximin point of that relaxation bounds every
lottery over real panels: its lowest chance, then the second lowest, and so on (Flanigan et
al., Nature 2021; here over classes of people who are alike).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from .pool import Pool, panel_rows, shared_groups
from .solver import INFINITE, Array, Program, Solution

DUAL = 1e-7  # a constraint with a larger multiplier holds its people at the level
SLACK = 1e-9  # how far below its level a fixed chance may lie, against rounding
MOST_SLACK = 1e-6
GRID = 10**9


@dataclass(frozen=True)
class Certificate:
    """Multipliers that prove the bound on the lowest chance; all but `seats` are >= 0.

    A person's weight is seats + (maximum - minimum of the quotas they count in) + their
    household's multiplier; none of the people in the count may have a negative weight. Then
    no lottery gives everybody more than right / total, where
    right = seats·(number of seats) + sum(maximum·max) - sum(minimum·min) + sum(households),
    total = the sum of the weights. Households are named by label, or "\\0" and id when alone.
    """

    seats: Fraction
    minimum: tuple[Fraction, ...]
    maximum: tuple[Fraction, ...]
    households: Mapping[str, Fraction]
    right: Fraction
    total: Fraction

    @property
    def bound(self) -> Fraction:
        """The proven upper bound on the lowest chance."""
        return self.right / self.total


@dataclass(frozen=True)
class Relaxed:
    """Chances per class at the leximin point, and the certificate for the lowest of them."""

    chances: Array
    certificate: Certificate


def relaxed(pool: Pool, excluded: Collection[int] = ()) -> Relaxed:
    """Return the leximin point of the relaxation; `excluded` classes get no seat.

    Raises ValueError when even fractions of people cannot meet the quotas.
    """
    sizes = pool.sizes.astype(np.float64)
    count = len(sizes)
    matrix, lower, upper = panel_rows(pool)
    chance_rows = np.hstack([np.eye(count), np.full((count, 1), -1.0)])
    chance_rows[list(excluded)] = 0.0
    panel = np.hstack([matrix * sizes, np.zeros((len(matrix), 1))])
    highest = np.append(pool.caps / sizes, INFINITE)
    highest[list(excluded)] = 0.0
    program = Program(
        np.vstack([panel, chance_rows]),
        (np.append(lower, np.zeros(count)), np.append(upper, np.full(count, INFINITE))),
        (np.zeros(count + 1), highest),
    )
    goal = np.zeros(count + 1)
    goal[-1] = 1.0
    free = set(range(count)) - set(excluded)
    chances = np.zeros(count)
    certificate = None
    slack = SLACK
    while free:
        found = program.maximise(goal)
        if found is None and certificate is not None and slack < MOST_SLACK:
            slack *= 10  # rounding has closed the door that the last level left open
            for column in set(range(count)) - free - set(excluded):
                program.set_row(len(matrix) + column, chances[column] - slack, INFINITE)
            continue
        if found is None:
            raise ValueError("Mit diesen Quoten gibt es keine gültige Liste.")
        if certificate is None:
            certificate = _certificate(pool, found, frozenset(excluded))
        held = _held(found, len(matrix), free)
        for column in held:
            chances[column] = found.value
            program.set_coefficient(len(matrix) + column, count, 0.0)
            program.set_row(len(matrix) + column, found.value - slack, INFINITE)
        free -= set(held)
    if certificate is None:
        raise ValueError("Der Lostopf ist leer.")
    return Relaxed(chances, certificate)


def _held(found: Solution, offset: int, free: Collection[int]) -> list[int]:
    multipliers = -found.row_duals[offset:]
    held = [column for column in sorted(free) if multipliers[column] > DUAL]
    return held or [max(sorted(free), key=lambda column: float(multipliers[column]))]


def _certificate(pool: Pool, found: Solution, excluded: frozenset[int]) -> Certificate:
    """Turn the duals of the first LP into exact multipliers; of several roundings the best."""
    people = float(pool.sizes.sum())
    duals = found.row_duals[: len(panel_rows(pool)[1])] * people
    homes = _household_duals(pool, duals, found.column_duals * people, excluded)
    options = []
    for limit in (60, 1000):
        options.append(
            _exact(
                pool, [_near(v, limit) for v in duals], [_near(v, limit) for v in homes], excluded
            )
        )
    options.append(_exact(pool, [_grid(v) for v in duals], [_grid(v) for v in homes], excluded))
    usable = [option for option in options if option is not None and option.total > 0]
    best = min(option.bound for option in usable)
    return next(option for option in usable if option.bound == best)


def _near(value: float, limit: int) -> Fraction:
    return Fraction(float(value)).limit_denominator(limit)


def _grid(value: float) -> Fraction:
    return Fraction(round(float(value) * GRID), GRID)


def _household_duals(
    pool: Pool, duals: Array, columns: Array, excluded: frozenset[int]
) -> list[float]:
    """Return a multiplier per kind of household, from shared rows and from column bounds."""
    found = [0.0] * len(pool.group_sizes)
    for column, item in enumerate(pool.classes):
        if column not in excluded:
            each = float(columns[column]) / len(item.ids)
            found[item.group] = max(found[item.group], each)
    for row, (group, _) in enumerate(shared_groups(pool), start=len(pool.quotas) + 1):
        found[group] += max(0.0, float(duals[row]))
    return found


def _exact(
    pool: Pool, duals: list[Fraction], homes: list[Fraction], excluded: frozenset[int]
) -> Certificate | None:
    """Return the certificate of these multipliers, made valid where rounding spoilt it."""
    quotas = pool.quotas
    maximum = tuple(max(Fraction(0), dual) for dual in duals[: len(quotas)])
    minimum = tuple(max(Fraction(0), -dual) for dual in duals[: len(quotas)])
    seats = duals[len(quotas)]
    plain = [seats + sum((duals[row] for row in item.key), Fraction(0)) for item in pool.classes]
    per_home = list(homes)
    for column, item in enumerate(pool.classes):
        if column not in excluded:
            per_home[item.group] = max(per_home[item.group], -plain[column])
    right = seats * pool.seats + sum(
        (
            high * quota.max - low * quota.min
            for high, low, quota in zip(maximum, minimum, quotas, strict=True)
        ),
        Fraction(0),
    )
    right += sum(
        (each * size for each, size in zip(per_home, pool.group_sizes, strict=True)), Fraction(0)
    )
    total = sum(
        (
            (plain[column] + per_home[item.group]) * len(item.ids)
            for column, item in enumerate(pool.classes)
            if column not in excluded
        ),
        Fraction(0),
    )
    if total <= 0:
        return None
    households = {
        pool.households[one]: per_home[item.group]
        for item in pool.classes
        for one in item.ids
        if per_home[item.group]
    }
    return Certificate(seats, minimum, maximum, households, right, total)
