"""Names, ids and the order of rows decide nothing but who of equal people sits where."""

import random
from dataclasses import replace
from fractions import Fraction

import pytest
from brute_cases import LISTS, POOLS, classes, drawable
from exact import Case
from lottery_cases import SEED

from buergerrat.sortition.panels import build
from buergerrat.sortition.pool import Person

Names = dict[str, str]


def renaming(names: list[str], prefix: str, rnd: random.Random | None) -> Names:
    """New names that sort as the old ones do, or in any order where `rnd` is given."""
    new = [f"{prefix}{place:03}" for place in range(len(names))]
    if rnd is not None:
        rnd.shuffle(new)
    return dict(zip(sorted(names), new, strict=True))


def renamed(pool: Case, rnd: random.Random, features: Names, values: Names, ids: Names) -> Case:
    """The same pool under other names, its rows and columns in another order."""
    homes = sorted({person.household for person in pool.people if person.household})
    home: dict[str | None, str | None] = {None: None}
    home |= dict(zip(homes, rnd.sample(homes, len(homes)) if ids else homes, strict=True))
    people = [
        Person(
            ids.get(person.id, person.id),
            {features[f]: values[v] for f, v in reversed(person.features.items())},
            home[person.household],
        )
        for person in pool.people
    ]
    quotas = [
        replace(quota, feature=features[quota.feature], value=values[quota.value])
        for quota in pool.quotas
    ]
    rnd.shuffle(people)
    rnd.shuffle(quotas)
    return Case(people, quotas, pool.seats, [])


def names_of(pool: Case) -> tuple[list[str], list[str], list[str]]:
    features = {name for person in pool.people for name in person.features}
    values = {value for person in pool.people for value in person.features.values()}
    values |= {quota.value for quota in pool.quotas}
    return sorted(features), sorted(values), sorted(person.id for person in pool.people)


third = pytest.mark.parametrize("numbers", [range(s, POOLS, 13) for s in (0, 1, 2)])


@third
def test_neither_the_order_of_rows_nor_names_of_features_and_values_change_a_list(
    numbers: range,
) -> None:
    for number, pool, lottery in drawable(numbers):
        features, values, _ = names_of(pool)
        rnd = random.Random(number)
        other = renamed(pool, rnd, renaming(features, "g", rnd), renaming(values, "w", rnd), {})
        again = build(other.people, other.quotas, other.seats, SEED, panels=LISTS)
        assert again.panels == lottery.panels, number
        assert again.bound == lottery.bound
        assert again.target == lottery.target


@third
def test_other_ids_change_who_of_equal_people_sits_where_and_nothing_else(numbers: range) -> None:
    """The seed's tickets are over ids; ids that sort alike leave every class its seats."""
    for number, pool, lottery in drawable(numbers):
        features, values, ids = names_of(pool)
        name = renaming(ids, "z", None)
        other = renamed(
            pool,
            random.Random(number),
            renaming(features, "g", None),
            renaming(values, "w", None),
            name,
        )
        again = build(other.people, other.quotas, other.seats, SEED, panels=LISTS)
        assert again.bound == lottery.bound
        for alike in classes(pool.people, pool.quotas).values():
            before = sorted(lottery.counts[one] for one in alike)
            after = sorted(again.counts[name[one]] for one in alike)
            assert before == after, number


@third
def test_names_that_sort_otherwise_change_only_who_gets_the_odd_list(numbers: range) -> None:
    """Sorted names settle ties when chances are rounded to lists, and nothing else."""
    for number, pool, lottery in drawable(numbers):
        features, values, ids = names_of(pool)
        rnd = random.Random(number)
        name = renaming(ids, "z", rnd)
        other = renamed(pool, rnd, renaming(features, "g", rnd), renaming(values, "w", rnd), name)
        again = build(other.people, other.quotas, other.seats, SEED, panels=LISTS)
        assert again.bound == lottery.bound, number
        assert again.attained == lottery.attained
        assert set(again.excluded) == {name[one] for one in lottery.excluded}
        for one, chance in lottery.target.items():
            assert abs(again.target[name[one]] - chance) <= 1e-6, number
        for alike in classes(pool.people, pool.quotas).values():
            before = sorted(lottery.counts[one] for one in alike)
            after = sorted(again.counts[name[one]] for one in alike)
            assert all(abs(a - b) <= 1 for a, b in zip(before, after, strict=True)), number
        assert abs(again.lowest - lottery.lowest) <= Fraction(1, LISTS), number
