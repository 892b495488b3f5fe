"""Brute force for the lottery: every panel listed, linear programs solved in fractions.

Nothing here uses the product's own method. HiGHS only proposes a basis; the solution of that
basis and its proof of optimality are computed in fractions, so a rounding error cannot pass.
"""

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import highspy
import numpy as np
from lottery_cases import all_panels, allowed

from buergerrat.sortition.leximin import Certificate
from buergerrat.sortition.pool import Person, Quota

Panels = list[tuple[str, ...]]
ZERO = Fraction(0)


@dataclass(frozen=True)
class Optimum:
    """An optimal solution, its multipliers (<= 0 on rows, free on equations) and its value."""

    columns: list[Fraction]
    duals: list[Fraction]
    value: Fraction


def solve(matrix: list[list[Fraction]], right: list[Fraction]) -> list[Fraction]:
    """Solve a square system in fractions."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for place in range(size):
        pivot = next(row for row in range(place, size) if rows[row][place])
        rows[place], rows[pivot] = rows[pivot], rows[place]
        head = rows[place][place]
        rows[place] = [value / head for value in rows[place]]
        for row in range(size):
            factor = rows[row][place]
            if row != place and factor:
                rows[row] = [
                    a - factor * b if b else a for a, b in zip(rows[row], rows[place], strict=True)
                ]
    return [row[-1] for row in rows]


def maximise(
    goal: list[int], matrix: list[list[int]], right: list[Fraction], equations: int
) -> Optimum | None:
    """max goal·x, matrix·x >= right (the last `equations` rows: equal), x >= 0; None: no x."""
    basis = _basis(goal, matrix, right, equations)
    if basis is None:
        return None
    columns, rows = basis
    square = [[Fraction(matrix[row][column]) for column in columns] for row in rows]
    inside = solve(square, [right[row] for row in rows])
    turned = [list(column) for column in zip(*square, strict=True)]
    multipliers = solve(turned, [Fraction(goal[column]) for column in columns])
    values = [ZERO] * len(goal)
    for column, value in zip(columns, inside, strict=True):
        values[column] = value
    duals = [ZERO] * len(matrix)
    for row, value in zip(rows, multipliers, strict=True):
        duals[row] = value
    _prove(goal, matrix, right, equations, values, duals)
    value = sum((cost * x for cost, x in zip(goal, values, strict=True) if cost), ZERO)
    return Optimum(values, duals, value)


def _basis(
    goal: list[int], matrix: list[list[int]], right: list[Fraction], equations: int
) -> tuple[list[int], list[int]] | None:
    """Return the basic columns and the rows that hold with equality, as HiGHS finds them."""
    model = highspy.HighsLp()
    dense = np.array(matrix, dtype=float)
    model.num_row_, model.num_col_ = dense.shape
    model.col_cost_ = -np.array(goal, dtype=float)
    model.col_lower_ = np.zeros(len(goal))
    model.col_upper_ = np.full(len(goal), np.inf)
    lower = np.array([float(value) for value in right])
    free = len(matrix) - equations
    model.row_lower_ = lower
    model.row_upper_ = np.where(np.arange(len(matrix)) < free, np.inf, lower)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    row_of, column_of = np.nonzero(dense)
    model.a_matrix_.start_ = np.searchsorted(row_of, np.arange(len(matrix) + 1)).astype(np.int32)
    model.a_matrix_.index_ = column_of.astype(np.int32)
    model.a_matrix_.value_ = dense[row_of, column_of]
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("presolve", "off")
    solver.passModel(model)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    found = solver.getBasis()
    basic = highspy.HighsBasisStatus.kBasic
    columns = [place for place, status in enumerate(found.col_status) if status == basic]
    rows = [place for place, status in enumerate(found.row_status) if status != basic]
    assert len(columns) == len(rows)
    return columns, rows


def _prove(
    goal: list[int],
    matrix: list[list[int]],
    right: list[Fraction],
    equations: int,
    values: list[Fraction],
    duals: list[Fraction],
) -> None:
    """Assert in fractions that the solution is allowed and that nothing is better."""
    used = [place for place, value in enumerate(values) if value]
    assert min(values, default=ZERO) >= 0
    free = len(matrix) - equations
    for place, (row, least) in enumerate(zip(matrix, right, strict=True)):
        sum_here = sum((row[column] * values[column] for column in used), ZERO)
        assert sum_here == least if place >= free else sum_here >= least
    assert all(dual <= 0 for dual in duals[:free])
    priced = [place for place, dual in enumerate(duals) if dual]
    for column, cost in enumerate(goal):
        assert cost <= sum((duals[row] * matrix[row][column] for row in priced), ZERO)


def leximin(panels: Panels) -> dict[str, Fraction]:
    """The fairest chances over all mixtures of these panels; people on none of them are not in it.

    Level by level: whoever has a positive multiplier can never get more (strong duality).
    """
    ids = sorted({one for panel in panels for one in panel})
    found: dict[str, Fraction] = {}
    while len(found) < len(ids):
        matrix = [
            [*(int(one in panel) for panel in panels), 0 if one in found else -1] for one in ids
        ]
        matrix.append([1] * len(panels) + [0])
        right = [*(found.get(one, ZERO) for one in ids), Fraction(1)]
        best = maximise([0] * len(panels) + [1], matrix, right, equations=1)
        assert best is not None
        held = [one for one, dual in zip(ids, best.duals, strict=False) if dual < 0]
        found |= {one: best.value for one in held if one not in found}
    return found


def relaxed_lowest(
    people: Sequence[Person], quotas: Sequence[Quota], seats: int, without: Sequence[str]
) -> Fraction:
    """The best lowest chance when seats may be shared out in fractions, person by person."""
    inside = [person for person in people if person.id not in without]
    matrix: list[list[int]] = []
    right: list[int] = []

    def at_most(members: list[bool], most: int) -> None:
        matrix.append([*(-int(member) for member in members), 0])
        right.append(-most)

    for quota in quotas:
        members = [person.features.get(quota.feature) == quota.value for person in inside]
        at_most(members, quota.max)
        matrix.append([*(int(member) for member in members), 0])
        right.append(quota.min)
    for home in {person.household or f"\0{person.id}" for person in inside}:
        at_most([(person.household or f"\0{person.id}") == home for person in inside], 1)
    for place in range(len(inside)):
        matrix.append([int(place == other) for other in range(len(inside))] + [-1])
        right.append(0)
    matrix.append([1] * len(inside) + [0])
    right.append(seats)
    goal = [0] * len(inside) + [1]
    best = maximise(goal, matrix, [Fraction(value) for value in right], equations=1)
    assert best is not None
    return best.value


def proven_bound(
    people: Sequence[Person],
    quotas: Sequence[Quota],
    seats: int,
    proof: Certificate,
    without: Sequence[str],
) -> Fraction | None:
    """Add a certificate up from its multipliers alone; None where it proves nothing."""
    homes = {
        person.household if person.household is not None else f"\0{person.id}" for person in people
    }
    if not set(proof.households) <= homes:
        return None
    weights = []
    for person in people:
        if person.id in without:
            continue
        home = person.household if person.household is not None else f"\0{person.id}"
        weight = proof.seats + proof.households.get(home, ZERO)
        for quota, low, high in zip(quotas, proof.minimum, proof.maximum, strict=True):
            weight += (high - low) * int(person.features.get(quota.feature) == quota.value)
        weights.append(weight)
    if min([*weights, *proof.minimum, *proof.maximum, *proof.households.values()]) < 0:
        return None
    right = proof.seats * seats + sum(proof.households.values(), ZERO)
    for quota, low, high in zip(quotas, proof.minimum, proof.maximum, strict=True):
        right += high * quota.max - low * quota.min
    total = sum(weights, ZERO)
    return right / total if total > 0 else None


def least_change(people: Sequence[Person], quotas: Sequence[Quota], seats: int) -> int | None:
    """By how many seats the quotas must give way at least, over every choice of people."""
    costs = []
    for chosen in itertools.combinations(people, seats):
        if not allowed(chosen, []):
            continue
        cost = 0
        for quota in quotas:
            count = sum(person.features.get(quota.feature) == quota.value for person in chosen)
            cost += max(0, quota.min - count) + max(0, count - quota.max)
        costs.append(cost)
    return min(costs, default=None)


@dataclass(frozen=True)
class Case:
    """A small pool with its quotas and all its panels."""

    people: list[Person]
    quotas: list[Quota]
    seats: int
    panels: Panels

    @property
    def inside(self) -> set[str]:
        """The people on at least one panel."""
        return {one for panel in self.panels for one in panel}


def random_case(number: int) -> Case:
    """One of many small pools; the number decides all of it, every second has households.

    Quarters: narrow quotas around one choice of people, so that a panel exists; quotas out of the
    air, many of which contradict each other; odd circles (three values of which any two meet in
    one person, one seat each), where half seats promise more than whole ones can keep; couples
    of two or three kinds, so that several households are alike.
    """
    rnd = random.Random(number)
    size, seats = rnd.randint(6, 9), rnd.randint(2, 4)
    family = number // 2 % 4
    rows, quotas = (_narrow, _loose, _circles, _couples)[family](rnd, size, seats)
    shared = number % 2 == 1
    couples = shared and family == 3
    people = [
        Person(
            f"{place:02}",
            {f"f{feature}": f"v{value}" for feature, value in enumerate(row)},
            f"h{place // 2 if couples else rnd.randrange(size)}"
            if couples or (shared and rnd.random() < 0.7)
            else None,
        )
        for place, row in enumerate(rows)
    ]
    return Case(people, quotas, seats, all_panels(people, quotas, seats))


Plan = tuple[list[list[int]], list[Quota]]


def _rows(rnd: random.Random, size: int) -> tuple[list[list[int]], list[int]]:
    widths = [rnd.choice([2, 2, 3]) for _ in range(rnd.randint(2, 3))]
    return [[rnd.randrange(width) for width in widths] for _ in range(size)], widths


def _narrow(rnd: random.Random, size: int, seats: int) -> Plan:
    rows, widths = _rows(rnd, size)
    aim = rnd.sample(rows, seats)
    quotas = []
    for feature, width in enumerate(widths):
        for value in range(width):
            here = sum(row[feature] == value for row in aim)
            low, high = max(0, here - rnd.choice([0, 0, 1])), here + rnd.choice([0, 0, 1])
            quotas.append(Quota(f"f{feature}", f"v{value}", low, high))
    return rows, quotas


def _loose(rnd: random.Random, size: int, seats: int) -> Plan:
    rows, widths = _rows(rnd, size)
    quotas = []
    for feature, width in enumerate(widths):
        for value in range(width):
            low = rnd.choice([0, 0, 1, 1, 2])
            quotas.append(Quota(f"f{feature}", f"v{value}", low, low + rnd.randint(0, 2)))
    return rows, quotas


def _circles(rnd: random.Random, size: int, seats: int) -> Plan:
    pairs = [[1, 1, 0], [1, 0, 1], [0, 1, 1]]
    choice = [*pairs, *pairs, *[[0, 0, 0]] * 3, [rnd.randrange(2) for _ in range(3)]]
    quotas = [Quota(f"f{feature}", "v1", rnd.choice([0, 0, 1]), 1) for feature in range(3)]
    return [rnd.choice(choice) for _ in range(size)], quotas


def _couples(rnd: random.Random, size: int, seats: int) -> Plan:
    kinds = [
        [[rnd.randrange(2) for _ in range(2)] for _ in range(2)] for _ in range(rnd.randint(1, 2))
    ]
    rows = [row for _ in range((size + 1) // 2) for row in rnd.choice(kinds)][:size]
    aim = [rnd.choice(rows[place : place + 2]) for place in range(0, size, 2)]
    aim = rnd.sample(aim, min(seats, len(aim)))
    quotas = []
    for feature in range(2):
        here = sum(row[feature] for row in aim)
        quotas.append(Quota(f"f{feature}", "v1", max(0, here - 1), here))
    return rows, quotas
